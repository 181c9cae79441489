/** Intake and primary assessment: 256 п.11–14, 192 п.3 4). */
import { isGround } from '../../law/grounds.js';
import { accept, outsideStage, type Decision } from '../decision.js';
import type { CommandOf } from '../commands.js';
import type { DeliveryOf, Opening } from '../deliveries.js';
import type { EntryOf, Fact } from '../facts.js';
import type { Law, LawRef } from '../../law/law.js';
import { refuse } from '../refusal.js';
import type { Appeal, CaseState } from '../state.js';
import { threatOfAppeal } from './threat.js';

/** Registration opens the case and starts all clocks (D-REG, P3); it can never be refused by policy (P51). */
export function registration(opening: Opening, law: LawRef): Fact {
  const { appealId, journalNumber, householdId, center, channel, threat, registeredAt } = opening;
  return {
    type: 'AppealRegistered',
    data: { appealId, journalNumber, householdId, center, channel, threat, law },
    occurredAt: registeredAt,
  };
}

/** P30: it keeps its own clock of one working day; a threat that it tells of shortens the running assessment (P5). */
export function decideAttachedAppeal(state: CaseState, delivery: DeliveryOf<'appeal'>, receivedAt: number, law: Law): Decision {
  if (state.stage === 'closed') return refuse('case_not_open');
  const attached: Fact = { type: 'AppealAttached', data: delivery.data, occurredAt: receivedAt };
  const { appealId, threat } = delivery.data;
  return accept(attached, ...(threat ? threatOfAppeal(state, appealId, receivedAt, law) : []));
}

export function decideAssignCaseManager(state: CaseState, command: CommandOf<'assignCaseManager'>): Decision {
  if (state.stage === 'closed') return refuse('case_not_open');
  return accept({ type: 'CaseManagerAssigned', data: command.data });
}

export function decideRecordConsent(state: CaseState, command: CommandOf<'recordConsent'>): Decision {
  return outsideStage(state, 'intake', 'needs', 'planning') ?? accept({ type: 'ConsentRecorded', data: command.data });
}

/** An interview that was held later is recorded all the same: 256-13-INT would stay owed for ever otherwise. */
export function decideRecordInterview(state: CaseState, command: CommandOf<'recordInterview'>): Decision {
  return outsideStage(state, 'intake', 'needs', 'planning', 'execution') ?? accept({ type: 'InterviewHeld', data: command.data });
}

/**
 * P49: each appeal's clock runs until its triage is recorded with a reason. An appeal that came during
 * the monitoring outlives it: it is triaged in the closed case too, or its clock would run for ever.
 */
export function decideRecordTriage(state: CaseState, command: CommandOf<'recordTriage'>): Decision {
  if (state.closure?.ground === 'not_confirmed') return refuse('case_not_open');
  const appeal = state.appeals.find((candidate) => candidate.appealId === command.data.appealId);
  if (appeal === undefined) return refuse('appeal_unknown');
  if (appeal.triaged) return refuse('appeal_already_triaged', 'P49');
  return accept({ type: 'TriageRecorded', data: command.data });
}

/** 192-3-4: a difficult life situation is recognised only on a ground of the Social Code. */
export function decideCompleteAssessment(state: CaseState, command: CommandOf<'completeAssessment'>): Decision {
  const outside = outsideStage(state, 'intake');
  if (outside) return outside;
  const { result, grounds, noteId } = command.data;
  const unknown = grounds.find((code) => !isGround(code));
  if (unknown !== undefined) return refuse('ground_unknown', '192-3-4', { ground: unknown });
  if (result === 'difficult_life_situation' && grounds.length === 0) return refuse('ground_required', '192-3-4');
  if (grounds.includes('GX') && noteId === undefined) return refuse('ground_text_required', '192-3-4');
  const assessed: Fact = { type: 'AssessmentCompleted', data: { ...command.data, channel: state.channel } };
  if (result === 'difficult_life_situation') return accept(assessed);
  // P10: not confirmed means consulted, answered in writing, closed; kept for early identification.
  return accept(assessed, { type: 'CaseClosed', data: { ground: 'not_confirmed', monitoringMonths: 0 } });
}

export function evolveAppealAttached(state: CaseState, entry: EntryOf<'AppealAttached'>): CaseState {
  const { appealId, journalNumber, channel, threat } = entry.data;
  const appeal: Appeal = { appealId, journalNumber, channel, threat, registeredAt: entry.occurredAt, triaged: false };
  return { ...state, appeals: [...state.appeals, appeal] };
}

export function evolveTriageRecorded(state: CaseState, entry: EntryOf<'TriageRecorded'>): CaseState {
  const appeals = state.appeals.map((appeal) =>
    appeal.appealId === entry.data.appealId ? { ...appeal, triaged: true } : appeal,
  );
  return { ...state, appeals };
}

export function evolveAssessmentCompleted(state: CaseState, entry: EntryOf<'AssessmentCompleted'>): CaseState {
  const { result, grounds } = entry.data;
  if (result === 'not_confirmed') return { ...state, grounds };
  return { ...state, grounds, stage: 'needs', stageEnteredAt: entry.at };
}
