/** Calendars and policies over HTTP: bad drafts and adoptions that cannot be, each with its code, after which nothing is changed; and the preview. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALENDAR_2026_11_21, amendCalendar } from '../../domain/law/calendar-data.js';
import type { Calendar } from '../../domain/law/calendar.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { RecordedLife } from '../db/recorded-life.js';
import { straightRoad } from '../lives/straight-road.js';
import { agreed, rowCounts, startApiUnderTest, type ApiUnderTest, type Asking, type Reply } from './api-under-test.js';

const ADMIN = { token: 'dev-admin' };
const BASE = CALENDAR_2026_11_21;
const years = structuredClone(BASE.years) as Record<string, { official: boolean; off: string[]; worked: string[] }>;

let api: ApiUnderTest;

beforeAll(async () => {
  api = await startApiUnderTest();
  const life = new RecordedLife(api.database.pool);
  await life.open();
  await life.live(straightRoad().slice(0, 4));
});
afterAll(() => api.stop());

interface Outcome {
  status: number;
  code: string;
  errors: { field: string; code: string }[] | undefined;
  changed: string[];
  detail: string;
}

async function refusalOf(ask: () => Promise<Reply>): Promise<Outcome> {
  const before = await rowCounts(api.owner);
  const inForce = await versionsInForce();
  const { status, body } = await ask();
  const after = await rowCounts(api.owner);
  expect(await versionsInForce()).toEqual(inForce);
  return {
    status,
    code: body.code,
    errors: body.errors?.map(({ field, code }) => ({ field, code })),
    changed: Object.keys(after).filter((table) => after[table] !== before[table]),
    detail: body.detail,
  };
}

async function versionsInForce(): Promise<unknown[]> {
  const { rows } = await api.owner.query(
    'select version, adopted_at from calendar_version union all select version, adopted_at from policy_version order by 1',
  );
  return rows;
}

const put = (path: string, body: unknown, asking: Asking = {}): Promise<Reply> => api.ask('PUT', `/v1/law/${path}`, { ...ADMIN, body, ...asking });
const adopt = (path: string, body: unknown = { recompute: 'own' }, asking: Asking = {}): Promise<Reply> =>
  agreed(api, api.post(`/v1/law/${path}/adoption`, body, { ...ADMIN, ...asking }));
const bodyOf = ({ act, years }: Calendar): object => ({ act, years });

/** The calendar in force with one day changed by hand, as a clerk would write it. */
function changed(change: (tables: typeof years) => void, act: string | null = 'Order of tests'): object {
  const tables = structuredClone(years);
  change(tables);
  return act === null ? { years: tables } : { act, years: tables };
}

const year = (tables: typeof years, name: string): { official: boolean; off: string[]; worked: string[] } =>
  tables[name] ?? { official: true, off: [], worked: [] };

