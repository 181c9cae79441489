/** Moments that no clock rang: the watchman, the herd at one instant, and who of two relays does it. */
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ringing, type Ringer } from '../../work/watch/rings.js';
import { WatchTurn } from '../../work/watch/turn.js';
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

/** A case one of whose moments came so long ago, as if nobody had looked; its clock had armed a timer for it. */
async function late(seconds: number, threat = false): Promise<string> {
  const { caseId } = await openCase(house.desk, { threat });
  const ago = `now() - interval '${seconds} seconds'`;
  await house.owner(`update subject_clock set rings_at = ${ago}, wakes_at = ${ago}, armed_at = ${ago}, seen_seq = 1 where subject_id = $1`, caseId);
  await house.owner('delete from wake where subject_id = $1', caseId);
  return caseId;
}

interface RingingSeen {
  rung: string[];
  by: [Ringer, number][];
  ringing: Ringing;
}

/** Rings by name alone: what a ring makes of a case is the core's affair. */
function ringing({ graceMs = 2_000, herd = 50, perRound = 25 } = {}): RingingSeen {
  const rung: string[] = [];
  const by: [Ringer, number][] = [];
  return {
    rung,
    by,
    ringing: new Ringing({
      pool: pool(),
      ring: async (caseId) => {
        rung.push(caseId);
        await pool().query(`update subject_clock set rings_at = null, wakes_at = null where subject_id = $1`, [caseId]);
        const outcome = await house.desk.take(caseId, []);
        // What the ledger recorded, in two words.
        if (outcome.state === undefined) throw new Error('the ledger has no such case');
        return { ...outcome, state: { ...outcome.state, seq: 2 }, entries: [{ seq: 2, type: 'DeadlineStepReached' } as (typeof outcome.entries)[number]] };
      },
      hold: async () => true,
      herd,
      graceMs,
      perRound,
      onRung: (who, cases) => void by.push([who, cases]),
      log: SILENT,
    }),
  };
}

const wakes = () =>
  house.rows<{ caseId: string; lane: number; name: string; ahead: number }>(
    `select subject_id as "caseId", lane, name, round(extract(epoch from due_at - statement_timestamp()))::int as ahead from wake order by lane, subject_id`,
  );

