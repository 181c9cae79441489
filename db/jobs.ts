/** Names of the queued jobs, shared by those who add them and the relay that runs them. */

export const RELAY_JOB = 'relay';
export const ALERT_WEBHOOK_JOB = 'alert-webhook';
/** Finds the people of an alert; what they are mailed goes out in their digests. */
export const ALERT_MAIL_JOB = 'alert-mail';
export const DIGEST_JOB = 'alert-digest';
export const ALARM_JOB = 'alarm';
export const SWEEP_JOB = 'sweep';

/** Channels of an alert, each delivered and retried by itself. */
export const ALERT_CHANNELS = [
  { channel: 'webhook', job: ALERT_WEBHOOK_JOB },
  { channel: 'mail', job: ALERT_MAIL_JOB },
] as const;

export type AlertChannel = (typeof ALERT_CHANNELS)[number]['channel'];

/** The queue allows no more; it is far beyond what a job needs that comes again every half minute. */
export const MOST_ATTEMPTS = 32_767;

/** An appeal may wait behind no report: who starts a case goes first (smaller is sooner). */
export const APPEAL_PRIORITY = -10;
/** What failed a moment ago waits behind what has not been tried yet. */
export const RETRY_PRIORITY = 10;

const QUEUES = 64;
const DIGEST_QUEUES = 16;

/** What the relay is asked to do: hand over what waits for one case. */
export interface RelayJob {
  caseId: string;
  /** How often it has failed already; the pause before the next time grows with it. */
  attempt?: number;
}

/** One waiting job per case, however many messages arrive for it. */
export function relayJobKey(caseId: string): string {
  return `relay:${caseId}`;
}

/**
 * The named queue in which the jobs of a case run one at a time, in any number of relay processes.
 * Cases share a fixed number of queues, because the library looks through all queues at every job.
 */
export function relayQueue(caseId: string): string {
  return `relay-${Number.parseInt(caseId.slice(0, 2), 16) % QUEUES}`;
}

/** One waiting digest per person. */
export function digestJobKey(person: string): string {
  return `digest:${person}`;
}

/** Digests of a person are sent one at a time, in any number of relay processes. */
export function digestQueue(person: string): string {
  let sum = 7;
  for (let place = 0; place < person.length; place += 1) sum = (sum * 31 + person.charCodeAt(place)) % 65_521;
  return `digest-${sum % DIGEST_QUEUES}`;
}
