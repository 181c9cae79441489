import { describe, expect, it } from 'vitest';
import { billableActions, type HistoryEvent } from '../../tools/demo/billable-actions.js';

const marker = (task: number, markerName = 'core_local_activity'): HistoryEvent => ({
  // The server counts in 64 bits; only the text of the number matters here.
  markerRecordedEventAttributes: { markerName, workflowTaskCompletedEventId: task as never },
});

describe('billable actions of a history', () => {
  it.each<[string, HistoryEvent[], number]>([
    ['a start', [{ workflowExecutionStartedEventAttributes: {} }], 1],
    [
      'an activity that succeeded at once',
      [{ activityTaskScheduledEventAttributes: {} }, { activityTaskStartedEventAttributes: { attempt: 1 } }, { activityTaskCompletedEventAttributes: {} }],
      1,
    ],
    [
      'an activity that succeeded at the third attempt',
      [{ activityTaskScheduledEventAttributes: {} }, { activityTaskStartedEventAttributes: { attempt: 3 } }],
      3,
    ],
    ['a timer that fired', [{ timerStartedEventAttributes: {} }, { timerFiredEventAttributes: {} }], 1],
    ['a timer that was cancelled', [{ timerStartedEventAttributes: {} }, { timerCanceledEventAttributes: {} }], 1],
    ['an Update', [{ workflowExecutionUpdateAcceptedEventAttributes: {} }, { workflowExecutionUpdateCompletedEventAttributes: {} }], 1],
    ['a signal', [{ workflowExecutionSignaledEventAttributes: {} }], 1],
    ['an upsert of search attributes', [{ upsertWorkflowSearchAttributesEventAttributes: {} }], 1],
    ['a child', [{ startChildWorkflowExecutionInitiatedEventAttributes: {} }, { childWorkflowExecutionStartedEventAttributes: {} }], 2],
    ['local activities of one task', [marker(4), marker(4)], 1],
    ['local activities of two tasks', [marker(4), marker(9)], 2],
    ['a patch marker', [marker(4, 'core_patch')], 0],
    [
      'workflow tasks',
      [{ workflowTaskScheduledEventAttributes: {} }, { workflowTaskStartedEventAttributes: {} }, { workflowTaskCompletedEventAttributes: {} }],
      0,
    ],
    ['a skip of time', [{ workflowExecutionTimeSkippingTransitionedEventAttributes: {} }], 0],
    ['the end by continue-as-new, billed as the start of the next run', [{ workflowExecutionContinuedAsNewEventAttributes: {} }], 0],
  ])('%s', (_what, events, actions) => expect(billableActions(events)).toBe(actions));
});
