/**
 * Who logs in to Postgres, and what each may do, table by table: the one place from which the rights are given (`migrate`), by
 * which a process looks at its own login when it starts (`db/role-check.ts`), and against which the tests try. Nobody here owns a
 * table: neither a bug nor a stolen password rewrites the ledger or changes the schema. The owner's role migrates, erases and
 * wraps keys anew; it is no process's.
 */

/**
 * `api`: reads on behalf of somebody, behind the second lock (`db/second-lock.ts`). `desk`: nobody's login; the API takes it for
 * what it does itself: takes of the ledger, sign-in, what administrators keep. `clock`: the worker. `work`: the relay. `auditor`:
 * whoever checks the ledger, with no words of people, no keys and no secrets.
 */
export const DATABASE_ROLES = ['api', 'desk', 'clock', 'work', 'auditor'] as const;

export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/** What somebody logs in as. */
export const LOGINS = ['api', 'clock', 'work', 'auditor'] as const satisfies readonly DatabaseRole[];

export type DatabaseLogin = (typeof LOGINS)[number];

/** As Postgres knows it; a login of another name may be a member of it. */
export const roleName = (role: DatabaseRole): string => `tirek_${role}`;

/** `select`, `insert`, `update`, `delete`, or `update (column, …)`. */
export type Privilege = string;

type Rights = Readonly<Partial<Record<DatabaseRole, readonly Privilege[]>>>;

const READ = ['select'] as const;
const ADD = ['select', 'insert'] as const;
const CHANGE = ['select', 'insert', 'update'] as const;
const MARK = ['select', 'update'] as const;
const WHOLLY = ['select', 'insert', 'update', 'delete'] as const;
const TURN_OVER = ['select', 'insert', 'delete'] as const;
const REMOVE = ['select', 'delete'] as const;

/** Whoever takes: its one statement touches the ledger, the read model and the personal data of a command. */
const takers = (privileges: readonly Privilege[]): Rights => ({ desk: privileges, clock: privileges, work: privileges });

/** Of what is counted and recorded without words of people: readers behind the second lock, and whoever checks. */
const SEEN_BY_ALL: Rights = { api: READ, auditor: READ };

