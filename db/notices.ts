/** What each person is told of an alert and by which way; and the digests in which mail goes out. */
import type { Recipient } from '../contracts/staffing.js';
import type { Instant } from '../domain/law/calendar.js';
import { ROUND_THE_CLOCK, type StepName } from '../domain/law/ladder.js';
import type { Force } from '../domain/law/rule.js';
import { onClient, transaction, type Pool, type PoolClient } from './pool.js';

/** How long a digest waits for more, in milliseconds. */
export interface DigestWindow {
  /** After the last notice. */
  quietMs: number;
  /** After the first notice, however many keep coming. */
  longestMs: number;
}

/** An alert and whom it means. */
export interface Told {
  alertId: string;
  recipients: readonly Recipient[];
}

/** Puts alerts into the own list of each person; told already, nothing changes. */
export async function tellInApp(pool: Pool, told: readonly Told[]): Promise<void> {
  await onClient(pool, (client) => tellInAppBy(client, told));
}

/** The same within somebody's transaction. */
export async function tellInAppBy(client: PoolClient, told: readonly Told[]): Promise<void> {
  await client.query(
    `insert into notice (alert_id, person, channel, holder, roles, instead_of, state, delivered_at, recorded_at)
     select alert.id, person, 'in_app', told.holder, told.roles, told.instead_of, 'delivered', now(), alert.recorded_at
       from json_populate_recordset(null::notice, $1::json) told join alert on alert.id = told.alert_id
     on conflict (alert_id, person, channel) do nothing`,
    [noticeRows(told)],
  );
}

/**
 * Puts alerts into the next digest of each person and sees to the round that sends it; in the transaction that hands
 * their deliveries over. Each new notice moves the digest further, but never past the `send_by` of any in it.
 */
export async function postMail(client: PoolClient, told: readonly Told[], window: DigestWindow, lane: number): Promise<void> {
  await client.query(
    `insert into notice (alert_id, person, channel, holder, roles, instead_of, state, send_by, recorded_at)
     select alert.id, person, 'mail', told.holder, told.roles, told.instead_of, 'waiting', now() + $2 * interval '1 millisecond', alert.recorded_at
       from json_populate_recordset(null::notice, $1::json) told join alert on alert.id = told.alert_id
     on conflict (alert_id, person, channel) do nothing`,
    [noticeRows(told), window.longestMs],
  );
  await addRounds(
    client,
    told.flatMap(({ recipients }) => recipients.map(({ person }) => person)),
    window.quietMs,
    lane,
  );
}

function noticeRows(told: readonly Told[]): string {
  return JSON.stringify(
    told.flatMap(({ alertId, recipients }) =>
      recipients.map(({ person, holder, roles, insteadOf }) => ({ alert_id: alertId, person, holder, roles, instead_of: insteadOf ?? null })),
    ),
  );
}

/** One waiting round per person; in order of the ids, so that two writers never wait for each other. */
async function addRounds(client: PoolClient, persons: readonly string[], quietMs: number, lane: number): Promise<void> {
  await client.query(
    `insert into digest_round (person, lane, due_at)
     select person, $3, least(now() + $2 * interval '1 millisecond', (select min(send_by) from notice
              where notice.person = told.person and channel = 'mail' and state = 'waiting' and digest_id is null))
       from (select distinct person from unnest($1::text[]) person order by person) told
     on conflict (person) do update set lane = least(digest_round.lane, excluded.lane), due_at = excluded.due_at, attempts = 0`,
    [persons, quietMs, lane],
  );
}

/** Gives a round to everybody whose mail waits without one, as after a restored database. @returns how many */
export async function ringForgottenDigests(pool: Pool): Promise<number> {
  return transaction(pool, async (client) => {
    const { rows } = await client.query<{ person: string }>(
      `select distinct person from notice
        where channel = 'mail' and state = 'waiting' and (send_by is null or send_by < now() - interval '1 minute')
          and not exists (select from digest_round where digest_round.person = notice.person)
        limit 500`,
    );
    if (rows.length > 0)
      await addRounds(
        client,
        rows.map(({ person }) => person),
        0,
        2,
      );
    return rows.length;
  });
}

/** Somebody whose mail is to go out now. */
export interface DigestRound {
  person: string;
  token: string;
  /** When it is tried again; another value means that new mail came meanwhile. */
  dueAt: string;
}

export interface RoundTaking {
  isFree: (row: string) => string;
  leaseEnd: string;
  pause: (attempts: string) => string;
}

