/**
 * Every code of refusal has a deed that earns it: a code that nobody can reach would be a promise to
 * the clients of the API that the core does not keep. The list is written against the compiler.
 */
import { describe, expect, it } from 'vitest';
import type { CommandData } from '../../domain/case/commands.js';
import type { PlannedMeasure } from '../../domain/case/facts.js';
import { REFUSAL_CODES, type RefusalCode } from '../../domain/case/refusal.js';
import type { Answer } from '../../domain/case/turn.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { lawOf } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { CURRENT_RULES } from '../../domain/law/rules/tables.js';
import { ask, hear, lifeAfter, lifeBefore, registered } from '../lives/acting.js';
import type { Life } from '../lives/live.js';
import { CENTER, HEAD, local, MANAGER, measures, report } from '../lives/straight-road.js';

const DAY = local('2026-01-12', 12);
const DRAFTED_AT = local('2026-01-22');
const MARKED_AT = local('2026-02-17');
const [JOB, HEALTH, FAMILY] = measures('2026-03-02') as [PlannedMeasure, PlannedMeasure, PlannedMeasure];

let last: Life | undefined;

/** Remembers the life, so that the test can look at what the refusal left. */
const on = (life: Life): Life => (last = life);

const assess = (grounds: string[]) =>
  ask(on(lifeBefore('completeAssessment')), local('2026-01-14'), 'completeAssessment', { result: 'difficult_life_situation', grounds });
const draft = (planned: PlannedMeasure[], endsOn = '2026-06-30') =>
  ask(on(lifeBefore('draftIpr')), DRAFTED_AT, 'draftIpr', { iprId: 'ipr-1', endsOn, specialists: [], measures: planned });
const mark = (life: Life, data: { measureId: string; reportId?: string }) => ask(on(life), MARKED_AT, 'markStatus', { ...data, status: 'done' });
const triage = (life: Life, appealId: string) => ask(on(life), local('2026-01-14'), 'recordTriage', { appealId, route: 'assessment', reasonId: 'n' });

function reported(outcome: 'performed' | 'in_progress' = 'performed'): Life {
  const life = lifeAfter('sendIpr');
  hear(life, local('2026-02-16'), report('employment', 'm-job', { outcome }, 0, 'd-1'));
  return life;
}

function withoutTerm(): PlannedMeasure {
  const { dueOn: _, ...endless } = JOB;
  return endless as PlannedMeasure;
}

function withoutAgency(): PlannedMeasure {
  const { agency: _, ...nobody } = JOB;
  return nobody;
}

function approvedByAuthor(): Answer {
  const life = lifeBefore('draftIpr');
  ask(life, DRAFTED_AT, 'draftIpr', { iprId: 'ipr-1', endsOn: '2026-06-30', specialists: [], measures: measures('2026-03-02') }, HEAD);
  ask(life, local('2026-01-23'), 'signIpr', { party: 'employee', method: 'eds', documentId: 'd' });
  ask(life, local('2026-01-23'), 'signIpr', { party: 'family', method: 'eds', documentId: 'd' });
  return ask(on(life), local('2026-01-26'), 'approveIpr', {}, HEAD);
}

/** A plan of which only one measure serves a category. */
function unserved(): CommandData['draftIpr'] {
  const { categories: _none, ...family } = FAMILY;
  return { iprId: 'ipr-1', endsOn: '2026-06-30', specialists: [], measures: [{ ...JOB, dueOn: '2026-06-30', categories: ['adaptation'] }, { ...family, dueOn: '2026-06-30' }] };
}

/** What the measure of `unserved` leaves. */
const SPARED = (['social_rehabilitation', 'repeated_hardship_risk', 'offence_risk'] as const).map((category) => ({ category, reasonId: 'n' }));

const draftUnder2026 = (data: CommandData['draftIpr']) => ask(on(lifeBefore('draftIpr')), local('2026-03-10'), 'draftIpr', data);

function neverAssessed(): Life {
  const life = registered(DAY);
  life.sleepUntil(local('2026-01-19'));
  return life;
}

