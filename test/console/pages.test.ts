/** The pages as a browser without scripts gets them: the door, the lists, one case, why this date, in three languages. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { createConsole } from '../../console/router.js';
import { AppealRegistered } from '../../contracts/http/appeals.js';
import { CaseDetail } from '../../contracts/http/cases.js';
import { COMMAND_ROUTES } from '../../contracts/http/roads.js';
import { AlertPage, Why } from '../../contracts/http/duties.js';
import { catalogueOf } from '../../contracts/messages/catalogue.js';
import { LANGUAGES } from '../../contracts/messages/language.js';
import { ruleTitle } from '../../contracts/messages/wording.js';
import type { DoorCommandKind } from '../../domain/case/commands.js';
import type { FactType } from '../../domain/case/facts.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { createDesk } from '../../ledger/desk.js';
import { NO_ENGINE, startApiUnderTest, type ApiUnderTest, type Asking, type Reply } from '../api/api-under-test.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { PLAIN_LAW_IN_FORCE } from '../lives/plain-calendar.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';

const HOSTILE = `<script>alert('стоп')</script><img src=x onerror="alert(1)">"><b>`;
const TOKENS = { manager: 'dev-manager', unitHead: 'dev-unit-head', head: 'dev-head' } as const;

let database: TestDatabase;
let api: ApiUnderTest;
/** A case in planning whose approval was reminded of. */
let walked: string;
/** A case that was just opened. */
let other: string;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApiUnderTest({
    database,
    deps: {
      consoleRouter: createConsole({ pool: database.pool, desk: createDesk(database.pool, { proof: TEST_PROOF }), signIn: 'development_tokens', ...NO_ENGINE }),
    },
  });
  await adoptPlainCalendar();
  const family = syntheticFamily();
  const appeal = await registered({ ...family.appeal(), text: HOSTILE, applicant: { fullName: HOSTILE } });
  walked = appeal.caseId;
  await give('assignCaseManager', { caseManager: 'manager-almaty-auezov' }, TOKENS.unitHead);
  await give('recordConsent', family.consent());
  await give('recordInterview', family.interview());
  await give('recordTriage', family.triage(appeal.appealId));
  await give('completeAssessment', { ...family.assessment(), note: HOSTILE });
  await give('determineNeeds', { ...family.needs(), note: HOSTILE });
  const today = legalDayOf(Date.now());
  const plan = family.ipr({ dueOn: addDays(today, 14), endsOn: addDays(today, 84) }, ['employment', 'health']);
  await give('draftIpr', { ...plan, measures: plan.measures.map((measure) => ({ ...measure, description: HOSTILE })) });
  await skipToTheNextMoment();
  await tellTheManager();
  ({ caseId: other } = await registered(syntheticFamily().appeal()));
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

/** Dates must not depend on the week in which the tests happen to run. */
async function adoptPlainCalendar(): Promise<void> {
  const { calendar } = PLAIN_LAW_IN_FORCE;
  await api.owner.query('insert into calendar_version (version, data, act, adopted_at) values ($1, $2, $3, now())', [
    calendar.version,
    JSON.stringify(calendar),
    calendar.act,
  ]);
  await api.owner.query(`update law_in_force set version = $1 where kind = 'calendar'`, [calendar.version]);
}

async function registered(body: unknown): Promise<z.infer<typeof AppealRegistered>> {
  return AppealRegistered.parse((await api.post<unknown>('/v1/appeals', body)).body);
}

async function give(kind: DoorCommandKind, body: unknown, token: string = TOKENS.manager): Promise<void> {
  const { status, text } = await api.post(`/v1/cases/${walked}/${COMMAND_ROUTES[kind].path}`, body, { token });
  if (status !== 200) throw new Error(`${kind}: ${text}`);
}

