/** Composition root of the API. */
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { startApi } from './api/server.js';
import { createFamilyPages } from './console/family-router.js';
import { createConsole } from './console/router.js';
import { readConfig } from './process/config.js';
import { testsAtHand } from './process/rule-coverage.js';
import { assertAlmatyIsUtcPlus5 } from './process/time-zone-check.js';
import { exitWithParent } from './process/parent-watch.js';

async function main(): Promise<void> {
  assertAlmatyIsUtcPlus5();
  const config = readConfig(process.env, 'api');
  const log = pino({ level: config.logLevel, name: 'api' });
  const ruleTests = testsAtHand(fileURLToPath(new URL('.', import.meta.url))).catch((error: unknown) => {
    log.warn({ err: error }, 'the tests could not be read: the rule table is shown without them');
    return undefined;
  });
  const api = await startApi(config, log, createConsole, ruleTests, createFamilyPages);
  log.info({ url: api.url }, 'api is listening');
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= api.stop().then(
      () => log.info('api has drained'),
      (error: unknown) => {
        log.error({ err: error }, 'the api did not stop cleanly');
        process.exitCode = 1;
      },
    );
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  exitWithParent(stop);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    // Without it a pool that was opened before the failure would keep the process alive.
    process.exit();
  });
}
