/**
 * Versions of what stands in ledger and rows. A release that adds a fact, a state or a column that an older one
 * cannot read comes in two steps: first one that knows the new version and goes on writing the old one (from it one
 * may step back), then one that writes it. A process that meets a version beyond its own leaves the case alone.
 */
import { evolve, takenUp } from '../domain/case/evolve.js';
import { takeTurn } from '../domain/case/turn.js';
import { evolveCenter } from '../domain/center/evolve.js';
import type { CenterState } from '../domain/center/state.js';
import { takeCenterTurn } from '../domain/center/turn.js';
import type { SubjectKind } from '../domain/subject/state.js';
import type { AnyEntry, AnyInput, AnyState } from '../domain/subject/subjects.js';
import type { Circumstances, TurnOf } from '../domain/subject/turn.js';

/** The highest version that this release reads. */
export const KNOWN_VERSION = 1;
/** What it writes; never below what a row has. */
export const WRITTEN_VERSION = 1;

/** The core that decides about cases and the one that rebuilds them: a test of two releases hands in those of another. */
export interface Core {
  takeTurn: typeof takeTurn;
  evolve: typeof evolve;
  takenUp: typeof takenUp;
}

export const CORE: Core = { takeTurn, evolve, takenUp };

/** The same of any subject, to whoever asks no more of it than that. */
export interface SubjectCore {
  takeTurn(state: AnyState | undefined, inputs: readonly AnyInput[], given: Circumstances): TurnOf<AnyState, AnyEntry>;
  evolve(state: AnyState | undefined, entry: AnyEntry, subjectId: string): AnyState;
  takenUp(state: AnyState): AnyState;
}

const CENTER_CORE = { takeTurn: takeCenterTurn, evolve: evolveCenter, takenUp: (state: CenterState): CenterState => state };

/**
 * The core of a kind. State, entries and inputs that are handed to it are of that kind: they come from one row of the
 * ledger's file, which the compiler cannot follow.
 */
export function coreOf(kind: SubjectKind, ofCases: Core = CORE): SubjectCore {
  return kind === 'case' ? ofCases : CENTER_CORE;
}

/** This process is older than the rows of the subject: a newer one must take it. */
export class VersionUnknown extends Error {
  override readonly name = 'VersionUnknown';
  readonly found: number;
  constructor(subjectId: string, found: number, known: number) {
    super(`${subjectId} has rows of version ${found}; this process knows ${known}`);
    this.found = found;
  }
}
