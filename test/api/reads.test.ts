/** Reads over lives that the real journal wrote down: lists, one case, its ledger, and why each date. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { CaseDetail, CasePage, TimelinePage } from '../../contracts/http/cases.js';
import { AlertPage, DutyPage, Why } from '../../contracts/http/duties.js';
import { RuleTable } from '../../contracts/http/rules.js';
import { Grounds, Sectors } from '../../contracts/http/reference.js';
import { LANGUAGES } from '../../contracts/messages/language.js';
import { ruleRow } from '../../contracts/rule-row.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { legalDayOf } from '../../domain/law/calendar.js';
import { findRule, lawOf } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { RULES, RULES_VERSION } from '../../domain/law/rules/table.js';
import { collectCoverage } from '../../process/rule-coverage.js';
import { RecordedLife } from '../db/recorded-life.js';
import { local, straightRoad } from '../lives/straight-road.js';
import { startApiUnderTest, type ApiUnderTest, type Asking } from './api-under-test.js';
import { putPerson } from '../fixtures/sealed.js';

let api: ApiUnderTest;
/** Lived the whole road. */
let whole: RecordedLife;
/** Registered on Monday 12 January 2026, and then nothing was done for ten days. */
let neglected: RecordedLife;
/** In execution: two agencies owe reports. */
let running: RecordedLife;

beforeAll(async () => {
  api = await startApiUnderTest();
  const { pool } = api.database;
  [whole, neglected, running] = [new RecordedLife(pool), new RecordedLife(pool), new RecordedLife(pool)];
  for (const life of [whole, neglected, running]) {
    await api.owner.query('insert into household (id) values ($1)', [life.householdId]);
    await life.open();
  }
  await whole.live(straightRoad());
  await neglected.sleepUntil(local('2026-01-22'));
  await running.live(straightRoad().slice(0, 13));
  await putPerson(api.owner, running.householdId, { fullName: 'Синтетическая Особа', iin: '900101100004' });
});
afterAll(() => api.stop());

/** The answer in the shape that the document promises, to the member. */
async function read<S extends z.ZodType>(schema: S, path: string, asking?: Asking): Promise<z.output<S>> {
  const reply = await api.get<unknown>(path, asking);
  expect({ path, status: reply.status, problem: reply.status === 200 ? undefined : reply.body }).toEqual({ path, status: 200, problem: undefined });
  return schema.parse(reply.body);
}

/** Walks all pages of a list. */
async function allOf<T>(page: z.ZodType<{ items: T[]; next?: string | undefined }>, path: string, limit: number): Promise<T[][]> {
  const pages: T[][] = [];
  let after = '';
  do {
    const joint = path.includes('?') ? '&' : '?';
    const { items, next } = await read(page, `${path}${joint}limit=${limit}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`);
    pages.push(items);
    after = next ?? '';
  } while (after !== '');
  return pages;
}

describe('GET /v1/cases', () => {
  it('lists the cases of the own Center, filtered', async () => {
    const { items } = await read(CasePage, '/v1/cases');
    expect(items.map(({ caseId }) => caseId).toSorted()).toEqual([whole, neglected, running].map(({ caseId }) => caseId).toSorted());
    const stages = await read(CasePage, '/v1/cases?stage=execution');
    expect(stages.items).toMatchObject([{ caseId: running.caseId, stage: 'execution', waitingOn: ['employment', 'health'] }]);
    expect((await read(CasePage, '/v1/cases?caseManager=manager-1')).items).toHaveLength(2);
  });

  it('shows a case’s own clock beside its stage', async () => {
    const { items } = await read(CasePage, '/v1/cases?stage=intake');
    expect(items[0]).toMatchObject({ stageText: 'Прием и первичная оценка', overdue: 2 });
    expect(Date.parse(items[0]?.clockAt ?? '')).toBeGreaterThan(Date.parse('2026-01-15'));
  });

  it('pages by key: every case once, whatever the size of a page', async () => {
    const one = await allOf(CasePage, '/v1/cases', 1);
    const two = await allOf(CasePage, '/v1/cases', 2);
    expect(one.map((page) => page.length)).toEqual([1, 1, 1]);
    expect(two.map((page) => page.length)).toEqual([2, 1]);
    expect(one.flat()).toEqual(two.flat());
  });

  it('refuses a list of another Center', async () => {
    expect(await api.get('/v1/cases?center=shymkent-abay')).toMatchObject({ status: 404, body: { code: 'actor_of_other_center' } });
    expect((await read(CasePage, '/v1/cases?center=almaty-auezov')).items).toHaveLength(3);
  });
});