function beyondTheCalendar(): Answer {
  const { '2027': _, ...years } = CALENDAR_2026_11_21.years;
  const law = lawOf({ rules: CURRENT_RULES, calendar: { ...CALENDAR_2026_11_21, years }, policy: DEFAULT_POLICY });
  const life = on(registered(local('2026-12-28'), {}, law));
  return ask(life, local('2026-12-28', 11), 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
}

const DEEDS: Readonly<Record<RefusalCode, () => Answer>> = {
  acting_order_required: () => ask(on(lifeBefore('approveIpr')), local('2026-01-26'), 'approveIpr', {}, { id: 'u-1', role: 'unit_head', center: CENTER }),
  actor_of_other_center: () => ask(on(registered(DAY)), DAY, 'recordInterview', { noteId: 'n' }, { ...MANAGER, center: 'astana-yesil' }),
  agency_required: () => draft([withoutAgency(), FAMILY]),
  agency_unknown: () => draft([{ ...JOB, agency: 'astrology' }, FAMILY]),
  appeal_already_triaged: () => triage(lifeAfter('recordTriage'), 'appeal-1'),
  appeal_unknown: () => triage(lifeAfter('recordTriage'), 'appeal-9'),
  approver_is_author: approvedByAuthor,
  calendar_year_missing: beyondTheCalendar,
  case_not_open: () => ask(on(lifeAfter('endMonitoring')), local('2026-06-04'), 'recordInterview', { noteId: 'n' }),
  category_contradictory: () => draftUnder2026({ ...unserved(), notNeeded: [...SPARED, { category: 'adaptation', reasonId: 'n' }] }),
  category_not_addressed: () => draftUnder2026(unserved()),
  consent_required: () => {
    const life = registered(DAY);
    ask(life, local('2026-01-13'), 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
    return ask(on(life), local('2026-01-14'), 'determineNeeds', { needs: [] });
  },
  date_in_future: () => ask(on(lifeBefore('markCompletion')), local('2026-03-02'), 'markCompletion', { completedOn: '2026-03-03' }),
  completion_before_approval: () => ask(on(lifeBefore('markCompletion')), local('2026-03-02'), 'markCompletion', { completedOn: '2026-01-25' }),
  day_impossible: () => draft([{ ...JOB, dueOn: '2026-02-30' }, FAMILY]),
  delay_already_explained: () => {
    const life = neverAssessed();
    ask(life, local('2026-01-20'), 'explainDelay', { dutyKey: '256-13-2:case', reason: 'illness' });
    return ask(on(life), local('2026-01-20', 11), 'explainDelay', { dutyKey: '256-13-2:case', reason: 'illness' });
  },
  delay_not_late: () => ask(on(registered(DAY)), local('2026-01-13'), 'explainDelay', { dutyKey: '256-13-2:case', reason: 'illness' }),
  delayed_duty_unknown: () => ask(on(neverAssessed()), local('2026-01-20'), 'explainDelay', { dutyKey: '256-99:case', reason: 'illness' }),
  delivery_malformed: () => hear(on(lifeAfter('sendIpr')), MARKED_AT, report('employment', 'm-job', {}, -1)),
  family_measure_required: () => draft([JOB, HEALTH]),
  ground_required: () => assess([]),
  ground_text_required: () => assess(['GX']),
  ground_unknown: () => assess(['G99']),
  measure_after_plan_end: () => draft([{ ...JOB, dueOn: '2026-07-01' }, FAMILY]),
  measure_duplicate: () => draft([JOB, { ...HEALTH, measureId: 'm-job' }, FAMILY]),
  measure_term_in_past: () => draft([{ ...JOB, dueOn: '2026-01-21' }, FAMILY]),
  measure_term_missing: () => draft([withoutTerm(), FAMILY]),
  measure_unknown: () => mark(reported(), { measureId: 'm-9' }),
  measures_not_done: () => ask(on(lifeAfter('sendIpr')), MARKED_AT, 'markCompletion', {}),
  monitoring_months_out_of_range: () => ask(on(lifeBefore('closeCase')), local('2026-03-03'), 'closeCase', { monitoringMonths: 2 }, HEAD),
  monitoring_too_short: () => ask(on(lifeAfter('closeCase')), local('2026-06-02'), 'endMonitoring', { noteId: 'n' }),
  not_your_measure: () => hear(on(lifeAfter('sendIpr')), MARKED_AT, report('health', 'm-job')),
  plan_already_sent: () => ask(on(lifeAfter('sendIpr')), MARKED_AT, 'sendIpr', {}),
  plan_already_signed: () => ask(on(lifeAfter('signIpr')), local('2026-01-23', 11), 'signIpr', { party: 'employee', method: 'eds', documentId: 'd' }),
  plan_ends_in_past: () => draft([JOB, FAMILY], '2026-01-21'),
  plan_not_drafted: () => ask(on(lifeBefore('draftIpr')), DRAFTED_AT, 'signIpr', { party: 'family', method: 'eds', documentId: 'd' }),
  plan_not_signed: () => ask(on(lifeAfter('draftIpr')), DRAFTED_AT, 'approveIpr', {}, HEAD),
  plan_too_long: () => draft([JOB, FAMILY], '2027-01-23'),
  report_already_marked: () => mark(lifeAfter('markStatus'), { measureId: 'm-job', reportId: 'report-d-job' }),
  report_not_of_measure: () => mark(reported(), { measureId: 'm-health', reportId: 'report-d-1' }),
  report_required: () => mark(reported(), { measureId: 'm-job' }),
  report_unknown: () => mark(reported(), { measureId: 'm-job', reportId: 'report-9' }),
  result_already_notified: () => ask(on(lifeAfter('notifyResult')), local('2026-03-05'), 'notifyResult', { documentId: 'd' }),
  rework_term_out_of_plan: () => ask(on(reported()), MARKED_AT, 'returnReport', { reportId: 'report-d-1', norm: 'n', reasonId: 'n', newDueOn: '2026-07-01' }),
  role_not_allowed: () => ask(on(lifeBefore('approveIpr')), local('2026-01-26'), 'approveIpr', {}),
  state_measure_required: () => draft([FAMILY]),
  status_not_supported_by_report: () => mark(reported('in_progress'), { measureId: 'm-job', reportId: 'report-d-1' }),
  threat_not_recorded: () => ask(on(registered(DAY)), local('2026-01-13'), 'assignImmediateMeasures', { noteId: 'n' }),
  wrong_stage: () => ask(on(registered(DAY)), DAY, 'sendIpr', {}),
};

describe('every code of refusal', () => {
  it.each(REFUSAL_CODES)('%s is earned by a deed, which writes nothing', (code) => {
    const answer = DEEDS[code]();
    expect(answer).toMatchObject({ ok: false, refusal: { code } });
    const life = last as Life;
    // Only the clock may have written in the turn of a refusal.
    const writtenSince = life.entries.filter(({ cause }) => cause === life.remembered.at(-1)?.[0]);
    expect(writtenSince).toEqual([]);
    expect(life.caseState.seq).toBe(life.entries.length);
  });

  it('is listed once', () => {
    expect(new Set(REFUSAL_CODES).size).toBe(REFUSAL_CODES.length);
  });
});
