/** What an agency sends: signature first, on the bytes as they came; nothing unsigned is ever parsed. */
import { setTimeout as pause } from 'node:timers/promises';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { verifySignature } from '../adapters/standard-webhooks.js';
import { FromAgency } from '../contracts/agency-protocol.js';
import { Id, isPlainText } from '../contracts/http/primitives.js';
import type { ReportAccepted, ReportStanding } from '../contracts/http/reference.js';
import type { OwnMessages } from '../contracts/http/tasks.js';
import { messagesTo, reportsOf } from '../db/own-messages.js';
import { iso } from './instants.js';
import { ownAddress } from '../db/organisation-keys.js';
import type { Pool } from '../db/pool.js';
import type { Desk } from '../ledger/desk.js';
import { readStanding, receiveReport, standingOf, type ReportStanding as Standing } from '../work/receive.js';
import { problem, refused } from './problem.js';
import { readBody } from './asked.js';

type Log = Pick<Logger, 'warn'>;

/** Visible ASCII of a bounded length: the id is kept beside the message. */
const DELIVERY_ID = /^[\x21-\x7e]{1,200}$/;

/** Longer than this the door does not wait for a decision: it only accepts. */
const DECIDE_WITHIN_MS = 100;
/** With more reports than these at the door of one process nothing is decided there: deciding never delays accepting. */
const MOST_AT_THE_DOOR = 4;

/** A message as it came, before anything of it is believed. */
export interface SignedMessage {
  headers: IncomingHttpHeaders;
  /** None of a request that only asks. */
  bytes: Buffer;
  /** Told whose signature it has, before anything else is done; what it throws is the answer. */
  onSigned?: (organisation: string) => Promise<void>;
}

/**
 * @throws ProblemError 404 for an agency that is not connected, 401 for a bad signature, 400 for a bad message, 409 for
 *   an id that belongs to another content
 */
export async function takeReport(desk: Desk, log: Log, code: string, message: SignedMessage): Promise<z.input<typeof ReportAccepted>> {
  atTheDoor.set(desk, (atTheDoor.get(desk) ?? 0) + 1);
  try {
    return await takeAtTheDoor(desk, log, code, message);
  } finally {
    atTheDoor.set(desk, (atTheDoor.get(desk) ?? 1) - 1);
  }
}

/** Reports that are being received, deciding included. */
const atTheDoor = new WeakMap<Desk, number>();

async function takeAtTheDoor(desk: Desk, log: Log, code: string, message: SignedMessage): Promise<z.input<typeof ReportAccepted>> {
  const deliveryId = await signedId(desk.pool, log, code, message);
  if (!DELIVERY_ID.test(deliveryId)) throw problem('request_invalid', { issues: [{ field: 'webhook-id', code: 'wrong_format' }] });
  const { type: _type, ...said } = readMessage(message.bytes);
  const receipt = await receiveReport(desk, { agency: code, deliveryId, ...said });
  if (receipt.outcome === 'conflict') throw problem('delivery_id_reused');
  const { inboxId: reportId, duplicate } = receipt;
  const standing = duplicate ? await readStanding(desk.pool, code, reportId) : await decidedAtOnce(desk, said.caseId, reportId);
  return { accepted: true, duplicate, reportId, ...(standing ?? { state: 'waiting' }) };
}

/** @throws ProblemError 404 for an agency or a report that is not known, 401 for a bad signature */
export async function tellStanding(pool: Pool, log: Log, code: string, reportId: string, message: SignedMessage): Promise<z.input<typeof ReportStanding>> {
  await signedId(pool, log, code, message);
  const standing = await readStanding(pool, code, reportId);
  if (standing === undefined) throw refused({ code: 'report_unknown' });
  return { reportId, ...standing };
}

/** What became of its own messages, both ways. @throws ProblemError as `tellStanding` */
export async function tellOwnMessages(pool: Pool, log: Log, code: string, message: SignedMessage): Promise<z.input<typeof OwnMessages>> {
  await signedId(pool, log, code, message);
  const [reports, messages] = await Promise.all([reportsOf(pool, code), messagesTo(pool, code)]);
  return {
    received: reports.map(({ receivedAt, state, outcome, ...report }) => ({ ...report, receivedAt: iso(receivedAt), ...standingOf({ state, outcome }) })),
    sent: messages.map(({ state, changedAt, ...message }) => ({
      ...message,
      state: state === 'pending' || state === 'parked' ? 'waiting' : state,
      changedAt: iso(changedAt),
    })),
    now: iso(Date.now()),
  };
}

/** The id of a message whose signature is that of the agency. */
async function signedId(pool: Pool, log: Log, code: string, { headers, bytes, onSigned }: SignedMessage): Promise<string> {
  const agency = await ownAddress(pool, code);
  if (agency === undefined) throw problem('agency_not_connected');
  const verified = verifySignature(agency.secrets, headers, bytes);
  if (!verified.ok) {
    // Its id is in the directory, so it is no words of a stranger's.
    log.warn({ organisation: code, reason: verified.reason }, 'a message was not signed by its organisation');
    throw problem('signature_invalid', { params: { reason: verified.reason, now: new Date().toISOString() } });
  }
  await onSigned?.(code);
  return verified.id;
}

/**
 * Decides at once when the process is idle enough: few reports at its door, nothing of the case is under way here, nobody waits for a
 * connection, and an answer comes within a moment. A report that waits keeps its place: a take takes all that
 * waits for the case, in the order of receipt. Whatever goes wrong here, the report is durable and is taken later.
 */
async function decidedAtOnce(desk: Desk, caseId: string, reportId: string): Promise<Standing> {
  if ((atTheDoor.get(desk) ?? 0) > MOST_AT_THE_DOOR || desk.pool.waitingCount > 0 || !desk.isIdle(caseId)) return { state: 'waiting' };
  const deciding = desk
    .take(caseId, [])
    .then(({ settled }) => settled.find(({ id }) => id === reportId))
    .catch(() => undefined);
  const settled = await Promise.race([deciding, pause(DECIDE_WITHIN_MS, undefined, { ref: false })]);
  return settled === undefined ? { state: 'waiting' } : standingOf({ state: settled.state, outcome: outcomeOf(settled.outcome) });
}

function outcomeOf(outcome: unknown): { refusal?: { code?: string } } | null {
  return typeof outcome === 'object' ? outcome : null;
}

function readMessage(bytes: Buffer): FromAgency {
  const report = readBody(FromAgency, parse(bytes));
  if (report.type === 'identification_answer') {
    if (!Id.safeParse(report.referralId).success) throw problem('request_invalid', { issues: [{ field: '/referralId', code: 'wrong_format' }] });
    return report;
  }
  // The case hears what the agency says here, so it must be an id that a referral named and no words of the agency's own.
  if (!Id.safeParse(report.measureId).success) throw problem('request_invalid', { issues: [{ field: '/measureId', code: 'wrong_format' }] });
  if (report.note !== undefined && !isPlainText(report.note)) {
    throw problem('request_invalid', { issues: [{ field: '/note', code: 'wrong_format' }] });
  }
  return report;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw problem('json_broken');
  }
}
