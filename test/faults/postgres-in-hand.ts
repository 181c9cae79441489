/**
 * Holds Postgres at a chosen point of a take's commit, so that a kill hits exactly there: before the
 * commit, when nothing of the take may remain, or after it, when all is written and nobody knows. And
 * keeps a backup of the database, to put it in its place later.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { eventually } from '../stack/eventually.js';
import { PATIENCE_MS, type House } from './house.js';

const BACKUP = 'backup';

/** The setting is in force a moment later: then a commit that changes nothing is held as well. */
async function untilCommitsAreHeld(probe: Client, observer: Client): Promise<void> {
  const { rows } = await probe.query<{ pid: number }>('select pg_backend_pid() as pid');
  for (;;) {
    let over = false;
    void probe.query(`select pg_logical_emit_message(true, 'test', 'is a commit held?')`).then(
      () => (over = true),
      () => (over = true),
    );
    const outcome = await eventually(
      async () => {
        const { rowCount } = await observer.query(`select from pg_stat_activity where pid = $1 and wait_event = 'SyncRep'`, [rows[0]?.pid]);
        if (rowCount === 1) return 'held';
        return over ? 'done' : undefined;
      },
      'a commit is held or done',
      PATIENCE_MS,
    );
    if (outcome === 'held') return;
  }
}

export class PostgresInHand {
  private readonly house: House;
  private session: Client | undefined;
  private wordIsHeldBack = false;

  constructor(house: House) {
    this.house = house;
  }

  /** From now on nothing gets into the ledger: a take waits before its commit. */
  async holdBeforeCommit(): Promise<void> {
    await this.hold('lock table ledger in share mode');
  }

  /** From now on nothing is written of these cases. */
  async holdCases(caseIds: readonly string[]): Promise<void> {
    await this.hold('select from case_file where subject_id = any ($1) for update', [caseIds]);
  }

  private async hold(sql: string, values: unknown[] = []): Promise<void> {
    this.session = new Client({ connectionString: this.house.servers.ownerUrl, application_name: 'tirek-test-hand' });
    this.session.on('error', () => {}); // its server is going to be killed
    await this.session.connect();
    await this.session.query('begin');
    await this.session.query(sql, values);
  }

  /** Waits until a take stands before its commit. */
  async untilHeldBeforeCommit(): Promise<void> {
    await this.untilTakeWaits(`wait_event_type = 'Lock'`);
  }

  /**
   * From now on nobody hears of a commit: it is on disk and waits for a standby server that does not exist. A
   * statement that runs into its bound hears of it all the same, so the server must be killed within seconds.
   */
  async holdBackWord(): Promise<void> {
    const [probe, observer] = [await this.superuser(), await this.superuser()];
    this.wordIsHeldBack = true;
    await observer.query(`alter system set synchronous_standby_names = 'nobody'`);
    await observer.query('select pg_reload_conf()');
    await untilCommitsAreHeld(probe, observer);
    await observer.end();
  }

  /** Waits until a take is committed and nobody has heard of it. */
  async untilCommittedUntold(): Promise<void> {
    await this.untilTakeWaits(`wait_event = 'SyncRep'`);
  }

  /** Lets go of all that is held. */
  async letGo(): Promise<void> {
    await this.session?.end().catch(() => {}); // with its server gone there is nothing to end
    this.session = undefined;
    if (this.wordIsHeldBack) await this.tellCommits();
  }

  private async tellCommits(): Promise<void> {
    const session = await this.superuser();
    await session.query('alter system reset synchronous_standby_names');
    await session.query('select pg_reload_conf()');
    await session.end();
    this.wordIsHeldBack = false;
  }

  /** For the time when the server is dead: its next life waits for no standby. */
  async forgetStandby(): Promise<void> {
    const { place } = this.house.servers.postgres;
    if (place === undefined) throw new Error('the Postgres of this test has no folder');
    await writeFile(join(place, 'cluster', 'postgresql.auto.conf'), '');
    this.wordIsHeldBack = false;
  }

  /** A backup of the database as it is now; everybody's connections break for a moment. */
  async backUp(): Promise<void> {
    await this.withoutSessions(async (maintenance, database) => {
      await maintenance.query(`create database ${BACKUP} template ${database}`);
    });
  }

  /** The backup takes the place of the database, while everybody works: what came after it never was. */
  async restore(): Promise<void> {
    await this.withoutSessions(async (maintenance, database) => {
      await maintenance.query(`alter database ${database} rename to ${database}_lost`);
      await maintenance.query(`alter database ${BACKUP} rename to ${database}`);
    });
  }

  /** Nobody is in the database, and nobody gets in, until the work is done. */
  private async withoutSessions(work: (maintenance: Client, database: string) => Promise<void>): Promise<void> {
    const database = new URL(this.house.servers.ownerUrl).pathname.slice(1);
    const maintenance = await this.superuser('postgres');
    await maintenance.query(`alter database ${database} allow_connections false`);
    await maintenance.query('select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = $1', [database]);
    await work(maintenance, database);
    await maintenance.query(`alter database ${database} allow_connections true`);
    await maintenance.end();
  }

  private async untilTakeWaits(so: string): Promise<void> {
    // What another role has just asked is shown to the superuser alone.
    const observer = await this.superuser();
    try {
      await eventually(
        async () => {
          const { rowCount } = await observer.query(
            // Of a long statement only its beginning is shown.
            `select from pg_stat_activity where query like '%update subject_file set%' and pid <> pg_backend_pid() and ${so}`,
          );
          return rowCount === 0 ? undefined : true;
        },
        `a take waits: ${so}`,
        PATIENCE_MS,
      );
    } finally {
      await observer.end();
    }
  }

  /** A session that lasts until its server is killed. */
  private async superuser(database?: string): Promise<Client> {
    const passwords = JSON.parse(await readFile(join(this.house.dir, 'postgres-passwords.json'), 'utf8')) as { superuser: string };
    const url = new URL(this.house.servers.ownerUrl);
    url.username = 'postgres';
    url.password = passwords.superuser;
    if (database !== undefined) url.pathname = `/${database}`;
    const client = new Client({ connectionString: url.toString() });
    client.on('error', () => {}); // its server is going to be killed
    await client.connect();
    return client;
  }
}
