/** P53: an alarm that nobody takes goes down the line, and to the telephone; one that is taken, or over, is silent. */
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listAlarms } from '../../db/alarms.js';
import { mendSteppedClock } from '../../db/clocks.js';
import { readStaffing, writeStaffing } from '../../db/staffing.js';
import { takeAlert } from '../../db/untaken-alerts.js';
import { takingLinkIn } from '../../contracts/proof/taking-link.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { readDueWork } from '../../work/due-work.js';
import { untakenList } from '../../work/untaken.js';
import { watchAlarms } from '../../work/watch/alarm-watch.js';
import { writeAlert, type AlertMade } from '../fixtures/told-alert.js';
import { CENTER } from '../ledger/take-desk.js';
import { createPool, type Pool } from '../../db/pool.js';
import { eventually } from '../stack/eventually.js';
import { TEST_VAULT } from '../stack/keys.js';
import { openRelayHouse, LEASE_MS, type RelayHouse } from './relay-house.js';

const SILENT = pino({ level: 'silent' });
const HOUR = 3_600_000;

let house: RelayHouse;
let owner: Pool;

beforeEach(async () => {
  house = await openRelayHouse();
  owner = createPool(house.database.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-owner', max: 1 });
  await staff();
});

afterEach(async () => {
  await house.stop();
  await owner.end();
});

/** One on duty now, one whose turn comes in the morning, a head and a coordinator, of whom the coordinator alone has a telephone. */
async function staff(): Promise<void> {
  const { version } = await readStaffing(owner, CENTER);
  const now = Date.now();
  const turn = (person: string, from: number, to: number) => ({
    person,
    from: new Date(now + from * HOUR).toISOString(),
    to: new Date(now + to * HOUR).toISOString(),
  });
  const written = await writeStaffing(owner, {
    holder: CENTER,
    version,
    staffing: {
      posts: [
        { role: 'center_head', person: 'head', from: '2026-01-01' },
        { role: 'coordinator', person: 'coordinator', from: '2026-01-01' },
        { role: 'administrator', person: 'admin', from: '2026-01-01' },
      ],
      deputies: [],
      rota: [turn('night', -1, 8), turn('morning', 8, 16)],
    },
    people: ['head', 'coordinator', 'admin', 'night', 'morning'].map((person) => ({
      person,
      mail: `${person}@center.example`,
      ...(person === 'coordinator' ? { phone: '+7 700 000 00 07' } : {}),
    })),
    changedBy: 'test',
  });
  if (written === 'changed_meanwhile') throw new Error('somebody else wrote the staffing');
}

/** As if its minutes had passed. */
async function passTime(alertId: string): Promise<void> {
  await owner.query(`update untaken_alert set due_at = now() where alert_id = $1 and state = 'waiting'`, [alertId]);
}

async function line(alertId: string): Promise<string[]> {
  const rows = await house.rows<{ said: string }>(`select place || ' ' || person as said from untaken_told where alert_id = $1 order by told_at`, alertId);
  return rows.map(({ said }) => said);
}

async function stateOf(alertId: string): Promise<string> {
  return (await house.rows<{ state: string }>('select state from untaken_alert where alert_id = $1', alertId))[0]?.state ?? 'gone';
}

async function toldTo(alertId: string): Promise<string[]> {
  const rows = await house.rows<{ person: string }>(`select person from notice where alert_id = $1 and channel = 'in_app' order by person`, alertId);
  return rows.map(({ person }) => person);
}

async function firstTold({ alertId }: AlertMade): Promise<void> {
  await eventually(async () => ((await toldTo(alertId)).length === 2 ? true : undefined), 'head and duty officer are told', 20_000);
}

/** The list as a relay works it, without a relay. */
const list = (): ReturnType<typeof untakenList> =>
  untakenList({ pool: house.database.pool, log: SILENT, now: Date.now, window: { quietMs: 0, longestMs: 0 }, lanes: [], leaseMs: LEASE_MS, pauseUnitMs: 20 });

/** One step of every row that is due. */
async function step(): Promise<number> {
  const work = list();
  const taken = await work.take(1, 10);
  for (const piece of taken) await work.do(piece, new AbortController().signal);
  return taken.length;
}

async function threatAlarms(): Promise<{ kind: string; params: unknown; cleared: boolean }[]> {
  await watchAlarms(house.database.pool, SILENT);
  const { items } = await listAlarms(house.database.pool, { limit: 50 });
  return items.filter(({ kind }) => kind === 'threat_untaken').map(({ kind, params, clearedAt }) => ({ kind, params, cleared: clearedAt !== undefined }));
}

describe('P53: an alarm that nobody takes', () => {
  it('is told to the next, the next, and then an alarm names whom to telephone, with the engine away', async () => {
    const made = await writeAlert(owner, { center: CENTER });
    await house.relay();
    await firstTold(made);
    expect(await stateOf(made.alertId)).toBe('waiting');
    expect(await line(made.alertId)).toEqual([]);
    for (const [place, expected] of [
      [1, ['rota morning']],
      [2, ['rota morning', 'coordinator coordinator']],
    ] as const) {
      await passTime(made.alertId);
      await eventually(async () => ((await line(made.alertId)).length === place ? true : undefined), `step ${place}`, 20_000);
      expect(await line(made.alertId)).toEqual(expected);
    }
    await passTime(made.alertId);
    await eventually(async () => ((await stateOf(made.alertId)) === 'all_told' ? true : undefined), 'the line has ended', 20_000);
    expect(await toldTo(made.alertId)).toEqual(['coordinator', 'head', 'morning', 'night']);
    expect(await threatAlarms()).toMatchObject([
      {
        cleared: false,
        params: { center: CENTER, number: made.journalNumber, post: 'coordinator', person: 'coordinator', list: `/v1/centers/${CENTER}/phone-list` },
      },
    ]);
    const mails = await eventually(
      async () => {
        const to = new Set((await house.outside.mail()).filter(({ text }) => text.includes(made.journalNumber)).map(({ to }) => to.join()));
        return to.size >= 4 ? [...to].toSorted() : undefined;
      },
      'all four have mail',
      20_000,
    );
    expect(mails).toEqual(expect.arrayContaining(['coordinator@center.example', 'head@center.example', 'morning@center.example', 'night@center.example']));
    // Somebody took it at last: the alarm ends by itself.
    await takeAlert(house.database.pool, made.alertId, { person: 'head', role: 'center_head', way: 'signed_in' });
    expect(await threatAlarms()).toMatchObject([{ cleared: true }]);
  });

  it('waits fifteen minutes at each place, or as many as the policy in force says', async () => {
    const made = await writeAlert(owner, { center: CENTER });
    await house.relay();
    await firstTold(made);
    const minutes = async (): Promise<number> =>
      Math.round((await house.rows<{ m: number }>(`select extract(epoch from due_at - now())::float8 / 60 as m from untaken_alert`))[0]?.m ?? -1);
    expect(await minutes()).toBe(15);
    await owner.query(
      `insert into policy_version (version, data, act, adopted_at) select 'short', data || '{"version": "short", "untakenMinutes": 4}', 'test', now() from policy_version limit 1`,
    );
    await passTime(made.alertId);
    await eventually(async () => ((await line(made.alertId)).length === 1 ? true : undefined), 'the next is told', 20_000);
    expect(await minutes()).toBe(4);
  });

  it('comes by mail with a link that takes it: of that person, of that alert, for a day', async () => {
    const made = await writeAlert(owner, { center: CENTER });
    const calm = await writeAlert(owner, { center: CENTER, ladder: 'standard', step: 'overdue' });
    const sentAt = Date.now();
    await house.relay({ pagesUrl: 'https://tirek.example' });
    const mailAbout = async (journalNumber: string): Promise<string> =>
      eventually(
        async () => (await house.outside.mail()).find(({ to, text }) => to.includes('night@center.example') && text.includes(journalNumber))?.text,
        'the duty officer has mail',
        20_000,
      );
    const text = await mailAbout(made.journalNumber);
    const keys = [...text.matchAll(/https:\/\/tirek\.example\/console\/take\?k=(\S+)/g)].map(([, key = '']) => key);
    // One in Kazakh and one in Russian; none for what nobody takes, whether it came in the same mail or not.
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      const link = takingLinkIn(key, TEST_PROOF, Date.now());
      expect(link).toMatchObject({ alertId: made.alertId, person: 'night' });
      if (typeof link === 'string') throw new Error(link);
      expect(Math.round((link.expiresAt - sentAt) / HOUR)).toBe(24);
    }
    expect((await mailAbout(calm.journalNumber)).match(/console\/take/g) ?? []).toHaveLength(text.includes(calm.journalNumber) ? 2 : 0);
  });

  it('is nothing of this list where its ladder is not one of threat or duty', async () => {
    const made = await writeAlert(owner, { center: CENTER, ladder: 'standard' });
    await house.relay();
    await firstTold(made);
    expect(await stateOf(made.alertId)).toBe('gone');
  });
});

