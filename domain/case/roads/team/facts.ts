/** Who came to the team of a case and who left it. The one who registers the opening appeal is on it from then on, the case manager from the assignment on. */
import { legalDayOf } from '../../../law/calendar.js';
import type { Role } from '../../../law/rule.js';
import type { FactRows } from '../../road.js';
import { withMember, withoutMembers } from './members.js';

export interface TeamFacts {
  TeamMemberJoined: { person: string; post: Role };
  TeamMemberLeft: { person: string };
}

export const TEAM_FACTS: FactRows<keyof TeamFacts> = {
  TeamMemberJoined: (state, { data, occurredAt }) => withMember(state, { ...data, from: legalDayOf(occurredAt) }),
  TeamMemberLeft: (state, { data, occurredAt }) => withoutMembers(state, legalDayOf(occurredAt), ({ person }) => person === data.person),
};
