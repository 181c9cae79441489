/**
 * The read model as a function of the ledger: the same rows come from each take as a case goes on
 * and from a rebuild, which is how the two are compared. Rows have the names of their columns, and
 * instants as ISO strings.
 */
import type { EmergencyAccess } from '../domain/case/roads/emergency-access/road.js';
import type { Lane } from '../contracts/case-clock.js';
import { currentTeam } from '../domain/case/roads/team/members.js';
import { isHeld, type Stay } from '../domain/case/roads/stay/stay.js';
import { openResponse } from '../domain/case/roads/threat/responses.js';
import { isOver, type Dispatch } from '../domain/case/state.js';
import type { Instant } from '../domain/law/calendar.js';
import type { SubjectKind } from '../domain/subject/state.js';
import { nextStepMoment } from '../domain/subject/steps.js';
import { isCase, kindOf, momentOf, subjectIdOf, type AnyEntry, type AnyState } from '../domain/subject/subjects.js';
import { isUrgent, standingOf, type Duty } from '../domain/law/duty.js';

export interface DutyRow {
  subject_id: string;
  key: string;
  rule: string;
  subject: string;
  owner: string;
  agency: string | null;
  force: string;
  ladder: string;
  center: string;
  case_manager: string | null;
  started_at: string;
  due_at: string | null;
  standing: string;
  ended_at: string | null;
  /** First in what is due. */
  urgent: boolean;
}

export interface SubjectFileRow {
  subject_id: string;
  kind: SubjectKind;
  center: string;
  /** Of a case alone. */
  household_id: string | null;
  case_manager: string | null;
  team: readonly string[];
  violence: boolean;
  open_threat: boolean;
  emergencies: readonly { person: string; to: string }[];
  transfers: readonly { questionId: string; answer?: string; withdrawn?: true }[];
  family_code: { codeId: string; until: string } | null;
  stage: string;
  opened_at: string;
  next_moment: string | null;
  overdue: number;
  waiting_on: readonly string[];
  seq: number;
  calendar: string;
  policy: string;
  running: boolean;
}

/** Something that is sent: the work of the engine's activities. */
export interface EffectRow {
  key: string;
  subject_id: string;
  kind: string;
  agency: string;
  measure_ids: readonly string[];
  report_id: string | null;
  seq: number;
  state: Dispatch['state'];
  series: number;
  /** Case time. */
  retry_at: string | null;
}

/** Somebody in a place. Since when, and until when, Postgres says by its own clock: what cases share goes by wall time. */
export interface PlaceUseRow {
  stay_id: string;
  person_id: string;
  subject_id: string;
  center: string;
  room: string;
  place: number;
  /** They come into it with this take. */
  fresh: boolean;
  /** They have left it, or were never there for longer than the take. */
  over: boolean;
}

/** What the engine has to arm for a case. */
export interface ClockRow {
  lane: Lane;
  running: boolean;
  /** Nearest step of a ladder, and nearest moment of any kind: wall time. */
  rings_at: string | null;
  wakes_at: string | null;
  /** Rule and step that ring. */
  rings_for: string | null;
}

export interface AlertRow {
  id: string;
  subject_id: string;
  seq: number;
  turn: string;
  center: string;
  case_manager: string | null;
  duty_key: string;
  rule: string;
  force: string;
  step: string;
  moment: string;
  due_at: string;
  raised_at: string;
  recipients: readonly string[];
}

export interface Projection {
  file: SubjectFileRow;
  duties: readonly DutyRow[];
  effects: readonly EffectRow[];
}

/** The rows of a subject's state, without the ledger's head and clock, which the state does not know. */
export function projectionOf(state: AnyState): Projection {
  return {
    file: fileRow(state),
    duties: state.duties.map((duty) => dutyRow(state, duty)),
    effects: dispatchesOf(state).map((dispatch) => effectRow(state, dispatch)),
  };
}

