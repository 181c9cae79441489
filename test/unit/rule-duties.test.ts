/** The clocks of the table: what each row owes, and triggers that really fire on lived roads. */
import { ROADS } from '../../domain/case/roads.js';
import { describe, expect, it } from 'vitest';
import type { Entry as CaseEntry } from '../../domain/case/facts.js';
import type { CenterEntry } from '../../domain/center/facts.js';
import type { OpenedDuty } from '../../domain/law/duty.js';
import { findRule } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { hasClock, readingOn, type DutySpec, type Reading, type Rule, type Trigger } from '../../domain/law/rule.js';
import { RULES } from '../../domain/law/rules/table.js';
import { centerRoad } from '../lives/center-life.js';
import { LAW } from '../lives/live.js';
import { everyRoad } from '../lives/every-road.js';

const DUTIES = RULES.filter(hasClock);
type Entry = CaseEntry | CenterEntry;
const ENTRIES: readonly Entry[] = [...everyRoad().flatMap((life): readonly Entry[] => life.entries), ...centerRoad().entries];

/** Every fact that a case or a Center knows: one that is added must be lived. */
const FACT_TYPES = ['AppealRegistered', 'CenterRegistered', 'MobileGroupOrdered', ...Object.values(ROADS).flatMap(({ facts }) => Object.keys(facts))];

/** What the law and part 3 of its reading say, written down a second time. */
const TERMS: Readonly<Record<string, string>> = {
  '256-13-INT': 'no term',
  '256-13-1': '1 working_days law standard case_manager',
  '256-14-1': '1 working_days law standard case_manager',
  '256-13-2': '3 working_days law standard case_manager',
  '256-14-2': '3 working_days law standard case_manager',
  '256-13-2T': '1 working_days law threat case_manager',
  '256-14-2T': '1 working_days law threat case_manager',
  '256-13-3': '5 working_days internal internal case_manager',
  '256-14-3': '5 working_days internal internal case_manager',
  '192-8': '5 working_days internal internal case_manager',
  '256-15-1': '2026-06-30 until_day law standard case_manager',
  '256-16-3': '2026-03-02 until_day law standard family',
  '256-17-1': '3 working_days internal internal case_manager',
  '256-17-3': '3 working_days internal internal case_manager',
  '256-17-2': '2 working_days internal internal center_head',
  '192-9': '2 working_days law standard case_manager',
  '192-11-1': '2026-03-02 until_day law agency agency',
  '192-11-2': '2 working_days policy standard case_manager',
  '192-11-3': '2026-02-20 until_day internal internal agency',
  '192-12': '1 working_days law standard case_manager',
  'D-CL': '1 working_days internal internal case_manager',
  'D-MON': '3 months policy standard case_manager',
  '256-26': '24 hours law minors duty_officer',
  P4: '2 hours internal duty duty_officer',
  P24: '1 months internal internal case_manager',
  P59: '3 working_days internal emergency_access center_head',
  P60: '3 working_days internal head center_head',
  P61: '1 working_days internal internal center_head',
  '256-24': '2 working_days law standard case_manager',
  '256-22-1': '1 working_days internal internal duty_officer',
  '256-22-2': '1 working_days internal internal duty_officer',
  'D-REOPEN': 'no term',
  '256-21-2': '2026-03-10 until_day law order center_head',
  '256-23-5': '1 months law stay case_manager',
};

function openedBy(rule: string): OpenedDuty | undefined {
  return ENTRIES.flatMap((entry) => entry.duties)
    .flatMap((change) => (change.op === 'opened' ? [change.duty] : []))
    .find((duty) => duty.rule === rule);
}

function termText(duty: OpenedDuty | undefined): string {
  if (duty === undefined) return 'never owed';
  const { term, force, ladder, owner } = duty;
  if (term === undefined) return 'no term';
  return `${term.unit === 'until_day' ? term.day : term.count} ${term.unit} ${force} ${ladder} ${owner}`;
}

/** The data to which a trigger applies in an entry: the fact's own, or each item of the list that it names. */
function dataOf(trigger: Trigger, entry: Entry): Readonly<Record<string, unknown>>[] {
  if (entry.type !== trigger.on) return [];
  const data: Record<string, unknown> = { ...entry.data };
  const fits = Object.entries(trigger.where ?? {}).every(([field, allowed]) => (allowed as readonly unknown[]).includes(data[field]));
  if (!fits) return [];
  const items = trigger.each === undefined ? [data] : ((data[trigger.each] as Record<string, unknown>[] | undefined) ?? []);
  return items.map((item) => ({ ...item, ...Object.fromEntries(Object.entries(trigger.names ?? {}).map(([field, ofTheFact]) => [field, item[ofTheFact]])) }));
}

const lived = (trigger: Trigger) => ENTRIES.flatMap((entry) => dataOf(trigger, entry));

