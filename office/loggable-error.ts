/** An error as it may stand in a log: errors of Postgres repeat the values of rows, which may be personal data. */
import { DatabaseError } from 'pg';

export interface LoggableError {
  name: string;
  message?: string;
  code?: string;
  constraint?: string;
  table?: string;
  stack?: string;
}

export function loggableError(error: unknown): LoggableError {
  if (error instanceof DatabaseError) {
    const { code, constraint, table } = error;
    const known = { code, constraint, table };
    const present = Object.entries(known).filter(([, value]) => value !== undefined);
    return { name: error.name, ...Object.fromEntries(present), stack: framesOf(error) };
  }
  if (!(error instanceof Error)) return { name: typeof error };
  return { name: error.name, message: error.message, stack: framesOf(error) };
}

/** The stack without its first lines, which repeat the message. */
function framesOf(error: Error): string {
  const lines = (error.stack ?? '').split('\n');
  return lines.filter((line) => /^\s+at /.test(line)).join('\n');
}
