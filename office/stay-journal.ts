/**
 * The journal of temporary stays in the 14 columns of the form (J-FORM, J-EV-TEMP): out of the ledgers, by the table of rights.
 * Where violence is known the home address is blank for everybody but the head (P43).
 */
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { XLSX, type JournalQuery, type StayJournal } from '../contracts/http/places.js';
import { catalogueOf, type Catalogue } from '../contracts/messages/catalogue.js';
import { fill } from '../contracts/messages/fill.js';
import type { Language } from '../contracts/messages/language.js';
import { STAY_COLUMNS, type StayColumn } from '../contracts/stay-journal.js';
import { recordLook } from '../db/access-log.js';
import { findCenter } from '../db/centers.js';
import type { Pool } from '../db/pool.js';
import { readPersonsById, readTextsById, type PersonRead } from '../db/reads.js';
import { codesOn } from '../db/reference-codes.js';
import { casesWithStays, readStayEntries, type StayEntry } from '../db/rooms.js';
import { FIELDS, type Field } from '../domain/access/sight.js';
import type { Actor } from '../domain/case/facts.js';
import type { StayOrder, StayStanding } from '../domain/case/roads/stay/stay.js';
import { legalDayOf, startOfDay, endOfDay, type Instant, type LegalDay } from '../domain/law/calendar.js';
import { ageOn } from '../domain/person/age.js';
import { sexByIin } from '../domain/person/sex.js';
import { sightsOf, type CaseSight } from './case-access.js';
import type { Download } from './documents.js';
import { requireOwn, requirePeriod } from './places.js';
import { refused } from './problem.js';
import { journalSheet } from './stay-sheet.js';

export type Journal = z.input<typeof StayJournal>;

const MOST_DAYS = 366;

/** @throws ProblemError `center_unknown`, `period_invalid` */
export async function readStayJournal(pool: Pool, actor: Actor, center: string, query: z.output<typeof JournalQuery>): Promise<Journal> {
  requireOwn(actor, center);
  const { from, to, language } = query;
  requirePeriod(from, to, MOST_DAYS);
  const known = await findCenter(pool, center);
  if (known === undefined) throw refused({ code: 'center_unknown' });
  const ids = await casesWithStays(pool, center, from, to);
  const [entries, sights] = await Promise.all([readStayEntries(pool, ids), sightsOf(pool, actor, ids)]);
  const stays = staysIn(entries).filter(({ admittedAt, endedAt }) => admittedAt < endOfDay(to) && (endedAt ?? Infinity) >= startOfDay(from));
  const shown = stays.filter(({ caseId }) => sights.has(caseId));
  const beside = await readBeside(pool, shown, language);
  await noteJournal(pool, actor, new Map([...sights].filter(([id]) => shown.some(({ caseId }) => caseId === id))));
  const lines = shown.flatMap((stay) => linesOf(stay, sights.get(stay.caseId), actor, beside));
  return {
    center,
    nameKk: known.nameKk,
    nameRu: known.nameRu,
    title: beside.words.stayJournal.title,
    from,
    to,
    language,
    columns: STAY_COLUMNS.map((column) => beside.words.stayColumns[column]),
    rows: lines.map(({ cells, ...line }, place) => ({
      ...line,
      cells: STAY_COLUMNS.map((column) => (column === 'number' ? String(place + 1) : cells[column])),
    })),
    withheld: stays.length - shown.length,
  };
}

/** The same as a sheet. @throws as `readStayJournal` */
export async function downloadStayJournal(pool: Pool, actor: Actor, center: string, query: z.output<typeof JournalQuery>): Promise<Download> {
  const bytes = await journalSheet(await readStayJournal(pool, actor, center, query));
  const { from, to } = query;
  return { mediaType: XLSX, size: bytes.length, fileName: `stay-journal-${from}-${to}.xlsx`, parts: Readable.from([bytes]) };
}

