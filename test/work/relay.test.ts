/** The relay with what waits at the inbox: every message gets an answer, whatever was away. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { asking, openCase } from '../ledger/take-desk.js';
import { eventually } from '../stack/eventually.js';
import { allSettled, openRelayHouse, type RelayHouse } from './relay-house.js';

let house: RelayHouse;

beforeEach(async () => {
  house = await openRelayHouse();
});

afterEach(async () => {
  await house.stop();
});

const alive = (): Promise<true> =>
  eventually(async () => ((await house.rows(`select from heartbeat where process = 'relay'`)).length > 0 ? true : undefined), 'the relay works');

describe('a report', () => {
  it('for no case is an orphan, and one that the case refuses keeps the refusal', async () => {
    const { caseId } = await openCase(house.desk);
    const [orphan, refused] = [await house.report(randomUUID()), await house.report(caseId)];
    await house.relay();
    await allSettled(house, [orphan, refused]);
    expect(await house.rows('select state, outcome from inbox where id = $1', orphan)).toEqual([{ state: 'orphan', outcome: { code: 'case_unknown' } }]);
    expect(await house.rows('select state, outcome from inbox where id = $1', refused)).toMatchObject([
      { state: 'rejected', outcome: { ok: false, refusal: { code: 'measure_unknown' } } },
    ]);
    expect(await house.rows('select type from ledger where subject_id = $1', caseId)).toEqual([{ type: 'AppealRegistered' }]);
  });

  it('of which more wait than a take carries are all settled, by two relays at once, each once', async () => {
    const { caseId } = await openCase(house.desk);
    const many = await Promise.all(Array.from({ length: 120 }, () => house.report(caseId)));
    await Promise.all([house.relay(), house.relay()]);
    await allSettled(house, many);
    expect(await house.rows('select state, count(*)::int as rows from inbox group by 1')).toEqual([{ state: 'rejected', rows: 120 }]);
  });
});

describe('P51: an appeal whose year no calendar has', () => {
  it('waits with what came for its case, and opens it when the calendar is there', async () => {
    const years = { '2025': CALENDAR_2026_11_21.years[2025] };
    await house.rows(
      'insert into calendar_version (version, data, adopted_at) values ($1, $2, clock_timestamp())',
      'old-years',
      JSON.stringify({ ...CALENDAR_2026_11_21, version: 'old-years', years }),
    );
    await house.rows(`update law_in_force set version = 'old-years', adoption_id = null where kind = 'calendar'`);
    const appeal = await openCase(house.desk);
    const report = await house.report(appeal.caseId);
    await house.relay();
    await eventually(async () => {
      const [row] = await house.rows<{ attempts: number }>('select attempts from inbox where id = $1', report);
      return (row?.attempts ?? 0) >= 2 ? true : undefined;
    }, 'it was tried twice');
    expect(await house.rows('select state from inbox')).toEqual([{ state: 'waiting' }, { state: 'waiting' }]);
    await house.rows(`update law_in_force set version = $1 where kind = 'calendar'`, CALENDAR_2026_11_21.version);
    await allSettled(house, [report], 40_000);
    expect(await house.rows('select type, occurred_at as at from ledger where subject_id = $1', appeal.caseId)).toEqual([
      { type: 'AppealRegistered', at: new Date(appeal.registeredAt) },
    ]);
    expect(await house.standingOf(report)).toBe('rejected');
  });
});

describe('what was away', () => {
  it('connections that broke are made anew, and the relay shows that it works', async () => {
    const { caseId } = await openCase(house.desk);
    await house.relay();
    await allSettled(house, [await house.report(caseId)]);
    const { rowCount } = await house.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'tirek relay'`,
    );
    expect(rowCount).toBeGreaterThan(0);
    await allSettled(house, [await house.report(caseId)]);
    await house.owner('delete from heartbeat');
    await alive();
  });

  it('with Temporal away commands and reports go on, and nothing is lost of what the clocks must hear', async () => {
    const { caseId } = await openCase(house.desk);
    await house.relay();
    await alive();
    await house.desk.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }));
    await allSettled(house, [await house.report(caseId)]);
    expect(await house.rows('select seq, attempts <= 1 as unsent from wake where subject_id = $1', caseId)).toEqual([{ seq: 2, unsent: true }]);
  });

  it('leaves no sign of life behind when it stops in order', async () => {
    const relay = await house.relay();
    await alive();
    await relay.stop();
    expect(await house.rows(`select from heartbeat where process = 'relay'`)).toEqual([]);
    expect(await house.rows('select from watch_turn')).toEqual([]);
  });
});
