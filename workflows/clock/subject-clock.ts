/** The machine of the clock on the engine: its commands as local activities, timers and activities, their ends as events. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { ClockActivities } from '../../activities/clock.js';
import type { EffectActivities } from '../../activities/effects.js';
import { EFFECT_QUEUES, fairnessKeyOf, PRIORITY_OF_LANE, type ClockInput, type RunLimits, type WantedEffect } from '../../contracts/case-clock.js';
import { ClockMachine, type ClockCommand, type ClockEvent, type LookOrder } from './clock-machine.js';
import { Noticeboard } from './noticeboard.js';

/**
 * Our own database, within a second: a local activity costs one event. Few quick attempts only, because one that
 * keeps failing heartbeats its workflow task and fills the history.
 */
const { look } = proxyLocalActivities<ClockActivities>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumAttempts: 3 },
});

/**
 * One attempt. Tried over by the engine only for faults of ours, and then without end: the plan of attempts is the
 * ledger's. No bound on the whole: what waits in our own queue was not sent by us, and is no mark against the agency.
 * The bound of the attempt is that of its request and of two statements: of a worker that died nobody hears earlier.
 */
function sendEffect({ key, series, agency, center, lane, summary }: WantedEffect, caseId: string): ReturnType<EffectActivities['sendEffect']> {
  const activities = proxyActivities<EffectActivities>({
    taskQueue: EFFECT_QUEUES.http,
    startToCloseTimeout: '15s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s' },
    priority: { priorityKey: PRIORITY_OF_LANE[lane], fairnessKey: fairnessKeyOf(agency, center) },
    summary,
  });
  return activities.sendEffect({ caseId, key, series });
}

const LIMITS: RunLimits = { events: 2_000, ageMs: 30 * 86_400_000 };

type Ending = Extract<ClockCommand, { kind: 'finish' | 'continueAsNew' }>;

export class SubjectClock {
  private readonly input: ClockInput;
  private readonly machine: ClockMachine;
  private readonly noticeboard = new Noticeboard();
  private timer: CancellationScope | undefined;
  private end: (ending: Ending) => void = () => {};
  private fail: (defect: unknown) => void = () => {};

  constructor(input: ClockInput) {
    this.input = input;
    this.machine = new ClockMachine(input.told);
  }

  /** Ends with what the machine ends with. Anything that is no failure of an activity fails the workflow task, which shows and recovers. */
  run(): Promise<Ending> {
    return new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
      this.happens({ kind: 'begun' });
    });
  }

  wake(): void {
    this.happens({ kind: 'woken' });
  }

  private happens(event: ClockEvent): void {
    for (const command of this.machine.step(event)) this.carryOut(command);
  }

  private carryOut(command: ClockCommand): void {
    switch (command.kind) {
      case 'look':
        return this.follow(this.look(command.order));
      case 'arm':
        return this.arm(command);
      case 'start':
        return this.follow(this.send(command.effect));
      case 'show':
        return this.noticeboard.show(command.board);
      case 'pause':
        return this.follow(this.pause(command));
      case 'finish':
      case 'continueAsNew':
        return this.end(command);
    }
  }

  /** What comes of it is told to the machine; a defect ends the wait of the main function. */
  private follow(work: Promise<ClockEvent | undefined>): void {
    work.then((event) => (event === undefined ? undefined : this.happens(event))).catch((defect: unknown) => this.fail(defect));
  }

  private async look({ told, shown, ...order }: LookOrder): Promise<ClockEvent> {
    const { subjectId } = this.input;
    const { runId } = workflowInfo();
    const request = { subjectId, runId, ...order, engineNow: Date.now(), ...(told === undefined ? {} : { told }), ...(shown === undefined ? {} : { shown }) };
    const answer = await answered(look(request));
    if (answer === undefined) return { kind: 'lookFailed', grownOld: this.hasGrownOld() };
    // Of the task and not of the activity: a failed task is tried again, by another worker too, and its look with it.
    if (answer.kind === 'version_unknown') throw new Error(`${subjectId} has rows of version ${answer.found}; this worker knows ${answer.known}`);
    return { kind: 'looked', answer, grownOld: this.hasGrownOld() };
  }

  private async send(effect: WantedEffect): Promise<ClockEvent> {
    const end = await answered(sendEffect(effect, this.input.subjectId));
    return { kind: 'effectEnded', key: effect.key, mustLook: end?.mustLook ?? true };
  }

  private arm({ timer, sleepMs, waitsFor }: Extract<ClockCommand, { kind: 'arm' }>): void {
    this.timer?.cancel();
    const scope = new CancellationScope();
    this.timer = scope;
    const ring = scope
      .run(() => sleep(sleepMs, { summary: waitsFor }))
      .then((): ClockEvent => ({ kind: 'rang', timer }))
      .catch((error: unknown) => {
        // One that was replaced is cancelled, and rings for nobody.
        if (isCancellation(error)) return undefined;
        throw error;
      });
    this.follow(ring);
  }

  private async pause({ ms, why }: Extract<ClockCommand, { kind: 'pause' }>): Promise<ClockEvent> {
    await sleep(ms, { summary: why === 'look_failed' ? 'the ledger cannot be reached' : 'an attempt is tried over' });
    return { kind: 'rested', why };
  }

  private hasGrownOld(): boolean {
    const { historyLength, continueAsNewSuggested, runStartTime } = workflowInfo();
    const { events, ageMs } = this.input.limits ?? LIMITS;
    return continueAsNewSuggested || historyLength >= events || Date.now() - runStartTime.getTime() >= ageMs;
  }
}

/** What an activity answers, or undefined when it failed; whatever else is thrown is a defect. */
async function answered<T>(activity: Promise<T>): Promise<T | undefined> {
  try {
    return await activity;
  } catch (error) {
    // A local activity fails with its own failure; only a normal one is wrapped into an ActivityFailure.
    if (error instanceof ActivityFailure || error instanceof ApplicationFailure || error instanceof TimeoutFailure) return undefined;
    throw error;
  }
}
