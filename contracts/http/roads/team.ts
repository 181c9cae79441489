/** The commands of a case's team over HTTP, and how it is shown (192-7-3). */
import { z } from 'zod';
import type { TeamCommands } from '../../../domain/case/roads/team/commands.js';
import { CENTER_POSTS } from '../../staffing.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { Day, StaffId } from '../primitives.js';
import { strand } from '../strand.js';
import { RoleName } from '../vocabulary.js';

const JoinBody = z
  .strictObject({ person: StaffId, post: z.enum(CENTER_POSTS).meta({ description: 'A post that the colleague holds today, by the staffing record.' }) })
  .meta({ id: 'AddToTeam' });

const LeaveBody = z.strictObject({ person: StaffId }).meta({ id: 'ReleaseFromTeam' });

export const TEAM_ROUTES: { readonly [K in keyof TeamCommands]: CommandRoute<K> } = {
  addToTeam: commandRoute({
    path: 'team',
    summary: 'Take a colleague into the team of the case: who is on it reads all of it (192-7-3)',
    body: JoinBody,
    example: { person: 'psychologist-7', post: 'psychologist' },
    toCommand: (body) => ({ data: body }),
  }),
  releaseFromTeam: commandRoute({
    path: 'team/release',
    summary: 'Let a colleague go from the team of the case; the case manager leaves it when another one is assigned',
    body: LeaveBody,
    example: { person: 'psychologist-7' },
    toCommand: (body) => ({ data: body }),
  }),
};

const TeamMember = z
  .strictObject({
    person: StaffId,
    post: RoleName,
    from: Day,
    to: Day.optional().meta({ description: 'The day on which they left; absent while they are on it.' }),
  })
  .meta({ id: 'TeamMember', description: 'Somebody who works, or worked, on the case.' });

export const TEAM_SHOWN = strand('team', z.array(TeamMember), (team) => team.map((member) => ({ ...member })));
