/** The end of the accompaniment, and the watching after it: 256 п.19, D-CL, D-MON. */
import type { FactRows } from '../../road.js';
import { allWithdrawn } from '../execution/facts.js';

export type ClosureGround = 'completed' | 'not_confirmed';

export interface ClosingFacts {
  CaseClosed: { ground: ClosureGround; monitoringMonths: number };
  ResultNotified: { documentId: string; documentSha256: string };
  MonitoringContactHeld: { contact: number; situation: 'stable' | 'worsened'; noteId: string };
  MonitoringEnded: { noteId: string };
}

export const CLOSING_FACTS: FactRows<keyof ClosingFacts> = {
  CaseClosed: (state, { data: { ground, monitoringMonths }, at }) => ({
    ...state,
    // What has not been sent is not sent: nobody's name leaves the Center after the end.
    dispatches: allWithdrawn(state.dispatches, monitoringMonths > 0),
    stage: monitoringMonths > 0 ? 'monitoring' : 'closed',
    stageEnteredAt: at,
    closure: { ground, closedAt: at, monitoringMonths, notified: false },
  }),
  ResultNotified: (state) => (state.closure === undefined ? state : { ...state, closure: { ...state.closure, notified: true } }),
  MonitoringContactHeld: (state, { data }) => ({ ...state, contacts: data.contact }),
  MonitoringEnded: (state, { at }) => ({ ...state, dispatches: allWithdrawn(state.dispatches, false), stage: 'closed', stageEnteredAt: at }),
};
