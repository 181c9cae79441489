/**
 * Drafts of calendars and policies: what forbids adopting one. Pure; the shapes are checked before by
 * the schemas of `http/law.ts`. The API, the command line and a what-if study ask the same questions.
 */
import { validateCalendar, type Calendar, type CalendarFaultCode, type CalendarYear } from '../domain/law/calendar.js';
import type { LadderRung, StepName } from '../domain/law/ladder.js';
import { findRule, isPolicy, type Law } from '../domain/law/law.js';
import type { Policy, SettableLadder } from '../domain/law/policy.js';
import type { Role } from '../domain/law/rule.js';
import type { CountFrom } from '../domain/law/term.js';

export interface DraftFault {
  /** JSON Pointer into the draft. */
  field: string;
  code:
    | 'day_impossible'
    | 'duplicate'
    | 'recipient_not_allowed'
    | 'required'
    | 'rule_not_switchable'
    | 'step_missing'
    | 'step_not_allowed'
    | 'unchanged'
    | 'value_not_allowed'
    | 'weekday_listed_worked'
    | 'weekend_listed_off'
    | 'wrong_format';
}

/** The settings of a policy as they are sent: what is absent stays as it is in force. */
export interface PolicySettings {
  disabled?: readonly string[] | undefined;
  serviceLevels?: { readonly [Level in keyof Policy['serviceLevels']]?: number | undefined } | undefined;
  monitoringMonths?: Policy['monitoringMonths'] | undefined;
  threatDutyHours?: number | undefined;
  familyCodeDays?: number | undefined;
  countFrom?: CountFrom | undefined;
  quietHours?: Policy['quietHours'];
  ladders?: { readonly [Name in SettableLadder]?: readonly LadderRung[] | undefined } | undefined;
  repeatThreatHours?: number | undefined;
  untakenMinutes?: number | undefined;
}

/** The whole policy that the settings make of the one in force. A list or a ladder that is named replaces the former one. */
export function policyFrom(version: string, given: PolicySettings, base: Policy): Policy {
  const threatDutyHours = given.threatDutyHours ?? base.threatDutyHours;
  const familyCodeDays = given.familyCodeDays ?? base.familyCodeDays;
  const countFrom = given.countFrom ?? base.countFrom;
  const quietHours = given.quietHours ?? base.quietHours;
  const untakenMinutes = given.untakenMinutes ?? base.untakenMinutes;
  const ladders = { ...base.ladders, ...named(given.ladders ?? {}) };
  return {
    version,
    disabled: given.disabled ?? base.disabled,
    serviceLevels: { ...base.serviceLevels, ...named(given.serviceLevels ?? {}) },
    monitoringMonths: given.monitoringMonths ?? base.monitoringMonths,
    repeatThreatHours: given.repeatThreatHours ?? base.repeatThreatHours,
    ...(threatDutyHours === undefined ? {} : { threatDutyHours }),
    ...(familyCodeDays === undefined ? {} : { familyCodeDays }),
    ...(countFrom === undefined ? {} : { countFrom }),
    ...(quietHours === undefined ? {} : { quietHours }),
    ...(untakenMinutes === undefined ? {} : { untakenMinutes }),
    ...(Object.keys(ladders).length === 0 ? {} : { ladders }),
  };
}

/** A member of a schema's partial object may be undefined; it must not hide the one in force. */
function named<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** What forbids adopting the calendar after the one in force; empty when it is sound. */
export function calendarFaults(draft: Calendar, inForce: Calendar): DraftFault[] {
  const faults = [
    ...Object.entries(draft.years).flatMap(([year, table]) => yearFaults(year, table)),
    // Without a year that is there now, terms that reach into it could not be counted any more.
    ...Object.keys(inForce.years).flatMap((year): DraftFault[] => (draft.years[year] === undefined ? [{ field: `/years/${year}`, code: 'required' }] : [])),
  ];
  if (faults.length > 0) return faults;
  return sameDays(draft, inForce) ? [{ field: '/years', code: 'unchanged' }] : [];
}

function yearFaults(year: string, table: CalendarYear): DraftFault[] {
  const field = `/years/${year}`;
  if (faultCodes(year, { ...table, off: [], worked: [] }).length > 0) return [{ field, code: 'wrong_format' }];
  return (['off', 'worked'] as const).flatMap((list) =>
    table[list].flatMap((entry, place): DraftFault[] => {
      const alone = { ...table, off: [], worked: [], [list]: [entry] };
      const codes = [...faultCodes(year, alone).map(codeOf), ...(table[list].indexOf(entry) < place ? (['duplicate'] as const) : [])];
      return codes.map((code) => ({ field: `${field}/${list}/${place}`, code }));
    }),
  );
}

/** The core's own judgement of one year, so that nothing can be adopted that it would refuse to count by. */
function faultCodes(year: string, table: CalendarYear): CalendarFaultCode[] {
  return validateCalendar({ version: 'draft', years: { [year]: table } }).map(({ code }) => code);
}

function codeOf(code: CalendarFaultCode): DraftFault['code'] {
  switch (code) {
    case 'date_impossible':
      return 'day_impossible';
    case 'duplicate':
    case 'weekend_listed_off':
    case 'weekday_listed_worked':
      return code;
    case 'version_missing':
    case 'years_missing':
    case 'year_malformed':
    case 'table_malformed':
      return 'wrong_format';
  }
}

