/** The process of the development provider: `npm start` starts it beside the others. */
import { pino } from 'pino';
import { readDevelopmentProviderConfig } from '../../process/config.js';
import { exitWithParent } from '../../process/parent-watch.js';
import { startProvider } from './provider.js';

const { logLevel, ...config } = readDevelopmentProviderConfig(process.env);
const log = pino({ level: logLevel, name: 'provider' });
// The library asks for Node 22 in its first line here, and runs on 20.19 all the same.
const provider = await startProvider({ ...config, onFault: (error) => log.error({ err: error }, 'the provider failed at a request') });
log.info({ issuer: provider.issuer }, 'the development provider is running');
let stopping: Promise<void> | undefined;
const stop = (): void => {
  stopping ??= provider.stop().catch((error: unknown) => {
    log.error({ err: error }, 'the provider did not stop cleanly');
    process.exitCode = 1;
  });
};
process.once('SIGINT', stop).once('SIGTERM', stop);
// No SIGHUP on Windows: there a key changes with its month.
process.on('SIGHUP', () => {
  provider.rotate().then(
    () => log.info('a new key signs'),
    (error: unknown) => log.error({ err: error }, 'no new key was made'),
  );
});
exitWithParent(stop);
