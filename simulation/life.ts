/** One synthetic life in the pure core: people's errands and the case's own moments, in the order of time. */
import { nextMoment, wantedDispatches } from '../domain/case/clock.js';
import type { Command, CommandData, CommandKind } from '../domain/case/commands.js';
import type { Delivery, Opening } from '../domain/case/deliveries.js';
import type { DispatchOutcome } from '../domain/case/dispatch.js';
import type { Actor, Entry } from '../domain/case/facts.js';
import type { CaseState, Dispatch } from '../domain/case/state.js';
import { takeTurn, type Answer, type TurnInput } from '../domain/case/turn.js';
import { CalendarGap, type Instant } from '../domain/law/calendar.js';
import type { Law } from '../domain/law/law.js';
import type { Chance } from './chance.js';
import { withPapers } from './papers.js';
import type { WorkingTime } from './working-time.js';

/** What somebody will do at that moment, decided when it has come: nothing, if there is no more reason. */
interface Errand {
  at: Instant;
  say: () => TurnInput | undefined;
  /** What follows when the case has accepted it. */
  after: (() => void) | undefined;
}

/** Hears what happens in a life, turn by turn. */
export interface Witness {
  took(at: Instant, input: TurnInput | undefined, entries: readonly Entry[]): void;
}

/** What becomes of one attempt to send something to an agency. */
export type Post = (life: Life, dispatch: Dispatch) => DispatchOutcome;

/** As long as an agency's system may take to answer. */
const ATTEMPT_MS = 10_000;

/** How long the case's own moments are awaited after the last errand: longer than any ladder. */
const STILLNESS_MS = 400 * 86_400_000;

export class Life {
  readonly caseId: string;
  readonly law: Law;
  readonly chance: Chance;
  readonly work: WorkingTime;
  private readonly witness: Witness;
  private current: CaseState | undefined;
  /** The next errand stands last. */
  private readonly errands: Errand[] = [];
  /** Keys of dispatches whose outcome is on its way: nobody sends them a second time meanwhile. */
  private readonly underWay = new Set<string>();
  private readonly answerTo: Post;
  private asked = 0;
  private lastErrandAt = 0;

  constructor(given: { caseId: string; law: Law; chance: Chance; work: WorkingTime; witness: Witness; post: Post }) {
    this.caseId = given.caseId;
    this.law = given.law;
    this.chance = given.chance;
    this.work = given.work;
    this.witness = given.witness;
    this.answerTo = given.post;
  }

  get state(): CaseState {
    if (this.current === undefined) throw new Error(`${this.caseId} was not opened`);
    return this.current;
  }

  /** Duties of a case that could not even be opened are none. */
  get duties(): CaseState['duties'] {
    return this.current?.duties ?? [];
  }

  /** Somebody will say that; what follows from it is done when the case has accepted it. */
  plan(at: Instant, say: Errand['say'], after?: () => void): void {
    let place = this.errands.length;
    // Of two errands of one moment the one that was planned first is done first.
    while (place > 0 && (this.errands[place - 1]?.at ?? Infinity) <= at) place -= 1;
    this.errands.splice(place, 0, { at, say, after });
  }

  command<K extends CommandKind>(kind: K, data: CommandData[K], actor: Actor): TurnInput {
    // The pair of kind and data is given by K, which the compiler cannot follow through the object.
    return withPapers({ kind, id: this.freshId('command'), actor, data } as Command);
  }

  delivery<K extends Delivery['kind']>(kind: K, data: Extract<Delivery, { kind: K }>['data'], actor: Actor): TurnInput {
    return { kind: 'delivery', delivery: { kind, deliveryId: this.freshId('delivery'), actor, ageMs: 0, data } as Delivery };
  }

  freshId(kind: string): string {
    this.asked += 1;
    return `${kind}-${this.asked}`;
  }

  /**
   * Lives until nothing is awaited any more; a refusal or a year without a table ends the life there.
   * @param begin plans the first errands and gives the appeal that opens the case
   * @returns the code of the refusal, or undefined when the life was lived to its end
   */
  live(begin: () => Opening): string | undefined {
    try {
      const opening = begin();
      const opened = this.turn(opening.registeredAt, { kind: 'opening', opening });
      if (opened?.ok === false) return opened.refusal.code;
      for (;;) {
        const errand = this.errands.at(-1);
        const moment = this.nextMomentUntil(errand?.at ?? this.lastErrandAt + STILLNESS_MS);
        if (moment !== undefined) this.turn(moment);
        else if (errand === undefined) return undefined;
        else {
          const refused = this.run(errand);
          if (refused !== undefined) return refused;
        }
      }
    } catch (error) {
      if (error instanceof CalendarGap) return error.code;
      throw error;
    }
  }

  private nextMomentUntil(latest: Instant): Instant | undefined {
    const moment = nextMoment(this.state, this.underWay);
    return moment === undefined || moment.at > latest ? undefined : moment.at;
  }

  private run(errand: Errand): string | undefined {
    this.errands.pop();
    this.lastErrandAt = errand.at;
    const input = errand.say();
    if (input === undefined) return undefined;
    const answer = this.turn(errand.at, input);
    if (answer?.ok === false) return answer.refusal.code;
    errand.after?.();
    return undefined;
  }

  private turn(now: Instant, input?: TurnInput): Answer | undefined {
    const inputs = input === undefined ? [] : [input];
    const turn = takeTurn(this.current, inputs, { subjectId: this.caseId, law: this.law, now, newId: () => this.freshId('dispatch') });
    this.current = turn.state;
    if (input?.kind === 'dispatch') this.underWay.delete(input.outcome.key);
    this.witness.took(now, input, turn.entries);
    this.sendWanted(now);
    return turn.answers[0];
  }

  private sendWanted(now: Instant): void {
    if (this.current === undefined) return;
    for (const dispatch of wantedDispatches(this.current, now)) {
      if (this.underWay.has(dispatch.key)) continue;
      this.underWay.add(dispatch.key);
      this.plan(now + ATTEMPT_MS, () => ({ kind: 'dispatch', outcome: this.answerTo(this, dispatch) }));
    }
  }
}
