/**
 * What the Center sends: an activity is one attempt of one effect. The ledger owns the plan of attempts, so the
 * attempt reads first whether it is still wanted, and writes what became of it itself.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { AgencyHttp, SendOutcome } from '../adapters/agency-http.js';
import { fieldsOfMessage, textOfMessage } from '../contracts/agency-protocol.js';
import type { EffectEnd, EffectRequest } from '../contracts/case-clock.js';
import { noteAnswer, noteNoAnswer, passCircuit, type Gate } from '../db/circuits.js';
import type { Pool } from '../db/pool.js';
import { keepReceipt, readEffect } from '../db/effects.js';
import { projectionOf } from '../db/projection.js';
import { keepSaid } from '../db/said-messages.js';
import type { DispatchOutcome } from '../domain/case/dispatch.js';
import { EFFECTS, type EffectKind } from '../domain/case/effects.js';
import type { Said } from '../domain/case/roads/execution/facts.js';
import type { Desk } from '../ledger/desk.js';
import type { Composed } from '../ledger/agency-messages.js';
import { composeFor, Unsayable, type EffectOrder } from './agency-messages.js';

export interface EffectActivities {
  /**
   * Sends an effect once, unless nobody wants it any more, and records what became of it.
   * @throws ApplicationFailure, retryable, for faults of ours alone: the ledger could not be read or written. What was
   *   sent by then is sent again under the same key, which the agency answers and does not do twice. Its message is a code
   */
  sendEffect(request: EffectRequest): Promise<EffectEnd>;
}

export interface EffectDependencies {
  desk: Desk;
  agencyHttp: AgencyHttp;
}

/** Types of the failures that the engine tries over. */
export const NOT_READABLE = 'EffectNotReadable';
export const NOT_JOURNALED = 'EffectNotJournaled';

/** The ledger wants something else than this attempt, or nothing: the clock finds out what. */
const LOOK_AGAIN: EffectEnd = { mustLook: true };

/** Activities that speak with agencies; they run on the queue of their protocol. */
export function createEffectActivities({ desk, agencyHttp }: EffectDependencies): EffectActivities {
  return {
    async sendEffect(request) {
      const order = await ofOurs(NOT_READABLE, 'effect_not_readable', () => readEffect(desk.pool, request));
      if (order === undefined) return LOOK_AGAIN;
      const { receipt, ...sent } = await attempt(desk, agencyHttp, order);
      if (receipt !== undefined)
        await ofOurs(NOT_JOURNALED, 'receipt_not_kept', () => keepReceipt(desk.pool, { key: order.key, caseId: order.caseId }, receipt));
      return ofOurs(NOT_JOURNALED, 'outcome_not_journaled', () => journal(desk, request, sent));
    },
  };
}

type Distributed<T> = T extends unknown ? Omit<T, 'key' | 'series'> : never;
type Sent = Distributed<DispatchOutcome> & { receipt?: string };

/** Where a threat waits for its answer the plan of attempts alone counts. */
async function gateFor(pool: Pool, { agency, urgent }: EffectOrder): Promise<Gate> {
  return urgent ? 'closed' : ofOurs(NOT_READABLE, 'circuit_not_readable', () => passCircuit(pool, agency));
}

/** An address that asks for a pause has answered. */
function noteForCircuit(pool: Pool, agency: string, sent: SendOutcome): Promise<void> {
  const isSilent = sent.outcome === 'unreachable' && sent.retryAfterMs === undefined;
  return isSilent ? noteNoAnswer(pool, agency) : noteAnswer(pool, agency);
}

/** What could not be said is parked like what could not be brought: people see it with its reason, and may mend it. */
async function attempt({ pool }: Desk, agencyHttp: AgencyHttp, order: EffectOrder): Promise<Sent> {
  try {
    const { agency, ...composed } = await ofOurs(NOT_READABLE, 'case_not_readable', () => composeFor(pool, order));
    if ((await gateFor(pool, order)) === 'open') return { outcome: 'unreachable', reason: 'circuit_open' };
    // On record before it leaves: a process that dies with the message under way has still said what it said.
    const said = await ofOurs(NOT_JOURNALED, 'message_not_kept', () => onRecord(pool, order, composed));
    const sent = await agencyHttp.send(agency, composed.message);
    await ofOurs(NOT_JOURNALED, 'circuit_not_noted', () => noteForCircuit(pool, order.agency, sent));
    return { ...outcomeOf(sent, EFFECTS[order.kind]), said };
  } catch (error) {
    if (!(error instanceof Unsayable)) throw error;
    return { outcome: OUTCOMES[error.outcome], reason: error.reason };
  }
}

/** The message byte by byte under its seal; what the ledger is told of it. */
async function onRecord(pool: Pool, { key, caseId }: EffectOrder, { message, form, textIds, personId }: Composed): Promise<Said> {
  const whose = personId === undefined ? {} : { personId };
  const digest = await keepSaid(pool, { caseId, key, text: textOfMessage(message), ...whose });
  return { form, fields: fieldsOfMessage(message), textIds, digest, ...whose };
}

const OUTCOMES = { refused: 'refused', not_ready: 'unreachable', on_paper: 'given_up' } as const;

/** What nobody has given a receipt for is asked again, where the Center must be able to show one: the body knows it by its key. */
function outcomeOf(sent: SendOutcome, { takenBy }: EffectKind): Sent {
  switch (sent.outcome) {
    case 'accepted':
      if (takenBy === 'with_receipt' && sent.receipt === undefined) return { outcome: 'unreachable', reason: 'no_receipt' };
      return { outcome: 'delivered', ...(sent.receipt === undefined ? {} : { receipt: sent.receipt }) };
    case 'refused':
      return { outcome: 'refused', reason: sent.reason };
    case 'unreachable':
      return { outcome: 'unreachable', reason: sent.reason, ...(sent.retryAfterMs === undefined ? {} : { askedPauseMs: sent.retryAfterMs }) };
  }
}

/** In the line of the case: a dozen outcomes at once are one turn. */
async function journal(desk: Desk, { caseId, key, series }: EffectRequest, sent: Distributed<DispatchOutcome>): Promise<EffectEnd> {
  await desk.ask(caseId, { kind: 'outcome', outcome: { key, series, ...sent } });
  const state = desk.shelf.find(caseId)?.state;
  if (state === undefined) return LOOK_AGAIN;
  const { effects, file } = projectionOf(state);
  const hasEnd = effects.some((effect) => effect.key === key && effect.state !== 'pending' && effect.state !== 'parked');
  return { mustLook: !hasEnd || !file.running };
}

/** The words of a database's error may quote what was written: history gets codes. */
async function ofOurs<T>(type: string, code: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Unsayable || !(error instanceof Error)) throw error;
    throw ApplicationFailure.create({ message: code, type, cause: new Error('code' in error ? String(error.code) : error.name) });
  }
}
