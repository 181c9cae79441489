/** Where a process takes what comes for cases: the store, the law, the line of each case. */
import { adoptionProof } from '../db/law-adoptions.js';
import { adoptionAct } from './proven.js';
import { randomUUID } from 'node:crypto';
import { calendarByVersion, lawByRef, policyByVersion } from '../db/law.js';
import type { Pool, Queryable } from '../db/pool.js';
import type { Proof } from '../contracts/proof/proof.js';
import type { LawAdoption } from '../domain/case/law-adoption.js';
import { lawOf, type Law, type LawRef } from '../domain/law/law.js';
import { Line } from './line.js';
import { createPostgresStore } from './postgres-store.js';
import { StateShelf } from './state-shelf.js';
import type { LawInForceRow, LedgerStore } from './store.js';
import { take, type TakeDeps, type TakeInput, type TakeOptions, type TakeOutcome, type Taken } from './take.js';
import { decisionDigest } from './decision-digest.js';
import { KNOWN_VERSION, WRITTEN_VERSION } from './version.js';

export interface Desk {
  /**
   * Takes one input in the line of its case; with it all that waits for the case.
   * @param withinMs how long it may wait for its turn
   * @throws LineBusy, VersionUnknown, ClocksDisagree, and the errors of Postgres; a repeat is safe then
   */
  ask(caseId: string, input: TakeInput, withinMs?: number): Promise<Taken | undefined>;
  /** Takes what waits for the case and the moments that have come, outside of the line. */
  take(caseId: string, inputs: readonly TakeInput[], options?: TakeOptions): Promise<TakeOutcome>;
  /** True when nothing of the case is under way in this process. */
  isIdle(caseId: string): boolean;
  readonly deps: TakeDeps;
  readonly shelf: StateShelf;
  readonly pool: Pool;
}

export interface DeskOptions {
  /** Signs as this process. There is no default: what nobody signs is found by the check of the ledger. */
  proof: Proof;
  /** Told of every take that changed a case, after its commit. */
  onTaken?: (outcome: TakeOutcome) => void;
  /** Tests hand in a newer one, another core, another store. */
  deps?: Partial<TakeDeps>;
  /** That of another desk of this process, for one that stands on other connections. */
  shelf?: StateShelf;
}

const ASK_WITHIN_MS = 4_000;

export function createDesk(pool: Pool, { proof, onTaken = () => {}, deps: given = {}, shelf = new StateShelf(given.core, given.knows) }: DeskOptions): Desk {
  const store: LedgerStore = given.store ?? createPostgresStore(pool, shelf);
  const deps: TakeDeps = {
    store,
    lawOf: lawShelf(pool),
    adoptionOf: (row, from) => adoptionOf(pool, proof, row, from),
    newId: randomUUID,
    proof,
    clock: Date.now,
    knows: KNOWN_VERSION,
    writes: WRITTEN_VERSION,
    decision: decisionDigest(),
    ...given,
  };
  const taken = async (caseId: string, inputs: readonly TakeInput[], options?: TakeOptions): Promise<TakeOutcome> => {
    const outcome = await take(deps, caseId, inputs, options);
    if (outcome.entries.length > 0) onTaken(outcome);
    return outcome;
  };
  const line = new Line<TakeInput, Taken | 'unknown'>(async (caseId, inputs) => {
    const outcome = await taken(caseId, inputs, { looksAfter: inputs.every(({ kind }) => kind === 'outcome') });
    return outcome.known ? outcome.taken : inputs.map(() => 'unknown' as const);
  });
  return {
    ask: async (caseId, input, withinMs = ASK_WITHIN_MS) => {
      const answer = await line.stand(caseId, input, Date.now() + withinMs);
      return answer === 'unknown' ? undefined : answer;
    },
    take: taken,
    isIdle: (caseId) => line.isIdle(caseId),
    deps,
    shelf,
    pool,
  };
}

/** One law book per set of versions: the table's memories hang on the object. */
function lawShelf(pool: Pool): (ref: LawRef, from?: Queryable) => Promise<Law> {
  const books = new Map<string, Law>();
  return async (ref, from = pool) => {
    const key = `${ref.calendar} ${ref.policy}`;
    const known = books.get(key) ?? lawOf(await lawByRef(pool, ref, from));
    // Two may have opened it at once: the first object stays the only one.
    const first = books.get(key) ?? known;
    books.set(key, first);
    return first;
  };
}

/** Only with its signed act: a version that somebody has put in force past the API is taken up by no case. */
async function adoptionOf(pool: Pool, proof: Proof, { kind, version, adoption }: LawInForceRow, from: Queryable = pool): Promise<LawAdoption | undefined> {
  if (adoption === undefined) return undefined;
  const { id, act, recompute } = adoption;
  const data = kind === 'calendar' ? { calendar: await calendarByVersion(pool, version, from) } : { policy: await policyByVersion(pool, version, from) };
  const signed = adoptionAct({ id, kind, version, act, recompute }, data.calendar ?? data.policy);
  if (proof.fault(signed, await adoptionProof(from, id)) !== undefined) return undefined;
  return { id, act, recompute, ...data };
}
