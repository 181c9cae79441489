/** What Postgres did for a read, from its own explanation: which rows it touched on the way, and which it sorted. */
import type { Pool } from '../../db/pool.js';

export interface PlanSummary {
  /** Tables that were read from end to end. */
  scanned: string[];
  indexes: string[];
  /** Rows that were looked at, those included that a filter threw away. */
  touched: number;
  /** Rows of the largest set that was put in order. */
  sorted: number;
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/**
 * Runs a read and has each of its statements explained beside it.
 * @param settings of the planner for the explanation, as `enable_seqscan = off`
 */
export async function plansOf(pool: Pool, read: (pool: Pool) => Promise<unknown>, settings: readonly string[] = []): Promise<PlanSummary> {
  const roots: PlanNode[] = [];
  const connection = {
    query: async (statement: string | { text: string; values?: unknown[] }, values?: unknown[]) => {
      const given = typeof statement === 'string' ? { text: statement, values: values ?? [] } : { text: statement.text, values: statement.values ?? [] };
      roots.push(await explained(pool, given, settings));
      return pool.query(given.text, given.values);
    },
  };
  // A read may also ask for a connection; its statements go the same way.
  const listening = { ...connection, connect: async () => ({ ...connection, release: () => undefined }) };
  await read(listening as unknown as Pool);
  return summaryOf(roots);
}

async function explained(pool: Pool, { text, values }: { text: string; values: unknown[] }, settings: readonly string[]): Promise<PlanNode> {
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query(`begin; ${settings.map((setting) => `set local ${setting};`).join(' ')}`);
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (analyze, timing off, format json) ${text}`, values);
    await client.query('rollback');
    failed = false;
    const [row] = rows;
    if (row === undefined) throw new Error('Postgres explained nothing');
    return row['QUERY PLAN'][0].Plan;
  } finally {
    // Still inside of its transaction: nobody else may get it.
    client.release(failed);
  }
}

function summaryOf(roots: readonly PlanNode[]): PlanSummary {
  const nodes = roots.flatMap(allOf);
  return {
    scanned: [...new Set(nodes.flatMap((node) => (node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : [])))],
    indexes: [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))],
    touched: sum(nodes.filter((node) => node['Relation Name'] !== undefined).map(rowsOf)),
    sorted: Math.max(0, ...nodes.filter((node) => node['Node Type'].endsWith('Sort')).flatMap((node) => (node.Plans ?? []).map(rowsOf))),
  };
}

function allOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(allOf)];
}

function rowsOf(node: PlanNode): number {
  const each = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return Math.round(each * node['Actual Loops']);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
