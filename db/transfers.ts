/** Questions whether open cases of one person in two Centers belong together (P32), and what each of the cases is to be told. */
import type { IinIndex } from './blind-index.js';
import { onClient, type Pool, type PoolClient } from './pool.js';

export type TransferWhat = 'raise' | 'withdraw';

/** What a case is to be told, signed where the question came up. */
export interface TransferOrder {
  questionId: string;
  caseId: string;
  otherCaseId: string;
  what: TransferWhat;
  /** Of the case. */
  center: string;
  commandId: string;
  act: string;
}

export interface OpenCase {
  caseId: string;
  center: string;
}

/**
 * Open cases of other Centers to whose family somebody with that ИИН belongs. What a registration under way has written is seen
 * when its transaction has ended: whoever registers an ИИН holds its lock until then.
 */
export async function openCasesElsewhere(client: PoolClient, { iin_index: odd, iin_index_even: even }: IinIndex, center: string): Promise<OpenCase[]> {
  const { rows } = await client.query<OpenCase>(
    `select distinct claim.subject_id as "caseId", opened.center
       from person join claim on claim.kind = 'household' and claim.thing = person.household_id::text
       join lateral (select center from appeal where appeal.case_id = claim.subject_id order by received_at limit 1) opened on true
      where (person.iin_index = $1 or person.iin_index_even = $3) and opened.center <> $2 order by 1`,
    [odd, center, even],
  );
  return rows;
}

/** @returns false when there is a question between the two cases already */
export async function insertQuestion(client: PoolClient, questionId: string, cases: readonly [string, string]): Promise<boolean> {
  const { rowCount } = await client.query(
    'insert into transfer_question (id, case_a, case_b) values ($1, least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid)) on conflict do nothing',
    [questionId, ...cases],
  );
  return rowCount === 1;
}

export async function insertOrders(client: PoolClient, orders: readonly TransferOrder[]): Promise<void> {
  await client.query(
    `insert into transfer_order (question_id, case_id, other_case_id, what, center, command_id, act)
     select "questionId", "caseId", "otherCaseId", what, center, "commandId", act
       from json_to_recordset($1::json) given ("questionId" uuid, "caseId" uuid, "otherCaseId" uuid, what text, center text, "commandId" uuid, act text)`,
    [JSON.stringify(orders)],
  );
}

const ORDER = `question_id as "questionId", transfer_order.case_id as "caseId", other_case_id as "otherCaseId", what, transfer_order.center, command_id as "commandId", act`;

/** An open question of the own case: neither answered nor withdrawn. */
const IS_ASKED = `exists (select from jsonb_array_elements(own.transfers) asked
  where asked ->> 'questionId' = question_id::text and asked ->> 'answer' is null and asked ->> 'withdrawn' is null)`;

/**
 * What cases are to be told now, the longest waiting first. Of a question that is asked its withdrawal, when the other case hides
 * (P43) or has ended.
 * @param caseId only what follows from that case; absent: all, also what failed before and is tried again
 */
export async function dueOrders(pool: Pool, caseId: string | undefined, most: number): Promise<(TransferOrder & { hides: boolean })[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<TransferOrder & { hides: boolean }>({
      name: caseId === undefined ? 'due-transfer-orders' : 'due-transfer-orders-of-case',
      text: `select ${ORDER}, coalesce(other.violence, false) as hides
               from transfer_order left join subject_file other on other.subject_id = other_case_id left join subject_file own on own.subject_id = transfer_order.case_id
              where state = 'waiting'${caseId === undefined ? '' : ' and (transfer_order.case_id = $2 or other_case_id = $2)'}
                and case when what = 'raise' then due_at <= clock_timestamp() else (other.violence or other.stage = 'closed') and ${IS_ASKED} end
              order by due_at limit $1`,
      values: caseId === undefined ? [most] : [most, caseId],
    }),
  );
  return rows;
}

/** Withdrawals that nothing can ask for any more: the own question was answered, never raised, or its case has ended. */
export async function dropNeedlessWithdrawals(pool: Pool): Promise<void> {
  await onClient(pool, (client) =>
    client.query(
      `update transfer_order set state = 'needless' from transfer_order raised left join subject_file own on own.subject_id = raised.case_id
        where transfer_order.what = 'withdraw' and transfer_order.state = 'waiting' and raised.what = 'raise'
          and raised.question_id = transfer_order.question_id and raised.case_id = transfer_order.case_id
          and (raised.state = 'needless' or (raised.state = 'done' and (own.stage = 'closed' or not ${IS_ASKED.replaceAll('question_id', 'raised.question_id')})))`,
    ),
  );
}

/** @param state `waiting`: it is tried again after a growing pause, half a minute at most */
export async function settleOrder(pool: Pool, { questionId, caseId, what }: TransferOrder, state: 'done' | 'needless' | 'waiting'): Promise<void> {
  await onClient(pool, (client) =>
    client.query(
      `update transfer_order set state = $4, attempts = attempts + 1, due_at = clock_timestamp() + least(30000, 500 * 2 ^ least(attempts, 10)) * interval '1 millisecond'
        where question_id = $1 and case_id = $2 and what = $3 and state = 'waiting'`,
      [questionId, caseId, what, state],
    ),
  );
}

/** The case of a Center that is asked that; undefined when it is not. */
export async function caseOfQuestion(pool: Pool, center: string, questionId: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ case_id: string }>(
    `select transfer_order.case_id from transfer_order join subject_file own on own.subject_id = transfer_order.case_id
      where question_id = $1 and what = 'raise' and own.center = $2 and own.transfers @> jsonb_build_array(jsonb_build_object('questionId', $1::text))`,
    [questionId, center],
  );
  return rows[0]?.case_id;
}
