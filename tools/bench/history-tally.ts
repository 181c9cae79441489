/** What the events of a history are there for, so that a number of events can be told apart into its causes. */
import protos from '@temporalio/proto';
import { billableActions, type HistoryEvent } from '../demo/billable-actions.js';

const { EventType } = protos.temporal.api.enums.v1;

export const EVENT_KINDS = [
  'task',
  'signal',
  'look',
  'activity',
  'timer start',
  'timer cancel',
  'timer ring',
  'attributes',
  'run',
  'time skipping',
  'other',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Number of events of each kind that occurs. */
export type EventTally = Partial<Record<EventKind, number>>;

const KIND_BY_START: readonly (readonly [start: string, kind: EventKind])[] = [
  ['WORKFLOW_TASK_', 'task'],
  ['WORKFLOW_EXECUTION_SIGNALED', 'signal'],
  ['MARKER_RECORDED', 'look'],
  ['ACTIVITY_TASK_', 'activity'],
  ['TIMER_STARTED', 'timer start'],
  ['TIMER_CANCELED', 'timer cancel'],
  ['TIMER_FIRED', 'timer ring'],
  ['UPSERT_WORKFLOW_SEARCH_ATTRIBUTES', 'attributes'],
  // A clock that nobody moves by hand writes neither of the two.
  ['WORKFLOW_EXECUTION_TIME_SKIPPING_', 'time skipping'],
  ['WORKFLOW_EXECUTION_OPTIONS_UPDATED', 'time skipping'],
  ['WORKFLOW_EXECUTION_', 'run'],
];

export function kindOf(event: HistoryEvent): EventKind {
  const name = (EventType[event.eventType ?? 0] ?? '').replace(/^EVENT_TYPE_/, '');
  return KIND_BY_START.find(([start]) => name.startsWith(start))?.[1] ?? 'other';
}

export function tallyOf(events: readonly HistoryEvent[]): EventTally {
  const tally: EventTally = {};
  for (const event of events) {
    const kind = kindOf(event);
    tally[kind] = (tally[kind] ?? 0) + 1;
  }
  return tally;
}

/** In words: `3 task, 1 signal, 1 look`. */
export function tallyText(tally: EventTally): string {
  return EVENT_KINDS.flatMap((kind) => (tally[kind] === undefined ? [] : [`${tally[kind]} ${kind}`])).join(', ');
}

/** The cost of a stretch of history, as far as its events tell. */
export interface EventCost {
  events: number;
  actions: number;
  kinds: EventTally;
}

export function eventCost(events: readonly HistoryEvent[]): EventCost {
  return { events: events.length, actions: billableActions(events), kinds: tallyOf(events) };
}

/** Kinds that come from outside and wake a workflow, against those that its turn writes. */
const WAKES: ReadonlySet<EventKind> = new Set<EventKind>(['task', 'signal', 'activity', 'timer ring', 'time skipping']);

/** A history cut into its turns: what woke the workflow, and all that it wrote because of it. */
export function turnsOf(events: readonly HistoryEvent[]): HistoryEvent[][] {
  const turns: HistoryEvent[][] = [];
  let turn: HistoryEvent[] = [];
  let decided = false;
  for (const event of events) {
    if (decided && isWake(event)) {
      turns.push(turn);
      turn = [];
      decided = false;
    }
    turn.push(event);
    decided ||= event.eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED;
  }
  return turn.length === 0 ? turns : [...turns, turn];
}

/** An activity is ordered by a turn; only what becomes of it comes from outside. */
function isWake(event: HistoryEvent): boolean {
  return WAKES.has(kindOf(event)) && event.eventType !== EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED;
}

/**
 * Turns that nothing but the case's own timer woke: what a moment of a duty costs. The events of the
 * skipping that brought the moment near are left out, and so are turns that ended a run.
 */
export function timerTurns(events: readonly HistoryEvent[]): HistoryEvent[][] {
  const others: readonly EventKind[] = ['signal', 'activity', 'run'];
  return turnsOf(events)
    .map((turn) => turn.filter((event) => kindOf(event) !== 'time skipping'))
    .filter((turn) => {
      const kinds = new Set(turn.map(kindOf));
      return kinds.has('timer ring') && !others.some((kind) => kinds.has(kind));
    });
}
