/**
 * Registration of an appeal (D-REG): the journal number, the family, the case and what the relay
 * needs, in one transaction. It does not ask the engine: an accepted appeal is durable without it.
 */
import { randomUUID } from 'node:crypto';

import type { Opening } from '../domain/case/deliveries.js';
import type { Actor, Channel } from '../domain/case/facts.js';
import type { Instant } from '../domain/law/calendar.js';
import { findCommand, type TakenOutcome } from './commands.js';
import { findHousehold, placePerson, type Applicant } from './households.js';
import { APPEAL_PRIORITY, MOST_ATTEMPTS, RELAY_JOB, relayJobKey, relayQueue } from './jobs.js';
import { inTransaction, type Pool, type PoolClient } from './pool.js';

export interface AppealRequest {
  /** Who registers it; the appeal belongs to this actor's center. */
  actor: Actor;
  idempotencyKey: string;
  /** SHA-256 of the request body, hex. */
  bodySha256: string;
  channel: Channel;
  threat: boolean;
  /** The family, when the Center knows it; else it is found by the applicant's ИИН, else it is a new one. */
  householdId?: string;
  applicant?: Applicant;
  /** What the family says, in its words. */
  narrative?: string;
}

export interface RegisteredAppeal {
  appealId: string;
  caseId: string;
  householdId: string;
  journalNumber: string;
  /** True when the family has an open case already, which this appeal joins (P30). */
  attached: boolean;
  registeredAt: Instant;
  personId?: string;
  narrativeId?: string;
}

export type AppealOutcome =
  | { outcome: 'new' | 'repeat'; appeal: RegisteredAppeal }
  /** The key was used for another request: 422. */
  | { outcome: 'conflict' }
  /** `householdId` names no family. */
  | { outcome: 'household_unknown' };

/** What the relay hands over: the appeal opens the case, or joins an open one. */
export interface AppealPayload {
  opens: boolean;
  opening: Opening;
}

/** Name of the sender in the inbox, where agencies have theirs. */
export const APPEALS_SOURCE = 'appeals';
const REGISTER = 'registerAppeal';

/** Registers an appeal; the same key with the same body has the same answer. */
export async function registerAppeal(pool: Pool, request: AppealRequest): Promise<AppealOutcome> {
  return inTransaction(pool, async (client) => {
    const commandId = randomUUID();
    const known = await claimKey(client, commandId, request);
    if (known) return known;
    const householdId = await findHousehold(client, request.householdId, request.applicant);
    if (householdId === undefined) {
      await client.query('delete from command where id = $1', [commandId]);
      return { outcome: 'household_unknown' };
    }
    const appeal = await register(client, commandId, householdId, request);
    return { outcome: 'new', appeal };
  });
}

/** Takes the key; a request that arrives at the same time waits here until this one is committed. */
async function claimKey(client: PoolClient, commandId: string, request: AppealRequest): Promise<AppealOutcome | undefined> {
  const { actor, idempotencyKey, bodySha256 } = request;
  const { rowCount } = await client.query(
    `insert into command (id, actor_id, idempotency_key, body_sha256, kind, payload) values ($1, $2, $3, $4, $5, '{}')
     on conflict (actor_id, idempotency_key) do nothing`,
    [commandId, actor.id, idempotencyKey, bodySha256, REGISTER],
  );
  if (rowCount === 1) return undefined;
  const found = await findCommand<RegisteredAppeal>(client, { actorId: actor.id, idempotencyKey, bodySha256, caseId: null, kind: REGISTER });
  return asOutcome(found);
}

function asOutcome(found: TakenOutcome<RegisteredAppeal> | undefined): AppealOutcome {
  // The row was swept between the two statements; the caller repeats and finds the key free.
  if (found === undefined) throw new Error('the idempotency key was freed while it was looked up: repeat the request');
  if (found.outcome === 'conflict') return found;
  // Row and answer are written in one transaction: a row without an answer is of another kind.
  if (found.command.answer === undefined) return { outcome: 'conflict' };
  return { outcome: 'repeat', appeal: found.command.answer };
}

