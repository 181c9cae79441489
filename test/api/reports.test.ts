/** Reports that were refused or wait: whose they are, why, and once more; over HTTP and on the page. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { signatureHeaders } from '../../adapters/standard-webhooks.js';
import { createConsole } from '../../console/router.js';
import { ReportAccepted, ReportStanding } from '../../contracts/http/reference.js';
import { ReportPage, type ReportRetaken } from '../../contracts/http/reports.js';
import { LANGUAGES } from '../../contracts/messages/language.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { createDesk, type Desk } from '../../ledger/desk.js';
import { receiveReport } from '../../work/receive.js';
import { signing } from '../fixtures/paper.js';
import { HEAD, measures } from '../lives/straight-road.js';
import { asking, MANAGER, openCase, planSent } from '../ledger/take-desk.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { NO_ENGINE, rowCounts, SECRETS, sendReport, startApiUnderTest, type ApiUnderTest, type Asking, type Reply } from './api-under-test.js';

type Item = z.infer<typeof ReportPage>['items'][number];

let database: TestDatabase;
let api: ApiUnderTest;
let desk: Desk;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApiUnderTest({
    database,
    deps: {
      consoleRouter: createConsole({ pool: database.pool, desk: createDesk(database.pool, { proof: TEST_PROOF }), signIn: 'development_tokens', ...NO_ENGINE }),
    },
  });
  desk = createDesk(database.pool, { proof: TEST_PROOF });
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

/** A report that is durable and undecided, as when the door was busy. */
async function waiting(caseId: string, measureId: string = randomUUID(), agency = 'employment', deliveryId: string = randomUUID()): Promise<string> {
  const receipt = await receiveReport(desk, { agency, deliveryId, caseId, measureId, outcome: 'performed' });
  return receipt.inboxId;
}

/** The same, refused by the case: no measure of its plan has that id. */
async function refusedReport(caseId: string): Promise<string> {
  const reportId = await waiting(caseId);
  await desk.take(caseId, []);
  return reportId;
}

async function list(query = '', asking: Asking = {}): Promise<z.infer<typeof ReportPage>> {
  const reply = await api.get<unknown>(`/v1/reports?limit=200${query}`, asking);
  expect(reply.status).toBe(200);
  return ReportPage.parse(reply.body);
}

async function itemOf(reportId: string, query = '', asking: Asking = {}): Promise<Item | undefined> {
  return (await list(query, asking)).items.find((item) => item.reportId === reportId);
}

async function retake(reportId: string, asking: Asking = {}): Promise<Reply<z.infer<typeof ReportRetaken> & Reply['body']>> {
  return api.post(`/v1/reports/${reportId}/retake`, {}, asking);
}

const ADMIN = { token: 'dev-admin' };

