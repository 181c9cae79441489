/**
 * The ledger's store in memory, held against the one in Postgres by the same seeds (test/db/model-store.test.ts).
 * What a statement of ledger/postgres-statements.ts does in one go is done in one go here.
 */
import type { Claim } from '../../domain/case/decision.js';
import { isoOf, type ClockRow, type DutyRow } from '../../db/projection.js';
import { NOTHING_KNOWN, type Known, type KnownDocument, type KnownSignature, type ThingIds } from '../../domain/case/references.js';
import { SEEN_PREVIEW } from '../papers.js';
import { legalDayOf, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import { knownMembers, knownMobileGroups, knownStaff, knownTerms, type MemberRow } from '../../ledger/known-things.js';
import type { Answer } from '../../domain/case/turn.js';
import type { Asked, SubjectRow, KnownCommand, LedgerStore, LockedStore, Look } from '../../ledger/store.js';
import type { CaseChange, CaseWriting, CommandWriting, SettledMessage, WakeWriting } from '../../ledger/writing.js';
import { UniqueViolation, type ModelHouse, type Transaction } from './model-house.js';
import type { CommandKept, Tables, WakeKept } from './tables.js';

/** The way to the house and back. What fails on the way back was done. */
export interface Link {
  to(): Promise<void>;
  back(): Promise<void>;
  /** A transaction that is open on this link: it ends with it. */
  holds?(transaction: Transaction): void;
}

const NO_WAY: Link = { to: () => Promise.resolve(), back: () => Promise.resolve() };

/** As in ledger/postgres-statements.ts. */
const MOST_REPORTS = 50;

export function createModelStore(house: ModelHouse, link: Link = NO_WAY): LedgerStore {
  return {
    look: async (caseId, asked) => {
      await link.to();
      const seen = lookIn(house, caseId, asked);
      await link.back();
      return seen;
    },
    write: async (writing) => {
      await link.to();
      const written = await writeAlone(house, link, writing);
      await link.back();
      return written;
    },
    locked: (caseId, work) =>
      inTransaction(house, link, async (transaction) => {
        await link.to();
        await transaction.lock(caseLock(caseId));
        await link.back();
        return work(lockedIn(house, link, transaction, caseId));
      }),
  };
}

/** The store inside of a transaction that holds the lock of the case, or that opens it. */
export function lockedIn(house: ModelHouse, link: Link, transaction: Transaction, caseId: string): LockedStore {
  const asked = async <T>(work: () => T | Promise<T>): Promise<T> => {
    await link.to();
    const result = await work();
    await link.back();
    return result;
  };
  return {
    look: (wanted) => asked(() => lookIn(house, caseId, wanted)),
    claim: (claims) => asked(() => claimIn(transaction, caseId, claims)),
    write: (writing) => asked(() => writeIn(transaction, writing)),
  };
}

/** All of it or nothing; an answer that is lost after the commit does not undo it. */
export async function inTransaction<T>(house: ModelHouse, link: Link, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const transaction = house.begin();
  link.holds?.(transaction);
  try {
    const result = await work(transaction);
    await link.to();
    transaction.commit();
    await link.back();
    return result;
  } catch (error) {
    transaction.rollback();
    throw error;
  }
}

async function writeAlone(house: ModelHouse, link: Link, writing: CaseWriting): Promise<'written' | 'beaten'> {
  const transaction = house.begin();
  link.holds?.(transaction);
  try {
    const written = await writeIn(transaction, writing);
    if (written === 'written') transaction.commit();
    return written;
  } catch (error) {
    if (error instanceof UniqueViolation) return 'beaten';
    throw error;
  } finally {
    transaction.rollback();
  }
}

export function caseLock(caseId: string): string {
  return `case ${caseId}`;
}

export function keyOf({ actorId, idempotencyKey }: { actorId: string; idempotencyKey: string }): string {
  return `${actorId} ${idempotencyKey}`;
}

export function lookIn({ tables, clock }: ModelHouse, caseId: string, { keys, things }: Asked): Look {
  const found = new Map(keys.flatMap((key) => knownAs(tables.command.get(keyOf(key)))));
  return {
    now: clock(),
    subject: subjectRow(tables, caseId),
    law: [...tables.law.values()].toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
    known: [...found.values()],
    waiting: waitingOf(tables, caseId),
    things: things === undefined ? NOTHING_KNOWN : knownIn(tables, caseId, things, legalDayOf(clock())),
  };
}

function knownIn(tables: Tables, caseId: string, things: ThingIds, today: LegalDay): Known {
  const staff = tables.staffing.get(tables.subjectFile.get(caseId)?.center ?? '') ?? { listed: [], staffing: null };
  const terms = things.term.flatMap((key) => tables.term.get(key) ?? []);
  const members = things.member.flatMap((id): [string, MemberRow][] => {
    const row = tables.person.get(id);
    if (row === undefined || row.householdId !== tables.subjectFile.get(caseId)?.household_id) return [];
    const { birthDate, bornAbout } = row;
    return [[id, { ...(birthDate ? { birthDate } : {}), ...(bornAbout ? { bornAbout } : {}), ...stayedOf(tables, caseId, id) }]];
  });
  return {
    document: documentsOf(tables, caseId, things.document),
    ...knownStaff(staff, things, today),
    member: knownMembers(Object.fromEntries(members), today),
    term: knownTerms(terms, today),
    organisation: organisationsOf(tables, things.organisation),
    signature: signaturesOf(tables, caseId, things.signature),
    room: roomsOf(tables, caseId, things.room),
    localBody: bodiesOf(tables, things.localBody),
    // Nothing is composed here: whoever sends says that they saw what goes.
    preview: Object.fromEntries(things.preview.map((id) => [id, { digest: SEEN_PREVIEW }])),
    // No Center lives in the model: its group is called without any order.
    mobileGroup: knownMobileGroups([], things.mobileGroup, today),
  };
}

/** Here nobody is known by an ИИН: a person is the row. */
function stayedOf({ placeUse }: Tables, caseId: string, personId: string): Pick<MemberRow, 'inside' | 'stayedBefore'> {
  const used = [...placeUse.values()].filter(({ person_id }) => person_id === personId);
  return {
    ...(used.some(({ over, subject_id }) => !over && subject_id !== caseId) ? { inside: 'here' as const } : {}),
    ...(used.some(({ over }) => over) ? { stayedBefore: true as const } : {}),
  };
}

function roomsOf({ room, claim, subjectFile }: Tables, caseId: string, codes: readonly string[]): Known['room'] {
  const center = subjectFile.get(caseId)?.center ?? '';
  return Object.fromEntries(
    codes.flatMap((code) => {
      const found = room.get(code);
      if (found === undefined) return [];
      const places = Array.from({ length: found.capacity }, (_, at) => at + 1);
      return [[code, { ...found, taken: places.filter((place) => claim.has(`place ${center}/${code}/${place}`)) }]];
    }),
  );
}

/** Over a document of another Center none is known, and of another family nobody. */
function signaturesOf({ subjectFile, document, person, signature }: Tables, caseId: string, ids: readonly string[]): Known['signature'] {
  const { center, household_id: householdId } = subjectFile.get(caseId) ?? {};
  const found = ids.flatMap((id): [string, KnownSignature][] => {
    const row = signature.get(id);
    if (row === undefined || document.get(row.documentId)?.center !== center) return [];
    const { member, ...rest } = row;
    return [[id, member === undefined || person.get(member)?.householdId !== householdId ? rest : row]];
  });
  return Object.fromEntries(found);
}

function organisationsOf({ organisation }: Tables, ids: readonly string[]): Known['organisation'] {
  return Object.fromEntries(
    ids.flatMap((id) => {
      const found = organisation.get(id);
      return found === undefined ? [] : [[id, found]];
    }),
  );
}

/** One territory has them all here. */
function bodiesOf({ organisation }: Tables, functions: readonly string[]): Known['localBody'] {
  const found = [...organisation].filter(([, { function: code }]) => functions.includes(code));
  return Object.fromEntries(found.map(([organisationId, { function: code }]) => [code, { organisationId }]));
}

/** Of another Center none is known. */
function documentsOf({ subjectFile, document }: Tables, caseId: string, ids: readonly string[]): Known['document'] {
  const center = subjectFile.get(caseId)?.center;
  const found = ids.flatMap((id): [string, KnownDocument][] => {
    const row = document.get(id);
    return row === undefined || row.center !== center ? [] : [[id, { type: row.type, ofThisCase: row.case_id === caseId, sha256: row.sha256 }]];
  });
  return Object.fromEntries(found);
}

function knownAs(row: CommandKept | undefined): [string, KnownCommand][] {
  if (row === undefined) return [];
  const { id, actor_id: actorId, idempotency_key: idempotencyKey, body_sha256: bodySha256, subject_id: caseId, kind, answer } = row;
  return [[id, { id, actorId, idempotencyKey, bodySha256, caseId, kind, answer: answer as Answer }]];
}

function subjectRow(tables: Tables, caseId: string): SubjectRow | undefined {
  const filed = tables.subjectFile.get(caseId);
  const state = tables.current.get(caseId);
  const kept = tables.subjectState.get(caseId);
  if (filed === undefined || state === undefined || kept === undefined) return undefined;
  const { kind, seq, head, version, running, skipping, skew_ms: skewMs, clock_at } = filed;
  return { kind, seq, head, version, running, skipping, skewMs, clockAt: Date.parse(clock_at), state, snapshotSeq: kept.seq };
}

function waitingOf({ inbox }: Tables, caseId: string): Look['waiting'] {
  return [...inbox.values()]
    .filter((row) => row.subject_id === caseId && row.state === 'waiting')
    .toSorted((a, b) => a.place - b.place)
    .slice(0, MOST_REPORTS)
    .map(({ id, received_at: receivedAt, source, payload, act }) => ({ inboxId: id, receivedAt, source, payload, act }));
}

/** One row after another in one order; whoever is just taking one is waited for. All or none. */
async function claimIn(transaction: Transaction, caseId: string, claims: readonly Claim[]): Promise<readonly Claim[]> {
  const before = new Set(transaction.claimed);
  const lost: Claim[] = [];
  for (const claim of claims.toSorted(inOneOrder)) {
    if (!(await claimOne(transaction, caseId, claim))) lost.push(claim);
  }
  if (lost.length > 0) for (const key of transaction.claimed) if (!before.has(key)) giveBack(transaction, key);
  return lost;
}

function giveBack(transaction: Transaction, key: string): void {
  transaction.claimed.delete(key);
  transaction.unlock(`claim ${key}`);
}

/** @returns false when another case has it */
export async function claimOne(transaction: Transaction, caseId: string, { kind, thing }: Claim): Promise<boolean> {
  const { house, claimed } = transaction;
  const key = `${kind} ${thing}`;
  if (claimed.has(key)) return true;
  await transaction.lock(`claim ${key}`);
  const holder = house.tables.claim.get(key);
  if (holder !== undefined) {
    // What is there already is not locked by an insert that does nothing.
    transaction.unlock(`claim ${key}`);
    return holder === caseId;
  }
  claimed.add(key);
  transaction.write(() => {
    if (claimed.has(key)) house.tables.claim.set(key, caseId);
  });
  return true;
}

function inOneOrder(a: Claim, b: Claim): number {
  return a.kind === b.kind ? Number(a.thing > b.thing) - Number(a.thing < b.thing) : a.kind < b.kind ? -1 : 1;
}

/** @throws UniqueViolation when a row has the place of another */
async function writeIn(transaction: Transaction, writing: CaseWriting): Promise<'written' | 'beaten'> {
  const { house } = transaction;
  const { caseId, decidedAt, change, commands } = writing;
  await transaction.lock(caseLock(caseId));
  const filed = house.tables.subjectFile.get(caseId);
  const opens = change !== undefined && change.before === undefined;
  if (opens && filed !== undefined) throw new UniqueViolation(`case_file ${caseId}`);
  if (!opens && (filed === undefined || filed.seq !== (change?.before?.seq ?? decidedAt))) return 'beaten';
  await reserve(transaction, commands);
  if (change !== undefined) checkChange(house.tables, change);
  transaction.write(() => {
    put(house, writing);
    house.onTaken(writing);
  });
  return 'written';
}

/** The keys of clients: an insert waits for whoever is just writing the same one. */
async function reserve(transaction: Transaction, commands: readonly CommandWriting[]): Promise<void> {
  const keys = commands.map(keyOf);
  if (new Set(keys).size < keys.length) throw new UniqueViolation('command: one key twice');
  const { command, person, narrative } = transaction.house.tables;
  for (const key of keys) {
    await transaction.lock(`command ${key}`);
    if (command.has(key)) throw new UniqueViolation(`command ${key}`);
  }
  const ids = new Set(commands.map(({ id }) => id));
  for (const { id } of command.values()) if (ids.has(id)) throw new UniqueViolation(`command ${id}`);
  for (const { persons, narratives } of commands) {
    if (persons.some(({ id }) => person.has(id)) || narratives.some(({ id }) => narrative.has(id))) throw new UniqueViolation('words or people');
  }
}

function checkChange({ alert, subjectFile, ledger }: Tables, { alerts, file, entries }: CaseChange): void {
  for (const { id } of alerts) if (alert.has(id)) throw new UniqueViolation(`alert ${id}`);
  const known = ledger.get(file.subject_id)?.length ?? 0;
  if (entries.some(({ seq }) => seq <= known)) throw new UniqueViolation(`ledger ${file.subject_id}`);
  if (file.kind !== 'case' || file.stage === 'closed') return;
  for (const other of subjectFile.values()) {
    if (other.kind === 'case' && other.household_id === file.household_id && other.subject_id !== file.subject_id && other.stage !== 'closed') {
      throw new UniqueViolation(`one open case of ${file.household_id}`);
    }
  }
}

function put(house: ModelHouse, { caseId, change, skewMs, commands, settled }: CaseWriting): void {
  const { tables } = house;
  for (const command of commands) putCommand(tables, command);
  for (const message of settled) putSettled(tables, message);
  if (change !== undefined) putChange(house, caseId, change, skewMs);
  else if (skewMs !== undefined) putSkew(tables, caseId, skewMs);
}

function putCommand({ command, person, narrative, document }: Tables, given: CommandWriting): void {
  const { id, actorId, idempotencyKey, bodySha256, caseId, kind, act, payload, known, answer, persons, narratives } = given;
  command.set(keyOf(given), {
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
  });
  for (const id of Object.keys(known?.document ?? {})) {
    const row = document.get(id);
    if (row !== undefined) document.set(id, { ...row, attached: true });
  }
  for (const each of persons) person.set(each.id, { ...person.get(each.id), ...each });
  for (const each of narratives) narrative.set(each.id, each);
}

function putSettled({ inbox }: Tables, { id, state, outcome }: SettledMessage): void {
  const row = inbox.get(id);
  if (row?.state === 'waiting') inbox.set(id, { ...row, state, outcome: outcome as Answer });
}

function putSkew(tables: Tables, caseId: string, skewMs: number): void {
  const filed = tables.subjectFile.get(caseId);
  const clock = tables.subjectClock.get(caseId);
  if (filed === undefined || clock === undefined) return;
  const ahead = skewMs - filed.skew_ms;
  const moved = (at: string | null): string | null => (at === null ? null : isoOf(Date.parse(at) - ahead));
  tables.subjectFile.set(caseId, { ...filed, skew_ms: skewMs });
  tables.subjectClock.set(caseId, { ...clock, rings_at: moved(clock.rings_at), wakes_at: moved(clock.wakes_at) });
}

function putChange(house: ModelHouse, caseId: string, change: CaseChange, skewMs: number | undefined): void {
  const { tables } = house;
  const filed = tables.subjectFile.get(caseId);
  const { file, entries, head, state, version, clock } = change;
  tables.subjectFile.set(caseId, {
    ...file,
    clock_at: entries.at(-1)?.at ?? isoOf(state.openedAt),
    head,
    version,
    skipping: filed?.skipping ?? false,
    skew_ms: skewMs ?? filed?.skew_ms ?? 0,
  });
  tables.current.set(caseId, state);
  if (change.snapshot) tables.subjectState.set(caseId, { seq: state.seq, state });
  tables.ledger.set(caseId, [...(tables.ledger.get(caseId) ?? []), ...entries]);
  for (const row of change.duties) tables.duty.set(`${caseId} ${row.key}`, { ...(tables.duty.get(`${caseId} ${row.key}`) ?? row), ...movesOf(row) });
  for (const row of change.effects)
    tables.effect.set(row.key, { ...(tables.effect.get(row.key) ?? row), state: row.state, series: row.series, retry_at: row.retry_at });
  putAlerts(house, caseId, change);
  if (change.frees) for (const [key, holder] of tables.claim) if (holder === caseId) tables.claim.delete(key);
  for (const { kind, thing } of change.freed) if (tables.claim.get(`${kind} ${thing}`) === caseId) tables.claim.delete(`${kind} ${thing}`);
  for (const { fresh: _, ...row } of change.places) tables.placeUse.set(`${row.stay_id} ${row.person_id}`, row);
  const { armed_at, run_id, seen_seq, looked_at } = tables.subjectClock.get(caseId) ?? { armed_at: null, run_id: null, seen_seq: 0, looked_at: null };
  tables.subjectClock.set(caseId, { ...clock, armed_at, run_id, seen_seq, looked_at });
  if (change.wake !== undefined) putWake(house, caseId, change.wake, clock);
}

/** What a later take may change of a duty. */
function movesOf({ case_manager, due_at, standing, ended_at }: DutyRow): Pick<DutyRow, 'case_manager' | 'due_at' | 'standing' | 'ended_at'> {
  return { case_manager, due_at, standing, ended_at };
}

function putAlerts({ tables, clock }: ModelHouse, caseId: string, { alerts }: CaseChange): void {
  for (const row of alerts) {
    tables.alert.set(row.id, row);
    const lane = tables.duty.get(`${caseId} ${row.duty_key}`)?.urgent === true ? 1 : 2;
    for (const channel of ['webhook', 'mail'] as const) {
      tables.alertDelivery.set(`${row.id} ${channel}`, {
        alert_id: row.id,
        channel,
        turn: row.turn,
        lane,
        state: 'waiting',
        attempts: 0,
        due_at: clock(),
        lease: undefined,
      });
    }
  }
}

/** Coalesced per case: the earlier of both instants, the name of the earlier one. */
function putWake(
  { tables, clock }: ModelHouse,
  caseId: string,
  { lane, name, seq, must, within_ms, looks_after }: WakeWriting,
  { wakes_at, rings_at }: ClockRow,
): void {
  const now = clock();
  const armedAt = tables.subjectClock.get(caseId)?.armed_at ?? null;
  const dueAt = must || !isArmed(armedAt, looks_after ? rings_at : wakes_at, now) ? now : now + within_ms;
  const waits = tables.wake.get(caseId);
  if (waits === undefined) {
    tables.wake.set(caseId, { lane, name, seq, rebuild: false, since: now, due_at: dueAt, attempts: 0, lease: undefined });
    return;
  }
  const earlier = waits.due_at <= dueAt;
  const merged: WakeKept = {
    ...waits,
    lane: Math.min(waits.lane, lane),
    seq,
    name: earlier ? waits.name : name,
    attempts: earlier ? waits.attempts : 0,
    due_at: Math.min(waits.due_at, dueAt),
  };
  tables.wake.set(caseId, merged);
}

/** True when something rings early enough for the next moment of the case, or when it has none. */
function isArmed(armedAt: Instant | null, wakesAt: string | null, now: Instant): boolean {
  if (wakesAt === null) return true;
  return armedAt !== null && armedAt <= Date.parse(wakesAt) && armedAt > now;
}
