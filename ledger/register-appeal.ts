/**
 * Registration of an appeal (D-REG): the journal number, the family, its people and words, and the case that it
 * opens or joins, in one transaction. An appeal that was answered is in the ledger at that moment, engine or not.
 */
import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { sealerFor } from '../db/data-keys.js';
import { findHousehold, placeHousehold, placePerson, type Applicant, type HouseholdPlaces } from '../db/households.js';
import { narrativePlace } from '../db/personal-data.js';
import { transaction } from '../db/pool.js';
import type { Actor, Channel } from '../domain/case/facts.js';
import type { Instant } from '../domain/law/calendar.js';
import { joinOrOpen } from './appeal-turn.js';
import type { Desk } from './desk.js';
import { signedOpening, type SignedOpening } from './proven.js';
import { askElsewhere, lockIin } from './transfer-questions.js';
import { placeStay, stayAsked, type StayRequest } from './stay-asked.js';

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
  /** Where it lives, and where it is now. */
  places?: HouseholdPlaces;
  /** What the family says, in its words. */
  narrative?: string;
  /** It asks for a temporary stay (256 п.25). */
  stay?: StayRequest;
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
  /** `householdId` names no family of the actor's center. */
  | { outcome: 'household_unknown' }
  /** Somebody who is said to come along is not of the family. */
  | { outcome: 'member_unknown' };

const REGISTER = 'registerAppeal';

/**
 * Registers an appeal; the same key with the same body has the same answer.
 * @throws VersionUnknown, ClocksDisagree, and the errors of Postgres; a repeat with the same key is safe then
 */
export function registerAppeal(desk: Desk, request: AppealRequest): Promise<AppealOutcome> {
  return transaction(desk.pool, async (client): Promise<AppealOutcome> => {
    const known = await knownAppeal(client, request);
    if (known !== undefined) return known;
    const iin = request.applicant?.iin === undefined ? undefined : await lockIin(client, request.applicant.iin);
    const householdId = await findHousehold(client, request.actor.center, request.householdId, request.applicant);
    if (householdId === undefined) return { outcome: 'household_unknown' };
    const appeal = await register(desk, client, householdId, request);
    if (iin !== undefined) await askElsewhere(desk, client, { caseId: appeal.caseId, center: request.actor.center }, iin);
    return { outcome: 'new', appeal };
  }).catch((error: unknown): AppealOutcome => {
    if (error instanceof MemberUnknown) return { outcome: 'member_unknown' };
    throw error;
  });
}

/** It ends the transaction: nothing of the appeal is kept. */
class MemberUnknown extends Error {
  override readonly name = 'MemberUnknown';
}

/** Requests with one key wait for each other here: the second finds the answer of the first. */
async function knownAppeal(client: PoolClient, { actor, idempotencyKey, bodySha256 }: AppealRequest): Promise<AppealOutcome | undefined> {
  await client.query(`select pg_advisory_xact_lock(hashtext('idempotency key'), hashtext($1))`, [`${actor.id} ${idempotencyKey}`]);
  const { rows } = await client.query<{ kind: string; body_sha256: string; answer: RegisteredAppeal }>(
    'select kind, body_sha256, answer from command where actor_id = $1 and idempotency_key = $2',
    [actor.id, idempotencyKey],
  );
  const [known] = rows;
  if (known === undefined) return undefined;
  return known.kind === REGISTER && known.body_sha256 === bodySha256 ? { outcome: 'repeat', appeal: known.answer } : { outcome: 'conflict' };
}

