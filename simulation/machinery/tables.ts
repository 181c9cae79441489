/** The rows of a model house: as in db/migrations/001_house.sql, in memory, never changed in place. */
import type { NewNarrative, PersonWriting } from '../../db/personal-data.js';
import type { AlertRow, SubjectFileRow, ClockRow, DutyRow, EffectRow, PlaceUseRow } from '../../db/projection.js';
import type { AnyState } from '../../domain/subject/subjects.js';
import type { Known, KnownDocument, KnownOrganisation, KnownRoom, KnownSignature } from '../../domain/case/references.js';
import type { Answer } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { StaffRecord, TermRow } from '../../ledger/known-things.js';
import type { LawInForceRow, WaitingReport } from '../../ledger/store.js';
import type { LedgerRow } from '../../ledger/writing.js';
import { ORGANISATIONS, ROOMS } from '../papers.js';

export interface SubjectFileKept extends SubjectFileRow {
  clock_at: string;
  head: string;
  version: number;
  skipping: boolean;
  skew_ms: number;
}

export interface CommandKept {
  id: string;
  actor_id: string;
  idempotency_key: string;
  body_sha256: string;
  subject_id: string | null;
  kind: string;
  act: string;
  payload: unknown;
  known: Known | null;
  answer: unknown;
}

export interface InboxKept {
  id: string;
  /** Order of receipt. */
  place: number;
  source: string;
  delivery_id: string;
  content_sha256: string;
  subject_id: string;
  payload: WaitingReport['payload'];
  act: string | null;
  received_at: Instant;
  state: 'waiting' | 'delivered' | 'rejected' | 'orphan';
  outcome: Answer | null;
  due_at: Instant;
}

/** A lease of a work list: whoever has the token may end the row, until then. */
export interface Lease {
  token: string;
  until: Instant;
}

export interface ClockKept extends ClockRow {
  armed_at: Instant | null;
  run_id: string | null;
  seen_seq: number;
  looked_at: Instant | null;
}

export interface WakeKept {
  lane: number;
  name: string;
  seq: number;
  rebuild: boolean;
  since: Instant;
  due_at: Instant;
  attempts: number;
  lease: Lease | undefined;
}

export interface DeliveryKept {
  alert_id: string;
  channel: 'webhook' | 'mail';
  turn: string;
  lane: number;
  state: 'waiting' | 'delivered' | 'failed' | 'lapsed';
  attempts: number;
  due_at: Instant;
  lease: Lease | undefined;
}

/** Without its bytes; here nobody is so slow that one would be gone. */
export interface DocumentKept extends Omit<KnownDocument, 'ofThisCase'> {
  case_id: string;
  center: string;
  attached: boolean;
}

/** Without its instants: the house reads them on its own clock. */
export type PlaceUseKept = Omit<PlaceUseRow, 'fresh'>;

/** Tables by their primary keys. */
export interface Tables {
  law: Map<string, LawInForceRow>;
  ledger: Map<string, readonly LedgerRow[]>;
  subjectFile: Map<string, SubjectFileKept>;
  subjectState: Map<string, { seq: number; state: AnyState }>;
  /** The stored state with the entries after it: what a look replays, kept so that it need not. */
  current: Map<string, AnyState>;
  duty: Map<string, DutyRow>;
  effect: Map<string, EffectRow>;
  alert: Map<string, AlertRow>;
  /** Those that wait; what is out lies beside them, where no patrol looks. */
  alertDelivery: Map<string, DeliveryKept>;
  alertDelivered: Map<string, DeliveryKept>;
  /** Case that has the thing, by `kind thing`. */
  claim: Map<string, string>;
  command: Map<string, CommandKept>;
  inbox: Map<string, InboxKept>;
  inboxLease: Map<string, Lease>;
  subjectClock: Map<string, ClockKept>;
  wake: Map<string, WakeKept>;
  person: Map<string, PersonWriting>;
  narrative: Map<string, NewNarrative>;
  document: Map<string, DocumentKept>;
  /** With whose they are: here nobody looks into certificates. */
  signature: Map<string, KnownSignature>;
  /** By Center; nobody changes it, so a restore leaves it as it is. */
  staffing: Map<string, StaffRecord>;
  /** Codes of the reference lists, by list and code. */
  term: Map<string, TermRow>;
  /** By id; each function has one that is known by its code. */
  organisation: ReadonlyMap<string, KnownOrganisation>;
  /** By code; every Center has the same. Who is in which place is told by the claims. */
  room: ReadonlyMap<string, KnownRoom>;
  /** Who had a place: by stay and person. */
  placeUse: Map<string, PlaceUseKept>;
  /** Last journal number, by center and year. */
  appealNumber: Map<string, number>;
  /** Case of an appeal. */
  appeal: Map<string, string>;
  /** While a row stands here nothing is sent to agencies. */
  effectsHold: Map<'only', { since: Instant; reason: string }>;
  /** Id of the engine's server that was seen last. */
  engineSeen: Map<'only', number>;
}

export function emptyTables(): Tables {
  return {
    law: new Map(),
    ledger: new Map(),
    subjectFile: new Map(),
    subjectState: new Map(),
    current: new Map(),
    duty: new Map(),
    effect: new Map(),
    alert: new Map(),
    alertDelivery: new Map(),
    alertDelivered: new Map(),
    claim: new Map(),
    command: new Map(),
    inbox: new Map(),
    inboxLease: new Map(),
    subjectClock: new Map(),
    wake: new Map(),
    person: new Map(),
    narrative: new Map(),
    document: new Map(),
    signature: new Map(),
    staffing: new Map(),
    term: new Map(),
    organisation: ORGANISATIONS,
    room: ROOMS,
    placeUse: new Map(),
    appealNumber: new Map(),
    appeal: new Map(),
    effectsHold: new Map(),
    engineSeen: new Map(),
  };
}

/** A backup: rows are never changed in place, so the maps alone are copied. */
export function backupOf(tables: Tables): Tables {
  return {
    law: new Map(tables.law),
    ledger: new Map(tables.ledger),
    subjectFile: new Map(tables.subjectFile),
    subjectState: new Map(tables.subjectState),
    current: new Map(tables.current),
    duty: new Map(tables.duty),
    effect: new Map(tables.effect),
    alert: new Map(tables.alert),
    alertDelivery: new Map(tables.alertDelivery),
    alertDelivered: new Map(tables.alertDelivered),
    claim: new Map(tables.claim),
    command: new Map(tables.command),
    inbox: new Map(tables.inbox),
    inboxLease: new Map(tables.inboxLease),
    subjectClock: new Map(tables.subjectClock),
    wake: new Map(tables.wake),
    person: new Map(tables.person),
    narrative: new Map(tables.narrative),
    document: new Map(tables.document),
    signature: new Map(tables.signature),
    staffing: tables.staffing,
    term: tables.term,
    organisation: tables.organisation,
    room: tables.room,
    placeUse: new Map(tables.placeUse),
    appealNumber: new Map(tables.appealNumber),
    appeal: new Map(tables.appeal),
    effectsHold: new Map(tables.effectsHold),
    engineSeen: new Map(tables.engineSeen),
  };
}