describe('a draft of a calendar', () => {
  it.each<[string, object, { status: number; code: string; field: string; fault: string }]>([
    [
      'with a date twice',
      changed((t) => year(t, '2026').off.push('05-01')),
      { status: 422, code: 'calendar_invalid', field: '/years/2026/off/14', fault: 'duplicate' },
    ],
    [
      'with 30 February',
      changed((t) => year(t, '2026').off.push('02-30')),
      { status: 422, code: 'calendar_invalid', field: '/years/2026/off/14', fault: 'day_impossible' },
    ],
    [
      'with a day in words',
      changed((t) => year(t, '2026').off.push('31 August')),
      { status: 422, code: 'calendar_invalid', field: '/years/2026/off/14', fault: 'day_impossible' },
    ],
    [
      'with a weekday listed as worked',
      changed((t) => year(t, '2026').worked.push('08-31')),
      { status: 422, code: 'calendar_invalid', field: '/years/2026/worked/0', fault: 'weekday_listed_worked' },
    ],
    [
      'with a Sunday listed as off',
      changed((t) => year(t, '2026').off.push('08-30')),
      { status: 422, code: 'calendar_invalid', field: '/years/2026/off/14', fault: 'weekend_listed_off' },
    ],
    [
      'with a year that is none',
      changed((t) => (t['26'] = year(t, 'new'))),
      { status: 422, code: 'calendar_invalid', field: '/years/26', fault: 'wrong_format' },
    ],
    [
      'without a year of the calendar in force',
      changed((t) => delete t['2027']),
      { status: 422, code: 'calendar_invalid', field: '/years/2027', fault: 'required' },
    ],
    [
      'that differs in nothing',
      changed((t) => year(t, '2026').off.sort((a, b) => (a < b ? 1 : -1))),
      { status: 422, code: 'calendar_invalid', field: '/years', fault: 'unchanged' },
    ],
    [
      'without the act of the Ministry',
      changed((t) => year(t, '2026').off.push('08-31'), null),
      { status: 400, code: 'request_invalid', field: '/act', fault: 'required' },
    ],
    ['with a blank act', changed((t) => year(t, '2026').off.push('08-31'), '  '), { status: 400, code: 'request_invalid', field: '/act', fault: 'too_short' }],
    [
      'with an ИИН in the act',
      changed((t) => year(t, '2026').off.push('08-31'), 'Order of 900101100004'),
      { status: 400, code: 'request_invalid', field: '/act', fault: 'wrong_format' },
    ],
    [
      'with a list that is none',
      { act: 'Order', years: { '2026': { official: true, off: '01-01', worked: [] } } },
      { status: 400, code: 'request_invalid', field: '/years/2026/off', fault: 'wrong_type' },
    ],
    [
      'with an unknown member',
      { ...changed((t) => year(t, '2026').off.push('08-31')), holidays: [] },
      { status: 400, code: 'request_invalid', field: '/holidays', fault: 'unknown_field' },
    ],
  ])('is refused %s', async (_what, body, { status, code, field, fault }) => {
    const outcome = await refusalOf(() => put('calendars/bad', body));
    expect(outcome).toMatchObject({ status, code, changed: [] });
    expect(outcome.errors).toContainEqual({ field, code: fault });
  });

  it('names every fault at once, in the language of the reader', async () => {
    const body = changed((t) => {
      year(t, '2026').off.push('02-30', '05-01');
      delete t['2024'];
    });
    const { body: problem } = await put('calendars/bad', body, { language: 'ru' });
    expect(problem.errors?.map(({ field }) => field)).toEqual(['/years/2026/off/14', '/years/2026/off/15', '/years/2024']);
    expect(problem.detail).toMatch(/Календарь/);
  });

  it.each(['with space', '-first', 'день', 'x'.repeat(101)])('is refused under the name %j', async (name) => {
    const outcome = await refusalOf(() =>
      put(
        `calendars/${encodeURIComponent(name)}`,
        changed((t) => year(t, '2026').off.push('08-31')),
      ),
    );
    expect(outcome).toMatchObject({ status: 400, code: 'request_invalid', errors: [{ field: 'version', code: 'wrong_format' }], changed: [] });
  });

  it.each(['dev-head', 'dev-manager', 'dev-coordinator'])('is refused from %s: the law is the administrator’s', async (token) => {
    const sound = changed((t) => year(t, '2026').off.push('08-31'));
    expect(await refusalOf(() => put('calendars/x', sound, { token }))).toMatchObject({ status: 403, code: 'role_not_allowed', changed: [] });
    for (const path of ['versions', 'adoptions', `calendars/${BASE.version}`, `calendars/${BASE.version}/preview`, `adoptions/${randomUUID()}`]) {
      expect((await api.get(`/v1/law/${path}`, { token })).body).toMatchObject({ code: 'role_not_allowed' });
    }
  });

  it('has the same answer when it is sent again, and never another content under its name', async () => {
    const body = changed((t) => year(t, '2026').off.push('08-31'));
    const first = await put('calendars/august', body);
    expect(first).toMatchObject({
      status: 200,
      body: { state: 'draft', version: 'august', basedOn: BASE.version, createdBy: expect.any(String), openCases: 0 },
    });
    expect((await put('calendars/august', body)).text).toBe(first.text);
    expect(
      await refusalOf(() =>
        put(
          'calendars/august',
          changed((t) => year(t, '2026').off.push('09-01')),
        ),
      ),
    ).toMatchObject({ status: 409, code: 'law_version_taken', changed: [] });
    expect(
      await refusalOf(() =>
        put(
          `calendars/${BASE.version}`,
          changed((t) => year(t, '2026').off.push('09-01')),
        ),
      ),
    ).toMatchObject({ status: 409, code: 'law_version_taken' });
    expect((await put(`calendars/${BASE.version}`, bodyOf(BASE))).body).toMatchObject({ state: 'in_force' });
  });
});

