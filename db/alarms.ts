/** Alarms to the administrator in Postgres: raised once, cleared by themselves, each with its deliveries. */
import type { AlarmCause, AlarmChannel, AlarmEvent, AlarmKind, AlarmParams } from '../contracts/alarm.js';
import type { Instant } from '../domain/law/calendar.js';
import { ALARM_JOB } from './jobs.js';
import { decodeCursor, pageOf, type Page } from './keyset.js';
import { inTransaction, type Pool, type PoolClient } from './pool.js';
import { Where } from './where.js';

const CHANNELS: readonly AlarmChannel[] = ['webhook', 'mail'];

export interface AlarmChanges {
  raised: string[];
  cleared: string[];
}

/**
 * Makes the raised alarms those of the causes found: a new cause is raised, one that is gone is
 * cleared, one that stays gets its newest numbers and is told to nobody again. Two relays that look
 * at once wait for each other.
 *
 * @param now wall time of the look
 * @returns ids of the alarms that began and ended
 */
export async function settleAlarms(pool: Pool, causes: readonly AlarmCause[], now: Instant): Promise<AlarmChanges> {
  return inTransaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('tirek alarms'))`);
    const { rows: open } = await client.query<{ id: string; key: string }>('select id, key from alarm where cleared_at is null');
    const known = new Set(open.map(({ key }) => key));
    const found = new Set(causes.map(({ key }) => key));
    const raised = await raise(client, causes.filter(({ key }) => !known.has(key)), now);
    await renew(client, causes.filter(({ key }) => known.has(key)));
    const cleared = open.filter(({ key }) => !found.has(key)).map(({ id }) => id);
    await client.query('update alarm set cleared_at = $2 where id = any ($1)', [cleared, new Date(now)]);
    await post(client, raised, 'raised');
    await post(client, cleared, 'cleared');
    return { raised, cleared };
  });
}

async function raise(client: PoolClient, causes: readonly AlarmCause[], now: Instant): Promise<string[]> {
  const at = new Date(now).toISOString();
  const rows = causes.map(({ key, kind, params }) => ({ id: `${key}:${now}`, key, kind, params, raised_at: at }));
  await client.query(
    `insert into alarm (id, key, kind, params, raised_at)
     select id, key, kind, params, raised_at from json_populate_recordset(null::alarm, $1::json)`,
    [JSON.stringify(rows)],
  );
  return rows.map(({ id }) => id);
}

async function renew(client: PoolClient, causes: readonly AlarmCause[]): Promise<void> {
  await client.query(
    `update alarm set params = given.params from json_populate_recordset(null::alarm, $1::json) given
      where alarm.key = given.key and alarm.cleared_at is null and alarm.params <> given.params`,
    [JSON.stringify(causes)],
  );
}

async function post(client: PoolClient, alarmIds: readonly string[], event: AlarmEvent): Promise<void> {
  const deliveries = alarmIds.flatMap((alarmId) => CHANNELS.map((channel) => ({ alarmId, event, channel })));
  for (const { alarmId, channel } of deliveries) {
    await client.query(`insert into alarm_delivery (alarm_id, event, channel, state) values ($1, $2, $3, 'waiting')`, [alarmId, event, channel]);
    await client.query('select graphile_worker.add_job($1, $2::json)', [ALARM_JOB, JSON.stringify({ alarmId, event, channel } satisfies AlarmJob)]);
  }
}

/** What a job sends: one event of one alarm by one way. */
export interface AlarmJob {
  alarmId: string;
  event: AlarmEvent;
  channel: AlarmChannel;
}

export interface AlarmToSend {
  id: string;
  kind: AlarmKind;
  params: AlarmParams;
  raisedAt: Instant;
  clearedAt?: Instant;
}

/** The alarm whose delivery begins now, counted as an attempt; undefined when it was delivered or given up already. */
export async function beginAlarmDelivery(pool: Pool, { alarmId, event, channel }: AlarmJob): Promise<AlarmToSend | undefined> {
  const { rows } = await pool.query<AlarmRow>(
    `with begun as (
       update alarm_delivery set attempts = attempts + 1
        where alarm_id = $1 and event = $2 and channel = $3 and state = 'waiting' returning alarm_id
     )
     select alarm.id, alarm.kind, alarm.params, alarm.raised_at, alarm.cleared_at from begun join alarm on alarm.id = begun.alarm_id`,
    [alarmId, event, channel],
  );
  return rows[0] === undefined ? undefined : alarmOf(rows[0]);
}

export type AlarmDeliveryEnd = { state: 'delivered' } | { state: 'waiting' | 'failed'; error: string };

/** Writes what became of an attempt; `waiting` when another will follow. */
export async function endAlarmDelivery(pool: Pool, { alarmId, event, channel }: AlarmJob, end: AlarmDeliveryEnd): Promise<void> {
  await pool.query(
    `update alarm_delivery set state = $4, last_error = $5, delivered_at = case when $4 = 'delivered' then now() end
      where alarm_id = $1 and event = $2 and channel = $3`,
    [alarmId, event, channel, end.state, end.state === 'delivered' ? null : end.error],
  );
}

export interface AlarmDeliveryItem {
  event: AlarmEvent;
  channel: AlarmChannel;
  state: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  deliveredAt?: Instant;
}

export interface AlarmListItem extends AlarmToSend {
  deliveries: AlarmDeliveryItem[];
}

export interface AlarmQuery {
  /** Without it: both. */
  state?: 'raised' | 'cleared';
  after?: string;
  limit: number;
}

/**
 * Alarms, the latest raised first.
 * @throws BadCursor
 */
export async function listAlarms(pool: Pool, { state, after, limit }: AlarmQuery): Promise<Page<AlarmListItem>> {
  const where = new Where();
  if (state !== undefined) where.and(state === 'raised' ? 'cleared_at is null' : 'cleared_at is not null');
  if (after !== undefined) where.and('(raised_at, id) < (?::timestamptz, ?)', ...decodeCursor(after, ['instant', 'text']));
  const { rows } = await pool.query<AlarmListRow>(
    `select id, kind, params, raised_at, raised_at::text as raised_text, cleared_at, sent.deliveries
       from alarm
       left join lateral (
         select json_agg(json_build_object('event', event, 'channel', channel, 'state', state, 'attempts', attempts,
                                           'delivered_at', delivered_at) order by event desc, channel desc) as deliveries
           from alarm_delivery where alarm_id = alarm.id
       ) sent on true
     ${where.clause} order by raised_at desc, id desc limit ${where.value(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, listItem, (row) => [row.raised_text, row.id]);
}

interface AlarmRow {
  id: string;
  kind: AlarmKind;
  params: AlarmParams;
  raised_at: Date;
  cleared_at: Date | null;
}

interface AlarmListRow extends AlarmRow {
  raised_text: string;
  deliveries: (Omit<AlarmDeliveryItem, 'deliveredAt'> & { delivered_at: string | null })[] | null;
}

function alarmOf({ id, kind, params, raised_at: raised, cleared_at: cleared }: AlarmRow): AlarmToSend {
  return { id, kind, params, raisedAt: raised.getTime(), ...(cleared === null ? {} : { clearedAt: cleared.getTime() }) };
}

function listItem(row: AlarmListRow): AlarmListItem {
  const deliveries = (row.deliveries ?? []).map(({ delivered_at: at, ...delivery }) => ({
    ...delivery,
    ...(at === null ? {} : { deliveredAt: Date.parse(at) }),
  }));
  return { ...alarmOf(row), deliveries };
}
