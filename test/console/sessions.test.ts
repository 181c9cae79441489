/** Signing in to the pages by a real provider: the way there and back, the session that the server keeps, and its ends. */
import { createDesk } from '../../ledger/desk.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { createBounds } from '../../office/bounds.js';
import { WIDE_BOUNDS } from '../../tools/bench/wide-bounds.js';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { OwnSessions } from '../../contracts/http/sessions.js';
import { eventually } from '../stack/eventually.js';
import { authenticateByToken } from '../../api/authenticate.js';
import { signInParts } from '../../api/sign-in.js';
import { createConsole } from '../../console/router.js';
import { readStaffing } from '../../db/staffing.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { freePort } from '../../tools/stack/free-port.js';
import { keepHouse } from '../../work/housekeeping.js';
import { NO_ENGINE, startApiUnderTest, type ApiUnderTest } from '../api/api-under-test.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { startProviderUnderTest, type ProviderUnderTest } from '../stack/sign-in.js';

const CENTER = 'almaty-auezov';
const HEAD = `head-${CENTER}`;
const silent = pino({ level: 'silent' });
const lines: string[] = [];
const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });

interface House {
  /** Where the pages are, as browsers are told. */
  pages: string;
  api: ApiUnderTest;
  provider: ProviderUnderTest;
}

let database: TestDatabase;
/** On this machine, without TLS. */
let here: House;
/** Behind a proxy with TLS; the tests speak with what stands behind it. */
let behindTls: House;

async function open(pages: string, port?: number): Promise<House> {
  const provider = await startProviderUnderTest(pages);
  const { pages: signIn } = signInParts(provider.signIn, database.pool, log);
  const deps = {
    authenticate: authenticateByToken(database.pool),
    consoleRouter: createConsole({
      pool: database.pool,
      desk: createDesk(database.pool, { proof: TEST_PROOF }),
      signIn,
      bounds: createBounds(database.pool, WIDE_BOUNDS),
      ...NO_ENGINE,
    }),
  };
  const overTls = pages.startsWith('https:');
  return { pages, provider, api: await startApiUnderTest({ database, deps: { ...deps, overTls }, ...(port === undefined ? {} : { port }) }) };
}

beforeAll(async () => {
  database = await createDatabase();
  const port = await freePort();
  here = await open(`http://127.0.0.1:${port}`, port);
  behindTls = await open('https://tirek.example');
});
afterAll(async () => {
  for (const { api, provider } of [here, behindTls]) {
    await api.stop();
    await provider.stop();
  }
  await database.drop();
});
afterEach(async () => {
  await here.api.owner.query('delete from session');
  await here.api.owner.query('delete from staffing where version > 1');
});

interface Answer {
  status: number;
  /** Where it leads, absolute. */
  to: string;
  headers: Headers;
  /** Lines of Set-Cookie. */
  cookies: string[];
  text: string;
}

/** Cookies as a browser keeps them: those of the pages and those of the provider apart. */
class Browser {
  readonly #house: House;
  readonly #jars = new Map<string, Map<string, string>>();

  constructor(house: House) {
    this.#house = house;
  }

  get cookies(): Map<string, string> {
    return this.#jar(this.#house.pages);
  }

