/** A process's desk on the model house: the real take, the real line, and the registration of appeals in small. */
import type { Opening } from '../../domain/case/deliveries.js';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import type { takeTurn } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { Law, LawRef } from '../../domain/law/law.js';
import { Line } from '../../ledger/line.js';
import { reportAct, signedOpening } from '../../ledger/proven.js';
import { recordAppeal } from '../../ledger/record-appeal.js';
import type { LawInForceRow, LedgerStore } from '../../ledger/store.js';
import { take, type Taken, type TakeDeps, type TakeInput, type TakeOptions, type TakeOutcome } from '../../ledger/take.js';
import { CORE } from '../../ledger/version.js';
import type { ModelHouse, Transaction } from './model-house.js';
import { caseLock, claimOne, createModelStore, inTransaction, keyOf, lockedIn } from './model-store.js';
import { HOUSE_PROOF } from './house-proof.js';
import type { Incarnation } from './process.js';

/** What all processes of a house share. */
export interface HouseRules {
  house: ModelHouse;
  lawOf: (ref: LawRef) => Law;
  adoptionOf: (row: LawInForceRow) => LawAdoption | undefined;
  newId: () => string;
  /** Time as it is. */
  wall: () => Instant;
  /** Sabotage of a test: another store, another core. */
  storeOf?: (store: LedgerStore) => LedgerStore;
  turn?: typeof takeTurn;
}

export interface SimDesk {
  deps: TakeDeps;
  take(caseId: string, inputs: readonly TakeInput[], options?: TakeOptions): Promise<TakeOutcome>;
  /** In the line of the case; undefined when the ledger knows no such case. */
  ask(caseId: string, input: TakeInput): Promise<Taken | undefined>;
  isIdle(caseId: string): boolean;
}

const ASK_WITHIN_MS = 4_000;
/** Digest of a request: here nobody sends one. */
const BODY = 'appeal';

export function deskOf(rules: HouseRules, incarnation: Incarnation): SimDesk {
  const { house, lawOf, adoptionOf, newId, wall, storeOf = (store) => store, turn } = rules;
  const deps: TakeDeps = {
    store: storeOf(createModelStore(house, incarnation)),
    lawOf: async (ref) => lawOf(ref),
    adoptionOf: async (row) => adoptionOf(row),
    newId,
    proof: HOUSE_PROOF,
    clock: wall,
    knows: 1,
    writes: 1,
    decision: 'simulated',
    ...(turn === undefined ? {} : { core: { ...CORE, takeTurn: turn } }),
  };
  const line = new Line<TakeInput, Taken | 'unknown'>(async (caseId, inputs) => {
    const { known, taken } = await take(deps, caseId, inputs, { looksAfter: inputs.every(({ kind }) => kind === 'outcome') });
    return known ? taken : inputs.map(() => 'unknown' as const);
  }, wall);
  return {
    deps,
    take: (caseId, inputs, options) => take(deps, caseId, inputs, options),
    ask: async (caseId, input) => {
      const answer = await line.stand(caseId, input, wall() + ASK_WITHIN_MS);
      return answer === 'unknown' ? undefined : answer;
    },
    isIdle: (caseId) => line.isIdle(caseId),
  };
}

export interface AppealAsked {
  actorId: string;
  idempotencyKey: string;
  householdId: string;
  opening: Omit<Opening, 'appealId' | 'journalNumber' | 'registeredAt'>;
}

export interface Registered {
  appealId: string;
  caseId: string;
  attached: boolean;
  journalNumber: string;
}

/** As ledger/register-appeal.ts and ledger/appeal-turn.ts do it: key, claim of the family, lock of the case, number, turn. */
export function register(rules: HouseRules, { deps }: SimDesk, incarnation: Incarnation, asked: AppealAsked): Promise<Registered> {
  const { house, newId } = rules;
  const key = keyOf(asked);
  return inTransaction(house, incarnation, async (transaction) => {
    await incarnation.to();
    await transaction.lock(`command ${key}`);
    const known = house.tables.command.get(key);
    if (known !== undefined) return known.answer as Registered;
    const wanted = newId();
    const caseId = await claimHousehold(transaction, asked.householdId, wanted);
    const attached = caseId !== wanted;
    if (attached) await transaction.lock(caseLock(caseId));
    await incarnation.back();
    const opening = await openingOf(transaction, asked, newId());
    const recorded = await recordAppeal(deps, lockedIn(house, incarnation, transaction, caseId), caseId, attached, signedOpening(deps.proof, opening, BODY));
    if (!recorded) throw new Error('the simulation has every year of the calendar');
    const answer: Registered = { appealId: opening.appealId, caseId, attached, journalNumber: opening.journalNumber };
    transaction.write(() => keepAppeal(house, key, asked, answer, newId()));
    return answer;
  });
}

async function claimHousehold(transaction: Transaction, householdId: string, wanted: string): Promise<string> {
  const claim = { kind: 'household', thing: householdId };
  if (await claimOne(transaction, wanted, claim)) return wanted;
  const held = transaction.house.tables.claim.get(`household ${householdId}`);
  // It was given back meanwhile: the case has just been closed.
  return held ?? claimHousehold(transaction, householdId, wanted);
}

async function openingOf(transaction: Transaction, { opening }: AppealAsked, appealId: string): Promise<Opening> {
  const { house } = transaction;
  await transaction.lock(`journal ${opening.center}`);
  const last = (house.tables.appealNumber.get(opening.center) ?? 0) + 1;
  transaction.write(() => house.tables.appealNumber.set(opening.center, last));
  return { ...opening, appealId, journalNumber: `${opening.center}-${String(last).padStart(6, '0')}`, registeredAt: house.clock() };
}

function keepAppeal({ tables }: ModelHouse, key: string, { actorId, idempotencyKey }: AppealAsked, answer: Registered, id: string): void {
  tables.appeal.set(answer.appealId, answer.caseId);
  tables.command.set(key, {
    id,
    actor_id: actorId,
    idempotency_key: idempotencyKey,
    body_sha256: BODY,
    subject_id: null,
    kind: 'registerAppeal',
    act: '',
    payload: null,
    known: null,
    answer,
  });
}

export interface ReportAsked {
  agency: string;
  deliveryId: string;
  caseId: string;
  payload: { measureId: string; outcome: 'performed' | 'in_progress' | 'not_performed' };
}

/**
 * As work/receive.ts does it: durable when this returns.
 * @param putOffMs so long no relay takes it, as after attempts that failed
 */
export function receive(
  { house, newId }: HouseRules,
  incarnation: Incarnation,
  { agency, deliveryId, caseId, payload }: ReportAsked,
  putOffMs = 0,
): Promise<string> {
  return inTransaction(house, incarnation, async (transaction) => {
    await incarnation.to();
    await transaction.lock(`delivery ${agency} ${deliveryId}`);
    const known = [...house.tables.inbox.values()].find((row) => row.source === agency && row.delivery_id === deliveryId);
    if (known !== undefined) return known.id;
    const id = newId();
    transaction.write(() => {
      const now = house.clock();
      const act = HOUSE_PROOF.sign(reportAct(caseId, { inboxId: id, receivedAt: now, source: agency, payload }));
      house.tables.inbox.set(id, {
        id,
        place: house.nextPlace++,
        source: agency,
        delivery_id: deliveryId,
        content_sha256: '',
        subject_id: caseId,
        payload,
        act,
        received_at: now,
        state: 'waiting',
        outcome: null,
        due_at: now + putOffMs,
      });
    });
    return id;
  });
}
