/** The pages of four eyes, and of who looked at a case: who sees them, what they decide, and that another site decides nothing. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOOK_WORDS } from '../../console/looks-page.js';
import { PROPOSAL_WORDS } from '../../console/proposals-page.js';
import { createConsole } from '../../console/router.js';
import { ActProposal } from '../../contracts/http/proposals.js';
import { AppealRegistered } from '../../contracts/http/appeals.js';
import { LANGUAGES, type Language } from '../../contracts/messages/language.js';
import { tokenDigest } from '../../db/development-tokens.js';
import { createDesk } from '../../ledger/desk.js';
import { NO_ENGINE, startApiUnderTest, type ApiUnderTest, type Reply } from '../api/api-under-test.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { TEST_PROOF } from '../stack/test-proof.js';

const CODE = { version: 0, title: { kk: 'код', ru: 'код', en: 'code' }, from: '2026-12-01' };
const SECOND = 'dev-admin-2';

let database: TestDatabase;
let api: ApiUnderTest;

beforeAll(async () => {
  database = await createDatabase();
  const consoleRouter = createConsole({
    pool: database.pool,
    desk: createDesk(database.pool, { proof: TEST_PROOF }),
    signIn: 'development_tokens',
    ...NO_ENGINE,
  });
  api = await startApiUnderTest({ database, deps: { consoleRouter } });
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

const page = (path: string, token: string, language: Language = 'en'): Promise<Reply> =>
  api.get(path, { token: undefined, language, headers: { cookie: `tirek_key=${token}` } });

/** Sends a form as a browser does from a page of ours, or of elsewhere. */
async function send(
  path: string,
  token: string,
  form: Record<string, string> = {},
  origin = api.url,
): Promise<{ status: number; to: string | null; text: string }> {
  const response = await fetch(api.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: `tirek_key=${token}`, origin, 'accept-language': 'en' },
    body: new URLSearchParams(form),
  });
  return { status: response.status, to: response.headers.get('location'), text: await response.text() };
}

async function proposed(): Promise<{ id: string; path: string }> {
  const path = `/v1/reference/codes/need/code_${randomUUID().slice(0, 8)}`;
  const { body } = await api.ask<unknown>('PUT', path, { token: 'dev-admin', body: CODE });
  return { id: ActProposal.parse(body).proposalId, path };
}

const stateOf = async (id: string): Promise<unknown> => (await api.get<{ state: unknown }>(`/v1/proposals/${id}`, { token: SECOND })).body.state;

