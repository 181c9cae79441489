/**
 * What crosses between the ledger and the clock of a case or of a Center: the workflows' names and input, what wakes them,
 * what a look asks and answers, what an effect is sent by. Free of zod and of the domain, because the sandbox loads it.
 */

export const CASE_WORKFLOW = 'caseWorkflow';
export const CENTER_WORKFLOW = 'centerWorkflow';

/** Whose clock it is. */
export type ClockKind = 'case' | 'center';

export const WORKFLOW_OF = { case: CASE_WORKFLOW, center: CENTER_WORKFLOW } as const satisfies Record<ClockKind, string>;

/** The queue of all clocks. */
export const CASES_TASK_QUEUE = 'cases';

/**
 * Version of the workflow's code. A change of `workflows/` that an older history would not replay under counts it up;
 * runs of an older version are then replaced from the ledger, which they may be at any moment: they hold nothing.
 */
export const CLOCK_VERSION = 2;

/**
 * What is sent is an activity on the queue of its protocol, of which there is one: an organisation that is registered while
 * everything runs needs no worker of its own. Whoever is slow starves nobody: the queue is shared by fairness.
 */
export const EFFECT_QUEUES = { http: 'effects-http' } as const;

/** Every queue that must have somebody who takes from it. */
export const TASK_QUEUES = [CASES_TASK_QUEUE, ...Object.values(EFFECT_QUEUES)] as const;

/** The engine takes 64 bytes at most. */
const LONGEST_FAIRNESS_KEY = 64;

/** By whom a queue is shared: each organisation's messages of each Center, so that neither a slow organisation nor a busy Center is before the others. */
export function fairnessKeyOf(organisation: string, center: string): string {
  return `${organisation}/${center}`.slice(0, LONGEST_FAIRNESS_KEY);
}

/** Workflow id of a case. `caseId` is an opaque UUID: nothing personal enters Temporal. */
export function caseWorkflowId(caseId: string): string {
  return clockWorkflowId('case', caseId);
}

/** The same of any clock, by the id of its subject: `case-…`, `center-…`. */
export function clockWorkflowId(kind: ClockKind, subjectId: string): string {
  return `${kind}-${subjectId}`;
}

/** Whose clock a workflow is, by its id; undefined for one that is no clock. */
export function subjectOfWorkflow(workflowId: string): { kind: ClockKind; subjectId: string } | undefined {
  const kind = (['case', 'center'] as const).find((each) => workflowId.startsWith(`${each}-`));
  return kind && { kind, subjectId: workflowId.slice(kind.length + 1) };
}

/** Urgency of all that is done for a case: 1 threats and minors, 2 the rest, 3 mass work. */
export type Lane = 1 | 2 | 3;

/** The engine knows five priorities, 1 first; what says nothing has 3. */
export const PRIORITY_OF_LANE = { 1: 1, 2: 3, 3: 5 } as const satisfies Record<Lane, number>;

/** A place of a ledger and the digest of all that stands up to it. */
export interface LedgerPlace {
  seq: number;
  head: string;
}

/** The same as a clock carries it. */
export interface ToldPlace extends LedgerPlace {
  /** Signature of the worker that told it: whoever starts a workflow may invent a place. */
  seal: string;
}

/** When a run makes way for the next one; smaller numbers let tests force it at every step. */
export interface RunLimits {
  events: number;
  ageMs: number;
}

export interface ClockInput {
  subjectId: string;
  /** `CLOCK_VERSION` of whoever started the run. */
  clockVersion: number;
  limits?: RunLimits;
  /** What the run before was told last: the one thing that a clock carries, by which a restored ledger is noticed. */
  told?: ToldPlace;
}

/** How a clock ended: nothing of its subject can happen by itself any more. */
export interface ClockOutcome {
  subjectId: string;
  seq: number;
}

/**
 * Payload of a signal, whose name is that of the first fact that moves the clock. It is for people who read the
 * history: the clock makes the same of every signal, which is a look. `facts` are those of the ledger that no signal
 * has told before, the last twenty of them; signals may repeat, and their places say so.
 */
export interface ToldFacts {
  /** Where the case stood when it was told. */
  stage: string;
  facts: readonly { seq: number; type: string }[];
}

/** What the clock says of itself when it looks. Case time in epoch milliseconds. */
export interface LookRequest {
  subjectId: string;
  /** The run that asks: what a run that was replaced has armed must not stand for what its successor has. Of what the engine runs, the engine is asked. */
  runId: string;
  /** The run's first look: it takes the clock over from the run before. */
  isFirst: boolean;
  told?: ToldPlace;
  /** Keys of the effects that are being sent. */
  underWay: readonly string[];
  /** The moment that the timer is set for; null: no timer runs. */
  armedAt: number | null;
  /** The engine's own time, believed only for a case that skips time. */
  engineNow: number;
  /** Digest of the board that supervisors see. */
  shown?: string;
}

/** One attempt of something that is to be sent now. */
export interface WantedEffect {
  key: string;
  /** Number of the attempt; the activity of another one ends without sending. */
  series: number;
  kind: string;
  agency: string;
  center: string;
  lane: Lane;
  /** One line for the supervisor. */
  summary: string;
}

/** What supervisors see of a case; written by the clock when its digest differs from the one shown. */
export interface ClockBoard {
  digest: string;
  /** Markdown, times in Asia/Almaty. */
  details: string;
  attributes: BoardAttributes;
}

/** Values of the search attributes (contracts/search-attributes.ts). */
export interface BoardAttributes {
  number: string;
  stage: string;
  center: string;
  lane: string;
  /** The nearest legal end that has not passed, epoch milliseconds; null: none. */
  nextTerm: number | null;
  nextRule: string | null;
  overdue: number;
  waitingOn: readonly string[];
}

export interface Seen extends ToldPlace {
  kind: 'seen';
  /** What the timer is to be set for; what it is set for already, when nothing is ahead; null: nothing. */
  armedAt: number | null;
  /** From now until then by the ledger's clock, in milliseconds; of no meaning without `armedAt`. */
  sleepMs: number;
  /** What the timer waits for, for people. */
  waitsFor: string;
  /** What must be sent now and is not under way. */
  effects: readonly WantedEffect[];
  /** Absent when supervisors see it already. */
  board?: ClockBoard;
  /** Nothing of the case can happen by itself any more. */
  over: boolean;
  /** Steps of ladders that this look recorded, as `rule step`. */
  rang: readonly string[];
  /** The ledger has less than the clock was told, or another past: it was restored, and effects are held. */
  restored?: true;
}

export type LookAnswer =
  | Seen
  /** The ledger knows no such subject. */
  | { kind: 'ghost' }
  /** Rows were written by a newer release than this process. */
  | { kind: 'version_unknown'; found: number; known: number };

/** What an effect's activity is asked: everything else is read from the ledger. */
export interface EffectRequest {
  caseId: string;
  key: string;
  series: number;
}

export interface EffectEnd {
  /** False only when the ledger wants nothing more of this effect, and nothing of the clock because of it. */
  mustLook: boolean;
}
