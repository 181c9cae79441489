/** Threats to life or health, each its own response, and what was done at once: P4–P6, P48. */
import type { EntryOf } from '../../facts.js';
import type { FactRows } from '../../road.js';
import type { CaseState } from '../../state.js';
import { answered } from './responses.js';

export interface ThreatFacts {
  /** P5, P6, P48: a threat to life or health, found while the case runs or told by an attached appeal. */
  ThreatFound: {
    /** Of the response that it asks for; of a threat told by an appeal the id of the appeal. */
    responseId: string;
    /** P48: of a threat told by an appeal the Center does not know yet whether it is direct. */
    direct?: boolean;
    noteId?: string;
    /** The attached appeal that told of it. */
    appealId?: string;
  };
  /** P4: the response to a threat that cannot wait for the assessment. */
  ImmediateMeasuresAssigned: { responseId: string; noteId: string };
}

export const THREAT_FACTS: FactRows<keyof ThreatFacts> = {
  ThreatFound: withThreat,
  ImmediateMeasuresAssigned: (state, { data, occurredAt }) => answered(state, occurredAt, ({ responseId }) => responseId === data.responseId),
};

function withThreat(state: CaseState, { data, occurredAt }: EntryOf<'ThreatFound'>): CaseState {
  const { responseId, direct, appealId } = data;
  const found = { responseId, foundAt: occurredAt, ...(direct === undefined ? {} : { direct }), ...(appealId === undefined ? {} : { appealId }) };
  return { ...state, threats: [...state.threats, found] };
}
