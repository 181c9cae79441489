/** Registration of appeals without any engine: the journal number comes at once, and once. */
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { AppealRegistered } from '../../contracts/http/appeals.js';
import { rowCounts, startApiUnderTest, type ApiUnderTest, type Asking, type Reply } from './api-under-test.js';
import { membersOf } from '../fixtures/sealed.js';

type Registered = z.infer<typeof AppealRegistered>;

let api: ApiUnderTest;
let log = '';

beforeAll(async () => {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString('utf8');
      done();
    },
  });
  api = await startApiUnderTest({ log: pino({ level: 'trace' }, sink) });
});
afterAll(() => api.stop());

const APPEAL = { channel: 1, threat: false };

async function register(body: unknown = APPEAL, asking?: Asking): Promise<Registered> {
  const reply = await api.post<unknown>('/v1/appeals', body, asking);
  expect(reply.status).toBe(201);
  return AppealRegistered.parse(reply.body);
}

function numberOf(appeal: Registered): number {
  return Number(appeal.journalNumber.slice(-6));
}

async function countOf(table: string): Promise<number> {
  return (await rowCounts(api.owner))[table] ?? -1;
}

describe('D-REG: registration of an appeal', () => {
  it('answers with the journal number when the appeal is in the ledger, engine or not', async () => {
    const appeal = await register();
    const year = new Date(Date.parse(appeal.registeredAt) + 5 * 3_600_000).getUTCFullYear();
    expect(appeal.journalNumber).toMatch(new RegExp(`^almaty-auezov-${year}-\\d{6}$`));
    expect(appeal.attached).toBe(false);
    const { status, body } = await api.get<unknown>(`/v1/cases/${appeal.caseId}`);
    expect([status, body]).toMatchObject([200, { stage: 'intake', seq: 1, appeals: [{ journalNumber: appeal.journalNumber }] }]);
  });

  it('numbers appeals of one Center without gaps, apart from those of another', async () => {
    const [first, second] = [await register(), await register()];
    const other = await register(APPEAL, { token: 'dev-manager-2' });
    expect(numberOf(second)).toBe(numberOf(first) + 1);
    expect(other.journalNumber).toContain('shymkent-abay');
  });

  it.each(['dev-coordinator', 'dev-admin'])('refuses %s before anything is written: no number is spent, the key stays free', async (token) => {
    const key = randomUUID();
    const before = await rowCounts(api.owner);
    const numbers = async (): Promise<unknown> => (await api.owner.query('select * from appeal_number order by center, year')).rows;
    const last = await numbers();
    const refused = await api.post('/v1/appeals', APPEAL, { token, key });
    expect(refused).toMatchObject({ status: 403, body: { code: 'role_not_allowed', params: { role: expect.any(String) } } });
    expect([await rowCounts(api.owner), await numbers()]).toEqual([before, last]);
    expect((await api.post('/v1/appeals', { channel: 9 }, { token })).body.code).toBe('role_not_allowed');
  });

  it.each(['dev-specialist', 'dev-manager', 'dev-unit-head', 'dev-head'])('takes it from %s', async (token) => {
    expect((await register(APPEAL, { token })).attached).toBe(false);
  });

  it('keeps who applied and what was said in the tables of personal data alone', async () => {
    const applicant = { fullName: 'Синтетическая Особа', iin: '900101100500', phone: '+7 700 111 22 33', address: 'Вымышленная улица 1' };
    const appeal = await register({ channel: 2, threat: true, applicant, text: 'Слова семьи' });
    expect(await membersOf(api.owner, appeal.householdId)).toEqual([applicant]);
    const { rows } = await api.owner.query<{ text: string }>(
      `select concat((select json_agg(i) from inbox i), (select json_agg(c) from command c), (select json_agg(l) from ledger l),
                     (select json_agg(w) from wake w), (select json_agg(s) from subject_state s), (select json_agg(p) from person p), (select json_agg(n) from narrative n)) as text`,
    );
    for (const secret of ['Синтетическая', '900101100500', '111 22 33', 'Вымышленная', 'Слова семьи']) {
      expect(rows[0]?.text).not.toContain(secret);
      expect(log).not.toContain(secret);
    }
    expect(log).toContain('/v1/appeals');
  });

  it('P29: an anonymous appeal is registered as well', async () => {
    const appeal = await register({ channel: 5, threat: false });
    expect(appeal.personId).toBeUndefined();
  });

  it('P30: another appeal of the same ИИН or family joins the open case', async () => {
    const applicant = { iin: '900101100004' };
    const first = await register({ ...APPEAL, applicant });
    const second = await register({ ...APPEAL, applicant });
    const third = await register({ ...APPEAL, householdId: first.householdId });
    expect([second, third].map(({ caseId, attached }) => ({ caseId, attached }))).toEqual([
      { caseId: first.caseId, attached: true },
      { caseId: first.caseId, attached: true },
    ]);
    expect(new Set([first, second, third].map(({ journalNumber }) => journalNumber)).size).toBe(3);
  });

  it('P31: to another Center the family is a new one, and its id names nobody', async () => {
    const applicant = { iin: '900101012349', fullName: 'Синтетическая Мать', phone: '+7 700 000 00 11' };
    const first = await register({ ...APPEAL, applicant });
    const forged = { iin: applicant.iin, fullName: 'Синтетический Чужой', phone: '+7 700 000 00 12', address: 'Вымышленная улица 2' };
    const elsewhere = await register({ ...APPEAL, threat: true, applicant: forged }, { token: 'dev-manager-2' });
    expect(elsewhere.attached).toBe(false);
    for (const part of ['caseId', 'householdId', 'personId'] as const) expect(elsewhere[part]).not.toBe(first[part]);
    // The case that the second Center was given is one that it can open.
    expect((await api.get(`/v1/cases/${elsewhere.caseId}`, { token: 'dev-manager-2' })).status).toBe(200);
    const refused = await api.post('/v1/appeals', { ...APPEAL, householdId: first.householdId }, { token: 'dev-manager-2' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'household_unknown' } });
    expect(await membersOf(api.owner, first.householdId)).toEqual([applicant]);
  });
});

