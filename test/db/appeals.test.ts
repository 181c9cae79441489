import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import type { Applicant } from '../../db/households.js';
import { createPool } from '../../db/pool.js';
import { seedDevelopment } from '../../db/seed.js';
import { AT_NO_ADDRESS } from '../fixtures/connected.js';
import { CASE_MANAGERS } from '../fixtures/case-managers.js';
import type { Actor } from '../../domain/case/facts.js';
import { isIin } from '../../domain/person/iin.js';
import { createDesk, type Desk } from '../../ledger/desk.js';
import { registerAppeal, type AppealOutcome, type AppealRequest, type RegisteredAppeal } from '../../ledger/register-appeal.js';
import { asking } from '../ledger/take-desk.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { TEST_VAULT } from '../stack/keys.js';
import { membersOf, textsOf } from '../fixtures/sealed.js';

let database: TestDatabase;
let desk: Desk;

beforeAll(async () => {
  database = await createDatabase();
  const owner = createPool(database.ownerUrl, { vault: TEST_VAULT, applicationName: 'seed' });
  await seedDevelopment(owner, { caseManagers: CASE_MANAGERS, agencies: AT_NO_ADDRESS });
  await owner.end();
  desk = createDesk(database.pool, { proof: TEST_PROOF });
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
  return appealOf(await registerAppeal(desk, request(changes)));
}

/** The family's case ends at its assessment; the family may appeal again. */
async function closed(caseId: string): Promise<void> {
  const ending = asking(caseId, 'completeAssessment', { result: 'not_confirmed', grounds: [] }, { actor: FIRST });
  expect(await desk.ask(caseId, ending)).toMatchObject({ answer: { ok: true, stage: 'closed' } });
}

async function rowsOf(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await database.pool.query<Record<string, unknown>>(sql, values)).rows;
}

describe('D-REG: the journal of appeals', () => {
  it('numbers each center by itself, from one, without gaps, whatever fails in between', async () => {
    const first = await register();
    await registerAppeal(desk, request({ householdId: randomUUID() }));
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
  it('is in the ledger, with person and words beside it and a wake of its clock; nothing that names the family goes there', async () => {
    const appeal = await register({ applicant: { fullName: 'Synthetic Name', phone: '+7 700 000 00 00' }, narrative: 'words of the family' });
    const ledger = await rowsOf('select seq, type, occurred_at, cause, entry from ledger where subject_id = $1', appeal.caseId);
    expect(ledger).toMatchObject([{ seq: 1, type: 'AppealRegistered', occurred_at: new Date(appeal.registeredAt), cause: appeal.appealId }]);
    const told = await rowsOf('select name, due_at <= clock_timestamp() as due from wake where subject_id = $1', appeal.caseId);
    expect(told).toEqual([{ name: 'AppealRegistered', due: true }]);
    expect(JSON.stringify([ledger, told])).not.toMatch(/Synthetic|\+7 700|words of/);
    expect(await rowsOf('select from inbox where subject_id = $1', appeal.caseId)).toEqual([]);
    expect(await textsOf(database.pool, appeal.caseId)).toEqual(['words of the family']);
    expect(await rowsOf('select household_id from person where id = $1', appeal.personId)).toEqual([{ household_id: appeal.householdId }]);
    expect(await rowsOf('select received_at, center from appeal where appeal_id = $1', appeal.appealId)).toEqual([
      { received_at: new Date(appeal.registeredAt), center: FIRST.center },
    ]);
  });

  it('answers a repeat with the same number, and another body under the key with a conflict', async () => {
    const first = request({ narrative: 'w' });
    const outcome = await registerAppeal(desk, first);
    expect(await registerAppeal(desk, first)).toEqual({ outcome: 'repeat', appeal: appealOf(outcome) });
    expect(await registerAppeal(desk, { ...first, bodySha256: 'b'.repeat(64) })).toEqual({ outcome: 'conflict' });
    expect(await rowsOf('select from appeal where household_id = $1', appealOf(outcome).householdId)).toHaveLength(1);
  });

  it('registers once when the same request comes many times at once', async () => {
    const same = request();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => registerAppeal(desk, same)));
    expect(outcomes.filter(({ outcome }) => outcome === 'new')).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => appealOf(outcome).appealId)).size).toBe(1);
  });

  it('refuses an unknown household and keeps nothing, so that the corrected request may use the key', async () => {
    const wrong = request({ householdId: randomUUID() });
    expect(await registerAppeal(desk, wrong)).toEqual({ outcome: 'household_unknown' });
    expect(await registerAppeal(desk, { ...wrong, householdId: (await register()).householdId })).toMatchObject({ outcome: 'new' });
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
    expect(await membersOf(database.pool, first.householdId)).toEqual([{ fullName: 'Synthetic', iin: IIN, phone: '+7 701 000 00 00' }]);
  });

  it('makes one case of 20 concurrent appeals of one known household', async () => {
    const { householdId, caseId } = await register();
    await closed(caseId);
    const appeals = await Promise.all(Array.from({ length: 20 }, () => register({ householdId })));
    expect(new Set(appeals.map(({ caseId }) => caseId)).size).toBe(1);
    expect(appeals.filter(({ attached }) => !attached)).toHaveLength(1);
    const types = (await rowsOf('select type from ledger where subject_id = $1 order by seq', appeals[0]?.caseId)).map(({ type }) => type);
    expect(types).toEqual(['AppealRegistered', ...Array<string>(19).fill('AppealAttached')]);
  });

  it('makes one family of 20 concurrent appeals with one unknown ИИН', async () => {
    const iin = '900101100500';
    const appeals = await Promise.all(Array.from({ length: 20 }, () => register({ applicant: { iin } })));
    expect(new Set(appeals.map(({ householdId }) => householdId)).size).toBe(1);
    expect(new Set(appeals.map(({ caseId }) => caseId)).size).toBe(1);
    expect(await membersOf(database.pool, appeals[0]?.householdId ?? '')).toEqual([{ iin }]);
  });
});

