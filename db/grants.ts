/**
 * What the application's role may do, table by table, and nothing else. It owns no table: a bug or a
 * stolen password can neither rewrite the ledger nor change the schema.
 */

type Privilege = 'select' | 'insert' | 'update' | 'delete' | 'update (case_id)' | 'update (adopted_at)';

export const TABLE_PRIVILEGES: Readonly<Record<string, readonly Privilege[]>> = {
  // A version is written once; a trigger lets nothing but its adoption be added.
  calendar_version: ['select', 'insert', 'update (adopted_at)'],
  policy_version: ['select', 'insert', 'update (adopted_at)'],
  law_adoption: ['select', 'insert', 'update'],
  law_adoption_failure: ['select', 'insert', 'update', 'delete'],
  center: ['select'],
  access_token: ['select'],
  agency: ['select'],
  // Who is to be told is never rewritten; addresses of staff are.
  staffing: ['select', 'insert'],
  staff: ['select', 'insert', 'update', 'delete'],
  // Entries are added and read: there is no way to change or remove one.
  ledger: ['select', 'insert'],
  case_file: ['select', 'insert', 'update'],
  duty: ['select', 'insert', 'update'],
  alert: ['select', 'insert'],
  alert_delivery: ['select', 'insert', 'update'],
  alarm: ['select', 'insert', 'update'],
  alarm_delivery: ['select', 'insert', 'update'],
  digest: ['select', 'insert', 'update'],
  notice: ['select', 'insert', 'update'],
  // Deleted by the sweep when it was never answered.
  command: ['select', 'insert', 'update', 'delete'],
  inbox: ['select', 'insert', 'update'],
  open_case: ['select', 'insert', 'update', 'delete'],
  heartbeat: ['select', 'insert', 'update', 'delete'],
  household: ['select', 'insert'],
  person: ['select', 'insert', 'update', 'delete'],
  narrative: ['select', 'insert', 'update', 'delete'],
  appeal_number: ['select', 'insert', 'update'],
  // An attached appeal whose case was closed meanwhile moves to a new case; its number never changes.
  appeal: ['select', 'insert', 'update (case_id)'],
};

/** Tables of the job queue that the role must read and write to add and run jobs. */
export const JOB_TABLES = ['_private_jobs', '_private_job_queues', '_private_tasks', '_private_known_crontabs'] as const;

/** The statements that give the role exactly these rights; running them again changes nothing. */
export function grantStatements(role: string): string[] {
  const tables = Object.entries(TABLE_PRIVILEGES).map(
    ([table, privileges]) => `grant ${privileges.join(', ')} on ${table} to ${role};`,
  );
  return [
    `revoke all on all tables in schema public from ${role};`,
    `grant usage on schema public to ${role};`,
    ...tables,
    ...jobQueueStatements(role),
  ];
}

function jobQueueStatements(role: string): string[] {
  return [
    `grant usage on schema graphile_worker to ${role};`,
    `grant select on graphile_worker.migrations, graphile_worker.jobs to ${role};`,
    `grant usage on all sequences in schema graphile_worker to ${role};`,
    `grant execute on all functions in schema graphile_worker to ${role};`,
    ...JOB_TABLES.flatMap((table) => [
      `grant select, insert, update, delete on graphile_worker.${table} to ${role};`,
      // The library closes its tables by row level security to all but their owner.
      `drop policy if exists tirek_application on graphile_worker.${table};`,
      `create policy tirek_application on graphile_worker.${table} to ${role} using (true) with check (true);`,
    ]),
  ];
}
