/** 192-4-1: the family sees its own case by the code on its paper, over HTTP and on its page, and nothing that must not be told. */
import { createDesk } from '../../ledger/desk.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { signInParts } from '../../api/sign-in.js';
import { createFamilyPages } from '../../console/family-router.js';
import type { FamilyView } from '../../contracts/http/family-view.js';
import { catalogueOf } from '../../contracts/messages/catalogue.js';
import { LANGUAGES } from '../../contracts/messages/language.js';
import { createBounds } from '../../office/bounds.js';
import { newFamilyCode } from '../../office/family-view.js';
import { WIDE_BOUNDS } from '../../tools/bench/wide-bounds.js';
import { keepHouse } from '../../work/housekeeping.js';
import { planSent } from '../ledger/take-desk.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { startProviderUnderTest, type ProviderUnderTest } from '../stack/sign-in.js';
import { pino } from 'pino';
import { startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';

type View = z.output<typeof FamilyView>;

const TRIES = 3;
const SECRET = 'Синтетическая';

let database: TestDatabase;
let api: ApiUnderTest;
/** Behind a proxy with TLS. */
let secured: { api: ApiUnderTest; provider: ProviderUnderTest };

function parts(signIn: Parameters<typeof createFamilyPages>[0]['signIn']) {
  const bounds = createBounds(database.pool, { ...WIDE_BOUNDS, signInTries: TRIES });
  const desk = createDesk(database.pool, { proof: TEST_PROOF });
  return { bounds, familyRouter: createFamilyPages({ pool: database.pool, desk, bounds, signIn }) };
}

beforeAll(async () => {
  database = await createDatabase();
  api = await startApiUnderTest({ database, deps: parts('development_tokens') });
  const provider = await startProviderUnderTest('https://tirek.example');
  const { pages } = signInParts(provider.signIn, database.pool, pino({ level: 'silent' }));
  secured = { api: await startApiUnderTest({ database, deps: parts(pages) }), provider };
});
afterAll(async () => {
  await api.stop();
  await secured.api.stop();
  await secured.provider.stop();
  await database.drop();
});
beforeEach(async () => {
  await api.owner.query('truncate bound_count');
});

async function registered(): Promise<string> {
  const applicant = { fullName: `${SECRET} Особа`, address: `${SECRET} улица, 1`, phone: '+7 700 000 00 01' };
  return (await api.post<{ caseId: string }>('/v1/appeals', { channel: 1, threat: false, applicant, text: `${SECRET} речь.` })).body.caseId;
}

function issue(caseId: string, body: object = {}, more: object = {}): Promise<Reply<{ familyCode?: string; code?: string; commandId: string }>> {
  return api.post(`/v1/cases/${caseId}/family-code`, body, more);
}

async function codeOf(caseId: string, body: object = {}): Promise<string> {
  const reply = await issue(caseId, body);
  expect(reply.status).toBe(200);
  return reply.body.familyCode ?? '';
}

function look(code: string | undefined, language = 'ru'): Promise<Reply<View & { code?: string }>> {
  return api.get('/v1/family', { token: undefined, language, headers: code === undefined ? {} : { authorization: `FamilyCode ${code}` } });
}

describe('the code', () => {
  it('has eighty bits, is written in groups, and no two are alike', () => {
    const codes = Array.from({ length: 500 }, newFamilyCode);
    for (const code of codes) expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(32);
  });

  it('is shown once: a repeat of the same key has the same answer without it; of the code only a keyed digest is stored', async () => {
    const caseId = await registered();
    const first = await issue(caseId, {}, { key: 'one-paper' });
    expect(first.body.familyCode).toMatch(/^[0-9A-Z-]{19}$/);
    const again = await issue(caseId, {}, { key: 'one-paper' });
    const { familyCode: _shown, ...rest } = first.body;
    expect([again.status, again.body]).toEqual([200, rest]);
    const { rows } = await api.owner.query<{ everything: string }>(
      `select (select json_agg(row_to_json(family_code)) from family_code)::text || (select json_agg(row_to_json(command)) from command)::text
              || (select json_agg(row_to_json(ledger)) from ledger)::text as everything`,
    );
    for (const written of [first.body.familyCode ?? '', (first.body.familyCode ?? '').replaceAll('-', '')]) expect(rows[0]?.everything).not.toContain(written);
    expect((await look(first.body.familyCode)).status).toBe(200);
  });

  it('is typed as people type: small letters, without gaps, O for 0 and l for 1', async () => {
    const code = await codeOf(await registered());
    for (const typed of [code.toLowerCase(), code.replaceAll('-', ''), code.replaceAll('-', ' '), code.replaceAll('0', 'O').replaceAll('1', 'l')])
      expect([typed, (await look(typed)).status]).toEqual([typed, 200]);
  });

  it('only those who lead a case issue it', async () => {
    const caseId = await registered();
    for (const [token, status] of [
      ['dev-specialist', 403],
      ['dev-coordinator', 403],
      ['dev-admin', 403],
      ['dev-manager-2', 404],
      ['dev-manager', 200],
      ['dev-unit-head', 200],
      ['dev-head', 200],
    ] as const)
      expect([token, (await issue(caseId, {}, { token })).status]).toEqual([token, status]);
  });

  it('another one takes its place; it may be withdrawn, and expires: all these have one answer with a code that never was', async () => {
    const caseId = await registered();
    const replaced = await codeOf(caseId);
    const withdrawn = await codeOf(caseId);
    expect((await look(withdrawn)).status).toBe(200);
    expect((await api.post(`/v1/cases/${caseId}/family-code/withdrawal`, {})).status).toBe(200);
    expect((await api.post(`/v1/cases/${caseId}/family-code/withdrawal`, {})).body.code).toBe('family_code_none');
    const other = await registered();
    const expired = await codeOf(other);
    await api.owner.query(
      `update subject_file set family_code = jsonb_set(family_code, '{until}', to_jsonb(clock_timestamp() - interval '1 second')) where subject_id = $1`,
      [other],
    );
    const answers: string[] = [];
    for (const code of [replaced, withdrawn, expired, newFamilyCode(), 'x', undefined]) {
      await api.owner.query('truncate bound_count');
      const { status, text, headers } = await look(code);
      answers.push(JSON.stringify([status, text, [...headers].filter(([name]) => name !== 'date')]));
    }
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] ?? '')[0]).toBe(401);
  });

  it('lasts as long as the policy says, 180 days where it says nothing', async () => {
    const caseId = await registered();
    await issue(caseId);
    const { body } = await api.get<{ familyCode: { until: string } }>(`/v1/cases/${caseId}`);
    expect(Math.round((Date.parse(body.familyCode.until) - Date.now()) / 86_400_000)).toBe(180);
  });
});

