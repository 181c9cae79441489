/**
 * Commands of people at the edge. A client's key is honoured here and goes no further: the engine
 * sees the generated id only. Same key and same body is the same command, for ever; the unique key
 * of the table decides between two requests that arrive at once.
 */
import type { Actor } from '../domain/case/facts.js';
import type { Answer } from '../domain/case/turn.js';
import { narrativeRows, personRows, type NewNarrative, type NewPerson } from './personal-data.js';
import type { Pool } from './pool.js';

export interface CommandRequest {
  /** Generated for this request; a repeat keeps the id of the first. */
  id: string;
  actorId: string;
  idempotencyKey: string;
  /** SHA-256 of the request body, hex. */
  bodySha256: string;
  caseId: string | null;
  kind: string;
  /** Coded data and references, as the engine will get them; never personal data. */
  payload: unknown;
  /** Personal data that the payload refers to: written together with the command, or not at all. */
  persons?: readonly NewPerson[];
  narratives?: readonly NewNarrative[];
}

/** What is known of a command; `answer` once it was answered. */
export interface TakenCommand<A = Answer> {
  id: string;
  payload: unknown;
  answer?: A;
}

export type TakenOutcome<A = Answer> =
  /** `new`: go on with it. `repeat`: the first one's payload and, perhaps, its answer. */
  | { outcome: 'new' | 'repeat'; command: TakenCommand<A> }
  /** The key was used for something else: 422. */
  | { outcome: 'conflict' };

const TAKE = `
with taken as (
  insert into command (id, actor_id, idempotency_key, body_sha256, case_id, kind, payload)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (actor_id, idempotency_key) do nothing
  returning id
), people as (
  insert into person (id, household_id, full_name, iin, phone, address, command_id)
  select given.id, household_id, full_name, iin, phone, address, command_id
    from json_populate_recordset(null::person, $8::json) given, taken
), texts as (
  insert into narrative (id, case_id, kind, body, command_id)
  select given.id, case_id, kind, body, command_id
    from json_populate_recordset(null::narrative, $9::json) given, taken
)
select id from taken`;

/**
 * Takes a command under its client's key, once.
 * @throws the database's error when a person belongs to no known household; nothing is written then
 */
export async function takeCommand(pool: Pool, request: CommandRequest): Promise<TakenOutcome> {
  const { id, actorId, idempotencyKey, bodySha256, caseId, kind, payload, persons = [], narratives = [] } = request;
  const { rowCount } = await pool.query({
    name: 'take-command',
    text: TAKE,
    values: [
      id,
      actorId,
      idempotencyKey,
      bodySha256,
      caseId,
      kind,
      JSON.stringify(payload),
      JSON.stringify(personRows(persons, id)),
      JSON.stringify(narrativeRows(narratives, id)),
    ],
  });
  if (rowCount === 1) return { outcome: 'new', command: { id, payload } };
  const known = await findCommand(pool, request);
  // The first one was swept between the two statements: the key is free again.
  return known ?? takeCommand(pool, request);
}

interface KnownCommand<A> {
  id: string;
  body_sha256: string;
  case_id: string | null;
  kind: string;
  payload: unknown;
  answer: A | null;
}

type Queryable = Pick<Pool, 'query'>;

/** The command that a key stands for already, or undefined. */
export async function findCommand<A = Answer>(
  db: Queryable,
  { actorId, idempotencyKey, bodySha256, caseId, kind }: Pick<CommandRequest, 'actorId' | 'idempotencyKey' | 'bodySha256' | 'caseId' | 'kind'>,
): Promise<TakenOutcome<A> | undefined> {
  const { rows } = await db.query<KnownCommand<A>>(
    'select id, body_sha256, case_id, kind, payload, answer from command where actor_id = $1 and idempotency_key = $2',
    [actorId, idempotencyKey],
  );
  const [known] = rows;
  if (known === undefined) return undefined;
  if (known.body_sha256 !== bodySha256 || known.case_id !== caseId || known.kind !== kind) return { outcome: 'conflict' };
  const { id, payload, answer } = known;
  return { outcome: 'repeat', command: { id, payload, ...(answer === null ? {} : { answer }) } };
}

