/** States of subjects seen lately by this process. A state is what its ledger makes, so place and digest say all. */
import type { SubjectKind } from '../domain/subject/state.js';
import type { AnyState } from '../domain/subject/subjects.js';
import { CORE, coreOf, KNOWN_VERSION, type Core, type SubjectCore } from './version.js';

export interface ShelvedState {
  head: string;
  state: AnyState;
  /** Place of the state that lies in the store. */
  snapshotSeq: number;
}

/** Some fifty kilobytes each. */
const MOST = 500;

export class StateShelf {
  readonly #core: Core;
  /** The highest version that this process reads. */
  readonly knows: number;
  readonly #states = new Map<string, ShelvedState>();

  constructor(core: Core = CORE, knows: number = KNOWN_VERSION) {
    this.#core = core;
    this.knows = knows;
  }

  /** What this process makes of entries. */
  coreOf(kind: SubjectKind): SubjectCore {
    return coreOf(kind, this.#core);
  }

  find(subjectId: string): ShelvedState | undefined {
    return this.#states.get(subjectId);
  }

  /** The one that was put longest ago makes way. */
  put(subjectId: string, shelved: ShelvedState): void {
    this.#states.delete(subjectId);
    this.#states.set(subjectId, shelved);
    const [oldest] = this.#states.keys();
    if (this.#states.size > MOST && oldest !== undefined) this.#states.delete(oldest);
  }
}