export async function takeRounds(pool: Pool, { isFree, leaseEnd, pause }: RoundTaking, lane: number, most: number): Promise<DigestRound[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<DigestRound>({
      name: 'take-digest-rounds',
      text: `with wanted as (
               select person from digest_round where lane = $1 and due_at <= statement_timestamp() and ${isFree('digest_round')}
                order by due_at limit $2 for update skip locked
             )
             update digest_round set lease_token = gen_random_uuid(), lease_until = ${leaseEnd}, attempts = attempts + 1,
                    due_at = statement_timestamp() + ${pause('attempts + 1')}
               from wanted where digest_round.person = wanted.person
             returning digest_round.person, lease_token as token, due_at::text as "dueAt"`,
      values: [lane, most],
    }),
  );
  return rows;
}

/** @returns false when somebody else may have the round */
export async function renewRound(pool: Pool, { person, token }: DigestRound, leaseEnd: string): Promise<boolean> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query(`update digest_round set lease_until = ${leaseEnd} where person = $1 and lease_token = $2`, [person, token]),
  );
  return rowCount !== 0;
}

/** Ends a round: all that waited is out, or it comes again at its next time. Mail that came meanwhile has a round of its own. */
export async function endRound(pool: Pool, { person, token, dueAt }: DigestRound, isOver: boolean): Promise<void> {
  await onClient(pool, async (client) => {
    if (isOver) await client.query('delete from digest_round where person = $1 and lease_token = $2 and due_at = $3::timestamptz', [person, token, dueAt]);
    await client.query('update digest_round set lease_token = null, lease_until = null where person = $1 and lease_token = $2', [person, token]);
  });
}

export interface Digest {
  id: string;
  address: string;
  /** Attempts so far, this one included. */
  attempts: number;
  /** It has had its last attempt already. */
  exhausted: boolean;
}

/**
 * The mails that are to go to a person now: those that failed before, unchanged, and a new one of all
 * that waits. Alerts of different Centers share a mail when they go to the same address, and only
 * then: the address that one Center keeps must not get what another has to say.
 *
 * A mail that has had its last attempt, and nobody ended it, comes with `exhausted`: its process died with it.
 * @returns undefined when the lease of the round was lost
 */
export async function openDigests(pool: Pool, { person, token }: DigestRound, mostAttempts: number): Promise<Digest[] | undefined> {
  return transaction(pool, async (client) => {
    const held = await client.query('select from digest_round where person = $1 and lease_token = $2 for update', [person, token]);
    if (held.rowCount === 0) return undefined;
    await gather(client, person);
    const { rows } = await client.query<Digest>(
      `update digest set attempts = least(attempts + 1, $2) from (select id, attempts >= $2 as exhausted from digest where person = $1 and state = 'waiting') known
        where digest.id = known.id returning digest.id, address, attempts, exhausted`,
      [person, mostAttempts],
    );
    await client.query(
      `update notice set attempts = digest.attempts from digest where digest.id = notice.digest_id and digest.person = $1 and digest.state = 'waiting'`,
      [person],
    );
    return rows;
  });
}

async function gather(client: PoolClient, person: string): Promise<void> {
  await client.query(
    `with fresh as (
       select notice.alert_id, staff.mail from notice join staff on staff.holder = notice.holder and staff.person = notice.person
        where notice.person = $1 and channel = 'mail' and state = 'waiting' and digest_id is null and staff.mail is not null
     ), made as (
       insert into digest (id, person, address) select gen_random_uuid(), $1, mail from (select distinct mail from fresh) ways returning id, address
     )
     update notice set digest_id = made.id from fresh join made on made.address = fresh.mail
      where notice.alert_id = fresh.alert_id and notice.person = $1 and notice.channel = 'mail'`,
    [person],
  );
  // Not simply the rest: a notice may have come since, whose own job sends it.
  const { rows } = await client.query<{ alert_id: string }>(
    `update notice set state = 'failed', last_error = 'no mail address is known any more'
      where person = $1 and channel = 'mail' and state = 'waiting' and digest_id is null
        and not exists (select from staff where staff.holder = notice.holder and staff.person = notice.person and staff.mail is not null)
      returning alert_id`,
    [person],
  );
  await sumUp(
    client,
    rows.map((row) => row.alert_id),
  );
}

/** An alert in a digest. */
export interface DigestLine {
  alertId: string;
  /** Null: it is about what the Center itself owes. */
  caseId: string | null;
  center: string;
  /** Of the appeal that opened the case; undefined for a case without one. */
  journalNumber: string | undefined;
  dutyKey: string;
  rule: string;
  force: Force;
  step: StepName;
  dueAt: Instant;
  /** To whom the digest goes. */
  person: string;
  /** P53: an alarm that is answered round the clock, still owed, and that nobody has taken. */
  takeable: boolean;
}