describe('a draft of a policy', () => {
  const rung = (step: string, when: unknown, to: string[]): object => ({ step, when, to });
  const overdue = rung('overdue', 'due', ['case_manager']);
  const exceeded = rung('exceeded', 'due', ['case_manager']);

  it.each<[string, object, number, string, string]>([
    ['with a setting that nobody knows', { serviceLevel: 3 }, 400, '/serviceLevel', 'unknown_field'],
    ['with a level that nobody knows', { serviceLevels: { drafting: 3 } }, 400, '/serviceLevels/drafting', 'unknown_field'],
    ['with a level of nothing', { serviceLevels: { ipr_drafting: 0 } }, 400, '/serviceLevels/ipr_drafting', 'too_small'],
    ['with half a day', { serviceLevels: { ipr_drafting: 2.5 } }, 400, '/serviceLevels/ipr_drafting', 'wrong_type'],
    ['with months upside down', { monitoringMonths: { min: 6, max: 3 } }, 400, '/monitoringMonths', 'min_above_max'],
    ['with quiet hours that are no time', { quietHours: { from: '25:00', to: '09:00' } }, 400, '/quietHours/from', 'wrong_format'],
    ['with a response to a threat in no time', { threatDutyHours: 0 }, 400, '/threatDutyHours', 'too_small'],
    ['with an alarm that is never repeated', { repeatThreatHours: 0 }, 400, '/repeatThreatHours', 'too_small'],
    ['with a reminder to nobody', { ladders: { standard: [rung('reminder', 'reminder', []), overdue] } }, 400, '/ladders/standard/0/to', 'too_short'],
    ['with quiet hours all day', { quietHours: { from: '09:00', to: '09:00' } }, 422, '/quietHours/to', 'value_not_allowed'],
    ['that switches off a duty of the law: 256-13-2', { disabled: ['256-13-2'] }, 422, '/disabled/0', 'rule_not_switchable'],
    ['that switches off a rule that is not there', { disabled: ['D-NONE'] }, 422, '/disabled/0', 'rule_not_switchable'],
    ['P51: that switches off the registration, D-REG', { disabled: ['D-MON', 'D-REG'] }, 422, '/disabled/1', 'rule_not_switchable'],
    ['that switches a row off twice', { disabled: ['D-MON', 'D-MON'] }, 422, '/disabled/1', 'duplicate'],
    [
      'whose ladder forgets the end of the term',
      { ladders: { standard: [rung('reminder', 'reminder', ['case_manager'])] } },
      422,
      '/ladders/standard',
      'step_missing',
    ],
    ['P9: that calls an internal term overdue', { ladders: { internal: [overdue] } }, 422, '/ladders/internal/0/step', 'step_not_allowed'],
    [
      'P9: that takes an internal term out of the Center',
      { ladders: { internal: [rung('exceeded', 'due', ['case_manager', 'coordinator'])] } },
      422,
      '/ladders/internal/0/to/1',
      'recipient_not_allowed',
    ],
    [
      'P9: that tells an agency of the Center’s own term',
      { ladders: { internal: [exceeded, rung('head', { workingDaysAfterDue: 1 }, ['agency_head'])] } },
      422,
      '/ladders/internal/1/to/0',
      'recipient_not_allowed',
    ],
    [
      'with a step at a place that is not its own',
      { ladders: { standard: [overdue, rung('head', 'due', ['center_head'])] } },
      422,
      '/ladders/standard/1/step',
      'step_not_allowed',
    ],
    ['with a step twice', { ladders: { standard: [overdue, overdue] } }, 422, '/ladders/standard/1/step', 'duplicate'],
    ['that repeats what is in force', { repeatThreatHours: DEFAULT_POLICY.repeatThreatHours }, 422, '', 'unchanged'],
  ])('is refused %s', async (_what, body, status, field, fault) => {
    const outcome = await refusalOf(() => put('policies/bad', body));
    expect(outcome).toMatchObject({ status, code: status === 400 ? 'request_invalid' : 'policy_invalid', changed: [] });
    expect(outcome.errors).toContainEqual({ field, code: fault });
  });

  it('fills up what it does not name from the policy in force, and is the same when it is sent again', async () => {
    const body = { serviceLevels: { ipr_drafting: 3 }, ladders: { standard: [overdue] } };
    const first = await put('policies/quick', body);
    const content = {
      ...DEFAULT_POLICY,
      version: 'quick',
      serviceLevels: { ...DEFAULT_POLICY.serviceLevels, ipr_drafting: 3 },
      ladders: { standard: [overdue] },
    };
    expect(first).toMatchObject({ status: 200, body: { state: 'draft', basedOn: DEFAULT_POLICY.version, content } });
    expect((await put('policies/quick', body)).text).toBe(first.text);
  });
});

