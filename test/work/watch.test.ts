/** Who watches over the clocks: the reconciler, and what is told to the administrator. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlarmKind } from '../../contracts/alarm.js';
import { listAlarms, type AlarmListItem } from '../../db/alarms.js';
import { CLOCK_VERSION } from '../../contracts/case-clock.js';
import { mendSteppedClock, missingClocks, wakeAfterRinging, wakeEveryClock } from '../../db/clocks.js';
import { readPastMoments } from '../../db/past-moments.js';
import { EngineAway, type ClockEngine, type RunningClock } from '../../work/clock-engine.js';
import { BOUNDS, watchAlarms } from '../../work/watch/alarm-watch.js';
import { EngineWatch, ENGINE_WATCH_TIMES, type EngineWatchTimes } from '../../work/watch/engine-watch.js';
import { openCase } from '../ledger/take-desk.js';
import { eventually } from '../stack/eventually.js';
import { openRelayHouse, type RelayHouse } from './relay-house.js';

const SILENT = pino({ level: 'silent' });

let house: RelayHouse;

beforeEach(async () => {
  house = await openRelayHouse();
});

afterEach(async () => {
  await house.stop();
});

const pool = () => house.database.pool;

const wakes = () =>
  house.rows<{ caseId: string; lane: number; name: string; ahead: number }>(
    `select subject_id as "caseId", lane, name, round(extract(epoch from due_at - statement_timestamp()))::int as ahead from wake order by lane, subject_id`,
  );

/** An engine that has what the test says. */
class Told implements ClockEngine {
  id: string | undefined = 'server-1';
  runs: RunningClock[] = [];
  ended: string[] = [];
  ensured = 0;
  isAway = false;
  readonly #answer = <T>(value: T): Promise<T> => (this.isAway ? Promise.reject(new EngineAway('away')) : Promise.resolve(value));
  wake = (): Promise<1> => this.#answer(1);
  namespaceId = (): Promise<string | undefined> => this.#answer(this.id);
  ensure = async (): Promise<void> => {
    this.ensured += 1;
    this.id ??= 'server-2';
    await this.#answer(undefined);
  };
  unserved: string[] = [];
  queuesWithoutWorker = (): Promise<readonly string[]> => this.#answer(this.unserved);
  countRunning = (): Promise<number> => this.#answer(this.runs.length);
  async *running(): AsyncIterable<readonly RunningClock[]> {
    yield await this.#answer(this.runs);
  }
  end = async ({ caseId }: Pick<RunningClock, 'caseId'>): Promise<void> => {
    this.ended.push(caseId);
    this.runs = this.runs.filter((run) => run.caseId !== caseId);
    await this.#answer(undefined);
  };
}

const EAGER: EngineWatchTimes = { ...ENGINE_WATCH_TIMES, graceMs: 1_000, countEveryMs: 0, ghostsEveryMs: 0, ensureEveryMs: 60_000, settledForMs: 0 };

interface Watching {
  watch: EngineWatch;
  engine: Told;
  woken: [string, number][];
  at: { now: number };
}

function watching(times: Partial<EngineWatchTimes> = {}, clockVersion: number = CLOCK_VERSION): Watching {
  const engine = new Told();
  const woken: [string, number][] = [];
  const at = { now: Date.now() };
  const watch = new EngineWatch({
    pool: pool(),
    engine,
    namespace: 'n',
    log: SILENT,
    times: { ...EAGER, ...times },
    clockVersion,
    onWoken: (why, clocks) => void woken.push([why, clocks]),
    now: () => at.now,
  });
  return { watch, engine, woken, at };
}

/** A case whose clock has armed in time and has heard. */
async function watched(): Promise<string> {
  const { caseId } = await openCase(house.desk);
  await house.owner('update subject_clock set armed_at = wakes_at, run_id = $2, seen_seq = 1, looked_at = now() where subject_id = $1', caseId, randomUUID());
  await house.owner('delete from wake where subject_id = $1', caseId);
  return caseId;
}

async function asRunning(engine: Told): Promise<void> {
  const rows = await house.rows<{ caseId: string }>('select subject_id as "caseId" from subject_clock where running');
  engine.runs = rows.map(({ caseId }) => ({ kind: 'case', caseId, startedAt: Date.now() - 600_000 }));
}

