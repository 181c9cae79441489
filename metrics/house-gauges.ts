/** What Postgres knows of the whole house, read at each asking. */
import { Gauge, type Registry } from 'prom-client';
import type { Logger } from 'pino';
import { ALARM_KINDS } from '../contracts/alarm.js';
import { readHouseCounts, type HouseCounts } from '../db/house-counts.js';
import type { Pool } from '../db/pool.js';
import { readDueWork, readGivenUp } from '../work/due-work.js';
import { LIST_NAMES, type DueWork, type ListName } from '../work/work-list.js';
import type { Refresh } from './server.js';

/** Adds the gauges; call what is returned before they are exposed. */
export function houseGauges(registry: Registry, pool: Pool, log: Logger): Refresh {
  const show = gaugesOf(registry);
  const showWork = workGaugesOf(registry);
  return async () => {
    try {
      const [counts, due, givenUp] = await Promise.all([readHouseCounts(pool, Date.now()), readDueWork(pool), readGivenUp(pool)]);
      show(counts);
      showWork({ due, givenUp });
    } catch (error) {
      // Old numbers would look like a healthy house.
      show(undefined);
      showWork(undefined);
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the counts of the house could not be read');
    }
  };
}

type MakeGauge = <L extends string = never>(name: string, help: string, labelNames?: readonly L[]) => Gauge<L>;

function gaugeOf(registry: Registry): MakeGauge {
  return (name, help, labelNames = []) => new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
}

/** Lists of work: what is due and in nobody's hand, and what was given up. Series exist from zero: silence is no news. */
function workGaugesOf(registry: Registry): (work: { due: readonly DueWork[]; givenUp: readonly { list: ListName; rows: number }[] } | undefined) => void {
  const gauge = gaugeOf(registry);
  const due = gauge('tirek_work_due', 'Rows of a work list that are due and that nobody has taken', ['list']);
  const oldest = gauge('tirek_work_oldest_due_seconds', 'For how long the oldest of them could have been taken', ['list']);
  const failed = gauge('tirek_work_failed', 'Rows given up after their last attempt, within a day', ['list']);
  return (work) => {
    for (const list of LIST_NAMES) {
      const ofList = work?.due.filter((each) => each.list === list) ?? [];
      due.set({ list }, work === undefined ? Number.NaN : ofList.reduce((sum, { rows }) => sum + rows, 0));
      oldest.set({ list }, work === undefined ? Number.NaN : Math.max(0, ...ofList.map(({ oldestMs }) => oldestMs)) / 1_000);
      failed.set({ list }, work === undefined ? Number.NaN : (work.givenUp.find((each) => each.list === list)?.rows ?? 0));
    }
  };
}

function gaugesOf(registry: Registry): (counts: HouseCounts | undefined) => void {
  const gauge = gaugeOf(registry);
  const readable = gauge('tirek_database_readable', '1 when the counts below could be read now');
  const pastCases = gauge(
    'tirek_open_cases_with_past_moment',
    'Open cases whose next moment passed more than 60 s ago; cases whose clock is ahead of the wall clock are left out',
  );
  const pastAge = gauge('tirek_oldest_past_moment_seconds', 'How long ago the oldest of those moments passed');
  const waiting = gauge('tirek_inbox_waiting', 'Messages that the engine has not taken yet', ['kind']);
  const waitingAge = gauge('tirek_inbox_oldest_waiting_seconds', 'Age of the oldest of them');
  const deliveries = gauge('tirek_alert_deliveries_undelivered', 'Deliveries of alerts that wait, are held by quiet hours, or were given up', [
    'channel',
    'state',
  ]);
  const clocksMissing = gauge('tirek_clocks_missing', 'Running cases that nothing would wake, counted up to 1000');
  const wakes = gauge('tirek_wakes', 'Clocks that were asked to look and did not yet');
  const unheard = gauge('tirek_wakes_unheard', 'Of these, signalled for a minute without an answer');
  const held = gauge('tirek_effects_held', '1 while nothing is sent to agencies after a restore of the ledger');
  const alarms = gauge('tirek_alarms_raised', 'Alarms to the administrator whose cause is there now', ['kind']);
  return (counts) => {
    for (const each of [pastCases, pastAge, waiting, waitingAge, deliveries, alarms, clocksMissing, wakes, unheard, held]) each.reset();
    readable.set(counts === undefined ? 0 : 1);
    if (counts === undefined) {
      // Without labels a reset says 0: not a number is what is true.
      for (const each of [pastCases, pastAge, waitingAge, clocksMissing, wakes, unheard, held]) each.set(Number.NaN);
      return;
    }
    pastCases.set(counts.pastMoments.cases);
    pastAge.set(counts.pastMoments.oldestSeconds);
    waitingAge.set(counts.inbox.oldestSeconds);
    clocksMissing.set(counts.clocks.missing);
    wakes.set(counts.clocks.wakes);
    unheard.set(counts.clocks.unheard);
    held.set(counts.effectsHeld ? 1 : 0);
    for (const kind of ['appeal', 'report']) waiting.set({ kind }, 0);
    for (const channel of ['webhook', 'mail']) for (const state of ['waiting', 'held', 'failed']) deliveries.set({ channel, state }, 0);
    for (const kind of ALARM_KINDS) alarms.set({ kind }, 0);
    for (const { kind, rows } of counts.inbox.waiting) waiting.set({ kind }, rows);
    for (const { channel, state, rows } of counts.deliveries) deliveries.set({ channel, state }, rows);
    for (const { kind, rows } of counts.alarms) alarms.set({ kind }, rows);
  };
}
