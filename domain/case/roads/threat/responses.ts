/** The strand of a threat: from the moment at which it is known until its immediate measures are assigned and it is assessed. */
import type { Instant } from '../../../law/calendar.js';
import type { CaseState, ThreatResponse } from '../../state.js';

/** Those that wait for their answer, the oldest first. */
export function unanswered({ threats }: Pick<CaseState, 'threats'>): readonly ThreatResponse[] {
  return threats.filter(({ answeredAt }) => answeredAt === undefined);
}

/** Those that are not over: measures are owed, or the assessment is (256-13-2T). */
export function openResponses({ threats }: Pick<CaseState, 'threats'>): readonly ThreatResponse[] {
  return threats.filter(({ answeredAt, assessment }) => answeredAt === undefined || assessment === undefined);
}

/** P6: the response that keeps the case from being closed, or undefined. */
export function openResponse(state: Pick<CaseState, 'threats'>): ThreatResponse | undefined {
  return openResponses(state)[0];
}

/** The primary assessment is made with immediate measures assigned and of all that is known: it answers and ends every response. */
export function assessedTogether(state: CaseState, at: Instant, confirmed: boolean): CaseState {
  const threats = state.threats.map((response) => ({
    ...response,
    answeredAt: response.answeredAt ?? at,
    assessment: response.assessment ?? { at, confirmed },
  }));
  return { ...state, threats };
}

export function updateResponse(state: CaseState, responseId: string, change: (response: ThreatResponse) => Partial<ThreatResponse>): CaseState {
  return { ...state, threats: state.threats.map((response) => (response.responseId === responseId ? { ...response, ...change(response) } : response)) };
}
