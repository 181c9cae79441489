/**
 * A duty: what somebody owes now, by when, under which row. Duties are opened, met, moved and ended
 * by facts; the changes are written into the ledger beside the fact that caused them.
 */
import type { Calendar, Instant } from './calendar.js';
import { isRoundTheClock, type LadderName, type LadderRung, type Step } from './ladder.js';
import type { Force, Role } from './rule.js';
import { dueAt, type Term } from './term.js';

/** P5: a term that ran already when the duty began, and that it may not outlast. */
export interface Cap {
  /** The duty whose term it was. */
  key: string;
  rule: string;
  startedAt: Instant;
  term: Term;
}

export interface OpenedDuty {
  /** `rule:subject`, with `:n` from the second duty of that row and subject on. */
  key: string;
  rule: string;
  subject: string;
  owner: Role;
  /** Sector code when an agency owes it. */
  agency?: string;
  /** Force of the term (P9 makes a law duty with an internal term). */
  force: Force;
  ladder: LadderName;
  /** The ladder as the policy of that time sets it; absent where it is the code's. */
  rungs?: readonly LadderRung[];
  startedAt: Instant;
  /** Absent where the law names no term. */
  term?: Term;
  noLaterThan?: Cap;
  dueAt?: Instant;
  steps: readonly Step[];
}

export type DutyChange =
  | { op: 'opened'; duty: OpenedDuty }
  | { op: 'met'; key: string; metAt: Instant }
  | { op: 'lapsed'; key: string; at: Instant }
  | { op: 'step_planned'; key: string; step: Step }
  /** The date is another one under the law just adopted; `term` where that law names another length. */
  | { op: 'moved'; key: string; from: Instant; to: Instant; term?: Term }
  /** Missed before the law was adopted under which it would end otherwise: the record keeps both readings. */
  | { op: 'kept'; key: string; dueAt: Instant; wouldBe: Instant }
  /** The steps not reached yet, planned again; `rungs` where the ladder is another one, null for the code's. */
  | { op: 'replanned'; key: string; steps: readonly Step[]; rungs?: readonly LadderRung[] | null };

/**
 * The end of a term by a calendar: its own, or that of the term which it may not outlast (P5).
 * @throws CalendarGap when a year on the way has no table
 */
export function dateOf(calendar: Calendar, { startedAt, noLaterThan }: Pick<OpenedDuty, 'startedAt' | 'noLaterThan'>, term: Term): Instant {
  const own = dueAt(calendar, startedAt, term);
  return noLaterThan === undefined ? own : Math.min(own, dueAt(calendar, noLaterThan.startedAt, noLaterThan.term));
}

/** P33: why a term was missed. A reason pauses nothing and excuses nothing; it stands beside the date. */
export const DELAY_REASONS = ['illness', 'absence', 'agency', 'family', 'technical', 'other'] as const;

export type DelayReason = (typeof DELAY_REASONS)[number];

export interface ExplainedDelay {
  reason: DelayReason;
  noteId?: string;
}

export interface Duty extends OpenedDuty {
  state: 'open' | 'met' | 'lapsed';
  /** Ledger entry that started it. */
  startedSeq: number;
  endedSeq?: number;
  /** When it was met or lapsed. */
  endedAt?: Instant;
  /** How many of `steps` were reached. */
  reached: number;
  delay?: ExplainedDelay;
}

/** How a duty stands, in the words that lists and pages show. */
export type DutyStanding = 'open' | 'overdue' | 'exceeded' | 'met' | 'met_late' | 'lapsed' | 'lapsed_late';

/**
 * How a duty stands, from recorded facts only: overdue is what the engine recorded, not a comparison
 * with a clock. A duty of internal force is `exceeded`, never `overdue`.
 */
export function standingOf(duty: Duty): DutyStanding {
  // What was missed stays missed, whatever ended the duty afterwards: no figure is laundered.
  if (duty.state === 'lapsed') return isLate(duty) ? 'lapsed_late' : 'lapsed';
  if (duty.state === 'met') return isLate(duty) ? 'met_late' : 'met';
  const passed = duty.steps.slice(0, duty.reached).some((s) => s.step === 'overdue' || s.step === 'exceeded');
  if (!passed) return 'open';
  return duty.force === 'internal' ? 'exceeded' : 'overdue';
}

/** Before everything else that is due: the answer to a threat (P53), and whatever is owed within hours. */
export function isUrgent({ ladder, term }: Pick<OpenedDuty, 'ladder' | 'term'>): boolean {
  return isRoundTheClock(ladder) || term?.unit === 'hours';
}

/** A term ends at 24:00, that is the first instant of the next day: an act at that instant is late. */
function isLate(duty: Duty): boolean {
  return duty.dueAt !== undefined && duty.endedAt !== undefined && duty.endedAt >= duty.dueAt;
}

/** Applies the changes that one ledger entry made to what is owed. */
export function applyDutyChanges(duties: readonly Duty[], changes: readonly DutyChange[], seq: number): readonly Duty[] {
  if (changes.length === 0) return duties;
  const all = [...duties];
  for (const change of changes) applyDutyChange(all, change, seq);
  return all;
}

/**
 * Changes the list, which belongs to the caller, and no duty in it. New fields stand before the spread:
 * behind it each copy would get a hidden class of its own, and every later look at a duty would be slow.
 */
function applyDutyChange(all: Duty[], change: DutyChange, seq: number): void {
  switch (change.op) {
    case 'opened':
      all.push({ state: 'open', startedSeq: seq, reached: 0, ...change.duty });
      return;
    case 'met':
      return replace(all, change.key, (duty) => ({ endedAt: change.metAt, endedSeq: seq, ...duty, state: 'met' }));
    case 'lapsed':
      return replace(all, change.key, (duty) => ({ endedAt: change.at, endedSeq: seq, ...duty, state: 'lapsed' }));
    case 'step_planned':
      return replace(all, change.key, (duty) => ({ ...duty, steps: [...duty.steps, change.step] }));
    case 'moved':
      return replace(all, change.key, (duty) => ({ ...duty, dueAt: change.to, ...(change.term === undefined ? {} : { term: change.term }) }));
    case 'kept':
      return;
    case 'replanned':
      return replace(all, change.key, (duty) => replanned(duty, change));
  }
}

function replanned(duty: Duty, { steps, rungs }: Extract<DutyChange, { op: 'replanned' }>): Duty {
  const { rungs: before, ...rest } = duty;
  const ladder = rungs === undefined ? before : (rungs ?? undefined);
  return { ...rest, ...(ladder === undefined ? {} : { rungs: ladder }), steps: [...duty.steps.slice(0, duty.reached), ...steps] };
}

function replace(all: Duty[], key: string, changed: (duty: Duty) => Duty): void {
  all.forEach((duty, place) => {
    if (duty.key === key) all[place] = changed(duty);
  });
}

/** Writes the reason of a delay beside its duty, in place of one given before. */
export function explainDelay(duties: readonly Duty[], key: string, delay: ExplainedDelay): readonly Duty[] {
  return duties.map((duty) => (duty.key === key ? { ...duty, delay } : duty));
}

/** Marks the next planned step of a duty as reached. */
export function reachStep(duties: readonly Duty[], key: string): readonly Duty[] {
  return duties.map((duty) => (duty.key === key ? { ...duty, reached: duty.reached + 1 } : duty));
}
