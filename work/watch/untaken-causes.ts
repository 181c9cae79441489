/** P53: alarms of threat and duty of which all were told and that nobody took: the administrator learns whom to telephone. */
import { createHash } from 'node:crypto';
import type { AlarmCause } from '../../contracts/alarm.js';
import { peopleToCall } from '../../contracts/next-in-line.js';
import type { Pool } from '../../db/pool.js';
import { phonesKnown, readHolder } from '../../db/staffing.js';
import { toldToAll, type ToldToAll } from '../../db/untaken-alerts.js';
import type { Instant } from '../../domain/law/calendar.js';
import { caseTime } from '../alerts.js';

/** @param now wall time */
export async function untakenCauses(pool: Pool, now: Instant): Promise<AlarmCause[]> {
  const untaken = await toldToAll(pool);
  const centers = [...new Set(untaken.map(({ center }) => center))];
  const known = new Map(await Promise.all(centers.map(async (name) => [name, await readCallable(pool, name)] as const)));
  return untaken.flatMap((alert) => {
    const callable = known.get(alert.center);
    return callable === undefined ? [] : [causeOf(alert, callable, now)];
  });
}

interface Callable {
  center: Awaited<ReturnType<typeof readHolder>>;
  withPhone: ReadonlySet<string>;
}

async function readCallable(pool: Pool, name: string): Promise<Callable> {
  const [center, withPhone] = await Promise.all([readHolder(pool, name), phonesKnown(pool, name)]);
  return { center, withPhone };
}

/** Nobody with a telephone in the record: the mobile group has some, in the akim's order. */
function causeOf(alert: ToldToAll, { center, withPhone }: Callable, now: Instant): AlarmCause {
  const call = peopleToCall(center, caseTime(alert, now)).find(({ person }) => withPhone.has(person));
  const params = {
    center: alert.center,
    rule: alert.rule,
    number: alert.journalNumber ?? '—',
    since: new Date(alert.recordedAt).toISOString(),
    post: call?.post ?? 'mobile_group',
    person: call?.person ?? '',
    list: `/v1/centers/${alert.center}/phone-list`,
  };
  return { key: `threat_untaken:${printOf(alert.alertId)}`, kind: 'threat_untaken', params };
}

/** Alarms are read more widely than cases: the id of an alert names one. */
function printOf(alertId: string): string {
  return createHash('sha256').update(alertId, 'utf8').digest('hex').slice(0, 16);
}
