/**
 * What crosses between Tirek and an agency, both ways. Every message is JSON, signed by Standard
 * Webhooks with the agency's own secret:
 *
 * - Tirek posts a referral to `{endpoint}/referrals` and a notice of rework to
 *   `{endpoint}/rework-notices`; `webhook-id` and `Idempotency-Key` are the dispatch key. A repeated
 *   key is the same message: the agency answers with the same receipt and does nothing again.
 *   200 or 202 with a receipt: taken. 4xx except 408, 425 and 429: refused, never repeated.
 *   Anything else: tried again.
 * - The agency posts a report to `/webhooks/agencies/{code}`; `webhook-id` is the agency's own id of
 *   the report. 202 with a receipt: taken, also when the same id came before. Anything else: repeat it
 *   with the same id.
 */
import { z } from 'zod';
import type { ReportOutcome } from '../domain/case/facts.js';
import { text } from './http/primitives.js';

export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';

/** A code or id that names something and says nothing of a person: no spaces, and not an ИИН. */
const Reference = z.string().regex(/^(?!\d{12}$)[A-Za-z0-9._:-]{1,100}$/, 'letters, digits and . _ : - only, at most 100');
/** The agency's own numbering, slashes and all; whoever writes it down makes sure that it is no ИИН. */
const ReceiptNumber = z.string().regex(/^[A-Za-z0-9._:/-]{1,100}$/);
const DispatchKey = z.string().min(1).max(200);
const LegalDay = z.iso.date();

export const ReferredMeasure = z.strictObject({
  measureId: Reference,
  supportKind: z.string().min(1),
  /** Last day of the measure's term, in Asia/Almaty: the report is due by its end (192-11-1). */
  dueOn: LegalDay,
  /** Code of the register of state services (192-10). */
  serviceCode: z.string().min(1).exactOptional(),
  description: z.string().exactOptional(),
});

/** P43: no address, no telephone, no word about the family's situation. */
export const MinimalIdentity = z.strictObject({
  fullName: z.string().min(1).exactOptional(),
  iin: z.string().regex(/^\d{12}$/).exactOptional(),
});

const envelope = {
  dispatchKey: DispatchKey,
  caseId: z.uuid(),
  agency: Reference,
  /** Case time at which the Center sent it: the same at every attempt. */
  caseTime: z.iso.datetime(),
};

/** 192-9 in the reading of P43: one agency's own measures and the least that tells for whom. */
export const Referral = z.strictObject({
  type: z.literal('referral'),
  ...envelope,
  center: z.string().min(1),
  iprEndsOn: LegalDay,
  measures: z.array(ReferredMeasure).min(1),
  person: MinimalIdentity,
});

/** 192-11-3: a report goes back, with the norm that it breaks, the reason and the new term. */
export const ReworkNotice = z.strictObject({
  type: z.literal('rework_notice'),
  ...envelope,
  measureId: Reference,
  /** The id that the Center gave the returned report in its receipt. */
  reportId: z.string().min(1),
  norm: z.string().min(1),
  reason: z.string().min(1),
  newDueOn: LegalDay,
});

export const AgencyMessage = z.discriminatedUnion('type', [Referral, ReworkNotice]);

/** An agency's answer to what it took. More fields are its own business. */
export const Acknowledgement = z.object({ receiptId: ReceiptNumber });

/** A closed list, because the code of a refusal is shown to people and kept in the ledger. */
export const REFUSAL_CODES = [
  'not_competent',
  'person_not_found',
  'measure_unknown',
  'term_not_feasible',
  'message_invalid',
  'signature_invalid',
  'key_reused',
] as const;
export const AgencyRefusal = z.object({ code: z.enum(REFUSAL_CODES) });

const OUTCOMES = ['performed', 'in_progress', 'not_performed'] as const satisfies readonly ReportOutcome[];
export const AgencyReportOutcome = z.enum(OUTCOMES);

/** 192-11-1: information on the performance of one measure. */
export const AgencyReport = z.strictObject({
  type: z.literal('report'),
  caseId: z.uuid(),
  measureId: Reference,
  outcome: AgencyReportOutcome,
  note: text(10_000).exactOptional(),
});

/** The Center's answer to a report: the id by which a notice of rework would name it. */
export const ReportReceipt = z.object({ reportId: z.string().min(1) });

export type ReferredMeasure = z.infer<typeof ReferredMeasure>;
export type MinimalIdentity = z.infer<typeof MinimalIdentity>;
export type Referral = z.infer<typeof Referral>;
export type ReworkNotice = z.infer<typeof ReworkNotice>;
export type AgencyMessage = z.infer<typeof AgencyMessage>;
export type RefusalCode = (typeof REFUSAL_CODES)[number];
export type AgencyReport = z.infer<typeof AgencyReport>;

const PATHS: { readonly [T in AgencyMessage['type']]: string } = {
  referral: 'referrals',
  rework_notice: 'rework-notices',
};

/** Where a message of that type is posted, below the agency's endpoint. */
export function agencyMessageUrl(endpointUrl: string, type: AgencyMessage['type']): string {
  return `${endpointUrl.replace(/\/+$/, '')}/${PATHS[type]}`;
}

/** Where an agency posts its reports, below the address of the API. */
export function reportWebhookUrl(apiUrl: string, agency: string): string {
  return `${apiUrl.replace(/\/+$/, '')}/webhooks/agencies/${encodeURIComponent(agency)}`;
}
