/**
 * After a restored backup: each agency is asked, by a signed message, to send again what it has sent since then.
 * One that does not know the message, or does not take it at any attempt, becomes a task for people.
 */
import type { Logger } from 'pino';
import type { AgencyAddress, ResendHttp } from '../adapters/agency-http.js';
import { ownAddress } from '../db/organisation-keys.js';
import { onClient, type Pool } from '../db/pool.js';
import type { Instant } from '../domain/law/calendar.js';
import { DIED_WITH_ITS_PROCESS, growingPause, inMs, isFree, LeaseLost, type Leased } from './lease.js';
import { reasonOf, type LaneOptions, type WorkList } from './work-list.js';

export interface ResendPiece extends Leased {
  id: string;
  since: Instant;
  /** This one included. */
  attempts: number;
  agency: string;
}

export interface ResendDependencies {
  pool: Pool;
  http: ResendHttp;
  log: Logger;
  lanes: readonly LaneOptions[];
  leaseMs: number;
  mostAttempts: number;
  /** Of the growing pauses between attempts, in milliseconds. */
  pauseUnitMs: number;
}

interface TakenRow {
  id: string;
  agency: string;
  since: Date;
  attempts: number;
  token: string;
}

/** One that has had its last attempt, and nobody wrote how it ended, has failed. */
const takeSql = (leaseMs: number, mostAttempts: number, pauseUnitMs: number): string => `
with wanted as (
  select id, attempts >= ${mostAttempts} as last from resend_request where state = 'waiting' and due_at <= statement_timestamp() and ${isFree('resend_request', leaseMs)}
   order by due_at limit $1 for update skip locked
), given_up as (
  update resend_request set state = 'failed', last_error = coalesce(last_error, '${DIED_WITH_ITS_PROCESS}'), lease_token = null, lease_until = null
    from wanted where resend_request.id = wanted.id and last
), taken as (
  update resend_request sent set lease_token = gen_random_uuid(), lease_until = ${inMs(leaseMs)}, attempts = sent.attempts + 1,
         due_at = statement_timestamp() + ${growingPause('sent.attempts + 1', pauseUnitMs)}
    from wanted where sent.id = wanted.id and not last
  returning sent.id, sent.agency, sent.since, sent.attempts, sent.lease_token
)
select id, agency, since, attempts, lease_token as token from taken`;

const HELD = 'where id = $1 and lease_token = $2';
const END = `
update resend_request set state = $3, last_error = $4, lease_token = null, lease_until = null,
       settled_at = case when $3 = 'asked' then clock_timestamp() end ${HELD}`;

/** The agency was not reached, or gave no answer that is one: it is asked again. */
class NotAsked extends Error {
  override readonly name = 'NotAsked';
}

export function resendList({ pool, http, log, lanes, leaseMs, mostAttempts, pauseUnitMs }: ResendDependencies): WorkList<ResendPiece> {
  const run = (text: string, values: unknown[]): Promise<number> =>
    onClient(pool, (client) => client.query(text, values)).then(({ rowCount }) => rowCount ?? 0);
  const end = ({ id, token }: ResendPiece, state: 'waiting' | 'asked' | 'unspoken' | 'failed', error?: string): Promise<number> =>
    run(END, [id, token, state, error ?? null]);
  const told = ({ id: requestId, agency }: ResendPiece): object => ({ requestId, agency });
  return {
    name: 'resends',
    lanes,
    leaseMs,
    withinMs: 12_000,
    take: async (_lane, most) => {
      const text = takeSql(leaseMs, mostAttempts, pauseUnitMs);
      const { rows } = await onClient(pool, (client) => client.query<TakenRow>({ name: 'take-resends', text, values: [most] }));
      return rows.map(pieceOf);
    },
    renew: async ({ id, token }) => (await run(`update resend_request set lease_until = ${inMs(leaseMs)} ${HELD}`, [id, token])) > 0,
    do: async (piece) => {
      const state = await askedOf(http, piece, await reachable(pool, piece.agency));
      if ((await end(piece, state.state, state.error)) === 0) throw new LeaseLost('a lease of resends was lost');
      if (state.state === 'asked') log.info(told(piece), 'an agency will send again what it had sent');
      else log.warn({ ...told(piece), reason: state.error }, 'an agency cannot be asked by machine to send again; a person must ask it');
    },
    failed: async (piece, error) => {
      const reason = error instanceof NotAsked ? error.message : reasonOf(error);
      const isLast = piece.attempts >= mostAttempts;
      await end(piece, isLast ? 'failed' : 'waiting', reason);
      log.warn(
        { ...told(piece), attempts: piece.attempts, reason },
        isLast ? 'an agency could not be asked to send again; a person must ask it' : 'an agency could not be asked to send again; it is asked later',
      );
    },
  };
}

/** @throws NotAsked when it is to be asked again */
async function askedOf(
  http: ResendHttp,
  { id, since }: ResendPiece,
  address: AgencyAddress | undefined,
): Promise<{ state: 'asked' | 'unspoken' | 'failed'; error?: string }> {
  if (address === undefined) return { state: 'failed', error: 'agency_not_connected' };
  const answer = await http.ask(address, { type: 'resend_request', since: new Date(since).toISOString(), requestId: id });
  switch (answer.outcome) {
    case 'asked':
      return { state: 'asked' };
    case 'unspoken':
      return { state: 'unspoken', error: answer.reason };
    case 'unreachable':
      throw new NotAsked(answer.reason);
  }
}

/** Undefined: the agency is connected no more. Read when it is asked: then keys that are away cost this one attempt, and not the whole take. */
async function reachable(pool: Pool, agency: string): Promise<AgencyAddress | undefined> {
  const address = await ownAddress(pool, agency);
  return address?.endpointUrl === undefined ? undefined : { ...address, endpointUrl: address.endpointUrl };
}

function pieceOf({ since, ...row }: TakenRow): ResendPiece {
  return { ...row, since: since.getTime() };
}
