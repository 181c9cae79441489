/** What agencies send: signed, within the replay window, taken once; everything else changes nothing. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signatureHeaders } from '../../adapters/standard-webhooks.js';
import { ReportAccepted, ReportStanding } from '../../contracts/http/reference.js';
import { createDesk, type Desk } from '../../ledger/desk.js';
import { planSent } from '../ledger/take-desk.js';
import { eventually } from '../stack/eventually.js';
import { rowCounts, SECRETS, sendReport, startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';
import { textsOf } from '../fixtures/sealed.js';

let api: ApiUnderTest;
let before: Record<string, number>;

beforeAll(async () => {
  api = await startApiUnderTest();
});
beforeEach(async () => {
  before = await rowCounts(api.owner);
});
afterAll(() => api.stop());

const report = (changes: object = {}): object => ({
  type: 'report',
  caseId: randomUUID(),
  measureId: randomUUID(),
  outcome: 'performed',
  ...changes,
});

async function inboxOf(deliveryId: string): Promise<{ source: string; state: string; duplicates: number; payload: object }[]> {
  const { rows } = await api.owner.query('select source, state, duplicates, payload from inbox where delivery_id = $1', [deliveryId]);
  return rows as { source: string; state: string; duplicates: number; payload: object }[];
}

describe('192-11-1: a report of an agency', () => {
  it('is durable before it is answered, engine up or not, and the words of the agency lie apart', async () => {
    const id = randomUUID();
    const caseId = randomUUID();
    const { status, body } = await sendReport(api, report({ caseId, note: 'Слова органа' }), { id });
    expect(status).toBe(202);
    // Nobody knows the case: the report waits until somebody does, or until it is set apart for people.
    expect(ReportAccepted.parse(body)).toMatchObject({ accepted: true, duplicate: false, state: 'waiting' });
    const [row] = await inboxOf(id);
    expect(row).toMatchObject({ source: 'employment', state: 'waiting', duplicates: 0 });
    expect(JSON.stringify(row)).not.toContain('Слова органа');
    expect(await textsOf(api.owner, caseId, 'report_note')).toEqual(['Слова органа']);
  });

  it('that comes again is counted and nothing else, with the same receipt', async () => {
    const id = randomUUID();
    const message = report();
    const first = await sendReport(api, message, { id });
    const counted = await rowCounts(api.owner);
    const again = await sendReport(api, message, { id, at: new Date(Date.now() + 60_000) });
    expect(again).toMatchObject({ status: 202, body: { accepted: true, duplicate: true, reportId: first.body.reportId } });
    expect(await rowCounts(api.owner)).toEqual(counted);
    expect(await inboxOf(id)).toMatchObject([{ duplicates: 1 }]);
  });

  it('that comes twenty times at once is one', async () => {
    const id = randomUUID();
    const message = report();
    const replies = await Promise.all(Array.from({ length: 20 }, () => sendReport(api, message, { id })));
    expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(202));
    expect(replies.filter(({ body }) => !body.duplicate)).toHaveLength(1);
    expect(await inboxOf(id)).toMatchObject([{ duplicates: 19 }]);
  });

  it('may have the id of another agency’s: ids are each sender’s own', async () => {
    const id = randomUUID();
    await sendReport(api, report(), { id });
    const other = await sendReport(api, report(), { id, agency: 'health', secret: SECRETS.health });
    expect(other).toMatchObject({ status: 202, body: { duplicate: false } });
  });
});

describe('what becomes of a report', () => {
  let desk: Desk;
  beforeAll(() => {
    desk = createDesk(api.database.pool, { proof: TEST_PROOF });
  });

  /** As the agency asks: signed with an empty body. */
  async function ask(reportId: string, how: { agency?: 'employment' | 'health'; secret?: string; at?: Date } = {}): Promise<Reply<unknown>> {
    const { agency = 'employment', secret = SECRETS[agency], at = new Date() } = how;
    return api.get(`/webhooks/agencies/${agency}/reports/${reportId}`, { token: undefined, headers: signatureHeaders(secret, randomUUID(), '', at) });
  }

  /** The door may have been too busy to wait for the decision; then the agency asks until it hears of it. */
  async function fateOf(sent: Awaited<ReturnType<typeof sendReport>>): Promise<unknown> {
    expect(sent.status).toBe(202);
    const { reportId } = ReportAccepted.parse(sent.body);
    return eventually(async () => {
      const standing = ReportStanding.parse((await ask(reportId)).body);
      return standing.state === 'waiting' ? undefined : standing;
    }, 'the report is decided');
  }

  it('is told at once or later: recorded, or refused with the reason', async () => {
    const { caseId, measureId } = await planSent(desk);
    const recorded = await sendReport(api, report({ caseId, measureId }));
    expect(await fateOf(recorded)).toEqual({ reportId: recorded.body.reportId, state: 'recorded' });
    const refused = await sendReport(api, report({ caseId }));
    expect(await fateOf(refused)).toEqual({ reportId: refused.body.reportId, state: 'refused', code: 'measure_unknown' });
    const notYours = await sendReport(api, report({ caseId, measureId }), { agency: 'health', secret: SECRETS.health });
    expect(notYours.status).toBe(202);
    await desk.take(caseId, []);
    expect((await ask(notYours.body.reportId, { agency: 'health' })).body).toMatchObject({ state: 'refused', code: 'not_your_measure' });
  });

  it('is told to the sender’s repeat as well', async () => {
    const { caseId, measureId } = await planSent(desk);
    const [id, message] = [randomUUID(), report({ caseId, measureId })];
    await fateOf(await sendReport(api, message, { id }));
    expect((await sendReport(api, message, { id })).body).toMatchObject({ duplicate: true, state: 'recorded' });
  });

  it('is told to nobody but its sender', async () => {
    const { reportId } = (await sendReport(api, report())).body;
    expect(await ask(reportId, { agency: 'health' })).toMatchObject({ status: 404, body: { code: 'report_unknown' } });
    expect(await ask(reportId, { secret: SECRETS.health })).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
    expect(await ask(reportId, { at: new Date(Date.now() - 6 * 60_000) })).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
    for (const unknown of [randomUUID(), 'first']) expect(await ask(unknown)).toMatchObject({ status: 404, body: { code: 'report_unknown' } });
  });

  it('under an id that another content had is 409, changes nothing but the list for people, and is not told the fate of the first', async () => {
    const [id, message] = [randomUUID(), report()];
    const first = await sendReport(api, message, { id });
    const counted = await rowCounts(api.owner);
    const other = { ...message, outcome: 'not_performed', note: 'Другие слова' };
    for (const _ of [1, 2]) expect(await sendReport(api, other, { id })).toMatchObject({ status: 409, body: { code: 'delivery_id_reused' } });
    expect(await rowCounts(api.owner)).toEqual({ ...counted, inbox_conflict: (counted['inbox_conflict'] ?? 0) + 1 });
    expect(await inboxOf(id)).toMatchObject([{ duplicates: 0, payload: { outcome: 'performed' } }]);
    // Another order of members is the same content.
    const turned = JSON.stringify(Object.fromEntries(Object.entries(message).toReversed()));
    expect(await sendReport(api, undefined, { id, raw: turned })).toMatchObject({ status: 202, body: { duplicate: true, reportId: first.body.reportId } });
  });

  it('is decided later when the door is busy, and accepting is not delayed by deciding', async () => {
    const plans = await Promise.all(Array.from({ length: 8 }, () => planSent(desk)));
    const replies = await Promise.all(plans.flatMap((plan) => Array.from({ length: 5 }, () => sendReport(api, report({ ...plan, outcome: 'in_progress' })))));
    expect(replies.map(({ status }) => status)).toEqual(Array(40).fill(202));
    for (const { caseId } of plans) await desk.take(caseId, []);
    const { rows } = await api.owner.query<{ cause: string }>(`select cause from ledger where type = 'ReportReceived' and subject_id = any ($1::uuid[])`, [
      plans.map(({ caseId }) => caseId),
    ]);
    expect(rows.map(({ cause }) => cause).toSorted()).toEqual(replies.map(({ body }) => body.reportId).toSorted());
  });
});

