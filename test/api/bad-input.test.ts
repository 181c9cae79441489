/** What the edge refuses by itself: each with the right status and code, and nothing is changed by any of it. */
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordedLife } from '../db/recorded-life.js';
import { rowCounts, startApiUnderTest, type ApiUnderTest, type Asking, type Reply } from './api-under-test.js';

let api: ApiUnderTest;
let caseId: string;
let before: Record<string, number>;

beforeAll(async () => {
  api = await startApiUnderTest();
  const life = new RecordedLife(api.database.pool);
  await life.open();
  caseId = life.caseId;
  before = await rowCounts(api.owner);
});
afterAll(() => api.stop());

const APPEAL = { channel: 1, threat: false };

interface Outcome {
  status: number;
  code: string;
  media: string | undefined;
  type: string;
  /** Something that a reader would have to guess: no title, or a place without its value. */
  unreadable: boolean;
  /** Tables whose number of rows is another one than at the beginning. */
  changed: string[];
  reply: Reply;
}

async function outcomeOf(ask: Promise<Reply>): Promise<Outcome> {
  const reply = await ask;
  const { code, type, title, detail } = reply.body ?? {};
  const after = await rowCounts(api.owner);
  return {
    status: reply.status,
    code,
    media: reply.headers.get('content-type')?.split(';')[0],
    type,
    unreadable: !title || !detail || /\{\w+\}/.test(detail),
    changed: Object.keys(after).filter((table) => after[table] !== before[table]),
    reply,
  };
}

/** A problem of that status and code, in its media type and readable, after which no table has another row. */
function refused(status: number, code: string): Omit<Outcome, 'reply'> {
  return { status, code, media: 'application/problem+json', type: `urn:tirek:problem:${code}`, unreadable: false, changed: [] };
}

const appeal = (body: unknown, asking?: Asking): Promise<Reply> => api.post('/v1/appeals', body, asking);

