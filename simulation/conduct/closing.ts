/** What people do from the completion of the plan to the end of the monitoring. Where the policy asks for nothing, nothing is done. */
import { addDays, addMonths, legalDayOf, startOfDay, type Instant } from '../../domain/law/calendar.js';
import { isSwitchedOn, type Law } from '../../domain/law/law.js';
import { HEAD, MANAGER } from '../people.js';
import type { Chance } from '../chance.js';
import type { Life } from '../life.js';
import { DELAYS, MONITORING, SHARES } from '../mix.js';

export function close(life: Life, from: Instant): void {
  const { law, chance, work } = life;
  const at = work.after(from, chance.delay(DELAYS.closing));
  const monitoringMonths = monthsOf(law, chance);
  life.plan(
    at,
    () => life.command('closeCase', { monitoringMonths }, HEAD),
    () => {
      tellResult(life, at);
      if (monitoringMonths > 0) monitor(life, at, monitoringMonths);
    },
  );
}

/** D-MON: somewhere between the shortest and the longest that the policy allows. */
function monthsOf(law: Law, chance: Chance): number {
  if (!isSwitchedOn(law, 'D-MON')) return 0;
  const { min, max } = law.policy.monitoringMonths;
  return chance.whole({ stream: MONITORING.months, least: min, most: max });
}

/** D-CL: the family hears the result in writing. */
export function tellResult(life: Life, from: Instant): void {
  const { law, chance, work } = life;
  if (!isSwitchedOn(law, 'D-CL')) return;
  const at = work.after(from, chance.delay(DELAYS.result));
  life.plan(at, () => life.command('notifyResult', { documentId: 'document' }, MANAGER));
}

function monitor(life: Life, closedAt: Instant, months: number): void {
  const { chance, work } = life;
  const endsAt = work.after(startOfDay(addMonths(legalDayOf(closedAt), months)), chance.delay(DELAYS.endOfMonitoring));
  contact(life, closedAt, endsAt, 1);
  life.plan(endsAt, () => life.command('endMonitoring', { noteId: 'note' }, MANAGER));
}

/** P24: people look up the day on which the next contact is due, and start trying some days before. */
const TRIES_FROM_DAYS_BEFORE = 4;

function contact(life: Life, last: Instant, monitoringEndsAt: Instant, number: number): void {
  const { law, chance, work } = life;
  const dueOn = addMonths(legalDayOf(last), law.policy.serviceLevels.monitoring_contact);
  const at = work.after(startOfDay(addDays(dueOn, -TRIES_FROM_DAYS_BEFORE)), chance.delay(DELAYS.contact, number));
  if (at >= monitoringEndsAt) return;
  const situation = chance.happens(SHARES.worsened, number) ? 'worsened' : 'stable';
  life.plan(
    at,
    () => life.command('recordMonitoringContact', { situation, noteId: 'note' }, MANAGER),
    () => contact(life, at, monitoringEndsAt, number + 1),
  );
}