describe('a message that is not what it says', () => {
  const MINUTE = 60_000;

  it.each<[string, Parameters<typeof sendReport>[2]]>([
    ['signed with another agency’s key', { secret: SECRETS.health }],
    ['signed six minutes ago: a replay', { at: new Date(Date.now() - 6 * MINUTE) }],
    ['signed six minutes ahead', { at: new Date(Date.now() + 6 * MINUTE) }],
    ['with another id than the signed one', { headers: { 'webhook-id': 'another' } }],
    ['with another time than the signed one', { headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 30) } }],
    ['with a time that is none', { headers: { 'webhook-timestamp': 'now' } }],
    ['without a signature', { headers: { 'webhook-signature': '' } }],
    ['with a signature of no version', { headers: { 'webhook-signature': 'v1' } }],
    ['with rubbish for a signature', { headers: { 'webhook-signature': 'v1,rubbish v2,more' } }],
    ['with an empty id', { headers: { 'webhook-id': '' } }],
  ])('%s is refused', async (_what, how) => {
    const reply = await sendReport(api, report(), how);
    expect(reply).toMatchObject({ status: 401, body: { code: 'signature_invalid', params: { reason: expect.any(String), now: expect.any(String) } } });
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it('whose body was changed on the way is refused, to the byte', async () => {
    const raw = JSON.stringify(report());
    const headers = signatureHeaders(SECRETS.employment, randomUUID(), raw);
    const reply = await api.ask('POST', '/webhooks/agencies/employment', { token: undefined, raw: ` ${raw}`, headers });
    expect(reply).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it.each([
    ['another key', { secret: SECRETS.health }, 'signature_mismatch'],
    ['a clock that is 301 seconds off', { at: new Date(Date.now() - 301_000) }, 'timestamp_outside_window'],
    ['milliseconds', { headers: { 'webhook-timestamp': String(Date.now()) } }, 'timestamp_in_milliseconds'],
    ['no signature', { headers: { 'webhook-signature': '' } }, 'signature_missing'],
  ] as const)('%s: its sender reads why, and our time', async (_what, how, reason) => {
    const { body } = await sendReport(api, report(), how);
    expect(body.params).toMatchObject({ reason });
    expect(Math.abs(Date.parse(String(body.params?.['now'])) - Date.now())).toBeLessThan(60_000);
    expect(body.detail).toContain(String(body.params?.['now']));
  });

  it('four minutes either way are allowed', async () => {
    for (const minutes of [-4, 4]) {
      const reply = await sendReport(api, report(), { at: new Date(Date.now() + minutes * MINUTE) });
      expect(reply.status).toBe(202);
    }
  });

  it('a second signature of a key that is being changed is accepted', async () => {
    const raw = JSON.stringify(report());
    const headers = signatureHeaders(SECRETS.employment, randomUUID(), raw);
    const both = { ...headers, 'webhook-signature': `v1,b2xkIGtleQ== ${headers['webhook-signature']}` };
    expect((await api.ask('POST', '/webhooks/agencies/employment', { token: undefined, raw, headers: both })).status).toBe(202);
  });
});

describe('a message that is signed and still cannot be taken', () => {
  it.each(['sports', 'nobody', 'employment2', '%00', "' or 1=1", 'x'.repeat(100)])('from %s, which is not connected', async (agency) => {
    expect(await sendReport(api, report(), { agency: agency.replaceAll(' ', '%20') })).toMatchObject({ status: 404, body: { code: 'agency_not_connected' } });
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it.each<[string, object, string, string]>([
    ['another type', report({ type: 'measure.done' }), '/type', 'value_not_allowed'],
    ['no case', report({ caseId: undefined }), '/caseId', 'required'],
    ['a case that is no id', report({ caseId: 'the first' }), '/caseId', 'wrong_format'],
    ['an ИИН for a measure', report({ measureId: '900101100004' }), '/measureId', 'wrong_format'],
    ['an outcome that the law does not know', report({ outcome: 'excellent' }), '/outcome', 'value_not_allowed'],
    ['an unknown field', report({ iin: '900101100004' }), '/iin', 'unknown_field'],
    ['a note with U+0000', report({ note: 'a\u0000' }), '/note', 'wrong_format'],
    ['a note without end', report({ note: 'x'.repeat(10_001) }), '/note', 'too_long'],
  ])('with %s', async (_what, message, field, code) => {
    const reply = await sendReport(api, message);
    expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ field, code }] } });
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it.each<[string, string]>([
    ['broken JSON', '{"type":'],
    ['nothing', ''],
  ])('with %s', async (_what, raw) => {
    const reply = await sendReport(api, undefined, { raw });
    expect(reply).toMatchObject({ status: 400, body: { code: 'json_broken' } });
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it('with an id of three hundred characters', async () => {
    const reply = await sendReport(api, report(), { id: 'i'.repeat(300) });
    expect(reply).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ field: 'webhook-id' }] } });
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it('of more than 64 KB', async () => {
    const reply = await sendReport(api, report({ note: 'x'.repeat(66_000) }));
    expect(reply).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it('as a form', async () => {
    const reply = await sendReport(api, report(), { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(reply).toMatchObject({ status: 415, body: { code: 'media_type_unsupported' } });
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it('by GET', async () => {
    expect(await api.get('/webhooks/agencies/employment', { token: undefined })).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
  });
});