/**
 * Keeps the answer that the engine gave to a command, which settles it; one that is stored already stays.
 * @returns the answer that stands
 */
export async function storeAnswer(pool: Pool, id: string, answer: Answer): Promise<Answer> {
  const { rows } = await pool.query<{ answer: Answer }>(
    `update command set answer = coalesce(answer, $2::jsonb), answered_at = coalesce(answered_at, now()), settled_at = now() where id = $1 returning answer`,
    [id, JSON.stringify(answer)],
  );
  return rows[0]?.answer ?? answer;
}

/** The engine's answer comes with the journal's; longer than this nobody waits for it on a command's way. */
export const UNSETTLED_AFTER = '5 seconds';

/** A command that the journal answered and the engine did not. */
export interface UnsettledCommand {
  id: string;
  kind: string;
  data: unknown;
  /** Who gave it, as the ledger has it. */
  actor: Actor;
  /** Place in the ledger that it reached. */
  seq: number;
  /** False when the case has taken a later turn: then the engine knows it. */
  atEnd: boolean;
}

/** The commands of a case of which the engine may not know, in the order of the ledger. */
export async function unsettledCommands(pool: Pool, caseId: string): Promise<UnsettledCommand[]> {
  const { rows } = await pool.query<UnsettledCommand>({
    name: 'unsettled-commands',
    // Entries of one turn have one instant, so the instant of the last entry tells the last turn.
    text: `select command.id, command.kind, command.payload as data, entry.actor, (command.answer ->> 'seq')::int as seq,
                  coalesce(entry.at = case_file.clock_at, false) as "atEnd"
             from command
             left join case_file on case_file.case_id = command.case_id
             left join lateral (
               select entry -> 'actor' as actor, at from ledger where cause = command.id::text order by ledger.seq limit 1
             ) entry on true
            where command.case_id = $1 and answered_at < clock_timestamp() - interval '${UNSETTLED_AFTER}' and settled_at is null
            order by (command.answer ->> 'seq')::int`,
    values: [caseId],
  });
  return rows;
}

/** Notes that the engine knows these commands. */
export async function settleCommands(pool: Pool, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await pool.query('update command set settled_at = now() where id = any ($1::uuid[]) and settled_at is null', [ids]);
}

/** Removes the personal data that a refused command left behind; what the ledger refers to stays. */
export async function discardCommandData(pool: Pool, commandId: string): Promise<void> {
  await pool.query(DISCARD, [[commandId]]);
}

const DISCARD = `
with refused as (
  select id from unnest($1::uuid[]) given (id)
   where not exists (select from ledger where cause = given.id::text)
), people as (
  delete from person using refused where person.command_id = refused.id
)
delete from narrative using refused where narrative.command_id = refused.id`;

/** After so long without an answer nobody waits for a command any more. */
const ABANDONED_AFTER = '24 hours';

/**
 * Removes what refused and abandoned commands left behind, a bounded number at a time. An abandoned
 * command goes as a whole, so that a late repeat of its key brings its personal data again.
 *
 * @returns how many commands were looked after
 */
export async function sweepCommands(pool: Pool): Promise<number> {
  const { rowCount } = await pool.query(
    `with abandoned as (
       delete from command
        where id in (select id from command where answer is null and created_at < now() - $1::interval order by created_at limit 500)
          and not exists (select from ledger where cause = command.id::text)
       returning id
     ), refused as (
       select distinct command.id
         from command join (select command_id from person union select command_id from narrative) brought on brought.command_id = command.id
        where command.answer ->> 'ok' = 'false'
          and not exists (select from ledger where cause = command.id::text)
        limit 500
     ), gone as (
       select id from abandoned union select id from refused
     ), people as (
       delete from person using gone where person.command_id = gone.id
     ), texts as (
       delete from narrative using gone where narrative.command_id = gone.id
     )
     select id from gone`,
    [ABANDONED_AFTER],
  );
  return rowCount ?? 0;
}
