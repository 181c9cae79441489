/**
 * P53: an alarm of threat or duty that nobody takes is told to the next in line, one place after the other, until somebody has
 * it, its duty has ended or all were told; then an alarm names whom to telephone. It needs Postgres alone: with the engine away
 * the watchman records the moment of the law and this list tells it.
 */
import type { Logger } from 'pino';
import { nextInLine } from '../contracts/next-in-line.js';
import { housePolicy } from '../db/alerts.js';
import type { DigestWindow } from '../db/notices.js';
import type { Pool } from '../db/pool.js';
import { readHolder } from '../db/staffing.js';
import { releaseUntaken, renewUntaken, stepOfLine, takeUntaken, type UntakenAlert, type UntakenTaking } from '../db/untaken-alerts.js';
import type { Instant } from '../domain/law/calendar.js';
import { untakenMinutesOf } from '../domain/law/policy.js';
import { caseTime, urgent } from './alerts.js';
import { growingPause, inMs, isFree, LeaseLost } from './lease.js';
import { reasonOf, type LaneOptions, type WorkList } from './work-list.js';

export interface UntakenDependencies {
  pool: Pool;
  log: Logger;
  /** Wall clock, epoch milliseconds. */
  now: () => Instant;
  window: DigestWindow;
  /** Somebody was told: somebody should look at the digests. */
  onTold?: () => void;
  lanes: readonly LaneOptions[];
  leaseMs: number;
  /** Of the pauses between attempts, in milliseconds. */
  pauseUnitMs: number;
}

export function untakenList(dependencies: UntakenDependencies): WorkList<UntakenAlert> {
  const { pool, log, lanes, leaseMs, pauseUnitMs } = dependencies;
  const leaseEnd = inMs(leaseMs);
  // What fails here is Postgres alone: a threat does not wait hours for the next try.
  const pause = (attempts: string): string => `least(${growingPause(attempts, pauseUnitMs)}, interval '1 minute')`;
  const taking: UntakenTaking = { isFree: (row) => isFree(row, leaseMs), leaseEnd, pause };
  return {
    name: 'untaken',
    lanes,
    leaseMs,
    withinMs: 15_000,
    take: (lane, most) => takeUntaken(pool, taking, lane, most),
    renew: (alert) => renewUntaken(pool, alert, leaseEnd),
    do: (alert) => tellNext(dependencies, alert),
    failed: async (alert, error) => {
      log.warn({ alertId: alert.alertId, attempt: alert.attempts, reason: reasonOf(error) }, 'the next in line could not be told; it is tried again');
      await releaseUntaken(pool, alert);
    },
  };
}

async function tellNext({ pool, log, now, window, onTold = () => {} }: UntakenDependencies, alert: UntakenAlert): Promise<void> {
  const [center, policy] = await Promise.all([readHolder(pool, alert.center), housePolicy(pool)]);
  const at = caseTime(alert, now());
  const ended = await stepOfLine(pool, alert, {
    window: urgent(window),
    minutes: untakenMinutesOf(policy),
    next: (soFar) => nextInLine({ center, at, ...soFar }),
  });
  // Somebody has taken the alert, or the row: either way it is not ours to end.
  if (ended === 'lost') throw new LeaseLost('an untaken alert is in other hands');
  if (ended === 'told') onTold();
  if (ended === 'all_told') log.error({ alertId: alert.alertId }, 'nobody took an alert round the clock, and all were told: somebody must telephone');
}
