/** The mobile group: called out, on the spot, back with findings. 256 п.22, P36, P48. */
import { isLegalDay, type Instant } from '../../../law/calendar.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import { GROUP_OF_TODAY, groupKey, type KnownMobileGroup, type Reference } from '../../references.js';
import { refuse } from '../../refusal.js';
import type { CaseState, ThreatResponse } from '../../state.js';
import { namedResponse } from './commands.js';

/** The group of that order, else of today. One that is not composed as it should be is known all the same. */
export function calledGroup(order: { number: string; issuedOn: string } | undefined): Reference {
  return { to: 'mobileGroup', id: order === undefined ? GROUP_OF_TODAY : groupKey(order) };
}

/**
 * 256-22-1: the call is never refused for the sake of an order (P36). How the group is composed is ours to look up and stands
 * in the fact, so that the head hears of a group that is none.
 */
export function decideCall(state: CaseState, { id, data }: CommandOf<'callMobileGroup'>, { known }: Moment): Decision {
  const response = namedResponse(state, data.responseId);
  if ('ok' in response) return response;
  if (data.order !== undefined && !isLegalDay(data.order.issuedOn)) return refuse('day_impossible', 'P36', { day: data.order.issuedOn });
  const { members: _members, ...group } = groupIn(known.mobileGroup, calledGroup(data.order).id);
  const note = data.noteId === undefined ? {} : { noteId: data.noteId };
  return accept({ type: 'MobileGroupCalled', data: { responseId: response.responseId, callId: id, force: forceOf(response), group, ...note } });
}

/** P48: by law where the threat is direct, else by the project's decision. */
function forceOf({ direct }: ThreatResponse): 'law' | 'policy' {
  return direct === true ? 'law' : 'policy';
}

/** Departure and arrival are mandatory, and a visit lies between the threat and now; whoever was there is of the register. */
export function decideVisit(state: CaseState, { id, data }: CommandOf<'recordGroupVisit'>, { now, known }: Moment): Decision {
  const response = namedResponse(state, data.responseId);
  if ('ok' in response) return response;
  const { departedAt, arrivedAt, present, findingsId } = data;
  if (arrivedAt < departedAt) return refuse('visit_out_of_order', '256-22-1', times(departedAt, arrivedAt));
  if (arrivedAt > now) return refuse('visit_in_future', '256-22-1', times(departedAt, arrivedAt));
  // A group that was on its way when the threat was found in the house set out before the record of it, and not the day before.
  if (departedAt < response.foundAt - LONGEST_WAY_MS) return refuse('visit_before_threat', '256-22-1', times(departedAt, arrivedAt));
  const { members } = groupIn(known.mobileGroup, GROUP_OF_TODAY);
  const stranger = present.find((memberId) => !members.includes(memberId));
  if (stranger !== undefined) return refuse('visitor_unknown', '256-21-1', { memberId: stranger });
  return accept({ type: 'MobileGroupVisited', data: { responseId: response.responseId, visitId: id, departedAt, arrivedAt, present, findingsId } });
}

const LONGEST_WAY_MS = 24 * 3_600_000;

function times(departedAt: Instant, arrivedAt: Instant): { departedAt: string; arrivedAt: string } {
  return { departedAt: new Date(departedAt).toISOString(), arrivedAt: new Date(arrivedAt).toISOString() };
}

/** @throws Error where the row of the command does not name the group */
function groupIn(groups: Readonly<Record<string, KnownMobileGroup>>, id: string): KnownMobileGroup {
  const found = groups[id];
  if (found === undefined) throw new Error(`a mobile group was referred to and not looked up: ${id}`);
  return found;
}
