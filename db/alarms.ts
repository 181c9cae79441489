/** Alarms to the administrator in Postgres: raised once, cleared by themselves, each with its deliveries. */
import type { Columns } from './columns.js';
import type { AlarmCause, AlarmChannel, AlarmEvent, AlarmKind, AlarmParams } from '../contracts/alarm.js';
import type { Instant } from '../domain/law/calendar.js';
import { decodeCursor, pageOf, type Page } from './keyset.js';
import { onClient, transaction, type Pool, type PoolClient } from './pool.js';
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
 * @param judged open alarms that this look may clear, by id: what began while it looked, or is of a kind it could not judge, stays
 * @returns ids of the alarms that began and ended
 */
export async function settleAlarms(pool: Pool, causes: readonly AlarmCause[], now: Instant, judged: ReadonlySet<string>): Promise<AlarmChanges> {
  return transaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('tirek alarms'))`);
    const { rows: open } = await client.query<{ id: string; key: string }>('select id, key from alarm where cleared_at is null');
    const known = new Set(open.map(({ key }) => key));
    const found = new Set(causes.map(({ key }) => key));
    const raised = await raise(
      client,
      causes.filter(({ key }) => !known.has(key)),
      now,
    );
    await renew(
      client,
      causes.filter(({ key }) => known.has(key)),
    );
    const cleared = open.filter(({ id, key }) => !found.has(key) && judged.has(id)).map(({ id }) => id);
    await client.query('update alarm set cleared_at = $2 where id = any ($1)', [cleared, new Date(now)]);
    await post(client, raised, 'raised');
    await post(client, cleared, 'cleared');
    return { raised, cleared };
  });
}

/** The open alarms but for those of some kinds, by id. */
export async function openAlarms(pool: Pool, except: readonly AlarmKind[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>('select id from alarm where cleared_at is null and kind <> all ($1)', [except]);
  return new Set(rows.map(({ id }) => id));
}

/** Raises one alarm by itself, for somebody who will not be there for the next look; raised already, it stays. */
export async function raiseAlarm(pool: Pool, cause: AlarmCause, now: Instant): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('tirek alarms'))`);
    const { rowCount } = await client.query('select from alarm where key = $1 and cleared_at is null', [cause.key]);
    if (rowCount === 0) await post(client, await raise(client, [cause], now), 'raised');
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
  await client.query(
    `insert into alarm_delivery (alarm_id, event, channel, state)
     select alarm_id, $2, channel, 'waiting' from unnest($1::text[]) alarm_id cross join unnest($3::text[]) channel`,
    [alarmIds, event, CHANNELS],
  );
}

/** One event of one alarm on one way out. */
export interface AlarmDelivery {
  alarmId: string;
  event: AlarmEvent;
  channel: AlarmChannel;
  token: string;
  /** This one included. */
  attempts: number;
  alarm: AlarmToSend;
}

export interface AlarmToSend {
  id: string;
  kind: AlarmKind;
  params: AlarmParams;
  raisedAt: Instant;
  clearedAt?: Instant;
}

/** How deliveries are taken: SQL of leases and pauses, from those who work the lists. */
export interface AlarmTaking {
  isFree: (row: string) => string;
  leaseEnd: string;
  pause: (attempts: string) => string;
  mostAttempts: number;
  /** Kept as the reason when the last attempt told nothing. */
  died: string;
}

type TakenRow = AlarmRow & { event: AlarmEvent; channel: AlarmChannel; token: string; attempts: number };

/** Takes so many deliveries, the oldest first; one that has had its last attempt, and nobody ended it, has failed. */
export async function takeAlarmDeliveries(pool: Pool, { isFree, leaseEnd, pause, mostAttempts, died }: AlarmTaking, most: number): Promise<AlarmDelivery[]> {
  const last = `sent.attempts >= ${mostAttempts}`;
  const { rows } = await onClient(pool, (client) =>
    client.query<TakenRow>({
      name: 'take-alarm-deliveries',
      text: `with wanted as (
               select alarm_id, event, channel from alarm_delivery where state = 'waiting' and due_at <= statement_timestamp() and ${isFree('alarm_delivery')}
                order by due_at limit $1 for update skip locked
             ), taken as (
               update alarm_delivery sent set
                 state = case when ${last} then 'failed' else 'waiting' end, last_error = case when ${last} then coalesce(last_error, '${died}') else last_error end,
                 lease_token = case when ${last} then null else gen_random_uuid() end, lease_until = case when ${last} then null else ${leaseEnd} end,
                 attempts = case when ${last} then sent.attempts else sent.attempts + 1 end,
                 due_at = case when ${last} then statement_timestamp() else statement_timestamp() + ${pause('sent.attempts + 1')} end
                 from wanted where sent.alarm_id = wanted.alarm_id and sent.event = wanted.event and sent.channel = wanted.channel
               returning sent.alarm_id, sent.event, sent.channel, sent.state, sent.lease_token, sent.attempts
             )
             select event, channel, lease_token as token, attempts, alarm.id, alarm.kind, alarm.params, alarm.raised_at, alarm.cleared_at
               from taken join alarm on alarm.id = taken.alarm_id where taken.state = 'waiting'`,
      values: [most],
    }),
  );
  return rows.map(({ event, channel, token, attempts, ...row }) => ({ alarmId: row.id, event, channel, token, attempts, alarm: alarmOf(row) }));
}

const HELD = 'where alarm_id = $1 and event = $2 and channel = $3 and lease_token = $4';

/** @returns false when somebody else may have it */
export async function renewAlarmDelivery(pool: Pool, { alarmId, event, channel, token }: AlarmDelivery, leaseEnd: string): Promise<boolean> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query(`update alarm_delivery set lease_until = ${leaseEnd} ${HELD}`, [alarmId, event, channel, token]),
  );
  return rowCount !== 0;
}

export type AlarmDeliveryEnd = { state: 'delivered' } | { state: 'waiting' | 'failed'; error: string };

/** Writes what became of an attempt; `waiting` when another will follow. Of one whose lease was lost, nothing. */
export async function endAlarmDelivery(pool: Pool, { alarmId, event, channel, token }: AlarmDelivery, end: AlarmDeliveryEnd): Promise<void> {
  await onClient(pool, (client) =>
    client.query(
      `update alarm_delivery set state = $5, last_error = $6, lease_token = null, lease_until = null,
              due_at = case when $5 = 'waiting' then due_at else statement_timestamp() end,
              delivered_at = case when $5 = 'delivered' then statement_timestamp() end ${HELD}`,
      [alarmId, event, channel, token, end.state, end.state === 'delivered' ? null : end.error],
    ),
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

type AlarmRow = Columns<'alarm', 'id' | 'kind' | 'params' | 'raised_at' | 'cleared_at', { kind: AlarmKind; params: AlarmParams }>;

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