async function register(client: PoolClient, commandId: string, householdId: string, request: AppealRequest): Promise<RegisteredAppeal> {
  const { actor, applicant, narrative } = request;
  const claim = await claimOpenCase(client, householdId);
  const personId = applicant && (await placePerson(client, householdId, applicant, commandId));
  // Last, because the number's lock makes every other registration of the center wait.
  const { journalNumber, registeredAt } = await nextJournalNumber(client, actor.center);
  const appeal: RegisteredAppeal = {
    appealId: randomUUID(),
    ...claim,
    householdId,
    journalNumber,
    registeredAt,
    ...(personId === undefined ? {} : { personId }),
    ...(narrative === undefined ? {} : { narrativeId: randomUUID() }),
  };
  await writeAppeal(client, commandId, appeal, request);
  return appeal;
}

/**
 * The claim on the family's one open case. Concurrent appeals of one family queue on this row: the
 * first opens the case, the others join it.
 */
export async function claimOpenCase(client: PoolClient, householdId: string): Promise<{ caseId: string; attached: boolean }> {
  const wanted = randomUUID();
  const { rows } = await client.query<{ case_id: string }>(
    `insert into open_case (household_id, case_id) values ($1, $2)
     on conflict (household_id) do update set household_id = excluded.household_id
     returning case_id`,
    [householdId, wanted],
  );
  const caseId = rows[0]?.case_id ?? wanted;
  return { caseId, attached: caseId !== wanted };
}

/**
 * The next number of the center's journal, without gaps: a registration that fails gives its number
 * back. Instant and number are taken under one lock, so that numbers follow the order of receipt and
 * a year (Asia/Almaty) never gets the number of another.
 */
async function nextJournalNumber(client: PoolClient, center: string): Promise<{ journalNumber: string; registeredAt: Instant }> {
  await client.query(`select pg_advisory_xact_lock(hashtext('journal of appeals'), hashtext($1))`, [center]);
  const { rows } = await client.query<{ year: number; last: number; at: Date }>(
    `with moment as (
       select at, extract(year from at at time zone 'UTC' + interval '5 hours')::int as year
         from (select date_trunc('milliseconds', clock_timestamp()) as at) clock
     ), numbered as (
       insert into appeal_number (center, year, last) select $1, year, 1 from moment
       on conflict (center, year) do update set last = appeal_number.last + 1
       returning year, last
     )
     select moment.at, numbered.year, numbered.last from moment, numbered`,
    [center],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`the journal of ${center} gave no number`);
  return { journalNumber: `${center}-${row.year}-${String(row.last).padStart(6, '0')}`, registeredAt: row.at.getTime() };
}

const WRITE_APPEAL = `
with words as (
  insert into narrative (id, case_id, kind, body, command_id)
  select $9, $3, 'appeal', $10, $1 where $9::uuid is not null
), registered as (
  insert into appeal (appeal_id, journal_number, case_id, center, household_id, person_id, narrative_id, channel, threat, registered_by, received_at)
  values ($2, $4, $3, $5, $6, $8, $9, $11, $12, $13, $7)
), arrived as (
  insert into inbox (id, kind, source, delivery_id, case_id, payload, received_at)
  values ($14, 'appeal', '${APPEALS_SOURCE}', $2::uuid::text, $3, $15, $7)
), answered as (
  update command set answer = $16, answered_at = now(), payload = $15 where id = $1
)
select (graphile_worker.add_job('${RELAY_JOB}', json_build_object('caseId', $3::uuid), queue_name := $17, job_key := $18,
        max_attempts := ${MOST_ATTEMPTS}, priority := ${APPEAL_PRIORITY})).id`;

async function writeAppeal(client: PoolClient, commandId: string, appeal: RegisteredAppeal, request: AppealRequest): Promise<void> {
  const { appealId, caseId, householdId, journalNumber, registeredAt, personId, narrativeId, attached } = appeal;
  const { actor, channel, threat, narrative } = request;
  const opening: Opening = { appealId, journalNumber, householdId, center: actor.center, channel, threat, registeredAt, actor };
  const payload: AppealPayload = { opens: !attached, opening };
  await client.query(WRITE_APPEAL, [
    commandId,
    appealId,
    caseId,
    journalNumber,
    actor.center,
    householdId,
    new Date(registeredAt),
    personId ?? null,
    narrativeId ?? null,
    narrative ?? null,
    channel,
    threat,
    actor.id,
    randomUUID(),
    JSON.stringify(payload),
    JSON.stringify(appeal),
    relayQueue(caseId),
    relayJobKey(caseId),
  ]);
}
