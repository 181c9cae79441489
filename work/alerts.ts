/**
 * Alerts on their way out: a signed webhook to the Center's backend, and the people who can act. All alerts
 * of one take are read, addressed and sent as one piece of work on each way; each way is retried by itself, and what
 * became of an alert is kept beside it. Whom a role means is found when the message is sent, not when the alert
 * was raised.
 */
import type { Logger } from 'pino';
import { postToCenter, type CenterWebhook } from '../adapters/center-webhook.js';
import { peopleFor, type Holder, type Recipient } from '../contracts/staffing.js';
import {
  endDeliveries,
  handDeliveriesOver,
  housePolicy,
  renewAlertTurn,
  takeAlertTurns,
  type AlertTaking,
  type AlertToSend,
  type AlertTurn,
  type DeliveryEnd,
} from '../db/alerts.js';
import { awaitTaking } from '../db/untaken-alerts.js';
import { postMail, tellInApp, type DigestWindow, type Told } from '../db/notices.js';
import type { Pool } from '../db/pool.js';
import { readHolder } from '../db/staffing.js';
import type { Instant } from '../domain/law/calendar.js';
import { isRoundTheClock } from '../domain/law/ladder.js';
import { quietHoursOf, untakenMinutesOf } from '../domain/law/policy.js';
import { DIED_WITH_ITS_PROCESS, growingPause, inMs, isFree, LeaseLost } from './lease.js';
import { sendAt } from './quiet-hours.js';
import { reasonOf, type Lane, type LaneOptions, type WorkList } from './work-list.js';

export interface AlertDependencies {
  pool: Pool;
  log: Logger;
  /** Wall clock, epoch milliseconds. */
  now: () => Instant;
  window: DigestWindow;
  /** Where alerts go as webhooks; without it that way is closed. */
  centerWebhook?: CenterWebhook;
  /** Without it that way is closed. */
  smtpUrl?: string;
  /** Mail was posted: somebody should look at the digests. */
  onPosted?: () => void;
  lanes: readonly LaneOptions[];
  leaseMs: number;
  mostAttempts: number;
  /** Of the pauses between attempts, in milliseconds. */
  pauseUnitMs: number;
}

/** P53: who must act on a threat is not kept waiting for company. */
const URGENT_MS = 5_000;
const WITHIN_MS = 15_000;
/** A backend that does not answer holds a turn no longer: what is left of it is tried again. */
const POSTS_WITHIN_MS = 11_000;
const POSTS_AT_ONCE = 4;

/** What no further attempt can mend. */
class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}

type Piece = AlertTurn & { lane: Lane };
type Alert = AlertTurn['alerts'][number];
/** With the people whom it means now. */
type Addressed = Alert & { people: readonly Recipient[] };

export function alertList(dependencies: AlertDependencies): WorkList<Piece> {
  const { pool, lanes, leaseMs, mostAttempts, pauseUnitMs } = dependencies;
  const leaseEnd = inMs(leaseMs);
  const taking: AlertTaking = {
    isFree: (row) => isFree(row, leaseMs),
    leaseEnd,
    pause: (attempts) => growingPause(attempts, pauseUnitMs),
    mostAttempts,
    died: DIED_WITH_ITS_PROCESS,
  };
  return {
    name: 'alerts',
    lanes,
    leaseMs,
    withinMs: WITHIN_MS,
    take: async (lane, most) => (await takeAlertTurns(pool, taking, lane, most)).map((turn) => ({ ...turn, lane })),
    renew: (piece) => renewAlertTurn(pool, piece, leaseEnd),
    do: (piece, given) => deliver(dependencies, piece, given),
    failed: (piece, error) =>
      endDeliveries(
        pool,
        piece,
        piece.alerts.map((alert) => endBadly(dependencies, piece, alert, error)),
      ),
  };
}

async function deliver(dependencies: AlertDependencies, piece: Piece, given: AbortSignal): Promise<void> {
  const { pool, now } = dependencies;
  const wallTime = now();
  const policy = await housePolicy(pool);
  const quiet = quietHoursOf(policy);
  const addressed = await address(pool, piece.alerts, wallTime);
  const held: DeliveryEnd[] = [];
  const ready: Addressed[] = [];
  for (const alert of addressed) {
    const at = caseTime(alert, wallTime);
    const wait = sendAt(alert, at, quiet) - at;
    if (wait > 0) held.push({ alertId: alert.id, state: 'held', until: wallTime + wait });
    // A reminder that was held back, of a duty that was met meanwhile, is of no use.
    else if (alert.step === 'reminder' && alert.dutyEnded && alert.heldUntil !== null) held.push({ alertId: alert.id, state: 'lapsed' });
    else ready.push(alert);
  }
  // The people's own lists do not wait.
  if (piece.channel === 'mail') {
    const now = addressed.filter(({ id }) => !held.some(({ alertId, state }) => alertId === id && state === 'lapsed'));
    // Before it is told: a process that dies in between must not leave an alarm that nobody watches.
    await awaitTaking(
      pool,
      now.filter(isTaken).map(({ id }) => id),
      untakenMinutesOf(policy),
    );
    await tellInApp(pool, told(now));
  }
  await endDeliveries(pool, piece, held);
  if (ready.length > 0) await WAYS[piece.channel](dependencies, piece, ready, given);
}

/** P53: what is answered round the clock is somebody's, or the next is told. */
function isTaken({ ladder, dutyEnded }: Alert): boolean {
  return ladder !== undefined && isRoundTheClock(ladder) && !dutyEnded;
}

