/** P32, P60: the same person in open cases of two Centers: both heads are asked, nobody else, and of a case that hides nobody. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TaskPage } from '../../contracts/http/tasks.js';
import { developmentIin } from '../../db/development-iin.js';
import { createDesk, type Desk } from '../../ledger/desk.js';
import { tellTransfers } from '../../ledger/transfer-questions.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';

const [A, B] = ['', '-2'];

let made = 0;
/** Of somebody who does not exist, another one each time. */
function syntheticIin(): string {
  made += 1;
  return developmentIin(`in two Centers ${made}`);
}

let api: ApiUnderTest;
let desk: Desk;
beforeAll(async () => {
  api = await startApiUnderTest();
  desk = createDesk(api.database.pool, { proof: TEST_PROOF });
});
afterAll(() => api.stop());

interface Registered {
  caseId: string;
  householdId: string;
  journalNumber: string;
  attached: boolean;
}

async function appeal(center: string, iin: string, more: object = {}): Promise<Registered> {
  const body = { channel: 1, threat: false, applicant: { fullName: 'Синтетическая Особа', iin }, ...more };
  const reply = await api.post<Registered>('/v1/appeals', body, { token: `dev-specialist${center}` });
  expect(reply.status).toBe(201);
  return reply.body;
}

async function questionsOf(center: string, caseId: string, who = 'head') {
  const reply = await api.get<unknown>('/v1/tasks?limit=200', { token: `dev-${who}${center}` });
  expect(reply.status).toBe(200);
  return TaskPage.parse(reply.body).items.filter((task) => task.caseId === caseId && task.kind.startsWith('transfer_'));
}

function answer(center: string, questionId: string | undefined, body: unknown, who = 'head'): Promise<Reply<{ code?: string }>> {
  return api.post(`/v1/transfer-questions/${questionId}/answer`, body, { token: `dev-${who}${center}` });
}

async function factsOf(caseId: string): Promise<string[]> {
  const { rows } = await api.owner.query<{ type: string }>(`select type from ledger where subject_id = $1 and type like 'Transfer%' order by seq`, [caseId]);
  return rows.map(({ type }) => type);
}

function signs(center: string, caseId: string): Promise<Reply> {
  return api.post(`/v1/cases/${caseId}/violence-signs`, { note: 'Слова о признаках.' }, { token: `dev-head${center}` });
}

describe('P32: a person whom another Center has in an open case', () => {
  it('the second Center goes on as with a stranger; each head is asked, and sees the other Center and the number of its case, and no more', async () => {
    const iin = syntheticIin();
    const first = await appeal(A, iin);
    const second = await appeal(B, iin);
    expect(second.attached).toBe(false);
    expect([second.caseId, second.householdId]).not.toEqual([first.caseId, first.householdId]);
    const [asked, other] = [await questionsOf(A, first.caseId), await questionsOf(B, second.caseId)];
    expect(asked).toEqual([expect.objectContaining({ kind: 'transfer_question', otherCenter: 'shymkent-abay', otherJournalNumber: second.journalNumber })]);
    expect(other).toEqual([expect.objectContaining({ kind: 'transfer_question', otherCenter: 'almaty-auezov', otherJournalNumber: first.journalNumber })]);
    expect(asked[0]?.questionId).toBe(other[0]?.questionId);
    for (const [tasks, secrets] of [
      [asked, [second.caseId, second.householdId]],
      [other, [first.caseId, first.householdId]],
    ] as const)
      for (const secret of secrets) expect(JSON.stringify(tasks)).not.toContain(secret);
    expect([await factsOf(first.caseId), await factsOf(second.caseId)]).toEqual([['TransferQuestionRaised'], ['TransferQuestionRaised']]);
    const { rows } = await api.owner.query<{ entry: string }>(`select entry::text from ledger where subject_id = $1 and type = 'TransferQuestionRaised'`, [
      first.caseId,
    ]);
    expect(rows[0]?.entry).not.toContain(second.caseId);
  });

  it('nobody but the head has the task; it is not ended by hand', async () => {
    const iin = syntheticIin();
    const { caseId } = await appeal(A, iin);
    await appeal(B, iin);
    const [task] = await questionsOf(A, caseId);
    for (const who of ['manager', 'unit-head', 'coordinator', 'specialist', 'admin']) expect([who, await questionsOf(A, caseId, who)]).toEqual([who, []]);
    expect((await api.ask('PUT', `/v1/tasks/${task?.taskId}/ended`, { token: 'dev-head', body: { how: 'nothing_to_do' } })).status).toBe(404);
  });

  it('again, and of the same two cases: one question; a second appeal asks nothing anew', async () => {
    const iin = syntheticIin();
    const { caseId } = await appeal(A, iin);
    const second = await appeal(B, iin);
    expect((await appeal(B, iin)).attached).toBe(true);
    await tellTransfers(desk, undefined, (error) => expect(error).toBeUndefined());
    expect([await factsOf(caseId), await factsOf(second.caseId)]).toEqual([['TransferQuestionRaised'], ['TransferQuestionRaised']]);
  });

  it('within one Center, without an ИИН, or when the other case has ended, nobody is asked', async () => {
    const iin = syntheticIin();
    const first = await appeal(A, iin);
    await appeal(A, iin);
    expect(await questionsOf(A, first.caseId)).toEqual([]);
    const closed = syntheticIin();
    const { caseId } = await appeal(A, closed);
    await api.owner.query(`update subject_file set stage = 'closed' where subject_id = $1`, [caseId]);
    await api.owner.query('delete from claim where subject_id = $1', [caseId]);
    expect(await questionsOf(B, (await appeal(B, closed)).caseId)).toEqual([]);
  });

  it('two appeals at one instant in two Centers give one question', async () => {
    for (let round = 0; round < 8; round += 1) {
      const iin = syntheticIin();
      const [first, second] = await Promise.all([appeal(A, iin), appeal(B, iin)]);
      const [asked, other] = [await questionsOf(A, first.caseId), await questionsOf(B, second.caseId)];
      expect([asked.length, other.length]).toEqual([1, 1]);
      expect(asked[0]?.questionId).toBe(other[0]?.questionId);
    }
  });

  it('a family that the second Center names by its id, with the ИИН, is asked about, too', async () => {
    const iin = syntheticIin();
    const known = await api.post<Registered>('/v1/appeals', { channel: 1, threat: false, applicant: { fullName: 'Особа' } }, { token: 'dev-specialist-2' });
    const first = await appeal(A, iin);
    await appeal(B, iin, { householdId: known.body.householdId });
    expect(await questionsOf(A, first.caseId)).toHaveLength(1);
  });
});

