/** A threat to life or health found while the case runs: 256 п.13 2), п.14 2), п.22, P4–P6, P30, P48. */
import { findRule, type Law } from '../../law/law.js';
import type { CommandOf } from '../commands.js';
import { accept, type Decision } from '../decision.js';
import type { EntryOf, Fact } from '../facts.js';
import { refuse } from '../refusal.js';
import type { CaseState } from '../state.js';

/** In every stage before the end: a threat is recorded wherever it is found, and what follows is the table's to say. */
export function decideRecordThreat(state: CaseState, command: CommandOf<'recordThreat'>): Decision {
  if (state.stage === 'closed') return refuse('case_not_open');
  return accept(threatFound(state, command.data));
}

/** P4: an answer needs a threat that it answers, told at the opening or found since. */
export function decideAssignImmediateMeasures(state: CaseState, command: CommandOf<'assignImmediateMeasures'>): Decision {
  if (state.stage === 'closed') return refuse('case_not_open');
  const isThreatened = state.threat !== undefined || state.appeals.some(({ threat }) => threat);
  if (!isThreatened) return refuse('threat_not_recorded', 'P4');
  return accept({ type: 'ImmediateMeasuresAssigned', data: command.data });
}

/**
 * P30: what an attached appeal tells of a threat, beside the appeal itself. A table without the row P4
 * knows no threat but that of the opening, and its runs have recorded such appeals alone.
 */
export function threatOfAppeal(state: CaseState, appealId: string, receivedAt: number, law: Law): readonly Fact[] {
  if (findRule(law, 'P4') === undefined) return [];
  return [{ ...threatFound(state, { appealId }), occurredAt: receivedAt }];
}

function threatFound(state: CaseState, told: { direct?: boolean; noteId?: string; appealId?: string }): Extract<Fact, { type: 'ThreatFound' }> {
  return { type: 'ThreatFound', data: { ...told, inIntake: state.stage === 'intake', channel: state.channel } };
}

export function evolveThreatFound(state: CaseState, entry: EntryOf<'ThreatFound'>): CaseState {
  const { foundAt, direct } = state.threat ?? { foundAt: entry.occurredAt, direct: false };
  return { ...state, threat: { foundAt, direct: direct || entry.data.direct === true } };
}
