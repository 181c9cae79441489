/** The strand of a threat: from the moment at which it is known until its immediate measures are assigned. */
import type { Instant } from '../../../law/calendar.js';
import type { CaseState, ThreatResponse } from '../../state.js';

/** Those that wait for their answer, the oldest first. */
export function openResponses({ threats }: Pick<CaseState, 'threats'>): readonly ThreatResponse[] {
  return threats.filter(({ answeredAt }) => answeredAt === undefined);
}

/** P6: the response that keeps the case from being closed, or undefined. */
export function openResponse(state: Pick<CaseState, 'threats'>): ThreatResponse | undefined {
  return openResponses(state)[0];
}

/** The open responses that match are answered. */
export function answered(state: CaseState, at: Instant, isMeant: (response: ThreatResponse) => boolean): CaseState {
  return {
    ...state,
    threats: state.threats.map((response) => (response.answeredAt === undefined && isMeant(response) ? { ...response, answeredAt: at } : response)),
  };
}
