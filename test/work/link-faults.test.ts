/** What the link to Postgres does to a relay, each fault as it was met: what was accepted is done within its bound, and no relay holds what it does not do. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCase } from '../ledger/take-desk.js';
import { eventually } from '../stack/eventually.js';
import { startLink, type Link } from './link.js';
import { allSettled, LEASE_MS, openRelayHouse, TIMES, type RelayHouse } from './relay-house.js';

let house: RelayHouse;
let link: Link;

beforeEach(async () => {
  house = await openRelayHouse();
  link = await startLink(house.database.urls.work);
});

afterEach(async () => {
  // First: connections that the relay has given up live on behind a dead link.
  await link.stop();
  await house.stop();
});

/** Reports of measures that no plan has: refused, and that is an answer. */
async function reports(cases: number, each: number): Promise<string[]> {
  const opened = await Promise.all(Array.from({ length: cases }, () => openCase(house.desk)));
  const all = await Promise.all(opened.flatMap(({ caseId }) => Array.from({ length: each }, () => house.report(caseId))));
  return all;
}

async function works(): Promise<void> {
  await eventually(async () => ((await house.rows(`select from heartbeat where process = 'relay'`)).length > 0 ? true : undefined), 'the relay works');
}

/** Nobody holds a case once its reports have an answer, longer than a lease. */
async function nothingIsHeld(): Promise<void> {
  await eventually(
    async () => ((await house.rows('select from inbox_lease where lease_until > statement_timestamp()')).length === 0 ? true : undefined),
    'no case is held by anybody',
    2 * LEASE_MS,
  );
}

/** Two round trips with a dead client, a lease, and a patrol. */
const BOUND_MS = 2 * TIMES.answerWithinMs + LEASE_MS + 4_000;

describe('the link to Postgres', () => {
  it('seven resets, a few in each lease: every report is taken, and the relay goes on', async () => {
    await house.relay({ databaseUrl: link.url });
    await works();
    const all: string[] = [];
    for (let resets = 0; resets < 7; resets += 1) {
      all.push(...(await reports(2, 2)));
      link.reset();
      await pause(LEASE_MS / 3);
    }
    expect(await allSettled(house, all)).toBeLessThan(BOUND_MS);
    await nothingIsHeld();
    const after = await reports(1, 1);
    expect(await allSettled(house, after)).toBeLessThan(BOUND_MS);
    expect(house.stuck).toEqual([]);
  });

  it('the answer of "take work" is lost: what was taken is anybody’s when its lease is over', async () => {
    await house.relay({ databaseUrl: link.url });
    await works();
    const lost = link.loseAnswerOf('take-inbox');
    await lost;
    const all = await reports(3, 2);
    const again = link.loseAnswerOf('take-inbox');
    await again;
    expect(await allSettled(house, all)).toBeLessThan(BOUND_MS);
  });

  it('the answer of taking alerts is lost: they are told, once each', async () => {
    const { caseId } = await openCase(house.desk);
    await house.relay({ databaseUrl: link.url });
    await works();
    const lost = link.loseAnswerOf('take-alert-turns');
    await lost;
    await house.owner(
      `insert into alert (id, subject_id, seq, turn, center, duty_key, rule, force, step, moment, due_at, raised_at, recipients)
       select subject_id || ':k:overdue:1', subject_id, 1, gen_random_uuid(), center, 'k', '256-13-2', 'law', 'overdue', now(), now(), now(), '{center_head}' from case_file where subject_id = $1`,
      caseId,
    );
    const lostToo = link.loseAnswerOf('take-alert-turns');
    await house.owner(
      `insert into alert_delivery (alert_id, channel, turn, lane, state) select id, channel, turn, 1, 'waiting' from alert, (values ('webhook'), ('mail')) way (channel)`,
    );
    await lostToo;
    await eventually(
      async () => {
        const rows = await house.rows<{ state: string }>('select state from alert_delivery');
        return rows.every(({ state }) => state === 'delivered') ? true : undefined;
      },
      'both ways are done',
      BOUND_MS,
    );
    expect((await house.outside.centerWebhooks()).filter(({ id }) => id.startsWith(caseId)).map(({ times }) => times)).toEqual([1]);
  });

  it('stalls for eleven tenths of a lease under one of two relays: the other does its work, and nothing stays locked', async () => {
    await house.relay({ databaseUrl: link.url });
    await works();
    const all = await reports(4, 3);
    link.pause();
    await house.relay();
    await allSettled(house, all);
    const during = await reports(4, 3);
    await pause(LEASE_MS * 1.1);
    link.heal();
    const after = await reports(4, 3);
    expect(await allSettled(house, [...during, ...after])).toBeLessThan(BOUND_MS);
    await nothingIsHeld();
  });

  it('swallows everything on the connections that are open: new ones do the work within their deadlines', async () => {
    await house.relay({ databaseUrl: link.url });
    await works();
    await eventually(async () => (link.connections() >= 2 ? true : undefined), 'connections are open');
    link.blackHole();
    const all = await reports(4, 3);
    expect(await allSettled(house, all)).toBeLessThan(BOUND_MS);
    await eventually(
      async () => {
        const rows = await house.rows(`select from heartbeat where process = 'relay' and at > statement_timestamp() - interval '3 seconds'`);
        return rows.length > 0 ? true : undefined;
      },
      'the relay shows that it works',
      15_000,
    );
    expect(house.stuck).toEqual([]);
  });
});
