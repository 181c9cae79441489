/** What the control API of the simulated outside world takes and shows. */
import { z } from 'zod';
import { AgencyMessage, AgencyReportOutcome, REFUSAL_CODES, ResendRequest } from '../contracts/agency-protocol.js';

const Milliseconds = z.int().min(0).max(3_600_000);

/** How an agency behaves from now on; what a PUT leaves out is back at its default. */
export const Behaviour = z.strictObject({
  /** How long it thinks before it acknowledges. */
  acknowledgeAfterMs: Milliseconds.default(0),
  /** Reports on each referred or returned measure by itself after so long; absent: only when told. */
  reportAfterMs: Milliseconds.exactOptional(),
  /** What its reports say when nothing else is told. */
  outcome: AgencyReportOutcome.default('performed'),
  /** Refuses every message, with that code (true: `not_competent`). */
  refuse: z.union([z.boolean(), z.enum(REFUSAL_CODES)]).default(false),
  /** Acknowledges and never reports by itself; a report that it is told to send still goes. */
  silent: z.boolean().default(false),
  /** `reset`: the connection breaks; `unavailable`: 503. Nothing is taken either way. */
  unreachable: z.union([z.literal(false), z.enum(['reset', 'unavailable'])]).default(false),
  /** The Retry-After that goes with `unavailable`. */
  retryAfterSeconds: z.int().min(0).max(86_400).exactOptional(),
  /** So many of the next messages are taken, but the connection breaks before the acknowledgement. */
  loseAcknowledgements: z.int().min(0).max(1_000).default(0),
  /** Each report is delivered so many extra times, at once, under the same webhook-id. */
  duplicates: z.int().min(0).max(100).default(0),
  /** The acknowledgement waits until the API has accepted the reports on what was referred. */
  reportBeforeAcknowledging: z.boolean().default(false),
  /** Sends again what it had sent when the Center asks for it; else it knows no such message (404). */
  speaksResend: z.boolean().default(true),
});

/** A message that an agency took; a repeated Idempotency-Key is the same one, counted. */
export const Taken = z.object({
  idempotencyKey: z.string(),
  receiptId: z.string(),
  /** How often it came. */
  times: z.int(),
  message: AgencyMessage,
});

/** A request for what was sent before; a repeated requestId is the same one, counted. */
export const TakenResend = z.object({
  request: ResendRequest,
  /** How often it came. */
  times: z.int(),
  /** Webhook-ids that were sent again for it. */
  sentAgain: z.array(z.string()),
});

/** Tells an agency to report now. Without a case, the case is that of the latest referral of the measure. */
export const ReportOrder = z.strictObject({
  measureId: z.string().min(1),
  caseId: z.uuid().exactOptional(),
  outcome: AgencyReportOutcome.exactOptional(),
  note: z.string().exactOptional(),
  duplicates: z.int().min(0).max(100).exactOptional(),
  /** Forces the webhook-id, to send another content under an id that was used. */
  deliveryId: z.string().min(1).exactOptional(),
});

/** Tells an agency to say what it found of a person who was redirected to it. */
export const AnswerOrder = z.strictObject({ referralId: z.string().min(1), identified: z.boolean() });

/** A report, or the answer of an identification, on its way or arrived. */
export const SentReport = z.object({
  /** The webhook-id of every delivery of it. */
  deliveryId: z.string(),
  caseId: z.string(),
  /** Of a report. */
  measureId: z.string().exactOptional(),
  outcome: AgencyReportOutcome.exactOptional(),
  /** Of an answer. */
  referralId: z.string().exactOptional(),
  /** Deliveries wanted: one, the duplicates, and each time it was asked for again. */
  copies: z.int(),
  /** Deliveries that were answered with 2xx. */
  accepted: z.int(),
  attempts: z.int(),
  /** When it was accepted last; absent: never yet. */
  acceptedAt: z.iso.datetime().exactOptional(),
  /** Status of the last answer, or the code of what went wrong without one. */
  last: z.union([z.int(), z.string()]).exactOptional(),
  /** The id that the Center gave it. */
  reportId: z.string().exactOptional(),
});

export const CaughtMail = z.object({ to: z.array(z.string()), messageId: z.string(), subject: z.string(), text: z.string() });
export const MailBehaviour = z.strictObject({ failNext: z.int().min(0).max(1_000).default(0) });

/** A webhook that the Center's backend got; a repeated webhook-id is the same one, counted. */
export const CenterWebhook = z.object({ id: z.string(), times: z.int(), body: z.unknown() });
export const CenterBehaviour = z.strictObject({
  /** So many of the next webhooks are answered with `status` and not taken. */
  failNext: z.int().min(0).max(1_000).default(0),
  status: z.int().min(400).max(599).default(503),
});

export const ApiAddress = z.strictObject({ url: z.url() });

export type Behaviour = z.infer<typeof Behaviour>;
export type Taken = z.infer<typeof Taken>;
export type TakenResend = z.infer<typeof TakenResend>;
export type ReportOrder = z.infer<typeof ReportOrder>;
export type AnswerOrder = z.infer<typeof AnswerOrder>;
export type SentReport = z.infer<typeof SentReport>;
export type MailBehaviour = z.infer<typeof MailBehaviour>;
export type CaughtMail = z.infer<typeof CaughtMail>;
export type CenterWebhook = z.infer<typeof CenterWebhook>;
export type CenterBehaviour = z.infer<typeof CenterBehaviour>;