describe('fields of an appeal', () => {
  it.each<[string, unknown, string, string]>([
    ['a channel as text', { ...APPEAL, channel: '1' }, '/channel', 'value_not_allowed'],
    ['a channel that 256 п.12 does not have', { ...APPEAL, channel: 6 }, '/channel', 'value_not_allowed'],
    ['no channel', { threat: false }, '/channel', 'required'],
    ['a threat as a number', { ...APPEAL, threat: 1 }, '/threat', 'wrong_type'],
    ['an unknown field', { ...APPEAL, priority: 'high' }, '/priority', 'unknown_field'],
    ['a field of the prototype', JSON.parse('{"channel":1,"threat":false,"__proto__":{"admin":true}}'), '/__proto__', 'unknown_field'],
    ['an ИИН with a wrong check digit', { ...APPEAL, applicant: { iin: '900101100005' } }, '/applicant/iin', 'iin_invalid'],
    ['an ИИН that is never issued', { ...APPEAL, applicant: { iin: '900101100550' } }, '/applicant/iin', 'iin_invalid'],
    ['an ИИН of nobody, which every stranger may give (P30)', { ...APPEAL, applicant: { iin: '000000000000' } }, '/applicant/iin', 'iin_invalid'],
    ['an ИИН of a month that no year has', { ...APPEAL, applicant: { iin: '901301100004' } }, '/applicant/iin', 'iin_invalid'],
    ['an ИИН as a number', { ...APPEAL, applicant: { iin: 900101100004 } }, '/applicant/iin', 'wrong_type'],
    ['an applicant of whom nothing is said', { ...APPEAL, applicant: {} }, '/applicant', 'one_of_required'],
    ['an applicant with an unknown field', { ...APPEAL, applicant: { name: 'A' } }, '/applicant/name', 'unknown_field'],
    ['a blank name', { ...APPEAL, applicant: { fullName: '   ' } }, '/applicant/fullName', 'too_short'],
    ['a name without end', { ...APPEAL, applicant: { fullName: 'А'.repeat(201) } }, '/applicant/fullName', 'too_long'],
    ['a telephone with letters', { ...APPEAL, applicant: { phone: 'call me' } }, '/applicant/phone', 'wrong_format'],
    ['a family id that is none', { ...APPEAL, householdId: '17' }, '/householdId', 'wrong_format'],
    ['a text with U+0000, which Postgres cannot hold', { ...APPEAL, text: 'a\u0000b' }, '/text', 'wrong_format'],
    ['a text with half a character', { ...APPEAL, text: 'a\ud800b' }, '/text', 'wrong_format'],
    ['a text that is too long', { ...APPEAL, text: 'x'.repeat(10_001) }, '/text', 'too_long'],
    ['a text as a list', { ...APPEAL, text: ['x'] }, '/text', 'wrong_type'],
    ['null for a field', { ...APPEAL, text: null }, '/text', 'wrong_type'],
  ])('refuses %s', async (_what, body, field, code) => {
    const outcome = await outcomeOf(appeal(body));
    expect(outcome).toMatchObject(refused(400, 'request_invalid'));
    const { body: problem } = outcome.reply;
    expect(problem.errors).toContainEqual({ field, code, message: expect.any(String) });
  });

  it.each([[[]], ['text'], [5], [null], [true]])('refuses %j in place of an object', async (body) => {
    // A bare value is not even JSON to a strict reader; a list is.
    expect(await outcomeOf(appeal(body))).toMatchObject(refused(400, Array.isArray(body) ? 'request_invalid' : 'json_broken'));
  });

  it('never repeats a value that it refuses: it may be personal', async () => {
    const outcome = await outcomeOf(appeal({ ...APPEAL, applicant: { iin: '123456789012', fullName: 7 }, threat: 'Айгуль' }));
    expect(outcome).toMatchObject(refused(400, 'request_invalid'));
    const { text } = outcome.reply;
    expect(text).not.toContain('123456789012');
    expect(text).not.toContain('Айгуль');
  });

  it('names at most twenty faults of a body that fails everywhere', async () => {
    const body = { ...APPEAL, ...Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`field${n}`, n])) };
    const outcome = await outcomeOf(appeal(body));
    expect(outcome).toMatchObject(refused(400, 'request_invalid'));
    const { body: problem } = outcome.reply;
    expect(problem.errors).toHaveLength(20);
  });

  it('refuses a family that nobody knows', async () => {
    expect(await outcomeOf(appeal({ ...APPEAL, householdId: randomUUID() }))).toMatchObject(refused(422, 'household_unknown'));
  });
});

