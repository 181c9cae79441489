/** What the relay asks of Temporal: wake the clock of a case or a Center, and tell what the server has. Every call has a deadline. */
import type { Client } from '@temporalio/client';
import protos from '@temporalio/proto';
import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import {
  CASES_TASK_QUEUE,
  TASK_QUEUES,
  CLOCK_VERSION,
  clockWorkflowId,
  PRIORITY_OF_LANE,
  subjectOfWorkflow,
  WORKFLOW_OF,
  type ClockInput,
  type ClockKind,
  type Lane,
  type ToldFacts,
} from '../contracts/case-clock.js';
import type { SearchAttributeName } from '../contracts/search-attributes.js';
import type { Instant } from '../domain/law/calendar.js';

/** A wake as it is sent: what happened, and what supervisors see of a run that it starts. */
export interface WakeToSend {
  /** Whose clock it is. */
  kind: ClockKind;
  caseId: string;
  /** The signal's name. */
  name: string;
  told: ToldFacts;
  /** Replace the run instead of waking it. */
  rebuild: boolean;
  lane: Lane;
  /** The lane whose priority the run has; undefined: it gets its priority at its start. */
  toldLane: Lane | undefined;
  start: StartOfClock;
}

/** Numbers and codes only: nothing personal enters Temporal. */
export interface StartOfClock {
  journalNumber: string | undefined;
  center: string;
  stage: string;
  calendar: string;
  policy: string;
  overdue: number;
  waitingOn: readonly string[];
  /** The nearest legal end that has not passed. */
  next: { rule: string; dueAt: Instant } | undefined;
}

export interface RunningClock {
  kind: ClockKind;
  caseId: string;
  startedAt: Instant;
}

export interface ClockEngine {
  /**
   * Signal-with-start: wakes the run of a case, or starts one.
   * @returns the lane whose priority the run has now
   * @throws EngineAway when the engine did not take it, for whatever reason that is not of this case; RunIsDeaf
   */
  wake(wake: WakeToSend): Promise<Lane>;
  /** Id of the namespace: another one under the same name is an empty server. Undefined: there is none of that name. @throws EngineAway */
  namespaceId(): Promise<string | undefined>;
  /** Makes namespace and search attributes where they are missing. */
  ensure(): Promise<void>;
  /** Running clocks as the server's index has them, some seconds late. @throws EngineAway */
  countRunning(): Promise<number>;
  /** All of them, page by page. @throws EngineAway */
  running(): AsyncIterable<readonly RunningClock[]>;
  /** Queues from which nobody takes, of those that must have somebody. @throws EngineAway */
  queuesWithoutWorker(): Promise<readonly string[]>;
  /** Ends a run that nothing stands behind; one that is not there is no fault. @throws EngineAway */
  end(run: Pick<RunningClock, 'kind' | 'caseId'>, reason: string): Promise<void>;
}

/** Temporal cannot be reached, or is not what it should be. */
export class EngineAway extends Error {
  override readonly name = 'EngineAway';
}

/** The run has taken as many signals as a run may: only another one hears. */
export class RunIsDeaf extends Error {
  override readonly name = 'RunIsDeaf';
}

/** Without an answer a call may take minutes; the same call is made again later. */
const DEADLINE_MS = 5_000;
const PAGE = 500;
const RUNNING = `WorkflowType IN (${Object.values(WORKFLOW_OF)
  .map((type) => `'${type}'`)
  .join(', ')}) AND ExecutionStatus = 'Running'`;

/** @param ensure makes what the namespace lacks @param deadlineMs bound of one call */
export function createClockEngine(client: Client, ensure: () => Promise<void>, deadlineMs: number = DEADLINE_MS): ClockEngine {
  const bounded = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await client.withDeadline(Date.now() + deadlineMs, call);
    } catch (error) {
      if (isDeafness(error)) throw new RunIsDeaf('a run takes no more signals', { cause: error });
      if (!isOfTheEngine(error)) throw error;
      throw new EngineAway('Temporal did not take a call', { cause: error });
    }
  };
  const { namespace } = client.options;
  return {
    ensure,
    wake: async (wake) => {
      await bounded(() => signalWithStart(client, wake));
      const { lane, toldLane = lane } = wake;
      if (toldLane === lane || wake.rebuild) return lane;
      // The signal is what counts; a priority that could not be set is set with the next wake.
      return bounded(() => setPriority(client, wake)).then(
        () => lane,
        () => toldLane,
      );
    },
    namespaceId: () =>
      bounded(() => client.workflowService.describeNamespace({ namespace })).then(
        ({ namespaceInfo }) => namespaceInfo?.id ?? undefined,
        (error: unknown) => {
          if (grpcCodeOf(error) === NOT_FOUND) return undefined;
          throw error;
        },
      ),
    countRunning: async () => Number((await bounded(() => client.workflowService.countWorkflowExecutions({ namespace, query: RUNNING }))).count),
    running: () => pages(client, bounded),
    queuesWithoutWorker: () => unserved(client, bounded),
    end: async ({ kind, caseId }, reason) => {
      await bounded(() => client.workflow.getHandle(clockWorkflowId(kind, caseId)).terminate(reason)).catch((error: unknown) => {
        if (grpcCodeOf(error) !== NOT_FOUND && !isGone(error)) throw error;
      });
    },
  };
}

/** A poll lasts a minute; a worker that was killed stays in the list for some more. */
const POLLED_WITHIN_MS = 3 * 60_000;
const { TaskQueueType } = protos.temporal.api.enums.v1;