describe('P32: the answers', () => {
  async function asked(): Promise<{ first: Registered; second: Registered; questionId: string | undefined }> {
    const iin = syntheticIin();
    const [first, second] = [await appeal(A, iin), await appeal(B, iin)];
    return { first, second, questionId: (await questionsOf(A, first.caseId))[0]?.questionId };
  }

  it('both want the join: it stays an open task of both until there is the move', async () => {
    const { first, second, questionId } = await asked();
    expect((await answer(A, questionId, { answer: 'join' })).status).toBe(200);
    expect((await questionsOf(A, first.caseId)).map(({ kind }) => kind)).toEqual(['transfer_join']);
    expect((await questionsOf(B, second.caseId)).map(({ kind }) => kind)).toEqual(['transfer_question']);
    expect((await answer(B, questionId, { answer: 'join', reason: 'Семья переехала.' })).status).toBe(200);
    expect((await questionsOf(B, second.caseId)).map(({ kind }) => kind)).toEqual(['transfer_join']);
    expect([await factsOf(first.caseId), await factsOf(second.caseId)]).toEqual(
      Array.from({ length: 2 }, () => ['TransferQuestionRaised', 'TransferQuestionAnswered']),
    );
  });

  it('one keeps its case, with the reason: nothing is to be joined', async () => {
    const { first, second, questionId } = await asked();
    expect((await answer(A, questionId, { answer: 'keep' })).status).toBe(400);
    expect((await answer(A, questionId, { answer: 'keep', reason: 'Живёт здесь.' })).status).toBe(200);
    expect((await answer(B, questionId, { answer: 'join' })).status).toBe(200);
    expect([await questionsOf(A, first.caseId), await questionsOf(B, second.caseId)]).toEqual([[], []]);
  });

  it('the first answer stands; nobody but the head gives one, and of another question nobody hears', async () => {
    const { first, questionId } = await asked();
    for (const who of ['manager', 'unit-head', 'coordinator', 'admin', 'specialist'])
      expect((await answer(A, questionId, { answer: 'join' }, who)).status).toBe(403);
    expect((await answer(A, first.caseId, { answer: 'join' })).body.code).toBe('transfer_question_unknown');
    expect((await answer(A, questionId, { answer: 'join' })).status).toBe(200);
    const again = await answer(A, questionId, { answer: 'keep', reason: 'Живёт здесь.' });
    expect([again.status, again.body.code]).toEqual([409, 'transfer_question_answered']);
  });

  it('P60: each head owes the answer; it is met with it', async () => {
    const { first, questionId } = await asked();
    const duty = async (): Promise<unknown> => {
      const { rows } = await api.owner.query(`select owner, force, ladder, standing from duty where subject_id = $1 and rule = 'P60'`, [first.caseId]);
      return rows;
    };
    expect(await duty()).toEqual([{ owner: 'center_head', force: 'internal', ladder: 'head', standing: 'open' }]);
    await answer(A, questionId, { answer: 'join' });
    expect(await duty()).toEqual([expect.objectContaining({ standing: 'met' })]);
  });
});

