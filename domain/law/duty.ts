/**
 * A duty: what somebody owes now, by when, under which row. Duties are opened, met, moved and ended
 * by facts; the changes are written into the ledger beside the fact that caused them.
 */
import type { Instant } from './calendar.js';
import type { LadderName, Step } from './ladder.js';
import type { Force, Role } from './rule.js';
import type { Term } from './term.js';

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
  startedAt: Instant;
  /** Absent where the law names no term. */
  term?: Term;
  dueAt?: Instant;
  steps: readonly Step[];
}

export type DutyChange =
  | { op: 'opened'; duty: OpenedDuty }
  | { op: 'met'; key: string; metAt: Instant }
  | { op: 'lapsed'; key: string; at: Instant }
  | { op: 'step_planned'; key: string; step: Step };

export interface Duty extends OpenedDuty {
  state: 'open' | 'met' | 'lapsed';
  /** Ledger entry that started it. */
  startedSeq: number;
  endedSeq?: number;
  /** When it was met or lapsed. */
  endedAt?: Instant;
  /** How many of `steps` were reached. */
  reached: number;
}

/** How a duty stands, in the words that lists and pages show. */
export type DutyStanding = 'open' | 'overdue' | 'exceeded' | 'met' | 'met_late' | 'lapsed';

/**
 * How a duty stands, from recorded facts only: overdue is what the engine recorded, not a comparison
 * with a clock. A duty of internal force is `exceeded`, never `overdue`.
 */
export function standingOf(duty: Duty): DutyStanding {
  if (duty.state === 'lapsed') return 'lapsed';
  if (duty.state === 'met') return isLate(duty) ? 'met_late' : 'met';
  const passed = duty.steps.slice(0, duty.reached).some((s) => s.step === 'overdue' || s.step === 'exceeded');
  if (!passed) return 'open';
  return duty.force === 'internal' ? 'exceeded' : 'overdue';
}

/** A term ends at 24:00, that is the first instant of the next day: an act at that instant is late. */
function isLate(duty: Duty): boolean {
  return duty.dueAt !== undefined && duty.endedAt !== undefined && duty.endedAt >= duty.dueAt;
}

/** Applies the changes that one ledger entry made to what is owed. */
export function applyDutyChanges(
  duties: readonly Duty[],
  changes: readonly DutyChange[],
  seq: number,
): readonly Duty[] {
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
  }
}

function replace(all: Duty[], key: string, changed: (duty: Duty) => Duty): void {
  all.forEach((duty, place) => {
    if (duty.key === key) all[place] = changed(duty);
  });
}

/** Marks the next planned step of a duty as reached. */
export function reachStep(duties: readonly Duty[], key: string): readonly Duty[] {
  return duties.map((duty) => (duty.key === key ? { ...duty, reached: duty.reached + 1 } : duty));
}