describe('P43: violence', () => {
  it('signs that are recorded withdraw the code in the same turn', async () => {
    const caseId = await registered();
    const code = await codeOf(caseId);
    await api.post(`/v1/cases/${caseId}/violence-signs`, { note: 'Слова.' }, { token: 'dev-head' });
    expect((await look(code)).status).toBe(401);
    const { rows } = await api.owner.query<{ type: string }>('select type from ledger where subject_id = $1 order by seq desc limit 2', [caseId]);
    expect(rows.map(({ type }) => type)).toEqual(['FamilyCodeWithdrawn', 'ViolenceSignsRecorded']);
  });

  it('then none is issued unless she asks and was told the risk, which is recorded', async () => {
    const caseId = await registered();
    await api.post(`/v1/cases/${caseId}/violence-signs`, { note: 'Слова.' }, { token: 'dev-head' });
    for (const body of [{}, { askedByFamily: true }, { toldRisk: true }]) {
      const reply = await issue(caseId, body, { token: 'dev-head' });
      expect([reply.status, reply.body.code, reply.body.familyCode]).toEqual([409, 'family_code_at_risk', undefined]);
    }
    const reply = await issue(caseId, { askedByFamily: true, toldRisk: true }, { token: 'dev-head' });
    expect((await look(reply.body.familyCode)).status).toBe(200);
    const { rows } = await api.owner.query(`select entry -> 'data' as data from ledger where subject_id = $1 and type = 'FamilyCodeIssued'`, [caseId]);
    expect(rows).toEqual([{ data: expect.objectContaining({ askedByFamily: true, toldRisk: true }) }]);
  });
});

describe('192-4-1: what is shown', () => {
  it('rights, where things stand, the next term, how to complain; of no person, no address, no words, no other appeal', async () => {
    const caseId = await registered();
    const code = await codeOf(caseId);
    for (const language of LANGUAGES) {
      const { body, text } = await look(code, language);
      const { familyView: words } = catalogueOf(language);
      expect(body).toMatchObject({
        stage: 'intake',
        stageText: words.stages.intake,
        measures: [],
        complaint: words.complaint,
        rights: Object.values(words.rights),
      });
      expect(body.next?.what).not.toBe('');
      expect(Object.keys(body).toSorted()).toEqual(['complaint', 'measures', 'next', 'rights', 'stage', 'stageText']);
      for (const secret of [SECRET, caseId, '700 000', 'almaty-auezov-']) expect(text).not.toContain(secret);
    }
  });

  it('own measures of an approved plan: what, who, until when, how it stands; with violence neither what nor who, and never a stay', async () => {
    const { caseId } = await planSent(createDesk(api.database.pool, { proof: TEST_PROOF }));
    const code = await codeOf(caseId);
    const before = (await look(code)).body.measures;
    expect(before.length).toBeGreaterThan(0);
    expect(before.every(({ support, dueOn, statusText }) => support !== '' && dueOn !== '' && statusText !== '')).toBe(true);
    expect(before.some(({ organisation }) => organisation !== undefined)).toBe(true);
    await api.post(`/v1/cases/${caseId}/violence-signs`, { note: 'Слова.' }, { token: 'dev-head' });
    const hers = (await issue(caseId, { askedByFamily: true, toldRisk: true }, { token: 'dev-head' })).body.familyCode ?? '';
    const { measures } = (await look(hers)).body;
    expect(measures.map(({ support, organisation }) => [support, organisation])).toEqual(before.map(() => [catalogueOf('ru').familyView.measure, undefined]));
  });

  it('the look is recorded as the family’s, and the head reads it', async () => {
    const caseId = await registered();
    await look(await codeOf(caseId));
    const { body } = await api.get<{ items: { role: string; act: string; outcome: string }[] }>(`/v1/cases/${caseId}/looks`, { token: 'dev-head' });
    expect(body.items).toEqual(expect.arrayContaining([expect.objectContaining({ role: 'family', act: 'readFamilyView', outcome: 'shown' })]));
  });

  it('the code opens nothing else, and a token of staff does not open this', async () => {
    const caseId = await registered();
    const code = await codeOf(caseId);
    for (const path of [`/v1/cases/${caseId}`, '/v1/cases', '/v1/me', '/v1/tasks'])
      expect((await api.get(path, { token: undefined, headers: { authorization: `FamilyCode ${code}` } })).status).toBe(401);
    expect((await api.get('/v1/family', { token: 'dev-head' })).status).toBe(401);
  });
});