describe('the pages of proposals', () => {
  it.each(LANGUAGES)('show what waits and what it asks for, in %s', async (language) => {
    const { id } = await proposed();
    const words = PROPOSAL_WORDS[language];
    const list = await page('/console/proposals', SECOND, language);
    expect([list.status, list.text.includes(`/console/proposals/${id}`), list.text.includes(words.kinds.replaceCode)]).toEqual([200, true, true]);
    const one = await page(`/console/proposals/${id}`, SECOND, language);
    for (const shown of [words.approve, words.reject, words.reason, '2026-12-01', `admin-almaty-auezov`]) expect(one.text).toContain(shown);
    expect(one.text).not.toMatch(/undefined|\[object/);
    const [own, other] = [await page(`/console/proposals/${id}`, 'dev-admin', language), await page('/console/proposals?state=approved', SECOND, language)];
    expect([own.text.includes(words.withdraw), own.text.includes(words.approve)]).toEqual([true, false]);
    expect(other.text).not.toContain(id);
  });

  it('are for administrators alone, and so is their way in', async () => {
    const { id } = await proposed();
    for (const token of ['dev-head', 'dev-manager']) {
      for (const path of ['/console/proposals', `/console/proposals/${id}`]) expect((await page(path, token)).status, token).toBe(403);
      expect((await send(`/console/proposals/${id}/approval`, token)).status).toBe(403);
      expect((await page('/console/cases', token)).text).not.toContain('href="/console/proposals"');
    }
    expect((await page('/console/rules', SECOND)).text).toContain('href="/console/proposals"');
    expect((await page(`/console/proposals/${randomUUID()}`, SECOND)).status).toBe(404);
    expect((await page('/console/proposals/x', SECOND)).status).toBe(404);
    expect(await stateOf(id)).toBe('proposed');
  });

  it('approve, by a second person alone', async () => {
    const { id, path } = await proposed();
    expect((await send(`/console/proposals/${id}/approval`, 'dev-admin')).status).toBe(403);
    const done = await send(`/console/proposals/${id}/approval`, SECOND);
    expect([done.status, done.to]).toEqual([303, `/console/proposals/${id}`]);
    expect([await stateOf(id), (await api.get(path)).status]).toEqual(['approved', 200]);
    expect((await page(`/console/proposals/${id}`, SECOND)).text).not.toContain('<form method="post" action="/console/proposals/');
  });

  it('reject with a reason, which whoever proposed it reads, and which is sealed in the database', async () => {
    const { id } = await proposed();
    const reason = 'This code is there under another name.';
    for (const form of [{}, { reason: '  ' }]) expect((await send(`/console/proposals/${id}/rejection`, SECOND, form)).status).toBe(400);
    expect(await stateOf(id)).toBe('proposed');
    expect((await send(`/console/proposals/${id}/rejection`, SECOND, { reason })).status).toBe(303);
    expect((await page(`/console/proposals/${id}`, 'dev-admin')).text).toContain(reason);
    const { rows } = await api.owner.query<{ reason: Buffer }>('select reason from proposal where id = $1', [id]);
    expect(rows[0]?.reason.toString('latin1')).not.toContain('another name');
  });

  it('withdraw the own one', async () => {
    const { id } = await proposed();
    expect((await send(`/console/proposals/${id}/withdrawal`, SECOND)).status).toBe(403);
    expect((await send(`/console/proposals/${id}/withdrawal`, 'dev-admin')).status).toBe(303);
    expect(await stateOf(id)).toBe('withdrawn');
  });

  it('decide nothing by a form of another site', async () => {
    const { id } = await proposed();
    for (const how of ['approval', 'rejection', 'withdrawal']) {
      const answer = await send(`/console/proposals/${id}/${how}`, SECOND, { reason: 'x' }, 'https://elsewhere.example');
      expect([answer.status, answer.text.includes('not sent from a page of ours')], how).toEqual([403, true]);
    }
    expect(await stateOf(id)).toBe('proposed');
  });
});

describe('192-7-3: the page of who looked at a case', () => {
  let caseId: string;
  beforeAll(async () => {
    const appeal = { channel: 1, threat: false, applicant: { fullName: 'A. A.' }, text: 'A synthetic appeal.' };
    ({ caseId } = AppealRegistered.parse((await api.post<unknown>('/v1/appeals', appeal)).body));
    await api.get(`/v1/cases/${caseId}`);
    await api.get(`/v1/cases/${caseId}`, { token: 'dev-head-2' });
    await api.owner.query('insert into access_token (token_sha256, actor_id, role, center) values ($1, $2, $3, $4)', [
      tokenDigest('auditor'),
      'auditor-1',
      'auditor',
      'almaty-auezov',
    ]);
  });

  it.each(LANGUAGES)('tells the head and the auditor who, as what, by what right, and refused tries, in %s', async (language) => {
    const words = LOOK_WORDS[language];
    for (const token of ['dev-head', 'auditor']) {
      expect((await page('/console/looks', token, language)).text, token).toContain(`action="/console/looks"`);
      const { status, text } = await page(`/console/looks?caseId=${caseId}`, token, language);
      expect(status, token).toBe(200);
      for (const shown of ['manager-almaty-auezov', 'head-shymkent-abay', words.outcomes.shown, words.outcomes.refused, words.relations.assigned])
        expect(text, token).toContain(shown);
      expect(text).not.toMatch(/undefined|\[object/);
    }
  });

  it('is found from the case by its head, goes on page by page, and is nobody else’s', async () => {
    expect((await page(`/console/cases/${caseId}`, 'dev-head')).text).toContain(`href="/console/looks?caseId=${caseId}"`);
    expect((await page(`/console/cases/${caseId}`, 'dev-manager')).text).not.toContain('/console/looks');
    const [, next = ''] = /href="(\/console\/looks\?[^"]*after=[^"]*)"/.exec((await page(`/console/looks?caseId=${caseId}&limit=1`, 'dev-head')).text) ?? [];
    expect((await page(next.replaceAll('&amp;', '&'), 'dev-head')).text).toContain('<table>');
    for (const path of ['/console/looks', `/console/looks?caseId=${caseId}`]) expect((await page(path, 'dev-manager')).status).toBe(403);
    expect((await page(`/console/looks?caseId=${caseId}`, 'dev-head-2')).status).toBe(404);
    for (const caseless of [randomUUID(), 'x']) expect((await page(`/console/looks?caseId=${caseless}`, 'dev-head')).status).toBe(404);
  });
});
