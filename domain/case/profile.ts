/** What the table may ask of a case: rows name these instead of facts carrying copies of them. */
import type { Fact } from './facts.js';
import type { Channel } from './roads/intake/facts.js';
import type { CaseState, Stage } from './state.js';

export interface CaseProfile {
  /** Of the appeal that opened the case: 1 goes by 256 п.13, the others by п.14. */
  channel: Channel;
  stage: Stage;
}

/** The case just before a fact; of the fact that opens it, what that says. */
export function profileOf(state: CaseState | undefined, fact: Fact): CaseProfile | undefined {
  if (state !== undefined) return { channel: state.channel, stage: state.stage };
  return fact.type === 'AppealRegistered' ? { channel: fact.data.channel, stage: 'intake' } : undefined;
}

/** What a fact ends: the accompaniment, which a monitoring follows, or all of the case. */
export function endOf(fact: Fact): 'cycle' | 'case' | undefined {
  if (fact.type === 'CaseClosed') return fact.data.monitoringMonths > 0 ? 'cycle' : 'case';
  return fact.type === 'MonitoringEnded' ? 'case' : undefined;
}
