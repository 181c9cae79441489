/**
 * A house full of cases, made in the database itself: some hundred lives of the simulation, projected as the product
 * does it, copied under other ids, Centers, case managers and days. For measuring reads. A generated ledger holds only
 * what reads need, the entries after the stored state, under the digests of the life they are copied from:
 * `ledger verify` rightly refuses it. Nobody's personal data is made, and no journal of appeals.
 */
import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import type { Pool, PoolClient } from '../../db/pool.js';
import type { Instant } from '../../domain/law/calendar.js';
import { ALARMS, COPY_STATEMENTS, COPY_TABLE, SAMPLE_TABLES } from './generated-rows.js';
import { sampleLives, type SampleLife } from './sample-lives.js';

export interface GenerationOptions {
  cases: number;
  /** Part of the cases in which something may still happen; default 0.4, several times a Center's usual part. */
  runningShare?: number;
  /** Default 200, of which the first is many times as large as most. */
  centers?: number;
  /** Lives that are copied, of each kind; default 60. */
  lives?: number;
  seed?: number;
  now?: Instant;
  tell?: (line: string) => void;
}

export interface GeneratedHouse {
  cases: number;
  running: number;
  seconds: number;
}

/** So many cases are written by one statement a table. */
const AT_ONCE = 25_000;

/**
 * Fills the tables; they may hold other cases already.
 * @param owner the owner's pool: Centers are the owner's to write
 */
export async function generateCases(owner: Pool, options: GenerationOptions): Promise<GeneratedHouse> {
  const { cases, runningShare = 0.4, centers = 200, lives = 60, seed = 1, now = Date.now(), tell = () => {} } = options;
  const begun = performance.now();
  const running = Math.round(cases * runningShare);
  const client = await owner.connect();
  try {
    // A table takes minutes, and its commit need not be on the disk.
    await client.query(`set statement_timeout = 0; set synchronous_commit = off; set work_mem = '64MB'`);
    await writeSamples(client, sampleLives({ running: lives, over: lives, now, seed }));
    await client.query(COPY_TABLE, [cases, running, lives, centers, DEVELOPMENT_CENTERS.map(({ id }) => id), seed / 1_000]);
    await client.query('create index on copy (number); analyze copy');
    for (let from = 0; from < cases; from += AT_ONCE) {
      for (const statement of COPY_STATEMENTS) await client.query(statement, [from, from + AT_ONCE]);
      tell(`${Math.min(cases, from + AT_ONCE)} of ${cases} cases are generated`);
    }
    for (const statement of ALARMS) await client.query(statement);
    // As on a house that has stood for a day: statistics taken, and pages known to be visible to all.
    await client.query(`vacuum analyze ${GENERATED_TABLES.join(', ')}`);
    await client.query(`drop table copy, ${Object.keys(SAMPLE_TABLES).map(sampleName).join(', ')}`);
  } finally {
    // Its settings and tables must meet nobody else.
    client.release(true);
  }
  return { cases, running, seconds: (performance.now() - begun) / 1_000 };
}

/** Tables that a generated house fills. */
export const GENERATED_TABLES = [
  'subject_file',
  'subject_state',
  'subject_clock',
  'wake',
  'duty',
  'effect',
  'alert',
  'alert_delivery',
  'notice',
  'inbox',
  'ledger',
  'alarm',
  'alarm_delivery',
] as const;

function sampleName(table: string): string {
  return `sample_${table}`;
}

/** The rows of the lives, each with the number of its life, in temporary tables of the same shape. */
async function writeSamples(client: PoolClient, lives: readonly SampleLife[]): Promise<void> {
  for (const [table, { like, rowsOf }] of Object.entries(SAMPLE_TABLES)) {
    const rows = lives.flatMap((life, sample) => rowsOf(life).map((row) => ({ sample, ...row })));
    await client.query(`create temporary table ${sampleName(table)} (${like}, sample integer not null)`);
    await client.query(`insert into ${sampleName(table)} select * from json_populate_recordset(null::${sampleName(table)}, $1::json)`, [JSON.stringify(rows)]);
    await client.query(`create index on ${sampleName(table)} (sample); analyze ${sampleName(table)}`);
  }
}
