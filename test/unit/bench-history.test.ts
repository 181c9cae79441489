import protos from '@temporalio/proto';
import { describe, expect, it } from 'vitest';
import { costOf, type Place, type Run, type Span } from '../../tools/bench/act-meter.js';
import { eventCost, kindOf, tallyText, timerTurns, turnsOf } from '../../tools/bench/history-tally.js';
import type { HistoryEvent } from '../../tools/demo/billable-actions.js';

const { EventType } = protos.temporal.api.enums.v1;
type TypeName = keyof typeof EventType extends `EVENT_TYPE_${infer Name}` ? Name : never;

const ATTRIBUTES: Partial<Record<TypeName, HistoryEvent>> = {
  WORKFLOW_EXECUTION_STARTED: { workflowExecutionStartedEventAttributes: {} },
  WORKFLOW_EXECUTION_CONTINUED_AS_NEW: { workflowExecutionContinuedAsNewEventAttributes: {} },
  WORKFLOW_EXECUTION_SIGNALED: { workflowExecutionSignaledEventAttributes: {} },
  MARKER_RECORDED: { markerRecordedEventAttributes: { markerName: 'core_local_activity' } },
  TIMER_STARTED: { timerStartedEventAttributes: {} },
  ACTIVITY_TASK_SCHEDULED: { activityTaskScheduledEventAttributes: {} },
  UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: { upsertWorkflowSearchAttributesEventAttributes: {} },
};

const history = (...names: TypeName[]): HistoryEvent[] =>
  names.map((name, index) => ({ eventId: (index + 1) as never, eventType: EventType[`EVENT_TYPE_${name}`], ...ATTRIBUTES[name] }));

const TASK: TypeName[] = ['WORKFLOW_TASK_SCHEDULED', 'WORKFLOW_TASK_STARTED', 'WORKFLOW_TASK_COMPLETED'];
const OPENING: TypeName[] = ['WORKFLOW_EXECUTION_STARTED', ...TASK, 'MARKER_RECORDED', 'TIMER_STARTED'];
const WAKE: TypeName[] = ['WORKFLOW_EXECUTION_SIGNALED', ...TASK, 'MARKER_RECORDED', 'TIMER_STARTED'];
const RING: TypeName[] = ['TIMER_FIRED', ...TASK, 'MARKER_RECORDED', 'TIMER_STARTED'];
const ORDERING: TypeName[] = ['WORKFLOW_EXECUTION_SIGNALED', ...TASK, 'MARKER_RECORDED', 'ACTIVITY_TASK_SCHEDULED'];
const RECEIPT: TypeName[] = ['ACTIVITY_TASK_STARTED', 'ACTIVITY_TASK_COMPLETED', ...TASK, 'MARKER_RECORDED'];

describe('what events are there for', () => {
  it.each<[TypeName, string]>([
    ['WORKFLOW_TASK_COMPLETED', 'task'],
    ['WORKFLOW_TASK_FAILED', 'task'],
    ['WORKFLOW_EXECUTION_SIGNALED', 'signal'],
    ['MARKER_RECORDED', 'look'],
    ['ACTIVITY_TASK_COMPLETED', 'activity'],
    ['TIMER_STARTED', 'timer start'],
    ['TIMER_CANCELED', 'timer cancel'],
    ['TIMER_FIRED', 'timer ring'],
    ['UPSERT_WORKFLOW_SEARCH_ATTRIBUTES', 'attributes'],
    ['WORKFLOW_EXECUTION_OPTIONS_UPDATED', 'time skipping'],
    ['WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED', 'time skipping'],
    ['WORKFLOW_EXECUTION_CONTINUED_AS_NEW', 'run'],
    ['NEXUS_OPERATION_SCHEDULED', 'other'],
  ])('%s is %s', (name, kind) => expect(kindOf(history(name)[0] ?? {})).toBe(kind));

  it('events, actions and kinds of a wake that is alone', () => {
    expect(eventCost(history(...WAKE))).toEqual({ events: 6, actions: 3, kinds: { task: 3, signal: 1, look: 1, 'timer start': 1 } });
    expect(tallyText(eventCost(history(...WAKE)).kinds)).toBe('3 task, 1 signal, 1 look, 1 timer start');
  });
});

describe('turns of a history', () => {
  it('begin with what wakes the workflow and end with what it writes', () => {
    const turns = turnsOf(history(...OPENING, ...WAKE, ...ORDERING, ...RECEIPT, ...RING));
    expect(turns.map((turn) => turn.length)).toEqual([OPENING, WAKE, ORDERING, RECEIPT, RING].map(({ length }) => length));
  });

  it('an empty history has none', () => expect(turnsOf([])).toEqual([]));

  it('those that only the timer woke, without the skipping that brought it near', () => {
    const skipped: TypeName[] = ['WORKFLOW_EXECUTION_OPTIONS_UPDATED', 'WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED'];
    const meeting: TypeName[] = ['TIMER_FIRED', ...WAKE];
    const last: TypeName[] = [...RING, 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW'];
    const [alone, ...others] = timerTurns(history(...OPENING, ...skipped, ...RING, ...meeting, ...last));
    expect(others).toEqual([]);
    expect(eventCost(alone ?? [])).toEqual({ events: 6, actions: 2, kinds: { 'timer ring': 1, task: 3, look: 1, 'timer start': 1 } });
  });
});

describe('the cost of an act between two quiet moments', () => {
  const place = (events: number, transitions: number, started = 0, runId = 'run-1'): Place => ({ runId, events, transitions, started });
  const span = (from: Place, to: Place, more: Partial<Span> = {}): Span => ({ name: 'act', from, to, ...more });
  const first: Run = { runId: 'run-1', events: history(...OPENING, ...ORDERING, ...RECEIPT), transitions: 9 };

  it('is what lies between them', () => {
    const run = { ...first, events: history(...OPENING, ...WAKE) };
    expect(costOf(span(place(6, 3), place(12, 4)), [run])).toMatchObject({ name: 'act', events: 6, transitions: 1, actions: 3 });
  });

  it('a command does not pay for the dispatch that it orders, and the dispatch pays for its order', () => {
    const between = place(OPENING.length + ORDERING.length, 5, 1);
    const command = costOf(span(place(OPENING.length, 3), between, { ordersDispatches: true }), [first]);
    expect(command).toMatchObject({ events: 5, transitions: 1, actions: 2 });
    const dispatch = costOf(span(between, place(first.events.length, 8)), [first]);
    expect(dispatch).toMatchObject({ events: 1 + RECEIPT.length, transitions: 4, actions: 2, kinds: { activity: 3, task: 3, look: 1 } });
    expect(command.events + dispatch.events).toBe(ORDERING.length + RECEIPT.length);
    expect(command.transitions + dispatch.transitions).toBe(5);
  });

  it('ends with its run: what continue-as-new writes is no act’s', () => {
    const ended: Run = { runId: 'run-1', events: history(...OPENING, ...WAKE, 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW'), transitions: 4 };
    const fresh: Run = { runId: 'run-2', events: history(...OPENING), transitions: 3 };
    expect(costOf(span(place(6, 3), place(6, 3, 0, 'run-2')), [ended, fresh])).toMatchObject({ events: 6, transitions: 1 });
  });

  it('a run that is not there is a fault and not a zero', () => {
    expect(() => costOf(span(place(0, 0, 0, 'run-9'), place(1, 1)), [first])).toThrow('not in the history');
  });
});
