/** Taking colleagues into the team of a case, and letting them go: by those who are on it, or by a head. */
import type { Role } from '../../../law/rule.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision } from '../../decision.js';
import { refuse } from '../../refusal.js';
import { ALWAYS, EVERYBODY_AT_THE_CENTER, type CommandRows } from '../../road.js';
import type { CaseState } from '../../state.js';
import { isOnTeam } from './members.js';

export interface TeamCommands {
  /** `post`: one that the colleague holds today. */
  addToTeam: { person: string; post: Role };
  releaseFromTeam: { person: string };
}

const BECAUSE = 'who works on a case changes in every stage, and of a closed one somebody answers questions, too';

export const TEAM_COMMANDS: CommandRows<keyof TeamCommands> = {
  addToTeam: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: ALWAYS,
    because: BECAUSE,
    refers: ({ person, post }) => [{ to: 'colleague', id: person, holding: post }],
    decide: decideJoining,
  },
  releaseFromTeam: { roles: EVERYBODY_AT_THE_CENTER, during: ALWAYS, because: BECAUSE, decide: decideLeaving },
};

/** The case manager of the day is on it by the assignment, and leaves it by the next one. */
function decideJoining(state: CaseState, command: CommandOf<'addToTeam'>): Decision {
  const { person, post } = command.data;
  if (!mayChange(state, command)) return refuse('team_only', '192-7-3');
  return isOnTeam(state, person) ? refuse('already_on_team', undefined, { person }) : accept({ type: 'TeamMemberJoined', data: { person, post } });
}

function decideLeaving(state: CaseState, command: CommandOf<'releaseFromTeam'>): Decision {
  const { person } = command.data;
  if (!mayChange(state, command)) return refuse('team_only', '192-7-3');
  return isOnTeam(state, person) && person !== state.caseManager
    ? accept({ type: 'TeamMemberLeft', data: command.data })
    : refuse('not_on_team', undefined, { person });
}

/** Otherwise anybody could let himself in. */
function mayChange(state: CaseState, { actor }: CommandOf<'addToTeam' | 'releaseFromTeam'>): boolean {
  return actor.role === 'center_head' || actor.role === 'unit_head' || isOnTeam(state, actor.id);
}
