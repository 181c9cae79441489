/**
 * Each list and count of a full house is read from an index: what Postgres touches for it is the page that it shows, or one
 * group of rows that the house does not enlarge. A new read gets its row in HOUSE_READS or HOUSE_PATROLS, and is held to it here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool, type Pool } from '../../db/pool.js';
import { generateAdoptions } from '../../tools/bench/generated-adoptions.js';
import { GENERATED_TABLES, generateCases } from '../../tools/bench/generate-cases.js';
import { HOUSE_PATROLS, HOUSE_READS, viewpointOf, type Reach, type Viewpoint } from '../../tools/bench/house-reads.js';
import { plansOf, type PlanSummary } from '../../tools/bench/query-plan.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { TEST_VAULT } from '../stack/keys.js';

const CASES = 1_500;
const TOLD = 400;
const LIMIT = 5;
/** Of so few rows Postgres would rather read all and sort them; of many it takes the way that it is shown here. */
const AS_IF_FULL = ['enable_seqscan = off', 'enable_bitmapscan = off', 'enable_sort = off', 'enable_hashjoin = off', 'enable_mergejoin = off'];

let database: TestDatabase;
let owner: Pool;
let from: Viewpoint;
let most: Record<Reach, number>;

beforeAll(async () => {
  database = await createDatabase();
  owner = createPool(database.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-owner', statementTimeoutMs: 60_000 });
  await generateCases(owner, { cases: CASES, centers: 4, lives: 30 });
  const adoptions = await generateAdoptions(owner, TOLD);
  from = await viewpointOf(owner, adoptions, { now: Date.now(), limit: LIMIT });
  most = await reachesOf(from);
}, 120_000);

afterAll(async () => {
  await owner.end();
  await database.drop();
});

/** What one row of a page may cost: itself, what it is joined with, and the deliveries and notices of an alert. */
const ROWS_OF_AN_ITEM = 6;

async function reachesOf({ center, manager }: Viewpoint): Promise<Record<Reach, number>> {
  const count = async (sql: string, ...values: string[]): Promise<number> => {
    const { rows } = await owner.query<{ rows: number }>(`select count(*)::int as rows from ${sql}`, values);
    return rows[0]?.rows ?? 0;
  };
  const page = (LIMIT + 1) * ROWS_OF_AN_ITEM;
  return {
    page,
    // As many entries as there are between two stored states, the alerts, the messages.
    case: 25 * 12,
    // A page of cases with the entries since their stored states.
    states: 25 * 25,
    manager: page + (await count('case_file where center = $1 and case_manager = $2', center, manager)),
    owed_in_center: page + (await count(`duty where center = $1 and standing in ('open', 'overdue', 'exceeded')`, center)),
    ended_in_center: page + (await count(`duty where center = $1 and standing = 'met'`, center)),
    running: page + (await count('case_file where running')),
    // Each with its case, and of these no more than ten thousand.
    owed: page + 2 * (await count(`duty where standing in ('open', 'overdue', 'exceeded')`)),
    told: page + TOLD,
    waiting:
      page + (await count(`alert_delivery where state in ('waiting', 'failed')`)) + (await count(`inbox where state = 'waiting'`)) + 2 * (await count('wake')),
  };
}

describe('a full house', () => {
  it('is large enough for the difference to show', async () => {
    const sizes = await Promise.all(
      ['case_file', 'duty', 'alert'].map(async (table) => {
        const { rows } = await owner.query<{ rows: number }>(`select count(*)::int as rows from ${table}`);
        return rows[0]?.rows ?? 0;
      }),
    );
    for (const size of sizes) expect(size).toBeGreaterThan(10 * most.page);
    expect(most.owed_in_center).toBeGreaterThan(5 * most.page);
  });

  it.each([...HOUSE_READS, ...HOUSE_PATROLS])('$name: $reach', async ({ reach, read }) => {
    const plan = await plansOf(database.pool, (pool) => read(pool, from), AS_IF_FULL);
    expect(plan.scanned.filter(isGenerated)).toEqual([]);
    expect(plan.indexes).not.toEqual([]);
    expect(plan.touched).toBeLessThanOrEqual(most[reach]);
    expect(plan.sorted).toBeLessThanOrEqual(most[reach]);
  });

  it('shows when a read has no index', async () => {
    const plan: PlanSummary = await plansOf(
      database.pool,
      (pool) => pool.query('select subject_id from case_file order by overdue, subject_id limit 5'),
      AS_IF_FULL,
    );
    expect(plan.touched).toBe(CASES);
    expect(plan.sorted).toBe(CASES);
  });
});

function isGenerated(table: string): boolean {
  return (GENERATED_TABLES as readonly string[]).includes(table);
}