function fileRow(state: AnyState): SubjectFileRow {
  return {
    subject_id: subjectIdOf(state),
    kind: kindOf(state),
    center: state.center,
    household_id: isCase(state) ? state.householdId : null,
    case_manager: managerOf(state),
    ...sightRow(state),
    stage: state.stage,
    opened_at: isoOf(state.openedAt),
    next_moment: isoOrNull(momentOf(state)?.at),
    overdue: state.duties.filter((duty) => standingOf(duty) === 'overdue').length,
    waiting_on: waitingOn(state),
    seq: state.seq,
    calendar: state.law.calendar,
    policy: state.law.policy,
    // A Center is never over.
    running: !isCase(state) || !isOver(state) || state.dispatches.some(isUnsettled),
  };
}

/** By what is it asked who sees it; of a Center there is nothing to hide. */
function sightRow(state: AnyState): Pick<SubjectFileRow, 'team' | 'violence' | 'open_threat' | 'emergencies' | 'transfers' | 'family_code'> {
  if (!isCase(state)) return { team: [], violence: false, open_threat: false, emergencies: [], transfers: [], family_code: null };
  return {
    team: currentTeam(state),
    violence: state.violenceSince !== null,
    open_threat: openResponse(state) !== undefined,
    transfers: state.transfers,
    family_code: state.familyCode && { codeId: state.familyCode.codeId, until: isoOf(state.familyCode.until) },
    emergencies: openWithTheLast(state.emergencies).map(({ person, to }) => ({ person, to: isoOf(to) })),
  };
}

/** Those that had ended when the last one began are left out: every list reads this row, and would carry them for good. */
function openWithTheLast(emergencies: readonly EmergencyAccess[]): readonly EmergencyAccess[] {
  const last = emergencies.at(-1);
  return last === undefined ? [] : emergencies.filter(({ to }) => to > last.from);
}

function managerOf(state: AnyState): string | null {
  return (isCase(state) ? state.caseManager : undefined) ?? null;
}

/** A Center sends nothing to agencies of its own. */
function dispatchesOf(state: AnyState): readonly Dispatch[] {
  return isCase(state) ? state.dispatches : [];
}

function isUnsettled({ state }: Dispatch): boolean {
  return state === 'pending' || state === 'parked';
}

/** Threats first, whatever else the case owes. */
export function laneOf(state: AnyState): Lane {
  return state.duties.some((duty) => duty.state === 'open' && isUrgent(duty)) ? 1 : 2;
}

/** @param skewMs how far the case is ahead of the wall clock */
export function clockRow(state: AnyState, skewMs: number): ClockRow {
  const wall = (instant: Instant | undefined): string | null => isoOrNull(instant === undefined ? undefined : instant - skewMs);
  const step = nextStepMoment(state);
  return {
    lane: laneOf(state),
    running: fileRow(state).running,
    rings_at: wall(step?.at),
    wakes_at: wall(momentOf(state)?.at),
    rings_for: step?.what ?? null,
  };
}

export function effectRow(state: AnyState, { key, kind, agency, measureIds, reportId, seq, state: standing, series, retryAt }: Dispatch): EffectRow {
  return {
    key,
    subject_id: subjectIdOf(state),
    kind,
    agency,
    measure_ids: measureIds,
    report_id: reportId ?? null,
    seq,
    state: standing,
    series,
    retry_at: isoOrNull(retryAt),
  };
}

/** The dispatches whose rows differ between two states; `evolve` keeps the object of an untouched one. */
export function changedEffects(before: AnyState | undefined, after: AnyState): EffectRow[] {
  const untouched = new Set(before === undefined ? [] : dispatchesOf(before));
  return dispatchesOf(after)
    .filter((dispatch) => !untouched.has(dispatch))
    .map((dispatch) => effectRow(after, dispatch));
}

/** A place as it must lie there: with its claim as long as somebody has it. */
export interface PlaceKept extends Omit<PlaceUseRow, 'fresh'> {
  claimed: boolean;
}

