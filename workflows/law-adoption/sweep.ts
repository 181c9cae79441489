/** Passes over the open cases. What stands in the row of the adoption is the truth; a signal only says that it is worth a look. */
import { condition, defineQuery, defineSignal, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { LawAdoptionActivities } from '../../activities/law-adoption.js';
import {
  PROGRESS_QUERY,
  WAKE_SIGNAL,
  type AdoptionInput,
  type AdoptionProgress,
  type AdoptionStanding,
  type CarriedSweep,
} from '../../contracts/law-adoption.js';

/** A killed worker is noticed by its missing heartbeats; what it had told by then is not told again. */
const { beginAdoption, sweepPage, endAdoption } = proxyActivities<LawAdoptionActivities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Between passes that told somebody there is hardly a pause; between fruitless ones it grows. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A signal that was lost must not leave a resumed adoption asleep for ever. */
const PAUSED_LOOK_MS = 10 * 60_000;
const MOST_EVENTS = 2_000;

export class Sweep {
  private readonly adoptionId: string;
  private carried: CarriedSweep;
  private phase: AdoptionProgress['phase'] = 'beginning';
  private left = Number.POSITIVE_INFINITY;
  private woken = false;
  /** The last pass began when nothing from before the adoption was at work any more. */
  private hasSettled = false;

  constructor({ adoptionId, carried }: AdoptionInput) {
    this.adoptionId = adoptionId;
    this.carried = carried ?? { passes: 0, fruitless: 0 };
  }

  listen(): void {
    setHandler(
      defineSignal(WAKE_SIGNAL),
      () => {
        this.woken = true;
      },
      { description: 'look at the row of the adoption again' },
    );
    setHandler(defineQuery<AdoptionProgress>(PROGRESS_QUERY), () => ({ phase: this.phase, ...this.carried }));
  }

  async begin(): Promise<void> {
    for (;;) {
      this.woken = false;
      const { standing } = await beginAdoption({ adoptionId: this.adoptionId });
      if (standing === 'running') return;
      this.stop(standing);
      if (this.isOver()) return;
      // Paused before it began: the law in force stays until it is resumed.
      await this.wait(PAUSED_LOOK_MS);
    }
  }

  /** One pass, page by page; ends early when the adoption is paused. */
  async tellEveryCase(): Promise<void> {
    this.enter('telling');
    // Before the look: a signal that comes during it must cut the wait after it short.
    this.woken = false;
    let after: string | undefined;
    do {
      const page = await sweepPage({ adoptionId: this.adoptionId, ...(after === undefined ? {} : { after }) });
      if (page.standing !== 'running') return this.stop(page.standing);
      if (after === undefined) this.hasSettled = page.hasSettled;
      after = page.next;
    } while (after !== undefined);
    this.carried = { ...this.carried, passes: this.carried.passes + 1 };
  }

  /** What follows a pass: the end, or a pause before another one. */
  async endOrRest(): Promise<void> {
    if (this.phase === 'paused') return this.wait(PAUSED_LOOK_MS);
    if (this.phase !== 'telling') return;
    const { standing, left } = await endAdoption({ adoptionId: this.adoptionId, mayEnd: this.hasSettled });
    if (standing !== 'running') return this.stop(standing);
    await this.restAfter(left);
  }

  private async restAfter(left: number): Promise<void> {
    const fruitless = left < this.left ? 0 : this.carried.fruitless + 1;
    this.left = left;
    this.carried = { ...this.carried, fruitless };
    this.enter('waiting');
    await this.wait(Math.min(FIRST_PAUSE_MS * 2 ** fruitless, LONGEST_PAUSE_MS));
  }

  private async wait(ms: number): Promise<void> {
    await condition(() => this.woken, ms);
  }

  private stop(standing: AdoptionStanding): void {
    this.enter(standing === 'running' ? 'telling' : standing);
  }

  private enter(phase: AdoptionProgress['phase']): void {
    this.phase = phase;
    setCurrentDetails(`**${phase}** · passes ${this.carried.passes}`);
  }

  isOver(): boolean {
    return this.phase === 'done' || this.phase === 'given_up';
  }

  mayContinueAsNew(): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return continueAsNewSuggested || historyLength >= MOST_EVENTS;
  }

  nextInput(): AdoptionInput {
    return { adoptionId: this.adoptionId, carried: this.carried };
  }
}
