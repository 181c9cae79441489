/**
 * The read model as a function of the ledger: the same rows come from the journal as a case goes on
 * and from a rebuild, which is how the two are compared. Rows have the names of their columns, and
 * instants as ISO strings.
 */
import { nextMoment } from '../domain/case/clock.js';
import type { Entry, EntryOf } from '../domain/case/facts.js';
import type { CaseState } from '../domain/case/state.js';
import type { Instant } from '../domain/law/calendar.js';
import { standingOf, type Duty } from '../domain/law/duty.js';

export interface DutyRow {
  case_id: string;
  key: string;
  rule: string;
  subject: string;
  owner: string;
  agency: string | null;
  force: string;
  center: string;
  case_manager: string | null;
  started_at: string;
  due_at: string | null;
  standing: string;
  ended_at: string | null;
}

export interface CaseFileRow {
  case_id: string;
  center: string;
  household_id: string;
  case_manager: string | null;
  stage: string;
  opened_at: string;
  next_moment: string | null;
  overdue: number;
  waiting_on: readonly string[];
  seq: number;
}

export interface AlertRow {
  id: string;
  case_id: string;
  seq: number;
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
  caseFile: CaseFileRow;
  duties: readonly DutyRow[];
}

/** The rows of a case's state, without the ledger's head and clock, which the state does not know. */
export function projectionOf(state: CaseState): Projection {
  return { caseFile: caseFileRow(state), duties: state.duties.map((duty) => dutyRow(state, duty)) };
}

function caseFileRow(state: CaseState): CaseFileRow {
  return {
    case_id: state.caseId,
    center: state.center,
    household_id: state.householdId,
    case_manager: state.caseManager ?? null,
    stage: state.stage,
    opened_at: isoOf(state.openedAt),
    next_moment: isoOrNull(nextMoment(state)?.at),
    overdue: state.duties.filter((duty) => standingOf(duty) === 'overdue').length,
    waiting_on: waitingOn(state),
    seq: state.seq,
  };
}

/** The agencies that owe something now, or that a dispatch has not reached yet. */
function waitingOn(state: CaseState): string[] {
  const owing = state.duties.flatMap((duty) => (duty.state === 'open' && duty.agency !== undefined ? [duty.agency] : []));
  const unreached = state.dispatches.flatMap(({ state: delivery, agency }) =>
    delivery === 'pending' || delivery === 'parked' ? [agency] : [],
  );
  return [...new Set([...owing, ...unreached])].toSorted();
}

export function dutyRow(state: CaseState, duty: Duty): DutyRow {
  return {
    case_id: state.caseId,
    key: duty.key,
    rule: duty.rule,
    subject: duty.subject,
    owner: duty.owner,
    agency: duty.agency ?? null,
    force: duty.force,
    center: state.center,
    case_manager: state.caseManager ?? null,
    started_at: isoOf(duty.startedAt),
    due_at: isoOrNull(duty.dueAt),
    standing: standingOf(duty),
    ended_at: isoOrNull(duty.endedAt),
  };
}

/**
 * The duties whose rows differ between two states of a case. `evolve` keeps the object of an
 * untouched duty; a new case manager touches the row of every duty.
 */
export function changedDuties(before: CaseState | undefined, after: CaseState): DutyRow[] {
  const untouched = before === undefined || before.caseManager !== after.caseManager ? new Set<Duty>() : new Set(before.duties);
  return after.duties.filter((duty) => !untouched.has(duty)).map((duty) => dutyRow(after, duty));
}

/** The alert of a reached moment of the ladder; `state` is the case after the entry. */
export function alertRow(state: CaseState, entry: EntryOf<'DeadlineStepReached'>): AlertRow {
  const { dutyKey, rule, force, step, moment, dueAt, recipients } = entry.data;
  return {
    id: `${state.caseId}:${dutyKey}:${step}:${moment}`,
    case_id: state.caseId,
    seq: entry.seq,
    center: state.center,
    case_manager: state.caseManager ?? null,
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

export function isStep(entry: Entry): entry is EntryOf<'DeadlineStepReached'> {
  return entry.type === 'DeadlineStepReached';
}

export function isoOf(instant: Instant): string {
  return new Date(instant).toISOString();
}

function isoOrNull(instant: Instant | undefined): string | null {
  return instant === undefined ? null : isoOf(instant);
}
