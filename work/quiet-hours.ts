/** When a message may go out: reminders respect the quiet hours (P44), nothing else does. */
import { legalDayOf, startOfDay, type Instant } from '../domain/law/calendar.js';
import { isRoundTheClock, type LadderName, type StepName } from '../domain/law/ladder.js';
import type { QuietHours } from '../domain/law/policy.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export interface Message {
  step: StepName;
  /** Undefined when the duty is not known any more: such a message is not held back. */
  ladder: LadderName | undefined;
}

/**
 * The instant at which a message goes out that is ready at `at`: at once, or at the end of the quiet
 * hours. Breaches, escalations and everything of the ladders of threat and duty know no quiet (P53).
 *
 * @param quiet `HH:MM` in Almaty; the first minute is quiet, the last is not
 */
export function sendAt({ step, ladder }: Message, at: Instant, quiet: QuietHours): Instant {
  if (step !== 'reminder' || ladder === undefined || isRoundTheClock(ladder)) return at;
  return endOfQuiet(at, minutesOf(quiet.from) * MINUTE, minutesOf(quiet.to) * MINUTE);
}

function endOfQuiet(at: Instant, from: number, to: number): Instant {
  const midnight = startOfDay(legalDayOf(at));
  const sinceMidnight = at - midnight;
  if (from <= to) return from <= sinceMidnight && sinceMidnight < to ? midnight + to : at;
  if (sinceMidnight >= from) return midnight + DAY + to;
  return sinceMidnight < to ? midnight + to : at;
}

function minutesOf(clock: string): number {
  const [hours = '', minutes = ''] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
}