describe('a preview', () => {
  it('tells every change with its effect, and changes nothing', async () => {
    const outcome = await refusalOf(() => api.get('/v1/law/calendars/august/preview', ADMIN));
    expect(outcome).toMatchObject({ status: 200, changed: [] });
    const { body } = await api.get<{ cases: object; previous: string; duties: Record<string, number>; items: object[]; more: number }>(
      '/v1/law/calendars/august/preview?limit=0',
      ADMIN,
    );
    expect(body).toMatchObject({ previous: BASE.version, cases: { open: 1, notComputable: 0 }, items: [] });
    expect(body.more).toBe(Object.values(body.duties).reduce((sum, count) => sum + count, 0));
  });

  it('refuses what is no version or no question', async () => {
    expect((await api.get('/v1/law/calendars/nobody/preview', ADMIN)).body).toMatchObject({ status: 404, code: 'law_version_unknown' });
    expect((await api.get('/v1/law/festivals/august/preview', ADMIN)).body).toMatchObject({ status: 404, code: 'route_unknown' });
    expect((await api.get('/v1/law/calendars/august/preview?recompute=maybe', ADMIN)).body).toMatchObject({ status: 400, code: 'request_invalid' });
  });
});

describe('an adoption', () => {
  it('of an unknown version, of the version in force, without an act or under no key is refused', async () => {
    expect(await refusalOf(() => adopt('calendars/nobody'))).toMatchObject({ status: 404, code: 'law_version_unknown', changed: [] });
    expect(await refusalOf(() => adopt(`calendars/${BASE.version}`))).toMatchObject({ status: 409, code: 'law_version_in_force', changed: [] });
    expect(await refusalOf(() => adopt('policies/quick'))).toMatchObject({ status: 422, code: 'law_act_missing', changed: [] });
    expect(await refusalOf(() => adopt('calendars/august', { recompute: 'perhaps' }))).toMatchObject({ status: 400, code: 'request_invalid', changed: [] });
    expect(await refusalOf(() => api.ask('POST', '/v1/law/calendars/august/adoption', { ...ADMIN, body: { recompute: 'own' } }))).toMatchObject({
      status: 400,
      code: 'idempotency_key_missing',
      changed: [],
    });
    expect(await refusalOf(() => adopt('calendars/august', { recompute: 'own' }, { token: 'dev-head' }))).toMatchObject({
      status: 403,
      code: 'role_not_allowed',
      changed: [],
    });
  });

  it('of a row that is no sound draft is refused', async () => {
    const faulty = { ...BASE, version: 'by-hand', years: { ...BASE.years, '2026': { official: true, off: ['02-30'], worked: [] } } };
    await api.owner.query('insert into calendar_version (version, data, act, based_on) values ($1, $2, $3, $4)', [
      faulty.version,
      JSON.stringify(faulty),
      'by hand',
      BASE.version,
    ]);
    expect(await refusalOf(() => adopt('calendars/by-hand'))).toMatchObject({
      status: 422,
      code: 'calendar_invalid',
      changed: [],
      errors: [{ field: '/years/2026/off/0', code: 'day_impossible' }],
    });
  });

  it('is asked for durably while the engine is away; a repeat has the same one, a second one is refused', async () => {
    const key = randomUUID();
    const first = await adopt('calendars/august', { recompute: 'own' }, { key });
    expect(first).toMatchObject({
      status: 200,
      body: { kind: 'calendar', version: 'august', previous: BASE.version, act: 'Order of tests', state: 'running', total: 1, done: 0, left: 1, told: 0 },
    });
    const { adoptionId } = first.body as unknown as { adoptionId: string };
    expect((await adopt('calendars/august', { recompute: 'own' }, { key })).body).toMatchObject({ adoptionId });
    expect(await refusalOf(() => adopt('calendars/august', { recompute: 'adopted' }, { key }))).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
      changed: [],
    });
    expect(await refusalOf(() => adopt('calendars/august'))).toMatchObject({ status: 409, code: 'law_adoption_running', changed: [] });
    expect(await refusalOf(() => adopt('policies/quick', { recompute: 'own', act: 'Order No. 1' }))).toMatchObject({
      status: 409,
      code: 'law_adoption_running',
      changed: [],
    });
    expect((await api.get('/v1/law/adoptions', ADMIN)).body).toMatchObject({ items: [{ adoptionId }] });
  });

  it('two at the same instant: one is taken, one is refused', async () => {
    await api.owner.query(`update law_adoption set state = 'done'`);
    const replies = await Promise.all([adopt('calendars/august'), adopt('policies/quick', { recompute: 'own', act: 'Order No. 1' })]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(replies.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'law_adoption_running' });
  });

  it('is paused and goes on, until it has ended', async () => {
    const { body } = await api.get<{ items: { adoptionId: string }[] }>('/v1/law/adoptions', ADMIN);
    const path = `adoptions/${body.items[0]?.adoptionId}`;
    expect((await put(`${path}/state`, { state: 'paused' })).body).toMatchObject({ state: 'paused' });
    expect((await put(`${path}/state`, { state: 'paused' })).body).toMatchObject({ state: 'paused' });
    expect((await put(`${path}/state`, { state: 'running' })).body).toMatchObject({ state: 'running' });
    expect((await put(`${path}/state`, { state: 'done' })).body).toMatchObject({ code: 'request_invalid' });
    expect((await put(`adoptions/${randomUUID()}/state`, { state: 'paused' })).body).toMatchObject({ status: 404, code: 'law_adoption_unknown' });
    await api.owner.query(`update law_adoption set state = 'done'`);
    expect((await put(`${path}/state`, { state: 'paused' })).body).toMatchObject({ status: 409, code: 'law_adoption_ended' });
  });

  it('of an older version is refused: of one that was replaced, and of a draft made before', async () => {
    const newer = amendCalendar(BASE, { version: 'newer', act: 'Order of tests', changes: [{ day: '2026-08-31', becomes: 'off' }] });
    const stale = amendCalendar(BASE, { version: 'stale', act: 'Order of tests', changes: [{ day: '2026-09-01', becomes: 'off' }] });
    for (const calendar of [newer, stale]) expect((await put(`calendars/${calendar.version}`, bodyOf(calendar))).status).toBe(200);
    await api.owner.query(`update calendar_version set adopted_at = clock_timestamp() where version = 'newer'`);
    expect(await refusalOf(() => adopt(`calendars/${BASE.version}`))).toMatchObject({ status: 409, code: 'law_version_superseded', changed: [] });
    expect(await refusalOf(() => adopt('calendars/stale'))).toMatchObject({ status: 409, code: 'law_draft_outdated', changed: [] });
    expect((await api.get('/v1/law/calendars/stale/preview', ADMIN)).body).toMatchObject({ code: 'law_draft_outdated' });
    const { body } = await api.get<{ items: { version: string; state: string }[] }>('/v1/law/versions', ADMIN);
    expect(Object.fromEntries(body.items.map(({ version, state }) => [version, state]))).toMatchObject({
      newer: 'in_force',
      [BASE.version]: 'superseded',
      stale: 'outdated',
      august: 'outdated',
      'policy-1': 'in_force',
      quick: 'draft',
    });
  });
});

describe('a version', () => {
  it('never changes and is never removed, whoever asks Postgres', async () => {
    for (const statement of [
      `update calendar_version set act = 'another' where version = 'newer'`,
      `update calendar_version set data = '{}' where version = 'stale'`,
      `update calendar_version set adopted_at = null where version = 'newer'`,
      `update policy_version set adopted_at = now() where version = 'policy-1'`,
      `delete from calendar_version where version = 'stale'`,
    ]) {
      await expect(api.owner.query(statement)).rejects.toThrow(/never changes/);
    }
    await expect(api.database.pool.query(`update calendar_version set data = '{}' where version = 'stale'`)).rejects.toThrow(/permission denied/);
  });
});