describe('fields of commands', () => {
  const PLAN = { endsOn: '2026-12-31', specialists: [], measures: [{ kind: 'family', supportKind: 'parenting_course', dueOn: '2026-12-01' }] };
  const ID = randomUUID();

  it.each<[string, string, unknown, string, string]>([
    ['a day that does not exist', 'ipr', { ...PLAN, endsOn: '2026-02-30' }, '/endsOn', 'day_impossible'],
    ['a day of another notation', 'ipr', { ...PLAN, endsOn: '31.12.2026' }, '/endsOn', 'day_impossible'],
    ['an instant in place of a day', 'ipr', { ...PLAN, endsOn: '2026-12-31T00:00:00Z' }, '/endsOn', 'too_long'],
    ['a measure without a kind', 'ipr', { ...PLAN, measures: [{ supportKind: 'x', dueOn: '2026-12-01' }] }, '/measures/0/kind', 'required'],
    ['a kind of measure that the law does not know', 'ipr', { ...PLAN, measures: [{ kind: 'charity' }] }, '/measures/0/kind', 'value_not_allowed'],
    [
      'an agency for a measure of the family',
      'ipr',
      { ...PLAN, measures: [{ kind: 'family', supportKind: 'x', agency: 'health', dueOn: '2026-12-01' }] },
      '/measures/0/agency',
      'unknown_field',
    ],
    [
      'two responsible agencies (P13)',
      'ipr',
      { ...PLAN, measures: [{ kind: 'state', supportKind: 'x', agency: ['health', 'sports'] }] },
      '/measures/0/agency',
      'wrong_type',
    ],
    ['a plan without end of measures', 'ipr', { ...PLAN, measures: Array.from({ length: 61 }, () => PLAN.measures[0]) }, '/measures', 'too_long'],
    ['a consent without a person', 'consent', { given: true }, '/personId', 'one_of_required'],
    ['a consent of two persons', 'consent', { given: true, personId: ID, person: { fullName: 'A' } }, '/personId', 'one_of_required'],
    ['a consent as text', 'consent', { given: 'yes', personId: ID }, '/given', 'wrong_type'],
    ['a result that the law does not know', 'assessment', { result: 'maybe', grounds: [] }, '/result', 'value_not_allowed'],
    ['grounds that are no codes', 'assessment', { result: 'not_confirmed', grounds: ['семья без дома'] }, '/grounds/0', 'wrong_format'],
    ['a ground twice', 'assessment', { result: 'not_confirmed', grounds: ['G8', 'G8'] }, '/grounds', 'duplicate'],
    ['no needs', 'needs', { needs: [] }, '/needs', 'too_short'],
    ['a part of a month', 'closure', { monitoringMonths: 3.5 }, '/monitoringMonths', 'wrong_type'],
    ['months as text', 'closure', { monitoringMonths: '3' }, '/monitoringMonths', 'wrong_type'],
    ['a document that is a name', 'closure/notice', { documentId: 'письмо Айгуль.pdf' }, '/documentId', 'wrong_format'],
    ['a status that the law does not know', `measures/${ID}/status`, { status: 'almost' }, '/status', 'value_not_allowed'],
    ['a norm with an ИИН in it', `reports/${ID}/return`, { norm: 'ст. 5, 900101100004', reason: 'x' }, '/norm', 'wrong_format'],
    ['a return without a reason', `reports/${ID}/return`, { norm: 'ст. 5' }, '/reason', 'required'],
    ['an address in place of a member of staff', 'manager', { caseManager: 'somebody@example.org' }, '/caseManager', 'wrong_format'],
    ['something where nothing is said', 'ipr/dispatch', { to: 'everybody' }, '/to', 'unknown_field'],
    ['an order without its date (P50)', 'ipr/approval', { actingOrder: { number: '12' } }, '/actingOrder/date', 'required'],
  ])('refuses %s', async (_what, path, body, field, code) => {
    const outcome = await outcomeOf(api.post(`/v1/cases/${caseId}/${path}`, body, { token: 'dev-head' }));
    expect(outcome).toMatchObject(refused(400, 'request_invalid'));
    const { body: problem } = outcome.reply;
    expect(problem.errors).toContainEqual({ field, code, message: expect.any(String) });
  });

  it('refuses a consent in the name of somebody who is not of the family', async () => {
    expect(await outcomeOf(api.post(`/v1/cases/${caseId}/consent`, { given: true, personId: ID }))).toMatchObject(refused(422, 'person_unknown'));
  });

  it('a measure or a report whose id is none does not exist', async () => {
    expect(await outcomeOf(api.post(`/v1/cases/${caseId}/measures/first/status`, { status: 'done' }))).toMatchObject(refused(404, 'measure_unknown'));
    expect(await outcomeOf(api.post(`/v1/cases/${caseId}/reports/last/return`, { norm: 'ст. 5', reason: 'x' }))).toMatchObject(refused(404, 'report_unknown'));
  });
});