/** The case lives in skipped time from here on, and is one minute behind the nearest moment of its terms. */
async function skipToTheNextMoment(): Promise<void> {
  const { nextMoment } = await view();
  await api.owner.query('update case_file set skipping = true where subject_id = $1', [walked]);
  const { entries } = await createDesk(database.pool, { proof: TEST_PROOF }).take(walked, [], { engineNow: Date.parse(nextMoment ?? '') + 60_000 });
  expect(entries.map(({ type }) => type)).toContain('DeadlineStepReached');
}

/** As the relay does it: the manager is told in the list and by mail, the Center's system by a webhook. */
async function tellTheManager(): Promise<void> {
  for (const channel of ['in_app', 'mail']) {
    await api.owner.query(
      `insert into notice (alert_id, person, channel, holder, roles, state, attempts, delivered_at, recorded_at)
       select id, 'manager-almaty-auezov', $2, center, '{case_manager}', 'delivered', 1, now(), recorded_at from alert where subject_id = $1`,
      [walked, channel],
    );
  }
  await api.owner.query(
    `update alert_delivery set state = 'delivered', attempts = 1, delivered_at = now() from alert where alert.id = alert_id and subject_id = $1`,
    [walked],
  );
}

async function view(): Promise<z.infer<typeof CaseDetail>> {
  return CaseDetail.parse((await api.get<unknown>(`/v1/cases/${walked}`)).body);
}

/** A page for somebody who is signed in; null for nobody. */
async function page(path: string, token: string | null = TOKENS.manager, asking: Omit<Asking, 'token'> = {}): Promise<Reply> {
  const cookie = token === null ? {} : { cookie: `tirek_key=${token}` };
  return api.get(path, { ...asking, token: undefined, headers: { ...cookie, ...asking.headers } });
}