describe('P30, P31: what an appeal may do to a family', () => {
  const iinOf = (serial: number): string =>
    '0123456789'
      .split('')
      .map((last) => `90010110${String(serial).padStart(3, '0')}${last}`)
      .find(isIin) ?? '';
  const applicant = (iin: string): Applicant => ({ iin, fullName: 'Synthetic Mother', phone: '+7 700 000 00 01' });
  const stranger = (iin: string): Applicant => ({ iin, fullName: 'Synthetic Stranger', phone: '+7 700 000 00 02', address: 'Synthetic street 2' });

  it('completes a member of the family and overwrites nothing', async () => {
    const iin = iinOf(10);
    const first = await register({ applicant: applicant(iin) });
    const second = await register({ applicant: stranger(iin) });
    expect([second.attached, second.personId]).toEqual([true, first.personId]);
    expect(await membersOf(database.pool, first.householdId)).toEqual([
      { fullName: 'Synthetic Mother', iin, phone: '+7 700 000 00 01', address: 'Synthetic street 2' },
    ]);
  });

  it('keeps the contacts of somebody without the ИИН as another person of the family', async () => {
    const iin = iinOf(11);
    const { householdId } = await register({ applicant: applicant(iin) });
    const other = { fullName: 'Synthetic Mother', phone: '+7 700 000 00 03' };
    await register({ householdId, applicant: other });
    expect(await membersOf(database.pool, householdId)).toEqual([{ fullName: 'Synthetic Mother', iin, phone: '+7 700 000 00 01' }, other]);
  });

  it('the family of another Center is a new one: nothing of it comes back or changes', async () => {
    const iin = iinOf(12);
    const first = await register({ applicant: applicant(iin) });
    const before = await membersOf(database.pool, first.householdId);
    const elsewhere = await register({ actor: SECOND, applicant: stranger(iin) });
    expect(elsewhere.attached).toBe(false);
    for (const part of ['householdId', 'caseId', 'personId'] as const) expect(elsewhere[part]).not.toBe(first[part]);
    expect(await membersOf(database.pool, first.householdId)).toEqual(before);
    expect(await membersOf(database.pool, elsewhere.householdId)).toMatchObject([{ fullName: 'Synthetic Stranger', phone: '+7 700 000 00 02' }]);
    expect(await rowsOf('select center from appeal where case_id = $1', first.caseId)).toEqual([{ center: FIRST.center }]);
    // Each Center goes on finding its own.
    expect(await register({ applicant: { iin } })).toMatchObject({ householdId: first.householdId, caseId: first.caseId });
    expect(await register({ actor: SECOND, applicant: { iin } })).toMatchObject({ householdId: elsewhere.householdId, caseId: elsewhere.caseId });
  });

  it('the id of the family of another Center names nobody, and costs no number', async () => {
    const { householdId } = await register({ applicant: { fullName: 'Synthetic' } });
    const last = () => rowsOf('select last from appeal_number where center = $1', SECOND.center);
    const before = await last();
    expect(await registerAppeal(desk, request({ actor: SECOND, householdId, applicant: { phone: '+7 700 000 00 04' } }))).toEqual({
      outcome: 'household_unknown',
    });
    expect(await last()).toEqual(before);
    expect(await membersOf(database.pool, householdId)).toHaveLength(1);
  });
});
