/**
 * The accompaniment begins anew on the same case (P25, D-REOPEN): at once where a threat asks for it (P6), and the head says
 * afterwards whether it was right. The other ways to it are decided by the head first.
 */
import type { LegalDay } from '../../../law/calendar.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision } from '../../decision.js';
import { refuse } from '../../refusal.js';
import { ALWAYS, type CommandRows, type FactRows, type RoadTables } from '../../road.js';
import type { CaseState } from '../../state.js';
import { withNextCycle, type EndedCycle, type ReopeningCause } from './cycles.js';

interface ReopeningCommands {
  confirmReopening: { cycle: number; confirmed: boolean; noteId: string };
}

interface ReopeningFacts {
  /** `cycle`: the one that begins. */
  CaseReopened: ReopeningCause & { cycle: number; startedOn: LegalDay };
  ReopeningConfirmed: { cycle: number; confirmed: boolean; noteId: string };
}

const REFUSALS = { reopening_confirmed: 'conflict', reopening_unknown: 'unknown' } as const;

export interface ReopeningRoad {
  commands: ReopeningCommands;
  facts: ReopeningFacts;
  refusals: keyof typeof REFUSALS;
  state: {
    earlierCycles: readonly EndedCycle[];
    /** The cycle whose beginning the head has still to confirm; null where none is. */
    unconfirmedCycle: number | null;
  };
}

const COMMANDS: CommandRows<keyof ReopeningCommands> = {
  confirmReopening: {
    roles: ['center_head'],
    strand: 'reopening',
    during: ALWAYS,
    because: 'what was begun at once is judged afterwards, wherever the case stands by then',
    decide: decideConfirmation,
  },
};

const FACTS: FactRows<keyof ReopeningFacts> = {
  CaseReopened: (state, entry) => ({ ...withNextCycle(state, entry), unconfirmedCycle: entry.data.cycle }),
  ReopeningConfirmed: (state) => ({ ...state, unconfirmedCycle: null }),
};

/** Unconfirmed does not undo: what was assessed and done stands; the case is closed on its ground then. */
function decideConfirmation(state: CaseState, { data }: CommandOf<'confirmReopening'>): Decision {
  if (data.cycle < 2 || data.cycle > state.cycle.n) return refuse('reopening_unknown', 'D-REOPEN', { cycle: data.cycle });
  return state.unconfirmedCycle === data.cycle
    ? accept({ type: 'ReopeningConfirmed', data })
    : refuse('reopening_confirmed', 'D-REOPEN', { cycle: data.cycle });
}

export const REOPENING_ROAD: RoadTables<ReopeningRoad> = {
  stages: [],
  commands: COMMANDS,
  facts: FACTS,
  refusals: REFUSALS,
  begins: { earlierCycles: [], unconfirmedCycle: null },
};