describe('bounds', () => {
  it('after so many failed tries from one address no code is looked at, a right one neither; staff behind it are not shut out', async () => {
    const code = await codeOf(await registered());
    for (let tried = 0; tried < TRIES; tried += 1) expect((await look(newFamilyCode())).status).toBe(401);
    const refused = await look(code);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await page('/family', { code })).status).toBe(429);
    expect((await api.get('/v1/me')).status).toBe(200);
  });
});

async function page(
  path: string,
  form?: Record<string, string>,
  { cookie = '', origin = api.url, at = api.url, language = 'ru' } = {},
): Promise<Response & { html: string }> {
  const response = await fetch(at + path, {
    method: form === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    headers: { 'accept-language': language, ...(cookie === '' ? {} : { cookie }), ...(form === undefined ? {} : { origin }) },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  return Object.assign(response, { html: await response.text() });
}

function cookieIn(response: Response): string {
  return (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
}

describe('the page /family', () => {
  it.each(LANGUAGES)('%s: a form without a script, for a small screen; the code, and what it shows', async (language) => {
    const { familyView: words } = catalogueOf(language);
    const door = await page('/family', undefined, { language });
    expect(door.status).toBe(200);
    expect(door.html).toContain(words.intro);
    expect(door.html).toContain('name="viewport"');
    expect(door.html).not.toMatch(/<script|<table|style=/);
    expect(door.headers.get('content-security-policy')).toContain("default-src 'none'");
    const opened = await page(`/family?lang=${language}`, { code: await codeOf(await registered()) }, { language });
    expect([opened.status, opened.headers.get('location')]).toEqual([303, `/family?lang=${language}`]);
    const shown = await page(`/family?lang=${language}`, undefined, { cookie: cookieIn(opened) });
    for (const text of [words.stages.intake, words.rights.refuse, words.complaint, words.noMeasures])
      expect(shown.html).toContain(text.replaceAll("'", '&#39;'));
    expect(shown.html).not.toContain(SECRET);
    expect(shown.headers.get('cache-control')).toBe('no-store');
  });

  it('a code that counts no more ends its session at once; leaving ends it, and so does time', async () => {
    const caseId = await registered();
    const { intro } = catalogueOf('ru').familyView;
    const open = async (): Promise<string> => cookieIn(await page('/family', { code: await codeOf(caseId) }));
    const withdrawn = await open();
    await api.post(`/v1/cases/${caseId}/family-code/withdrawal`, {});
    expect((await page('/family', undefined, { cookie: withdrawn })).html).toContain(intro);
    const left = await open();
    expect((await page('/family', undefined, { cookie: left })).html).not.toContain(intro);
    expect((await page('/family/leave', {}, { cookie: left })).status).toBe(303);
    expect((await page('/family', undefined, { cookie: left })).html).toContain(intro);
    const over = await open();
    await api.owner.query(`update family_session set ends_at = statement_timestamp() - interval '1 second'`);
    expect((await page('/family', undefined, { cookie: over })).html).toContain(intro);
    await keepHouse(api.database.pool, pino({ level: 'silent' }));
    expect((await api.owner.query('select from family_session')).rowCount).toBe(0);
  });

  it('wrong, withdrawn and none are one page; a form of another site is no form', async () => {
    const caseId = await registered();
    const withdrawn = await codeOf(caseId);
    await api.post(`/v1/cases/${caseId}/family-code/withdrawal`, {});
    const answers = [await page('/family', { code: withdrawn }), await page('/family', { code: newFamilyCode() }), await page('/family', {})];
    expect(new Set(answers.map(({ status, html }) => `${status} ${html}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(401);
    expect(answers[0]?.html).toContain(catalogueOf('ru').problems.family_code_invalid);
    expect((await page('/family', { code: withdrawn }, { origin: 'https://elsewhere.example' })).status).toBe(403);
  });

  it('over TLS the cookie is __Host-, Secure, HttpOnly and Strict, and lasts a quarter of an hour', async () => {
    const code = await codeOf(await registered());
    const opened = await page('/family', { code }, { at: secured.api.url, origin: 'https://tirek.example' });
    expect(opened.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-tirek-family=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=900$/),
    ]);
  });
});
