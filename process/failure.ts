/**
 * A start-up failure that a person can act on: what is wrong and what to do, in plain words.
 * `npm start` prints the message alone and exits with code 1; any other error is a defect of ours
 * and keeps its stack in the log.
 */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** The message of anything thrown, for building such sentences. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((each) => reasonOf(each)).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
