/** What holds for every list: leases, tokens, attempts, lanes, and silence that is heard. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listAlarms } from '../../db/alarms.js';
import { EngineGate } from '../../work/engine-gate.js';
import { inboxList } from '../../work/inbox.js';
import { LaneLoop } from '../../work/lane-loop.js';
import type { Leased } from '../../work/lease.js';
import { watchAlarms } from '../../work/watch/alarm-watch.js';
import type { Lane, WorkList } from '../../work/work-list.js';
import { openCase } from '../ledger/take-desk.js';
import { eventually } from '../stack/eventually.js';
import { allSettled, LEASE_MS, openRelayHouse, STUCK_AFTER_MS, type RelayHouse } from './relay-house.js';

const SILENT = pino({ level: 'silent' });
const HERE = { taken() {}, ended() {} };

let house: RelayHouse;

beforeEach(async () => {
  house = await openRelayHouse();
});

afterEach(async () => {
  await house.stop();
});

/** The inbox as a relay leases it, without a relay. */
const inbox = (): ReturnType<typeof inboxList> =>
  inboxList({
    pool: house.database.pool,
    take: (caseId) => house.desk.take(caseId, []),
    takeAppeal: async () => true,
    log: SILENT,
    lanes: [],
    leaseMs: LEASE_MS,
  });

async function take(lane: Lane = 2): Promise<{ caseId: string; token: string; attempts: number }[]> {
  return [...(await inbox().take(lane, 10))];
}

describe('a lease', () => {
  it('is one relay’s until its time is up, and then anybody’s', async () => {
    const { caseId } = await openCase(house.desk);
    await house.report(caseId);
    const [first] = await take();
    expect(first?.caseId).toBe(caseId);
    expect(await take()).toEqual([]);
    expect(await inbox().renew(first ?? { caseId, token: '', attempts: 0 })).toBe(true);
    const again = await eventually(async () => (await take())[0], 'somebody else has it', 3 * LEASE_MS);
    expect(again).toMatchObject({ caseId, attempts: 2 });
    expect(again.token).not.toBe(first?.token);
  });

  it('that was lost renews nothing and ends nothing', async () => {
    const caseId = randomUUID();
    const inboxId = await house.report(caseId);
    const [lost] = await take();
    if (lost === undefined) throw new Error('nothing was taken');
    const [held] = await eventually(async () => ((rows) => (rows.length > 0 ? rows : undefined))(await take()), 'taken over', 3 * LEASE_MS);
    expect(await inbox().renew(lost)).toBe(false);
    await inbox().failed(lost, new Error('too late'));
    // No such case: whoever holds it makes the report an orphan, and nobody else does.
    await inbox().do(lost, new AbortController().signal);
    expect(await house.standingOf(inboxId)).toBe('waiting');
    expect(await house.rows('select lease_token as token from inbox_lease')).toEqual([{ token: held?.token }]);
    if (held !== undefined) await inbox().do(held, new AbortController().signal);
    expect(await house.standingOf(inboxId)).toBe('orphan');
  });

  it('that lies further ahead than one can is void: the clock of Postgres stepped back', async () => {
    const { caseId } = await openCase(house.desk);
    await house.report(caseId);
    expect(await take()).toHaveLength(1);
    await house.database.pool.query(`update inbox_lease set lease_until = now() + interval '1 hour'`);
    await house.database.pool.query(`update inbox set due_at = now() + interval '1 hour'`);
    expect(await take()).toMatchObject([{ caseId, attempts: 2 }]);
  });
});

describe('attempts', () => {
  it('of what fails come with growing pauses, and hold up no other case', async () => {
    const [broken, sound] = [await openCase(house.desk), await openCase(house.desk)];
    await house.owner(`update case_file set version = 99 where subject_id = $1`, broken.caseId);
    const stuck = await house.report(broken.caseId);
    await house.relay();
    const others = await Promise.all(Array.from({ length: 5 }, () => house.report(sound.caseId)));
    expect(await allSettled(house, others)).toBeLessThan(3_000);
    await eventually(async () => {
      const [row] = await house.rows<{ attempts: number; ahead: boolean }>(
        "select attempts, due_at > received_at + interval '1 second' as ahead from inbox where id = $1",
        stuck,
      );
      return row !== undefined && row.attempts >= 3 && row.ahead ? true : undefined;
    }, 'it was tried three times');
    expect(await house.standingOf(stuck)).toBe('waiting');
    await house.owner(`update case_file set version = 1 where subject_id = $1`, broken.caseId);
    await allSettled(house, [stuck]);
  });

  it('the last one dies with its process: it has failed, and an alarm says so', async () => {
    const { caseId } = await openCase(house.desk);
    await house.owner(
      `insert into alert (id, subject_id, seq, turn, center, duty_key, rule, force, step, moment, due_at, raised_at, recipients)
       values ('a1', $1, 1, gen_random_uuid(), 'almaty-auezov', 'k', '256-13-2', 'law', 'overdue', now(), now(), now(), '{center_head}')`,
      caseId,
    );
    // Taken for the last time by a relay that died: nobody ended it.
    await house.owner(
      `insert into alert_delivery (alert_id, channel, turn, lane, state, attempts, lease_token, lease_until)
       select id, 'webhook', turn, 2, 'waiting', 25, gen_random_uuid(), now() - interval '1 second' from alert`,
    );
    await house.owner(`insert into alarm (id, key, kind, params, raised_at) values ('old', 'old', 'work_stuck', '{}', now())`);
    await house.owner(
      `insert into alarm_delivery (alarm_id, event, channel, state, attempts, lease_token, lease_until) values ('old', 'raised', 'mail', 'waiting', 25, gen_random_uuid(), now() - interval '1 second')`,
    );
    await house.relay();
    const alarm = await eventually(async () => (await raised('work_failed')).find(({ params }) => params['list'] === 'alerts'), 'an alarm is raised');
    expect(alarm.params).toEqual({ list: 'alerts', rows: 1 });
    const died = { state: 'failed', attempts: 25, last_error: 'the last attempt ended with its process' };
    expect(await house.rows('select state, attempts, last_error from alert_delivery')).toEqual([died]);
    expect(await house.rows(`select state, attempts, last_error from alarm_delivery where alarm_id = 'old' and event = 'raised'`)).toEqual([died]);
  });
});

