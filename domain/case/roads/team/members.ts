/** The team of a case: several persons, each in a post, from a day and to a day. What was stays, so that anybody can see who could read the case when. */
import type { LegalDay } from '../../../law/calendar.js';
import type { Role } from '../../../law/rule.js';
import type { CaseState } from '../../state.js';

export interface TeamMember {
  person: string;
  /** The post in which they work on the case. */
  post: Role;
  from: LegalDay;
  /** The day on which they left; absent while they are on it. */
  to?: LegalDay;
}

type WithTeam = Pick<CaseState, 'team'>;

/** Those who are on it now, each once. */
export function currentTeam({ team }: WithTeam): string[] {
  return [...new Set(team.flatMap(({ person, to }) => (to === undefined ? [person] : [])))];
}

export function isOnTeam(state: WithTeam, person: string, post?: Role): boolean {
  return state.team.some((member) => member.person === person && member.to === undefined && (post === undefined || member.post === post));
}

/** Somebody who is on it in that post already stays as they are. */
export function withMember<S extends WithTeam>(state: S, member: TeamMember): S {
  return isOnTeam(state, member.person, member.post) ? state : { ...state, team: [...state.team, member] };
}

/** Ends the memberships that match. */
export function withoutMembers<S extends WithTeam>(state: S, day: LegalDay, isMeant: (member: TeamMember) => boolean): S {
  return { ...state, team: state.team.map((member) => (member.to === undefined && isMeant(member) ? { ...member, to: day } : member)) };
}
