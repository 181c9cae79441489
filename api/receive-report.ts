/** What an agency sends: signature first, on the bytes as they came; nothing unsigned is ever parsed. */
import type { Request } from 'express';
import type { z } from 'zod';
import { verifySignature } from '../adapters/standard-webhooks.js';
import { AgencyReport } from '../contracts/agency-protocol.js';
import { Id, isPlainText } from '../contracts/http/primitives.js';
import type { ReportAccepted } from '../contracts/http/reference.js';
import { present } from '../contracts/optional.js';
import { findAgency } from '../db/directory.js';
import type { Pool } from '../db/pool.js';
import { receiveReport } from '../inbox/receive.js';
import { problem } from './problems.js';
import { readBody } from './serve.js';

/** Visible ASCII of a bounded length: the id is kept beside the message. */
const DELIVERY_ID = /^[\x21-\x7e]{1,200}$/;

/** @throws ProblemError 404 for an agency that is not connected, 401 for a bad signature, 400 for a bad message */
export async function takeReport(pool: Pool, code: string, request: Request): Promise<z.input<typeof ReportAccepted>> {
  const agency = await findAgency(pool, code);
  if (agency === undefined) throw problem('agency_not_connected');
  const raw: unknown = request.body;
  const verified = verifySignature(agency.secret, request.headers, Buffer.isBuffer(raw) ? raw : Buffer.alloc(0));
  if (!verified.ok) throw problem('signature_invalid');
  if (!DELIVERY_ID.test(verified.id)) throw problem('request_invalid', { issues: [{ field: 'webhook-id', code: 'wrong_format' }] });
  const { caseId, measureId, outcome, note } = readMessage(raw);
  const receipt = await receiveReport(pool, { agency: code, deliveryId: verified.id, caseId, measureId, outcome, ...present({ note }) });
  return { accepted: true, duplicate: receipt.duplicate, reportId: receipt.inboxId };
}

function readMessage(raw: unknown): AgencyReport {
  const report = readBody(AgencyReport, parse(raw));
  // The case hears what the agency says here, so it must be an id that a referral named and no words of the agency's own.
  if (!Id.safeParse(report.measureId).success) throw problem('request_invalid', { issues: [{ field: '/measureId', code: 'wrong_format' }] });
  if (report.note !== undefined && !isPlainText(report.note)) {
    throw problem('request_invalid', { issues: [{ field: '/note', code: 'wrong_format' }] });
  }
  return report;
}

function parse(raw: unknown): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw instanceof Uint8Array ? raw : new Uint8Array()));
  } catch {
    throw problem('json_broken');
  }
}
