/** Composition root of the relay: configuration, log, signals. */
import { fileURLToPath } from 'node:url';

import { pino, type Logger } from 'pino';

import { readConfig } from './config.js';
import { startRelay, type Relay } from './inbox/relay.js';
import { createRegistry } from './metrics/registry.js';
import { serveMetricsOrWarn } from './metrics/server.js';
import { assertAlmatyIsUtcPlus5 } from './scripts/time-zone-check.js';
import { exitWithParent } from './scripts/stack/parent-watch.js';

async function main(): Promise<void> {
  assertAlmatyIsUtcPlus5();
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel, name: 'relay' });
  const relay = await startRelay(config, log);
  // Ends with the process: nothing waits for it.
  await serveMetricsOrWarn(config.metrics, log, () => ({ registry: createRegistry('relay') }));
  const stop = stopOnce(relay, log);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  exitWithParent(stop);
}

/** A second signal must not stop a second time: the first is still letting jobs finish. */
function stopOnce(relay: Relay, log: Logger): () => void {
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= relay
      .stop()
      .then(() => log.info('relay has drained'))
      .catch((error: unknown) => {
        log.fatal({ err: error }, 'relay could not stop in order');
        process.exitCode = 1;
      })
      // What an outage left half-open must not keep the process alive.
      .finally(() => process.exit());
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    process.exit();
  });
}
