/**
 * 256-24: for identification the person is redirected to an organisation that helps victims, beside whatever runs and beside a
 * temporary stay (P27). It is voluntary (256-11): a refusal ends the duty and is no breach, and may be taken back by a new order.
 */
import { addDays, isLegalDay, legalDayOf, startOfDay, type Instant } from '../../../law/calendar.js';
import { IDENTIFYING_FUNCTIONS } from '../../../organisation/functions.js';
import { isValidOn } from '../../../organisation/organisation.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import type { DeliveryOf } from '../../deliveries.js';
import { sealOf, type Known } from '../../references.js';
import { refuse } from '../../refusal.js';
import type { DeliveryRows } from '../../road.js';
import type { CaseState } from '../../state.js';
import type { DispatchRequest } from '../execution/facts.js';
import type { Identification } from './record.js';

export interface ViolenceDeliveries {
  /** What the organisation found: are they a victim? */
  identificationAnswer: {
    answerId: string;
    referralId: string;
    identified: boolean;
    /** Organisations that had ended when it came, and whose successor its sender is. */
    standsFor?: readonly string[];
  };
}

export const VIOLENCE_DELIVERIES: DeliveryRows<keyof ViolenceDeliveries> = { identificationAnswer: decideAnswer };

/**
 * One organisation at a time has a person's name: what was ordered before for the same person and nobody took, is withdrawn.
 * The message has the support by its code, and no word of the case (P43).
 */
export function decideOrder(state: CaseState, { id, data }: CommandOf<'orderIdentification'>, { now, newId, known }: Moment): Decision {
  const { personId, organisation: agency, supportKind, serviceCode } = data;
  if (state.violenceSince === null) return refuse('violence_signs_missing', '256-24');
  const purpose = purposeOf(agency, now, known);
  if (typeof purpose !== 'string') return purpose;
  const waiting = state.violence.identifications.find((each) => each.personId === personId && each.agency === agency && isUnderWay(state, each));
  if (waiting !== undefined) return refuse('identification_under_way', '256-24', { referralId: waiting.referralId });
  const dispatch: DispatchRequest = { key: newId(), kind: 'identification_referral', agency, measureIds: [], strandId: id };
  const service = serviceCode === undefined ? {} : { serviceCode };
  const withdrawn = untakenOf(state, personId);
  return accept({ type: 'IdentificationOrdered', data: { referralId: id, personId, agency, function: purpose, supportKind, ...service, withdrawn, dispatch } });
}

/** What the directory says that it is there for, or why nobody is redirected to it. */
function purposeOf(agency: string, now: Instant, { organisation }: Known): string | Extract<Decision, { ok: false }> {
  const found = organisation[agency];
  const today = legalDayOf(now);
  if (found === undefined || !isValidOn(found, today)) return refuse('organisation_not_valid', '256-24', { organisationId: agency, today });
  if (!IDENTIFYING_FUNCTIONS.includes(found.function)) return refuse('organisation_identifies_nobody', '256-24', { organisationId: agency });
  return found.function;
}

/** Not answered yet, and its message is with the organisation or on its way to it. */
function isUnderWay({ dispatches }: CaseState, { referralId, answer }: Identification): boolean {
  return answer === undefined && dispatches.findLast(({ strandId }) => strandId === referralId)?.state !== 'withdrawn';
}

/** Keys of the messages about that person that no organisation has taken; one that an agency refused or that was given up, too: nobody sends it again. */
function untakenOf({ violence, dispatches }: CaseState, personId: string): string[] {
  const strands = violence.identifications.filter((each) => each.personId === personId).map(({ referralId }) => referralId);
  return dispatches.flatMap(({ key, kind, strandId, state }) =>
    kind === 'identification_referral' && strands.includes(strandId ?? '') && state !== 'delivered' && state !== 'withdrawn' ? [key] : [],
  );
}

/** 256-11. */
export function decideRefusal(state: CaseState, { data }: CommandOf<'refuseIdentification'>): Decision {
  if (state.violenceSince === null) return refuse('violence_signs_missing', '256-11');
  return accept({ type: 'IdentificationRefused', data: { ...data, withdrawn: untakenOf(state, data.personId) } });
}

/** It may overtake the acknowledgement of its own message, and may come after the end: it is a fact all the same. */
function decideAnswer(state: CaseState, { actor, data }: DeliveryOf<'identificationAnswer'>, receivedAt: Instant): Decision {
  const { answerId, referralId, identified, standsFor = [] } = data;
  const found = unanswered(state, referralId);
  if ('ok' in found) return found;
  if (![actor.id, ...standsFor].includes(found.agency)) return refuse('not_your_identification', '256-24', { referralId });
  return accept({ type: 'IdentificationAnswered', data: { referralId, answerId, agency: actor.id, identified }, occurredAt: receivedAt });
}

/** What came by letter or telephone is the same fact, with the document that says so. */
export function decideAnswerByHand(state: CaseState, { id, data }: CommandOf<'recordIdentificationAnswer'>, { now, known }: Moment): Decision {
  const { referralId, identified, channel, senderId, documentId, receivedOn } = data;
  const found = unanswered(state, referralId);
  if ('ok' in found) return found;
  if (!isLegalDay(receivedOn)) return refuse('day_impossible', '256-24', { day: receivedOn });
  if (receivedOn > legalDayOf(now) || receivedOn < legalDayOf(found.orderedAt)) return refuse('answer_day_impossible', '256-24', { receivedOn });
  const paper = { channel, senderId, ...sealOf(known, documentId) };
  // The end of that day, or now where it is today; never before it was ordered.
  const occurredAt = Math.min(now, startOfDay(addDays(receivedOn, 1)) - 1);
  return accept({ type: 'IdentificationAnswered', data: { referralId, answerId: id, agency: found.agency, identified, paper }, occurredAt });
}

function unanswered({ violence }: CaseState, referralId: string): Identification | Extract<Decision, { ok: false }> {
  const found = violence.identifications.find((each) => each.referralId === referralId);
  if (found === undefined) return refuse('identification_unknown', '256-24');
  return found.answer === undefined ? found : refuse('identification_answered', '256-24', { referralId });
}
