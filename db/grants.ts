/**
 * What the application's role may do, table by table, and nothing else. It owns no table: a bug or a
 * stolen password can neither rewrite the ledger nor change the schema.
 */

type Privilege =
  | 'select'
  | 'insert'
  | 'update'
  | 'delete'
  | 'update (case_id)'
  | 'update (until)'
  | 'update (residence_territory, location_territory, key_ring)'
  | 'update (adopted_at, given_up_at)'
  | 'update (state, attempts, due_at)'
  | 'update (state, decided_by, decided_at, withheld, reason)'
  | 'update (wrapped, wrapped_by, ring, retired_at)'
  | 'update (times, last_at)'
  | 'update (size, sha256, sealed_at, attached_at)';

export const TABLE_PRIVILEGES: Readonly<Record<string, readonly Privilege[]>> = {
  // A version is written once; a trigger lets nothing but its adoption, and the end of that, be added.
  calendar_version: ['select', 'insert', 'update (adopted_at, given_up_at)'],
  policy_version: ['select', 'insert', 'update (adopted_at, given_up_at)'],
  law_in_force: ['select', 'insert', 'update'],
  law_adoption: ['select', 'insert', 'update'],
  law_adoption_failure: ['select', 'insert', 'update', 'delete'],
  // What was proposed is never rewritten; what was withheld of it is emptied.
  proposal: ['select', 'insert', 'update (state, decided_by, decided_at, withheld, reason)'],
  center: ['select'],
  access_token: ['select'],
  family_code: ['select', 'insert'],
  family_session: ['select', 'insert', 'delete'],
  session: ['select', 'insert', 'update', 'delete'],
  logout_token: ['select', 'insert', 'delete'],
  // What has ended stays: the ledger names it. The history is added to and read.
  organisation: ['select', 'insert', 'update'],
  organisation_key: ['select', 'insert', 'update'],
  organisation_change: ['select', 'insert'],
  // Who is to be told is never rewritten; addresses of staff are.
  staffing: ['select', 'insert'],
  person_history: ['select', 'insert'],
  reference_code: ['select', 'insert'],
  reference_code_now: ['select'],
  // Versions are added; who was in which place is closed once, and never forgotten.
  room: ['select', 'insert'],
  room_now: ['select'],
  place_use: ['select', 'insert', 'update (until)'],
  staff: ['select', 'insert', 'update', 'delete'],
  // Entries are added and read: there is no way to change or remove one.
  ledger: ['select', 'insert'],
  ledger_version: ['select', 'insert'],
  subject_file: ['select', 'insert', 'update'],
  case_file: ['select', 'insert', 'update'],
  subject_state: ['select', 'insert', 'update'],
  duty: ['select', 'insert', 'update'],
  effect: ['select', 'insert', 'update'],
  circuit: ['select', 'insert', 'update', 'delete'],
  alert: ['select', 'insert'],
  claim: ['select', 'insert', 'delete'],
  command: ['select', 'insert'],
  inbox: ['select', 'insert', 'update'],
  inbox_conflict: ['select', 'insert'],
  subject_clock: ['select', 'insert', 'update'],
  wake: ['select', 'insert', 'update', 'delete'],
  engine_seen: ['select', 'insert', 'update'],
  effects_hold: ['select', 'insert', 'delete'],
  alert_delivery: ['select', 'insert', 'update'],
  digest: ['select', 'insert', 'update'],
  digest_round: ['select', 'insert', 'update', 'delete'],
  notice: ['select', 'insert', 'update'],
  // Who had it is never rewritten.
  alert_taken: ['select', 'insert'],
  untaken_alert: ['select', 'insert', 'update', 'delete'],
  untaken_told: ['select', 'insert'],
  alarm: ['select', 'insert', 'update'],
  alarm_delivery: ['select', 'insert', 'update'],
  resend_request: ['select', 'insert', 'update'],
  task_state: ['select', 'insert', 'update'],
  inbox_lease: ['select', 'insert', 'update', 'delete'],
  watch_turn: ['select', 'insert', 'update', 'delete'],
  heartbeat: ['select', 'insert', 'update', 'delete'],
  // Wrapped again by the application, destroyed by the owner; a trigger lets nothing else happen to it.
  data_key: ['select', 'insert', 'update (wrapped, wrapped_by, ring, retired_at)'],
  // By which key people are indexed changes by an act of the owner.
  index_key: ['select'],
  person_token: ['select', 'insert', 'delete'],
  bound_count: ['select', 'insert', 'update', 'delete'],
  household: ['select', 'insert', 'update (residence_territory, location_territory, key_ring)'],
  person: ['select', 'insert', 'update', 'delete'],
  receipt: ['select', 'insert', 'update', 'delete'],
  // What was said is never rewritten; that it was said again is counted.
  said_message: ['select', 'insert', 'update (times, last_at)'],
  narrative: ['select', 'insert', 'update', 'delete'],
  // A trigger lets a document be sealed and attached once, and be removed while it belongs to nothing; its bytes go with it.
  document: ['select', 'insert', 'update (size, sha256, sealed_at, attached_at)', 'delete'],
  document_content: ['select', 'insert'],
  // Erasing, holding and terms are the owner's acts; the application sees them.
  legal_hold: ['select'],
  erasure: ['select'],
  retention_term: ['select'],
  // They are brought once; to erase the content is the owner's.
  signature: ['select', 'insert'],
  signature_content: ['select', 'insert'],
  // A look is recorded and read, never changed.
  access_log: ['select', 'insert'],
  transfer_question: ['select', 'insert'],
  transfer_order: ['select', 'insert', 'update (state, attempts, due_at)'],
  appeal_number: ['select', 'insert', 'update'],
  // An appeal that waited for a calendar may find its case closed and move to a new one; its number never changes.
  appeal: ['select', 'insert', 'update (case_id)'],
};

/** The statements that give the role exactly these rights; running them again changes nothing. */
export function grantStatements(role: string): string[] {
  const tables = Object.entries(TABLE_PRIVILEGES).map(([table, privileges]) => `grant ${privileges.join(', ')} on ${table} to ${role};`);
  return [`revoke all on all tables in schema public from ${role};`, `grant usage on schema public to ${role};`, ...tables];
}
