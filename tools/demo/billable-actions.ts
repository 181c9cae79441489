/**
 * What the histories of a case would cost: events, and actions as Temporal Cloud bills them. Queries,
 * rejected Updates and heartbeats leave no event and are not in here.
 */
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

export interface CaseCost {
  /** Runs of the case: one and each continue-as-new. */
  runs: number;
  historyEvents: number;
  billableActions: number;
}

/** Reads the histories of all runs of a workflow, the latest first, along the chain of continue-as-new. */
export async function historiesOf(client: Client, workflowId: string): Promise<readonly (readonly HistoryEvent[])[]> {
  const histories: (readonly HistoryEvent[])[] = [];
  let runId: string | undefined;
  do {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push(events ?? []);
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  } while (runId !== undefined);
  return histories;
}

export async function costOf(client: Client, workflowId: string): Promise<CaseCost> {
  const histories = await historiesOf(client, workflowId);
  return {
    runs: histories.length,
    historyEvents: histories.reduce((sum, events) => sum + events.length, 0),
    billableActions: histories.reduce((sum, events) => sum + billableActions(events), 0),
  };
}

/**
 * Actions of one run: 1 for its start (also by continue-as-new), for each activity and each further
 * attempt of it, timer, accepted Update, signal and search-attribute upsert; 2 for a child; 1 for all
 * local activities of one workflow task together.
 */
export function billableActions(events: readonly HistoryEvent[]): number {
  const tasksWithLocalActivities = new Set<string>();
  let actions = 0;
  for (const event of events) {
    actions += actionsOf(event);
    const marker = event.markerRecordedEventAttributes;
    if (marker?.markerName === 'core_local_activity') tasksWithLocalActivities.add(String(marker.workflowTaskCompletedEventId));
  }
  return actions + tasksWithLocalActivities.size;
}

/** Told by the attributes that an event carries: each kind has its own. */
function actionsOf(event: HistoryEvent): number {
  if (event.startChildWorkflowExecutionInitiatedEventAttributes) return 2;
  // Attempts that failed leave no event; the number of the one that was started last tells them.
  if (event.activityTaskStartedEventAttributes) return Math.max(0, (event.activityTaskStartedEventAttributes.attempt ?? 1) - 1);
  const billed =
    event.workflowExecutionStartedEventAttributes ??
    event.activityTaskScheduledEventAttributes ??
    event.timerStartedEventAttributes ??
    event.workflowExecutionUpdateAcceptedEventAttributes ??
    event.workflowExecutionSignaledEventAttributes ??
    event.upsertWorkflowSearchAttributesEventAttributes;
  return billed ? 1 : 0;
}
