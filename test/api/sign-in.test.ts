/** Who comes in to the API: by a token of a real provider, as what the staffing record says, and how recently for an approval. */
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { exportSPKI, generateKeyPair, importJWK, UnsecuredJWT, type CryptoKey } from 'jose';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createProvider } from '../../adapters/identity/open-id-connect.js';
import { signInParts } from '../../api/sign-in.js';
import { Me, ServiceSelf } from '../../contracts/http/sign-in.js';
import type { Staffing } from '../../contracts/staffing.js';
import { readStaffing } from '../../db/staffing.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { eventually } from '../stack/eventually.js';
import { signed, startProviderUnderTest, type ProviderUnderTest } from '../stack/sign-in.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { rowCounts, startApiUnderTest, type ApiUnderTest, type Asking, type Reply } from './api-under-test.js';

const CENTER = 'almaty-auezov';
const MANAGER = `manager-${CENTER}`;
const APPEAL = { channel: 1, threat: false, applicant: { fullName: 'A. A.' }, text: 'A synthetic appeal.' };

let database: TestDatabase;
let provider: ProviderUnderTest;
let api: ApiUnderTest;
const lines: string[] = [];
const log = pino(
  { level: 'info' },
  new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(line.toString());
      done();
    },
  }),
);

beforeAll(async () => {
  [database, provider] = await Promise.all([createDatabase(), startProviderUnderTest()]);
  const { authenticate } = signInParts(provider.signIn, database.pool, log);
  api = await startApiUnderTest({ database, log, deps: { authenticate } });
});
afterAll(async () => {
  await api.stop();
  await provider.stop();
  await database.drop();
});

const me = (token: string, headers: Record<string, string> = {}, asking: Asking = {}): Promise<Reply> =>
  api.get('/v1/me', { token, language: 'en', headers, ...asking });

async function postsOf(token: string): Promise<string[]> {
  return Me.parse((await me(token)).body).posts.map(({ post }) => post);
}

const today = (): string => legalDayOf(Date.now());

/** Who stands behind the first entry of a case. */
async function recordedActor(caseId: string): Promise<unknown> {
  const { rows } = await api.owner.query<{ actor: unknown }>(
    `select jsonb_path_query_first(entry, '$.**.actor') as actor from ledger where subject_id = $1 order by seq limit 1`,
    [caseId],
  );
  return rows[0]?.actor;
}

/** What the record says until the end of the test. */
async function recordSays(changed: (now: Staffing) => Partial<Staffing>, holder = CENTER): Promise<void> {
  const { version, staffing } = await readStaffing(api.owner, holder);
  await api.owner.query(`insert into staffing (holder, version, data, changed_by) values ($1, $2, $3, 'test')`, [
    holder,
    version + 1,
    JSON.stringify({ ...staffing, ...changed(staffing) }),
  ]);
}
afterEach(() => api.owner.query('delete from staffing where version > 1'));

describe('a token of the provider', () => {
  it('opens the API; GET /v1/me says who that is and with which posts of today', async () => {
    const reply = await me(await provider.token('dev-manager'));
    expect(reply.status).toBe(200);
    expect(Me.parse(reply.body)).toEqual({
      person: MANAGER,
      posts: [{ post: `case_manager@${CENTER}`, role: 'case_manager', center: CENTER }],
    });
  });

  it('gives every development person the post of the same name as before', async () => {
    for (const [name, post] of [
      ['dev-specialist', 'social_work_specialist@almaty-auezov'],
      ['dev-unit-head', 'unit_head@almaty-auezov'],
      ['dev-head', 'center_head@almaty-auezov'],
      ['dev-coordinator', 'coordinator@almaty-auezov'],
      ['dev-admin', 'administrator@almaty-auezov'],
      ['dev-head-2', 'center_head@shymkent-abay'],
    ] as const)
      expect(await postsOf(await provider.token(name)), name).toEqual([post]);
  });

  it('a command under it is recorded as of the person', async () => {
    const { body } = await api.post<{ caseId: string }>('/v1/appeals', APPEAL, { token: await provider.token('dev-manager') });
    expect(await recordedActor(body.caseId)).toEqual({ id: MANAGER, role: 'case_manager', center: CENTER });
  });
});

