/**
 * Part "people": finding people by keyed words among those of a full house, and what sealing costs. The house has a family
 * with one person for each case, with names as frequent as names are: the first surname has one of every hundred.
 */
import { randomUUID } from 'node:crypto';
import { findPeople } from '../../../db/find-people.js';
import { placePerson, type Applicant } from '../../../db/households.js';
import { transaction, vaultOf, type Pool } from '../../../db/pool.js';
import { readPersons } from '../../../db/reads.js';
import { searchWords, type Findable } from '../../../domain/person/search-words.js';
import type { BenchPostgres } from '../bench-stack.js';
import { ownDatabase } from '../own-database.js';
import { percentile } from '../statistics.js';

export interface TimedSearch {
  name: string;
  p50: number;
  p99: number;
  found: number;
}

export interface PeopleFigures {
  people: number;
  tokens: number;
  /** Of the table with its indexes, GiB. */
  tokensGiB: number;
  generatedInSeconds: number;
  searches: TimedSearch[];
}

export interface PeopleOptions {
  people: number;
  /** Times that each search is done. */
  times: number;
}

const AT_ONCE = 10_000;
const LIMIT = 50;
const SURNAMES = 6_000;
const GIVEN_NAMES = 400;
const PATRONYMICS = 500;
const CENTERS = 200;

type Person = Findable & { personId: string; householdId: string; center: number };

export async function measurePeople(postgres: BenchPostgres, { people, times }: PeopleOptions, tell: (line: string) => void): Promise<PeopleFigures> {
  const house = await ownDatabase(postgres.database);
  try {
    tell(`People: a house of ${people} people is made`);
    const begun = performance.now();
    const some = await generatePeople(house.owner, people, tell);
    const generatedInSeconds = (performance.now() - begun) / 1_000;
    const { rows } = await house.owner.query<{ tokens: number; bytes: string }>(
      `select (select count(*) from person_token)::int as tokens, pg_total_relation_size('person_token') as bytes`,
    );
    const searches = [...(await timedSearches(house.pool, some, times)), ...(await timedSealing(house.pool, some, times))];
    return { people, tokens: rows[0]?.tokens ?? 0, tokensGiB: Number(rows[0]?.bytes ?? 0) / 2 ** 30, generatedInSeconds, searches };
  } finally {
    await house.drop();
  }
}

/** A number below `most`, low ones more often: the first of a hundred things is met once in ten. */
function frequent(most: number, chance: number): number {
  return Math.floor(most * chance ** 2);
}

function personOf(random: () => number): Person {
  const fullName = `surname${frequent(SURNAMES, random())}ov given${frequent(GIVEN_NAMES, random())} father${frequent(PATRONYMICS, random())}ulu`;
  const birthDate = new Date(Date.UTC(1950 + Math.floor(random() * 75), Math.floor(random() * 12), 1 + Math.floor(random() * 28))).toISOString().slice(0, 10);
  const phone = `+7 7${String(Math.floor(random() * 1e9)).padStart(9, '0')}`;
  return { personId: randomUUID(), householdId: randomUUID(), center: Math.floor(CENTERS * random() ** 1.5), fullName, birthDate, phone };
}

/** The same house for every run. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** @returns people to look for, from all over the house */
async function generatePeople(owner: Pool, people: number, tell: (line: string) => void): Promise<Person[]> {
  const random = chanceOf(1);
  const some: Person[] = [];
  await owner.query(
    `insert into center (id, name_kk, name_ru, territory) select 'bench-' || number, 'x', 'x', '751310000' from generate_series(0, $1::int - 1) number on conflict do nothing`,
    [CENTERS],
  );
  for (let from = 0; from < people; from += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, people - from) }, () => personOf(random));
    await insertPeople(owner, batch);
    some.push(...batch.slice(0, 8));
    if ((from / AT_ONCE) % 5 === 4) tell(`${from + batch.length} of ${people} people are generated`);
  }
  await owner.query('vacuum analyze person, person_token, household, appeal');
  return some;
}

