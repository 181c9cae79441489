/** A threat to life or health found while the case runs: 256 п.13 2), п.14 2), п.22, P4–P6, P30, P48. */
import type { Instant } from '../../../law/calendar.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision } from '../../decision.js';
import type { Fact } from '../../facts.js';
import { refuse } from '../../refusal.js';
import { EVERYBODY_AT_THE_CENTER, WHILE_OPEN, type CommandRows } from '../../road.js';
import type { CaseState, ThreatResponse } from '../../state.js';
import { openResponses } from './responses.js';

export interface ThreatCommands {
  recordThreat: { direct: boolean; noteId: string };
  /** `responseId`: which threat it answers; may be left out where one waits for its answer. */
  assignImmediateMeasures: { responseId?: string; noteId: string };
}

export const THREAT_COMMANDS: CommandRows<keyof ThreatCommands> = {
  recordThreat: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: WHILE_OPEN,
    because: 'a threat is recorded wherever it is found, and what follows is the table of the law to say',
    decide: (_state, { id, data }) => accept({ type: 'ThreatFound', data: { responseId: id, ...data } }),
  },
  assignImmediateMeasures: {
    roles: EVERYBODY_AT_THE_CENTER,
    strand: 'threat',
    during: WHILE_OPEN,
    because: 'P6: a threat is answered beside whatever runs',
    decide: decideImmediateMeasures,
  },
};

/** P4: an answer needs a threat that it answers, told by an appeal or found since; each has its own. */
function decideImmediateMeasures(state: CaseState, { data }: CommandOf<'assignImmediateMeasures'>): Decision {
  const { noteId, responseId } = data;
  if (state.threats.length === 0) return refuse('threat_not_recorded', 'P4');
  const response = responseId === undefined ? onlyOpen(state) : state.threats.find((candidate) => candidate.responseId === responseId);
  if (response === undefined) return responseId === undefined ? withoutName(state) : refuse('threat_unknown', 'P4');
  if (response.answeredAt !== undefined) return refuse('response_already_given', 'P4');
  return accept({ type: 'ImmediateMeasuresAssigned', data: { responseId: response.responseId, noteId } });
}

function onlyOpen(state: CaseState): ThreatResponse | undefined {
  const [first, ...others] = openResponses(state);
  return others.length === 0 ? first : undefined;
}

/** None waits any more, or several do: then the command must say which. */
function withoutName(state: CaseState): Decision {
  const open = openResponses(state).length;
  return open === 0 ? refuse('response_already_given', 'P4') : refuse('response_not_named', 'P4', { open });
}

/** P30: what an attached appeal tells of a threat is a fact of its own, beside the appeal. */
export function threatOfAppeal(appealId: string, receivedAt: Instant): Fact {
  return { type: 'ThreatFound', data: { responseId: appealId, appealId }, occurredAt: receivedAt };
}