describe('a token that is not for us', () => {
  const now = (): number => Math.floor(Date.now() / 1_000);
  const others = (): Promise<CryptoKey> => generateKeyPair('RS256').then(({ privateKey }) => privateKey);

  it.each<[string, () => Promise<string>]>([
    ['of another issuer', () => provider.forged({ iss: 'https://elsewhere.example' })],
    ['for another audience', () => provider.forged({ aud: 'another-api' })],
    ['for no audience', () => provider.forged({ aud: null as unknown as string })],
    ['without a scope', () => provider.forged({ scope: null })],
    ['for another scope alone', () => provider.forged({ scope: 'openid tirek-statistics' })],
    ['that has ended', () => provider.forged({ exp: now() - 10 })],
    ['that never ends', () => provider.forged({ exp: null as unknown as number })],
    ['whose time has not come', () => provider.forged({ nbf: now() + 60 })],
    ['of nobody', () => provider.forged({ sub: null as unknown as string })],
    ['that is no access token', () => provider.forged({}, { typ: 'JWT' })],
    ['by an unknown key', async () => signed(await others(), provider.issuer, {}, { kid: 'unknown' })],
    ['by another key under the name of ours', async () => signed(await others(), provider.issuer, {}, { kid: headerOf(await provider.forged()).kid })],
    ['whose content was changed', async () => changed(await provider.forged({ sub: 'psychologist-almaty-auezov' }))],
    ['without its signature', async () => (await provider.forged()).replace(/[^.]+$/, '')],
    ['without an algorithm', async () => new UnsecuredJWT({ iss: provider.issuer, aud: 'tirek-api', sub: MANAGER, iat: now(), exp: now() + 60 }).encode()],
    ['signed by the public key as a password', byThePublicKey],
    ['of a development machine: the switch is off', async () => 'dev-manager'],
    ['that is none', async () => 'x.y.z'],
  ])('%s opens nothing, and changes nothing', async (_what, tokenOf) => {
    const token = await tokenOf();
    const before = await rowCounts(api.owner);
    const reply = await me(token);
    expect([reply.status, reply.body.code, reply.headers.get('www-authenticate')]).toEqual([401, 'unauthenticated', 'Bearer']);
    expect((await api.post('/v1/appeals', APPEAL, { token })).status).toBe(401);
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  const headerOf = (token: string): { kid: string } => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };

  function changed(token: string): string {
    const [header, content = '', signature] = token.split('.');
    const claims: unknown = JSON.parse(Buffer.from(content, 'base64url').toString());
    return [header, Buffer.from(JSON.stringify({ ...(claims as object), sub: `head-${CENTER}` })).toString('base64url'), signature].join('.');
  }

  /** The old trick: HS256, with what everybody may read as the secret. */
  async function byThePublicKey(): Promise<string> {
    const { d: _private, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...open } = (await provider.keys())[0] ?? {};
    const spki = await exportSPKI((await importJWK(open, 'RS256')) as CryptoKey);
    return signed(new TextEncoder().encode(spki), provider.issuer, {}, { alg: 'HS256', kid: headerOf(await provider.forged()).kid });
  }

  it('and is of a service: without the scope of the API it opens as little', async () => {
    const service = { sub: 'center-software', client_id: 'center-software' };
    expect((await api.get('/v1/service', { token: await provider.forged(service) })).status).toBe(200);
    expect((await api.get('/v1/service', { token: await provider.forged({ ...service, scope: 'openid' }) })).status).toBe(401);
  });

  it('its reason stands in the log, and nothing of the token', async () => {
    lines.length = 0;
    const token = await provider.forged({ aud: 'another-api' });
    await me(token);
    expect(lines.join('')).toContain('ERR_JWT_CLAIM_VALIDATION_FAILED');
    for (const part of token.split('.')) expect(lines.join('')).not.toContain(part);
  });
});

describe('the keys of the provider', () => {
  it('may change while everything runs: the new one is known within seconds, the former one as long as it is published', async () => {
    const first = await provider.token('dev-manager');
    expect((await me(first)).status).toBe(200);
    await provider.rotate();
    const second = await provider.token('dev-manager');
    await eventually(async () => ((await me(second)).status === 200 ? true : undefined), 'the new key is known', 15_000);
    expect((await me(first)).status).toBe(200);
    await provider.rotate();
    const third = await provider.token('dev-manager');
    await eventually(async () => ((await me(third)).status === 200 ? true : undefined), 'the newest key is known', 15_000);
    expect([(await me(second)).status, (await me(first)).status]).toEqual([200, 401]);
  });

  it('that cannot be read are no reason to say no: 503, and the repeat is safe', async () => {
    const away = signInParts({ ...provider.signIn, provider: { ...provider.config, issuer: 'http://127.0.0.1:9' } }, database.pool, log);
    const alone = await startApiUnderTest({ database, deps: { authenticate: away.authenticate } });
    try {
      const reply = await alone.get('/v1/me', { token: await provider.token('dev-manager'), language: 'en' });
      expect([reply.status, reply.body.code, reply.headers.get('retry-after')]).toEqual([503, 'sign_in_away', '2']);
    } finally {
      await alone.stop();
    }
  });

  it('are asked of the provider that its own description names', async () => {
    const other = createProvider({ ...provider.config, issuer: provider.issuer.replace('127.0.0.1', 'localhost') });
    await expect(other.check(await provider.token('dev-manager'))).rejects.toThrow('does not tell what it is');
  });
});

describe('posts are those of the staffing record, of today', () => {
  it('whoever has none does not come in, and hears what to do', async () => {
    const reply = await me(await provider.forged({ sub: `psychologist-${CENTER}` }));
    expect([reply.status, reply.body.code]).toEqual([403, 'no_post_today']);
    expect(reply.body.detail).toContain('the head of your Center enters it');
    expect((await me(await provider.forged({ sub: 'nobody' }))).body.code).toBe('no_post_today');
  });

  it('the record is read once a request: what it says of the person also says what of a case is theirs to see', async () => {
    const token = await provider.token('dev-manager');
    const { body } = await api.post<{ caseId: string }>('/v1/appeals', APPEAL, { token });
    const asked = vi.spyOn(database.pool, 'query');
    try {
      expect((await api.get(`/v1/cases/${body.caseId}`, { token })).status).toBe(200);
      const names = asked.mock.calls.map(([query]) => (query as unknown as { name?: string }).name);
      expect(names.filter((name) => name === 'staffings-of-person' || name === 'staffing-today')).toEqual(['staffings-of-person']);
    } finally {
      asked.mockRestore();
    }
  });

  it('a claim of the token makes nobody anything', async () => {
    const token = await provider.forged({ role: 'administrator', roles: ['administrator'], center: 'shymkent-abay', posts: ['center_head'] });
    expect(await postsOf(token)).toEqual([`case_manager@${CENTER}`]);
  });

  it('a post that ended yesterday is over at once, one that begins tomorrow has not begun', async () => {
    const token = await provider.token('dev-manager');
    await recordSays(({ posts }) => ({ posts: posts.map((post) => (post.person === MANAGER ? { ...post, to: addDays(today(), -1) } : post)) }));
    expect((await me(token)).body.code).toBe('no_post_today');
    expect((await api.post('/v1/appeals', APPEAL, { token })).status).toBe(403);
    await recordSays(({ posts }) => ({
      posts: posts.map((post) => (post.person === MANAGER ? { role: post.role, person: MANAGER, from: addDays(today(), 1) } : post)),
    }));
    expect((await me(token)).body.code).toBe('no_post_today');
    await recordSays(({ posts }) => ({ posts: posts.map((post) => (post.person === MANAGER ? { ...post, from: today(), to: today() } : post)) }));
    expect(await postsOf(token)).toEqual([`case_manager@${CENTER}`]);
  });

  it('those of a colleague come with standing in, for these days; the turn of duty for its hours', async () => {
    const token = await provider.token('dev-unit-head');
    const [person, absent] = [`unit-head-${CENTER}`, `head-${CENTER}`];
    const order = { absent, deputy: person, order: '12-қ', orderedOn: addDays(today(), -3) };
    const turn = (from: number, to: number) => ({ person, from: new Date(Date.now() + from).toISOString(), to: new Date(Date.now() + to).toISOString() });
    await recordSays(() => ({ deputies: [{ ...order, from: today(), to: today() }], rota: [turn(-60_000, 60_000)] }));
    expect((await postsOf(token)).toSorted()).toEqual([`center_head@${CENTER}`, `duty_officer@${CENTER}`, `unit_head@${CENTER}`]);
    await recordSays(() => ({ deputies: [{ ...order, from: addDays(today(), -2), to: addDays(today(), -1) }], rota: [turn(-120_000, -60_000)] }));
    expect(await postsOf(token)).toEqual([`unit_head@${CENTER}`]);
  });
});

describe('with several posts', () => {
  const twoPosts = (): Promise<void> => recordSays(({ posts }) => ({ posts: [...posts, { role: 'administrator', person: MANAGER, from: today() }] }));

  it('each act finds the one that may do it, unless one was named', async () => {
    await twoPosts();
    const token = await provider.token('dev-manager');
    expect(await postsOf(token)).toEqual([`case_manager@${CENTER}`, `administrator@${CENTER}`]);
    expect((await api.get('/v1/law/versions', { token })).status).toBe(200);
    const { body, status } = await api.post<{ caseId: string }>('/v1/appeals', APPEAL, { token });
    expect(status).toBe(201);
    expect(await recordedActor(body.caseId)).toMatchObject({ role: 'case_manager' });
    const named = (post: string): Asking => ({ token, headers: { 'tirek-post': post } });
    expect((await api.get('/v1/law/versions', named(`case_manager@${CENTER}`))).body.code).toBe('role_not_allowed');
    expect((await api.post('/v1/appeals', APPEAL, named(`administrator@${CENTER}`))).body.code).toBe('role_not_allowed');
    expect(Me.parse((await me(token, { 'tirek-post': `administrator@${CENTER}` })).body).post).toBe(`administrator@${CENTER}`);
  });

  it.each([`center_head@${CENTER}`, 'case_manager@shymkent-abay', 'case_manager', '@', `case_manager@${CENTER}@x`, 'administrator'])(
    'one that is not held is refused, with those that are: %s',
    async (post) => {
      await twoPosts();
      const reply = await me(await provider.token('dev-manager'), { 'tirek-post': post });
      expect([reply.status, reply.body.code]).toEqual([403, 'post_not_held']);
      expect(reply.body.detail).toContain(`case_manager@${CENTER}, administrator@${CENTER}`);
    },
  );

  it('at two Centers the post says at which', async () => {
    const { rows } = await api.owner.query<{ count: string }>('select count(*) from staff where person = $1', [MANAGER]);
    expect(rows[0]?.count).toBe('1');
    await api.owner.query(`insert into staff (holder, person) values ('shymkent-abay', $1)`, [MANAGER]);
    await recordSays(({ posts }) => ({ posts: [...posts, { role: 'coordinator', person: MANAGER, from: today() }] }), 'shymkent-abay');
    const token = await provider.token('dev-manager');
    expect(await postsOf(token)).toEqual([`case_manager@${CENTER}`, 'coordinator@shymkent-abay']);
    const { body } = await api.post<{ caseId: string }>('/v1/appeals', APPEAL, { token });
    const seen = (post: string): Promise<Reply> => api.get(`/v1/cases/${body.caseId}`, { token, headers: { 'tirek-post': post } });
    expect([(await seen(`case_manager@${CENTER}`)).status, (await seen('coordinator@shymkent-abay')).status]).toEqual([200, 404]);
    await api.owner.query(`delete from staff where holder = 'shymkent-abay' and person = $1`, [MANAGER]);
  });
});

describe('an approval, and an act on the law', () => {
  const draft = (token: string): Promise<Reply> => api.ask('PUT', '/v1/law/calendars/sign-in', { token, body: {}, language: 'en' });
  const ADMIN = `admin-${CENTER}`;

  it('needs a recent and strong sign-in: the answer says which, in words and for software (RFC 9470)', async () => {
    const reply = await draft(await provider.token('dev-admin'));
    expect([reply.status, reply.body.code]).toEqual([401, 'step_up_needed']);
    expect(reply.body.detail).toContain('at most 15 minutes old');
    const challenge = reply.headers.get('www-authenticate');
    expect(challenge).toContain('Bearer error="insufficient_user_authentication"');
    expect(challenge).toContain('max_age="900"');
    expect(challenge).toContain('acr_values="two_factors"');
    const approval = await api.post(`/v1/cases/${randomUUID()}/ipr/approval`, {}, { token: await provider.token('dev-head') });
    expect(approval.body.code).toBe('step_up_needed');
    expect((await api.post('/v1/law/calendars/sign-in/adoption', { recompute: 'own' }, { token: await provider.token('dev-admin') })).body.code).toBe(
      'step_up_needed',
    );
  });

  it('is taken on one, and GET /v1/me says until when', async () => {
    const token = await provider.token('dev-admin', { fresh: true });
    expect((await draft(token)).body.code).toBe('request_invalid');
    const approval = await api.post(`/v1/cases/${randomUUID()}/ipr/approval`, {}, { token: await provider.token('dev-head', { fresh: true }) });
    expect(approval.body.code).toBe('case_unknown');
    const left = Date.parse(Me.parse((await me(token)).body).stepUpUntil ?? '') - Date.now();
    expect(left).toBeGreaterThan(14 * 60_000);
    expect(left).toBeLessThanOrEqual(15 * 60_000);
  });

  it.each<[string, object]>([
    ['of a quarter of an hour ago', { auth_time: Math.floor(Date.now() / 1_000) - 901 }],
    ['of unknown age', { auth_time: null }],
    ['of unknown strength', { acr: null }],
    ['that was weak', { acr: 'one_factor' }],
  ])('is not taken on a sign-in %s', async (_what, claims) => {
    expect((await draft(await provider.forged({ sub: ADMIN, ...claims }))).body.code).toBe('step_up_needed');
  });

  it('says first of all that somebody may not do it', async () => {
    expect((await draft(await provider.token('dev-manager'))).body.code).toBe('role_not_allowed');
  });
});

describe('the software of a Center', () => {
  const onBehalf = (token: string, person: string): Promise<Reply> => me(token, { 'tirek-on-behalf-of': `Bearer ${person}` });

  it('alone is known as what it is, and acts for nobody', async () => {
    const token = await provider.serviceToken();
    expect(ServiceSelf.parse((await api.get('/v1/service', { token })).body)).toEqual({ service: 'center-software' });
    for (const path of ['/v1/me', '/v1/cases', '/v1/rules']) {
      const reply = await api.get(path, { token, language: 'en' });
      expect([reply.status, reply.body.code], path).toEqual([403, 'service_alone']);
    }
    expect((await api.post('/v1/appeals', APPEAL, { token })).body.code).toBe('service_alone');
    expect((await api.get('/v1/service', { token: await provider.token('dev-manager') })).body.code).toBe('service_only');
  });

  it('acts in the name of a person who is there, and the ledger names the person', async () => {
    lines.length = 0;
    const [token, person] = [await provider.serviceToken(), await provider.token('dev-manager')];
    expect(Me.parse((await onBehalf(token, person)).body)).toMatchObject({ person: MANAGER, service: 'center-software' });
    const headers = { 'tirek-on-behalf-of': `Bearer ${person}` };
    const { body } = await api.post<{ caseId: string }>('/v1/appeals', APPEAL, { token, headers });
    expect(await recordedActor(body.caseId)).toMatchObject({ id: MANAGER });
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(({ path }) => path === '/v1/appeals');
    expect(logged).toMatchObject({ status: 201, service: 'center-software' });
    expect(lines.join('')).not.toContain(MANAGER);
  });

  it('has its person in the post that is named, and on the sign-in that the person has', async () => {
    const token = await provider.serviceToken();
    const asking = async (name: string, fresh: boolean): Promise<Reply> =>
      api.ask('PUT', '/v1/law/calendars/sign-in', { token, body: {}, headers: { 'tirek-on-behalf-of': `Bearer ${await provider.token(name, { fresh })}` } });
    expect((await asking('dev-admin', false)).body.code).toBe('step_up_needed');
    expect((await asking('dev-admin', true)).body.code).toBe('request_invalid');
    const headers = { 'tirek-on-behalf-of': `Bearer ${await provider.token('dev-manager')}`, 'tirek-post': `center_head@${CENTER}` };
    expect((await me(token, headers)).body.code).toBe('post_not_held');
  });

  it.each<[string, () => Promise<Reply>, number, string]>([
    ['a person for another', async () => onBehalf(await provider.token('dev-manager'), await provider.token('dev-head')), 403, 'on_behalf_refused'],
    ['a service for a service', async () => onBehalf(await provider.serviceToken(), await provider.serviceToken()), 403, 'on_behalf_refused'],
    [
      'a service for somebody whose token has ended',
      async () => onBehalf(await provider.serviceToken(), await provider.forged({ exp: 1 })),
      401,
      'unauthenticated',
    ],
    ['a service with no more than a name', async () => me(await provider.serviceToken(), { 'tirek-on-behalf-of': MANAGER }), 401, 'unauthenticated'],
    ['a service that nobody has named', async () => me(await provider.forged({ sub: 'other', client_id: 'other' })), 401, 'unauthenticated'],
    [
      'a person’s header without a token',
      async () => me('x', { 'tirek-on-behalf-of': `Bearer ${await provider.token('dev-manager')}` }),
      401,
      'unauthenticated',
    ],
  ])('does not speak as %s', async (_what, asked, status, code) => {
    const reply = await asked();
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });
});

describe('the switch of a development machine', () => {
  it('takes the published tokens beside those of the provider, as the strongest sign-in', async () => {
    const both = signInParts({ ...provider.signIn, developmentTokens: true }, database.pool, log);
    const switched = await startApiUnderTest({ database, deps: { authenticate: both.authenticate } });
    try {
      for (const token of ['dev-manager', await provider.token('dev-manager')]) {
        const reply = await switched.get('/v1/me', { token });
        expect(Me.parse(reply.body)).toMatchObject({ person: MANAGER });
      }
      expect((await switched.ask('PUT', '/v1/law/calendars/sign-in', { token: 'dev-admin', body: {} })).body.code).toBe('request_invalid');
      expect((await switched.get('/v1/me', { token: 'dev-nobody' })).status).toBe(401);
    } finally {
      await switched.stop();
    }
  });
});
