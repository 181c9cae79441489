/**
 * The durable shell of a case: collects what waits, takes turns, journals, answers, starts effects
 * and keeps one timer on the nearest moment. No decision about the case is made here.
 */
import {
  ApplicationFailure,
  condition,
  defineQuery,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  ADOPT_LAW_UPDATE,
  DELIVER_UPDATE,
  REFUSED,
  STATE_QUERY,
  commandUpdate,
  type CaseInput,
  type CaseOutcome,
  type DeliverAnswers,
  type DeliverBatch,
  type RunLimits,
} from '../../contracts/case-workflow.js';
import { chainDigests, EMPTY_LEDGER } from '../../contracts/ledger-digest.js';
import { nextMoment, wantedDispatches } from '../../domain/case/clock.js';
import { COMMAND_KINDS, type Command } from '../../domain/case/commands.js';
import { inForceOf, type LawAdoption } from '../../domain/case/law-adoption.js';
import { isOver, type CaseState } from '../../domain/case/state.js';
import {
  catchUp,
  causeOf,
  refusalOf,
  takeTurn,
  type Answer,
  type CaseMemory,
  type Circumstances,
  type Remembered,
  type Turn,
  type TurnInput,
} from '../../domain/case/turn.js';
import { CURRENT_RULES } from '../../domain/law/rules/tables.js';
import { lawOf, type Law, type LawRef } from '../../domain/law/law.js';
import { AlarmClock } from './alarm-clock.js';
import { DispatchDesk } from './dispatch-desk.js';
import { Noticeboard } from './noticeboard.js';
import { journalTurn, readLawOf, readLedgerAfter } from './journaling.js';

interface Waiting {
  input: TurnInput;
  answer: (answer: Answer) => void;
}

const DAY_MS = 86_400_000;
/** A run makes way after so many events or days; a quarter is the bound even when nothing happens. */
const LIMITS: RunLimits = { events: 2_000, ageMs: 30 * DAY_MS };
const OLDEST_RUN_MS = 90 * DAY_MS;

export class CaseShell {
  private state: CaseState | undefined;
  private remembered: Remembered;
  private head: string;
  private waiting: Waiting[] = [];
  private law: Law;
  private readonly limits: RunLimits;
  private readonly clock = new AlarmClock();
  private readonly noticeboard = new Noticeboard();
  private readonly desk: DispatchDesk;
  private readonly input: CaseInput;

  constructor(input: CaseInput) {
    this.input = input;
    this.law = lawOf(input.law);
    this.limits = input.limits ?? LIMITS;
    this.state = input.carried?.state;
    this.remembered = input.carried?.remembered ?? [];
    this.head = input.carried?.head ?? EMPTY_LEDGER;
    this.desk = new DispatchDesk(input.caseId, (outcome) => this.enqueue({ kind: 'dispatch', outcome }));
  }

  /** Registers every handler before the first await: an Update for an unknown name is lost to its caller. */
  listen(): void {
    if (this.state !== undefined) this.noticeboard.describe(this.state);
    // Before the handlers: an Update that arrived with the first task is handed over as soon as its handler exists.
    this.beginRun();
    for (const kind of COMMAND_KINDS) this.listenTo(kind);
    setHandler(defineUpdate<DeliverAnswers, [DeliverBatch]>(DELIVER_UPDATE), (batch) => this.deliver(batch), {
      description: 'messages from the inbox, a batch at a time',
    });
    this.listenToAdoptions();
    setHandler(defineQuery<CaseState | undefined>(STATE_QUERY), () => this.state);
  }

  private listenTo(kind: Command['kind']): void {
    setHandler(defineUpdate<Answer, [Command]>(commandUpdate(kind)), (command) => this.ask({ kind: 'command', command }), {
      // Synchronous on purpose: the promise of an async validator is ignored, and a rejection in it wedges the task.
      validator: (command) => this.refuseEarly({ kind: 'command', command }),
      description: `command ${kind}`,
    });
  }

  private listenToAdoptions(): void {
    setHandler(defineUpdate<Answer, [LawAdoption]>(ADOPT_LAW_UPDATE), (adoption) => this.ask({ kind: 'adoption', adoption }), {
      validator: (adoption) => this.refuseEarly({ kind: 'adoption', adoption }),
      description: 'another calendar or policy',
    });
  }

  /** The first work of a run: the appeal that opens the case, or the adoption of newer rules. */
  private beginRun(): void {
    const { opening } = this.input;
    if (this.state === undefined && opening !== undefined) this.enqueue({ kind: 'opening', opening });
    const { ref } = this.law;
    const known = this.state?.law;
    if (known !== undefined && !isSameLaw(known, ref)) this.enqueue({ kind: 'law', law: ref });
    this.desk.start(this.wanted());
  }

  async waitForWork(): Promise<void> {
    this.clock.set(this.nextWakeUp());
    await condition(() => this.hasWork() || this.clock.rang);
  }

  /** Everything that waits, in one turn: decide, journal, answer, start effects, show. */
  async takeTurn(): Promise<void> {
    this.clock.acknowledge();
    const taken = this.waiting;
    this.waiting = [];
    const inputs = taken.map(({ input }) => input);
    const turn = await this.journaled(inputs);
    taken.forEach(({ answer }, index) => answer(answerAt(turn, index)));
    this.desk.settle(inputs);
    this.desk.start(this.wanted());
    if (this.state !== undefined && turn.entries.length > 0) this.noticeboard.show(this.state);
  }