/**
 * The case's own clock, which differs from the wall clock in a fast-forwarded case alone: its nights
 * and its duty rota are those of its own time.
 */
export function caseTime({ raisedAt, recordedAt }: Pick<AlertToSend, 'raisedAt' | 'recordedAt'>, now: Instant): Instant {
  return raisedAt + Math.max(0, now - recordedAt);
}

/** Finds the people of all alerts; each Center and agency is read once. */
async function address(pool: Pool, alerts: readonly Alert[], now: Instant): Promise<Addressed[]> {
  const names = [...new Set(alerts.flatMap(({ center, agency }) => (agency === null ? [center] : [center, agency])))];
  const holders = new Map<string, Holder>(await Promise.all(names.map(async (name) => [name, await readHolder(pool, name)] as const)));
  return alerts.map((alert) => {
    const { center, agency, recipients, caseManager } = alert;
    const ours = holders.get(center) ?? { holder: center, staffing: { posts: [], deputies: [], rota: [] }, people: new Map() };
    const theirs = agency === null ? undefined : holders.get(agency);
    return {
      ...alert,
      people: peopleFor({ roles: recipients, caseManager: caseManager ?? undefined, center: ours, agency: theirs, at: caseTime(alert, now) }),
    };
  });
}

function told(alerts: readonly Addressed[]): Told[] {
  return alerts.map(({ id, people }) => ({ alertId: id, recipients: people }));
}

type Way = (dependencies: AlertDependencies, piece: Piece, alerts: readonly Addressed[], given: AbortSignal) => Promise<void>;

const WAYS: Readonly<Record<AlertTurn['channel'], Way>> = { webhook: byWebhook, mail: byMail };

/** Each alert by itself and under its own id: a receiver that gets it twice knows it. */
async function byWebhook(dependencies: AlertDependencies, piece: Piece, alerts: readonly Addressed[], given: AbortSignal): Promise<void> {
  const { pool, centerWebhook } = dependencies;
  if (centerWebhook === undefined) throw new Undeliverable('no webhook of the Center backend is configured');
  const end = performance.now() + POSTS_WITHIN_MS;
  const left = [...alerts];
  const post = async (): Promise<void> => {
    for (let alert = left.shift(); alert !== undefined && !given.aborted; alert = left.shift()) {
      const late = performance.now() > end;
      const posted = late
        ? Promise.reject(new Error('the Center backend is slow; the rest of the turn is sent later'))
        : postToCenter(centerWebhook, alert.id, webhookBody(alert));
      const ended = await posted.then(
        (): DeliveryEnd => ({ alertId: alert.id, state: 'delivered' }),
        (error: unknown) => endBadly(dependencies, piece, alert, error),
      );
      await endDeliveries(pool, piece, [ended]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(POSTS_AT_ONCE, alerts.length) }, post));
}

/** Ids, codes and instants; who the family is, the backend asks with its own rights. */
function webhookBody(alert: Addressed): object {
  const { id, caseId, center, caseManager, dutyKey, rule, force, step, recipients, agency, people } = alert;
  return {
    type: 'alert.raised',
    alertId: id,
    ...(caseId === null ? {} : { caseId }),
    center,
    ...(caseManager === null ? {} : { caseManager }),
    dutyKey,
    rule,
    force,
    step,
    ...(agency === null ? {} : { agency }),
    moment: new Date(alert.moment).toISOString(),
    dueAt: new Date(alert.dueAt).toISOString(),
    raisedAt: new Date(alert.raisedAt).toISOString(),
    recipients,
    people: people.map(({ person }) => person),
  };
}

/** Puts the alerts into the digests of their people; those end the deliveries. */
async function byMail(dependencies: AlertDependencies, piece: Piece, alerts: readonly Addressed[]): Promise<void> {
  const { pool, smtpUrl, window, onPosted = () => {} } = dependencies;
  if (smtpUrl === undefined) throw new Undeliverable('no mail server is configured');
  const mailed = alerts.map((alert) => ({ ...alert, people: alert.people.filter(({ mail }) => mail !== undefined) }));
  const unreachable = mailed.filter(({ people }) => people.length === 0);
  await endDeliveries(
    pool,
    piece,
    unreachable.map((alert) => endBadly(dependencies, piece, alert, new Undeliverable(`nobody with a mail address acts as ${alert.recipients.join(', ')}`))),
  );
  const reachable = mailed.filter(({ people }) => people.length > 0);
  if (reachable.length === 0) return;
  const posted = await handDeliveriesOver(
    pool,
    piece,
    reachable.map(({ id }) => id),
    (client) => postMail(client, told(reachable), piece.lane === 1 ? urgent(window) : window, piece.lane),
  );
  if (!posted) throw new LeaseLost('the lease of a turn of alerts was lost');
  onPosted();
}

export function urgent({ quietMs, longestMs }: DigestWindow): DigestWindow {
  return { quietMs: Math.min(quietMs, URGENT_MS), longestMs: Math.min(longestMs, URGENT_MS) };
}

function endBadly({ log, mostAttempts }: AlertDependencies, { channel }: Piece, { id, attempts }: Alert, error: unknown): DeliveryEnd {
  const reason = error instanceof Undeliverable ? error.message : reasonOf(error).replace(/^Error: /, '');
  const last = error instanceof Undeliverable || attempts >= mostAttempts;
  log.warn({ alertId: id, channel, attempt: attempts, last, reason }, 'an alert was not delivered');
  return { alertId: id, state: last ? 'failed' : 'waiting', error: reason };
}
