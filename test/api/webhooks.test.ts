/** What agencies send: signed, within the replay window, taken once; everything else changes nothing. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signatureHeaders } from '../../adapters/standard-webhooks.js';
import { ReportAccepted } from '../../contracts/http/reference.js';
import { eventually } from '../stack/eventually.js';
import { rowCounts, SECRETS, sendReport, startApiUnderTest, type ApiUnderTest } from './api-under-test.js';

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
  it('is durable before it is answered, engine up or not', async () => {
    const id = randomUUID();
    const caseId = randomUUID();
    const { status, body } = await sendReport(api, report({ caseId, note: 'Слова органа' }), { id });
    expect(status).toBe(202);
    expect(ReportAccepted.parse(body)).toMatchObject({ accepted: true, duplicate: false });
    const [row] = await inboxOf(id);
    expect(row).toMatchObject({ source: 'employment', state: 'waiting', duplicates: 0 });
    expect(JSON.stringify(row)).not.toContain('Слова органа');
    const woken = async (): Promise<true | undefined> =>
      (await api.owner.query(`select 1 from graphile_worker.jobs where key = 'relay:' || $1`, [caseId])).rowCount === 1 || undefined;
    expect(await eventually(woken, 'the relay is woken for the case')).toBe(true);
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
    expect(reply).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
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