/** Every place that somebody of the case has or had. */
export function placesOf(state: AnyState): PlaceKept[] {
  return changedPlaces(undefined, state).map(({ stay_id, person_id, subject_id, center, room, place, over }) => ({
    stay_id,
    person_id,
    subject_id,
    center,
    room,
    place,
    over,
    claimed: !over,
  }));
}

/** The places that are taken or left between two states; `evolve` keeps the object of an untouched stay. */
export function changedPlaces(before: AnyState | undefined, after: AnyState): PlaceUseRow[] {
  if (!isCase(after)) return [];
  const heldBefore = new Map((before !== undefined && isCase(before) ? before.stays : []).map((stay) => [stay.stayId, isHeld(stay)]));
  const rowsOf = (stay: Stay): PlaceUseRow[] =>
    stay.persons.map(({ personId, room, place }) => ({
      stay_id: stay.stayId,
      person_id: personId,
      subject_id: after.caseId,
      center: after.center,
      room,
      place,
      fresh: !heldBefore.has(stay.stayId),
      over: !isHeld(stay),
    }));
  return after.stays.flatMap((stay) => (isHeld(stay) === heldBefore.get(stay.stayId) || heldBefore.get(stay.stayId) === false ? [] : rowsOf(stay)));
}

/** The agencies that owe something now, or that a dispatch has not reached yet. */
function waitingOn(state: AnyState): string[] {
  const owing = state.duties.flatMap((duty) => (duty.state === 'open' && duty.agency !== undefined ? [duty.agency] : []));
  const unreached = dispatchesOf(state)
    .filter(isUnsettled)
    .map(({ agency }) => agency);
  return [...new Set([...owing, ...unreached])].toSorted();
}

export function dutyRow(state: AnyState, duty: Duty): DutyRow {
  return {
    subject_id: subjectIdOf(state),
    key: duty.key,
    rule: duty.rule,
    subject: duty.subject,
    owner: duty.owner,
    agency: duty.agency ?? null,
    force: duty.force,
    ladder: duty.ladder,
    center: state.center,
    case_manager: managerOf(state),
    started_at: isoOf(duty.startedAt),
    due_at: isoOrNull(duty.dueAt),
    standing: standingOf(duty),
    ended_at: isoOrNull(duty.endedAt),
    urgent: isUrgent(duty),
  };
}

/**
 * The duties whose rows differ between two states of a case. `evolve` keeps the object of an
 * untouched duty; a new case manager touches the row of every duty.
 */
export function changedDuties(before: AnyState | undefined, after: AnyState): DutyRow[] {
  const untouched = before === undefined || managerOf(before) !== managerOf(after) ? new Set<Duty>() : new Set(before.duties);
  return after.duties.filter((duty) => !untouched.has(duty)).map((duty) => dutyRow(after, duty));
}

/** The alert of a reached moment of the ladder; `state` is the case after the entry. */
export function alertRow(state: AnyState, entry: StepEntry, turn: string): AlertRow {
  const { dutyKey, rule, force, step, moment, dueAt, recipients } = entry.data;
  return {
    id: `${subjectIdOf(state)}:${dutyKey}:${step}:${moment}`,
    subject_id: subjectIdOf(state),
    seq: entry.seq,
    turn,
    center: state.center,
    case_manager: managerOf(state),
    duty_key: dutyKey,
    rule,
    force,
    step,
    moment: isoOf(moment),
    due_at: isoOf(dueAt),
    raised_at: isoOf(entry.at),
    recipients,
  };
}

/** A moment of a ladder in the ledger of whatever owes the duty. */
export type StepEntry = Extract<AnyEntry, { type: 'DeadlineStepReached' }>;

export function isStep(entry: AnyEntry): entry is StepEntry {
  return entry.type === 'DeadlineStepReached';
}

export function isoOf(instant: Instant): string {
  return new Date(instant).toISOString();
}

function isoOrNull(instant: Instant | undefined): string | null {
  return instant === undefined ? null : isoOf(instant);
}
