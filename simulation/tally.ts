/** What a run of lives is counted into. Plain records of numbers, so that two runs can be subtracted. */
import type { Entry } from '../domain/case/facts.js';
import type { TurnInput } from '../domain/case/turn.js';
import { legalDayOf, startOfDay, type Instant, type LegalDay } from '../domain/law/calendar.js';
import { standingOf, type Duty } from '../domain/law/duty.js';
import type { StepName } from '../domain/law/ladder.js';
import type { Law } from '../domain/law/law.js';
import { hasClock, type Role } from '../domain/law/rule.js';
import type { Witness } from './life.js';

/** How the obligations of one kind ended. */
export interface Endings {
  opened: number;
  /** In time; without a term, at all. */
  met: number;
  metLate: number;
  /** Not met and past their term, also when they lapsed after it. */
  missed: number;
  /** Internal terms that were passed, whether met later or not: never late or missed in law. */
  exceeded: number;
  lapsed: number;
  /** Open to the end of the life and not past any term: those without a term. */
  owed: number;
}

export type Ending = Exclude<keyof Endings, 'opened'>;

/** Terms of law and policy, and apart from them the Center's own service levels. */
export interface ByForce {
  legal: Endings;
  internal: Endings;
}

/** Work of one kind. */
export interface Load {
  total: number;
  /** Per working day of the year of the appeals. */
  mean: number;
  /** On the busiest day. */
  peak: number;
  /** The first of the busiest days; none without any work. */
  peakOn: LegalDay | null;
}

export interface Outcome {
  /** Lives that were lived to their end; the others ended at a refusal, by its code. */
  lives: { lived: number; cutShort: Readonly<Record<string, number>> };
  workingDays: number;
  obligations: ByForce;
  byRule: Readonly<Record<string, Endings>>;
  byOwner: Readonly<Partial<Record<Role, ByForce>>>;
  alerts: Readonly<Record<StepName, number>>;
  load: Readonly<Record<LoadKind, Load>>;
}

export type LoadKind = 'appeals' | 'commands' | 'reports';

export function noEndings(): Endings {
  return { opened: 0, met: 0, metLate: 0, missed: 0, exceeded: 0, lapsed: 0, owed: 0 };
}

function byForce(): ByForce {
  return { legal: noEndings(), internal: noEndings() };
}

/** How an obligation ended, in the words of figures: what lapsed after its term was missed all the same. */
export function endingOf(duty: Duty): Ending {
  const internal = duty.force === 'internal';
  const standing = standingOf(duty);
  switch (standing) {
    case 'met':
      return 'met';
    case 'met_late':
      return internal ? 'exceeded' : 'metLate';
    case 'overdue':
      return 'missed';
    case 'exceeded':
      return 'exceeded';
    case 'open':
      return 'owed';
    case 'lapsed':
      return 'lapsed';
    case 'lapsed_late':
      return internal ? 'exceeded' : 'missed';
  }
}

const DAY = 86_400_000;

/** Work by legal day. */
class Days {
  private readonly counts = new Map<Instant, number>();
  private readonly origin = startOfDay('2000-01-01');

  count(at: Instant): void {
    const day = at - ((at - this.origin) % DAY);
    this.counts.set(day, (this.counts.get(day) ?? 0) + 1);
  }

  load(workingDays: number): Load {
    let total = 0;
    let peak = 0;
    let peakAt: Instant | undefined;
    for (const [day, count] of this.counts) {
      total += count;
      if (count < peak || (count === peak && peakAt !== undefined && peakAt <= day)) continue;
      peak = count;
      peakAt = day;
    }
    return { total, mean: total / workingDays, peak, peakOn: peakAt === undefined ? null : legalDayOf(peakAt) };
  }
}

/** Counts while lives are lived. */
export class Tally implements Witness {
  private lived = 0;
  private readonly cutShort: Record<string, number> = {};
  private readonly byRule: Record<string, Endings> = {};
  private readonly byOwner: Partial<Record<Role, ByForce>> = {};
  private readonly obligations = byForce();
  private readonly alerts: Record<StepName, number> = {
    reminder: 0,
    overdue: 0,
    exceeded: 0,
    head: 0,
    coordinator: 0,
    quarter_end: 0,
    repeat: 0,
    returned_again: 0,
    opened: 0,
    decided_again: 0,
    last_day: 0,
    refused: 0,
  };
  private readonly days: Readonly<Record<LoadKind, Days>> = { appeals: new Days(), commands: new Days(), reports: new Days() };

  /** The rows of the law come in the order of the table, also those under which nothing is owed. */
  constructor(law: Law) {
    for (const rule of law.rules) if (hasClock(rule)) this.byRule[rule.id] = noEndings();
  }

  took(at: Instant, input: TurnInput | undefined, entries: readonly Entry[]): void {
    for (const entry of entries) if (entry.type === 'DeadlineStepReached') this.alerts[entry.data.step] += 1;
    const kind = input && loadOf(input);
    if (kind !== undefined) this.days[kind].count(at);
  }

  /** The end of one life, with everything that was ever owed in it; `refused` is the code at which it was cut short. */
  ended(refused: string | undefined, duties: readonly Duty[]): void {
    if (refused === undefined) this.lived += 1;
    else this.cutShort[refused] = (this.cutShort[refused] ?? 0) + 1;
    for (const duty of duties) this.count(duty);
  }

  outcome(workingDays: number): Outcome {
    const { lived, cutShort, obligations, byRule, byOwner, alerts, days } = this;
    const load = { appeals: days.appeals.load(workingDays), commands: days.commands.load(workingDays), reports: days.reports.load(workingDays) };
    return { lives: { lived, cutShort }, workingDays, obligations, byRule, byOwner, alerts, load };
  }

  private count(duty: Duty): void {
    const ending = endingOf(duty);
    const force = duty.force === 'internal' ? 'internal' : 'legal';
    const owner = (this.byOwner[duty.owner] ??= byForce());
    const row = (this.byRule[duty.rule] ??= noEndings());
    for (const endings of [this.obligations[force], owner[force], row]) {
      endings.opened += 1;
      endings[ending] += 1;
    }
  }
}

/** A refused input changed nothing, but somebody worked for it: it is counted too, and its life ends there. */
function loadOf(input: TurnInput): LoadKind | undefined {
  switch (input.kind) {
    case 'opening':
      return 'appeals';
    case 'command':
      return 'commands';
    case 'delivery':
      return input.delivery.kind === 'appeal' ? 'appeals' : 'reports';
    case 'dispatch':
    case 'adoption':
      return undefined;
  }
}