/** The alerts of a digest, the nearest term first; of one instant our own service levels last. Rules come before cases: random ids must not order a subject. */
export async function readDigest(pool: Pool, digestId: string): Promise<DigestLine[]> {
  const { rows } = await pool.query<Omit<DigestLine, 'dueAt' | 'journalNumber'> & { dueAt: Date; journalNumber: string | null }>(
    `select alert.id as "alertId", case when filed.kind = 'center' then null else alert.subject_id end as "caseId", alert.center, registered.journal_number as "journalNumber", alert.duty_key as "dutyKey",
            alert.rule, alert.force, alert.step, alert.due_at as "dueAt", notice.person,
            coalesce(duty.ladder = any ($2) and duty.ended_at is null, false) and not exists (select from alert_taken where alert_taken.alert_id = alert.id) as takeable
       from notice join alert on alert.id = notice.alert_id
       left join subject_file filed on filed.subject_id = alert.subject_id
       left join duty on duty.subject_id = alert.subject_id and duty.key = alert.duty_key
       left join lateral (select journal_number from appeal where appeal.case_id = alert.subject_id order by received_at limit 1) registered on true
      where digest_id = $1 order by alert.due_at, alert.force = 'internal', alert.rule, alert.subject_id, alert.duty_key, moment`,
    [digestId, ROUND_THE_CLOCK],
  );
  return rows.map(({ dueAt, journalNumber, ...line }) => ({ ...line, dueAt: dueAt.getTime(), journalNumber: journalNumber ?? undefined }));
}

export type DigestEnd = { state: 'delivered' } | { state: 'waiting' | 'failed'; error: string };

/** Writes what became of an attempt of a digest, for each of its alerts too. */
export async function endDigest(pool: Pool, digestId: string, end: DigestEnd): Promise<void> {
  const error = end.state === 'delivered' ? null : end.error;
  await transaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `update digest set state = $2, last_error = $3, delivered_at = case when $2 = 'delivered' then now() end,
              address = case when $2 = 'waiting' then address end
        where id = $1 and state = 'waiting'`,
      [digestId, end.state, error],
    );
    // Somebody who took it over has ended it.
    if (rowCount === 0) return;
    const { rows } = await client.query<{ alert_id: string }>(
      `update notice set state = $2, last_error = $3, delivered_at = case when $2 = 'delivered' then now() end where digest_id = $1 returning alert_id`,
      [digestId, end.state, error],
    );
    await sumUp(
      client,
      rows.map((row) => row.alert_id),
    );
  });
}

/** An alert is delivered by mail when one of its people has it, and failed when none can get it. */
async function sumUp(client: PoolClient, alertIds: readonly string[]): Promise<void> {
  if (alertIds.length === 0) return;
  // In order of the ids: digests of two persons may hold the same alerts.
  await client.query(`select from alert_delivery where alert_id = any ($1) and channel = 'mail' order by alert_id for update`, [alertIds]);
  await client.query(
    `update alert_delivery set state = told.state, attempts = told.attempts, last_error = told.last_error, delivered_at = told.delivered_at,
            due_at = case when told.state <> 'waiting' then statement_timestamp() when alert_delivery.state = 'waiting' then alert_delivery.due_at else 'infinity' end
       from (
         select alert_id, max(attempts) as attempts, max(last_error) as last_error, max(delivered_at) as delivered_at,
                case when bool_or(state = 'waiting') then 'waiting' when bool_or(state = 'delivered') then 'delivered' else 'failed' end as state
           from notice where alert_id = any ($1) and channel = 'mail' group by alert_id
       ) told
      where alert_delivery.alert_id = told.alert_id and channel = 'mail'`,
    [alertIds],
  );
}

/** Marks an alert as seen by a person who was told of it, once; undefined when the person was not. */
export async function markSeen(pool: Pool, alertId: string, person: string, center: string): Promise<Instant | undefined> {
  const { rows } = await pool.query<{ seen_at: Date }>(
    `update notice set seen_at = coalesce(seen_at, now()) from alert
      where alert.id = notice.alert_id and alert_id = $1 and person = $2 and channel = 'in_app' and alert.center = $3 returning seen_at`,
    [alertId, person, center],
  );
  return rows[0]?.seen_at.getTime();
}
