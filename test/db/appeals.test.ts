import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { registerAppeal, type AppealOutcome, type AppealRequest, type RegisteredAppeal } from '../../db/appeals.js';
import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import { createPool } from '../../db/pool.js';
import { seedDevelopment } from '../../db/seed.js';
import type { Actor } from '../../domain/case/facts.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
  const owner = createPool(database.ownerUrl, { applicationName: 'seed' });
  await seedDevelopment(owner, { agencies: [] });
  await owner.end();
});

afterAll(async () => {
  await database.drop();
});

const [FIRST, SECOND] = DEVELOPMENT_CENTERS.map(({ id }): Actor => ({ id: `specialist-${id}`, role: 'social_work_specialist', center: id })) as [Actor, Actor];
const IIN = '900101100004';

function request(changes: Partial<AppealRequest> = {}): AppealRequest {
  return { actor: FIRST, idempotencyKey: randomUUID(), bodySha256: 'a'.repeat(64), channel: 1, threat: false, ...changes };
}

function appealOf(outcome: AppealOutcome): RegisteredAppeal {
  if (!('appeal' in outcome)) throw new Error(`not registered: ${outcome.outcome}`);
  return outcome.appeal;
}

async function register(changes: Partial<AppealRequest> = {}): Promise<RegisteredAppeal> {
  return appealOf(await registerAppeal(database.pool, request(changes)));
}

async function rowsOf(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await database.pool.query<Record<string, unknown>>(sql, values)).rows;
}

describe('D-REG: the journal of appeals', () => {
  it('numbers each center by itself, from one, without gaps, whatever fails in between', async () => {
    const first = await register();
    await registerAppeal(database.pool, request({ householdId: randomUUID() }));
    const second = await register();
    const other = await register({ actor: SECOND });
    const year = new Date(first.registeredAt + 5 * 3_600_000).getUTCFullYear();
    expect([first, second, other].map(({ journalNumber }) => journalNumber)).toEqual([
      `${FIRST.center}-${year}-000001`,
      `${FIRST.center}-${year}-000002`,
      `${SECOND.center}-${year}-000001`,
    ]);
  });

  it('follows the order of receipt, also among appeals at once', async () => {
    const appeals = await Promise.all(Array.from({ length: 20 }, () => register({ actor: SECOND })));
    const byNumber = appeals.toSorted((a, b) => a.journalNumber.localeCompare(b.journalNumber));
    const instants = byNumber.map(({ registeredAt }) => registeredAt);
    expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    const numbers = byNumber.map(({ journalNumber }) => Number(journalNumber.slice(-6)));
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });
});

describe('registering an appeal', () => {
  it('leaves inbox row, relay job, appeal, person and words, and no personal data in the inbox', async () => {
    const appeal = await register({ applicant: { fullName: 'Synthetic Name', phone: '+7 700 000 00 00' }, narrative: 'words of the family' });
    const inbox = await rowsOf('select kind, case_id, payload, state from inbox where delivery_id = $1', appeal.appealId);
    expect(inbox).toMatchObject([{ kind: 'appeal', case_id: appeal.caseId, state: 'waiting', payload: { opens: true, opening: { registeredAt: appeal.registeredAt } } }]);
    expect(JSON.stringify(inbox)).not.toMatch(/Synthetic|\+7 700|words of/);
    expect(await rowsOf(`select payload from graphile_worker._private_jobs where key = $1`, `relay:${appeal.caseId}`)).toEqual([{ payload: { caseId: appeal.caseId } }]);
    expect(await rowsOf('select body, case_id from narrative where id = $1', appeal.narrativeId)).toEqual([{ body: 'words of the family', case_id: appeal.caseId }]);
    expect(await rowsOf('select household_id from person where id = $1', appeal.personId)).toEqual([{ household_id: appeal.householdId }]);
    expect(await rowsOf('select received_at, center from appeal where appeal_id = $1', appeal.appealId)).toEqual([
      { received_at: new Date(appeal.registeredAt), center: FIRST.center },
    ]);
  });

  it('answers a repeat with the same number, and another body under the key with a conflict', async () => {
    const first = request({ narrative: 'w' });
    const outcome = await registerAppeal(database.pool, first);
    expect(await registerAppeal(database.pool, first)).toEqual({ outcome: 'repeat', appeal: appealOf(outcome) });
    expect(await registerAppeal(database.pool, { ...first, bodySha256: 'b'.repeat(64) })).toEqual({ outcome: 'conflict' });
    expect(await rowsOf('select from appeal where household_id = $1', appealOf(outcome).householdId)).toHaveLength(1);
  });

  it('registers once when the same request comes many times at once', async () => {
    const same = request();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => registerAppeal(database.pool, same)));
    expect(outcomes.filter(({ outcome }) => outcome === 'new')).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => appealOf(outcome).appealId)).size).toBe(1);
  });

  it('refuses an unknown household and keeps nothing, so that the corrected request may use the key', async () => {
    const wrong = request({ householdId: randomUUID() });
    expect(await registerAppeal(database.pool, wrong)).toEqual({ outcome: 'household_unknown' });
    expect(await registerAppeal(database.pool, { ...wrong, householdId: (await register()).householdId })).toMatchObject({ outcome: 'new' });
  });
});

describe('P30: a family has at most one open case', () => {
  it('joins the second appeal to the open case, found by household or by ИИН', async () => {
    const first = await register({ applicant: { iin: IIN, fullName: 'Synthetic' } });
    const byIin = await register({ applicant: { iin: IIN, phone: '+7 701 000 00 00' } });
    const byHousehold = await register({ householdId: first.householdId });
    expect([first.attached, byIin.attached, byHousehold.attached]).toEqual([false, true, true]);
    expect([byIin.caseId, byHousehold.caseId]).toEqual([first.caseId, first.caseId]);
    expect(byIin.personId).toBe(first.personId);
    expect(await rowsOf('select full_name, phone from person where id = $1', first.personId)).toEqual([{ full_name: 'Synthetic', phone: '+7 701 000 00 00' }]);
  });

  it('makes one case of 20 concurrent appeals of one known household', async () => {
    const householdId = randomUUID();
    await database.pool.query('insert into household (id) values ($1)', [householdId]);
    const appeals = await Promise.all(Array.from({ length: 20 }, () => register({ householdId })));
    expect(new Set(appeals.map(({ caseId }) => caseId)).size).toBe(1);
    expect(appeals.filter(({ attached }) => !attached)).toHaveLength(1);
    const [opening, ...joining] = await rowsOf(`select payload -> 'opens' as opens from inbox where case_id = $1 order by received_at, id`, appeals[0]?.caseId);
    expect(opening).toEqual({ opens: true });
    expect(joining.every(({ opens }) => opens === false)).toBe(true);
  });

  it('makes one family of 20 concurrent appeals with one unknown ИИН', async () => {
    const iin = '900101100500';
    const appeals = await Promise.all(Array.from({ length: 20 }, () => register({ applicant: { iin } })));
    expect(new Set(appeals.map(({ householdId }) => householdId)).size).toBe(1);
    expect(new Set(appeals.map(({ caseId }) => caseId)).size).toBe(1);
    expect(await rowsOf('select from person where iin = $1', iin)).toHaveLength(1);
  });
});
