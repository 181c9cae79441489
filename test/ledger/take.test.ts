import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { createPool } from '../../db/pool.js';
import type { RegisteredAppeal } from '../../ledger/register-appeal.js';
import { receiveReport } from '../../work/receive.js';
import type { Desk } from '../../ledger/desk.js';
import { asking, inTurn, MANAGER, openCase, openHouse, planSent, type House } from './take-desk.js';
import { TEST_VAULT } from '../stack/keys.js';
import { membersOf, textsOf } from '../fixtures/sealed.js';

let house: House;

beforeAll(async () => {
  house = await openHouse();
});

afterAll(async () => {
  await house.stop();
});

async function entriesOf(caseId: string): Promise<{ seq: number; type: string; cause: string }[]> {
  return house.rows('select seq, type, cause from ledger where subject_id = $1 order by seq', caseId);
}

describe('a command is one transaction', () => {
  it('is in the ledger when it is answered, with its texts and its first answer', async () => {
    const { caseId } = await openCase(house.desk);
    const noteId = randomUUID();
    const input = asking(caseId, 'recordInterview', { noteId }, { texts: [{ id: noteId, body: 'words' }] });
    const taken = await house.desk.ask(caseId, input);
    expect(taken).toMatchObject({ kind: 'answered', answer: { ok: true, seq: 2, stage: 'intake' } });
    expect((await entriesOf(caseId)).map(({ type }) => type)).toEqual(['AppealRegistered', 'InterviewHeld']);
    expect(await textsOf(house.database.pool, caseId)).toEqual(['words']);
    expect(await house.rows(`select answer ->> 'seq' as seq from command where subject_id = $1`, caseId)).toEqual([{ seq: '2' }]);
  });

  it('refused leaves its answer and nothing else', async () => {
    const { caseId } = await openCase(house.desk);
    const noteId = randomUUID();
    const input = asking(caseId, 'endMonitoring', { noteId }, { texts: [{ id: noteId, body: 'words of a refused command' }] });
    expect(await house.desk.ask(caseId, input)).toMatchObject({ answer: { ok: false, refusal: { code: 'wrong_stage' } } });
    expect(await entriesOf(caseId)).toHaveLength(1);
    expect(await house.rows('select from narrative where case_id = $1', caseId)).toEqual([]);
    expect(await house.rows("select payload, answer ->> 'ok' as ok from command where subject_id = $1", caseId)).toEqual([{ payload: null, ok: 'false' }]);
  });

  it('gives a repeat the first answer, also when it would be answered otherwise now, and another body under the key none', async () => {
    const { caseId } = await openCase(house.desk);
    const key = randomUUID();
    const first = await house.desk.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }, { key }));
    await house.desk.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }));
    expect(await house.another().ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }, { key }))).toEqual(first);
    expect(await house.desk.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }, { key, bodySha256: 'c'.repeat(64) }))).toEqual({
      kind: 'key_reused',
    });
    expect(await entriesOf(caseId)).toHaveLength(3);
  });

  it.each(['case', 'kind'])('is refused under a key that was used for another %s, and leaves nothing', async (what) => {
    const [{ caseId }, other] = [await openCase(house.desk), await openCase(house.desk)];
    const key = randomUUID();
    await house.desk.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }, { key }));
    const place = what === 'case' ? other.caseId : caseId;
    const noteId = randomUUID();
    const again = asking(
      place,
      what === 'case' ? 'recordInterview' : 'recordThreat',
      { direct: true, noteId },
      { key, texts: [{ id: noteId, body: 'words' }] },
    );
    expect(await house.desk.ask(place, again)).toEqual({ kind: 'key_reused' });
    expect(await entriesOf(place)).toHaveLength(what === 'case' ? 1 : 2);
    expect(await house.rows('select from narrative where id = $1', noteId)).toEqual([]);
  });

  it('of another person is another command, though the key is the same', async () => {
    const { caseId } = await openCase(house.desk);
    const key = randomUUID();
    for (const actor of [MANAGER, { ...MANAGER, id: 'manager-2' }]) {
      expect(await house.desk.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }, { key, actor }))).toMatchObject({ answer: { ok: true } });
    }
    expect(await entriesOf(caseId)).toHaveLength(3);
  });

  it('writes people and texts once, with the acceptance: a repeat that brings its own adds none', async () => {
    const { caseId, householdId } = await openCase(house.desk);
    const key = randomUUID();
    const [first, second] = [house.desk, house.another()];
    await Promise.all(
      Array.from({ length: 8 }, (_, place) => {
        const [personId, noteId] = [randomUUID(), randomUUID()];
        const input = asking(caseId, 'recordInterview', { noteId }, { key, texts: [{ id: noteId, body: 'words' }] });
        if (input.kind === 'command') input.request = { ...input.request, persons: [{ id: personId, householdId, fullName: 'Synthetic' }] };
        return (place % 2 === 0 ? first : second).ask(caseId, input);
      }),
    );
    expect(await textsOf(house.database.pool, caseId)).toEqual(['words']);
    expect(await membersOf(house.database.pool, householdId)).toEqual([{ fullName: 'Synthetic' }]);
  });

  it('whose person belongs to no family is not taken at all, and its key stays free', async () => {
    const { caseId } = await openCase(house.desk);
    const key = randomUUID();
    const wrong = asking(caseId, 'recordInterview', { noteId: randomUUID() }, { key });
    if (wrong.kind === 'command') wrong.request = { ...wrong.request, persons: [{ id: randomUUID(), householdId: randomUUID(), fullName: 'X' }] };
    await expect(house.desk.ask(caseId, wrong)).rejects.toMatchObject({ code: '23503' });
    expect([await entriesOf(caseId), await house.rows('select from command where subject_id = $1', caseId)]).toMatchObject([[{ seq: 1 }], []]);
    expect(await house.desk.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }, { key }))).toMatchObject({ answer: { ok: true } });
  });

  it('sent many times at once through several processes is done once, and everybody has the same answer', async () => {
    const { caseId } = await openCase(house.desk);
    const desks: readonly [Desk, ...Desk[]] = [house.desk, house.another(), house.another()];
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, place) => inTurn(desks, place).ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }, { key }))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await entriesOf(caseId)).toHaveLength(2);
  });

  it('of many at once through several processes none is lost and none done twice', async () => {
    const { caseId } = await openCase(house.desk);
    const desks: readonly [Desk, ...Desk[]] = [house.desk, house.another(), house.another()];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, place) => inTurn(desks, place).ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }))),
    );
    const seqs = answers.map((answer) => (answer?.kind === 'answered' && answer.answer.ok ? answer.answer.seq : 0)).toSorted((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: 30 }, (_, place) => place + 2));
    expect(await entriesOf(caseId)).toHaveLength(31);
  });

  it('of a case that nobody knows is answered with nothing', async () => {
    const caseId = randomUUID();
    expect(await house.desk.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }))).toBeUndefined();
    expect(await house.rows('select from command where subject_id = $1', caseId)).toEqual([]);
  });
});

