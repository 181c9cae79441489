/**
 * What a command would have sent, before it is given: the preview of its messages. Of a case with signs of violence the sender
 * must have seen them as they go (P43), so its command carries the digest of the preview.
 */
import type { LegalDay } from '../law/calendar.js';
import type { Actor } from './facts.js';
import type { Decision } from './decision.js';
import type { Known, Reference } from './references.js';
import { refuse } from './refusal.js';
import type { DispatchRequest } from './roads/execution/facts.js';
import type { CaseState, Dispatch, Report } from './state.js';

/** A command that sends something to organisations, as far as its messages depend on it. */
export type Sending =
  | { by: 'sendIpr' }
  | { by: 'sendRevision'; revisionId: string }
  | { by: 'sendAgain'; dispatchKey: string }
  | { by: 'returnReport'; reportId: string; newDueOn?: LegalDay };

export const SENDING_COMMANDS = ['sendIpr', 'sendRevision', 'sendAgain', 'returnReport'] as const satisfies readonly Sending['by'][];

/** What a sending command says of the preview: the digest that came with it. */
export interface Previewed {
  preview?: string;
}

/** What the messages are now, for whoever asks. */
export interface KnownPreview {
  digest: string;
}

/** Asked for only where the command names a preview: to compose one is to open personal data. */
export function aPreview({ preview }: Previewed, sending: Sending, { id: actorId }: Pick<Actor, 'id'>): Reference[] {
  return preview === undefined ? [] : [{ to: 'preview', id: previewId(sending, actorId) }];
}

/** A preview is one person's: whoever sends has looked at it, and no colleague for them. */
export function previewId(sending: Sending, actorId: string): string {
  return JSON.stringify([sending, actorId]);
}

export function readPreviewId(id: string): { sending: Sending; actorId: string } {
  const [sending, actorId] = JSON.parse(id) as [Sending, string];
  return { sending, actorId };
}

/** P43: the refusal of a sending that was not seen as it would go; undefined when it may go. */
export function refusedUnseen(
  { violenceSince }: CaseState,
  { preview }: Previewed,
  sending: Sending,
  { id: actorId }: Pick<Actor, 'id'>,
  known: Known,
): Extract<Decision, { ok: false }> | undefined {
  if (preview === undefined) return violenceSince === null ? undefined : refuse('preview_missing', '192-7-3');
  return known.preview[previewId(sending, actorId)]?.digest === preview ? undefined : refuse('preview_stale', '192-7-3');
}

/** 192-9, P43: each agency gets one referral with its own measures and nothing of the others. */
export function referralsOfPlan({ measures }: CaseState, newId: () => string): DispatchRequest[] {
  const referred = measures.filter((measure) => measure.kind === 'state');
  const agencies = [...new Set(referred.flatMap((measure) => measure.agency ?? []))];
  return agencies.map((agency) => ({
    key: newId(),
    kind: 'referral',
    agency,
    measureIds: referred.filter((measure) => measure.agency === agency).map((measure) => measure.measureId),
  }));
}

/**
 * P12, 192-9: to the agency of the measure alone. What a referral that was withdrawn would have told it of its other
 * measures stands in this one.
 */
export function referralOfRevision(state: CaseState, { measureId, agency }: { measureId: string; agency: string }, newId: () => string): DispatchRequest {
  return { key: newId(), kind: 'referral', agency, measureIds: [...new Set([measureId, ...untold(state, agency)])] };
}

/** Measures of the agency that no referral has brought it, and none that is under way will. */
function untold({ dispatches }: CaseState, agency: string): string[] {
  const referrals = dispatches.filter((dispatch) => dispatch.kind === 'referral' && dispatch.agency === agency);
  const told = new Set(referrals.filter(({ state }) => state !== 'withdrawn').flatMap(({ measureIds }) => measureIds));
  return referrals.flatMap(({ measureIds }) => measureIds).filter((measureId) => !told.has(measureId));
}

/** The same message under a key of its own. */
export function sentAnew({ kind, agency, measureIds, reportId, strandId }: Dispatch, newId: () => string): DispatchRequest {
  return { key: newId(), kind, agency, measureIds, ...(reportId === undefined ? {} : { reportId }), ...(strandId === undefined ? {} : { strandId }) };
}

export function noticeOfRework({ reportId, measureId, agency }: Report, newId: () => string): DispatchRequest {
  return { key: newId(), kind: 'rework_notice', agency, measureIds: [measureId], reportId };
}
