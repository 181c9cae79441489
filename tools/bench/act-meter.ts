/** What single acts cost the engine: places in the history before and after, read while the case is quiet. */
import type { Client } from '@temporalio/client';
import { caseWorkflowId } from '../../contracts/case-clock.js';
import type { CaseTimes } from '../demo/case-times.js';
import { historiesOf, type HistoryEvent } from '../demo/billable-actions.js';
import { until } from '../../process/deadline.js';
import { eventCost, type EventCost } from './history-tally.js';

/** Where a run of a case stands. */
export interface Place {
  runId: string;
  events: number;
  transitions: number;
  /** Activities that were handed to a worker and have not ended: each cost a transition and no event yet. */
  started: number;
}

/** A stretch of the life of a case. */
export interface Span {
  name: string;
  from: Place;
  to: Place;
  /** The stretch ends with dispatches ordered but not yet answered: their beginning is not the act's own cost. */
  ordersDispatches?: true;
}

export interface ActCost extends EventCost {
  name: string;
  /** Writes of the server to the state of the workflow, which is what a server's load goes by. */
  transitions: number;
}

const QUIET_WITHIN_MS = 60_000;
/** The numbers of PendingActivityState. */
const STARTED = 2;

export class ActMeter {
  readonly spans: Span[] = [];
  private readonly client: Client;
  private readonly times: CaseTimes;
  private readonly caseId: string;

  constructor(client: Client, times: CaseTimes, caseId: string) {
    this.client = client;
    this.times = times;
    this.caseId = caseId;
  }

  private get workflowId(): string {
    return caseWorkflowId(this.caseId);
  }

  /**
   * The place of the current run, as soon as its clock has heard of everything and nothing is under way in it but so
   * many activities that a worker has begun.
   */
  async quietPlace(activities = 0): Promise<Place> {
    const place = await until(() => this.placeIfQuiet(activities), QUIET_WITHIN_MS, 20);
    if (place === undefined) throw new Error(`${this.workflowId} did not come to rest with ${activities} dispatches under way`);
    return place;
  }

  private async placeIfQuiet(activities: number): Promise<Place | undefined> {
    // What is not yet told is in no description.
    const time = await this.times.read(this.caseId);
    if (time === undefined || (time.running && !time.settled)) return undefined;
    const { place, inTurn, pending, ended } = await this.look();
    if (!time.running && !ended) return undefined;
    return !inTurn && pending === activities && place.started === activities ? place : undefined;
  }

  private async look(): Promise<{ place: Place; inTurn: boolean; pending: number; ended: boolean }> {
    const { raw, historyLength, runId, status } = await this.client.workflow.getHandle(this.workflowId).describe();
    const activities = raw.pendingActivities ?? [];
    const started = activities.filter(({ state }) => Number(state) === STARTED).length;
    const place = { runId, events: historyLength, transitions: Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0), started };
    return { place, inTurn: Boolean(raw.pendingWorkflowTask), pending: activities.length, ended: status.name !== 'RUNNING' };
  }

  /** Measures what happens from one quiet moment to the next. */
  async measure(name: string, act: () => Promise<void>): Promise<void> {
    const from = await this.quietPlace();
    await act();
    this.spans.push({ name, from, to: await this.quietPlace() });
  }

  /**
   * Measures a command that orders one dispatch, and the dispatch by itself. The agency must take its
   * time over the acknowledgement, or the two cannot be told apart.
   */
  async measureWithDispatch(name: string, dispatch: string, act: () => Promise<void>): Promise<void> {
    const from = await this.quietPlace();
    await act();
    const between = await this.quietPlace(1);
    this.spans.push({ name, from, to: between, ordersDispatches: true });
    this.spans.push({ name: dispatch, from: between, to: await this.quietPlace() });
  }

  /** The costs of all spans, once the life is over or far enough. */
  async costs(): Promise<ActCost[]> {
    const runs = await readRuns(this.client, this.workflowId);
    return this.spans.map((span) => costOf(span, runs));
  }
}

export interface Run {
  runId: string;
  events: readonly HistoryEvent[];
  transitions: number;
}

/** All runs of a case, the oldest first. */
export async function readRuns(client: Client, workflowId: string): Promise<Run[]> {
  const histories = (await historiesOf(client, workflowId)).toReversed();
  return Promise.all(
    histories.map(async (events) => {
      const runId = events[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId ?? '';
      const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
      return { runId, events, transitions: Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0) };
    }),
  );
}

/**
 * A span that met a continue-as-new ends with the run that it began in; the start of the next run is
 * nobody's act. What a dispatch costs begins with its order, although another's act gave it.
 */
export function costOf({ name, from, to, ordersDispatches }: Span, runs: readonly Run[]): ActCost {
  const run = runs.find(({ runId }) => runId === from.runId);
  if (run === undefined) throw new Error(`the run in which ${name} began is not in the history`);
  const end = to.runId === from.runId ? to : { ...to, events: run.events.length, transitions: run.transitions, started: 0 };
  const events = run.events.slice(from.events, end.events).filter((event) => !event.workflowExecutionContinuedAsNewEventAttributes);
  const orders = ordersDispatches === true ? events.filter(isOrder) : [];
  const before = from.started > 0 ? run.events.slice(0, from.events).filter(isOrder).slice(-from.started) : [];
  return {
    name,
    ...eventCost([...before, ...events.filter((event) => !orders.includes(event))]),
    transitions: end.transitions - end.started - (from.transitions - from.started),
  };
}

function isOrder(event: HistoryEvent): boolean {
  return Boolean(event.activityTaskScheduledEventAttributes);
}
