/**
 * One mail per person about everything that waits for them: forty duties of one midnight are one
 * digest. A mail that fails is tried again as a whole, under the same Message-ID.
 */
import { createTransport, type Transporter } from 'nodemailer';
import type { Logger } from 'pino';
import type { Proof } from '../contracts/proof/proof.js';
import { TAKING_LINK_LIVES_MS, takingLinkTo } from '../contracts/proof/taking-link.js';
import { endDigest, endRound, openDigests, readDigest, renewRound, takeRounds, type Digest, type DigestRound, type RoundTaking } from '../db/notices.js';
import type { Pool } from '../db/pool.js';
import { digestText, type TakingLinkOf } from './digest-text.js';
import { DIED_WITH_ITS_PROCESS, growingPause, inMs, isFree, LeaseLost } from './lease.js';
import { reasonOf, type LaneOptions, type WorkList } from './work-list.js';

export interface DigestDependencies {
  pool: Pool;
  log: Logger;
  /** Where mail is handed in; without it nothing waits for a digest. */
  smtpUrl?: string;
  mailFrom?: string;
  /** Origin of the pages, and who signs the links to them (P53); without it a mail has none. */
  takingLinks?: { pages: string; proof: Proof };
  lanes: readonly LaneOptions[];
  leaseMs: number;
  mostAttempts: number;
  /** Of the pauses between attempts, in milliseconds. */
  pauseUnitMs: number;
}

export const MAIL_FROM = 'Tirek <no-reply@tirek.example>';

const TIMEOUT_MS = 10_000;
/** Without bounds of its own the library waits ten minutes for a server that says nothing. */
export const mailTimeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };

export function digestList(dependencies: DigestDependencies): WorkList<DigestRound> {
  const { pool, log, smtpUrl, mailFrom = MAIL_FROM, lanes, leaseMs, pauseUnitMs } = dependencies;
  const transport = smtpUrl === undefined ? undefined : createTransport({ url: smtpUrl, ...mailTimeouts }, { from: mailFrom });
  const leaseEnd = inMs(leaseMs);
  const taking: RoundTaking = { isFree: (row) => isFree(row, leaseMs), leaseEnd, pause: (attempts) => growingPause(attempts, pauseUnitMs) };
  return {
    name: 'digests',
    lanes,
    leaseMs,
    withinMs: 15_000,
    take: (lane, most) => takeRounds(pool, taking, lane, most),
    renew: (round) => renewRound(pool, round, leaseEnd),
    do: (round, given) => sendAll(dependencies, transport, round, given),
    failed: async (round, error) => {
      log.warn({ reason: reasonOf(error) }, 'the digests of a person could not be sent; they are tried again');
      await endRound(pool, round, false);
    },
  };
}

async function sendAll(dependencies: DigestDependencies, transport: Transporter | undefined, round: DigestRound, given: AbortSignal): Promise<void> {
  const { pool, mostAttempts } = dependencies;
  const digests = await openDigests(pool, round, mostAttempts);
  if (digests === undefined) throw new LeaseLost('the lease of a round of digests was lost');
  let isOver = true;
  for (const digest of digests) {
    // What is not sent now is sent with the next attempt, under its own id.
    if (given.aborted) return;
    const fault = digest.exhausted ? DIED_WITH_ITS_PROCESS : await sendDigest(dependencies, transport, digest);
    if (fault !== undefined && !(await endBadly(dependencies, digest, fault))) isOver = false;
  }
  await endRound(pool, round, isOver);
}

/** @returns true when it was the last attempt */
async function endBadly({ pool, log, mostAttempts }: DigestDependencies, { id, attempts, exhausted }: Digest, fault: string): Promise<boolean> {
  const last = exhausted || attempts >= mostAttempts;
  await endDigest(pool, id, { state: last ? 'failed' : 'waiting', error: fault });
  log.warn({ digestId: id, attempt: attempts, last, reason: fault }, 'a digest was not delivered');
  return last;
}

/** @returns what went wrong, without anything of the mail server's answer that could name a person */
async function sendDigest({ pool, takingLinks }: DigestDependencies, transport: Transporter | undefined, { id, address }: Digest): Promise<string | undefined> {
  if (transport === undefined) return 'no mail server is configured';
  const { subject, text } = digestText(await readDigest(pool, id), linksBy(takingLinks));
  try {
    await transport.sendMail({ to: address, subject, text, messageId: `<${id}@tirek.example>` });
  } catch (error) {
    return mailFault(error);
  }
  await endDigest(pool, id, { state: 'delivered' });
  return undefined;
}

/** One for each alarm that somebody has to take, good for a day from the sending. */
function linksBy(links: DigestDependencies['takingLinks']): TakingLinkOf {
  return ({ alertId, person, takeable }) =>
    links === undefined || !takeable ? undefined : takingLinkTo(links.pages, links.proof, { alertId, person, expiresAt: Date.now() + TAKING_LINK_LIVES_MS });
}

/** The server's own sentence repeats the address. */
function mailFault(error: unknown): string {
  const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown };
  const told = [code, responseCode].filter((part) => typeof part === 'string' || typeof part === 'number');
  return `the mail server did not take it (${told.length === 0 ? 'no reason given' : told.join(' ')})`;
}
