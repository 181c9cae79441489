/** The clock of one case on a development server: what it shows, and moving it on to the moment of the next act. */
import type { Client } from '@temporalio/client';
import { caseWorkflowId } from '../../contracts/case-workflow.js';
import { addWorkingDays, legalDayOf, startOfDay, type Calendar, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import { caseTime, fastForward, fastForwardTo } from './fast-forward.js';

const HOUR = 3_600_000;

export class CaseClock {
  readonly calendar: Calendar;
  private readonly client: Client;
  private readonly workflowId: string;

  constructor(client: Client, caseId: string, calendar: Calendar) {
    this.client = client;
    this.workflowId = caseWorkflowId(caseId);
    this.calendar = calendar;
  }

  now(): Promise<Instant> {
    return caseTime(this.client, this.workflowId);
  }

  /** The n-th working day after the case's own today. */
  async workingDay(n: number): Promise<LegalDay> {
    return addWorkingDays(this.calendar, legalDayOf(await this.now()), n);
  }

  /** Goes on to that local hour of that day in one skip; stays where it is when that is past. */
  async forwardTo(day: LegalDay, hour = 10): Promise<Instant> {
    const target = instantOf(day, hour);
    const distance = target - (await this.now());
    if (distance > 0) await fastForward(this.client, this.workflowId, distance);
    return target;
  }

  /** As `forwardTo`, with a stop at each moment on the way, so that every one of them is met in its own time. */
  async walkTo(day: LegalDay, hour: number, nextMoment: () => Promise<Instant | undefined>): Promise<Instant> {
    const target = instantOf(day, hour);
    await fastForwardTo(this.client, this.workflowId, target, nextMoment);
    return target;
  }
}

function instantOf(day: LegalDay, hour: number): Instant {
  return startOfDay(day) + hour * HOUR;
}