  #jar(origin: string): Map<string, string> {
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    return jar;
  }

  async go(address: string, { form, headers = {} }: { form?: Record<string, string>; headers?: Record<string, string> } = {}): Promise<Answer> {
    const url = new URL(address, this.#house.pages);
    const jar = this.#jar(url.origin);
    // The proxy with TLS is not there: what it would hand on is sent to the API itself.
    const target = url.origin === this.#house.pages ? this.#house.api.url + url.pathname + url.search : url.href;
    const own = form === undefined ? {} : { origin: url.origin, 'sec-fetch-site': 'same-origin' };
    const response = await fetch(target, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '), 'accept-language': 'en', ...own, ...headers },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    const cookies = response.headers.getSetCookie();
    for (const line of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get('location');
    return {
      status: response.status,
      to: location === null ? '' : new URL(location, url).href,
      headers: response.headers,
      cookies,
      text: await response.text(),
    };
  }

  /** As far as the provider's page and the choice of a person there; the address to which the browser is sent back. */
  async toTheProvider(person = HEAD, from = '/console/sign-in'): Promise<string> {
    const asked = await this.go((await this.go(from)).to);
    const page = await this.go(asked.to);
    if (!page.text.includes('proves nothing')) throw new Error(`the provider does not show its page: ${page.text}`);
    const chosen = await this.go(asked.to, { form: { person } });
    return (await this.go(chosen.to)).to;
  }

  async signIn(person = HEAD, from?: string): Promise<Answer> {
    return this.go(await this.toTheProvider(person, from));
  }
}

const signedIn = async (house: House, person?: string): Promise<Browser> => {
  const browser = new Browser(house);
  await browser.signIn(person);
  return browser;
};

async function rows(): Promise<{ id_sha256: string; person: string; post: string | null; strength: string | null; idle: number; ends: number }[]> {
  const found = await here.api.owner.query<Awaited<ReturnType<typeof rows>>[number]>(
    `select id_sha256, person, post, strength, extract(epoch from idle_until - now())::float8 as idle, extract(epoch from ends_at - now())::float8 as ends from session`,
  );
  return found.rows;
}

describe('signing in', () => {
  it('leads by the provider to the page that was wanted', async () => {
    const browser = new Browser(here);
    const wanted = await browser.go('/console/cases?stage=planning');
    expect([wanted.status, wanted.to]).toEqual([303, `${here.pages}/console/sign-in?next=%2Fconsole%2Fcases%3Fstage%3Dplanning`]);
    const there = new URL((await browser.go(wanted.to)).to);
    expect(there.origin).toBe(here.provider.issuer);
    expect(Object.fromEntries(there.searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid',
      code_challenge_method: 'S256',
      redirect_uri: `${here.pages}/console/callback`,
      max_age: String(12 * 60 * 60),
    });
    const back = await new Browser(here).signIn(HEAD, wanted.to);
    expect([back.status, back.to]).toEqual([303, `${here.pages}/console/cases?stage=planning`]);
  });

  it('shows the page as the post of today, and names it', async () => {
    const page = await (await signedIn(here)).go('/console/cases');
    expect(page.status).toBe(200);
    expect(page.text).toContain(`head of the Center, ${CENTER}`);
  });

  it('keeps of the session a digest, the person, how and until when; nothing by which somebody could come in', async () => {
    const browser = await signedIn(here);
    const id = browser.cookies.get('tirek') ?? '';
    expect(Buffer.from(id, 'base64url')).toHaveLength(32);
    const [row] = await rows();
    // No strength was asked for and none was told: it counts as weak.
    expect(row).toMatchObject({ person: HEAD, post: null, strength: null, id_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(row?.idle).toBeGreaterThan(29 * 60);
    expect(row?.idle).toBeLessThanOrEqual(30 * 60);
    expect(row?.ends).toBeGreaterThan(12 * 3_600 - 60);
    expect((await here.api.owner.query('select session::text as line from session')).rows[0]).not.toMatchObject({ line: expect.stringContaining(id) });
  });

  it.each([
    'https://elsewhere.example/',
    '//elsewhere.example',
    '/console//elsewhere.example/..\\x',
    '/\\elsewhere.example',
    '/v1/cases',
    'javascript:alert(1)',
    '/console/@elsewhere',
  ])('leads to no other place than our pages: %s', async (next) => {
    const { to } = await new Browser(here).signIn(HEAD, `/console/sign-in?${new URLSearchParams({ next }).toString()}`);
    expect(new URL(to).origin).toBe(here.pages);
    expect(new URL(to).pathname).toMatch(/^\/console\//);
  });

  it('is refused to whoever holds no post today, and leaves no session', async () => {
    await recordSays(() => []);
    const back = await new Browser(here).signIn();
    expect(back.status).toBe(403);
    expect(back.text).toContain('You hold no post today');
    expect([await rows(), back.cookies.some((line) => line.startsWith('tirek='))]).toEqual([[], false]);
  });

  it('goes on under the one name of this machine that the provider knows', async () => {
    const { host } = new URL(here.pages);
    const elsewhere = await request(`${here.pages}/console/sign-in?next=/console/alerts`, { headers: { host: host.replace('127.0.0.1', 'localhost') } });
    expect(elsewhere.headers['location']).toBe(`${here.pages}/console/sign-in?next=/console/alerts`);
  });
});

/** The posts of the Center until the end of the test. */
async function recordSays(posts: (now: Awaited<ReturnType<typeof readStaffing>>['staffing']['posts']) => readonly object[]): Promise<void> {
  const { version, staffing } = await readStaffing(here.api.owner, CENTER);
  await here.api.owner.query(`insert into staffing (holder, version, data, changed_by) values ($1, $2, $3, 'test')`, [
    CENTER,
    version + 1,
    JSON.stringify({ ...staffing, posts: posts(staffing.posts) }),
  ]);
}

describe('the cookies', () => {
  it('over TLS belong to this very host and travel over TLS alone; scripts never see them', async () => {
    const browser = new Browser(behindTls);
    const begun = await browser.go('/console/sign-in');
    expect(begun.cookies).toEqual([expect.stringMatching(/^__Host-tirek-flow=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/)]);
    const back = await browser.signIn();
    expect(back.cookies).toEqual([
      '__Host-tirek-flow=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
      expect.stringMatching(/^__Host-tirek=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
    ]);
    expect((await browser.go('/console/cases')).status).toBe(200);
    const { headers } = await browser.go('/console/cases');
    expect(headers.get('strict-transport-security')).toContain('max-age=');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none';style-src 'self';form-action 'self' ${behindTls.provider.issuer};frame-ancestors 'none';base-uri 'none'`,
    );
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });

  it('the chosen language is such a cookie, too, and one without the prefix chooses nothing', async () => {
    const browser = new Browser(behindTls);
    const { cookies } = await browser.go('/console/signed-out?lang=kk');
    expect(cookies).toEqual(['__Host-tirek_lang=kk; Path=/; HttpOnly; SameSite=Strict; Secure']);
    expect((await browser.go('/console/signed-out')).text).toContain('<html lang="kk"');
    const other = new Browser(behindTls);
    other.cookies.set('tirek_lang', 'kk');
    expect((await other.go('/console/signed-out')).text).toContain('<html lang="en"');
  });

  it('answers in JSON are framed nowhere and load nothing, and over TLS ask for it alone', async () => {
    for (const [house, hsts] of [
      [here, null],
      [behindTls, 'max-age=31536000; includeSubDomains'],
    ] as const) {
      for (const path of ['/v1/cases', '/healthz', '/v1/nothing', '/openapi.json']) {
        const { headers } = await fetch(house.api.url + path);
        expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
        expect([headers.get('x-frame-options'), headers.get('strict-transport-security')], path).toEqual(['DENY', hsts]);
      }
    }
  });

  it('on this machine without TLS are neither, as browsers would not take them', async () => {
    const back = await new Browser(here).signIn();
    expect(back.cookies[1]).toMatch(/^tirek=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  });
});

describe('coming back from the provider', () => {
  /** What comes of it: the status, whether a sentence says so, whether a link leads to the beginning, and which sessions there are. */
  const outcome = async (browser: Browser, address: string): Promise<unknown[]> => {
    const { status, text } = await browser.go(address);
    const says = text.includes('The sign-in was not completed, or was begun in another window');
    return [status, says, text.includes('href="/console/sign-in"'), await rows()];
  };
  const REFUSED = [403, true, true, []];
  const changed = (address: string, name: string, value: string): string => {
    const url = new URL(address);
    url.searchParams.set(name, value);
    return url.href;
  };

  it('with the state of another sign-in opens nothing', async () => {
    const browser = new Browser(here);
    expect(await outcome(browser, changed(await browser.toTheProvider(), 'state', 'foreign'))).toEqual(REFUSED);
  });

  it('in another browser than the one that began opens nothing: nobody is signed in by a link', async () => {
    expect(await outcome(new Browser(here), await new Browser(here).toTheProvider())).toEqual(REFUSED);
    const victim = new Browser(here);
    await victim.go('/console/sign-in');
    expect(await outcome(victim, await new Browser(here).toTheProvider())).toEqual(REFUSED);
  });

  it('with a code that was used opens nothing a second time', async () => {
    const browser = new Browser(here);
    const back = await browser.toTheProvider();
    const flow = browser.cookies.get('tirek-flow') ?? '';
    await browser.go(back);
    expect(await rows()).toHaveLength(1);
    await here.api.owner.query('delete from session');
    expect(await outcome(browser, back)).toEqual(REFUSED);
    const again = new Browser(here);
    again.cookies.set('tirek-flow', flow);
    expect(await outcome(again, back)).toEqual(REFUSED);
  });

  it.each([
    ['a code that nobody gave', (back: string) => changed(back, 'code', randomUUID())],
    ['the name of another provider', (back: string) => changed(back, 'iss', 'https://elsewhere.example')],
    ['a refusal', (back: string) => changed(back.replace(/code=[^&]*/, 'error=access_denied'), 'error_description', '<b>no</b>')],
    ['nothing', (back: string) => back.replace(/\?.*/, '')],
  ])('with %s opens nothing', async (_what, other) => {
    const browser = new Browser(here);
    expect(await outcome(browser, other(await browser.toTheProvider()))).toEqual(REFUSED);
  });

  it('with something written by hand in place of its beginning opens nothing', async () => {
    for (const value of ['x', Buffer.from('{"state":1}').toString('base64url'), '%ff']) {
      const browser = new Browser(here);
      const back = await browser.toTheProvider();
      browser.cookies.set('tirek-flow', value);
      expect(await outcome(browser, back)).toEqual(REFUSED);
    }
  });

  it('makes a session with a new id, whatever the browser brought, and ends the former one', async () => {
    const browser = new Browser(here);
    browser.cookies.set('tirek', 'an-id-that-somebody-else-knows');
    await browser.signIn();
    const first = browser.cookies.get('tirek');
    expect(first).not.toBe('an-id-that-somebody-else-knows');
    await browser.go('/console/sign-in?fresh=true').then(async ({ to }) => expect(new URL(to).searchParams.get('prompt')).toBe('login'));
    await browser.signIn(HEAD, '/console/sign-in?fresh=true');
    expect(browser.cookies.get('tirek')).not.toBe(first);
    expect(await rows()).toHaveLength(1);
    const left = new Browser(here);
    left.cookies.set('tirek', first ?? '');
    expect((await left.go('/console/cases')).status).toBe(303);
  });

  it('says how strong the sign-in was: a fresh one is asked for with a second factor', async () => {
    const browser = new Browser(here);
    await browser.signIn(HEAD, '/console/sign-in?fresh=true');
    expect(await rows()).toEqual([expect.objectContaining({ strength: 'two_factors' })]);
  });
});

describe('a session', () => {
  const opens = async (browser: Browser): Promise<boolean> => (await browser.go('/console/cases')).status === 200;
  const set = (what: string): Promise<unknown> => here.api.owner.query(`update session set ${what}`);

  it('ends when nobody has come for half an hour, and lasts on with each visit', async () => {
    const browser = await signedIn(here);
    await set(`idle_until = now() + interval '1 minute'`);
    expect(await opens(browser)).toBe(true);
    expect((await rows())[0]?.idle).toBeGreaterThan(29 * 60);
    await set(`idle_until = now() - interval '1 second'`);
    expect(await opens(browser)).toBe(false);
    // Nor does a visit wake it up.
    expect(await opens(browser)).toBe(false);
  });

  it('ends after half a day, however often somebody comes', async () => {
    const browser = await signedIn(here);
    await set(`idle_until = now() + interval '1 minute', ends_at = now() + interval '5 minutes'`);
    expect(await opens(browser)).toBe(true);
    const [row] = await rows();
    expect(row?.idle).toBeLessThanOrEqual(5 * 60);
    expect(row?.idle).toBe(row?.ends);
    await set(`idle_until = now() - interval '1 second', ends_at = now() - interval '1 second'`);
    expect(await opens(browser)).toBe(false);
  });

  it('that is over is swept away by the relay', async () => {
    await signedIn(here);
    await signedIn(here, `manager-${CENTER}`);
    await here.api.owner.query(`update session set idle_until = now() - interval '1 second' where person = $1`, [HEAD]);
    await keepHouse(database.pool, silent);
    expect((await rows()).map(({ person }) => person)).toEqual([`manager-${CENTER}`]);
  });

  it('is ended on the server by signing out: a copy of the cookie opens nothing, and the provider is told', async () => {
    const browser = await signedIn(here);
    const copy = new Browser(here);
    copy.cookies.set('tirek', browser.cookies.get('tirek') ?? '');
    expect(await opens(copy)).toBe(true);
    const out = await browser.go('/console/sign-out', { form: {} });
    expect(out.status).toBe(303);
    expect(out.cookies).toEqual(['tirek=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0']);
    expect(out.to).toContain(`${here.provider.issuer}/session/end?`);
    expect(new URL(out.to).searchParams.get('post_logout_redirect_uri')).toBe(`${here.pages}/console/signed-out`);
    expect([await rows(), await opens(copy), await opens(browser)]).toEqual([[], false, false]);
    expect((await browser.go(out.to)).text).toContain('Sign out of the development provider');
    expect((await browser.go('/console/signed-out')).text).toContain('You are signed out.');
  });

  it('is no more than a way to ask: a post that ended yesterday closes the pages at once', async () => {
    const browser = await signedIn(here);
    const yesterday = addDays(legalDayOf(Date.now()), -1);
    await recordSays((posts) => posts.map((post) => (post.person === HEAD ? { ...post, to: yesterday } : post)));
    const page = await browser.go('/console/cases');
    expect([page.status, page.text.includes('You hold no post today')]).toEqual([403, true]);
  });

  it('is nobody’s by a development token, whatever cookie holds it', async () => {
    const browser = new Browser(here);
    browser.cookies.set('tirek_key', 'dev-head');
    browser.cookies.set('tirek', 'dev-head');
    expect(await opens(browser)).toBe(false);
  });
});

/** Events of sign-ins in the log, without what pino adds. */
function events(): Record<string, unknown>[] {
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ event }) => event !== undefined);
  return told.map(({ level: _level, time: _time, pid: _pid, hostname: _hostname, msg: _msg, ...event }) => event);
}

describe('the log', () => {
  it('has sign-ins, failed ones and sign-outs as events, by the session and by no person', async () => {
    lines.length = 0;
    const browser = await signedIn(here);
    const [{ id }] = (await here.api.owner.query<{ id: string }>('select id from session')).rows as [{ id: string }];
    await new Browser(here).go('/console/callback?code=x&state=y');
    await browser.go('/console/sign-out', { form: {} });
    expect(events()).toEqual([
      { event: 'signed_in', session: id, strong: false },
      { event: 'sign_in_failed', reason: 'sign_in_failed' },
      { event: 'signed_out', session: id },
    ]);
    expect(lines.join('')).not.toContain(HEAD);
    expect(lines.join('')).not.toContain(browser.cookies.get('tirek') ?? 'no cookie');
  });
});

describe('the own sessions', () => {
  const opens = async (browser: Browser): Promise<boolean> => (await browser.go('/console/cases')).status === 200;

  it('are shown to the person, who ends one or all others; nobody sees or ends those of somebody else', async () => {
    const [mine, other, third, manager] = [await signedIn(here), await signedIn(here), await signedIn(here), await signedIn(here, `manager-${CENTER}`)];
    const page = await mine.go('/console/sessions');
    const ids = [...page.text.matchAll(/value="([0-9a-f-]{36})"/g)].map(([, id = '']) => id);
    expect([page.status, ids.length, page.text.split('(this one)').length]).toEqual([200, 2, 2]);
    const [managers] = (await here.api.owner.query<{ id: string }>('select id from session where person <> $1', [HEAD])).rows;
    for (const session of [managers?.id ?? '', ids[0] ?? '']) expect((await mine.go('/console/sessions/end', { form: { session } })).status).toBe(303);
    expect((await Promise.all([opens(other), opens(third)])).filter((open) => open)).toHaveLength(1);
    await mine.go('/console/sessions/end', { form: { session: 'others' } });
    expect(await Promise.all([mine, other, third, manager].map(opens))).toEqual([true, false, false, true]);
    expect((await mine.go('/console/sessions/end', { form: { session: 'x' } })).status).toBe(400);
    expect((await mine.go('/console/cases')).text).toContain('href="/console/sessions"');
  });

  it('are shown and ended over the API, too', async () => {
    const [browser, second] = [await signedIn(here), await signedIn(here)];
    const list = () => here.api.get<z.output<typeof OwnSessions>>('/v1/me/sessions', { token: 'dev-head' });
    const { items } = OwnSessions.parse((await list()).body);
    expect(items).toHaveLength(2);
    expect((await here.api.get<{ items: unknown[] }>('/v1/me/sessions', { token: 'dev-manager' })).body.items).toEqual([]);
    const path = `/v1/me/sessions/${items[0]?.sessionId}`;
    expect((await here.api.ask('DELETE', path, { token: 'dev-manager' })).body).toEqual({ ended: 0 });
    expect((await here.api.ask('DELETE', path, { token: 'dev-head' })).body).toEqual({ ended: 1 });
    expect((await here.api.ask('DELETE', '/v1/me/sessions', { token: 'dev-head' })).body).toEqual({ ended: 1 });
    expect(await Promise.all([browser, second].map(opens))).toEqual([false, false]);
  });

  it('of somebody of the Center are ended by its administrator, and by nobody else', async () => {
    const browser = await signedIn(here);
    const end = (token: string, person = HEAD, center = CENTER) => here.api.ask('DELETE', `/v1/centers/${center}/people/${person}/sessions`, { token });
    expect((await end('dev-manager')).body.code).toBe('role_not_allowed');
    expect((await end('dev-admin-2')).body.code).toBe('actor_of_other_center');
    expect((await end('dev-admin', 'head-shymkent-abay')).body).toEqual({ ended: 0 });
    expect(await opens(browser)).toBe(true);
    lines.length = 0;
    expect((await end('dev-admin')).body).toEqual({ ended: 1 });
    expect(await opens(browser)).toBe(false);
  });
});

describe('an end at the provider', () => {
  const opens = async (browser: Browser): Promise<boolean> => (await browser.go('/console/cases')).status === 200;
  const tell = async (token: string): Promise<number> =>
    (await fetch(`${here.pages}/console/backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: token }) })).status;
  const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  /** As the provider makes them; `null` leaves a claim out. */
  const word = (claims: Record<string, unknown> = {}, typ = 'logout+jwt'): Promise<string> =>
    here.provider.forged(
      { aud: 'tirek-pages', sub: HEAD, jti: randomUUID(), events: EVENTS, client_id: null, scope: null, auth_time: null, acr: null, ...claims },
      { typ },
    );

  it('ends what began with it here, told by the provider itself', async () => {
    const browser = await signedIn(here);
    const elsewhere = await signedIn(here);
    const asked = await browser.go(`${here.provider.issuer}/session/end?client_id=tirek-pages`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.text)?.[1] ?? '';
    await browser.go(`${here.provider.issuer}/session/end/confirm`, { form: { xsrf, logout: 'yes' } });
    await eventually(async () => ((await opens(browser)) ? undefined : true), 'the session is over');
    expect(await opens(elsewhere)).toBe(true);
  });

  it('of a person ends all of theirs; the same word a second time ends nothing', async () => {
    const [first, second, manager] = [await signedIn(here), await signedIn(here), await signedIn(here, `manager-${CENTER}`)];
    const token = await word();
    expect(await tell(token)).toBe(200);
    expect(await Promise.all([first, second, manager].map(opens))).toEqual([false, false, true]);
    const later = await signedIn(here);
    expect([await tell(token), await opens(later)]).toEqual([400, true]);
  });

  it.each<[string, () => Promise<string>]>([
    ['of another issuer', () => word({ iss: 'https://elsewhere.example' })],
    ['for another client', () => word({ aud: 'tirek-api' })],
    ['that is old', () => word({ iat: Math.floor(Date.now() / 1_000) - 400 })],
    ['without an id', () => word({ jti: null })],
    ['of no event', () => word({ events: {} })],
    ['without events', () => word({ events: null })],
    ['with a nonce', () => word({ nonce: 'n' })],
    ['of nobody', () => word({ sub: null })],
    ['that is an access token', () => word({}, 'at+jwt')],
    ['that nobody signed', async () => (await word()).replace(/[^.]+$/, 'AAAA')],
    ['that is none', async () => 'x'],
  ])('%s is no word, and ends nothing', async (_what, token) => {
    const browser = await signedIn(here);
    expect([await tell(await token()), await opens(browser)]).toEqual([400, true]);
  });
});

describe('with several posts', () => {
  const also = (): Promise<void> => recordSays((posts) => [...posts, { role: 'administrator', person: HEAD, from: legalDayOf(Date.now()) }]);

  it('each page is seen in the one that may; a switch chooses one, until it ends', async () => {
    const browser = await signedIn(here);
    expect((await browser.go('/console/cases')).text).not.toContain('action="/console/post"');
    await also();
    expect((await browser.go('/console/law')).status).toBe(200);
    const cases = await browser.go('/console/cases');
    expect(cases.text).toContain('action="/console/post"');
    expect(cases.text).toMatch(new RegExp(`<option [^>]*selected[^>]*>head of the Center, ${CENTER}`));
    const chosen = await browser.go('/console/post', { form: { post: `administrator@${CENTER}` } });
    expect([chosen.status, chosen.to]).toEqual([303, `${here.pages}/console/cases`]);
    expect((await browser.go('/console/cases')).text).toMatch(new RegExp(`<option [^>]*selected[^>]*>administrator, ${CENTER}`));
    await browser.go('/console/post', { form: { post: `center_head@${CENTER}` } });
    expect((await browser.go('/console/law')).status).toBe(403);
    await here.api.owner.query('delete from staffing where version > 1');
    expect((await browser.go('/console/cases')).text).toContain(`head of the Center, ${CENTER}`);
  });

  it('one that is not held cannot be chosen', async () => {
    const browser = await signedIn(here);
    const answer = await browser.go('/console/post', { form: { post: `administrator@${CENTER}` } });
    expect([answer.status, answer.text.includes('You do not hold this post today')]).toEqual([403, true]);
    expect((await rows())[0]?.post).toBeNull();
  });
});

describe('a form', () => {
  it.each<[string, Record<string, string>]>([
    ['from another site', { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }],
    ['from another site, whose browser says only from where', { origin: 'https://elsewhere.example', 'sec-fetch-site': '' }],
    ['from a neighbour of the site', { 'sec-fetch-site': 'same-site' }],
    ['from another site under our name', { 'sec-fetch-site': 'cross-site' }],
    ['from nowhere', { origin: 'null' }],
    ['from another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ])('%s changes nothing', async (_what, headers) => {
    const browser = await signedIn(here);
    for (const path of ['/console/sign-out', '/console/post', `/console/reports/${randomUUID()}/retake`]) {
      const answer = await browser.go(path, { form: { post: `center_head@${CENTER}`, key: randomUUID() }, headers });
      expect([answer.status, answer.text.includes('not sent from a page of ours')], path).toEqual([403, true]);
    }
    expect(await rows()).toEqual([expect.objectContaining({ post: null })]);
    expect((await browser.go('/console/cases')).status).toBe(200);
  });

  it('from a page of ours is taken, also from a browser that names the origin alone', async () => {
    const browser = await signedIn(here);
    const response = await fetch(`${here.pages}/console/post`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: `tirek=${browser.cookies.get('tirek')}`, origin: here.pages, 'content-type': 'application/x-www-form-urlencoded' },
      body: `post=center_head@${CENTER}`,
    });
    expect(response.status).toBe(303);
    expect((await rows())[0]?.post).toBe(`center_head@${CENTER}`);
  });
});
