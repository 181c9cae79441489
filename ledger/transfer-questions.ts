/**
 * P32: somebody turns to a Center whom an open case of another Center has by the ИИН. The appeal goes on as that of a stranger; both
 * cases are told that the question is asked. Of a case with violence nobody elsewhere is asked, for whoever is asked learns
 * that it is there: then its own head alone hears of the other.
 */
import { randomUUID } from 'node:crypto';
import { textDigest } from '../contracts/proof/acts.js';
import {
  dropNeedlessWithdrawals,
  dueOrders,
  insertOrders,
  insertQuestion,
  openCasesElsewhere,
  settleOrder,
  type OpenCase,
  type TransferOrder,
  type TransferWhat,
} from '../db/transfers.js';
import { blindIndexOf, type IinIndex } from '../db/blind-index.js';
import type { PoolClient } from '../db/pool.js';
import type { InnerCommandKind } from '../domain/case/commands.js';
import { ENGINE } from '../domain/case/facts.js';
import type { Desk } from './desk.js';
import { commandAct } from './proven.js';
import type { TakeInput } from './take.js';

const KINDS: Readonly<Record<TransferWhat, InnerCommandKind>> = { raise: 'raiseTransferQuestion', withdraw: 'withdrawTransferQuestion' };

/** Waits for whoever just registers that ИИН anywhere: of two at one instant the second sees the case of the first. */
export async function lockIin(client: PoolClient, iin: string): Promise<IinIndex> {
  const index = (await blindIndexOf(client)).iin(iin);
  // By each version that counts, in one order: who knows of one more waits for who does not.
  for (const each of [index.iin_index, index.iin_index_even])
    if (each !== null) await client.query(`select pg_advisory_xact_lock(hashtext('person by iin'), hashtext($1))`, [each.toString('hex')]);
  return index;
}

/**
 * Writes the questions of an appeal, in its transaction; the cases are told of them behind it. The relay may not sign what the API
 * lets in, so what may have to be told later is signed now.
 */
export async function askElsewhere({ deps }: Desk, client: PoolClient, own: OpenCase, iinIndex: IinIndex): Promise<void> {
  for (const other of await openCasesElsewhere(client, iinIndex, own.center)) {
    const questionId = randomUUID();
    if (!(await insertQuestion(client, questionId, [own.caseId, other.caseId]))) continue;
    const sides = [
      { ...own, otherCaseId: other.caseId },
      { ...other, otherCaseId: own.caseId },
    ];
    const orders = sides.flatMap((side) => (['raise', 'withdraw'] as const).map((what) => ({ ...side, questionId, what, commandId: randomUUID() })));
    await insertOrders(
      client,
      orders.map((order) => ({ ...order, act: deps.proof.sign(actOf(order)) })),
    );
  }
}

type Unsigned = Omit<TransferOrder, 'act'>;

function commandOf({ what, commandId: id, center, questionId }: Unsigned): Extract<TakeInput, { kind: 'command' }>['command'] {
  return { kind: KINDS[what], id, actor: { ...ENGINE, center }, data: { questionId } };
}

function bodyOf({ what, questionId }: Unsigned): string {
  return textDigest(`${what} ${questionId}`);
}

function actOf(order: Unsigned): ReturnType<typeof commandAct> {
  return commandAct(commandOf(order), order.caseId, bodyOf(order));
}

const MOST_AT_ONCE = 100;

/**
 * Tells cases what they are to be told; a repeat tells nothing twice. One that fails waits and holds up no other.
 * @param caseId only what follows from that case; absent: all
 * @param onFailed what went wrong with one of them
 * @returns how many were told
 */
export async function tellTransfers(desk: Desk, caseId: string | undefined, onFailed: (error: unknown) => void): Promise<number> {
  if (caseId === undefined) await dropNeedlessWithdrawals(desk.pool);
  let told = 0;
  const failed = (error: unknown): 'waiting' => {
    onFailed(error);
    return 'waiting';
  };
  for (const order of await dueOrders(desk.pool, caseId, MOST_AT_ONCE)) {
    const state = order.what === 'raise' && order.hides ? 'needless' : await tell(desk, order).catch(failed);
    await settleOrder(desk.pool, order, state);
    if (state === 'done') told += 1;
  }
  return told;
}

/** `waiting`: there is no such case yet, its appeal waits for a calendar (P51). */
async function tell(desk: Desk, order: TransferOrder): Promise<'done' | 'needless' | 'waiting'> {
  const { caseId, act, what, questionId } = order;
  const request = {
    actorId: ENGINE.id,
    idempotencyKey: `transfer ${what} ${questionId} ${caseId}`,
    bodySha256: bodyOf(order),
    act,
    caseId,
    persons: [],
    narratives: [],
  };
  const taken = await desk.ask(caseId, { kind: 'command', command: commandOf(order), request });
  if (taken === undefined) return 'waiting';
  return taken.kind === 'answered' && taken.answer.ok ? 'done' : 'needless';
}