async function form(path: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const raw = new URLSearchParams(fields).toString();
  return api.ask('POST', path, { token: undefined, raw, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
}

async function types(): Promise<FactType[]> {
  return (await api.owner.query<{ type: FactType }>('select distinct type from ledger where subject_id = $1', [walked])).rows.map(({ type }) => type);
}

/** What a person reads of a page. */
function textOf({ text }: Pick<Reply, 'text'>): string {
  const shown = text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'");
  return shown.replaceAll('&amp;', '&').replaceAll(/\s+/g, ' ');
}

const caseUrl = (): string => `/console/cases/${walked}`;
const dutyUrl = (key: string): string => `${caseUrl()}/duties/${encodeURIComponent(key)}`;

describe('the door', () => {
  it('is shown to whoever comes without a key', async () => {
    for (const path of ['/console/cases', '/console/duties', '/console/alerts', caseUrl(), dutyUrl('256-13-2:case')]) {
      const reply = await page(path, null);
      expect([reply.status, reply.headers.get('location')], path).toEqual([303, '/console/sign-in']);
      expect(reply.text).not.toContain(walked);
    }
    expect((await page('/console', null)).headers.get('location')).toBe('/console/cases');
    expect((await page('/console/cases', 'dev-nobody')).headers.get('location')).toBe('/console/sign-in');
  });

  it('opens for a key, which scripts and other sites never see', async () => {
    const reply = await form('/console/sign-in', { key: TOKENS.manager });
    expect([reply.status, reply.headers.get('location')]).toEqual([303, '/console/cases']);
    expect(reply.headers.get('set-cookie')).toBe('tirek_key=dev-manager; Path=/console; HttpOnly; SameSite=Strict');
    const cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await page('/console/cases', null, { headers: { cookie } })).status).toBe(200);
  });

  it.each([
    ['kk', 'Бұл кілт жарамсыз.'],
    ['ru', 'Этот ключ недействителен.'],
    ['en', 'This key is not valid.'],
  ])('stays shut for a wrong key and says so in %s', async (language, sentence) => {
    const reply = await form('/console/sign-in', { key: `<b>${randomUUID()}` }, { 'accept-language': language });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('set-cookie')).toBeNull();
    expect(textOf(reply)).toContain(sentence);
    expect(reply.text).not.toContain('<b>');
  });

  it.each<[string, Asking]>([
    ['nothing', { raw: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['a form of another kind', { body: { key: 'dev-manager' } }],
    ['two keys', { raw: 'key=dev-manager&key=dev-head', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
  ])('stays shut for %s', async (_what, asking) => {
    const reply = await api.ask('POST', '/console/sign-in', { ...asking, token: undefined });
    expect([reply.status, reply.headers.get('set-cookie')]).toEqual([401, null]);
  });

  it('shuts behind whoever signs out', async () => {
    const reply = await form('/console/sign-out', {}, { cookie: 'tirek_key=dev-manager' });
    expect([reply.status, reply.headers.get('location')]).toEqual([303, '/console/sign-in']);
    expect(reply.headers.get('set-cookie')).toBe('tirek_key=; Path=/console; HttpOnly; SameSite=Strict; Max-Age=0');
  });
});

describe('the language of the pages', () => {
  it.each([
    ['kk', 'Істер'],
    ['ru', 'Дела'],
    ['en', 'Cases'],
  ])('is that of the browser, or the one that was chosen: %s', async (language, title) => {
    const asked = await page('/console/cases', TOKENS.manager, { language });
    const chosen = await page(`/console/cases?lang=${language}`);
    const cookie = chosen.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(cookie).toBe(`tirek_lang=${language}`);
    const kept = await page('/console/cases', null, { language: 'fr', headers: { cookie: `tirek_key=dev-manager; ${cookie}` } });
    for (const reply of [asked, chosen, kept]) {
      expect(reply.text).toContain(`<html lang="${language}">`);
      expect(reply.text).toContain(`<h1>${title}</h1>`);
    }
  });

  it('is Russian when nothing is known of it, and the links to the others keep the filters', async () => {
    const reply = await page('/console/cases?stage=planning&lang=de', TOKENS.manager, { language: 'de' });
    expect(reply.text).toContain('<html lang="ru">');
    expect(reply.headers.get('set-cookie')).toBeNull();
    expect(reply.text).toContain('href="/console/cases?stage=planning&amp;lang=kk"');
  });
});

describe('the lists', () => {
  it('show the cases of the Center, by stage and page by page', async () => {
    const all = await page('/console/cases?lang=en');
    for (const caseId of [walked, other]) expect(all.text).toContain(`href="/console/cases/${caseId}"`);
    const drafted = await page('/console/cases?stage=planning&lang=en');
    expect(drafted.text).toContain(walked);
    expect(drafted.text).not.toContain(other);
    const first = await page('/console/cases?limit=1&lang=en');
    const next = /href="([^"]*after=[^"]*)">more →/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect([first.text.includes(other), first.text.includes(walked)]).toEqual([true, false]);
    const second = await page(next);
    expect([second.text.includes(other), second.text.includes(walked)]).toEqual([false, true]);
    expect(textOf(await page('/console/cases?stage=closed&lang=en'))).toContain('Nothing here.');
  });

  it('show what is due, with its rule, owner and standing', async () => {
    const reply = await page('/console/duties?lang=en');
    const { duties } = await view();
    for (const duty of duties.filter(({ endedAt }) => endedAt === undefined)) {
      expect(reply.text).toContain(`href="${dutyUrl(duty.key)}"`);
      expect(textOf(reply)).toContain(`${duty.lastDay} 24:00`);
    }
    expect(textOf(reply)).toContain('256-17-1 (internal term) case manager within the term');
  });

  it('show the alerts, with the moment and whom they told', async () => {
    const { items } = AlertPage.parse((await api.get<unknown>(`/v1/alerts?caseId=${walked}`)).body);
    expect(items.length).toBeGreaterThan(0);
    const reply = await page('/console/alerts?lang=en');
    for (const { dutyKey, rule } of items)
      expect(reply.text).toContain(`<a href="${dutyUrl(dutyKey)}">${ruleTitle(rule, 'en')}</a><span class="soft"> ${rule}</span>`);
    expect(textOf(reply)).toContain('256-17-1 reminder case manager');
  });

  it('show each person who was told, by which way, and what became of it; and the own list', async () => {
    const told = textOf(await page('/console/alerts?lang=en'));
    expect(told).toMatch(/manager-almaty-auezov: in the list, mail delivered \d{4}-/);
    expect(told).toMatch(/the Center’s system delivered \d{4}-/);
    expect((await page('/console/alerts?mine=true')).text).toContain(dutyUrl('256-17-1:case'));
    expect((await page('/console/alerts?mine=true', TOKENS.head)).text).not.toContain(dutyUrl('256-17-1:case'));
  });
});

describe('one case', () => {
  it.each(LANGUAGES)('is told with its duties, its plan and its ledger, in %s', async (language) => {
    const reply = await page(`${caseUrl()}?lang=${language}&limit=200`);
    const text = textOf(reply);
    const { facts, stages } = catalogueOf(language);
    expect(text).toContain(stages.planning);
    for (const type of await types()) expect(text).toContain(facts[type]);
    for (const { key, rule } of (await view()).duties) {
      expect(reply.text).toContain(`href="${dutyUrl(key)}"`);
      expect(text).toContain(`${ruleTitle(rule, language)} ${rule}`);
      expect(text).toContain(`+ ${ruleTitle(rule, language)} (${key})`);
    }
    expect(text).not.toMatch(/undefined|NaN|\[object|\{\w+\}/);
  });

  it.each(LANGUAGES)('256-13-2: each date is explained as the API explains it, in %s', async (language) => {
    for (const key of ['256-13-2:case', '256-13-3:case', '256-17-1:case', '256-13-INT:case']) {
      const why = Why.parse((await api.get<unknown>(`/v1/cases/${walked}/duties/${key}/why`, { language })).body);
      const reply = await page(dutyUrl(key), TOKENS.manager, { language });
      expect(reply.status).toBe(200);
      const text = textOf(reply);
      expect(text).toContain(why.text.replaceAll(/\s+/g, ' '));
      for (const { day } of why.days) expect(text).toContain(day);
      const id = key.replace(':case', '');
      expect(why.rule?.id).toBe(id);
      expect(text).toContain(`: ${ruleTitle(id, language)} (${id})`);
      for (const wording of [why.rule?.wording.kk, why.rule?.wording.ru]) expect(text).toContain(wording ?? '');
      expect(text).not.toMatch(/undefined|NaN|\[object|\{\w+\}/);
    }
  });

  it.each([
    ['kk', 'Мұндай іс жоқ.'],
    ['ru', 'Такого дела нет.'],
    ['en', 'There is no such case.'],
  ])('does not exist for another Center’s actors, nor does one with a malformed id, in %s', async (language, sentence) => {
    const asked: readonly [path: string, token: string][] = [
      [caseUrl(), 'dev-manager-2'],
      [caseUrl(), 'dev-admin-2'],
      [dutyUrl('256-13-2:case'), 'dev-head-2'],
      [`/console/cases/${randomUUID()}`, TOKENS.manager],
      ['/console/cases/first', TOKENS.manager],
      [`/console/cases/${encodeURIComponent(HOSTILE)}`, TOKENS.manager],
      ['/console/cases/1/duties/256-13-2:case', TOKENS.manager],
    ];
    for (const [path, token] of asked) {
      const reply = await page(path, token, { language });
      expect(reply.status, path).toBe(404);
      expect(textOf(reply), path).toContain(sentence);
    }
    expect((await page('/console/cases', 'dev-head-2')).text).not.toContain(walked);
    expect((await page('/console/duties', 'dev-head-2')).text).not.toContain(walked);
    expect((await page('/console/alerts', 'dev-head-2')).text).not.toContain(walked);
  });

  it.each([
    ['a duty that the case does not have', () => dutyUrl('256-13-9:case'), 404, 'The case has no such duty.'],
    ['a cursor made by hand', () => '/console/cases?after=first', 400, 'The value of "after" is not valid'],
    ['an address that is none', () => '/console/families', 404, 'There is no such page.'],
  ])('says what is wrong with %s', async (_what, path, status, sentence) => {
    const reply = await page(path(), TOKENS.manager, { language: 'en' });
    expect(reply.status).toBe(status);
    expect(textOf(reply)).toContain(sentence);
  });

  it('P51: that is registered and waits for the calendar of its year is said to wait', async () => {
    const own = await createDatabase();
    const early = await startApiUnderTest({
      database: own,
      deps: { consoleRouter: createConsole({ pool: own.pool, desk: createDesk(own.pool, { proof: TEST_PROOF }), signIn: 'development_tokens', ...NO_ENGINE }) },
    });
    try {
      await early.owner.query('alter table calendar_version disable trigger user');
      await early.owner.query(`update calendar_version set data = jsonb_set(data, '{years}', '{}')`);
      const { body } = await early.post<{ caseId: string }>('/v1/appeals', syntheticFamily().appeal());
      const reply = await early.get(`/console/cases/${body.caseId}`, { token: undefined, language: 'en', headers: { cookie: 'tirek_key=dev-manager' } });
      expect(reply.status).toBe(503);
      expect(reply.text).toContain('its case opens when the calendar of its year is adopted');
    } finally {
      await early.stop();
      await own.drop();
    }
  });
});

describe('what people wrote', () => {
  it('is text on every page, whatever it looks like', async () => {
    const reply = await page(`${caseUrl()}?lang=en`);
    expect(textOf(reply)).toContain(HOSTILE);
    expect(reply.text).toContain('&lt;script>alert(');
    expect(reply.text).not.toMatch(/<script|<img|<b>/);
  });

  it.each([
    ['a query', (): string => `/console/cases?lang=en&limit=1&x=${encodeURIComponent(HOSTILE)}&"><script>alert(1)</script>`],
    ['a language', (): string => `/console/cases?limit=1&lang=${encodeURIComponent(HOSTILE)}`],
    ['a stage', (): string => `/console/cases?stage=${encodeURIComponent(HOSTILE)}`],
    ['an address', (): string => `/console/${encodeURIComponent(HOSTILE)}?lang=en`],
    ['a duty', (): string => dutyUrl(HOSTILE)],
  ])('does nothing in %s', async (_where, path) => {
    expect((await page(path())).text).not.toMatch(/<script|<img|<b>|onerror="/);
  });
});

describe('every page', () => {
  const POLICY = "default-src 'none';style-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'";

  it('has no script, lets nothing in from elsewhere, and is kept by nobody', async () => {
    const paths = [
      '/console/sign-in',
      '/console/cases',
      '/console/duties',
      '/console/alerts',
      caseUrl(),
      dutyUrl('256-13-2:case'),
      '/console/none',
      '/console/cases/first',
    ];
    for (const path of paths) {
      const { text, headers } = await page(path);
      expect(headers.get('content-type'), path).toBe('text/html; charset=utf-8');
      expect(headers.get('content-security-policy'), path).toBe(POLICY);
      expect(headers.get('cache-control'), path).toBe('no-store');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(text, path).toMatch(/^<!doctype html><html lang="(?:kk|ru|en)">/);
      expect(text, path).not.toMatch(/<script|<style|<iframe|javascript:|\son[a-z]+="|\sstyle="/i);
      for (const [, address = ''] of text.matchAll(/(?:href|action|src)="([^"]*)"/g)) expect(address, path).toMatch(/^\/console\//);
    }
  });

  it('takes its style from the house itself', async () => {
    const style = await page('/console/style.css', null);
    expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
    expect(style.text).not.toContain('url(');
  });
});
