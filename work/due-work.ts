/** What is due and in nobody's hand, list by list: for liveness, alarms and metrics. */
import type { Pool } from '../db/pool.js';
import { onClient } from '../db/pool.js';
import { isFree, LEASE_MS } from './lease.js';
import type { DueWork, Lane, ListName } from './work-list.js';

interface Table {
  list: ListName;
  table: string;
  lane: string;
  /** SQL beside "due". */
  where: string;
  /** Leases that stand elsewhere. */
  lease?: string;
}

const TABLES: readonly Table[] = [
  { list: 'wakes', table: 'wake', lane: 'lane', where: 'true' },
  { list: 'inbox', table: 'inbox', lane: 'inbox.lane', where: `state = 'waiting'`, lease: 'inbox_lease' },
  { list: 'alerts', table: 'alert_delivery', lane: 'lane', where: `state = 'waiting'` },
  { list: 'digests', table: 'digest_round', lane: 'lane', where: 'true' },
  { list: 'alarms', table: 'alarm_delivery', lane: '2', where: `state = 'waiting'` },
  { list: 'untaken', table: 'untaken_alert', lane: 'lane', where: `state = 'waiting'` },
  { list: 'resends', table: 'resend_request', lane: '2', where: `state = 'waiting'` },
];

function dueSql({ list, table, lane, where, lease = table }: Table, leaseMs: number): string {
  // A lease that ran out made the row free when its time was up, not when the row was due.
  const since = `greatest(${table}.due_at, case when ${lease}.lease_until < statement_timestamp() then ${lease}.lease_until end)`;
  const leases = lease === table ? '' : `left join ${lease} using (subject_id)`;
  return `select '${list}' as list, (${lane})::int as lane, count(*)::int as rows,
                 (extract(epoch from statement_timestamp() - min(${since})) * 1000)::float8 as "oldestMs"
            from ${table} ${leases} where ${where} and ${table}.due_at <= statement_timestamp() and ${isFree(lease, leaseMs)} group by 2`;
}

/** @throws the error of Postgres */
export async function readDueWork(pool: Pool, leaseMs: number = LEASE_MS): Promise<DueWork[]> {
  const text = TABLES.map((table) => dueSql(table, leaseMs)).join(' union all ');
  const { rows } = await onClient(pool, (client) => client.query<DueWork & { lane: Lane }>(text));
  return rows;
}

/** What was given up since a day ago, list by list; digests end the deliveries of their alerts. */
export async function readGivenUp(pool: Pool): Promise<{ list: ListName; rows: number }[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ list: ListName; rows: number }>(
      `select 'alerts' as list, count(*)::int as rows from alert_delivery where state = 'failed' and due_at > statement_timestamp() - interval '1 day'
       union all
       select 'alarms', count(*)::int from alarm_delivery where state = 'failed' and due_at > statement_timestamp() - interval '1 day'`,
    ),
  );
  return rows;
}
