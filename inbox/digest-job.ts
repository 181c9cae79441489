/**
 * One mail per person about everything that waits for them: forty duties of one midnight are one
 * digest. A mail that fails is tried again as a whole, under the same Message-ID.
 */
import type { Task } from 'graphile-worker';
import { createTransport, type Transporter } from 'nodemailer';
import type { Logger } from 'pino';

import { endDigest, openDigests, readDigest, type Digest } from '../db/notices.js';
import type { Pool } from '../db/pool.js';
import { digestText } from './digest-text.js';

export interface DigestDependencies {
  pool: Pool;
  log: Logger;
  /** Where mail is handed in; without it nothing waits for a digest. */
  smtpUrl?: string;
  mailFrom?: string;
}

const MAIL_FROM = 'Tirek <no-reply@tirek.example>';
const TIMEOUT_MS = 10_000;
/** Some three days, as the pauses between attempts grow. */
const MOST_ATTEMPTS = 25;

export function digestTask({ pool, log, smtpUrl, mailFrom = MAIL_FROM }: DigestDependencies): Task {
  const transport = smtpUrl === undefined ? undefined : openTransport(smtpUrl, mailFrom);
  return async (payload) => {
    const { person } = payload as { person: string };
    let failed: string | undefined;
    for (const digest of await openDigests(pool, person)) {
      const fault = await sendDigest(pool, transport, digest);
      if (fault === undefined) continue;
      const last = digest.attempts >= MOST_ATTEMPTS;
      await endDigest(pool, digest.id, { state: last ? 'failed' : 'waiting', error: fault });
      log.warn({ digestId: digest.id, attempt: digest.attempts, last, reason: fault }, 'a digest was not delivered');
      if (!last) failed = fault;
    }
    if (failed !== undefined) throw new Error(`digest not delivered: ${failed}`);
  };
}

/** Without bounds of its own the library waits ten minutes for a server that says nothing. */
function openTransport(url: string, from: string): Transporter {
  return createTransport({ url, connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS }, { from });
}

/** @returns what went wrong, without anything of the mail server's answer that could name a person */
async function sendDigest(pool: Pool, transport: Transporter | undefined, { id, address }: Digest): Promise<string | undefined> {
  if (transport === undefined) return 'no mail server is configured';
  const { subject, text } = digestText(await readDigest(pool, id));
  try {
    await transport.sendMail({ to: address, subject, text, messageId: `<${id}@tirek.example>` });
  } catch (error) {
    return mailFault(error);
  }
  await endDigest(pool, id, { state: 'delivered' });
  return undefined;
}

/** The server's own sentence repeats the address. */
function mailFault(error: unknown): string {
  const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown };
  const told = [code, responseCode].filter((part) => typeof part === 'string' || typeof part === 'number');
  return `the mail server did not take it (${told.length === 0 ? 'no reason given' : told.join(' ')})`;
}
