/**
 * What crosses between Tirek and an agency, both ways. Every message is JSON, signed by Standard
 * Webhooks with the agency's own secret:
 *
 * - Tirek posts a referral to `{endpoint}/referrals`, a notice of rework to `{endpoint}/rework-notices` and the request of
 *   a response plan to `{endpoint}/response-requests`; `webhook-id` and `Idempotency-Key` are the dispatch key. A repeated
 *   key is the same message: the agency answers with the same receipt and does nothing again.
 *   Any 2xx: taken, with a receipt or without. 4xx with a known code in JSON: refused, and people look.
 *   Anything else: tried again.
 * - Tirek redirects a person for identification (256 п.24) to `{endpoint}/identification-referrals`, in the same way. The
 *   organisation says what it found by an answer to the webhook of reports.
 * - Tirek posts a written notice about minor children (256 п.26) to `{endpoint}/minors-notices` of the law-enforcement and of
 *   the guardianship body, in the same way. It needs a receipt: a 2xx without one is asked again, and so is a refusal, of
 *   which the Center's people hear.
 * - Tirek posts a request for what was sent to `{endpoint}/resend-requests` when its own records were restored to an
 *   earlier state; `webhook-id` and `Idempotency-Key` are the `requestId`. 202: the agency will send again, under their
 *   own ids, the reports that it has delivered since then. 404, 405, 410, 501: it does not speak this.
 *   Anything else: asked again.
 * - The administrator has a ping posted to `{endpoint}/pings`; any 2xx says that it was heard.
 * - The agency posts a report, or the answer of an identification, to `/webhooks/agencies/{agency}`, its id in the directory;
 *   `webhook-id` is the agency's own id of it. 202 with a receipt: taken, also when the same id came before. Anything else: repeat it
 *   with the same id.
 */
import { z } from 'zod';
import type { ReportOutcome } from '../domain/case/facts.js';
import { text } from './http/primitives.js';

export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';

/** A code or id that names something and says nothing of a person: no spaces, and not an ИИН. */
const Reference = z.string().regex(/^(?!\d{12}$)[A-Za-z0-9._:-]{1,100}$/, 'letters, digits and . _ : - only, at most 100');
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
  iin: z
    .string()
    .regex(/^\d{12}$/)
    .exactOptional(),
});