describe('another Center', () => {
  const other = { token: 'dev-head-2' };

  it('sees none of it, and cannot tell these cases from ones that do not exist', async () => {
    expect((await read(CasePage, '/v1/cases', other)).items).toEqual([]);
    expect((await read(DutyPage, '/v1/duties', other)).items).toEqual([]);
    expect((await read(AlertPage, `/v1/alerts?caseId=${neglected.caseId}`, other)).items).toEqual([]);
    for (const path of ['', '/timeline', '/duties/256-13-2:case/why']) {
      const [theirs, nobodys] = [await api.get(`/v1/cases/${running.caseId}${path}`, other), await api.get(`/v1/cases/${randomUUID()}${path}`, other)];
      expect(theirs).toMatchObject({ status: 404, body: { code: 'case_unknown' } });
      expect({ ...theirs.body, instance: '' }).toEqual({ ...nobodys.body, instance: '' });
    }
    expect(await api.post(`/v1/cases/${running.caseId}/interview`, { note: 'x' }, other)).toMatchObject({ status: 404, body: { code: 'case_unknown' } });
  });
});

describe('GET /v1/cases/{caseId}', () => {
  it('shows the plan, what was sent, what is owed, and the people', async () => {
    const body = await read(CaseDetail, `/v1/cases/${running.caseId}`);
    expect(body).toMatchObject({ stage: 'execution', consent: 'given', grounds: ['G8'], channel: 1 });
    expect(body.ipr).toMatchObject({ endsOn: '2026-06-30', signatures: [{ party: 'employee' }, { party: 'family' }], approvedOn: '2026-01-26', sent: true });
    expect(body.measures.map(({ kind, agency, status }) => ({ kind, agency, status }))).toEqual([
      { kind: 'state', agency: 'employment', status: 'sent' },
      { kind: 'state', agency: 'health', status: 'sent' },
      { kind: 'family', agency: undefined, status: 'planned' },
    ]);
    expect(body.dispatches.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    expect(body.persons).toMatchObject([{ fullName: 'Синтетическая Особа', iin: '900101100004' }]);
    const owed = body.duties.filter(({ standing }) => standing === 'open').map(({ rule }) => rule);
    expect(owed.filter((rule) => rule === '192-11-1')).toHaveLength(2);
    expect(owed).toContain('256-15-1');
  });

  it('shows how a whole life ended', async () => {
    const body = await read(CaseDetail, `/v1/cases/${whole.caseId}`, { language: 'kk' });
    expect(body).toMatchObject({ stage: 'closed', stageText: 'Жабылды', completedOn: '2026-03-02', monitoringContacts: 3, overdue: 0 });
    expect(body.closure).toMatchObject({ ground: 'completed', monitoringMonths: 3, notified: true });
    expect(body.head).toBe(whole.head);
  });
});

describe('GET /v1/cases/{caseId}/timeline', () => {
  it('is the ledger in order, page by page', async () => {
    const entries = (await allOf(TimelinePage, `/v1/cases/${whole.caseId}/timeline`, 7)).flat();
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: whole.caseState.seq }, (_, index) => index + 1));
    expect(entries[0]).toMatchObject({ type: 'AppealRegistered', what: 'обращение зарегистрировано', at: '2026-01-12T05:00:00.000Z' });
    expect(entries[0]?.duties.map(({ op, key, title }) => `${op} ${key} ${title}`)).toContain('opened 256-13-2:case Первичная оценка');
  });

  it('speaks the language of the reader and keeps instants readable', async () => {
    const { items } = await read(TimelinePage, `/v1/cases/${neglected.caseId}/timeline`, { language: 'en' });
    const overdue = items.find(({ data }) => data['step'] === 'overdue' && data['rule'] === '256-13-2');
    expect(overdue).toMatchObject({ what: 'moment of a term reached', data: { moment: '2026-01-15T19:00:00.000Z', dueAt: '2026-01-15T19:00:00.000Z' } });
    expect(overdue?.actor).toEqual({ id: 'engine', role: 'system', center: '' });
  });
});