describe('GET /v1/reports', () => {
  it('tells who sent what and when, what became of it, and why', async () => {
    const { caseId, measureId } = await planSent(desk);
    const [refused, waits] = [await refusedReport(caseId), await waiting(caseId, measureId)];
    const item = await itemOf(refused, '', { language: 'en' });
    expect(item).toMatchObject({
      agency: 'employment',
      caseId,
      outcome: 'performed',
      state: 'refused',
      code: 'measure_unknown',
      duplicates: 0,
      otherContent: false,
    });
    expect(item?.reason).toBe('The plan has no such measure.');
    expect(Date.parse(item?.receivedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(await itemOf(waits)).toEqual({
      ...item,
      reportId: waits,
      measureId,
      state: 'waiting',
      receivedAt: expect.any(String),
      code: undefined,
      rule: undefined,
      reason: undefined,
    });
    expect([await itemOf(refused, '&state=refused'), await itemOf(waits, '&state=refused')]).toMatchObject([{ reportId: refused }, undefined]);
    expect([await itemOf(refused, '&state=waiting'), await itemOf(waits, '&state=waiting')]).toMatchObject([undefined, { reportId: waits }]);
    await desk.take(caseId, []);
    expect(await itemOf(waits)).toBeUndefined();
  });

  it.each(LANGUAGES)('gives the reason in the language of the reader: %s', async (language) => {
    const reason = { kk: 'Жоспарда мұндай іс-шара жоқ.', ru: 'Такого мероприятия в плане нет.', en: 'The plan has no such measure.' }[language];
    const { caseId } = await planSent(desk);
    const reportId = await refusedReport(caseId);
    expect((await itemOf(reportId, '', { language }))?.reason).toBe(reason);
  });

  it('shows a delivery id under which another content came, whatever became of the first', async () => {
    const { caseId, measureId } = await planSent(desk);
    const id = randomUUID();
    const message = { type: 'report', caseId, measureId, outcome: 'in_progress' };
    const { body } = await sendReport(api, message, { id });
    const other = await sendReport(api, { ...message, outcome: 'performed' }, { id });
    expect(other).toMatchObject({ status: 409, body: { code: 'delivery_id_reused' } });
    await desk.take(caseId, []);
    expect(await itemOf(body.reportId)).toBeUndefined();
    expect(await itemOf(body.reportId, '&otherContent=true')).toMatchObject({ state: 'recorded', outcome: 'in_progress', otherContent: true });
    expect((await list('&otherContent=true')).items.every(({ otherContent }) => otherContent)).toBe(true);
  });

  it('is of the own Center; a report of a case that nobody knows is the administrator’s alone', async () => {
    const { caseId } = await planSent(desk);
    const [own, orphan] = [await refusedReport(caseId), await waiting(randomUUID())];
    await api.owner.query(`update inbox set state = 'orphan', settled_at = now() where id = $1`, [orphan]);
    for (const token of ['dev-manager', 'dev-head', 'dev-coordinator'])
      expect([token, await itemOf(own, '', { token }), await itemOf(orphan, '', { token })]).toMatchObject([token, { reportId: own }, undefined]);
    for (const token of ['dev-manager-2', 'dev-head-2'])
      expect([await itemOf(own, '', { token }), await itemOf(orphan, '', { token })]).toEqual([undefined, undefined]);
    expect(await itemOf(orphan, '', ADMIN)).toMatchObject({ state: 'refused', code: 'case_unknown', reason: expect.any(String) });
    expect(await itemOf(own, '', { token: 'dev-admin-2' })).toBeUndefined();
    expect((await api.get('/v1/reports', { token: undefined })).status).toBe(401);
  });

  it('pages through every report once, the last received first', async () => {
    const { caseId } = await openCase(desk);
    for (let n = 0; n < 5; n += 1) await waiting(caseId);
    const whole = (await list()).items.map(({ reportId }) => reportId);
    const walked: string[] = [];
    for (let after = ''; ; ) {
      const { items, next } = ReportPage.parse((await api.get<unknown>(`/v1/reports?limit=2${after}`)).body);
      walked.push(...items.map(({ reportId }) => reportId));
      if (next === undefined) break;
      after = `&after=${next}`;
    }
    expect(walked).toEqual(whole);
    const received = (await list()).items.map(({ receivedAt }) => receivedAt);
    expect(received).toEqual(received.toSorted((a, b) => b.localeCompare(a)));
    expect(await api.get('/v1/reports?after=x')).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
    expect(await api.get('/v1/reports?state=lost')).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  });

  it.each([`state <> 'delivered'`, `state in ('rejected', 'orphan')`, `state = 'waiting'`])('is read from its index: %s', async (state) => {
    const client = await database.pool.connect();
    await client.query('begin; set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain select id from inbox where kind = 'report' and ${state} and place < 100 order by place desc limit 3`,
    );
    await client.query('rollback');
    client.release();
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('Index Scan Backward using inbox_unsettled');
    expect(plan).not.toContain('Sort');
  });
});

describe('POST /v1/reports/{reportId}/retake', () => {
  /** A report that comes before its plan is approved; then the plan goes out. */
  async function overtaken(): Promise<{ caseId: string; reportId: string; approve: () => Promise<void> }> {
    const { caseId, personId = '' } = await openCase(desk, { applicant: { fullName: 'Synthetic' } });
    const dueOn = addDays(legalDayOf(Date.now()), 30);
    const planned = measures(dueOn).map((measure) => ({ ...measure, measureId: randomUUID() }));
    const give = async (...inputs: ReturnType<typeof asking>[]): Promise<void> => {
      for (const input of inputs) expect(await desk.ask(caseId, input)).toMatchObject({ answer: { ok: true } });
    };
    await give(
      asking(caseId, 'recordConsent', { given: true, personId }),
      asking(caseId, 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] }),
      asking(caseId, 'determineNeeds', { needs: ['employment'] }),
      asking(caseId, 'draftIpr', { iprId: randomUUID(), endsOn: dueOn, specialists: [], measures: planned }),
      asking(caseId, 'signIpr', await signing(desk.pool, caseId, { party: 'employee' }, MANAGER)),
      asking(caseId, 'signIpr', await signing(desk.pool, caseId, { party: 'family' }, MANAGER)),
    );
    const reportId = await waiting(caseId, planned[0]?.measureId ?? '');
    await desk.take(caseId, []);
    return { caseId, reportId, approve: () => give(asking(caseId, 'approveIpr', {}, { actor: HEAD }), asking(caseId, 'sendIpr', {})) };
  }

  async function typesOf(caseId: string): Promise<string[]> {
    return (await api.owner.query<{ type: string }>('select type from ledger where subject_id = $1 order by seq', [caseId])).rows.map(({ type }) => type);
  }

  it('192-11-1: has it decided by what the case is now, from its receipt on; the agency hears of it too', async () => {
    const { caseId, reportId, approve } = await overtaken();
    expect(await retake(reportId, { language: 'en' })).toMatchObject({
      status: 200,
      body: { reportId, state: 'refused', code: 'wrong_stage', reason: expect.stringContaining('stage') },
    });
    await approve();
    expect(await retake(reportId)).toMatchObject({ status: 200, body: { reportId, state: 'recorded' } });
    expect((await typesOf(caseId)).filter((type) => type === 'ReportReceived')).toHaveLength(1);
    const { rows } = await api.owner.query(
      'select date_trunc($2, inbox.received_at) = occurred_at as from_receipt from ledger join inbox on inbox.id::text = cause where inbox.id = $1',
      [reportId, 'milliseconds'],
    );
    expect(rows).toEqual([{ from_receipt: true }]);
    const headers = signatureHeaders(SECRETS.employment, randomUUID(), '');
    const told = await api.get<unknown>(`/webhooks/agencies/employment/reports/${reportId}`, { token: undefined, headers });
    expect(ReportStanding.parse(told.body)).toEqual({ reportId, state: 'recorded' });
  });

  it('under the same key tells the same to the byte, whatever happened since; another report under it is refused', async () => {
    const { caseId, reportId, approve } = await overtaken();
    const asking = { key: randomUUID() };
    const first = await retake(reportId, asking);
    expect(first.body.state).toBe('refused');
    await approve();
    const again = await retake(reportId, asking);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(await typesOf(caseId)).not.toContain('ReportReceived');
    expect(await retake(await refusedReport(caseId), asking)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await api.post(`/v1/cases/${caseId}/interview`, { note: 'x' }, asking)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await api.post(`/v1/reports/${reportId}/retake`, {}, { key: '' })).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } });
  });

  it('many times at once records it once', async () => {
    const { caseId, reportId, approve } = await overtaken();
    await approve();
    const replies = await Promise.all(Array.from({ length: 8 }, () => retake(reportId)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await retake(reportId)).toMatchObject({ status: 200, body: { state: 'recorded' } });
    expect((await typesOf(caseId)).filter((type) => type === 'ReportReceived')).toHaveLength(1);
  });

  it('is case work of the own Center', async () => {
    const { caseId } = await planSent(desk);
    const reportId = await refusedReport(caseId);
    const before = await rowCounts(api.owner);
    for (const token of ['dev-specialist', 'dev-coordinator', 'dev-admin'])
      expect(await retake(reportId, { token })).toMatchObject({ status: 403, body: { code: 'role_not_allowed' } });
    for (const token of ['dev-manager-2', 'dev-admin-2'])
      expect(await retake(reportId, { token })).toMatchObject({ status: 404, body: { code: 'report_unknown' } });
    for (const unknown of [randomUUID(), 'first']) expect(await retake(unknown)).toMatchObject({ status: 404, body: { code: 'report_unknown' } });
    expect(await api.post(`/v1/reports/${reportId}/retake`, { force: true })).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
    expect(await rowCounts(api.owner)).toEqual(before);
    for (const token of ['dev-manager', 'dev-unit-head', 'dev-head']) expect((await retake(reportId, { token })).status).toBe(200);
  });

  it('of a case that nobody knows is the administrator’s, and stays refused while nobody knows it', async () => {
    const reportId = await waiting(randomUUID());
    await api.owner.query(`update inbox set state = 'orphan', settled_at = now() where id = $1`, [reportId]);
    expect(await retake(reportId)).toMatchObject({ status: 404, body: { code: 'report_unknown' } });
    expect(await retake(reportId, ADMIN)).toMatchObject({ status: 200, body: { state: 'refused', code: 'case_unknown' } });
    const { rows } = await api.owner.query('select state, settled_at is not null as settled from inbox where id = $1', [reportId]);
    expect(rows).toEqual([{ state: 'orphan', settled: true }]);
  });

  it('that cannot be decided now leaves it waiting, never lost', async () => {
    const { caseId } = await planSent(desk);
    const reportId = await refusedReport(caseId);
    await api.owner.query('update case_file set version = 99 where subject_id = $1', [caseId]);
    expect(await retake(reportId)).toMatchObject({ status: 503, body: { code: 'release_outdated' } });
    expect(await itemOf(reportId)).toMatchObject({ state: 'waiting' });
  });
});

