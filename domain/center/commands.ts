/** What people may ask of a Center. */
import { refusalOfRole, refuse } from '../case/refusal.js';
import { EVERYBODY_AT_THE_CENTER } from '../case/road.js';
import { legalDayOf, type Instant, type LegalDay } from '../law/calendar.js';
import { partsLacking } from '../law/mobile-group.js';
import type { Role } from '../law/rule.js';
import type { Actor } from '../subject/facts.js';
import type { DecisionOf } from '../subject/turn.js';
import type { CenterFact } from './facts.js';
import { decideHeldOutreach, decidePlannedOutreach, type OutreachCommands } from './outreach.js';
import { yearOf, type CenterState, type RegisteredMember } from './state.js';

export interface CenterCommandData extends OutreachCommands {
  /** `forYear`: the calendar year that the order names; absent: that of its date (P36). */
  recordMobileGroupOrder: { number: string; issuedOn: LegalDay; forYear?: number; members: readonly RegisteredMember[] };
  /** Of the composition in force, or of one to come. */
  releaseGroupMember: { memberId: string };
}

export type CenterCommandKind = keyof CenterCommandData;

/** A command of a person; `id` is generated at the edge and is the same at every repeat. */
export type CenterCommand = { [K in CenterCommandKind]: { kind: K; id: string; actor: Actor; data: CenterCommandData[K] } }[CenterCommandKind];

export interface CenterCommandRow<K extends CenterCommandKind> {
  roles: readonly Role[];
  /** May it happen now, and what follows? Role and Center have been asked. */
  decide: (state: CenterState, data: CenterCommandData[K], now: Instant, id: string) => DecisionOf<CenterFact>;
}

export const CENTER_COMMANDS: { readonly [K in CenterCommandKind]: CenterCommandRow<K> } = {
  // The akim's office has no account: who works with it records its order.
  recordMobileGroupOrder: { roles: ['center_head', 'coordinator'], decide: decideMobileGroupOrder },
  releaseGroupMember: { roles: ['center_head', 'coordinator'], decide: decideRelease },
  planOutreach: { roles: EVERYBODY_AT_THE_CENTER, decide: decidePlannedOutreach },
  recordOutreach: { roles: EVERYBODY_AT_THE_CENTER, decide: decideHeldOutreach },
};

export const CENTER_COMMAND_KINDS = Object.keys(CENTER_COMMANDS) as readonly CenterCommandKind[];

/** Decides a command about a Center. A refusal carries a code and, where a rule refused, its id. */
export function decideCenterCommand(state: CenterState, { kind, id, actor, data }: CenterCommand, now: Instant): DecisionOf<CenterFact> {
  const refusal = refusalOfRole(CENTER_COMMANDS[kind].roles, actor);
  if (refusal !== undefined) return { ok: false, refusal };
  if (actor.center !== state.center) return refuse('center_unknown');
  // The row and the data are of one kind, which the compiler cannot follow through the union.
  return (CENTER_COMMANDS[kind] as CenterCommandRow<CenterCommandKind>).decide(state, data, now, id);
}

const ORDER = '256-21-2';

/** 256-21-2, P36: the order holds until 31 December of the year that it names. */
function decideMobileGroupOrder(state: CenterState, data: CenterCommandData['recordMobileGroupOrder'], now: Instant): DecisionOf<CenterFact> {
  const { number, issuedOn } = data;
  const today = legalDayOf(now);
  if (issuedOn > today) return refuse('order_in_future', ORDER, { issuedOn });
  const years = yearsAllowed(issuedOn);
  const year = data.forYear ?? yearOf(issuedOn);
  if (!years.includes(year)) return refuse('order_year_not_allowed', 'P36', { year, years: years.join(', ') });
  const validUntil = `${year}-12-31`;
  if (validUntil < today) return refuse('order_expired', 'P36', { validUntil });
  const { mobileGroupOrders: orders } = state;
  if (orders.some((order) => order.number === number && order.issuedOn === issuedOn)) return refuse('order_already_recorded', ORDER, { number, issuedOn });
  const lacks = partsLacking(data.members);
  if (lacks.length > 0) return refuse('group_incomplete', '256-21-1', { lacks: lacks.join(', ') });
  const renews = orders.every((order) => order.validUntil < validUntil);
  return {
    ok: true,
    facts: [{ type: 'MobileGroupOrdered', data: { center: state.center, number, issuedOn, year, validUntil, renews, members: data.members } }],
  };
}

/** P36: a group that has lost somebody is called all the same; who stands in is for the next order to say. */
function decideRelease(state: CenterState, { memberId }: CenterCommandData['releaseGroupMember'], now: Instant): DecisionOf<CenterFact> {
  const found = state.mobileGroupOrders.flatMap(({ members }) => members).find((member) => member.memberId === memberId && member.leftOn === undefined);
  if (found === undefined) return refuse('group_member_unknown', '256-21-1', { memberId });
  return { ok: true, facts: [{ type: 'MobileGroupMemberLeft', data: { memberId, part: found.part, leftOn: legalDayOf(now) } }] };
}

/** P36: the year of the order; one of November or December may name the next. */
function yearsAllowed(issuedOn: LegalDay): number[] {
  const year = yearOf(issuedOn);
  return Number(issuedOn.slice(5, 7)) >= 11 ? [year, year + 1] : [year];
}