async function rulesOwed(query: string): Promise<string[]> {
  return (await read(DutyPage, `/v1/duties?${query}`)).items.map(({ rule }) => rule);
}

describe('GET /v1/duties', () => {
  it('shows what is still owed, the nearest term first, those without a term last', async () => {
    const pages = await allOf(DutyPage, '/v1/duties', 3);
    const duties = pages.flat();
    expect(duties.every(({ standing }) => ['open', 'overdue', 'exceeded'].includes(standing))).toBe(true);
    const terms = duties.map(({ dueAt }) => (dueAt === undefined ? Infinity : Date.parse(dueAt)));
    expect(terms).toEqual(terms.toSorted((a, b) => a - b));
    expect(terms.at(-1)).toBe(Infinity);
    expect(new Set(duties.map(({ caseId, key }) => `${caseId} ${key}`)).size).toBe(duties.length);
  });

  it('filters by owner, agency, standing, case manager and moment', async () => {
    expect(await rulesOwed('owner=agency&agency=health')).toEqual(['192-11-1']);
    expect(await rulesOwed('standing=overdue')).toEqual(['256-13-1', '256-13-2']);
    expect(await rulesOwed('caseManager=nobody')).toEqual([]);
    expect(await rulesOwed(`dueBefore=${encodeURIComponent('2026-01-16T00:00:00+05:00')}`)).toEqual(['256-13-1', '256-13-2']);
    expect(await rulesOwed('standing=met&owner=center_head')).toEqual(['256-17-2', '256-17-2']);
  });

  it('calls each duty by its title in the language of the reader, beside the number of the rule', async () => {
    const titles = async (asking: Asking): Promise<(string | undefined)[]> => {
      const { items } = await read(DutyPage, '/v1/duties?standing=overdue', asking);
      return items.map(({ rule, title }) => `${title} ${rule}`);
    };
    expect(await titles({ language: 'kk' })).toEqual(['Консультация және/немесе ақпаратты қайта жіберу 256-13-1', 'Бастапқы бағалау 256-13-2']);
    expect(await titles({ language: 'ru' })).toEqual(['Консультация и/или перенаправление информации 256-13-1', 'Первичная оценка 256-13-2']);
    expect(await titles({ language: 'en' })).toEqual(['Consultation and/or redirection 256-13-1', 'Primary assessment 256-13-2']);
    const { duties } = await read(CaseDetail, `/v1/cases/${neglected.caseId}`, { language: 'kk' });
    expect(duties.find(({ rule }) => rule === '256-13-2')?.title).toBe('Бастапқы бағалау');
  });

  it('leads to the explanation of each date', async () => {
    const { items } = await read(DutyPage, '/v1/duties?limit=200');
    for (const { why, rule } of items) expect((await read(Why, why)).rule?.id).toBe(rule);
  });
});

describe('GET /v1/alerts', () => {
  it('lists the moments that were reached, with what became of each delivery', async () => {
    const { items } = await read(AlertPage, `/v1/alerts?caseId=${neglected.caseId}`, { language: 'kk' });
    const steps = items.filter(({ rule }) => rule === '256-13-2').map(({ step }) => step);
    expect(steps.toSorted()).toEqual(['coordinator', 'head', 'overdue', 'reminder']);
    expect(items[0]?.deliveries.map(({ channel, state }) => `${channel} ${state}`).toSorted()).toEqual(['mail waiting', 'webhook waiting']);
    expect(items.find(({ step, rule }) => step === 'reminder' && rule === '256-13-2')).toMatchObject({ what: 'ескерту', title: 'Бастапқы бағалау' });
  });

  it('pages by key', async () => {
    const pages = await allOf(AlertPage, '/v1/alerts', 2);
    const ids = pages.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(4);
  });
});

function why(life: RecordedLife, key: string, asking?: Asking): Promise<z.output<typeof Why>> {
  return read(Why, `/v1/cases/${life.caseId}/duties/${encodeURIComponent(key)}/why`, asking);
}

