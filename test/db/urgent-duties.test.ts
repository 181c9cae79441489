/** A threat is first in what is due, whatever the dates of the rest, on every page of the list. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCursor, BadCursor } from '../../db/keyset.js';
import { listDuties, type DutyListItem } from '../../db/lists.js';
import type { Pool } from '../../db/pool.js';
import { CENTER, command, local } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { RecordedLife } from './recorded-life.js';

let database: TestDatabase;
const quiet: RecordedLife[] = [];
/** A threat is found in the night of 13 January, when the other cases' terms have long ended. */
let threatened: RecordedLife[];

beforeAll(async () => {
  database = await createDatabase();
  for (const day of ['2026-01-05', '2026-01-08', '2026-01-12']) quiet.push(await opened(local(day)));
  threatened = [await opened(local('2026-01-12', 9)), await opened(local('2026-01-12', 11))];
  for (const [place, life] of threatened.entries()) {
    const at = local('2026-01-13', 23 - place, 48);
    await life.turn(at, { kind: 'command', command: command('recordThreat', { direct: true, noteId: 'note-1' }) });
  }
});
afterAll(() => database.drop());

async function opened(at: number): Promise<RecordedLife> {
  const life = new RecordedLife(database.pool);
  await life.open(at);
  return life;
}

async function pagesOf(limit: number, pool: Pool = database.pool): Promise<DutyListItem[]> {
  const items: DutyListItem[] = [];
  let after: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof listDuties>> = await listDuties(pool, { center: CENTER, limit, ...(after === undefined ? {} : { after }) });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items;
}

const placeOf = ({ caseId, key }: { caseId?: string; key: string }): string => `${caseId} ${key}`;

describe('P53: what is due', () => {
  it('begins with the threats, the one that ends first before the other, and goes on by date', async () => {
    const owed = await pagesOf(100);
    const [later, earlier] = threatened;
    const answers = owed.filter(({ rule }) => rule === 'P4').map(({ caseId }) => caseId);
    expect(answers).toEqual([earlier?.caseId, later?.caseId]);
    // P4 in hours, and the assessment under a threat, which is raised in the same way.
    const urgent = owed.filter(({ urgent: first }) => first);
    expect(new Set(urgent.map(({ rule }) => rule))).toEqual(new Set(['P4', '256-13-2T']));
    expect(owed.slice(0, urgent.length)).toEqual(urgent);
    for (const part of [urgent, owed.slice(urgent.length)]) {
      const ends = part.map(({ dueAt }) => dueAt ?? Infinity);
      expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    }
    expect(owed[urgent.length]?.dueAt).toBeLessThan(urgent[0]?.dueAt ?? 0);
  });

  it.each([1, 2, 3, 5])('is told once and whole in pages of %d', async (limit) => {
    const whole = await pagesOf(100);
    expect((await pagesOf(limit)).map(placeOf)).toEqual(whole.map(placeOf));
    expect(new Set(whole.map(placeOf)).size).toBe(whole.length);
    const expected = [...quiet, ...threatened].flatMap(({ caseId, caseState }) =>
      caseState.duties.filter(({ state }) => state === 'open').map(({ key }) => placeOf({ caseId, key })),
    );
    expect(whole.map(placeOf).toSorted()).toEqual(expected.toSorted());
  });

  it('is read from its index, the first page and every next one', async () => {
    const { items, next } = await listDuties(database.pool, { center: CENTER, limit: 2 });
    expect(items).toHaveLength(2);
    for (const after of [undefined, next]) {
      const plan = await planOf((pool) => listDuties(pool, { center: CENTER, limit: 2, ...(after === undefined ? {} : { after }) }));
      expect(plan).toContain('using duty_due');
      expect(plan).not.toContain('Sort');
      // The place of the cursor is where the index is entered, not a filter over all that lies before it.
      expect(/Index Cond: .*/.exec(plan)?.[0].includes('urgent')).toBe(after !== undefined);
    }
  });

  it('refuses a cursor of the order that it had before', async () => {
    const [first] = await pagesOf(1);
    const former = encodeCursor(['2026-01-15 19:00:00+00', first?.caseId ?? '', first?.key ?? '']);
    await expect(listDuties(database.pool, { center: CENTER, limit: 1, after: former })).rejects.toBeInstanceOf(BadCursor);
  });
});

/** How Postgres would read the list with many rows: of few it prefers to read all and sort them. */
async function planOf(read: (pool: Pool) => Promise<unknown>): Promise<string> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await client.query('set local enable_seqscan = off');
    await client.query('set local enable_bitmapscan = off');
    let plan = '';
    const explaining = {
      query: async (text: string, values: unknown[]) => {
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
        plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        return { rows: [] };
      },
    };
    await read(explaining as unknown as Pool);
    return plan;
  } finally {
    await client.query('rollback');
    client.release();
  }
}
