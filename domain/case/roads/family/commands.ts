/** P31: the members of the family, their kinship and legal representatives, and the mending of what was written wrongly of them. */
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import { listed, type Reference } from '../../references.js';
import { refuse } from '../../refusal.js';
import { EVERYBODY_AT_THE_CENTER, WHILE_OPEN, type CommandRows } from '../../road.js';
import type { CaseState } from '../../state.js';
import type { MemberField } from './facts.js';

export interface FamilyCommands {
  recordMember: { personId: string; kinship: string; representativeId?: string };
  correctMember: { personId: string; fields: readonly MemberField[]; kinship?: string; representativeId?: string };
}

const BECAUSE = 'members of the family are found, and mistakes about them, in every stage';

export const FAMILY_COMMANDS: CommandRows<keyof FamilyCommands> = {
  recordMember: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: WHILE_OPEN,
    because: BECAUSE,
    refers: ({ kinship, representativeId }) => [...listed('kinship', [kinship]), ...memberOrNone(representativeId)],
    decide: decideMember,
  },
  correctMember: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: WHILE_OPEN,
    because: BECAUSE,
    refers: ({ personId, kinship, representativeId }) => [
      { to: 'member', id: personId },
      ...listed('kinship', kinship === undefined ? [] : [kinship]),
      ...memberOrNone(representativeId),
    ],
    decide: decideMember,
  },
};

function memberOrNone(personId: string | undefined): Reference[] {
  return personId === undefined ? [] : [{ to: 'member', id: personId }];
}

/** Whoever represents another is a grown-up member of the family; of whose birth nothing is known is taken for one. */
function decideMember(_state: CaseState, command: CommandOf<'recordMember' | 'correctMember'>, { known }: Moment): Decision {
  const { personId, representativeId } = command.data;
  if (representativeId === personId) return refuse('own_representative', 'P31');
  if (representativeId !== undefined && known.member[representativeId]?.isChild === true) return refuse('representative_is_child', 'P31');
  return command.kind === 'recordMember' ? accept({ type: 'MemberRecorded', data: command.data }) : accept({ type: 'MemberCorrected', data: command.data });
}