describe('Idempotency-Key of an appeal', () => {
  it('the same key with the same body has the same answer, whatever the order of its members', async () => {
    const key = randomUUID();
    const first = await api.post('/v1/appeals', { channel: 1, threat: false, text: 'x' }, { key });
    const appeals = await countOf('appeal');
    const again = await api.post('/v1/appeals', undefined, { key, raw: '{ "text": "x",\n "threat": false, "channel": 1 }' });
    expect({ status: again.status, text: again.text }).toEqual({ status: first.status, text: first.text });
    expect(await countOf('appeal')).toBe(appeals);
  });

  it('the same key with another body is refused and changes nothing', async () => {
    const key = randomUUID();
    await register(APPEAL, { key });
    const before = await rowCounts(api.owner);
    const other = await api.post('/v1/appeals', { channel: 1, threat: true }, { key });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it('a key belongs to whoever uses it: another actor may have the same', async () => {
    const key = randomUUID();
    const [mine, theirs] = [await register(APPEAL, { key }), await register(APPEAL, { key, token: 'dev-head' })];
    expect(theirs.appealId).not.toBe(mine.appealId);
  });

  it('twenty requests at once with one key are one appeal', async () => {
    const key = randomUUID();
    const appeals = await countOf('appeal');
    const replies = await Promise.all(Array.from({ length: 20 }, () => api.post<Registered>('/v1/appeals', APPEAL, { key })));
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await countOf('appeal')).toBe(appeals + 1);
  });

  it('holds after a restart of the API', async () => {
    const key = randomUUID();
    const first: Reply = await api.post('/v1/appeals', APPEAL, { key });
    const restarted = await startApiUnderTest({ database: api.database });
    const again = await restarted.post('/v1/appeals', APPEAL, { key });
    await restarted.stop();
    expect({ status: again.status, text: again.text }).toEqual({ status: first.status, text: first.text });
  });

  it('a key of an appeal is no key of a command', async () => {
    const key = randomUUID();
    const { caseId } = await register(APPEAL, { key });
    const command = await api.post(`/v1/cases/${caseId}/interview`, { note: 'x' }, { key });
    expect(command).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });
});

describe('the language of the reader', () => {
  it.each([
    ['kk', 'Сұрау дұрыс құрылмаған', 'міндетті өріс'],
    ['ru', 'Запрос составлен неверно', 'обязательное поле'],
    ['en', 'The request is malformed', 'required'],
    ['kk-KZ, ru;q=0.5', 'Сұрау дұрыс құрылмаған', 'міндетті өріс'],
    ['fr', 'Запрос составлен неверно', 'обязательное поле'],
  ])('%s', async (language, title, message) => {
    const { body, headers } = await api.post('/v1/appeals', { threat: false }, { language });
    expect(body.title).toBe(title);
    expect(body.errors).toContainEqual({ field: '/channel', code: 'required', message });
    expect(headers.get('content-language')).toBe(language.slice(0, 2) === 'fr' ? 'ru' : language.slice(0, 2));
    expect(headers.get('vary')).toContain('Accept-Language');
  });
});

describe('what an answer lets others keep', () => {
  it('nothing: it depends on who asks', async () => {
    const { headers } = await api.get('/v1/cases');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('etag')).toBeNull();
  });
});