async function noteJournal(pool: Pool, actor: Actor, shown: ReadonlyMap<string, CaseSight>): Promise<void> {
  if (shown.size === 0) return;
  const fields = FIELDS.filter((field) => field !== 'plan' && [...shown.values()].some((sight) => sight.fields.has(field)));
  await recordLook(pool, { actor, act: 'readStayJournal', cases: [...shown.keys()], fields, outcome: 'shown', withinWork: true });
}

/** An event of the journal: on which day, by which order. */
interface Dated {
  at: Instant;
  order?: StayOrder;
  mark?: 'returned';
}

/** A stay as the ledger tells it. */
interface ToldStay {
  caseId: string;
  stayId: string;
  personIds: readonly string[];
  standing: StayStanding;
  admittedAt: Instant;
  endedAt?: Instant;
  admission: StayOrder;
  returned: boolean;
  arrivals: readonly Dated[];
  leaves: readonly Dated[];
  departure?: Dated;
  transfer?: Dated;
  reason?: string;
  destinationId?: string;
}

function staysIn(entries: readonly { caseId: string; entry: StayEntry }[]): ToldStay[] {
  const stays = new Map<string, ToldStay>();
  for (const { caseId, entry } of entries) {
    const told = entry.type === 'StayAdmitted' ? admitted(caseId, entry) : goneOn(stays.get(entry.data.stayId), entry);
    if (told !== undefined) stays.set(told.stayId, told);
  }
  return [...stays.values()].toSorted((a, b) => a.admittedAt - b.admittedAt);
}

function admitted(caseId: string, { data, occurredAt }: Extract<StayEntry, { type: 'StayAdmitted' }>): ToldStay {
  const { stayId, persons, order, returned } = data;
  const personIds = persons.map(({ personId }) => personId);
  return { caseId, stayId, personIds, standing: 'admitted', admittedAt: occurredAt, admission: order, returned, arrivals: [], leaves: [] };
}

/** Undefined where the ledger that was read does not begin with the admission. */
function goneOn(stay: ToldStay | undefined, entry: Exclude<StayEntry, { type: 'StayAdmitted' }>): ToldStay | undefined {
  if (stay === undefined) return undefined;
  const at = entry.occurredAt;
  switch (entry.type) {
    case 'StayArrived':
      return { ...stay, standing: 'inside', arrivals: [{ at, order: stay.admission, ...(stay.returned ? { mark: 'returned' } : {}) }] };
    case 'StayLeftForAWhile':
      return { ...stay, standing: 'away', leaves: [...stay.leaves, { at, order: entry.data.order }] };
    case 'StayReturned':
      return { ...stay, standing: 'inside', arrivals: [...stay.arrivals, { at, order: entry.data.order, mark: 'returned' }] };
    case 'StayLeft':
      return { ...ended(stay, 'left', entry), departure: { at, order: entry.data.order }, ...destinationIn(entry.data) };
    case 'StayTransferred':
      return { ...ended(stay, 'transferred', entry), transfer: { at, order: entry.data.order }, ...destinationIn(entry.data) };
    case 'StayCancelled':
      return ended(stay, 'cancelled', entry);
  }
}

type End = Extract<StayEntry, { type: 'StayLeft' | 'StayTransferred' | 'StayCancelled' }>;

function ended(stay: ToldStay, standing: StayStanding, { data, occurredAt }: End): ToldStay {
  return { ...stay, standing, endedAt: occurredAt, reason: data.reason };
}

function destinationIn({ destinationId }: { destinationId?: string }): { destinationId?: string } {
  return destinationId === undefined ? {} : { destinationId };
}

/** What stands beside the ledger: people, words of people, titles of codes, words of the form. */
interface Beside {
  people: ReadonlyMap<string, PersonRead>;
  texts: ReadonlyMap<string, string>;
  reasons: ReadonlyMap<string, string>;
  words: Catalogue;
  language: Language;
  today: LegalDay;
}