/** Lock order: household, case, journal number. Number and instant come last: they make the whole Center wait. */
async function register(desk: Desk, client: PoolClient, householdId: string, request: AppealRequest): Promise<RegisteredAppeal> {
  const { actor, applicant, places = {}, narrative, channel, threat, stay } = request;
  await placeHousehold(client, householdId, places);
  const personId = applicant && (await placePerson(client, householdId, applicant));
  const placed = stay && ((await placeStay(client, actor.center, householdId, stay)) ?? nobody());
  const narrativeId = narrative === undefined ? undefined : randomUUID();
  // Before the case is locked: a key service may take its time.
  const words = narrativeId === undefined || narrative === undefined ? undefined : await sealedWords(client, householdId, narrativeId, narrative);
  const appealId = randomUUID();
  const joined = await joinOrOpen(desk, client, householdId, async (): Promise<SignedOpening> => {
    const { journalNumber, registeredAt } = await nextJournalNumber(client, actor.center);
    const asked = placed === undefined ? {} : { stay: stayAsked(placed, registeredAt) };
    const opening = { appealId, journalNumber, householdId, center: actor.center, channel, threat, ...asked, registeredAt, actor };
    return signedOpening(desk.deps.proof, opening, request.bodySha256);
  });
  const { caseId, attached, signed } = joined;
  const { journalNumber, registeredAt } = signed.opening;
  const appeal: RegisteredAppeal = {
    appealId,
    caseId,
    attached,
    householdId,
    journalNumber,
    registeredAt,
    ...(personId === undefined ? {} : { personId }),
    ...(narrativeId === undefined ? {} : { narrativeId }),
  };
  await writeAppeal(client, appeal, words, request, signed.act);
  return appeal;
}

function nobody(): never {
  throw new MemberUnknown('somebody who comes along is not of the family');
}

/**
 * The next number of the center's journal, without gaps: a registration that fails gives its number
 * back. Instant and number are taken under one lock, so that numbers follow the order of receipt and
 * a year (Asia/Almaty) never gets the number of another.
 */
async function nextJournalNumber(client: PoolClient, center: string): Promise<{ journalNumber: string; registeredAt: Instant }> {
  const { rows } = await client.query<{ year: number; last: number; at: Date }>(
    // In one statement: a way there and back under the lock is one that all others wait for. The instant is read behind it.
    `with held as materialized (
       select pg_advisory_xact_lock(hashtext('journal of appeals'), hashtext($1))
     ), moment as materialized (
       select at, extract(year from at at time zone 'UTC' + interval '5 hours')::int as year
         from (select date_trunc('milliseconds', clock_timestamp()) as at from held) clock
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

/** The act has the appeal's own id: by it the ledger names what caused an entry. */
const WRITE_APPEAL = `
with words as (
  insert into narrative (id, case_id, kind, body) select $7::uuid, $3, 'appeal', $8 where $7::uuid is not null
), registered as (
  insert into appeal (appeal_id, journal_number, case_id, center, household_id, person_id, narrative_id, channel, threat, registered_by, received_at)
  values ($1, $2, $3, $4, $5, $6, $7, $9, $10, $11, $12)
)
insert into command (id, actor_id, idempotency_key, body_sha256, kind, answer, act) values ($1, $11, $13, $14, '${REGISTER}', $15, $16)`;

async function sealedWords(client: PoolClient, householdId: string, narrativeId: string, words: string): Promise<Buffer> {
  return (await sealerFor(client, { kind: 'household', id: householdId }))(narrativePlace(narrativeId), words);
}

async function writeAppeal(client: PoolClient, appeal: RegisteredAppeal, words: Buffer | undefined, request: AppealRequest, act: string): Promise<void> {
  const { appealId, journalNumber, caseId, householdId, personId, narrativeId, registeredAt } = appeal;
  const { actor, channel, threat, idempotencyKey, bodySha256 } = request;
  await client.query(WRITE_APPEAL, [
    appealId,
    journalNumber,
    caseId,
    actor.center,
    householdId,
    personId ?? null,
    narrativeId ?? null,
    words ?? null,
    channel,
    threat,
    actor.id,
    new Date(registeredAt),
    idempotencyKey,
    bodySha256,
    JSON.stringify(appeal),
    act,
  ]);
}
