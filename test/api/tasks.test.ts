/** What people have to look after, and what an organisation reads of its own messages. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signatureHeaders } from '../../adapters/standard-webhooks.js';
import { CaseDetail } from '../../contracts/http/cases.js';
import { OwnMessages, Task, TaskPage } from '../../contracts/http/tasks.js';
import { createDesk, type Desk } from '../../ledger/desk.js';
import { planSent } from '../ledger/take-desk.js';
import { SECRETS, sendReport, startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';
import { textsOf } from '../fixtures/sealed.js';

let api: ApiUnderTest;
let desk: Desk;
beforeAll(async () => {
  api = await startApiUnderTest();
  desk = createDesk(api.database.pool, { proof: TEST_PROOF });
});
afterAll(() => api.stop());

async function tasksOf(caseId: string, query = '', token = 'dev-manager') {
  const reply = await api.get<unknown>(`/v1/tasks?limit=200${query}`, { token });
  expect(reply.status).toBe(200);
  return TaskPage.parse(reply.body).items.filter((task) => task.caseId === caseId);
}

const put = (taskId: string, what: string, token: string, body?: unknown): Promise<Reply<unknown>> =>
  api.ask('PUT', `/v1/tasks/${taskId}/${what}`, { token, ...(body === undefined ? {} : { body }) });

/** A plan whose referral to employment has that end. */
async function ended(outcome: { outcome: 'refused' | 'given_up'; reason: string }): Promise<{ caseId: string; measureId: string; key: string }> {
  const { caseId, measureId } = await planSent(desk);
  const { rows } = await api.owner.query<{ key: string }>(`select key from effect where subject_id = $1 and agency = 'employment'`, [caseId]);
  const key = rows[0]?.key ?? '';
  await desk.ask(caseId, { kind: 'outcome', outcome: { key, series: 1, ...outcome } });
  return { caseId, measureId, key };
}

describe('a message that no attempt brings', () => {
  it('192-9: refused, it is a task with its reason, until it is sent again', async () => {
    const { caseId, measureId, key } = await ended({ outcome: 'refused', reason: 'not_competent' });
    expect(await tasksOf(caseId)).toMatchObject([
      {
        kind: 'message_refused',
        agency: 'employment',
        dispatch: 'referral',
        dispatchKey: key,
        code: 'not_competent',
        measureIds: [measureId],
        standing: 'open',
      },
    ]);
    expect((await api.post(`/v1/cases/${caseId}/dispatches/${key}/again`, {})).status).toBe(200);
    expect(await tasksOf(caseId)).toEqual([]);
  });

  it('192-9: told on paper, it is a task until somebody records that it was brought', async () => {
    const { caseId, key } = await ended({ outcome: 'given_up', reason: 'on_paper' });
    expect(await tasksOf(caseId)).toMatchObject([{ kind: 'message_undelivered', code: 'on_paper' }]);
    const documentId = await api.paper(caseId, 'delivery_proof');
    expect((await api.post(`/v1/cases/${caseId}/dispatches/${key}/paper`, { documentId }, { token: 'dev-specialist' })).status).toBe(200);
    expect(await tasksOf(caseId)).toEqual([]);
    const { dispatches, duties } = CaseDetail.parse((await api.get<unknown>(`/v1/cases/${caseId}`)).body);
    expect(dispatches.find((dispatch) => dispatch.key === key)?.state).toBe('delivered');
    expect(duties.find((duty) => duty.rule === '192-9' && duty.key.endsWith('employment'))?.standing).toBe('met');
  });

  it('nobody of another Center sees it, and whoever may not handle it is told so', async () => {
    const { caseId } = await ended({ outcome: 'refused', reason: 'not_competent' });
    const [task] = await tasksOf(caseId);
    expect(await tasksOf(caseId, '', 'dev-manager-2')).toEqual([]);
    expect((await put(task!.taskId, 'taken', 'dev-manager-2')).body).toMatchObject({ code: 'task_unknown' });
    expect((await put(task!.taskId, 'taken', 'dev-specialist')).body).toMatchObject({ code: 'role_not_allowed' });
    expect((await put('message:none', 'taken', 'dev-manager')).body).toMatchObject({ code: 'task_unknown' });
  });
});