async function raised(kind: string): Promise<Awaited<ReturnType<typeof listAlarms>>['items']> {
  return (await listAlarms(house.database.pool, { state: 'raised', limit: 50 })).items.filter((alarm) => alarm.kind === kind);
}

describe('lanes', () => {
  it('a threat’s report does not wait behind a thousand others', async () => {
    const [threat, usual] = [await openCase(house.desk, { threat: true }), await openCase(house.desk)];
    const many = await Promise.all(Array.from({ length: 300 }, () => house.report(usual.caseId)));
    const urgent = await house.report(threat.caseId);
    expect(await house.rows('select lane, count(*)::int as rows from inbox group by 1 order by 1')).toEqual([
      { lane: 1, rows: 1 },
      { lane: 2, rows: 300 },
    ]);
    await house.relay();
    expect(await allSettled(house, [urgent])).toBeLessThan(2_500);
    await allSettled(house, many);
  });
});

describe('progress', () => {
  /** A list that holds its pieces for ever, whatever its bound says. */
  class Hanging implements WorkList<Leased> {
    readonly name = 'inbox';
    readonly lanes = [{ lane: 2 as const, places: 1, everyMs: 10 }];
    readonly leaseMs = 1_000;
    readonly withinMs = 100;
    given = 0;
    failures = 0;
    async take(): Promise<Leased[]> {
      this.given += 1;
      return [{ token: String(this.given) }];
    }
    async renew(): Promise<boolean> {
      return true;
    }
    do(): Promise<void> {
      return new Promise(() => {});
    }
    async failed(): Promise<void> {
      this.failures += 1;
    }
  }

  it('a piece that hangs is given up, and its place is free again', async () => {
    const list = new Hanging();
    const loop = new LaneLoop(list, { lane: 2, places: 1, everyMs: 10 }, HERE, SILENT);
    await eventually(async () => (list.given >= 3 ? true : undefined), 'the place was given three times');
    await loop.stop();
    expect(list.failures).toBe(list.given);
  });

  it('a relay whose lists cannot take what is due says so, ends, shows no heartbeat, and an alarm is raised', async () => {
    const { caseId } = await openCase(house.desk);
    await house.relay();
    await eventually(async () => ((await house.rows(`select from heartbeat where process = 'relay'`)).length > 0 ? true : undefined), 'it works');
    // The role may read the rows and not lease them: as dead as a loop that ended.
    await house.owner(`revoke insert, update on inbox_lease from tirek_work`);
    await house.report(caseId);
    const [standstills] = await eventually(
      async () => (house.stuck.length > 0 ? house.stuck : undefined),
      'it says that it stands still',
      STUCK_AFTER_MS + 10_000,
    );
    expect(standstills).toMatchObject([{ list: 'inbox', lane: 2 }]);
    expect(await raised('work_stuck')).toMatchObject([{ params: { list: 'inbox' } }]);
    const lastAt = await house.rows(`select at from heartbeat where process = 'relay'`);
    await pause(2_500);
    expect(await house.rows(`select at from heartbeat where process = 'relay'`)).toEqual(lastAt);
    expect(house.stuck).toHaveLength(1);
  });

  it('work that nobody takes is an alarm to whoever looks next, and over when it is taken', async () => {
    const { caseId } = await openCase(house.desk);
    await house.report(caseId);
    await house.owner(`update inbox set due_at = now() - interval '3 minutes'`);
    await watchAlarms(house.database.pool, SILENT);
    expect(await raised('work_stuck')).toMatchObject([{ params: { list: 'inbox', minutes: 3 } }]);
    await house.relay();
    await eventually(async () => ((await raised('work_stuck')).every(({ params }) => params['list'] !== 'inbox') ? true : undefined), 'the alarm is cleared');
  });
});

describe('an engine that is away', () => {
  it('is looked for one call at a time, at most five seconds apart', () => {
    let now = 0;
    const gate = new EngineGate(() => now);
    expect(gate.allows(8)).toBe(8);
    gate.away();
    expect(gate.allows(8)).toBe(0);
    const pauses: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      const since = now;
      while (gate.allows(8) === 0) now += 50;
      pauses.push(now - since);
      expect(gate.allows(8)).toBe(0);
      gate.away();
    }
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
    now += 5_000;
    expect(gate.allows(8)).toBe(1);
    gate.answered();
    expect(gate.allows(8)).toBe(8);
  });

  it('a probe that never comes back is not waited for', () => {
    let now = 0;
    const gate = new EngineGate(() => now);
    gate.away();
    now += 250;
    expect(gate.allows(8)).toBe(1);
    now += 5_000;
    expect(gate.allows(8)).toBe(1);
  });
});
