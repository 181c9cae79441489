/** Composition root of the relay: configuration, log, signals. */
import { fileURLToPath } from 'node:url';
import { pino, type Logger } from 'pino';
import { readConfig } from './process/config.js';
import { relayMetrics } from './metrics/relay-metrics.js';
import { createRegistry } from './metrics/registry.js';
import { serveMetricsOrWarn } from './metrics/server.js';
import { assertAlmatyIsUtcPlus5 } from './process/time-zone-check.js';
import { exitWithParent } from './process/parent-watch.js';
import { startRelay, type Relay } from './work/relay.js';

async function main(): Promise<void> {
  assertAlmatyIsUtcPlus5();
  const config = readConfig(process.env, 'relay');
  const log = pino({ level: config.logLevel, name: 'relay' });
  const registry = createRegistry('relay');
  const relay = await startRelay(config, log, {
    observer: relayMetrics(registry),
    // At once: what stands still would not drain either. Whatever is in hand is anybody's when its lease is over.
    onStuck: () => process.exit(1),
    onUnfit: (reason) => {
      log.fatal({ reason: reason.message }, 'the relay ends: its role of the database is unfit');
      process.exit(1);
    },
  });
  // Ends with the process: nothing waits for it.
  await serveMetricsOrWarn(config.metrics, log, () => ({ registry }));
  const stop = stopOnce(relay, log);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  exitWithParent(stop);
}

/** A second signal must not stop a second time: the first is still letting work finish. */
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
