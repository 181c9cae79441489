/** Intake and primary assessment: 256 п.11–14, 192 п.3 4). */
import { isGround } from '../../../law/grounds.js';
import type { LawRef } from '../../../law/law.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import type { DeliveryOf, Opening } from '../../deliveries.js';
import type { Fact } from '../../facts.js';
import { aDocument, sealOf } from '../../references.js';
import { refuse } from '../../refusal.js';
import { ALWAYS, EVERYBODY_AT_THE_CENTER, WHILE_OPEN, type CommandRows, type DeliveryRows } from '../../road.js';
import type { CaseState } from '../../state.js';
import { refusedByStay } from '../closing/commands.js';
import type { StayAsked } from '../minors/facts.js';
import { numberingOf, occasionOfAppeal } from '../minors/occasions.js';
import { reopenedBy } from '../reopening/cycles.js';
import { threatOfAppeal } from '../threat/commands.js';
import type { AssessmentResult, Channel, TriageRoute } from './facts.js';

export interface IntakeCommands {
  assignCaseManager: { caseManager: string };
  recordConsent: { given: boolean; personId: string; documentId?: string };
  recordInterview: { noteId: string };
  recordTriage: { appealId: string; route: TriageRoute; reasonId: string };
  completeAssessment: { result: AssessmentResult; grounds: readonly string[]; noteId?: string };
}

export const INTAKE_COMMANDS: CommandRows<keyof IntakeCommands> = {
  assignCaseManager: {
    roles: ['unit_head', 'center_head'],
    during: WHILE_OPEN,
    because: 'a case changes hands in every stage',
    refers: ({ caseManager }) => [{ to: 'colleague', id: caseManager, holding: 'case_manager' }],
    decide: (_state, { data }) => accept({ type: 'CaseManagerAssigned', data }),
  },
  recordConsent: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: ['intake', 'needs', 'planning'],
    because: 'P29: it may still be given, or taken back, before the plan is approved',
    refers: ({ documentId }) => aDocument(documentId, 'consent'),
    decide: decideConsent,
  },
  recordInterview: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: ['intake', 'needs', 'planning', 'execution'],
    because: 'one that was held later is recorded all the same: 256-13-INT would stay owed for ever otherwise',
    decide: (_state, { data }) => accept({ type: 'InterviewHeld', data }),
  },
  recordTriage: {
    roles: EVERYBODY_AT_THE_CENTER,
    strand: 'appeal',
    during: ALWAYS,
    because:
      'an appeal that came during the monitoring outlives it, and its clock would run for ever: it is triaged in the closed case too (not where the assessment confirmed nothing)',
    decide: decideTriage,
  },
  completeAssessment: { roles: EVERYBODY_AT_THE_CENTER, during: ['intake'], decide: decideAssessment },
};

export interface IntakeDeliveries {
  /** Another appeal about the family of an open case (P30). */
  appeal: { appealId: string; journalNumber: string; channel: Channel; threat: boolean; stay?: StayAsked };
}

export const INTAKE_DELIVERIES: DeliveryRows<keyof IntakeDeliveries> = { appeal: decideAttachedAppeal };

/**
 * Registration opens the case and starts all clocks (D-REG, P3); it can never be refused by policy (P51). One that asks for a
 * stay with children orders the notices about them (256-26).
 */
export function registration(opening: Opening, law: LawRef, newId: () => string): Fact[] {
  const { appealId, journalNumber, householdId, center, channel, threat, registeredAt, stay } = opening;
  const asked = stay === undefined ? {} : { stay };
  return [
    { type: 'AppealRegistered', data: { appealId, journalNumber, householdId, center, channel, threat, ...asked, law }, occurredAt: registeredAt },
    ...occasionOfAppeal({ appealId, ...asked, registeredAt, journalNumber, earlier: [] }, newId),
  ];
}

/** P30: it keeps its own clock of one working day; a threat that it tells of shortens the running assessment (P5). */
function decideAttachedAppeal(state: CaseState, delivery: DeliveryOf<'appeal'>, receivedAt: number, { newId }: Moment): Decision {
  if (state.stage === 'closed') return refuse('case_not_open');
  const attached: Fact = { type: 'AppealAttached', data: delivery.data, occurredAt: receivedAt };
  const { appealId, threat, stay } = delivery.data;
  const asked = stay === undefined ? {} : { stay };
  const notices = occasionOfAppeal({ appealId, ...asked, registeredAt: receivedAt, ...numberingOf(state) }, newId);
  if (!threat) return accept(attached, ...notices);
  // P6: told in the monitoring, it begins the next cycle.
  const reopened = reopenedBy(state, { cause: 'threat', responseId: appealId }, receivedAt, threatOfAppeal(appealId, receivedAt));
  return reopened.ok ? { ...reopened, facts: [attached, ...reopened.facts, ...notices] } : reopened;
}

/** 256-13-CON: the decision of the family, with the document where there is one. */
function decideConsent(_state: CaseState, { data }: CommandOf<'recordConsent'>, { known }: Moment): Decision {
  const { documentId } = data;
  return accept({ type: 'ConsentRecorded', data: documentId === undefined ? data : { ...data, ...sealOf(known, documentId) } });
}

/** P49: each appeal's clock runs until its triage is recorded with a reason. */
function decideTriage(state: CaseState, { data }: CommandOf<'recordTriage'>): Decision {
  if (state.closure?.ground === 'not_confirmed') return refuse('case_not_open');
  const appeal = state.appeals.find((candidate) => candidate.appealId === data.appealId);
  if (appeal === undefined) return refuse('appeal_unknown');
  if (appeal.triaged) return refuse('appeal_already_triaged', 'P49');
  return accept({ type: 'TriageRecorded', data });
}

/** 192-3-4: a difficult life situation is recognised only on a ground of the Social Code. */
function decideAssessment(state: CaseState, { data }: CommandOf<'completeAssessment'>): Decision {
  const { result, grounds, noteId } = data;
  const unknown = grounds.find((code) => !isGround(code));
  if (unknown !== undefined) return refuse('ground_unknown', '192-3-4', { ground: unknown });
  if (result === 'difficult_life_situation' && grounds.length === 0) return refuse('ground_required', '192-3-4');
  if (grounds.includes('GX') && noteId === undefined) return refuse('ground_text_required', '192-3-4');
  const assessed: Fact = { type: 'AssessmentCompleted', data };
  if (result === 'difficult_life_situation') return accept(assessed);
  const kept = refusedByStay(state);
  if (kept) return kept;
  // P10: not confirmed means consulted, answered in writing, closed; kept for early identification.
  return accept(assessed, { type: 'CaseClosed', data: { ground: 'not_confirmed', monitoringMonths: 0 } });
}
