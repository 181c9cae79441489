/** Lives a case in the pure core: no server, no clock but the one that is handed in. */
import { nextMoment, wantedDispatches } from '../../domain/case/clock.js';
import type { Opening } from '../../domain/case/deliveries.js';
import type { Entry } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';
import { takeTurn, type Answer, type TurnInput } from '../../domain/case/turn.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import type { Instant } from '../../domain/law/calendar.js';
import { lawOf, type Law } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { withPapers } from '../../simulation/papers.js';
import { countedIds } from './counted-ids.js';
import { opening, REGISTERED_AT, type Doing } from './straight-road.js';

export const LAW: Law = lawOf({ calendar: CALENDAR_2026_11_21, policy: DEFAULT_POLICY });
export const CASE_ID = '00000000-0000-4000-8000-000000000001';

export class Life {
  state: CaseState | undefined;
  readonly entries: Entry[] = [];
  readonly answers: Answer[] = [];
  /** Keys of what is being sent, from the turn that wants it to the one that takes its outcome. */
  readonly underWay = new Set<string>();
  /** An adoption changes it. */
  law: Law;
  readonly caseId: string;
  private readonly newId = countedIds();

  constructor(law: Law = LAW, caseId = CASE_ID) {
    this.law = law;
    this.caseId = caseId;
  }

  /** One turn at that instant, after every moment before it has had a turn of its own. */
  turn(now: Instant, ...inputs: TurnInput[]): readonly Answer[] {
    this.sleepUntil(now);
    return this.take(now, inputs);
  }

  /** Wakes at each moment up to `now`, as the engine's timer does. */
  sleepUntil(now: Instant): void {
    for (;;) {
      const next = this.state === undefined ? undefined : nextMoment(this.state, this.underWay);
      if (next === undefined || next.at > now) return;
      this.take(next.at, []);
    }
  }

  /** One turn at that instant by an engine that slept through every moment before it. */
  turnLate(now: Instant, ...inputs: TurnInput[]): readonly Answer[] {
    return this.take(now, inputs);
  }

  get caseState(): CaseState {
    if (this.state === undefined) throw new Error('the case was not opened');
    return this.state;
  }

  private take(now: Instant, inputs: readonly TurnInput[]): readonly Answer[] {
    const { caseId, law, newId } = this;
    const turn = takeTurn(this.state, inputs, { subjectId: caseId, law, now, newId });
    this.state = turn.state;
    this.law = turn.law;
    this.entries.push(...turn.entries);
    this.answers.push(...turn.answers);
    for (const input of inputs) if (input.kind === 'dispatch') this.underWay.delete(input.outcome.key);
    if (turn.state !== undefined) for (const { key } of wantedDispatches(turn.state, now)) this.underWay.add(key);
    return turn.answers;
  }
}

/** Opens the case and does what the script says, up to `count` doings. */
export function live(script: readonly Doing[], count = script.length, law: Law = LAW, openingChanges: Partial<Opening> = {}): Life {
  const life = new Life(law);
  life.turn(REGISTERED_AT, { kind: 'opening', opening: opening(REGISTERED_AT, openingChanges) });
  for (const doing of script.slice(0, count)) life.turn(doing.at, inputOf(doing, life));
  return life;
}

/** The input of a doing; an acknowledgement finds the dispatch that waits at that agency. */
export function inputOf(doing: Doing, life: Pick<Life, 'caseState'>): TurnInput {
  if ('command' in doing) return withPapers(doing.command);
  if ('delivery' in doing) return { kind: 'delivery', delivery: doing.delivery };
  const dispatch = life.caseState.dispatches.find((wanted) => wanted.agency === doing.acknowledge && wanted.state !== 'delivered');
  if (dispatch === undefined) throw new Error(`nothing was sent to ${doing.acknowledge}`);
  const { key, series } = dispatch;
  return { kind: 'dispatch', outcome: { key, series, outcome: 'delivered' } };
}
