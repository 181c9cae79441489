/**
 * Holds Postgres at a chosen point of the journal's commit, so that a kill hits exactly there: before
 * the commit, when nothing of the turn may remain, or after it, when all is written and nobody knows.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { eventually } from '../stack/eventually.js';
import { PATIENCE_MS, type House } from './house.js';

/** The setting is in force a moment later: then a commit that changes nothing is held as well. */
async function untilCommitsAreHeld(probe: Client, observer: Client): Promise<void> {
  const { rows } = await probe.query<{ pid: number }>('select pg_backend_pid() as pid');
  for (;;) {
    let over = false;
    void probe.query(`select pg_logical_emit_message(true, 'test', 'is a commit held?')`).then(
      () => (over = true),
      () => (over = true),
    );
    const outcome = await eventually(async () => {
      const { rowCount } = await observer.query(`select from pg_stat_activity where pid = $1 and wait_event = 'SyncRep'`, [rows[0]?.pid]);
      if (rowCount === 1) return 'held';
      return over ? 'done' : undefined;
    }, 'a commit is held or done', PATIENCE_MS);
    if (outcome === 'held') return;
  }
}

export class PostgresInHand {
  private readonly house: House;
  private session: Client | undefined;

  constructor(house: House) {
    this.house = house;
  }

  /** From now on no turn gets into the ledger: the journal waits before its commit. */
  async holdBeforeCommit(): Promise<void> {
    this.session = new Client({ connectionString: this.house.servers.ownerUrl, application_name: 'tirek-test-hand' });
    this.session.on('error', () => {}); // its server is going to be killed
    await this.session.connect();
    await this.session.query('begin');
    await this.session.query('lock table ledger in share mode');
  }

  /** Waits until the journal of a turn stands before its commit. */
  async untilHeldBeforeCommit(): Promise<void> {
    await this.untilJournalWaits(`wait_event_type = 'Lock'`);
  }

  /**
   * Lets the waiting turn commit and holds back the word that it did: the commit is on disk and waits
   * for a standby server that does not exist.
   */
  async commitUntold(): Promise<void> {
    const [probe, observer] = [await this.superuser(), await this.superuser()];
    await observer.query(`alter system set synchronous_standby_names = 'nobody'`);
    await observer.query('select pg_reload_conf()');
    await untilCommitsAreHeld(probe, observer);
    await observer.end();
    await this.letGo();
    await this.untilJournalWaits(`wait_event = 'SyncRep'`);
  }

  /** The held commits are told at last. */
  async tellCommits(): Promise<void> {
    const session = await this.superuser();
    await session.query('alter system reset synchronous_standby_names');
    await session.query('select pg_reload_conf()');
    await session.end();
  }

  async letGo(): Promise<void> {
    await this.session?.end().catch(() => {}); // with its server gone there is nothing to end
    this.session = undefined;
  }

  /** For the time when the server is dead: its next life waits for no standby. */
  async forgetStandby(): Promise<void> {
    const { place } = this.house.servers.postgres;
    if (place === undefined) throw new Error('the Postgres of this test has no folder');
    await writeFile(join(place, 'cluster', 'postgresql.auto.conf'), '');
  }

  private async untilJournalWaits(so: string): Promise<void> {
    await eventually(
      async () => {
        const { rowCount } = await this.house.pool.query(
          `select from pg_stat_activity where application_name = 'tirek-worker' and query like '%insert into ledger%' and ${so}`,
        );
        return rowCount === 0 ? undefined : true;
      },
      `the journal waits: ${so}`,
      PATIENCE_MS,
    );
  }

  /** A session that lasts until its server is killed. */
  private async superuser(): Promise<Client> {
    const passwords = JSON.parse(await readFile(join(this.house.dir, 'postgres-passwords.json'), 'utf8')) as { superuser: string };
    const url = new URL(this.house.servers.ownerUrl);
    url.username = 'postgres';
    url.password = passwords.superuser;
    const client = new Client({ connectionString: url.toString() });
    client.on('error', () => {}); // its server is going to be killed
    await client.connect();
    return client;
  }
}
