/** Finding people without reading anybody: by keyed words of the name, the last digits of the telephone, the day of birth. */
import { searchWords, type Findable } from '../domain/person/search-words.js';
import { blindIndexOf } from './blind-index.js';
import type { Pool } from './pool.js';

export interface FoundPerson {
  personId: string;
  householdId: string;
}

/** More words than these say nothing more. */
const MOST_WORDS = 8;

/**
 * People known to a Center who have all of the words: whole ones, in any order. Nothing is opened; whoever shows them reads them.
 * @returns nobody when nothing is said by which anybody can be found
 * @throws KeysAway
 */
export async function findPeople(pool: Pool, center: string, said: Findable, limit: number): Promise<FoundPerson[]> {
  const words = searchWords(said).slice(0, MOST_WORDS);
  if (words.length === 0) return [];
  const index = await blindIndexOf(pool);
  const tokens = words.map(({ kind, word }) => index.tokens(kind, word).map(({ token }) => token));
  const { rows } = await pool.query<FoundPerson>(statementFor(words.length), [center, limit, ...tokens]);
  return rows;
}

/** One join for each word, so that Postgres, which knows the frequent ones, begins with the rarest. */
function statementFor(words: number): string {
  const joins = Array.from(
    { length: words },
    (_, place) => `join person_token word${place} on word${place}.person_id = person.id and word${place}.token = any($${place + 3}::bytea[])`,
  );
  // While two versions count somebody may have a word by both.
  return `select distinct person.id as "personId", person.household_id as "householdId" from person ${joins.join(' ')}
           where exists (select from appeal where appeal.household_id = person.household_id and appeal.center = $1)
           order by person.id limit $2`;
}