describe('the watchman', () => {
  it('rings a moment that passed by more than the grace, wakes its clock and believes nothing that was armed', async () => {
    const [missed, merelyLate] = [await late(3), await late(1)];
    const { rung, ringing: watchman, by } = ringing();
    await watchman.round();
    expect(rung).toEqual([missed]);
    expect(by).toEqual([['watchman', 1]]);
    expect(await wakes()).toEqual([{ caseId: missed, lane: 2, name: 'DeadlineStepReached', ahead: 0 }]);
    expect(await house.rows('select subject_id as "caseId" from subject_clock where armed_at is null')).toEqual([{ caseId: missed }]);
    expect(merelyLate).not.toBe(missed);
  });

  it('rings threats first, and no more in a round than it may', async () => {
    const usual = [await late(60), await late(60)];
    const threat = await late(5, true);
    const { rung, ringing: watchman } = ringing({ perRound: 2 });
    await watchman.round();
    expect(rung[0]).toBe(threat);
    expect(rung).toHaveLength(2);
    await watchman.round();
    expect(rung.toSorted()).toEqual([...usual, threat].toSorted());
  });

  it('a case that cannot be rung holds up no other, and is tried again later', async () => {
    const [broken, sound] = [await late(60), await late(30)];
    const rung: string[] = [];
    const watchman = new Ringing({
      pool: pool(),
      ring: async (caseId) => {
        rung.push(caseId);
        if (caseId === broken) throw new Error('not now');
        return house.desk.take(caseId, []);
      },
      hold: async () => true,
      herd: 50,
      graceMs: 2_000,
      perRound: 1,
      log: SILENT,
    });
    for (let rounds = 0; rounds < 3; rounds += 1) await watchman.round();
    expect(rung).toEqual([broken, sound]);
  });

  it('with Temporal away the terms that pass are recorded by a real relay, with their legal instant', async () => {
    const { caseId } = await openCase(house.desk, { threat: true });
    // The whole case is moved into the past: what it had to do was due an hour ago.
    const [state] = await house.rows<{ state: { duties: { steps: { at: number }[] }[] } }>('select state from subject_state where subject_id = $1', caseId);
    const first = Math.min(...(state?.state.duties ?? []).flatMap(({ steps }) => steps.map(({ at }) => at)));
    const ahead = first - Date.now() + 1_000;
    await house.owner(`update case_file set skipping = true, skew_ms = $2::bigint where subject_id = $1`, caseId, Math.round(ahead));
    await house.owner(
      `update subject_clock set rings_at = rings_at - $2 * interval '1 millisecond', wakes_at = wakes_at - $2 * interval '1 millisecond' where subject_id = $1`,
      caseId,
      Math.round(ahead),
    );
    await house.relay();
    const steps = await eventually(async () => {
      const rows = await house.rows<{ occurred: Date; moment: number }>(
        `select occurred_at as occurred, (entry -> 'data' ->> 'moment')::float8 as moment from ledger where subject_id = $1 and type = 'DeadlineStepReached'`,
        caseId,
      );
      return rows.length > 0 ? rows : undefined;
    }, 'the step is recorded');
    expect(steps.map(({ occurred }) => occurred.getTime())).toEqual(steps.map(({ moment }) => moment));
    expect(steps[0]?.moment).toBe(first);
    const told = await eventually(async () => {
      const rows = await house.rows<{ state: string }>('select state from alert_delivery');
      return rows.length > 0 && rows.every((row) => row.state !== 'waiting') ? rows : undefined;
    }, 'people are told');
    expect(told.length).toBeGreaterThan(0);
  });
});

describe('the herd', () => {
  it('many moments at one instant are rung at once, threats first, none twice; their own timers are left to look by themselves', async () => {
    const cases: { caseId: string; threat: boolean }[] = [];
    for (let opened = 0; opened < 60; opened += 1) cases.push({ threat: opened % 10 === 9, caseId: await late(0, opened % 10 === 9) });
    const { rung, by, ringing: herd } = ringing();
    await herd.round();
    expect(new Set(rung).size).toBe(60);
    expect(rung).toHaveLength(60);
    expect(new Set(rung.slice(0, 6))).toEqual(new Set(cases.filter(({ threat }) => threat).map(({ caseId }) => caseId)));
    expect(by).toEqual([['herd', 60]]);
    expect((await wakes()).every(({ ahead }) => ahead > 20)).toBe(true);
    expect(await house.rows('select from subject_clock where armed_at is null')).toEqual([]);
  });

  it('few moments are left to their clocks', async () => {
    for (let opened = 0; opened < 3; opened += 1) await late(0);
    const { rung, ringing: herd } = ringing();
    await herd.round();
    expect(rung).toEqual([]);
  });

  it('a clock that has seen it meanwhile is not asked to look again', async () => {
    const caseId = await late(60);
    await house.owner('update subject_clock set seen_seq = 2 where subject_id = $1', caseId);
    const { ringing: watchman } = ringing();
    await watchman.round();
    expect(await wakes()).toEqual([]);
  });
});

describe('the turn', () => {
  it('is one relay’s until its lease is over or it leaves', async () => {
    const [one, two] = [new WatchTurn(pool(), 60_000), new WatchTurn(pool(), 60_000)];
    expect([await one.hold(), await two.hold(), await one.hold()]).toEqual([true, false, true]);
    await one.leave();
    expect([await two.hold(), await one.hold()]).toEqual([true, false]);
    await house.owner(`update watch_turn set lease_until = now() + interval '1 hour'`);
    expect(await one.hold()).toBe(true);
  });
});