/** What each row owes in the lives above, which all began in January 2026. */
const specs = DUTIES.flatMap((rule) => {
  const spec = readingOn(rule, '2026-01-12')?.duty;
  return spec === undefined ? [] : [{ rule, spec }];
});
const starts = specs.flatMap(({ rule, spec }) => spec.starts.map((trigger) => ({ id: rule.id, rule, spec, trigger, name: nameOf(trigger) })));
const ends = specs.flatMap(({ rule, spec }) =>
  [...spec.metBy.map((trigger) => ({ trigger, op: 'met' })), ...(spec.lapsedBy ?? []).map((trigger) => ({ trigger, op: 'lapsed' }))].map((end) => ({
    id: rule.id,
    rule,
    spec,
    ...end,
    name: nameOf(end.trigger),
  })),
);

function subjectFields({ subject }: DutySpec): string[] {
  return subject === 'case' ? [] : [subject].flat();
}

function nameOf(trigger: Trigger): string {
  return `${trigger.on}${trigger.where === undefined && trigger.when === undefined ? '' : ` ${JSON.stringify({ ...trigger.where, ...trigger.when })}`}`;
}

describe('rows with a clock', () => {
  it('P38: reads on each day as its readings say, from the first day of one to the day before the next', () => {
    const [old, young]: Reading[] = [
      { edition: 'old', since: '2024-06-14', force: 'law' },
      { edition: 'young', since: '2026-03-10', force: 'law' },
    ];
    const row = (...readings: (Reading | undefined)[]): Rule => ({ ...(RULES[0] as Rule), readings: readings.filter((each) => each !== undefined) });
    const days = ['2024-06-13', '2024-06-14', '2026-03-09', '2026-03-10', '2099-01-01'];
    const read = (rule: Rule) => days.map((day) => readingOn(rule, day)?.edition);
    expect(read(row(old, young))).toEqual([undefined, 'old', 'old', 'young', 'young']);
    expect(read(row(old))).toEqual([undefined, 'old', 'old', 'old', 'old']);
    expect(read(row(old && { ...old, until: '2026-03-09' }))).toEqual([undefined, 'old', 'old', undefined, undefined]);
  });

  it('P9, P17, P23, P24: the numbers of the project are its defaults', () => {
    expect(DEFAULT_POLICY).toMatchObject({
      disabled: [],
      serviceLevels: {
        needs_determination: 5,
        ipr_drafting: 5,
        ipr_signing: 3,
        ipr_approval: 2,
        rework: 3,
        closing_result: 1,
        monitoring_contact: 1,
        emergency_review: 3,
        transfer_question: 3,
        reopening_confirmation: 1,
        threat_response: 1,
      },
      monitoringMonths: { min: 3, max: 6 },
      repeatThreatHours: 4,
    });
  });
});

describe('the duties of the table', () => {
  it('the roads that are lived here bring every fact', () => {
    expect([...new Set(ENTRIES.map((entry) => entry.type))].toSorted()).toEqual(FACT_TYPES.toSorted());
  });

  it.each(DUTIES.map((rule) => rule.id))('%s: owes what the law says, by whom, with which force and ladder', (id) => {
    expect(termText(openedBy(id))).toBe(TERMS[id]);
  });

  it('no row is owed that is not written down here', () => {
    expect(DUTIES.map((rule) => rule.id).toSorted()).toEqual(Object.keys(TERMS).toSorted());
  });

  it.each(starts)('$id starts by $name', ({ id, spec, trigger }) => {
    const data = lived(trigger);
    expect(data.length).toBeGreaterThan(0);
    const needed = [subjectFields(spec), spec.term.unit === 'own_date' ? [spec.term.field] : [], spec.owner === 'agency' ? ['agency'] : []].flat();
    expect(data.flatMap((fields) => needed.filter((field) => typeof fields[field] !== 'string'))).toEqual([]);
    expect(data.filter((fields) => spec.ladderFrom !== undefined && typeof fields[spec.ladderFrom.field] !== 'number')).toEqual([]);
    expect(ENTRIES.some((entry) => entry.type === trigger.on && entry.duties.some((change) => change.op === 'opened' && change.duty.rule === id))).toBe(true);
  });

  it.each(ends)('$id ends by $name: $op', ({ id, spec, trigger, op }) => {
    const data = lived(trigger);
    expect(data.length).toBeGreaterThan(0);
    const namesItsSubject = trigger.every === true || data.some((fields) => subjectFields(spec).every((field) => typeof fields[field] === 'string'));
    expect(namesItsSubject).toBe(true);
    const done = ENTRIES.filter((entry) => dataOf(trigger, entry).length > 0).flatMap((entry) => entry.duties);
    expect(done.some((change) => change.op !== 'opened' && change.op === op && change.key.startsWith(`${id}:`))).toBe(true);
  });

  it('a fact that ends duties of any subject says so; one that has the subject does not', () => {
    const hasSubject = ends.map(({ id, spec, trigger, name }) => {
      const named = lived(trigger).some((fields) => subjectFields(spec).every((field) => field in fields));
      return { id, name, named, every: trigger.every === true };
    });
    expect(hasSubject.filter(({ named, every }) => named === every)).toEqual([]);
  });

  it('every id of a duty in a ledger is a row of the table', () => {
    const rules = ENTRIES.flatMap((entry) => entry.duties).flatMap((change) => (change.op === 'opened' ? [change.duty.rule] : []));
    expect(rules.filter((id) => findRule(LAW, id) === undefined)).toEqual([]);
    expect(findRule(LAW, '256-99')).toBeUndefined();
  });
});
