/** Refusals of the API as sentences of the command line. */
import { ApiRefusal } from '../../tools/demo/center-api.js';
import { CommandFailure } from './terminal.js';

/** What the API refuses becomes one sentence with each place that it names. */
export async function told(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ApiRefusal) {
      const places = error.errors.map(({ field, message }) => `\n  ${field === '' ? 'the draft' : field}: ${message}`);
      throw new CommandFailure(error.code, error.detail + places.join(''));
    }
    if (error instanceof Error && error.message.startsWith('the API at ')) throw new CommandFailure('stack_not_running', error.message.replace(/^t/, 'T'));
    throw error;
  }
}