describe('the reconciler', () => {
  it('a running case with nothing armed in time is woken when it is seen so twice', async () => {
    const [missing, sound] = [await watched(), await watched()];
    const { watch, engine, woken } = watching();
    await asRunning(engine);
    await watch.round();
    await house.owner('delete from wake');
    await house.owner('update subject_clock set armed_at = case when subject_id <> $1 then wakes_at end', missing);
    await watch.round();
    expect(await wakes()).toEqual([]);
    await watch.round();
    expect(await wakes()).toMatchObject([{ caseId: missing, name: 'ClockMissing' }]);
    expect(woken.at(-1)).toEqual(['missing', 1]);
    expect(watch.causes().causes).toMatchObject([{ kind: 'clocks_missing', params: { clocks: 1 } }]);
    expect(sound).not.toBe(missing);
    // Asked already: not asked twice.
    await watch.round();
    expect(woken.filter(([why]) => why === 'missing')).toHaveLength(1);
  });

  it('a running case that the engine has no run for is woken when it is seen so twice, whatever was armed and is to be told later', async () => {
    const [ended, sound] = [await watched(), await watched()];
    await house.owner(`insert into wake (subject_id, lane, name, seq, due_at) values ($1, 2, 'NeedsDetermined', 2, now() + interval '1 hour')`, ended);
    const { watch, engine, woken } = watching();
    await asRunning(engine);
    await watch.round();
    await house.owner('delete from wake where subject_id = $1', sound);
    await house.owner(`update wake set due_at = now() + interval '1 hour', attempts = 0`);
    await house.owner('update subject_clock set armed_at = wakes_at, run_id = $1', randomUUID());
    engine.runs = engine.runs.filter((run) => run.caseId !== ended);
    await watch.round();
    expect(woken.filter(([why]) => why === 'missing')).toEqual([]);
    await watch.round();
    expect(woken.at(-1)).toEqual(['missing', 1]);
    expect(await house.rows('select subject_id as "caseId", name from wake where due_at <= now()')).toEqual([{ caseId: ended, name: 'NeedsDetermined' }]);
  });

  it('a moment that passed and was not looked at has no clock, whatever was armed', async () => {
    const caseId = await watched();
    await house.owner(
      `update subject_clock set wakes_at = now() - interval '5 seconds', armed_at = now() - interval '5 seconds', looked_at = now() - interval '1 hour' where subject_id = $1`,
      caseId,
    );
    expect(await missingClocks(pool(), 1_000, 10)).toEqual([caseId]);
    expect(await missingClocks(pool(), 60_000, 10)).toEqual([]);
    // A retry that is held, or under way for long: woken again and again its clock would go deaf.
    await house.owner('update subject_clock set looked_at = now() where subject_id = $1', caseId);
    expect(await missingClocks(pool(), 1_000, 10)).toEqual([]);
  });

  it('what is to be sent is looked after while nothing is held: the ledger may have come back as it was before', async () => {
    const caseId = await watched();
    await house.owner(
      `insert into effect (key, subject_id, kind, agency, measure_ids, seq, state, series) values ($1, $2, 'referral', 'health', '{m-1}', 1, 'pending', 1)`,
      randomUUID(),
      caseId,
    );
    expect(await missingClocks(pool(), 60_000, 10)).toEqual([]);
    await house.owner(`update subject_clock set looked_at = now() - interval '6 minutes' where subject_id = $1`, caseId);
    expect(await missingClocks(pool(), 60_000, 10)).toEqual([caseId]);
    await house.owner(`insert into effects_hold (reason) values ('ledger_restored')`);
    expect(await missingClocks(pool(), 60_000, 10)).toEqual([]);
  });

  it('while effects are held, what is to be sent again and is not armed is no missing clock; a step of a ladder is', async () => {
    const [waits, missed] = [await watched(), await watched()];
    await house.owner(`update subject_clock set wakes_at = now() - interval '5 seconds', armed_at = rings_at, looked_at = now() - interval '10 seconds'`);
    await house.owner(`update subject_clock set rings_at = wakes_at where subject_id = $1`, missed);
    expect((await missingClocks(pool(), 1_000, 10)).toSorted()).toEqual([waits, missed].toSorted());
    expect(await readPastMoments(pool(), Date.now(), 1_000)).toMatchObject({ cases: 2 });
    await house.owner(`insert into effects_hold (reason) values ('ledger_restored')`);
    expect(await missingClocks(pool(), 1_000, 10)).toEqual([missed]);
    expect(await readPastMoments(pool(), Date.now(), 1_000)).toMatchObject({ cases: 1 });
  });

  it('an empty server under the old name: every clock is set anew, threats first, and the administrator hears of it', async () => {
    await watched();
    const threat = await openCase(house.desk, { threat: true });
    const { watch, engine, woken } = watching();
    await asRunning(engine);
    await watch.round();
    await house.owner('delete from wake');
    await house.owner(`update subject_clock set armed_at = wakes_at, run_id = 'old', told_lane = 2`);
    engine.id = 'server-2';
    engine.runs = [];
    await watch.round();
    expect(await wakes()).toMatchObject([
      { caseId: threat.caseId, lane: 1, name: 'ClockRestored', ahead: 0 },
      { lane: 2, name: 'ClockRestored' },
    ]);
    expect(await house.rows('select distinct armed_at, run_id, told_lane from subject_clock')).toEqual([{ armed_at: null, run_id: null, told_lane: null }]);
    expect(woken).toContainEqual(['rebuilt', 2]);
    expect(engine.ensured).toBeGreaterThan(0);
    await watchAlarms(pool(), SILENT, Date.now(), { findings: watch.causes(), namespace: 'n' });
    expect(await kinds()).toContain('engine_rebuilt');
    const before = woken.length;
    await watch.round();
    expect(woken.slice(before).filter(([why]) => why === 'rebuilt')).toEqual([]);
  });

  it('a release with another version of the clock replaces every run, threats first, once; after a step back again', async () => {
    await watched();
    await openCase(house.desk, { threat: true });
    const heard = async (): Promise<void> => {
      await house.owner('delete from wake');
      await house.owner('update subject_clock set armed_at = wakes_at, looked_at = now()');
    };
    const first = watching();
    await asRunning(first.engine);
    await first.watch.round();
    await heard();
    for (const clockVersion of [CLOCK_VERSION + 1, CLOCK_VERSION]) {
      const { watch, engine, woken } = watching({}, clockVersion);
      await asRunning(engine);
      await watch.round();
      expect(await house.rows(`select lane, name, rebuild from wake order by lane`)).toEqual([
        { lane: 1, name: 'ClockRebuilt', rebuild: true },
        { lane: 2, name: 'ClockRebuilt', rebuild: true },
      ]);
      expect(woken).toEqual([['version', 2]]);
      await heard();
      await watch.round();
      expect(await wakes()).toEqual([]);
    }
    // The relay before is still there, and leaves the clocks as they were set last.
    await house.owner('update engine_seen set clock_version = $1', CLOCK_VERSION + 1);
    await first.watch.round();
    expect(await wakes()).toEqual([]);
  });

  it('a server without the namespace gets it, and every clock', async () => {
    await watched();
    const { watch, engine, woken } = watching();
    await watch.round();
    engine.id = undefined;
    await watch.round();
    expect(engine.ensured).toBeGreaterThan(1);
    expect(woken.filter(([why]) => why === 'rebuilt')).toHaveLength(2);
  });

  it('a server that was restored keeps its id: far fewer runs than cases, twice in a row, set every clock anew', async () => {
    for (let opened = 0; opened < 12; opened += 1) await watched();
    const { watch, engine, woken } = watching();
    await asRunning(engine);
    await watch.round();
    await house.owner('delete from wake');
    await house.owner('update subject_clock set armed_at = wakes_at');
    engine.runs = [];
    await watch.round();
    expect(woken.filter(([why]) => why === 'fewer')).toEqual([]);
    await watch.round();
    expect(woken.filter(([why]) => why === 'fewer')).toEqual([['fewer', 12]]);
  });

  it('clocks that are being set are not counted as lost: a large house would be set anew for ever', async () => {
    for (let opened = 0; opened < 12; opened += 1) await watched();
    const { watch, woken } = watching();
    await watch.round();
    const asked = await wakes();
    expect(asked).toHaveLength(12);
    for (let rounds = 0; rounds < 4; rounds += 1) await watch.round();
    expect(woken).toEqual([['rebuilt', 12]]);
    // So it is when the first signals have gone out and no look has heard them yet.
    await house.owner(`update wake set attempts = 1, due_at = now() + interval '10 seconds'`);
    for (let rounds = 0; rounds < 4; rounds += 1) await watch.round();
    expect(woken).toEqual([['rebuilt', 12]]);
  });

  it.each([
    ['all clocks are set anew', () => wakeEveryClock(pool(), { name: 'ClockRestored', rebuild: true, forget: true })],
    ['what rang without its clock is told', (caseId: string) => wakeAfterRinging(pool(), [{ caseId, name: 'DeadlineStepReached', seq: 2 }], 0, true)],
  ])('a look that hears its wake while %s is not stopped by it', async (_what, set) => {
    const caseId = await watched();
    await wakeEveryClock(pool(), { name: 'ClockRestored', rebuild: false, forget: false });
    const look = await pool().connect();
    try {
      // What a look does, in its order: the clock, then the wake.
      await look.query('begin');
      await look.query('select from subject_clock where subject_id = $1 for update', [caseId]);
      const setting = set(caseId);
      await eventually(
        async () =>
          (await house.rows(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length > 0 ? true : undefined,
        'it waits for the look',
      );
      await look.query('delete from wake where subject_id = $1', [caseId]);
      await look.query('commit');
      await setting;
    } finally {
      look.release();
    }
    expect(await wakes()).toMatchObject([{ caseId }]);
  });

  it('runs that no running case stands behind are ended', async () => {
    await watched();
    const { watch, engine } = watching();
    await asRunning(engine);
    const ghost = randomUUID();
    engine.runs.push({ kind: 'case', caseId: ghost, startedAt: Date.now() - 600_000 });
    await watch.round();
    expect(engine.ended).toEqual([ghost]);
  });

  it('many of them are not: it may be the ledger that is wrong', async () => {
    await watched();
    const { watch, engine } = watching();
    await asRunning(engine);
    for (let ghosts = 0; ghosts < 4; ghosts += 1) engine.runs.push({ kind: 'case', caseId: randomUUID(), startedAt: Date.now() - 600_000 });
    await watch.round();
    await watch.round();
    expect(engine.ended).toEqual([]);
    expect(watch.causes().causes).toMatchObject([{ kind: 'ghosts_many', params: { ghosts: 4, running: 5 } }]);
  });

  it('a task queue from which nobody takes is an alarm, when it is seen so twice', async () => {
    await watched();
    const { watch, engine } = watching();
    await asRunning(engine);
    engine.unserved = ['effects-http'];
    await watch.round();
    expect(watch.causes().causes).toEqual([]);
    await watch.round();
    expect(watch.causes().causes).toMatchObject([{ kind: 'queue_without_worker', params: { queues: 'effects-http' } }]);
    engine.unserved = [];
    await watch.round();
    expect(watch.causes().causes).toEqual([]);
  });

  it('three, and three again within ten minutes, are many', async () => {
    const { watch, engine, at } = watching();
    const ghosts = (): RunningClock[] => Array.from({ length: 3 }, () => ({ kind: 'case', caseId: randomUUID(), startedAt: at.now - 600_000 }));
    engine.runs = ghosts();
    await watch.round();
    expect(engine.ended).toHaveLength(3);
    engine.runs = ghosts();
    await watch.round();
    expect(engine.ended).toHaveLength(3);
    at.now += 11 * 60_000;
    engine.runs = ghosts();
    await watch.round();
    expect(engine.ended).toHaveLength(6);
  });

  it('a run that started just now, or whose case ended just now, is no ghost yet', async () => {
    const caseId = await watched();
    await house.owner('update subject_clock set running = false where subject_id = $1', caseId);
    const { watch, engine } = watching({ settledForMs: 60_000 });
    engine.runs = [
      { kind: 'case', caseId, startedAt: Date.now() - 600_000 },
      { kind: 'case', caseId: randomUUID(), startedAt: Date.now() - 1_000 },
    ];
    await watch.round();
    expect(engine.ended).toEqual([]);
  });

  it('a clock that is deaf while others hear gets another run, once', async () => {
    const { caseId } = await openCase(house.desk);
    await house.owner(`update wake set attempts = 4, due_at = now() + interval '1 hour' where subject_id = $1`, caseId);
    const { watch } = watching();
    await watch.round();
    expect(await house.rows('select rebuild from wake')).toEqual([{ rebuild: false }]);
    await house.owner(`update wake set attempts = 4, due_at = now() + interval '1 hour' where subject_id = $1`, caseId);
    await house.owner(`insert into heartbeat (process, instance, at) values ('worker', 'w', now())`);
    await watch.round();
    expect(await house.rows('select rebuild from wake')).toEqual([{ rebuild: true }]);
  });

  it('what lies in the future because the clock of Postgres stepped back is due now', async () => {
    const { caseId } = await openCase(house.desk);
    await house.owner(`update wake set since = now() + interval '1 hour', due_at = now() + interval '1 hour' where subject_id = $1`, caseId);
    expect(await mendSteppedClock(pool())).toBe(1);
    expect(await wakes()).toMatchObject([{ caseId, ahead: 0 }]);
    expect(await mendSteppedClock(pool())).toBe(0);
  });

  it('a wake that was put off by a clock that stood hours ahead is due now; one that waits by its plan is left', async () => {
    const { caseId } = await openCase(house.desk);
    await house.owner(`update wake set attempts = 1, due_at = now() + interval '2 hours' where subject_id = $1`, caseId);
    expect(await mendSteppedClock(pool())).toBe(1);
    await house.owner(`update wake set attempts = 3, due_at = now() + interval '10 minutes' where subject_id = $1`, caseId);
    expect(await mendSteppedClock(pool())).toBe(0);
  });
});

async function raised(): Promise<AlarmListItem[]> {
  return (await listAlarms(pool(), { state: 'raised', limit: 50 })).items.filter(({ kind }) => !kind.startsWith('calendar_'));
}

async function kinds(): Promise<AlarmKind[]> {
  return (await raised()).map(({ kind }) => kind);
}

describe('the administrator is told', () => {
  it('of an engine that is away for more than a minute, and of its return', async () => {
    const { watch, engine, at } = watching();
    engine.isAway = true;
    await watch.round();
    expect(watch.causes().causes).toEqual([]);
    at.now += 60_001;
    await watch.round();
    await watchAlarms(pool(), SILENT, at.now, { findings: watch.causes() });
    expect(await kinds()).toEqual(['engine_away']);
    engine.isAway = false;
    await watch.round();
    await watchAlarms(pool(), SILENT, at.now, { findings: watch.causes() });
    expect(await kinds()).toEqual([]);
  });

  it('of nothing that nobody could judge yet: an alarm of the relay before stays', async () => {
    const { watch, engine, at } = watching();
    engine.isAway = true;
    await watch.round();
    at.now += 60_001;
    await watchAlarms(pool(), SILENT, at.now, { findings: watch.causes() });
    await watchAlarms(pool(), SILENT, at.now, { findings: watching().watch.causes() });
    expect(await kinds()).toEqual(['engine_away']);
  });

  it('of wakes that nobody hears, a minute after the first signal', async () => {
    const { caseId } = await openCase(house.desk);
    await house.owner(`update wake set attempts = 2, due_at = now() + interval '40 seconds' where subject_id = $1`, caseId);
    await watchAlarms(pool(), SILENT);
    expect(await kinds()).toEqual([]);
    await house.owner(`update wake set due_at = now() + interval '9 seconds' where subject_id = $1`, caseId);
    await watchAlarms(pool(), SILENT);
    expect(await raised()).toMatchObject([{ kind: 'wakes_unheard', params: { wakes: 1 } }]);
  });

  it('of effects that are held after a restore, until somebody releases them', async () => {
    await house.owner(`insert into effects_hold (reason) values ('ledger_restored')`);
    await watchAlarms(pool(), SILENT);
    expect(await raised()).toMatchObject([{ kind: 'ledger_restored' }]);
    await house.owner('delete from effects_hold');
    await watchAlarms(pool(), SILENT);
    expect(await kinds()).toEqual([]);
  });

  it('of clocks of machines that disagree', async () => {
    await watchAlarms(pool(), SILENT, Date.now(), { clock: () => Date.now() + 40_000 });
    expect(await raised()).toMatchObject([{ kind: 'clocks_disagree', params: { seconds: expect.any(Number) as number } }]);
  });

  it.each(Object.entries(BOUNDS).filter(([list]) => ['wakes', 'inbox'].includes(list)))(
    'of work of the list %s that nobody takes for longer than its bound',
    async (list, boundMs) => {
      const { caseId } = await openCase(house.desk);
      await house.owner('delete from wake');
      if (list === 'inbox') await house.report(caseId);
      else await house.owner(`insert into wake (subject_id, lane, name, seq) values ($1, 2, 'Look', 1)`, caseId);
      const table = list === 'inbox' ? 'inbox' : 'wake';
      await house.owner(`update ${table} set due_at = now() - $1 * interval '1 millisecond'`, boundMs - 5_000);
      await watchAlarms(pool(), SILENT);
      expect(await kinds()).toEqual([]);
      await house.owner(`update ${table} set due_at = now() - $1 * interval '1 millisecond'`, boundMs + 1_000);
      await watchAlarms(pool(), SILENT);
      expect(await raised()).toMatchObject([{ kind: 'work_stuck', params: { list } }]);
    },
  );
});
