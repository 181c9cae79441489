/** A threat to life or health found while the case runs: 256 п.13 2), п.14 2), п.22, P4–P6, P30, P48. */
import type { Instant } from '../../../law/calendar.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import type { Fact } from '../../facts.js';
import { listed } from '../../references.js';
import { refuse } from '../../refusal.js';
import { ALWAYS, EVERYBODY_AT_THE_CENTER, WHILE_OPEN, type CommandRows } from '../../road.js';
import type { CaseState, Stage, ThreatResponse } from '../../state.js';
import { reopenedBy } from '../reopening/cycles.js';
import { decideResponsePlan } from './plan.js';
import type { ResponseMeasure } from './facts.js';
import { calledGroup, decideCall, decideVisit } from './group.js';
import { openResponses, unanswered } from './responses.js';

export interface ThreatCommands {
  recordThreat: { direct: boolean; noteId: string };
  /** `responseId`: which threat it answers; may be left out where one waits for its answer. */
  assignImmediateMeasures: { responseId?: string; noteId: string };
  /** `order`: by which the group is composed, where the caller has it at hand; else the one in force is looked up. */
  callMobileGroup: { responseId?: string; order?: { number: string; issuedOn: string }; noteId?: string };
  recordGroupVisit: { responseId?: string; departedAt: Instant; arrivedAt: Instant; present: readonly string[]; findingsId: string };
  adoptResponsePlan: { responseId?: string; measures: readonly ResponseMeasure[] };
  assessThreat: { responseId?: string; confirmed: boolean; noteId: string };
}

/** The stages in which the primary assessment lies behind: a threat is assessed on its own there. */
const BESIDE_THE_ROAD: readonly Stage[] = ['needs', 'planning', 'execution', 'completed'];

const BESIDE = 'P6: a threat is answered beside whatever runs';

export const THREAT_COMMANDS: CommandRows<keyof ThreatCommands> = {
  recordThreat: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: ALWAYS,
    because: 'a threat is recorded wherever it is found: in the monitoring, and after the end, the accompaniment begins anew by it (P6, P25)',
    decide: decideThreat,
  },
  assignImmediateMeasures: { roles: EVERYBODY_AT_THE_CENTER, strand: 'threat', during: WHILE_OPEN, because: BESIDE, decide: decideImmediateMeasures },
  callMobileGroup: {
    roles: EVERYBODY_AT_THE_CENTER,
    strand: 'threat',
    during: WHILE_OPEN,
    because: BESIDE,
    refers: ({ order }) => [calledGroup(order)],
    decide: decideCall,
  },
  recordGroupVisit: {
    roles: EVERYBODY_AT_THE_CENTER,
    strand: 'threat',
    during: WHILE_OPEN,
    because: BESIDE,
    refers: () => [calledGroup(undefined)],
    decide: decideVisit,
  },
  adoptResponsePlan: {
    roles: EVERYBODY_AT_THE_CENTER,
    strand: 'threat',
    during: WHILE_OPEN,
    because: BESIDE,
    refers: ({ measures }) => [
      ...listed(
        'support_kind',
        measures.map(({ supportKind }) => supportKind),
      ),
      ...measures.flatMap(({ agency }) => (agency === undefined ? [] : [{ to: 'organisation' as const, id: agency }])),
    ],
    decide: decideResponsePlan,
  },
  assessThreat: {
    roles: EVERYBODY_AT_THE_CENTER,
    strand: 'threat',
    during: BESIDE_THE_ROAD,
    because: 'P6: after the primary assessment each threat has its own; before it, that one is it',
    decide: decideAssessment,
  },
};

/** P6, P25: beside what runs; in the monitoring, and after the end, it begins the next cycle. */
function decideThreat(state: CaseState, { id, data }: CommandOf<'recordThreat'>, { now }: Moment): Decision {
  const found: Fact = { type: 'ThreatFound', data: { responseId: id, ...data } };
  return reopenedBy(state, { cause: 'threat', responseId: id }, now, found);
}

/** P4: an answer needs a threat that it answers, told by an appeal or found since; each has its own. */
function decideImmediateMeasures(state: CaseState, { data }: CommandOf<'assignImmediateMeasures'>): Decision {
  const { noteId, responseId } = data;
  if (state.threats.length === 0) return refuse('threat_not_recorded', 'P4');
  const waiting = unanswered(state);
  const response = responseId === undefined ? onlyOf(waiting) : find(state, responseId);
  if (response === undefined) return responseId === undefined ? withoutName(waiting.length, 'response_already_given') : refuse('threat_unknown', 'P4');
  if (response.answeredAt !== undefined) return refuse('response_already_given', 'P4');
  return accept({ type: 'ImmediateMeasuresAssigned', data: { responseId: response.responseId, noteId } });
}

/** 256-13-2T, 256-14-2T beside a later stage (P6). */
function decideAssessment(state: CaseState, { data }: CommandOf<'assessThreat'>): Decision {
  const response = namedResponse(state, data.responseId);
  if ('ok' in response) return response;
  if (response.assessment !== undefined) return refuse('response_assessed', 'P6');
  // "With immediate response measures assigned": an assessment that finds the threat and has none would leave them owed to nobody.
  if (data.confirmed && response.answeredAt === undefined) return refuse('threat_not_answered', 'P4', { responseId: response.responseId });
  return accept({ type: 'ThreatAssessed', data: { responseId: response.responseId, confirmed: data.confirmed, noteId: data.noteId } });
}

/** The response that a command means: the one it names, or the only one that is not over. */
export function namedResponse(state: CaseState, responseId: string | undefined): ThreatResponse | Extract<Decision, { ok: false }> {
  if (state.threats.length === 0) return refuse('threat_not_recorded', 'P4');
  const open = openResponses(state);
  if (responseId === undefined) return onlyOf(open) ?? withoutName(open.length, 'response_assessed');
  return find(state, responseId) ?? refuse('threat_unknown', 'P4');
}

function find({ threats }: CaseState, responseId: string): ThreatResponse | undefined {
  return threats.find((candidate) => candidate.responseId === responseId);
}

function onlyOf(responses: readonly ThreatResponse[]): ThreatResponse | undefined {
  const [first, ...others] = responses;
  return others.length === 0 ? first : undefined;
}

/** None waits any more, or several do: then the command must say which. */
function withoutName(open: number, whenNone: 'response_already_given' | 'response_assessed'): Extract<Decision, { ok: false }> {
  return open === 0 ? refuse(whenNone, 'P4') : refuse('response_not_named', 'P4', { open });
}

/** P30: what an attached appeal tells of a threat is a fact of its own, beside the appeal. */
export function threatOfAppeal(appealId: string, receivedAt: Instant): Fact {
  return { type: 'ThreatFound', data: { responseId: appealId, appealId }, occurredAt: receivedAt };
}
