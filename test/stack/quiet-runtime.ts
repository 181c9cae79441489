/** The SDK's own log lines would drown the story that the tests tell; errors still show. */
import { DefaultLogger, Runtime } from '@temporalio/worker';

Runtime.install({ logger: new DefaultLogger('ERROR') });
