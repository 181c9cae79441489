/**
 * The circuit of each organisation: whether its address is asked at all. Shared by all processes, so that a hundred workers
 * ask no oftener than one.
 */
import { onClient, type Pool } from './pool.js';

/** So many attempts in a row without an answer open it. */
export const FAILURES_TO_OPEN = 3;
/** While it is open the organisation is asked so often at most. */
export const ASK_EVERY_SECONDS = 300;

/** `closed`: send. `probe`: it is open, and this message is the one that asks. `open`: do not. */
export type Gate = 'closed' | 'probe' | 'open';

/** Of several who ask at once one may. */
const PASS = `
with asked as (
  update circuit set next_try_at = clock_timestamp() + $2 * interval '1 second'
   where organisation_id = $1 and opened_at is not null and recovered_at is null and next_try_at <= clock_timestamp()
  returning organisation_id
)
select case when exists (select from asked) then 'probe'
            when exists (select from circuit where organisation_id = $1 and opened_at is not null and recovered_at is null) then 'open'
            else 'closed' end as gate`;

/** May it be asked now? */
export async function passCircuit(pool: Pool, organisationId: string, everySeconds = ASK_EVERY_SECONDS): Promise<Gate> {
  const { rows } = await onClient(pool, (client) => client.query<{ gate: Gate }>({ name: 'pass-circuit', text: PASS, values: [organisationId, everySeconds] }));
  return rows[0]?.gate ?? 'closed';
}

/** It did not answer. */
export async function noteNoAnswer(pool: Pool, organisationId: string, everySeconds = ASK_EVERY_SECONDS): Promise<void> {
  await onClient(pool, (client) =>
    client.query({
      name: 'circuit-failed',
      text: `insert into circuit as known (organisation_id, failures) values ($1, 1)
             on conflict (organisation_id) do update set
               failures = case when known.recovered_at is null then known.failures else 0 end + 1, recovered_at = null,
               opened_at = case when known.failures + 1 < $2 or known.recovered_at is not null then null else coalesce(known.opened_at, clock_timestamp()) end,
               next_try_at = case when known.failures + 1 < $2 or known.recovered_at is not null then null
                                  else coalesce(known.next_try_at, clock_timestamp() + $3 * interval '1 second') end`,
      values: [organisationId, FAILURES_TO_OPEN, everySeconds],
    }),
  );
}

/** It answered: what waits for it may go. A circuit that was closed is forgotten. */
export async function noteAnswer(pool: Pool, organisationId: string): Promise<void> {
  await onClient(pool, (client) =>
    client.query({
      name: 'circuit-answered',
      text: `with forgotten as (delete from circuit where organisation_id = $1 and opened_at is null)
             update circuit set recovered_at = clock_timestamp() where organisation_id = $1 and opened_at is not null and recovered_at is null`,
      values: [organisationId],
    }),
  );
}

/** Open circuits whose time to be asked has come, taken: each is asked by whoever got it. */
export async function takeDueCircuits(pool: Pool, most: number, everySeconds = ASK_EVERY_SECONDS): Promise<string[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ id: string }>(
      `update circuit set next_try_at = clock_timestamp() + $2 * interval '1 second'
         from (select organisation_id from circuit where opened_at is not null and recovered_at is null and next_try_at <= clock_timestamp()
                order by next_try_at limit $1 for update skip locked) due
        where circuit.organisation_id = due.organisation_id returning circuit.organisation_id as id`,
      [most, everySeconds],
    ),
  );
  return rows.map(({ id }) => id);
}

/** Its server answers: may one message that waits be tried? It passes as the probe; after each that failed the next waits twice as long, six hours at most. */
export async function takeTrial(pool: Pool, organisationId: string, everySeconds = ASK_EVERY_SECONDS): Promise<boolean> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query(
      `update circuit set next_try_at = clock_timestamp(), trials = trials + 1,
              trial_at = clock_timestamp() + least($2 * power(2, least(trials, 20)), 21600) * interval '1 second'
        where organisation_id = $1 and recovered_at is null and (trial_at is null or trial_at <= clock_timestamp())`,
      [organisationId, everySeconds],
    ),
  );
  return rowCount === 1;
}

export interface WaitingEffect {
  caseId: string;
  key: string;
  series: number;
}

/** Organisations that answer again, and whose messages wait for the end of their pauses. */
export async function recoveredCircuits(pool: Pool): Promise<string[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ id: string }>('select organisation_id as id from circuit where recovered_at is not null order by recovered_at'),
  );
  return rows.map(({ id }) => id);
}

/** Threats first, then in the order in which they were put off. */
export async function waitingFor(pool: Pool, organisationId: string, most: number): Promise<WaitingEffect[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<WaitingEffect>(
      `select effect.subject_id as "caseId", key, series from effect left join subject_clock using (subject_id)
        where agency = $1 and state = 'parked' order by subject_clock.lane nulls last, changed_at limit $2`,
      [organisationId, most],
    ),
  );
  return rows;
}

/** All that waited has been sent on its way. */
export async function forgetCircuit(pool: Pool, organisationId: string): Promise<void> {
  await onClient(pool, (client) => client.query('delete from circuit where organisation_id = $1 and recovered_at is not null', [organisationId]));
}
