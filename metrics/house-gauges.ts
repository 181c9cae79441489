/** What Postgres knows of the whole house, read at each asking. */
import { Gauge, type Registry } from 'prom-client';
import type { Logger } from 'pino';
import { readHouseCounts, type HouseCounts } from '../db/house-counts.js';
import type { Pool } from '../db/pool.js';
import type { Refresh } from './server.js';

/** Adds the gauges; call what is returned before they are exposed. */
export function houseGauges(registry: Registry, pool: Pool, log: Logger): Refresh {
  const show = gaugesOf(registry);
  return async () => {
    try {
      show(await readHouseCounts(pool, Date.now()));
    } catch (error) {
      // Old numbers would look like a healthy house.
      show(undefined);
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the counts of the house could not be read');
    }
  };
}

function gaugesOf(registry: Registry): (counts: HouseCounts | undefined) => void {
  const gauge = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  const readable = gauge('tirek_database_readable', '1 when the counts below could be read now');
  const pastCases = gauge('tirek_open_cases_with_past_moment', 'Open cases whose next moment passed more than 60 s ago; cases whose clock is ahead of the wall clock are left out');
  const pastAge = gauge('tirek_oldest_past_moment_seconds', 'How long ago the oldest of those moments passed');
  const waiting = gauge('tirek_inbox_waiting', 'Messages that the engine has not taken yet', ['kind']);
  const waitingAge = gauge('tirek_inbox_oldest_waiting_seconds', 'Age of the oldest of them');
  const deliveries = gauge('tirek_alert_deliveries_undelivered', 'Deliveries of alerts that wait, are held by quiet hours, or were given up', ['channel', 'state']);
  const alarms = gauge('tirek_alarms_raised', 'Alarms to the administrator whose cause is there now', ['kind']);
  return (counts) => {
    for (const each of [pastCases, pastAge, waiting, waitingAge, deliveries, alarms]) each.reset();
    readable.set(counts === undefined ? 0 : 1);
    if (counts === undefined) {
      // Without labels a reset says 0: not a number is what is true.
      for (const each of [pastCases, pastAge, waitingAge]) each.set(Number.NaN);
      return;
    }
    pastCases.set(counts.pastMoments.cases);
    pastAge.set(counts.pastMoments.oldestSeconds);
    waitingAge.set(counts.inbox.oldestSeconds);
    for (const { kind, rows } of counts.inbox.waiting) waiting.set({ kind }, rows);
    for (const { channel, state, rows } of counts.deliveries) deliveries.set({ channel, state }, rows);
    for (const { kind, rows } of counts.alarms) alarms.set({ kind }, rows);
  };
}