function sameDays(a: Calendar, b: Calendar): boolean {
  return daysOf(a) === daysOf(b);
}

function daysOf({ years }: Calendar): string {
  const tables = Object.entries(years).map(([year, { official, off, worked }]) => [year, official, off.toSorted(), worked.toSorted()]);
  return JSON.stringify(tables.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

/** What forbids adopting the policy under the law in force; empty when it is sound. */
export function policyFaults(draft: Policy, inForce: Law): DraftFault[] {
  const { quietHours, ladders = {} } = draft;
  const faults = [
    ...draft.disabled.flatMap((id, place) => switchFaults(inForce, draft.disabled, id, place)),
    // From eight to eight would be the whole day: no reminder would ever go out.
    ...(quietHours !== undefined && quietHours.from === quietHours.to ? [{ field: '/quietHours/to', code: 'value_not_allowed' as const }] : []),
    ...Object.entries(ladders).flatMap(([name, rungs]) => ladderFaults(name as SettableLadder, rungs)),
  ];
  if (faults.length > 0) return faults;
  return sameSettings(draft, inForce.policy) ? [{ field: '', code: 'unchanged' }] : [];
}

/** P51: that an appeal is registered is of force `policy`, too, and yet no setting of anybody. */
export function isSwitchable(law: Law, id: string): boolean {
  const rule = findRule(law, id);
  return id !== 'D-REG' && rule !== undefined && isPolicy(rule);
}

function switchFaults(law: Law, disabled: readonly string[], id: string, place: number): DraftFault[] {
  const field = `/disabled/${place}`;
  if (disabled.indexOf(id) < place) return [{ field, code: 'duplicate' }];
  return isSwitchable(law, id) ? [] : [{ field, code: 'rule_not_switchable' }];
}

/** What a ladder calls the end of its term: an internal one is exceeded, never overdue (P9). */
const END_STEP: Readonly<Record<SettableLadder, StepName>> = {
  standard: 'overdue',
  agency: 'overdue',
  threat: 'overdue',
  internal: 'exceeded',
  rework_again: 'exceeded',
  duty: 'exceeded',
};

const OF_THE_CENTER: readonly Role[] = ['social_work_specialist', 'case_manager', 'unit_head', 'center_head', 'duty_officer', 'administrator'];

/** Whom the steps of a ladder may reach: an internal term never leaves the Center (P9), an agency learns of its own terms only. */
const RECIPIENTS: Readonly<Record<SettableLadder, readonly Role[]>> = {
  standard: [...OF_THE_CENTER, 'coordinator'],
  agency: [...OF_THE_CENTER, 'coordinator', 'agency', 'agency_head'],
  threat: [...OF_THE_CENTER, 'coordinator'],
  duty: [...OF_THE_CENTER, 'coordinator'],
  internal: OF_THE_CENTER,
  rework_again: OF_THE_CENTER,
};

function ladderFaults(name: SettableLadder, rungs: readonly LadderRung[]): DraftFault[] {
  const field = `/ladders/${name}`;
  const faults = rungs.flatMap((rung, place) => rungFaults(name, rungs, rung, `${field}/${place}`, place));
  return rungs.some(({ step }) => step === END_STEP[name]) ? faults : [...faults, { field, code: 'step_missing' }];
}

function rungFaults(name: SettableLadder, rungs: readonly LadderRung[], rung: LadderRung, field: string, place: number): DraftFault[] {
  const fits = stepFits(name, rung);
  const twice = rungs.findIndex(({ step }) => step === rung.step) < place;
  return [
    ...(twice ? [{ field: `${field}/step`, code: 'duplicate' as const }] : []),
    ...(fits ? [] : [{ field: `${field}/step`, code: 'step_not_allowed' as const }]),
    ...rung.to.flatMap((role, at): DraftFault[] => (mayReach(name, rung.step, role) ? [] : [{ field: `${field}/to/${at}`, code: 'recipient_not_allowed' }])),
  ];
}

/** P17: of a second return the agency's head learns at once, and of nothing else on that ladder. */
function mayReach(name: SettableLadder, step: StepName, role: Role): boolean {
  return RECIPIENTS[name].includes(role) || (name === 'rework_again' && step === 'returned_again' && role === 'agency_head');
}

/** A step is known by its name in lists and alerts: it must stand where its name says. */
function stepFits(name: SettableLadder, { step, when }: LadderRung): boolean {
  switch (step) {
    case 'reminder':
      return when === 'reminder';
    case 'overdue':
    case 'exceeded':
      return when === 'due' && step === END_STEP[name];
    case 'head':
    case 'coordinator':
      return typeof when === 'object';
    case 'quarter_end':
      return when === 'quarter_end';
    case 'returned_again':
      return when === 'start' && name === 'rework_again';
    case 'opened':
    case 'decided_again':
    case 'last_day':
    case 'refused':
    case 'repeat':
      return false;
  }
}

function sameSettings(a: Policy, b: Policy): boolean {
  return settingsText(a) === settingsText(b);
}

/** Members in one order, whoever wrote them: Postgres keeps an order of its own. */
function settingsText({ version: _version, ...settings }: Policy): string {
  return JSON.stringify(settings, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
