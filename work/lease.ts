/**
 * Leases by row and time. Whoever takes a row writes a random token and until when he has it, by the clock of
 * Postgres; ending it, and writing anything of it, requires the token. Nothing is held by a process or a
 * connection: what a process has that died, hangs or lost its link is anybody's when the time is up.
 */

/** What is held of a list. */
export interface Leased {
  token: string;
}

/** The life of a lease in milliseconds; renewed at a third of it. Every relay of a house must use the same. */
export const LEASE_MS = 10_000;

/**
 * SQL, true for a row that nobody holds. A lease that lies further ahead than one can was written before the
 * clock stepped back, and is void: else its row would wait for as long as the step was.
 * @param row name or alias of the table
 */
export function isFree(row: string, lifeMs: number): string {
  return `(${row}.lease_until is null or ${row}.lease_until not between statement_timestamp() and ${inMs(lifeMs)})`;
}

/** SQL of the instant so many milliseconds from now. Of the statement, not of the clock: an index can be asked for it. */
export function inMs(ms: number): string {
  return `statement_timestamp() + interval '${Math.round(ms)} milliseconds'`;
}

/**
 * SQL of the pause after so many attempts, in powers of e up to six hours: some three days for 25 of them.
 * @param attempts SQL of the attempts made, the one that begins included
 */
export function growingPause(attempts: string, unitMs: number): string {
  return `exp(least(${attempts}, 10)) * interval '${unitMs} milliseconds'`;
}

/** Attempts of what goes to the outside; after the last it has failed, with an alarm. */
export const MOST_ATTEMPTS = 25;

/** Kept as the reason when an attempt never told what became of it. */
export const DIED_WITH_ITS_PROCESS = 'the last attempt ended with its process';

/** The lease ran out meanwhile and somebody else may be at work: nothing is written any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}