async function readBeside(pool: Pool, stays: readonly ToldStay[], language: Language): Promise<Beside> {
  const today = legalDayOf(Date.now());
  const [people, texts, codes] = await Promise.all([
    readPersonsById(
      pool,
      stays.flatMap(({ personIds }) => personIds),
    ),
    readTextsById(
      pool,
      stays.flatMap(({ destinationId }) => destinationId ?? []),
    ),
    codesOn(pool, 'stay_reason', today),
  ]);
  const reasons = new Map(codes.map(({ code, title }) => [code, title[language]]));
  return { people, texts, reasons, words: catalogueOf(language), language, today };
}

type Cells = Readonly<Record<StayColumn, string>>;

/** A line for each person. */
function linesOf(
  stay: ToldStay,
  sight: CaseSight | undefined,
  actor: Actor,
  beside: Beside,
): { caseId: string; stayId: string; personId: string; cells: Cells }[] {
  const { caseId, stayId, personIds } = stay;
  const sees = (field: Field): boolean => sight?.fields.has(field) === true;
  const seesHome = sees('address') && (sight?.kind !== 'violence' || actor.role === 'center_head');
  return personIds.map((personId) => ({
    caseId,
    stayId,
    personId,
    cells: { ...eventCells(stay, sees, beside), ...personCells(sees('identity') ? beside.people.get(personId) : undefined, seesHome, beside) },
  }));
}

function personCells(
  person: PersonRead | undefined,
  seesHome: boolean,
  { words, language, today }: Beside,
): Pick<Cells, 'number' | 'fullName' | 'birth' | 'sex' | 'address' | 'phone' | 'rehabilitation'> {
  const sex = person?.iin === undefined ? undefined : sexByIin(person.iin);
  return {
    number: '',
    fullName: person?.fullName ?? '',
    birth: birthCell(person, words, language, today),
    sex: sex === undefined ? '' : words.stayJournal[sex],
    address: seesHome ? (person?.address ?? '') : '',
    phone: person?.phone ?? '',
    // Nobody records it: the column is of homes of special social services.
    rehabilitation: '',
  };
}

function birthCell(person: PersonRead | undefined, { stayJournal }: Catalogue, language: Language, today: LegalDay): string {
  if (person?.birthDate !== undefined) return `${dayText(person.birthDate)}, ${fill(stayJournal.age, { age: ageOn(today, person.birthDate) }, language)}`;
  return person?.bornAbout === undefined ? '' : fill(stayJournal.bornAbout, { year: String(person.bornAbout) }, language);
}

function eventCells(stay: ToldStay, sees: (field: Field) => boolean, beside: Beside): Omit<Cells, keyof ReturnType<typeof personCells>> {
  const { standing, arrivals, leaves, departure, transfer, reason, destinationId } = stay;
  const dated = (events: readonly (Dated | undefined)[]): string =>
    events.flatMap((event) => (event === undefined ? [] : [datedText(event, beside)])).join('; ');
  return {
    status: beside.words.stayStandings[standing],
    arrival: dated(arrivals),
    temporaryLeave: dated(leaves),
    departure: dated([departure]),
    departureReason: reason === undefined ? '' : (beside.reasons.get(reason) ?? reason),
    transfer: dated([transfer]),
    destination: destinationId !== undefined && sees('narrative') ? (beside.texts.get(destinationId) ?? '') : '',
  };
}

function datedText({ at, order, mark }: Dated, { words: { stayJournal }, language }: Beside): string {
  const day = dayText(legalDayOf(at));
  const text = order === undefined ? day : fill(stayJournal.order, { day, number: order.number, date: dayText(order.date) }, language);
  return mark === undefined ? text : `${text} (${stayJournal[mark]})`;
}

/** As forms have it: 12.01.2026. */
function dayText(day: LegalDay): string {
  return day.split('-').toReversed().join('.');
}
