/** Composition root of the simulators: the outside world in small, for development. */
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { readSimulatorsConfig } from './process/config.js';
import { exitWithParent } from './process/parent-watch.js';
import { startSimulators } from './simulators/start.js';

async function main(): Promise<void> {
  const { logLevel, ...config } = readSimulatorsConfig(process.env);
  const log = pino({ level: logLevel, name: 'simulators' });
  const simulators = await startSimulators({ ...config, onFault: (error) => log.error({ err: error }, 'the simulators failed at a request') });
  log.info({ url: simulators.url, smtpUrl: simulators.smtpUrl, agencies: config.agencies.length }, 'simulators are running');
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= simulators.stop().catch((error: unknown) => {
      log.error({ err: error }, 'the simulators did not stop cleanly');
      process.exitCode = 1;
    });
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  exitWithParent(stop);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    process.exit();
  });
}
