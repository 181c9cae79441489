/** What a plan must address from 10.03.2026 on: A26-IPR in the reading of P56. */
import { describe, expect, it } from 'vitest';
import { COMMAND_ROUTES } from '../../contracts/http/roads.js';
import { refusalInWords } from '../../contracts/messages/wording.js';
import type { CategoryNotNeeded, PlannedMeasure } from '../../domain/case/facts.js';
import type { Answer } from '../../domain/case/turn.js';
import type { LegalDay } from '../../domain/law/calendar.js';
import { PLAN_CATEGORIES, type PlanCategory } from '../../domain/law/plan-categories.js';
import { ask, lifeBefore } from '../lives/acting.js';
import type { Life } from '../lives/live.js';
import { lastOf, outcomeOf, refusalIn } from '../lives/reading.js';
import { HEAD, local, measures } from '../lives/straight-road.js';

const OTHERS: readonly PlanCategory[] = ['adaptation', 'repeated_hardship_risk', 'offence_risk'];

interface Categories {
  job?: readonly PlanCategory[];
  family?: readonly PlanCategory[];
  notNeeded?: readonly PlanCategory[];
}

function draft(day: LegalDay, { job, family, notNeeded }: Categories, life: Life = lifeBefore('draftIpr')): Answer {
  const [first, , last] = measures('2026-05-29') as [PlannedMeasure, PlannedMeasure, PlannedMeasure];
  const served = (measure: PlannedMeasure, categories?: readonly PlanCategory[]): PlannedMeasure => {
    const { categories: _others, ...rest } = measure;
    return categories === undefined ? rest : { ...rest, categories };
  };
  const spared = notNeeded?.map((category): CategoryNotNeeded => ({ category, reasonId: `note-${category}` }));
  return ask(life, local(day), 'draftIpr', {
    iprId: 'ipr-1',
    endsOn: '2026-06-30',
    specialists: [],
    measures: [served(first, job), served(last, family)],
    ...(spared === undefined ? {} : { notNeeded: spared }),
  });
}

describe('a plan drawn up from 10.03.2026 on', () => {
  it.each(PLAN_CATEGORIES)('A26-IPR: is refused when it leaves out %s', (category) => {
    const served = PLAN_CATEGORIES.filter((each) => each !== category);
    expect(refusalIn(draft('2026-03-10', { family: served }))).toEqual({ code: 'category_not_addressed', rule: 'A26-IPR', params: { category } });
  });

  it('A26-IPR: a measure may serve several categories, and several measures may share them', () => {
    expect(outcomeOf(draft('2026-03-10', { family: PLAN_CATEGORIES }))).toBe('ok');
    expect(outcomeOf(draft('2026-03-10', { job: OTHERS, family: ['social_rehabilitation', 'adaptation'] }))).toBe('ok');
  });

  it('P56: an empty category with its reason does not block the plan, even when all are empty', () => {
    const life = lifeBefore('draftIpr');
    expect(outcomeOf(draft('2026-03-10', { job: ['social_rehabilitation'], notNeeded: OTHERS }, life))).toBe('ok');
    expect(lastOf(life, 'IprDrafted').data.notNeeded).toEqual(OTHERS.map((category) => ({ category, reasonId: `note-${category}` })));
    expect(life.caseState.ipr?.notNeeded).toEqual(lastOf(life, 'IprDrafted').data.notNeeded);
    expect(life.caseState.measures.map(({ categories }) => categories)).toEqual([['social_rehabilitation'], undefined]);
    expect(outcomeOf(draft('2026-03-10', { notNeeded: PLAN_CATEGORIES }))).toBe('ok');
  });

  it('A26-IPR: a category is either served or not needed, not both', () => {
    const both = draft('2026-03-10', { family: PLAN_CATEGORIES, notNeeded: ['offence_risk'] });
    expect(refusalIn(both)).toEqual({ code: 'category_contradictory', rule: 'A26-IPR', params: { category: 'offence_risk' } });
  });

  it('A26-IPR: what the plan lacks otherwise is said first', () => {
    const life = lifeBefore('draftIpr');
    const family = measures('2026-05-29').filter(({ kind }) => kind === 'family');
    const answer = ask(life, local('2026-03-10'), 'draftIpr', { iprId: 'i', endsOn: '2026-06-30', specialists: [], measures: family });
    expect(outcomeOf(answer)).toBe('state_measure_required');
  });
});

describe('a plan drawn up before 10.03.2026', () => {
  it('A26-IPR, P38: is not asked for categories, not even when it is approved after that day', () => {
    const life = lifeBefore('draftIpr');
    expect(outcomeOf(draft('2026-03-09', {}, life))).toBe('ok');
    for (const party of ['employee', 'family'] as const)
      ask(life, local('2026-03-10'), 'signIpr', { party, method: 'eds', documentId: 'd', signatureId: 'sig-1' });
    expect(outcomeOf(ask(life, local('2026-03-11'), 'approveIpr', {}, HEAD))).toBe('ok');
  });

  it('A26-IPR, P38: drawn up anew from that day on, it is', () => {
    const life = lifeBefore('draftIpr');
    draft('2026-03-09', {}, life);
    expect(outcomeOf(draft('2026-03-10', {}, life))).toBe('category_not_addressed');
  });
});

describe('over HTTP', () => {
  const MEASURE = { kind: 'family', supportKind: 'x', dueOn: '2026-12-01', categories: ['adaptation'] };
  const BODY = { endsOn: '2027-01-01', specialists: [], measures: [MEASURE] };
  const PARTS = { dispatchKey: '', personId: 'p', measureId: '', reportId: '', revisionId: '' };

  function read(body: unknown): ReturnType<(typeof COMMAND_ROUTES)['draftIpr']['read']> {
    let made = 0;
    return COMMAND_ROUTES.draftIpr.read(body, PARTS, () => `new-${(made += 1)}`);
  }

  it('A26-IPR: the reason becomes a text of its own, and the plan refers to it', () => {
    const result = read({ ...BODY, notNeeded: [{ category: 'offence_risk', reason: 'Слова о семье' }] });
    expect(result).toMatchObject({
      ok: true,
      input: {
        data: { measures: [{ categories: ['adaptation'] }], notNeeded: [{ category: 'offence_risk', reasonId: 'new-2' }] },
        narratives: [{ id: 'new-2', kind: 'category_reason', body: 'Слова о семье' }],
      },
    });
    expect(read(BODY)).toMatchObject({ ok: true, input: { narratives: [] } });
  });

  it.each([
    [
      'a category twice',
      {
        ...BODY,
        notNeeded: [
          { category: 'adaptation', reason: 'a' },
          { category: 'adaptation', reason: 'b' },
        ],
      },
    ],
    ['an unknown category', { ...BODY, measures: [{ ...MEASURE, categories: ['happiness'] }] }],
    ['a category without its reason', { ...BODY, notNeeded: [{ category: 'adaptation' }] }],
    ['an empty reason', { ...BODY, notNeeded: [{ category: 'adaptation', reason: ' ' }] }],
  ])('takes no %s', (_, body) => {
    expect(read(body).ok).toBe(false);
  });

  it('the refusal names the category in the words of the reader', () => {
    const refusal = { code: 'category_not_addressed', rule: 'A26-IPR', params: { category: 'social_rehabilitation' } } as const;
    expect((['kk', 'ru', 'en'] as const).map((language) => refusalInWords(refusal, language))).toEqual([
      expect.stringContaining('әлеуметтік оңалту'),
      expect.stringContaining('социальная реабилитация'),
      expect.stringContaining('social rehabilitation'),
    ]);
  });
});