async function unserved(client: Client, bounded: <T>(call: () => Promise<T>) => Promise<T>): Promise<string[]> {
  const { namespace } = client.options;
  const looked = TASK_QUEUES.map(async (name) => {
    // The clocks' queue is asked for those who take workflow tasks, the others for those who take activities.
    const taskQueueType = name === CASES_TASK_QUEUE ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;
    const { pollers } = await bounded(() => client.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType }));
    const isServed = (pollers ?? []).some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 > Date.now() - POLLED_WITHIN_MS);
    return isServed ? [] : [name];
  });
  return (await Promise.all(looked)).flat();
}

async function signalWithStart(client: Client, { kind, caseId, name, told, rebuild, lane, start }: WakeToSend): Promise<void> {
  const input: ClockInput = { subjectId: caseId, clockVersion: CLOCK_VERSION };
  await client.workflow.signalWithStart(WORKFLOW_OF[kind], {
    workflowId: clockWorkflowId(kind, caseId),
    taskQueue: CASES_TASK_QUEUE,
    // A case that was reopened, or whose clock had nothing to do any more, gets another run.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: rebuild ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
    args: [input],
    signal: name,
    signalArgs: [told],
    priority: { priorityKey: PRIORITY_OF_LANE[lane] },
    staticSummary: kind === 'case' ? `Case ${start.journalNumber ?? caseId}` : `Center ${start.center}`,
    staticDetails: detailsOf(start),
    typedSearchAttributes: attributesOf(start, lane),
  });
}

/** Signalling a run does not change its priority: a case in which a threat was found would wait among the rest. */
async function setPriority(client: Client, { kind, caseId, lane }: WakeToSend): Promise<void> {
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: clockWorkflowId(kind, caseId) },
    workflowExecutionOptions: { priority: { priorityKey: PRIORITY_OF_LANE[lane] } },
    updateMask: { paths: ['priority'] },
  });
}

/** Markdown for supervisors in the Temporal UI. */
function detailsOf({ journalNumber, center, stage, calendar, policy }: StartOfClock): string {
  return [
    ...(journalNumber === undefined ? [] : [`Appeal **${journalNumber}**, center \`${center}\``]),
    `Stage \`${stage}\``,
    `Law: calendar ${calendar}, policy ${policy}`,
  ].join('\n\n');
}

const LANE_NAMES = { 1: 'threat', 2: 'usual', 3: 'mass' } as const satisfies Record<Lane, string>;

const keyword = (name: SearchAttributeName) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/** Attributes are free at the start; the clock itself writes what changes later. */
function attributesOf({ journalNumber, center, stage, overdue, waitingOn, next }: StartOfClock, lane: Lane): SearchAttributePair[] {
  return [
    ...(journalNumber === undefined ? [] : [{ key: keyword('TirekNumber'), value: journalNumber }]),
    { key: keyword('TirekStage'), value: stage },
    { key: keyword('TirekCenter'), value: center },
    { key: keyword('TirekLane'), value: LANE_NAMES[lane] },
    { key: defineSearchAttributeKey('TirekOverdue' satisfies SearchAttributeName, SearchAttributeType.INT), value: overdue },
    ...(waitingOn.length === 0
      ? []
      : [{ key: defineSearchAttributeKey('TirekWaitingOn' satisfies SearchAttributeName, SearchAttributeType.KEYWORD_LIST), value: [...waitingOn] }]),
    ...(next === undefined
      ? []
      : [
          { key: keyword('TirekNextRule'), value: next.rule },
          { key: defineSearchAttributeKey('TirekNextTerm' satisfies SearchAttributeName, SearchAttributeType.DATETIME), value: new Date(next.dueAt) },
        ]),
  ];
}

async function* pages(client: Client, bounded: <T>(call: () => Promise<T>) => Promise<T>): AsyncIterable<readonly RunningClock[]> {
  const { namespace } = client.options;
  let nextPageToken: Uint8Array | undefined;
  do {
    const token = nextPageToken;
    const page = await bounded(() =>
      client.workflowService.listWorkflowExecutions({ namespace, query: RUNNING, pageSize: PAGE, ...(token === undefined ? {} : { nextPageToken: token }) }),
    );
    yield (page.executions ?? []).flatMap(({ execution, startTime }) => {
      const clock = subjectOfWorkflow(execution?.workflowId ?? '');
      return clock === undefined ? [] : [{ kind: clock.kind, caseId: clock.subjectId, startedAt: Number(startTime?.seconds ?? 0) * 1_000 }];
    });
    nextPageToken = page.nextPageToken !== null && page.nextPageToken.length > 0 ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined);
}

const DEADLINE_EXCEEDED = 4;
const CANCELLED = 1;
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;

function grpcCodeOf(error: unknown): number | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'number') return code;
  }
  return undefined;
}

/** True for what the next case would be answered, too; a namespace or attribute that is missing is the server's fault. */
function isOfTheEngine(error: unknown): boolean {
  const code = grpcCodeOf(error);
  if (code === INVALID_ARGUMENT) return /search attribute/i.test(messagesOf(error));
  return code === undefined ? isTimeout(error) : [CANCELLED, DEADLINE_EXCEEDED, NOT_FOUND, RESOURCE_EXHAUSTED, UNAVAILABLE].includes(code);
}

function isDeafness(error: unknown): boolean {
  return /limit for signal|signals? limit/i.test(messagesOf(error));
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && /deadline|connect|timeout/i.test(error.message);
}

function isGone(error: unknown): boolean {
  return error instanceof Error && error.name === 'WorkflowNotFoundError';
}

function messagesOf(error: unknown): string {
  const parts: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) parts.push(cause.message);
  return parts.join(': ');
}

/** True for what is cured by making what the server lacks. */
export function lacksNamespace(error: unknown): boolean {
  const code = grpcCodeOf(error);
  return code === NOT_FOUND || code === INVALID_ARGUMENT;
}