describe('P53: the repeats of an alarm that somebody took', () => {
  it('are told all the same, each of them an alarm that waits for somebody', async () => {
    const first = await writeAlert(owner, { center: CENTER, step: 'overdue' });
    await takeAlert(house.database.pool, first.alertId, { person: 'night', role: 'duty_officer', way: 'signed_in' });
    const repeat = `${first.alertId}:again`;
    await owner.query(
      `insert into alert (id, subject_id, seq, turn, center, duty_key, rule, force, step, moment, due_at, raised_at, recipients)
       select $2, subject_id, 2, gen_random_uuid(), center, duty_key, rule, force, 'repeat', now(), due_at, now(), recipients from alert where id = $1`,
      [first.alertId, repeat],
    );
    await owner.query(
      `insert into alert_delivery (alert_id, channel, turn, lane, state)
       select id, channel, turn, 1, 'waiting' from alert cross join (values ('webhook'), ('mail')) way (channel) where id = $1`,
      [repeat],
    );
    await house.relay();
    await firstTold({ ...first, alertId: repeat });
    await firstTold(first);
    expect([await stateOf(first.alertId), await stateOf(repeat)]).toEqual(['gone', 'waiting']);
  });
});

describe('P53: silence', () => {
  async function waiting(): Promise<AlertMade> {
    const made = await writeAlert(owner, { center: CENTER });
    await owner.query(
      `insert into notice (alert_id, person, channel, holder, roles, state, recorded_at)
       select $1, person, 'in_app', $2, '{center_head}', 'delivered', now() from unnest(array['head', 'night']) person`,
      [made.alertId, CENTER],
    );
    await owner.query('insert into untaken_alert (alert_id, due_at) values ($1, now())', [made.alertId]);
    return made;
  }

  it('from when somebody has it: the first one keeps it', async () => {
    const { alertId } = await waiting();
    const { pool } = house.database;
    const first = await takeAlert(pool, alertId, { person: 'night', role: 'duty_officer', way: 'mail_link' });
    expect(await takeAlert(pool, alertId, { person: 'head', role: 'center_head', way: 'signed_in' })).toEqual(first);
    expect([await step(), await line(alertId), await stateOf(alertId)]).toEqual([0, [], 'gone']);
  });

  it('when it is taken between the lease and the step', async () => {
    const { alertId } = await waiting();
    const work = list();
    const [piece] = await work.take(1, 10);
    if (piece === undefined) throw new Error('nothing was due');
    await takeAlert(house.database.pool, alertId, { person: 'night', role: 'duty_officer', way: 'signed_in' });
    await expect(work.do(piece, new AbortController().signal)).rejects.toThrow('in other hands');
    await work.failed(piece, new Error('lost'));
    expect([await line(alertId), await stateOf(alertId), await work.renew(piece)]).toEqual([[], 'gone', false]);
  });

  it('when its duty ended meanwhile', async () => {
    const { alertId, caseId } = await waiting();
    await owner.query('update duty set ended_at = now() where subject_id = $1', [caseId]);
    expect([await step(), await line(alertId), await stateOf(alertId)]).toEqual([1, [], 'gone']);
  });

  it('of what a dead process had told already: the next one goes on where it stood, and tells nobody twice', async () => {
    const { alertId } = await waiting();
    // One that dies with the lease in its hand.
    expect(await list().take(1, 10)).toHaveLength(1);
    expect(await step()).toBe(0);
    await eventually(async () => ((await step()) === 1 ? true : undefined), 'the lease is over', 10 * LEASE_MS);
    expect(await line(alertId)).toEqual(['rota morning']);
    // One that died when it had told, and came to nothing else: the row says what is next.
    expect(await step()).toBe(0);
    await passTime(alertId);
    expect([await step(), await line(alertId)]).toEqual([1, ['rota morning', 'coordinator coordinator']]);
  });

  it('is not longer because the clock of Postgres stepped back: the next is told at once, and the one after in its time', async () => {
    const { alertId } = await waiting();
    await owner.query(`update untaken_alert set said_at = now() + interval '1 hour', due_at = now() + interval '75 minutes'`);
    expect([await step(), await mendSteppedClock(house.database.pool), await mendSteppedClock(house.database.pool)]).toEqual([0, 1, 0]);
    expect([await step(), await line(alertId), await mendSteppedClock(house.database.pool), await step()]).toEqual([1, ['rota morning'], 0, 0]);
  });

  it('is heard: a row that is due stands in the due work until somebody takes it', async () => {
    await waiting();
    expect((await readDueWork(house.database.pool)).filter(({ list }) => list === 'untaken')).toMatchObject([{ lane: 1, rows: 1 }]);
    await step();
    expect((await readDueWork(house.database.pool)).filter(({ list }) => list === 'untaken')).toEqual([]);
  });
});
