/**
 * What is under way to agencies. Each wanted dispatch is one activity on the agency's own queue; an
 * outcome comes back as an input of a turn. The wish itself lives in the state, so after a restart or
 * a continue-as-new it is asked again by the same key.
 */
import { ActivityFailure, ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type { DispatchActivities } from '../../activities/dispatches.js';
import { agencyTaskQueue } from '../../contracts/case-workflow.js';
import { DISPATCH_REFUSED } from '../../contracts/dispatch.js';
import type { DispatchOutcome } from '../../domain/case/dispatch.js';
import type { Dispatch } from '../../domain/case/state.js';
import type { TurnInput } from '../../domain/case/turn.js';

/**
 * Bounded: an agency that is down for weeks must not hold the run open or burn thousands of attempts.
 * After a series the dispatch is parked on the case's own timer, where people can see it.
 */
function dispatchActivitiesOf(dispatch: Dispatch): DispatchActivities {
  return proxyActivities<DispatchActivities>({
    taskQueue: agencyTaskQueue(dispatch.agency),
    startToCloseTimeout: '15s',
    scheduleToCloseTimeout: '2m',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '20s', maximumAttempts: 4 },
    summary: `${dispatch.kind} to ${dispatch.agency} (${dispatch.measureIds.length})`,
  });
}

export class DispatchDesk {
  private readonly sending = new Set<string>();
  private readonly caseId: string;
  private readonly report: (outcome: DispatchOutcome) => void;

  constructor(caseId: string, report: (outcome: DispatchOutcome) => void) {
    this.caseId = caseId;
    this.report = report;
  }

  /** Starts what is wanted and not under way. */
  start(wanted: readonly Dispatch[]): void {
    for (const dispatch of wanted) {
      if (this.sending.has(dispatch.key)) continue;
      this.sending.add(dispatch.key);
      void this.send(dispatch);
    }
  }

  /** An outcome that a turn has taken is no longer under way; until then it must not be asked again. */
  settle(inputs: readonly TurnInput[]): void {
    for (const input of inputs) if (input.kind === 'dispatch') this.sending.delete(input.outcome.key);
  }

  /** Keys of what is being sent right now. */
  get underWay(): ReadonlySet<string> {
    return this.sending;
  }

  isIdle(): boolean {
    return this.sending.size === 0;
  }

  private async send(dispatch: Dispatch): Promise<void> {
    const { key, kind, agency, measureIds, reportId } = dispatch;
    const order = { caseId: this.caseId, caseTime: Date.now(), key, kind, agency, measureIds };
    try {
      const { receiptId } = await dispatchActivitiesOf(dispatch).deliverDispatch(
        reportId === undefined ? order : { ...order, reportId },
      );
      this.report({ key, outcome: 'delivered', receiptId });
    } catch (error) {
      this.report(outcomeOf(key, error));
    }
  }
}

/** Any failure but a refusal is "not reached": it is parked, shown, and tried again. */
function outcomeOf(key: string, error: unknown): DispatchOutcome {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  const refused = cause instanceof ApplicationFailure && cause.type === DISPATCH_REFUSED;
  const reason = cause instanceof ApplicationFailure ? (cause.message ?? 'failure') : 'timeout';
  return { key, outcome: refused ? 'refused' : 'unreachable', reason };
}