export const TABLE_RIGHTS: Readonly<Record<string, Rights>> = {
  // A version is written once; a trigger lets nothing but its adoption, and the end of that, be added.
  calendar_version: { ...SEEN_BY_ALL, work: READ, clock: ['select', 'update (adopted_at, given_up_at)'], desk: [...ADD, 'update (adopted_at, given_up_at)'] },
  policy_version: { ...SEEN_BY_ALL, work: READ, clock: ['select', 'update (adopted_at, given_up_at)'], desk: [...ADD, 'update (adopted_at, given_up_at)'] },
  // Openings hold it shared, which Postgres counts as a change of some column.
  law_in_force: { ...SEEN_BY_ALL, desk: CHANGE, clock: CHANGE, work: ['select', 'update (since)'] },
  law_adoption: { auditor: READ, desk: CHANGE, clock: MARK, work: MARK },
  law_adoption_failure: { auditor: READ, desk: WHOLLY, clock: WHOLLY, work: READ },
  // What was proposed is never rewritten; what was withheld of it is emptied.
  proposal: { desk: [...ADD, 'update (state, decided_by, decided_at, withheld, reason)'] },
  center: { ...SEEN_BY_ALL, ...takers(READ) },
  access_token: { desk: READ },
  // By its code a family sees its own case, which no reader's sight is: the desk looks for it. Sessions that are over the relay removes.
  family_code: { desk: ADD },
  family_session: { desk: TURN_OVER, work: REMOVE },
  session: { desk: WHOLLY, work: REMOVE },
  logout_token: { desk: ADD, work: REMOVE },
  // What has ended stays: the ledger names it. The history is added to and read.
  organisation: { ...SEEN_BY_ALL, desk: CHANGE, clock: READ, work: READ },
  // Secrets: of the door that looks into signatures, and of those that sign what is sent.
  organisation_key: { desk: CHANGE, clock: READ, work: READ },
  organisation_change: { auditor: READ, desk: ADD },
  // Who is to be told is never rewritten; addresses of staff are.
  staffing: { api: READ, desk: ADD, clock: READ, work: READ },
  // A reader is told whose signature it is, and reads neither addresses nor numbers.
  staff: { api: ['select (holder, person, iin_index, iin_index_even)'], desk: WHOLLY, clock: READ, work: READ },
  reference_code: { desk: ADD },
  reference_code_now: { ...takers(READ), api: READ },
  // Versions are added; who was in which place is closed once, and never forgotten. Both are of the whole Center, and read as such.
  room: { desk: ADD, clock: READ, work: READ },
  room_now: takers(READ),
  place_use: { ...takers([...ADD, 'update (until)']), auditor: READ },
  // Asked where an appeal is taken; who asks is told no more of the other case than `transfer_beside` answers.
  transfer_question: { desk: ADD },
  transfer_order: { desk: [...ADD, 'update (state, attempts, due_at)'], work: ['select', 'update (state, attempts, due_at)'] },
  // Entries are added and read: there is no way to change or remove one.
  ledger: { ...SEEN_BY_ALL, ...takers(ADD) },
  ledger_version: { auditor: READ, ...takers(ADD) },
  subject_file: { ...SEEN_BY_ALL, ...takers(CHANGE) },
  case_file: { ...SEEN_BY_ALL, desk: MARK, clock: READ, work: MARK },
  subject_state: { ...SEEN_BY_ALL, ...takers(CHANGE) },
  duty: { ...SEEN_BY_ALL, ...takers(CHANGE) },
  effect: { ...SEEN_BY_ALL, ...takers(CHANGE) },
  circuit: { clock: WHOLLY, work: WHOLLY },
  alert: { ...SEEN_BY_ALL, ...takers(ADD) },
  claim: { auditor: READ, ...takers(TURN_OVER) },
  appeal_number: { desk: CHANGE },
  command: { auditor: READ, ...takers(ADD) },
  inbox: { ...SEEN_BY_ALL, desk: CHANGE, clock: MARK, work: CHANGE },
  inbox_conflict: { api: READ, desk: ADD },
  heartbeat: { desk: READ, clock: WHOLLY, work: WHOLLY },
  subject_clock: { auditor: READ, ...takers(CHANGE) },
  wake: { auditor: READ, desk: CHANGE, clock: WHOLLY, work: CHANGE },
  engine_seen: { work: CHANGE },
  effects_hold: { clock: ADD, work: TURN_OVER },
  alert_delivery: { api: READ, desk: ADD, clock: ADD, work: CHANGE },
  digest: { work: CHANGE },
  digest_round: { work: WHOLLY },
  notice: { api: READ, desk: MARK, work: CHANGE },
  // Who had it is never rewritten.
  alert_taken: { api: READ, desk: ADD, work: READ },
  untaken_alert: { desk: REMOVE, work: WHOLLY },
  untaken_told: { work: ADD },
  alarm: { desk: CHANGE, work: CHANGE },
  alarm_delivery: { desk: CHANGE, work: CHANGE },
  resend_request: { work: CHANGE },
  task_state: { api: READ, desk: CHANGE },
  inbox_lease: { work: WHOLLY },
  watch_turn: { work: WHOLLY },
  bound_count: { desk: WHOLLY, work: REMOVE },
  // Wrapped anew and destroyed by the owner. The desk moves those of a family with signs of violence to the other key; a trigger lets
  // it do nothing else to them.
  data_key: { api: READ, clock: ADD, work: ADD, desk: [...ADD, 'update (wrapped, wrapped_by, ring, retired_at)'] },
  // By which key people are indexed changes by an act of the owner.
  index_key: takers(READ),
  person_token: takers(TURN_OVER),
  household: { api: READ, clock: READ, desk: [...ADD, 'update (residence_territory, location_territory, key_ring)'] },
  // Whoever checks asks of erased people whether they are there again, and nothing else of anybody.
  person: { api: READ, ...takers(CHANGE), auditor: ['select (id, erased_at)'] },
  person_history: { api: READ, ...takers(ADD) },
  // What an organisation answered is kept by the attempt that heard it.
  receipt: { clock: ADD },
  // What was said is never rewritten; that it was said again is counted.
  said_message: { api: READ, clock: [...ADD, 'update (times, last_at)'] },
  narrative: { api: READ, desk: ADD, clock: ADD, work: [...ADD, 'update (case_id)'] },
  // A trigger lets a document be sealed and attached once, and be removed while it belongs to nothing; its bytes go with it.
  document: {
    api: READ,
    desk: [...ADD, 'update (size, sha256, sealed_at, attached_at)', 'delete'],
    clock: ['select', 'update (attached_at)'],
    work: ['select', 'update (attached_at)', 'delete'],
  },
  document_content: { api: READ, desk: ADD },
  // Erasing, holding and terms are the owner's acts; of erasures the relay writes files beside the database.
  legal_hold: {},
  erasure: { work: READ },
  retention_term: {},
  // They are brought once; to erase the content is the owner's.
  signature: { api: READ, desk: ADD, clock: READ, work: READ },
  signature_content: { api: READ, desk: ADD, clock: READ, work: READ },
  // A look is recorded and read, never changed.
  access_log: { auditor: READ, desk: ADD, work: READ },
  // An appeal that waited for a calendar may find its case closed and move to a new one; its number never changes.
  appeal: { ...SEEN_BY_ALL, desk: ADD, clock: READ, work: ['select', 'update (case_id)'] },
};

/** Functions that do something by the owner's rights, and who may call them. */
const FUNCTION_RIGHTS: Readonly<Record<string, readonly DatabaseRole[]>> = {
  'access_log_month(timestamptz)': ['work'],
  'transfer_beside(uuid, uuid)': ['api'],
};

/** The statements that give the roles exactly these rights; running them again changes nothing. */
export function grantStatements(): string[] {
  const roles = DATABASE_ROLES.map(roleName);
  const begun = [
    `revoke all on all tables in schema public from ${roles.join(', ')};`,
    `revoke all on schema public from public;`,
    `grant usage on schema public to ${roles.join(', ')};`,
    // Foreign keys are checked as the owner of the tables. In a copy that a superuser made it does not own the database, and would
    // have nothing left.
    `grant usage, create on schema public to current_user;`,
  ];
  const tables = Object.entries(TABLE_RIGHTS).flatMap(([table, rights]) =>
    Object.entries(rights).map(([role, privileges]) => `grant ${privileges.join(', ')} on ${table} to ${roleName(role as DatabaseRole)};`),
  );
  const functions = Object.entries(FUNCTION_RIGHTS).flatMap(([signature, allowed]) => [
    `revoke all on function ${signature} from public, ${roles.join(', ')};`,
    ...allowed.map((role) => `grant execute on function ${signature} to ${roleName(role)};`),
  ]);
  return [...begun, ...tables, ...functions];
}