describe('taking and ending', () => {
  it('one takes it, another does not; whoever has it ends it, and the first end stands', async () => {
    const { caseId } = await ended({ outcome: 'refused', reason: 'person_not_found' });
    const [task] = await tasksOf(caseId);
    const { taskId } = task!;
    const replies = await Promise.all(['dev-manager', 'dev-head'].map((token) => put(taskId, 'taken', token)));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const mine = replies[0]?.status === 200 ? 'dev-manager' : 'dev-head';
    const other = mine === 'dev-head' ? 'dev-manager' : 'dev-head';
    expect((await put(taskId, 'ended', other, { how: 'nothing_to_do' })).body).toMatchObject({ code: 'task_not_yours' });
    expect(await tasksOf(caseId, '&standing=taken')).toHaveLength(1);
    const first = Task.parse((await put(taskId, 'ended', mine, { how: 'agreed_with_agency' })).body);
    expect(first).toMatchObject({ standing: 'ended', how: 'agreed_with_agency' });
    expect(Task.parse((await put(taskId, 'ended', mine, { how: 'nothing_to_do' })).body)).toEqual(first);
    expect(await tasksOf(caseId)).toEqual([]);
    expect(await tasksOf(caseId, '&standing=ended')).toMatchObject([{ taskId }]);
  });
});

describe('a report that the case refused', () => {
  it('192-11-2: “not performed” about a measure that is done is kept, and a task: what was marked may not be so', async () => {
    const { caseId, measureId } = await planSent(desk);
    const report = { type: 'report', caseId, measureId };
    const performed = await sendReport(api, { ...report, outcome: 'performed' });
    await desk.take(caseId, []);
    const marked = await api.post(`/v1/cases/${caseId}/measures/${measureId}/status`, { reportId: performed.body.reportId, status: 'done' });
    expect(marked.status).toBe(200);
    const correction = await sendReport(api, { ...report, outcome: 'not_performed', note: 'Мера не выполнена' });
    expect(correction.status).toBe(202);
    await desk.take(caseId, []);
    expect(await tasksOf(caseId)).toMatchObject([
      { kind: 'report_correction', reportId: correction.body.reportId, code: 'report_already_marked', measureIds: [measureId], reason: expect.any(String) },
    ]);
  });

  it('of a measure that is not in the plan: refused, and a task of the same kind for all', async () => {
    const { caseId } = await planSent(desk);
    await sendReport(api, { type: 'report', caseId, measureId: randomUUID(), outcome: 'performed' });
    await desk.take(caseId, []);
    expect(await tasksOf(caseId, '&kind=report_refused')).toMatchObject([{ code: 'measure_unknown' }]);
  });
});

describe('what an organisation reads of its own messages', () => {
  const ask = (secret: string = SECRETS.employment): Promise<Reply<unknown>> =>
    api.get('/webhooks/agencies/employment/messages', { token: undefined, headers: signatureHeaders(secret, randomUUID(), '') });

  it('both ways, with the reason of a refusal and our time, and nothing of another organisation', async () => {
    const { caseId, key } = await ended({ outcome: 'refused', reason: 'not_competent' });
    const id = randomUUID();
    await sendReport(api, { type: 'report', caseId, measureId: randomUUID(), outcome: 'performed' }, { id });
    await desk.take(caseId, []);
    const { received, sent, now } = OwnMessages.parse((await ask()).body);
    expect(received.find(({ webhookId }) => webhookId === id)).toMatchObject({ caseId, state: 'refused', code: 'measure_unknown' });
    expect(sent.find(({ dispatchKey }) => dispatchKey === key)).toMatchObject({ caseId, kind: 'referral', state: 'refused' });
    const { rows } = await api.owner.query<{ key: string }>(`select key from effect where agency = 'health'`);
    expect(sent.filter(({ dispatchKey }) => rows.some((row) => row.key === dispatchKey))).toEqual([]);
    expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(60_000);
    expect((await ask(SECRETS.health)).body).toMatchObject({ code: 'signature_invalid', params: { reason: 'signature_mismatch' } });
  });
});

describe('a letter', () => {
  it('192-11-1: is recorded by an employee with its document, sender and day of receipt', async () => {
    const { caseId, measureId } = await planSent(desk);
    const { approvedOn } = CaseDetail.parse((await api.get<unknown>(`/v1/cases/${caseId}`)).body).ipr ?? {};
    const letter = { outcome: 'performed', channel: 'letter', sender: 'Синтетический отправитель', receivedOn: approvedOn };
    const missing = await api.post(`/v1/cases/${caseId}/measures/${measureId}/reports`, { ...letter, documentId: randomUUID() }, { token: 'dev-specialist' });
    expect(missing.body.code).toBe('document_unknown');
    const documentId = await api.paper(caseId, 'paper_report');
    const reply = await api.post(`/v1/cases/${caseId}/measures/${measureId}/reports`, { ...letter, documentId }, { token: 'dev-specialist' });
    expect(reply.status).toBe(200);
    const { reports } = CaseDetail.parse((await api.get<unknown>(`/v1/cases/${caseId}`)).body);
    expect(reports).toMatchObject([{ agency: 'employment', measureId, outcome: 'performed' }]);
    expect(await textsOf(api.owner, caseId, 'report_sender')).toEqual(['Синтетический отправитель']);
  });
});
