/** What each person is told of an alert and by which way; and the digests in which mail goes out. */
import type { Recipient } from '../contracts/staffing.js';
import type { Instant } from '../domain/law/calendar.js';
import type { StepName } from '../domain/law/ladder.js';
import type { Force } from '../domain/law/rule.js';
import { DIGEST_JOB, digestJobKey, digestQueue } from './jobs.js';
import { inTransaction, type Pool, type PoolClient } from './pool.js';

/** How long a digest waits for more, in milliseconds. */
export interface DigestWindow {
  /** After the last notice. */
  quietMs: number;
  /** After the first notice, however many keep coming. */
  longestMs: number;
}

/** Puts the alert into the own list of each person; told already, nothing changes. */
export async function tellInApp(pool: Pool, alertId: string, recipients: readonly Recipient[]): Promise<void> {
  await pool.query(
    `insert into notice (alert_id, person, channel, holder, roles, instead_of, state, delivered_at, recorded_at)
     select alert.id, person, 'in_app', told.holder, told.roles, told.instead_of, 'delivered', now(), alert.recorded_at
       from json_populate_recordset(null::notice, $2::json) told cross join alert where alert.id = $1
     on conflict (alert_id, person, channel) do nothing`,
    [alertId, JSON.stringify(recipients.map(noticeRow))],
  );
}

/**
 * Puts the alert into the next digest of each person and sees to the job that sends it, in one
 * transaction. Each new notice moves the digest further, but never past the `send_by` of any in it.
 */
export async function postMail(pool: Pool, alertId: string, recipients: readonly Recipient[], window: DigestWindow): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(
      `insert into notice (alert_id, person, channel, holder, roles, instead_of, state, send_by, recorded_at)
       select alert.id, person, 'mail', told.holder, told.roles, told.instead_of, 'waiting', now() + $3 * interval '1 millisecond', alert.recorded_at
         from json_populate_recordset(null::notice, $2::json) told cross join alert where alert.id = $1
       on conflict (alert_id, person, channel) do nothing`,
      [alertId, JSON.stringify(recipients.map(noticeRow)), window.longestMs],
    );
    await addDigestJobs(client, recipients.map(({ person }) => person), window.quietMs);
  });
}

function noticeRow({ person, holder, roles, insteadOf }: Recipient): object {
  return { person, holder, roles, instead_of: insteadOf ?? null };
}

/** One waiting job per person; in order of the ids, so that two writers never wait for each other. */
async function addDigestJobs(client: Pool | PoolClient, persons: readonly string[], quietMs: number): Promise<void> {
  const jobs = persons.toSorted().map((person) => ({ person, key: digestJobKey(person), queue: digestQueue(person) }));
  await client.query(
    `select count(*) from graphile_worker.add_jobs(array(
       select ($2, json_build_object('person', job.person), job.queue,
               least(now() + $3 * interval '1 millisecond', (select min(send_by) from notice
                 where notice.person = job.person and channel = 'mail' and state = 'waiting' and digest_id is null)),
               null, job.key, null, null)::graphile_worker.job_spec
         from json_to_recordset($1::json) job (person text, key text, queue text)))`,
    [JSON.stringify(jobs), DIGEST_JOB, quietMs],
  );
}

/** Gives a job to everybody whose mail waits without one, as after a restored database. @returns how many */
export async function ringForgottenDigests(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ person: string }>(
    `select person from (
       select distinct person from notice where channel = 'mail' and state = 'waiting' and (send_by is null or send_by < now() - interval '1 minute')
     ) waiting
      where not exists (select from graphile_worker.jobs where key = '${digestJobKey('')}' || waiting.person and attempts < max_attempts)
      limit 500`,
  );
  if (rows.length > 0) await addDigestJobs(pool, rows.map(({ person }) => person), 0);
  return rows.length;
}

export interface Digest {
  id: string;
  address: string;
  /** Attempts so far, this one included. */
  attempts: number;
}

/**
 * The mails that are to go to a person now: those that failed before, unchanged, and a new one of all
 * that waits. Alerts of different Centers share a mail when they go to the same address, and only
 * then: the address that one Center keeps must not get what another has to say.
 */
export async function openDigests(pool: Pool, person: string): Promise<Digest[]> {
  return inTransaction(pool, async (client) => {
    await gather(client, person);
    const { rows } = await client.query<Digest>(
      `update digest set attempts = attempts + 1 where person = $1 and state = 'waiting' returning id, address, attempts`,
      [person],
    );
    await client.query(
      `update notice set attempts = notice.attempts + 1 from digest where digest.id = notice.digest_id and digest.person = $1 and digest.state = 'waiting'`,
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
  await sumUp(client, rows.map((row) => row.alert_id));
}

/** An alert in a digest. */
export interface DigestLine {
  alertId: string;
  caseId: string;
  /** Of the appeal that opened the case; undefined for a case without one. */
  journalNumber: string | undefined;
  dutyKey: string;
  rule: string;
  force: Force;
  step: StepName;
  dueAt: Instant;
}

/** The alerts of a digest, the nearest term first. */
export async function readDigest(pool: Pool, digestId: string): Promise<DigestLine[]> {
  const { rows } = await pool.query<Omit<DigestLine, 'dueAt' | 'journalNumber'> & { dueAt: Date; journalNumber: string | null }>(
    `select alert.id as "alertId", alert.case_id as "caseId", registered.journal_number as "journalNumber", duty_key as "dutyKey",
            rule, force, step, due_at as "dueAt"
       from notice join alert on alert.id = notice.alert_id
       left join lateral (select journal_number from appeal where appeal.case_id = alert.case_id order by received_at limit 1) registered on true
      where digest_id = $1 order by due_at, alert.case_id, duty_key, moment`,
    [digestId],
  );
  return rows.map(({ dueAt, journalNumber, ...line }) => ({ ...line, dueAt: dueAt.getTime(), journalNumber: journalNumber ?? undefined }));
}

export type DigestEnd = { state: 'delivered' } | { state: 'waiting' | 'failed'; error: string };

/** Writes what became of an attempt of a digest, for each of its alerts too. */
export async function endDigest(pool: Pool, digestId: string, end: DigestEnd): Promise<void> {
  const error = end.state === 'delivered' ? null : end.error;
  await inTransaction(pool, async (client) => {
    await client.query(
      `update digest set state = $2, last_error = $3, delivered_at = case when $2 = 'delivered' then now() end,
              address = case when $2 = 'waiting' then address end
        where id = $1`,
      [digestId, end.state, error],
    );
    const { rows } = await client.query<{ alert_id: string }>(
      `update notice set state = $2, last_error = $3, delivered_at = case when $2 = 'delivered' then now() end where digest_id = $1 returning alert_id`,
      [digestId, end.state, error],
    );
    await sumUp(client, rows.map((row) => row.alert_id));
  });
}

/** An alert is delivered by mail when one of its people has it, and failed when none can get it. */
async function sumUp(client: PoolClient, alertIds: readonly string[]): Promise<void> {
  if (alertIds.length === 0) return;
  // In order of the ids: digests of two persons may hold the same alerts.
  await client.query(`select from alert_delivery where alert_id = any ($1) and channel = 'mail' order by alert_id for update`, [alertIds]);
  await client.query(
    `update alert_delivery set state = told.state, attempts = told.attempts, last_error = told.last_error, delivered_at = told.delivered_at
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
