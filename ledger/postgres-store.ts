/** The ledger's store in Postgres. Every query has a deadline of its own on this side of the link. */
import type { PoolClient } from 'pg';
import type { Claim } from '../domain/case/decision.js';
import { NOTHING_KNOWN, type Known, type ThingIds } from '../domain/case/references.js';
import type { GroupEntry } from '../domain/center/group-orders.js';
import type { SubjectKind } from '../domain/subject/state.js';
import { isCase, type AnyEntry, type AnyState } from '../domain/subject/subjects.js';
import type { CaseState } from '../domain/case/state.js';
import { legalDayOf, type Instant } from '../domain/law/calendar.js';
import { isBeaten, onClient, transaction, type Pool } from '../db/pool.js';
import { fromJson, openerOf, type KeyOwner } from '../db/data-keys.js';
import { narrativeRows, personRows } from '../db/personal-data.js';
import { isoOf } from '../db/projection.js';
import {
  knownMembers,
  knownMobileGroups,
  knownRooms,
  knownStaff,
  knownTerms,
  type MemberRow,
  type RoomRow,
  type StaffRecord,
  type TermRow,
} from './known-things.js';
import { keepFamilyApart } from '../db/violence-keys.js';
import { knownPreviews } from './message-preview.js';
import { ANSWER_ONLY, GO_ON, LOOK, OPEN } from './postgres-statements.js';
import type { Asked, SubjectRow, KnownCommand, LawInForceRow, LedgerStore, LockedStore, Look, WaitingReport } from './store.js';
import { StateShelf, type ShelvedState } from './state-shelf.js';
import { VersionUnknown } from './version.js';
import type { CaseChange, CaseWriting, CommandWriting } from './writing.js';

interface LookRow {
  now: number;
  kind: SubjectKind;
  seq: number | null;
  head: string;
  version: number;
  running: boolean;
  skipping: boolean;
  skewMs: number;
  clockAt: number;
  snapshotSeq: number | null;
  state: AnyState | null;
  tail: AnyEntry[] | null;
  law: { kind: LawInForceRow['kind']; version: string; id: string | null; act: string | null; recompute: 'own' | 'adopted' | null }[] | null;
  known: KnownCommand[] | null;
  waiting: WaitingReport[] | null;
  documents: Known['document'] | null;
  staff: StaffRecord | null;
  terms: readonly TermRow[] | null;
  members: Readonly<Record<string, SealedMember>> | null;
  organisations: Known['organisation'] | null;
  signatures: Known['signature'] | null;
  rooms: readonly RoomRow[] | null;
  bodies: Known['localBody'] | null;
  groupEntries: readonly GroupEntry[] | null;
}

/** @param shelf states of cases seen lately, so that a busy case is not read again; a place of the ledger and its digest say which */
export function createPostgresStore(pool: Pool, shelf: StateShelf = new StateShelf()): LedgerStore {
  return {
    look: (caseId, asked) => onClient(pool, (client) => look(client, shelf, caseId, asked)),
    write: (writing) =>
      writing.change?.startsViolence === true ? writeAll(pool, shelf, writing) : onClient(pool, (client) => tryToWrite(client, shelf, writing)),
    locked: (caseId, work) =>
      transaction(pool, async (client) => {
        await client.query({ name: 'lock-case', text: 'select from subject_file where subject_id = $1 for update', values: [caseId] });
        return work(lockedOn(client, shelf, caseId));
      }),
  };
}

/** In one statement, which is one transaction. */
async function tryToWrite(client: PoolClient, shelf: StateShelf, writing: CaseWriting): Promise<'written' | 'beaten'> {
  try {
    return await write(client, shelf, writing);
  } catch (error) {
    // Which of several violated constraints Postgres names follows the text of the statement: any means the same.
    if (isBeaten(error)) return 'beaten';
    throw error;
  }
}

/** Of more than one statement: the keys of the family move with what makes them move, or not at all. */
async function writeAll(pool: Pool, shelf: StateShelf, writing: CaseWriting): Promise<'written' | 'beaten'> {
  try {
    await transaction(pool, async (client) => {
      if ((await write(client, shelf, writing)) === 'beaten') throw new Beaten();
    });
    return 'written';
  } catch (error) {
    if (error instanceof Beaten || isBeaten(error)) return 'beaten';
    throw error;
  }
}

/** Undoes what was written before somebody else was seen to be faster. */
class Beaten extends Error {
  override readonly name = 'Beaten';
}

/** The store inside of a transaction that holds the lock of the case, or that opens it. */
export function lockedOn(client: PoolClient, shelf: StateShelf, caseId: string): LockedStore {
  return {
    reader: client,
    look: (asked) => look(client, shelf, caseId, asked),
    claim: (claims) => claim(client, caseId, claims),
    write: (writing) => write(client, shelf, writing),
  };
}

