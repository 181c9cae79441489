/** 256-22-2: the response plan names measures of all-round support and the local executive bodies, territorial bodies and organisations responsible for them. */
import { isLegalDay, legalDayOf, type LegalDay } from '../../../law/calendar.js';
import { isValidOn } from '../../../organisation/organisation.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import type { Known } from '../../references.js';
import { refuse } from '../../refusal.js';
import type { CaseState } from '../../state.js';
import type { DispatchRequest } from '../execution/facts.js';
import { namedResponse } from './commands.js';
import type { ResponseMeasure } from './facts.js';

/** Every body that is made responsible is written to at once, with its own measures alone (P43); a plan drawn up anew is sent anew. */
export function decideResponsePlan(state: CaseState, { id, data }: CommandOf<'adoptResponsePlan'>, { now, newId, known }: Moment): Decision {
  const response = namedResponse(state, data.responseId);
  if ('ok' in response) return response;
  const { responseId } = response;
  const today = legalDayOf(now);
  if (data.measures.length === 0) return refuse('response_plan_empty', '256-22-2');
  if (new Set(data.measures.map(({ measureId }) => measureId)).size < data.measures.length) return refuse('measure_duplicate');
  const fault = data.measures.map((measure) => faultOf(measure, today, known)).find((found) => found !== undefined);
  if (fault !== undefined) return fault;
  const measures = data.measures.map((measure) => withFunction(measure, known));
  const dispatches = requestsFor(responseId, measures, newId);
  return accept({ type: 'ResponsePlanAdopted', data: { responseId, planId: id, measures, dispatches } });
}

function faultOf({ measureId, agency, dueOn }: ResponseMeasure, today: LegalDay, { organisation }: Known): Decision | undefined {
  if (!isLegalDay(dueOn)) return refuse('day_impossible', undefined, { day: dueOn });
  if (dueOn < today) return refuse('measure_term_in_past', '256-22-2', { measureId, dueOn });
  const found = agency === undefined ? undefined : organisation[agency];
  if (agency === undefined || found === undefined) return undefined;
  return isValidOn(found, today) ? undefined : refuse('organisation_not_valid', '256-22-2', { organisationId: agency, today });
}

/** What the directory says of it, not the client. */
function withFunction({ function: _claimed, ...measure }: ResponseMeasure, { organisation }: Known): ResponseMeasure {
  const found = measure.agency === undefined ? undefined : organisation[measure.agency];
  return found === undefined ? measure : { ...measure, function: found.function };
}

function requestsFor(responseId: string, measures: readonly ResponseMeasure[], newId: () => string): DispatchRequest[] {
  const agencies = [...new Set(measures.flatMap(({ agency }) => agency ?? []))];
  return agencies.map((agency) => ({
    key: newId(),
    kind: 'response_request',
    agency,
    measureIds: measures.filter((measure) => measure.agency === agency).map(({ measureId }) => measureId),
    strandId: responseId,
  }));
}
