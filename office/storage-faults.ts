/** Errors which mean that Postgres is away for the moment, not that a statement is wrong. */
import { LineBusy } from '../ledger/line.js';

/** SQLSTATE classes and codes: connection exceptions, shutdown, too many connections, a cancelled or hung statement, a lock not had in time. */
const STATES = /^(?:08...|57P0[123]|57014|53...|25P0[34]|55P03|40001|40P01)$/;

const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/** The driver has no codes for these. */
const MESSAGES = [/timeout exceeded when trying to connect/, /Connection terminated/, /Client has encountered a connection error/, /Query read timeout/];

export function isStorageUnavailable(error: unknown): boolean {
  // Several addresses of one host that all refuse come as one error.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isStorageUnavailable);
  if (error instanceof LineBusy) return true;
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return SOCKET_CODES.has(code) || STATES.test(code) || MESSAGES.some((message) => message.test(error.message));
}

/** SQLSTATE of a text that has the form of a date and is none. */
const IMPOSSIBLE_DATES = new Set(['22007', '22008']);

/** True when Postgres found that a value of the statement is no date: only a cursor made by hand can hold one. */
export function isImpossibleDate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && IMPOSSIBLE_DATES.has(error.code);
}
