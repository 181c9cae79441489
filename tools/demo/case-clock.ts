/** The clock of one case on a development server: what it shows, and moving it on to the moment of the next act. */
import type { Client } from '@temporalio/client';
import { caseWorkflowId } from '../../contracts/case-clock.js';
import { addWorkingDays, legalDayOf, startOfDay, type Calendar, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import type { CaseTime, CaseTimes } from './case-times.js';
import { A_MOMENT_MS, CaseNotRunning, caseTime, fastForward, skipsTime, TimeSkippingUnavailable } from './fast-forward.js';

const HOUR = 3_600_000;
/** Bounds for a busy machine, not expectations. */
const SETTLED_WITHIN_MS = 60_000;

/** One question to a server, whose answer stays. */
const skipping = new WeakMap<Client, Promise<boolean>>();

export class CaseClock {
  readonly calendar: Calendar;
  private readonly client: Client;
  private readonly times: CaseTimes;
  private readonly caseId: string;
  private marked = false;

  constructor(client: Client, times: CaseTimes, caseId: string, calendar: Calendar) {
    this.client = client;
    this.times = times;
    this.caseId = caseId;
    this.calendar = calendar;
  }

  /** @throws CaseNotRunning when there is no such case */
  async now(): Promise<Instant> {
    return (await this.read()).now;
  }

  /** The n-th working day after the case's own today. */
  async workingDay(n: number): Promise<LegalDay> {
    return addWorkingDays(this.calendar, legalDayOf(await this.now()), n);
  }

  /** Goes on to that local hour of that day in one skip; stays where it is when that is past. */
  async forwardTo(day: LegalDay, hour = 10): Promise<Instant> {
    return this.skipTo(instantOf(day, hour));
  }

  /** As `forwardTo`, with a stop at each moment on the way, so that every one of them is met in its own time. */
  async walkTo(day: LegalDay, hour = 10): Promise<Instant> {
    return this.skipTo(instantOf(day, hour), true);
  }

  /**
   * Skips to that instant of case time and returns when the ledger goes by it. A case that ends on the way is done.
   * @param stops at each moment on the way: a run may make way for the next one there, and until that one's first task
   *   the server knows none of its timers and would jump over them
   * @throws CaseNotRunning, TimeSkippingUnavailable
   */
  async skipTo(target: Instant, stops = false): Promise<Instant> {
    let { now, next, running } = await this.settled();
    if (now >= target) return target;
    if (!running) throw new CaseNotRunning(this.workflowId);
    await this.mark();
    for (;;) {
      const stop = stops ? stopBefore(target, next, now) : target;
      await fastForward(this.client, this.workflowId, stop - now);
      if (stop === target) break;
      // Ahead of the ledger until somebody tells it.
      now = await caseTime(this.client, this.workflowId);
      ({ next, running } = await this.settled());
      if (!running) return target;
    }
    await this.times.tell(this.caseId, target);
    return target;
  }

  private get workflowId(): string {
    return caseWorkflowId(this.caseId);
  }

  private async read(): Promise<CaseTime> {
    const time = await this.times.read(this.caseId);
    if (time === undefined) throw new CaseNotRunning(this.workflowId);
    return time;
  }

  /** A moment that the clock has not armed yet would be skipped over. */
  private async settled(): Promise<CaseTime> {
    const time = await this.read();
    if (time.settled || !time.running) return time;
    const later = await this.times.until(this.caseId, ({ settled, running }) => settled || !running, SETTLED_WITHIN_MS);
    if (later === undefined)
      throw new Error(`the clock of case ${this.caseId} did not come to rest within ${SETTLED_WITHIN_MS / 1_000} s: are the worker and the relay running?`);
    return later;
  }

  /** Only where time can be skipped: elsewhere the ledger must believe no clock but its own. */
  private async mark(): Promise<void> {
    if (this.marked) return;
    const asked = skipping.get(this.client) ?? skipsTime(this.client);
    skipping.set(this.client, asked);
    if (!(await asked)) throw new TimeSkippingUnavailable();
    await this.times.mark(this.caseId);
    this.marked = true;
  }
}

/** The next moment on the way, and as much behind it as a task takes; else the end of the way. */
function stopBefore(target: Instant, next: Instant | undefined, at: Instant): Instant {
  return next !== undefined && next > at && next + A_MOMENT_MS < target ? next + A_MOMENT_MS : target;
}

function instantOf(day: LegalDay, hour: number): Instant {
  return startOfDay(day) + hour * HOUR;
}
