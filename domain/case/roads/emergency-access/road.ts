/**
 * P59: somebody who does not see a case must act on it now. They open it for two hours, with a reason; the head learns of it at
 * once and judges it within three working days.
 */
import type { Instant } from '../../../law/calendar.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import type { EntryOf } from '../../facts.js';
import { refuse } from '../../refusal.js';
import { ALWAYS, EVERYBODY_AT_THE_CENTER, type CommandRows, type FactRows, type RoadTables } from '../../road.js';
import type { CaseState } from '../../state.js';

/** How long a case stays open to somebody by an emergency, in milliseconds. */
export const EMERGENCY_LASTS_MS = 2 * 3_600_000;

export type EmergencyFinding = 'justified' | 'unjustified';

export interface EmergencyAccess {
  accessId: string;
  person: string;
  /** Case time. */
  from: Instant;
  to: Instant;
  /** Absent until the head has judged it. */
  finding?: EmergencyFinding;
}

interface EmergencyCommands {
  openInEmergency: { noteId: string };
  reviewEmergencyAccess: { accessId: string; finding: EmergencyFinding; noteId: string };
}

interface EmergencyFacts {
  EmergencyAccessOpened: { accessId: string; person: string; noteId: string };
  EmergencyAccessReviewed: { accessId: string; finding: EmergencyFinding; noteId: string };
}

const REFUSALS = {
  emergency_access_open: 'conflict',
  emergency_access_reviewed: 'conflict',
  emergency_access_unknown: 'unknown',
} as const;

export interface EmergencyAccessRoad {
  commands: EmergencyCommands;
  facts: EmergencyFacts;
  refusals: keyof typeof REFUSALS;
  state: { emergencies: readonly EmergencyAccess[] };
}

const COMMANDS: CommandRows<keyof EmergencyCommands> = {
  openInEmergency: {
    roles: EVERYBODY_AT_THE_CENTER,
    unseen: true,
    during: ALWAYS,
    because: 'P59: an emergency asks no stage',
    decide: decideOpening,
  },
  reviewEmergencyAccess: {
    roles: ['center_head'],
    strand: 'emergency',
    during: ALWAYS,
    because: 'P59: what was opened is judged, whatever became of the case',
    decide: decideReview,
  },
};

const FACTS: FactRows<keyof EmergencyFacts> = {
  EmergencyAccessOpened: withOpened,
  EmergencyAccessReviewed: (state, { data }) => ({
    ...state,
    emergencies: state.emergencies.map((each) => (each.accessId === data.accessId ? { ...each, finding: data.finding } : each)),
  }),
};

function decideOpening(state: CaseState, { id, actor, data }: CommandOf<'openInEmergency'>, { now }: Moment): Decision {
  const isOpen = state.emergencies.some(({ person, to }) => person === actor.id && to > now);
  if (isOpen) return refuse('emergency_access_open', 'P59');
  return accept({ type: 'EmergencyAccessOpened', data: { accessId: id, person: actor.id, ...data } });
}

function decideReview(state: CaseState, { data }: CommandOf<'reviewEmergencyAccess'>): Decision {
  const access = state.emergencies.find(({ accessId }) => accessId === data.accessId);
  if (access === undefined) return refuse('emergency_access_unknown', 'P59');
  return access.finding === undefined ? accept({ type: 'EmergencyAccessReviewed', data }) : refuse('emergency_access_reviewed', 'P59');
}

function withOpened(state: CaseState, { data: { accessId, person }, at }: EntryOf<'EmergencyAccessOpened'>): CaseState {
  return { ...state, emergencies: [...state.emergencies, { accessId, person, from: at, to: at + EMERGENCY_LASTS_MS }] };
}

export const EMERGENCY_ACCESS_ROAD: RoadTables<EmergencyAccessRoad> = {
  stages: [],
  commands: COMMANDS,
  facts: FACTS,
  refusals: REFUSALS,
  begins: { emergencies: [] },
};
