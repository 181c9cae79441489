/**
 * Lets a case live through days in a moment, by the native time skipping of a development server.
 * Time is the case's own: relay, API, agencies and Postgres go on in real time.
 */
import { randomUUID } from 'node:crypto';
import { ServiceError, WorkflowNotFoundError, isGrpcServiceError, type Client } from '@temporalio/client';
import Long from 'long';
import type { Instant } from '../../domain/law/calendar.js';
import { until } from '../../process/deadline.js';

/** The numbers of FastForwardPollingResult; the enum itself is not exported where ESM can take it by name. */
const COMPLETED = 2;
const FAILED = 3;

/** Status codes of gRPC, whose own enum belongs to a package that is not ours. */
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const UNIMPLEMENTED = 12;

/** Started, task scheduled, task started; what the first task commanded comes after its completion. */
const EVENTS_OF_FIRST_TASK = 3;
const FIRST_TASK_WITHIN_MS = 30_000;

/**
 * When the end of a skip passes while a task is in hand, the server does not stop there and goes on to the
 * next timer. So a skip ends as long behind a moment as the slowest task takes in real time.
 */
export const A_MOMENT_MS = 60_000;

const CLOSED_FIRST = /ended before the fast-forward completed/;
/** One poll is a long poll of the server; this only bounds a server that stopped answering. */
const POLL_DEADLINE_MS = 60_000;
/** A bound for a machine that is busy with other things. */
const SKIPPED_WITHIN_MS = 5 * 60_000;

/** The server does not skip time: it is not a development server, or an old one. */
export class TimeSkippingUnavailable extends Error {
  override readonly name = 'TimeSkippingUnavailable';

  constructor() {
    super('This Temporal server does not skip time: fast-forward works on the development server of "npm start" only.');
  }
}

/** There is no running case under that id. */
export class CaseNotRunning extends Error {
  override readonly name = 'CaseNotRunning';

  constructor(workflowId: string) {
    super(`There is no running workflow "${workflowId}" to fast-forward: the case is closed, or the id is another one.`);
  }
}

/** Asked of a case that there is none of: who skips time says just that, anybody else refuses in words of its own. */
export async function skipsTime(client: Client): Promise<boolean> {
  return fastForward(client, 'no-such-case', 1_000, true).then(
    () => true,
    (error: unknown) => {
      if (error instanceof CaseNotRunning) return true;
      if (error instanceof TimeSkippingUnavailable) return false;
      throw error;
    },
  );
}

/**
 * Moves the case's clock on by `ms` and returns when everything that its timers woke has been done.
 * Moments on the way fire at their own instants. A case that ends on the way is done, too.
 *
 * While a worker of the case or of an agency that owes it an activity is away, this waits for it.
 *
 * @param ms milliseconds of case time, rounded up to whole seconds
 * @param delayed the workflow waits for its start delay: it has no first task yet, and that is right
 * @throws TimeSkippingUnavailable, CaseNotRunning, Error when the server gave up
 */
export async function fastForward(client: Client, workflowId: string, ms: number, delayed = false): Promise<void> {
  const { namespace } = client.options;
  const workflowExecution = { workflowId };
  const fastForwardId = `ff-${randomUUID()}`;
  const duration = { seconds: Long.fromNumber(Math.ceil((delayed ? ms + A_MOMENT_MS : ms) / 1000)) };
  if (!delayed) await awaitFirstTask(client, workflowId);
  await asked(workflowId, () =>
    client.workflowService.updateWorkflowExecutionOptions({
      namespace,
      workflowExecution,
      // The whole message: partial paths are refused.
      updateMask: { paths: ['time_skipping_config'] },
      workflowExecutionOptions: { timeSkippingConfig: { enabled: true, fastForwardConfig: { id: fastForwardId, duration } } },
    }),
  );
  const end = Date.now() + SKIPPED_WITHIN_MS;
  for (;;) {
    const polled = await asked(workflowId, () =>
      client.withDeadline(Date.now() + POLL_DEADLINE_MS, () =>
        client.workflowService.pollWorkflowExecutionTimeSkipping({ namespace, workflowExecution, fastForwardId }).catch(unlessLate(end)),
      ),
    );
    // A busy server gives up its long poll: it is asked again.
    if (polled === undefined) continue;
    const { fastForwardPollingResult, failedReason } = polled;
    const result: number = fastForwardPollingResult;
    if (result === COMPLETED) return;
    if (result !== FAILED) continue;
    if (CLOSED_FIRST.test(failedReason)) return;
    throw new Error(`the fast-forward of ${workflowId} failed: ${failedReason || 'the server gave no reason'}`);
  }
}

/**
 * Waits until the current run has set its timers. A run that lasted less than a second of real time
 * and continued as new starts its successor a second later, and the server would skip over the
 * successor's moments before they are known to it.
 */
async function awaitFirstTask(client: Client, workflowId: string): Promise<void> {
  const begun = await until(
    async () => {
      const { historyLength, status } = await asked(workflowId, () => client.workflow.getHandle(workflowId).describe());
      return status.name !== 'RUNNING' || historyLength > EVENTS_OF_FIRST_TASK ? true : undefined;
    },
    FIRST_TASK_WITHIN_MS,
    25,
  );
  if (!begun) throw new Error(`no worker has taken up ${workflowId} within ${FIRST_TASK_WITHIN_MS / 1000} s: is the worker running?`);
}

/**
 * What the case's clock shows (UTC). A case that never skipped lives in real time; one that ended
 * stands at its end.
 */
export async function caseTime(client: Client, workflowId: string): Promise<Instant> {
  const { raw } = await asked(workflowId, () => client.workflow.getHandle(workflowId).describe());
  const closed = raw.workflowExecutionInfo?.closeTime;
  const shown = closed ?? raw.workflowExtendedInfo?.timeSkippingInfo?.currentTime;
  if (shown === undefined || shown === null) return Date.now();
  return Number(shown.seconds ?? 0) * 1000 + Math.floor((shown.nanos ?? 0) / 1_000_000);
}

/** @throws the error, unless it says that time was up, and there is some left before the end */
function unlessLate(end: Instant): (error: unknown) => undefined {
  return (error) => {
    if (codeOf(error) !== DEADLINE_EXCEEDED || Date.now() > end) throw error;
    return undefined;
  };
}

function codeOf(error: unknown): number | undefined {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}

async function asked<T>(workflowId: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const code = codeOf(error);
    if (code === UNIMPLEMENTED) throw new TimeSkippingUnavailable();
    if (code === NOT_FOUND || error instanceof WorkflowNotFoundError) throw new CaseNotRunning(workflowId);
    throw error;
  }
}
