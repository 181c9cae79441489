/** The SDK's own log lines would drown the story that the tests tell; errors still show. One runtime serves all files of a process. */
import { DefaultLogger, Runtime } from '@temporalio/worker';

const INSTALLED = Symbol.for('tirek.test.quiet-runtime');

if (!(INSTALLED in globalThis)) {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  Object.defineProperty(globalThis, INSTALLED, { value: true });
}