describe('appeals of one family at once', () => {
  it('P30: give two numbers and one case, the second attached', async () => {
    const desks = [house.desk, house.another()];
    const applicant = { iin: '900101100004', fullName: 'Synthetic Name' };
    const appeals = await Promise.all(desks.map((desk) => openCase(desk, { applicant })));
    expect(new Set(appeals.map(({ journalNumber }) => journalNumber)).size).toBe(2);
    expect(new Set(appeals.map(({ caseId }) => caseId)).size).toBe(1);
    expect(appeals.filter(({ attached }) => attached)).toHaveLength(1);
    const types = (await entriesOf(appeals[0]?.caseId ?? '')).map(({ type }) => type);
    expect(types).toEqual(['AppealRegistered', 'AppealAttached']);
  });

  it('D-REG: a hundred pairs give two hundred numbers without a gap', async () => {
    const desks = [house.desk, house.another()];
    const before = (await house.rows<{ last: number }>('select last from appeal_number'))[0]?.last ?? 0;
    const appeals: RegisteredAppeal[] = [];
    // All at once would wait for connections longer than a pool allows when the machine is busy.
    for (let wave = 0; wave < 5; wave += 1) {
      const families = Array.from({ length: 20 }, () => `Synthetic ${randomUUID()}`);
      appeals.push(...(await Promise.all(families.map((fullName) => Promise.all(desks.map((desk) => openCase(desk, { applicant: { fullName } })))))).flat());
    }
    const numbers = appeals.map(({ journalNumber }) => Number(journalNumber.slice(-6))).toSorted((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, place) => before + place + 1));
  });
});

it('the ledger alone explains every row that was written', async () => {
  const { faults, cases } = await verifyLedger(house.database.auditor, { proof: TEST_PROOF });
  expect(faults).toEqual([]);
  expect(cases).toBeGreaterThan(100);
});

it('every take is decided again by the same code to the same entries', async () => {
  const plan = await planSent(house.desk);
  await receiveReport(house.desk, {
    agency: 'employment',
    deliveryId: randomUUID(),
    caseId: plan.caseId,
    measureId: plan.measureId,
    outcome: 'performed',
  });
  await house.desk.take(plan.caseId, []);
  // The pause that an agency asks for is longer than the plan's, and nothing but the moment that came of it is kept.
  const [effect] = await house.rows<{ key: string }>(`select key from effect where subject_id = $1 and agency = 'health'`, plan.caseId);
  await house.desk.ask(plan.caseId, {
    kind: 'outcome',
    outcome: { key: effect?.key ?? '', series: 1, outcome: 'unreachable', reason: 'http_503', askedPauseMs: 3_600_000 },
  });
  const verdict = await verifyLedger(house.database.auditor, { caseId: plan.caseId });
  expect(verdict).toMatchObject({ faults: [], notComparable: 0, decidedAgain: 11 });
});

it('a command that was changed beside the ledger is found, and so is an entry that no command would have made', async () => {
  const { caseId } = await planSent(house.desk);
  const owner = createPool(house.database.ownerUrl, { vault: TEST_VAULT, applicationName: 'forger' });
  await owner.query(`update command set payload = jsonb_set(payload, '{grounds}', '["G1"]') where subject_id = $1 and kind = 'completeAssessment'`, [caseId]);
  await owner.end();
  const { faults } = await verifyLedger(house.database.auditor, { caseId });
  expect(faults.map(({ code }) => code)).toEqual(['decision_differs']);
});