async function insertPeople(owner: Pool, batch: readonly Person[]): Promise<void> {
  const prints = await vaultOf(owner).fingerprints();
  const households = batch.map(({ householdId }) => householdId);
  const ids = batch.map(({ personId }) => personId);
  const centers = batch.map(({ center }) => `bench-${center}`);
  await owner.query('insert into household (id) select unnest($1::uuid[])', [households]);
  await owner.query('insert into person (id, household_id) select * from unnest($1::uuid[], $2::uuid[])', [ids, households]);
  await owner.query(
    `insert into appeal (appeal_id, journal_number, case_id, center, household_id, person_id, channel, threat, registered_by, received_at)
     select gen_random_uuid(), gen_random_uuid()::text, gen_random_uuid(), center, household, person, 1, false, 'bench', now()
       from unnest($1::uuid[], $2::uuid[], $3::text[]) made (household, person, center)`,
    [households, ids, centers],
  );
  const tokens = batch.flatMap(({ personId, ...said }) => searchWords(said).map(({ kind, word }) => ({ personId, kind, token: prints.token(kind, word) })));
  await owner.query('insert into person_token (person_id, kind, token) select * from unnest($1::uuid[], $2::text[], $3::bytea[]) on conflict do nothing', [
    tokens.map(({ personId }) => personId),
    tokens.map(({ kind }) => kind),
    tokens.map(({ token }) => token),
  ]);
}

function word(name: string | undefined, place: number): string {
  return name?.split(' ')[place] ?? '';
}

async function timedSearches(pool: Pool, some: readonly Person[], times: number): Promise<TimedSearch[]> {
  const kinds: readonly [name: string, said: (person: Person) => Findable][] = [
    ['whole name', ({ fullName = '' }) => ({ fullName })],
    ['surname alone', ({ fullName }) => ({ fullName: word(fullName, 0) })],
    ['given name alone', ({ fullName }) => ({ fullName: word(fullName, 1) })],
    ['most frequent surname and given name', () => ({ fullName: 'surname0ov given0' })],
    ['telephone', ({ phone = '' }) => ({ phone })],
    ['candidates: name and birth date', ({ fullName = '', birthDate = '' }) => ({ fullName, birthDate })],
    ['a name that nobody has', () => ({ fullName: 'nobody nowhere' })],
  ];
  const figures: TimedSearch[] = [];
  for (const [name, said] of kinds)
    figures.push(await timed(name, some, times, async (person) => (await findPeople(pool, `bench-${person.center}`, said(person), LIMIT)).length));
  return figures;
}

/** Somebody new with all fields, and a family of three that is opened: keys at hand, as of somebody who works on it. */
async function timedSealing(pool: Pool, some: readonly Person[], times: number): Promise<TimedSearch[]> {
  const applicant: Applicant = { fullName: 'surname1ov given1', phone: '+7 700 000 00 00', address: 'street 1', birthDate: '1990-01-01' };
  const placed = await timed('somebody new is sealed and written', some, times, async ({ householdId }) => {
    await transaction(pool, (client) => placePerson(client, householdId, applicant));
    return 1;
  });
  const opened = await timed('a family is read and opened', some.slice(0, 20), times, async ({ householdId }) => (await readPersons(pool, householdId)).length);
  return [placed, opened];
}

/** The first tries, which warm code and cache, are not counted. */
async function timed(name: string, some: readonly Person[], times: number, act: (person: Person) => Promise<number>): Promise<TimedSearch> {
  const took: number[] = [];
  let found = 0;
  for (let time = -3; time < times; time += 1) {
    const person = some[(time + 3) % some.length];
    if (person === undefined) throw new Error('there is nobody to look for');
    const begun = performance.now();
    found = await act(person);
    if (time >= 0) took.push(performance.now() - begun);
  }
  return { name, p50: percentile(took, 0.5) ?? 0, p99: percentile(took, 0.99) ?? 0, found };
}