  /** Decides and journals; decides again when the ledger turns out to know more than this run. */
  private async journaled(inputs: readonly TurnInput[]): Promise<Turn> {
    if (this.isBehind(inputs)) await this.catchUp();
    for (;;) {
      const turn = takeTurn(this.memory(), inputs, this.circumstances());
      if (turn.entries.length > 0) {
        const journaled = await journalTurn(this.input.caseId, this.head, inputs, turn);
        if (!journaled.recorded) {
          await this.catchUp();
          continue;
        }
        this.head = journaled.head;
      }
      this.state = turn.state;
      this.remembered = turn.remembered;
      this.law = turn.law;
      return turn;
    }
  }

  /** True when a sender has seen ledger entries of this case that this run does not know. */
  private isBehind(inputs: readonly TurnInput[]): boolean {
    const seq = this.state?.seq ?? 0;
    return inputs.some((input) => input.kind === 'command' && (input.command.knownSeq ?? 0) > seq);
  }

  private async catchUp(): Promise<void> {
    const { caseId } = this.input;
    const entries = await readLedgerAfter(caseId, this.state?.seq ?? 0);
    const { state, remembered } = catchUp(this.memory(), entries, caseId);
    // Read before anything is set: a validator that runs meanwhile must not see the new state under the old law.
    const law = await this.lawFor(state);
    this.head = chainDigests(this.head, entries);
    this.state = state;
    this.remembered = remembered;
    this.law = law;
  }

  /** The law that the state names: an adoption among the entries taken up is one that this run has not heard of. */
  private async lawFor(state: CaseState | undefined): Promise<Law> {
    if (state === undefined || isSameLaw(state.law, this.law.ref)) return this.law;
    return lawOf(await readLawOf(state.law));
  }

  private memory(): CaseMemory {
    return { state: this.state, remembered: this.remembered };
  }

  private circumstances(): Circumstances {
    return { caseId: this.input.caseId, law: this.law, now: Date.now() };
  }

  hasWork(): boolean {
    return this.waiting.length > 0;
  }

  isOver(): boolean {
    return this.state !== undefined && isOver(this.state) && this.isQuiet();
  }

  /** Only at a quiet moment: a command that runs into a continue-as-new waits two seconds instead of none. */
  mayContinueAsNew(): boolean {
    if (this.state === undefined || !this.isQuiet()) return false;
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return continueAsNewSuggested || historyLength >= this.limits.events || this.age() >= this.limits.ageMs;
  }

  outcome(): CaseOutcome {
    const state = this.stateOrThrow();
    return { caseId: state.caseId, stage: state.stage, seq: state.seq, head: this.head };
  }

  /** What the next run starts with; newer rules of the code are taken up here and recorded by it. */
  nextInput(): CaseInput {
    const { caseId, limits } = this.input;
    const carried = { schema: 1 as const, state: this.stateOrThrow(), remembered: this.remembered, head: this.head };
    return { caseId, law: { ...inForceOf(this.law), rules: CURRENT_RULES }, carried, ...(limits === undefined ? {} : { limits }) };
  }

  private isQuiet(): boolean {
    return !this.hasWork() && this.desk.isIdle();
  }

  private age(): number {
    return Date.now() - workflowInfo().runStartTime.getTime();
  }

  private nextWakeUp(): { at: number; what: string } {
    const retirement = { at: workflowInfo().runStartTime.getTime() + OLDEST_RUN_MS, what: 'a fresh run' };
    const moment = this.state === undefined ? undefined : nextMoment(this.state, this.desk.underWay);
    return moment !== undefined && moment.at < retirement.at ? moment : retirement;
  }

  private wanted(): ReturnType<typeof wantedDispatches> {
    return this.state === undefined ? [] : wantedDispatches(this.state, Date.now());
  }

  private stateOrThrow(): CaseState {
    if (this.state === undefined) throw new Error(`case ${this.input.caseId} has no state yet`);
    return this.state;
  }

  private enqueue(input: TurnInput): void {
    this.waiting.push({ input, answer: () => undefined });
  }

  private ask(input: TurnInput): Promise<Answer> {
    return new Promise((resolve) => this.waiting.push({ input, answer: resolve }));
  }

  private deliver({ deliveries }: DeliverBatch): Promise<DeliverAnswers> {
    return Promise.all(deliveries.map((delivery) => this.ask({ kind: 'delivery', delivery })));
  }

  /** Throws when the core would refuse the input now: a refused Update leaves nothing in history. */
  private refuseEarly(input: TurnInput): void {
    if (this.remembered.some(([cause]) => cause === causeOf(input))) return;
    // A command that comes before the opening was taken, or before lost entries are taken up, waits in the queue.
    if (this.state === undefined || this.isBehind([input])) return;
    const refusal = refusalOf(this.memory(), input, this.circumstances());
    if (refusal) throw ApplicationFailure.nonRetryable(refusal.code, REFUSED, refusal);
  }
}

function isSameLaw(a: LawRef, b: LawRef): boolean {
  return a.rules === b.rules && a.calendar === b.calendar && a.policy === b.policy;
}

function answerAt(turn: Turn, index: number): Answer {
  const answer = turn.answers[index];
  if (answer === undefined) throw new Error(`a turn gave no answer to input ${index}`);
  return answer;
}