describe('why this date', () => {
  it('256-13-2: three working days from the day after registration, each day named', async () => {
    const body = await why(neglected, '256-13-2:case');
    expect(body.start).toMatchObject({ seq: 1, type: 'AppealRegistered', occurredAt: '2026-01-12T05:00:00.000Z' });
    expect(body.term).toMatchObject({ unit: 'working_days', count: 3, force: 'law', source: '256-13-2' });
    expect(body.days.map(({ day, counted, ordinal, reason }) => [day, counted, ordinal, reason])).toEqual([
      ['2026-01-12', false, undefined, 'event_day'],
      ['2026-01-13', true, 1, 'counted'],
      ['2026-01-14', true, 2, 'counted'],
      ['2026-01-15', true, 3, 'counted'],
    ]);
    expect(body).toMatchObject({ lastDay: '2026-01-15', dueAt: '2026-01-15T19:00:00.000Z', standing: 'overdue' });
    expect(body.calendar).toEqual({ version: '2026-11-21', official: true });
    expect(body.rule?.edition).toMatchObject({ name: '256', from: '2024-06-14' });
    expect(body.rule?.wording.kk).toContain('бастапқы бағалау');
    expect(body.rule?.title).toEqual({ kk: 'Бастапқы бағалау', ru: 'Первичная оценка', en: 'Primary assessment' });
  });

  it('tells each step of the ladder, due and reached', async () => {
    const { steps, lateness } = await why(neglected, '256-13-2:case');
    expect(steps.map(({ step, reached }) => [step, reached])).toEqual([
      ['reminder', true],
      ['overdue', true],
      ['head', true],
      ['coordinator', true],
      ['quarter_end', false],
    ]);
    expect(steps[1]).toMatchObject({ at: '2026-01-15T19:00:00.000Z', recipients: ['case_manager', 'unit_head'] });
    // By the clock of the case, whose last entry is of 24:00 of 20 January.
    expect(lateness).toMatchObject({ late: true, workingDays: 3 });
  });

  it.each([
    [
      'ru',
      /^Первичная оценка\. Правило 256-13-2 \(приказ от 14\.06\.2024 № 256-НҚ, п\. 13 пп\. 2\); закон\): «первичная оценка .+»\. Отсчет ведется от записи 1 журнала дела: обращение зарегистрировано, 12 января 2026 года, 10:00\. Срок: 3 рабочих дня; .+ Засчитаны: 1-й: 13 января 2026 года \(вторник\); 2-й: 14 .+ Последний день срока: 15 января 2026 года; срок истекает в 24:00 .+ срок пропущен; .+ просрочка: 3 рабочих дня\.$/,
    ],
    [
      'kk',
      /^Бастапқы бағалау\. 256-13-2 қағидасы \(14\.06\.2024 № 256-НҚ бұйрық, 13-тармақ 2\) тармақша; заң\): «.+»\. Есеп іс журналының 1-жазбасынан басталады: өтініш тіркелді, 2026 жылғы 12 қаңтар, 10:00\. Мерзімі: 3 жұмыс күні; .+ 1-күн: 2026 жылғы 13 қаңтар \(сейсенбі\); .+ Мерзімнің соңғы күні: 2026 жылғы 15 қаңтар; .+ кешігу: 3 жұмыс күні\.$/,
    ],
    [
      'en',
      /^Primary assessment\. Rule 256-13-2 \(order of 14\.06\.2024 № 256-НҚ, paragraph 13 item 2\); law\): .+ The term is 3 working days; .+ late by 3 working days\.$/,
    ],
  ] as const)('can be read aloud in %s', async (language, sentence) => {
    expect((await why(neglected, '256-13-2:case', { language })).text).toMatch(sentence);
  });

  it('P9: an internal term is never called legally overdue', async () => {
    const needs = await why(running, '256-13-3:case', { language: 'ru' });
    expect(needs.term).toMatchObject({ force: 'internal', source: 'P9', count: 5 });
    expect(needs.text).toContain('это внутренний срок, закон его не устанавливает');
    expect(needs.text).toContain('Исполнено 19 января 2026 года, 10:00, в срок.');
    expect(needs.ended).toMatchObject({ how: 'met', what: 'определены потребности', by: { id: 'manager-1', role: 'case_manager' } });
    expect(needs.text).toMatch(/Основание — запись \d+ журнала дела: определены потребности \(кейс-менеджер\)\./);
  });

  it('tells the weekend and the holiday that a term steps over', async () => {
    // P9: five working days from the drafting's start on Monday 19 January: the weekend lies between.
    const drafting = await why(running, '192-8:case', { language: 'ru' });
    expect(drafting.days.filter(({ reason }) => reason === 'weekend').map(({ day }) => day)).toEqual(['2026-01-24', '2026-01-25']);
    expect(drafting.text).toContain('Не засчитаны: 24 января 2026 года (суббота, выходной день); 25 января 2026 года (воскресенье, выходной день).');
  });

  it('says of a duty without a term that the law names none', async () => {
    const interview = await why(neglected, '256-13-INT:case', { language: 'ru' });
    expect(interview).toMatchObject({ standing: 'open', days: [], steps: [] });
    expect(interview.term).toBeUndefined();
    expect(interview.text).toContain('Срока для этой обязанности правило не устанавливает.');
  });

  it('192-11-1: a measure’s own date is the plan’s, and the month of monitoring is a calendar month', async () => {
    const measure = await why(running, '192-11-1:m-job', { language: 'ru' });
    expect(measure.text).toContain('Срок назван в самом плане или решении: 2 марта 2026 года.');
    expect(measure.agency).toBe('employment');
    const monitoring = await why(whole, 'D-MON:case', { language: 'ru' });
    expect(monitoring.term).toMatchObject({ unit: 'months', count: 3, shift: 'next_working_day' });
    expect(monitoring.text).toContain('Это правило Центра, оно не является законом.');
  });

  it('P24: the second contact of monitoring is a duty of its own', async () => {
    const second = await why(whole, 'P24:case:2');
    expect(second.start.type).toBe('MonitoringContactHeld');
  });

  it('explains every duty of every life in all languages, and adds up to its date', async () => {
    for (const life of [whole, neglected, running]) {
      for (const duty of life.caseState.duties) {
        for (const language of LANGUAGES) {
          const body = await why(life, duty.key, { language });
          expect(body.dueAt).toBe(duty.dueAt === undefined ? undefined : new Date(duty.dueAt).toISOString());
          expect(body.text).not.toMatch(/\{\w+\}|undefined|NaN/);
        }
      }
    }
  });
});

