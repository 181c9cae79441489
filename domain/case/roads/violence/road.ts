/** Signs of domestic violence (256 п.23): recorded once, they narrow who sees the case from that moment on. What is owed then is another road's. */
import type { Instant } from '../../../law/calendar.js';
import { accept, type Decision } from '../../decision.js';
import { refuse } from '../../refusal.js';
import { EVERYBODY_AT_THE_CENTER, WHILE_OPEN, type CommandRows, type FactRows, type RoadTables } from '../../road.js';
import type { CaseState } from '../../state.js';
import { withdrawalOf } from '../family-view/road.js';

export interface ViolenceCommands {
  recordViolenceSigns: { noteId: string };
}

export interface ViolenceFacts {
  ViolenceSignsRecorded: { noteId: string };
}

const VIOLENCE_REFUSALS = { violence_signs_recorded: 'conflict' } as const;

export interface ViolenceRoad {
  commands: ViolenceCommands;
  facts: ViolenceFacts;
  refusals: keyof typeof VIOLENCE_REFUSALS;
  /** Since when they are known; of a family without them it is null. */
  state: { violenceSince: Instant | null };
}

const COMMANDS: CommandRows<keyof ViolenceCommands> = {
  recordViolenceSigns: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: WHILE_OPEN,
    because: 'signs of violence are recorded whenever somebody sees them',
    decide: decideSigns,
  },
};

const FACTS: FactRows<keyof ViolenceFacts> = {
  ViolenceSignsRecorded: (state, { occurredAt }) => ({ ...state, violenceSince: occurredAt }),
};

/** Whoever has the paper with the family's code may be the one from whom somebody hides: it is worth nothing from then on. */
function decideSigns(state: CaseState, { data }: { data: ViolenceCommands['recordViolenceSigns'] }): Decision {
  if (state.violenceSince !== null) return refuse('violence_signs_recorded', '256-23-1');
  return accept({ type: 'ViolenceSignsRecorded', data }, ...withdrawalOf(state.familyCode));
}

export const VIOLENCE_ROAD: RoadTables<ViolenceRoad> = {
  stages: [],
  commands: COMMANDS,
  facts: FACTS,
  refusals: VIOLENCE_REFUSALS,
  begins: { violenceSince: null },
};