const envelope = {
  dispatchKey: DispatchKey,
  caseId: z.uuid(),
  /** Id of the organisation whose measures these are; a successor gets what is still to be sent of its predecessor's. */
  agency: Reference,
  /** Case time at which the Center sent it: the same at every attempt. */
  caseTime: z.iso.datetime(),
  /**
   * Number of the case in the journal, and how often its plan had been drawn up: what has the same number, measure
   * and edition as something taken before is its twin, whatever its key (the Center's database was restored).
   */
  journalNumber: z.string().min(1).exactOptional(),
  edition: z.number().int().min(1).exactOptional(),
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

/** A child of whom a body is told: the name, and the day of birth, or the age as far as it is known. */
const NoticedChild = z.strictObject({
  fullName: z.string().min(1).exactOptional(),
  birthDate: LegalDay.exactOptional(),
  /** Full years on the legal day of the occasion at most, where the day of birth is not known. */
  ageAtMost: z.int().min(0).exactOptional(),
});

/**
 * 256-26 in the reading of P43: that children come to the Center, and no word about why, from whom or where they are. The
 * number is the Center's own, one for each notice: what has a number that came before is its twin, whatever its key.
 */
export const MinorsNotice = z.strictObject({
  type: z.literal('minors_notice'),
  dispatchKey: DispatchKey,
  caseId: z.uuid(),
  agency: Reference,
  /** Case time from which the twenty-four hours run. */
  caseTime: z.iso.datetime(),
  number: z.string().min(1),
  center: z.string().min(1),
  children: z.array(NoticedChild).min(1),
});

/** 256-22-2 in the reading of P43: under a threat, the measures of the response plan for which this organisation is responsible. */
export const ResponseRequest = z.strictObject({
  type: z.literal('response_request'),
  ...envelope,
  center: z.string().min(1),
  measures: z.array(ReferredMeasure).min(1),
  person: MinimalIdentity,
});

/**
 * 256-24 in the reading of P43: somebody is redirected for identification. The support by its code and the least that tells for
 * whom; why, from where and where they are is asked of nobody but the person.
 */
export const IdentificationReferral = z.strictObject({
  type: z.literal('identification_referral'),
  ...envelope,
  center: z.string().min(1),
  /** Named by the answer; the same under whichever key it comes. */
  referralId: Reference,
  supportKind: z.string().min(1),
  serviceCode: z.string().min(1).exactOptional(),
  person: MinimalIdentity,
});

/**
 * "Send again, each under its own id, what you have delivered to us since then." By the ids the Center knows what
 * it still has. A repeated `requestId` is the same request: nothing is sent twice for it.
 */
export const ResendRequest = z.strictObject({
  type: z.literal('resend_request'),
  /** Wall time. */
  since: z.iso.datetime(),
  requestId: z.uuid(),
});

/** "Do you hear us, and know our signature?" Any 2xx is a yes; nothing else is done for it. */
export const Ping = z.strictObject({ type: z.literal('ping'), pingId: z.uuid(), sentAt: z.iso.datetime() });

export const AgencyMessage = z.discriminatedUnion('type', [Referral, ReworkNotice, MinorsNotice, ResponseRequest, IdentificationReferral]);

/** What an agency may answer to what it took: a receipt of its own, any text or number, or nothing. More fields are its own business. */
export const Acknowledgement = z.looseObject({ receiptId: z.union([z.string(), z.number()]).exactOptional() });

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

/** 256-24: what the organisation found; no word beside it. */
export const IdentificationAnswer = z.strictObject({
  type: z.literal('identification_answer'),
  caseId: z.uuid(),
  referralId: Reference,
  identified: z.boolean(),
});

/** Everything that an agency posts to the Center. */
export const FromAgency = z.discriminatedUnion('type', [AgencyReport, IdentificationAnswer]);

/** The Center's answer to a report: the id by which a notice of rework would name it. */
export const ReportReceipt = z.object({ reportId: z.string().min(1) });

export type ReferredMeasure = z.infer<typeof ReferredMeasure>;
export type MinimalIdentity = z.infer<typeof MinimalIdentity>;
export type Referral = z.infer<typeof Referral>;
export type ReworkNotice = z.infer<typeof ReworkNotice>;
export type MinorsNotice = z.infer<typeof MinorsNotice>;
export type ResponseRequest = z.infer<typeof ResponseRequest>;
export type IdentificationReferral = z.infer<typeof IdentificationReferral>;
export type Ping = z.infer<typeof Ping>;
export type ResendRequest = z.infer<typeof ResendRequest>;
export type AgencyMessage = z.infer<typeof AgencyMessage>;
export type RefusalCode = (typeof REFUSAL_CODES)[number];
export type AgencyReport = z.infer<typeof AgencyReport>;
export type IdentificationAnswer = z.infer<typeof IdentificationAnswer>;
export type FromAgency = z.infer<typeof FromAgency>;

/** The message as it is posted: these characters are signed, and these are what stands on record. */
export function textOfMessage(message: AgencyMessage | ResendRequest | Ping): string {
  return JSON.stringify(message);
}

/** Which fields a message carries, as paths; what is true of every item of a list is said once. Sorted. */
export function fieldsOfMessage(message: object): string[] {
  const paths = (value: unknown, at: string): string[] => {
    if (Array.isArray(value)) return value.flatMap((item) => paths(item, at));
    if (value === null || typeof value !== 'object') return [at];
    return Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : paths(member, at === '' ? name : `${at}.${name}`)));
  };
  return [...new Set(paths(message, ''))].toSorted();
}

/** Everything that is posted to an agency. */
type PostedType = (AgencyMessage | ResendRequest | Ping)['type'];

const PATHS: { readonly [T in PostedType]: string } = {
  referral: 'referrals',
  rework_notice: 'rework-notices',
  minors_notice: 'minors-notices',
  response_request: 'response-requests',
  identification_referral: 'identification-referrals',
  resend_request: 'resend-requests',
  ping: 'pings',
};

/** Where a message of that type is posted, below the agency's endpoint. */
export function agencyMessageUrl(endpointUrl: string, type: PostedType): string {
  return `${endpointUrl.replace(/\/+$/, '')}/${PATHS[type]}`;
}

/** Where an agency posts its reports, below the address of the API. */
export function reportWebhookUrl(apiUrl: string, agency: string): string {
  return `${apiUrl.replace(/\/+$/, '')}/webhooks/agencies/${encodeURIComponent(agency)}`;
}
