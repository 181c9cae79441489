/** 256-26, P28: an appeal and an admission order the notices by themselves; for a threat a person does. */
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import { refuse } from '../../refusal.js';
import { EVERYBODY_AT_THE_CENTER, WHILE_OPEN, type CommandRows } from '../../road.js';
import type { CaseState } from '../../state.js';
import { occasionOfThreat, referencesOfNotices } from './occasions.js';

export interface MinorsCommands {
  /** `responseId`: of the threat; may be left out where the case knows one alone. */
  orderMinorsNotices: { children: readonly string[]; responseId?: string };
}

export const MINORS_COMMANDS: CommandRows<keyof MinorsCommands> = {
  orderMinorsNotices: {
    roles: EVERYBODY_AT_THE_CENTER,
    strand: 'threat',
    during: WHILE_OPEN,
    because: 'P28: whoever is told of a threat to a child may have both bodies notified at once',
    refers: ({ children }) => referencesOfNotices(children),
    decide: decideNotices,
  },
};

function decideNotices(state: CaseState, { data }: CommandOf<'orderMinorsNotices'>, moment: Moment): Decision {
  const { children, responseId } = data;
  if (state.threats.length === 0) return refuse('threat_not_recorded', '256-26');
  if (responseId === undefined && state.threats.length > 1) return refuse('response_not_named', '256-26', { open: state.threats.length });
  const threat = responseId === undefined ? state.threats[0] : state.threats.find((each) => each.responseId === responseId);
  if (threat === undefined) return refuse('threat_unknown', '256-26');
  const isOrdered = state.minors.some(({ by, occasionId }) => by === 'threat' && occasionId === threat.responseId);
  if (isOrdered) return refuse('minors_notices_ordered', '256-26');
  const adult = children.find((id) => moment.known.member[id]?.isChild === false);
  if (adult !== undefined) return refuse('member_is_no_child', '256-26', { personId: adult });
  return accept(...occasionOfThreat(state, threat.responseId, children, moment));
}