describe('reference data', () => {
  it('serves the rule table with its titles and wording', async () => {
    const { version, rules } = await read(RuleTable, '/v1/rules', { language: 'kk' });
    expect(version).toBe(RULES_VERSION);
    expect(rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(rules.find(({ id }) => id === '192-9')).toMatchObject({
      title: { kk: 'Жеке жұмыс жоспарын (ЖЖЖ) жіберу', ru: 'Направление ИПР (плана работы)', en: 'Sending the IPR' },
      force: 'law_assumed',
      source: { order: '192', paragraph: 'п.9', text: '14.06.2024 № 192 бұйрық, 9-тармақ' },
      duty: { owner: 'case_manager', starts: ['IprApproved', 'RevisionApproved'] },
    });
  });

  it('192-9: says what `tirek rules` says: readings by edition, term, place, tests', async () => {
    const tests = collectCoverage(fileURLToPath(new URL('../..', import.meta.url)));
    const informed = await startApiUnderTest({ database: api.database, deps: { ruleTests: tests } });
    try {
      const table = RuleTable.parse((await informed.get('/v1/rules')).body);
      const law = lawOf({ calendar: CALENDAR_2026_11_21, policy: DEFAULT_POLICY });
      expect(table.policy).toBe(DEFAULT_POLICY.version);
      for (const body of table.rules) {
        const rule = findRule(law, body.id);
        if (rule === undefined) throw new Error(`no row ${body.id}`);
        const {
          id,
          title,
          force,
          readings,
          owner,
          term,
          enforced,
          partOf,
          switchedOn,
          wording,
          tests: named,
        } = ruleRow(law, rule, legalDayOf(Date.now()), await tests);
        expect(body).toMatchObject(
          JSON.parse(JSON.stringify({ id, title, force, readings, owner, term, enforced, partOf, switchedOn, wording, tests: named })) as object,
        );
      }
      expect(table.rules.find(({ id }) => id === '192-9')?.tests?.length).toBeGreaterThan(0);
      expect(RuleTable.parse((await api.get('/v1/rules')).body).rules.some((row) => 'tests' in row)).toBe(false);
    } finally {
      await informed.stop();
    }
  });

  it('serves the twelve sectors and the grounds', async () => {
    expect((await read(Sectors, '/v1/reference/sectors')).items).toHaveLength(12);
    expect((await read(Grounds, '/v1/reference/grounds')).items.find(({ code }) => code === 'G8')?.verified).toBe(true);
  });
});