async function look(client: PoolClient, shelf: StateShelf, caseId: string, { keys, things }: Asked): Promise<Look> {
  const shelved = shelf.find(caseId);
  const { rows } = await client.query<LookRow>({
    name: 'look',
    text: LOOK,
    values: [
      caseId,
      shelved?.state.seq ?? null,
      shelved?.head ?? null,
      JSON.stringify(keys.map(({ actorId, idempotencyKey }) => ({ actorId, idempotencyKey }))),
      things?.document ?? [],
      [...(things?.colleague ?? []), ...(things?.order ?? [])],
      things?.term ?? [],
      things?.member ?? [],
      things?.organisation ?? [],
      things?.signature ?? [],
      (things?.mobileGroup.length ?? 0) > 0,
      things?.room ?? [],
      things?.localBody ?? [],
    ],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('a look gave no row');
  const { now, law, known, waiting } = row;
  const subject = row.seq === null ? undefined : subjectRow(row, row.seq, caseId, shelf, shelved);
  return {
    now,
    subject,
    law: (law ?? []).map(({ kind, version, id, act, recompute }) => ({
      kind,
      version,
      ...(id === null || act === null || recompute === null ? {} : { adoption: { id, act, recompute } }),
    })),
    known: known ?? [],
    waiting: waiting ?? [],
    things: things === undefined ? NOTHING_KNOWN : await knownFrom(client, row, things, { now, state: subject?.state }),
  };
}

async function knownFrom(client: PoolClient, row: LookRow, ids: ThingIds, { now, state }: { now: Instant; state: AnyState | undefined }): Promise<Known> {
  const { documents, staff, terms, members, organisations, signatures, groupEntries, bodies, rooms, skewMs } = row;
  const today = legalDayOf(now);
  return {
    document: documents ?? {},
    ...knownStaff(staff ?? NO_STAFF, ids, today),
    // A child is one by the day of the case.
    member: knownMembers(await openMembers(client, members ?? {}), legalDayOf(now + skewMs)),
    term: knownTerms(terms ?? [], today),
    organisation: organisations ?? {},
    signature: signatures ?? {},
    room: knownRooms(rooms ?? [], today),
    localBody: bodies ?? {},
    // Composed of the state that was looked at: a case that has moved on since then is looked at again.
    preview: ids.preview.length === 0 ? {} : await knownPreviews(client, caseIn(state), ids.preview),
    mobileGroup: knownMobileGroups(groupEntries ?? [], ids.mobileGroup, today),
  };
}

function caseIn(state: AnyState | undefined): CaseState | undefined {
  return state !== undefined && isCase(state) ? state : undefined;
}

/** As a look reads it: the day of birth is sealed. */
type SealedMember = Omit<MemberRow, 'birthDate'> & { sealedBirthDate?: string };

async function openMembers(client: PoolClient, members: Readonly<Record<string, SealedMember>>): Promise<Record<string, MemberRow>> {
  const sealed = Object.entries(members).map(([id, { sealedBirthDate, ...member }]) => ({ id, member, birth: asBytes(sealedBirthDate) }));
  const opener = await openerOf(
    client,
    sealed.map(({ birth }) => birth),
  );
  return Object.fromEntries(
    sealed.map(({ id, member, birth }) => {
      const birthDate = opener.text({ table: 'person', column: 'birth_date', row: id }, birth);
      return [id, { ...member, ...(birthDate === undefined ? {} : { birthDate }) }];
    }),
  );
}

function asBytes(text: string | undefined): Buffer | null {
  return text === undefined ? null : fromJson(text);
}

const NO_STAFF: StaffRecord = { listed: [], staffing: null };

function subjectRow(row: LookRow, seq: number, caseId: string, shelf: StateShelf, shelved: ShelvedState | undefined): SubjectRow {
  const { kind, head, version, running, skipping, skewMs, clockAt } = row;
  // Before anything is made of its entries: of a newer release they may be facts that this one has no name for.
  if (version > shelf.knows) throw new VersionUnknown(caseId, version, shelf.knows);
  const { state, snapshotSeq } = stateIn(row, caseId, shelf) ?? shelved ?? missing(caseId);
  shelf.put(caseId, { head, state, snapshotSeq });
  return { kind, seq, head, version, running, skipping, skewMs, clockAt, state, snapshotSeq };
}

/** What was sent: the stored state and the entries after it; undefined when this process had that place in hand. */
function stateIn({ kind, snapshotSeq, state, tail }: LookRow, caseId: string, shelf: StateShelf): { state: AnyState; snapshotSeq: number } | undefined {
  if (snapshotSeq === null || state === null) return undefined;
  const core = shelf.coreOf(kind);
  return { snapshotSeq, state: (tail ?? []).reduce((current, entry) => core.evolve(current, entry, caseId), core.takenUp(state)) };
}

function missing(caseId: string): never {
  throw new Error(`${caseId} has no stored state`);
}

/**
 * One row after another in the order of their names, so that two cases that want the same things wait for each
 * other and never for ever. `do nothing` waits for whoever is just taking one. All of them or none: a family that does not get
 * its second place must not keep the first.
 */
async function claim(client: PoolClient, caseId: string, claims: readonly Claim[]): Promise<readonly Claim[]> {
  await client.query('savepoint claiming');
  const lost = await claimEach(client, caseId, claims);
  await client.query(lost.length === 0 ? 'release savepoint claiming' : 'rollback to savepoint claiming');
  return lost;
}

async function claimEach(client: PoolClient, caseId: string, claims: readonly Claim[]): Promise<readonly Claim[]> {
  const lost: Claim[] = [];
  for (const { kind, thing } of claims.toSorted(inOneOrder)) {
    const { rowCount } = await client.query('insert into claim (kind, thing, subject_id) values ($1, $2, $3) on conflict do nothing', [kind, thing, caseId]);
    if (rowCount === 1) continue;
    const { rowCount: own } = await client.query('select from claim where kind = $1 and thing = $2 and subject_id = $3', [kind, thing, caseId]);
    if (own === 0) lost.push({ kind, thing });
  }
  return lost;
}

function inOneOrder(a: Claim, b: Claim): number {
  return a.kind === b.kind ? Number(a.thing > b.thing) - Number(a.thing < b.thing) : a.kind < b.kind ? -1 : 1;
}

async function write(client: PoolClient, shelf: StateShelf, writing: CaseWriting): Promise<'written' | 'beaten'> {
  const { caseId, decidedAt, change, skewMs, commands, settled } = writing;
  if (change === undefined) {
    const { rowCount } = await client.query({
      name: 'answer-only',
      text: ANSWER_ONLY,
      values: [caseId, commandRows(commands), JSON.stringify(settled), skewMs ?? null, decidedAt ?? null],
    });
    return rowCount === 1 ? 'written' : 'beaten';
  }
  // First: what this very take brings is sealed with a fresh key of the other ring.
  if (change.startsViolence && change.file.household_id !== null) await keepFamilyApart(client, change.file.household_id);
  const opens = change.before === undefined;
  const { rowCount } = await client.query({
    name: opens ? 'open-case' : 'go-on',
    text: opens ? OPEN : GO_ON,
    values: await changeValues(client, writing, change),
  });
  if (rowCount !== 1) return 'beaten';
  shelf.put(caseId, { head: change.head, state: change.state, snapshotSeq: change.snapshot ? change.state.seq : change.snapshotSeq });
  return 'written';
}

/** People and texts are sealed here, before the statement: a key service that is away leaves nothing half written. */
async function changeValues(client: PoolClient, { caseId, skewMs, commands, settled }: CaseWriting, change: CaseChange): Promise<unknown[]> {
  const { entries, head, state, version } = change;
  const file = { ...change.file, clock_at: entries.at(-1)?.at ?? isoOf(state.openedAt), head, version, skew_ms: skewMs ?? null };
  return [
    caseId,
    JSON.stringify(entries),
    JSON.stringify(file),
    change.frees,
    JSON.stringify(change.duties),
    JSON.stringify(change.effects),
    JSON.stringify(change.alerts),
    JSON.stringify(change.clock),
    JSON.stringify(change.wake ?? {}),
    commandRows(commands),
    JSON.stringify(await personRows(client, commands)),
    JSON.stringify(
      await narrativeRows(
        client,
        ownerOfTexts(change.file),
        commands.flatMap(({ narratives }) => narratives),
      ),
    ),
    JSON.stringify(settled),
    JSON.stringify(change.snapshot ? { seq: state.seq, state } : {}),
    change.before?.seq ?? null,
    change.before?.head ?? null,
    JSON.stringify(change.freed),
    JSON.stringify(change.places),
  ];
}

function ownerOfTexts({ household_id: householdId, center }: CaseChange['file']): KeyOwner {
  return householdId === null ? { kind: 'holder', id: center } : { kind: 'household', id: householdId };
}

function commandRows(commands: readonly CommandWriting[]): string {
  return JSON.stringify(
    commands.map(({ id, actorId, idempotencyKey, bodySha256, caseId, kind, act, payload, known, answer }) => ({
      id,
      actor_id: actorId,
      idempotency_key: idempotencyKey,
      body_sha256: bodySha256,
      subject_id: caseId,
      kind,
      act,
      payload,
      known,
      answer,
    })),
  );
}