describe('bodies', () => {
  it.each<[string, string]>([
    ['broken JSON', '{"channel": 1,'],
    ['two values', '{"channel":1}{"threat":false}'],
    ['NaN', '{"channel": NaN}'],
    ['brackets without end', '['.repeat(50_000)],
  ])('refuses %s', async (_what, raw) => {
    expect(await outcomeOf(api.post('/v1/appeals', undefined, { raw }))).toMatchObject(refused(400, 'json_broken'));
  });

  it('takes JSON of any depth without falling over it', async () => {
    const raw = `{"channel":1,"threat":false,"text":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    expect(await outcomeOf(api.post('/v1/appeals', undefined, { raw }))).toMatchObject(refused(400, 'request_invalid'));
  });

  it('refuses an oversized body before reading it to the end', async () => {
    expect(await outcomeOf(api.post('/v1/appeals', { ...APPEAL, text: 'x'.repeat(300_000) }))).toMatchObject(refused(413, 'body_too_large'));
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])('refuses %s', async (type) => {
    expect(await outcomeOf(appeal(APPEAL, { headers: { 'content-type': type } }))).toMatchObject(refused(415, 'media_type_unsupported'));
  });

  it('refuses an unknown encoding and an unknown charset', async () => {
    expect(await outcomeOf(appeal(APPEAL, { headers: { 'content-encoding': 'br' } }))).toMatchObject(refused(415, 'media_type_unsupported'));
    expect(await outcomeOf(appeal(APPEAL, { headers: { 'content-type': 'application/json; charset=koi8-r' } }))).toMatchObject(
      refused(415, 'media_type_unsupported'),
    );
  });

  it('a command without any body is an empty one', async () => {
    const reply = await api.ask('POST', `/v1/cases/${caseId}/interview`, { key: randomUUID() });
    expect(reply.body.errors).toContainEqual({ field: '/note', code: 'required', message: expect.any(String) });
  });
});

describe('keys', () => {
  it('refuses a command without an Idempotency-Key', async () => {
    expect(await outcomeOf(api.ask('POST', '/v1/appeals', { body: APPEAL }))).toMatchObject(refused(400, 'idempotency_key_missing'));
    expect(await outcomeOf(api.ask('POST', `/v1/cases/${caseId}/interview`, { body: { note: 'x' } }))).toMatchObject(refused(400, 'idempotency_key_missing'));
  });

  it.each(['k'.repeat(201), 'two words', 'ключ'])('refuses the key %j', async (key) => {
    // fetch refuses to send some of these; a plain client does not.
    const reply = await sendPlainly('/v1/appeals', { 'idempotency-key': Buffer.from(key, 'utf8').toString('latin1') });
    expect(reply).toMatchObject({ status: 400, code: 'idempotency_key_malformed' });
    expect(await rowCounts(api.owner)).toEqual(before);
  });
});

describe('addresses and methods', () => {
  it('answers an unknown address with a problem', async () => {
    expect(await outcomeOf(api.get('/v1/nothing'))).toMatchObject(refused(404, 'route_unknown'));
    expect(await outcomeOf(api.get('/v1/cases/'))).toMatchObject(refused(404, 'route_unknown'));
    expect(await outcomeOf(api.get('/V1/cases'))).toMatchObject(refused(404, 'route_unknown'));
    expect(await outcomeOf(api.get('/v1/cases/%E0%A4%A'))).toMatchObject(refused(404, 'route_unknown'));
  });

  it('answers another method with 405 and names the ones that exist', async () => {
    const outcome = await outcomeOf(api.ask('DELETE', `/v1/cases/${caseId}`));
    expect(outcome).toMatchObject(refused(405, 'method_not_allowed'));
    const { reply } = outcome;
    expect(reply.headers.get('allow')).toBe('GET, HEAD');
    const outcomePosted = await outcomeOf(api.ask('GET', `/v1/cases/${caseId}/consent`));
    expect(outcomePosted).toMatchObject(refused(405, 'method_not_allowed'));
    const { reply: posted } = outcomePosted;
    expect(posted.headers.get('allow')).toBe('POST');
    expect(await outcomeOf(api.ask('PUT', '/v1/appeals', { body: APPEAL }))).toMatchObject(refused(405, 'method_not_allowed'));
  });

  it('tells the methods to whoever asks', async () => {
    const reply = await api.ask('OPTIONS', '/v1/appeals');
    expect({ status: reply.status, allow: reply.headers.get('allow') }).toEqual({ status: 204, allow: 'POST' });
  });

  it.each(['17', 'a'.repeat(5_000), randomUUID(), "' or 1=1 --", '\u0000'])('a case named %j does not exist', async (id) => {
    expect(await outcomeOf(api.get(`/v1/cases/${encodeURIComponent(id)}`))).toMatchObject(refused(404, 'case_unknown'));
    expect(await outcomeOf(api.post(`/v1/cases/${encodeURIComponent(id)}/interview`, { note: 'x' }))).toMatchObject(refused(404, 'case_unknown'));
  });
});

describe('duties', () => {
  it.each(['256-13-2:nothing', '\u0000', 'x'.repeat(400)])('a duty named %j does not exist', async (key) => {
    expect(await outcomeOf(api.get(`/v1/cases/${caseId}/duties/${encodeURIComponent(key)}/why`))).toMatchObject(refused(404, 'duty_unknown'));
  });
});

function forged(parts: unknown): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

describe('queries', () => {
  it.each<[string, string, string]>([
    ['limit=0', '/limit', 'too_small'],
    ['limit=201', '/limit', 'too_large'],
    ['limit=many', '/limit', 'wrong_type'],
    ['stage=somewhere', '/stage', 'value_not_allowed'],
    ['stage=intake&stage=closed', '/stage', 'value_not_allowed'],
    ['order=asc', '/order', 'unknown_field'],
    ['center=%00', '/center', 'wrong_format'],
    ['caseManager=%00', '/caseManager', 'wrong_format'],
  ])('refuses %s', async (query, field, code) => {
    const outcome = await outcomeOf(api.get(`/v1/cases?${query}`));
    expect(outcome).toMatchObject(refused(400, 'request_invalid'));
    const { body } = outcome.reply;
    expect(body.errors).toContainEqual({ field, code, message: expect.any(String) });
  });

  it('refuses a moment that is none', async () => {
    expect(await outcomeOf(api.get('/v1/duties?dueBefore=tomorrow'))).toMatchObject(refused(400, 'request_invalid'));
  });

  it.each([
    ['rubbish', 'rubbish'],
    ['a list of another length', forged(['x'])],
    ['something to inject', forged(["2026-01-01 00:00:00+00' or 1=1 --", randomUUID()])],
    ['a day that does not exist', forged(['2026-99-99 00:00:00+00', randomUUID()])],
  ])('refuses a cursor made by hand: %s', async (_what, cursor) => {
    for (const list of ['cases', 'alerts']) expect(await outcomeOf(api.get(`/v1/${list}?after=${cursor}`))).toMatchObject(refused(400, 'cursor_invalid'));
    expect(await outcomeOf(api.get(`/v1/cases/${caseId}/timeline?after=${cursor}`))).toMatchObject(refused(400, 'cursor_invalid'));
  });
});

describe('actors', () => {
  it.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['an unknown token', { authorization: 'Bearer nobody' }],
    ['another scheme', { authorization: 'Basic ZGV2LW1hbmFnZXI=' }],
    ['a token without its scheme', { authorization: 'dev-manager' }],
    ['an endless token', { authorization: `Bearer ${'x'.repeat(2_000)}` }],
  ])('refuses %s on every operation under /v1', async (_what, headers) => {
    for (const path of ['/v1/cases', '/v1/duties', '/v1/alerts', '/v1/rules', `/v1/cases/${caseId}`, '/v1/reference/sectors']) {
      const outcome = await outcomeOf(api.get(path, { token: undefined, headers }));
      expect(outcome).toMatchObject(refused(401, 'unauthenticated'));
      const { reply } = outcome;
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect(await outcomeOf(api.post('/v1/appeals', APPEAL, { token: undefined, headers }))).toMatchObject(refused(401, 'unauthenticated'));
    expect(await outcomeOf(api.post(`/v1/cases/${caseId}/consent`, {}, { token: undefined, headers }))).toMatchObject(refused(401, 'unauthenticated'));
  });

  it('asks who it is before it reads a body', async () => {
    expect(await outcomeOf(api.post('/v1/appeals', undefined, { raw: '{broken', token: undefined }))).toMatchObject(refused(401, 'unauthenticated'));
  });
});

/** Sends header bytes that fetch would refuse to send. */
async function sendPlainly(path: string, headers: Record<string, string>): Promise<{ status: number; code: string }> {
  const body = JSON.stringify(APPEAL);
  return new Promise((resolve, reject) => {
    const all = { authorization: 'Bearer dev-manager', 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers };
    const sent = httpRequest(`${api.url}${path}`, { method: 'POST', headers: all }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, code: (JSON.parse(text) as { code: string }).code }));
    });
    sent.on('error', reject).end(body);
  });
}