describe('the page of reports', () => {
  const page = (path: string, token = 'dev-manager'): Promise<Reply> => api.get(path, { token: undefined, headers: { cookie: `tirek_key=${token}` } });
  const press = (address: string, key: string, token = 'dev-manager'): Promise<Reply> =>
    api.ask('POST', address, {
      token: undefined,
      raw: new URLSearchParams({ key }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: `tirek_key=${token}` },
    });

  it.each([
    ['kk', 'Қабылданбады.', 'Жоспарда мұндай іс-шара жоқ.', 'қайта қарау'],
    ['ru', 'Отклонена.', 'Такого мероприятия в плане нет.', 'рассмотреть снова'],
    ['en', 'Refused.', 'The plan has no such measure.', 'decide again'],
  ])('lists them with the reason and a button, in %s', async (language, state, reason, button) => {
    const { caseId } = await planSent(desk);
    const reportId = await refusedReport(caseId);
    const { text, status } = await page(`/console/reports?lang=${language}`);
    expect(status).toBe(200);
    for (const words of [state, reason, button, `/console/reports/${reportId}/retake`, `/console/cases/${caseId}`, 'href="/console/reports"'])
      expect(text).toContain(words);
    expect(text).not.toMatch(/undefined|\[object/);
    // No button for whom it is not.
    expect((await page(`/console/reports?lang=${language}`, 'dev-specialist')).text).not.toContain(button);
  });

  it('has the report decided again by its button, once however often it is pressed', async () => {
    const { caseId, measureId } = await planSent(desk);
    const reportId = await waiting(caseId, measureId);
    await api.owner.query(
      `update inbox set state = 'rejected', outcome = '{"ok": false, "refusal": {"code": "wrong_stage", "params": {"stage": "planning", "expected": "execution"}}}' where id = $1`,
      [reportId],
    );
    const { text } = await page('/console/reports?lang=en&limit=200');
    const row = text.slice(text.indexOf(`/console/reports/${reportId}/retake`));
    const key = /name="key" value="([^"]+)"/.exec(row)?.[1] ?? '';
    const replies = [await press(`/console/reports/${reportId}/retake`, key), await press(`/console/reports/${reportId}/retake`, key)];
    for (const reply of replies) expect([reply.status, reply.text.includes('Внесена в дело.')]).toEqual([200, true]);
    const { rows } = await api.owner.query(`select from ledger where subject_id = $1 and type = 'ReportReceived'`, [caseId]);
    expect(rows).toHaveLength(1);
  });

  it('does nothing for whom it is not, and says so', async () => {
    const { caseId } = await planSent(desk);
    const reportId = await refusedReport(caseId);
    const before = await rowCounts(api.owner);
    const address = `/console/reports/${reportId}/retake`;
    expect((await press(address, randomUUID(), 'dev-specialist')).status).toBe(403);
    expect((await press(address, randomUUID(), 'dev-manager-2')).status).toBe(404);
    expect((await press(address, 'x')).status).toBe(404);
    expect((await press(address, randomUUID(), 'dev-nobody')).headers.get('location')).toBe('/console/sign-in');
    expect(await rowCounts(api.owner)).toEqual(before);
  });
});

it('every answer of a report has the shape that the document promises', async () => {
  const { caseId, measureId } = await planSent(desk);
  const reply = await sendReport(api, { type: 'report', caseId, measureId, outcome: 'performed' });
  expect(ReportAccepted.parse(reply.body)).toMatchObject({ accepted: true, duplicate: false });
});