describe('P43: who hides is not found by an appeal in another Center', () => {
  it('the head of the case with violence alone is asked; the other Center has no fact, no task, and the same answer as of a stranger', async () => {
    const iin = syntheticIin();
    const hidden = await appeal(A, iin);
    await signs(A, hidden.caseId);
    const second = await appeal(B, iin);
    const stranger = await appeal(B, syntheticIin());
    expect(Object.keys(second)).toEqual(Object.keys(stranger));
    expect(second.attached).toBe(false);
    expect([await questionsOf(B, second.caseId), await factsOf(second.caseId)]).toEqual([[], []]);
    const [task] = await questionsOf(A, hidden.caseId);
    expect(task).toMatchObject({ kind: 'transfer_question', otherCenter: 'shymkent-abay', otherJournalNumber: second.journalNumber });
    const foreign = await answer(B, task?.questionId, { answer: 'join' });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'transfer_question_unknown']);
    expect((await answer(A, task?.questionId, { answer: 'keep', reason: 'Фактически здесь.' })).status).toBe(200);
    expect([await questionsOf(B, second.caseId), await factsOf(second.caseId)]).toEqual([[], []]);
  });

  it('both hide: nobody is asked', async () => {
    const iin = syntheticIin();
    const own = syntheticIin();
    const hidden = await appeal(A, iin);
    const second = await appeal(B, own);
    await signs(A, hidden.caseId);
    await signs(B, second.caseId);
    await appeal(B, iin, { householdId: second.householdId });
    expect([await factsOf(hidden.caseId), await factsOf(second.caseId)]).toEqual([[], []]);
  });

  it('signs that are recorded later take the question back from the other head at once', async () => {
    const iin = syntheticIin();
    const [first, second] = [await appeal(A, iin), await appeal(B, iin)];
    const [task] = await questionsOf(B, second.caseId);
    await signs(A, first.caseId);
    expect(await questionsOf(B, second.caseId)).toEqual([]);
    expect(await factsOf(second.caseId)).toEqual(['TransferQuestionRaised', 'TransferQuestionWithdrawn']);
    const late = await answer(B, task?.questionId, { answer: 'join' });
    expect([late.status, late.body.code]).toEqual([409, 'transfer_question_withdrawn']);
    expect(await questionsOf(A, first.caseId)).toHaveLength(1);
  });

  it('a head who has wanted the join sees the other case no more', async () => {
    const iin = syntheticIin();
    const [first, second] = [await appeal(A, iin), await appeal(B, iin)];
    const [task] = await questionsOf(B, second.caseId);
    await answer(B, task?.questionId, { answer: 'join' });
    await signs(A, first.caseId);
    expect(Object.keys((await questionsOf(B, second.caseId))[0] ?? {})).not.toEqual(expect.arrayContaining(['otherCenter']));
  });
});

describe('what the API could not tell, the relay tells', () => {
  it('with the acts that the API has signed; what nobody has signed is told to nobody', async () => {
    const iin = syntheticIin();
    const [first, second] = [await appeal(A, iin), await appeal(B, iin)];
    await api.owner.query(`delete from transfer_order where case_id = $1 and what = 'withdraw'`, [first.caseId]);
    await api.owner.query(`update subject_file set violence = true where subject_id = $1`, [first.caseId]);
    await tellTransfers(desk, undefined, (error) => expect(error).toBeUndefined());
    expect(await factsOf(second.caseId)).toEqual(['TransferQuestionRaised', 'TransferQuestionWithdrawn']);
    const other = await appeal(A, syntheticIin());
    await api.owner.query(
      `insert into transfer_order (question_id, case_id, other_case_id, what, center, command_id, act)
       select question_id, $1, other_case_id, what, center, gen_random_uuid(), act from transfer_order where case_id = $2 and what = 'raise'`,
      [other.caseId, first.caseId],
    );
    const failed: unknown[] = [];
    await tellTransfers(desk, other.caseId, (error) => failed.push(error));
    expect([failed.length, await factsOf(other.caseId)]).toEqual([1, []]);
  });
});
