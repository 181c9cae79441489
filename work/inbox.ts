/**
 * What waits at the inbox: reports that were not decided at the door, and appeals whose year no calendar had.
 * Leased per case and taken in the order of receipt; a case that fails is tried again after a growing pause,
 * for as long as it takes, and holds up no other.
 */
import type { Logger } from 'pino';
import { onClient, type Pool } from '../db/pool.js';
import type { TakeOutcome } from '../ledger/take.js';
import { inMs, isFree, type Leased } from './lease.js';
import { reasonOf, type Lane, type LaneOptions, type WorkList } from './work-list.js';

export interface InboxPiece extends Leased {
  caseId: string;
  /** Attempts so far, this one included. */
  attempts: number;
}

export interface InboxDependencies {
  pool: Pool;
  /** Takes all that waits for a case. */
  take: (caseId: string) => Promise<TakeOutcome>;
  /** Takes an appeal again that waits for a calendar; false while it must wait on. */
  takeAppeal: (inboxId: string) => Promise<boolean>;
  log: Logger;
  lanes: readonly LaneOptions[];
  leaseMs: number;
}

/** Half a second, doubled each time, half a minute at most. */
export const LONGEST_PAUSE_MS = 30_000;
const PAUSE = `least(${LONGEST_PAUSE_MS}, 500 * 2 ^ least(inbox.attempts, 10)) * interval '1 millisecond'`;

// A row that lies further ahead than a pause can was written before the clock stepped back.
const DUE = `(inbox.due_at <= statement_timestamp() or inbox.due_at > ${inMs(LONGEST_PAUSE_MS + 1_000)})`;

const takeSql = (leaseMs: number): string => `
with ready as (
  select subject_id, min(place) as place
    from (select subject_id, place from inbox where state = 'waiting' and lane = $1 and ${DUE} order by due_at limit 500) oldest
   where not exists (select from inbox_lease where inbox_lease.subject_id = oldest.subject_id and not ${isFree('inbox_lease', leaseMs)})
   group by subject_id order by place limit $2
), leased as (
  insert into inbox_lease (subject_id, lease_token, lease_until)
  select subject_id, gen_random_uuid(), ${inMs(leaseMs)} from ready order by subject_id
  on conflict (subject_id) do update set lease_token = excluded.lease_token, lease_until = excluded.lease_until
    where ${isFree('inbox_lease', leaseMs)}
  returning subject_id, lease_token
), counted as (
  update inbox set attempts = inbox.attempts + 1, due_at = statement_timestamp() + ${PAUSE}
    from leased where inbox.subject_id = leased.subject_id and state = 'waiting'
  returning inbox.subject_id, inbox.attempts
)
select leased.subject_id as "caseId", lease_token as token, coalesce(max(attempts), 1) as attempts
  from leased left join counted using (subject_id) group by 1, 2`;

/** The case that the ledger does not know has nobody who could take them: people see them in the inbox. */
const ORPHAN = `
update inbox set state = 'orphan', outcome = '{"code": "case_unknown"}', settled_at = clock_timestamp()
  from inbox_lease where inbox_lease.subject_id = $1 and lease_token = $2 and inbox.subject_id = $1 and kind = 'report' and state = 'waiting'
   and not exists (select from case_file where case_file.subject_id = $1)`;

export function inboxList({ pool, take, takeAppeal, log, lanes, leaseMs }: InboxDependencies): WorkList<InboxPiece> {
  const run = (text: string, values: unknown[]): Promise<number> =>
    onClient(pool, (client) => client.query(text, values)).then(({ rowCount }) => rowCount ?? 0);
  const giveBack = ({ caseId, token }: InboxPiece): Promise<number> =>
    run('delete from inbox_lease where subject_id = $1 and lease_token = $2', [caseId, token]);
  return {
    name: 'inbox',
    lanes,
    leaseMs,
    withinMs: 15_000,
    take: async (lane: Lane, most) => {
      const { rows } = await onClient(pool, (client) => client.query<InboxPiece>({ name: 'take-inbox', text: takeSql(leaseMs), values: [lane, most] }));
      return rows;
    },
    renew: async ({ caseId, token }) =>
      (await run(`update inbox_lease set lease_until = ${inMs(leaseMs)} where subject_id = $1 and lease_token = $2`, [caseId, token])) > 0,
    do: async (piece) => {
      const { caseId, token } = piece;
      for (const inboxId of await waitingAppeals(pool, caseId)) {
        if (!(await takeAppeal(inboxId))) throw new CalendarLacksYear('no calendar in force has the year of the appeal: adopt one that has');
      }
      if (!(await takeAll(take, caseId))) await run(ORPHAN, [caseId, token]);
      await giveBack(piece);
    },
    failed: async (piece, error) => {
      const { caseId, attempts } = piece;
      const line = { caseId, attempts, reason: reasonOf(error) };
      if (error instanceof CalendarLacksYear) log.info(line, 'an appeal waits for its year of the calendar');
      else log.warn(line, 'messages for a case could not be taken; they wait and are tried again');
      await giveBack(piece);
    },
  };
}

/** P51: no appeal is turned away because a table is missing. */
class CalendarLacksYear extends Error {
  override readonly name = 'CalendarLacksYear';
}

async function waitingAppeals(pool: Pool, caseId: string): Promise<string[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ id: string }>(`select id from inbox where subject_id = $1 and state = 'waiting' and kind = 'appeal' order by place`, [caseId]),
  );
  return rows.map(({ id }) => id);
}

/** A take settles as many as it can carry. @returns false when the ledger has no such case */
async function takeAll(take: InboxDependencies['take'], caseId: string): Promise<boolean> {
  for (;;) {
    const { known, settled } = await take(caseId);
    if (!known || settled.length === 0) return known;
  }
}
