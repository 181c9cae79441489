/** What one take writes, as rows: a function of what was read, what was decided, and random ids. */
import { chainDigest, EMPTY_LEDGER } from '../contracts/ledger-digest.js';
import type { TurnAct } from '../contracts/proof/acts.js';
import { toldName } from '../contracts/told-names.js';
import type { NewNarrative, PersonWriting } from '../db/personal-data.js';
import {
  alertRow,
  changedDuties,
  changedEffects,
  changedPlaces,
  clockRow,
  isoOf,
  isStep,
  projectionOf,
  type AlertRow,
  type SubjectFileRow,
  type ClockRow,
  type DutyRow,
  type EffectRow,
  type PlaceUseRow,
} from '../db/projection.js';
import type { Claim } from '../domain/case/decision.js';
import type { Known } from '../domain/case/references.js';
import { claimedPlaces } from '../domain/case/roads/stay/stay.js';
import { isCase, type AnyAnswer, type AnyEntry, type AnyState } from '../domain/subject/subjects.js';
import type { SignedOpening } from './proven.js';
import type { SubjectCore } from './version.js';

/** An appeal as the inbox keeps it while it waits for a calendar (P51). */
export interface AppealRow extends SignedOpening {
  opens: boolean;
}

export interface LedgerRow {
  subject_id: string;
  seq: number;
  type: string;
  at: string;
  occurred_at: string;
  cause: string;
  entry: AnyEntry;
  digest: string;
  turn: string;
  /** Digest of the code that decided. */
  decision: string;
  /** On the last entry of a take: the signature of the process that took it, over the turn and the head that it left. */
  seal: string | null;
}

/** The first answer to a client's key, with the people and texts that an accepted command brought. */
export interface CommandWriting {
  id: string;
  actorId: string;
  idempotencyKey: string;
  bodySha256: string;
  caseId: string | null;
  kind: string;
  /** Signature of the door that let the actor in, over who asks for what. */
  act: string;
  /** Coded data of an accepted command. */
  payload: unknown;
  /** What was known of that to which an accepted command refers; it belongs to the case from then on. */
  known: Known | null;
  answer: unknown;
  persons: readonly PersonWriting[];
  narratives: readonly NewNarrative[];
}

/** What became of a message of the inbox. */
export interface SettledMessage {
  id: string;
  state: 'delivered' | 'rejected' | 'orphan';
  outcome: unknown;
}

export interface WakeWriting {
  lane: number;
  /** The signal's name: the first fact that moves the clock. */
  name: string;
  seq: number;
  /** False: only when the clock has nothing armed that rings early enough; otherwise it is told later. */
  must: boolean;
  /** Otherwise, in milliseconds: a new stage is shown soon, the rest with the next look. */
  within_ms: number;
  /** Whoever took asks for a look afterwards where it was its own retry that moved the clock: only steps count then. */
  looks_after: boolean;
}

/** Everything of a case that a take changes; absent when its inputs were refused. */
export interface CaseChange {
  /** Undefined for the take that opens the case. */
  before: { seq: number; head: string } | undefined;
  /** Id of the take: its alerts are told together. */
  turn: string;
  state: AnyState;
  head: string;
  version: number;
  entries: readonly LedgerRow[];
  file: SubjectFileRow;
  /** Written every so many entries; what came after is replayed. */
  snapshot: boolean;
  /** Place as of which the state is stored before this take. */
  snapshotSeq: number;
  duties: readonly DutyRow[];
  effects: readonly EffectRow[];
  alerts: readonly AlertRow[];
  clock: ClockRow;
  wake: WakeWriting | undefined;
  /** Signs of violence are known from this take on: what is sealed of the family goes under a key of its own (P43). */
  startsViolence: boolean;
  /** All claims of the case are given back: it is closed. */
  frees: boolean;
  /** Those that it gives back while it goes on: places that were left. */
  freed: readonly Claim[];
  /** Who came into which place, or left it. */
  places: readonly PlaceUseRow[];
}

export interface CaseWriting {
  caseId: string;
  /** Place of the ledger at which it was decided; undefined for the take that opens the case. */
  decidedAt: number | undefined;
  change: CaseChange | undefined;
  /** Of a case that skips time: how far it is ahead of the wall clock now, in milliseconds. */
  skewMs: number | undefined;
  commands: readonly CommandWriting[];
  settled: readonly SettledMessage[];
}

export interface ChangeInput {
  caseId: string;
  before: { state: AnyState; head: string; snapshotSeq: number } | undefined;
  entries: readonly AnyEntry[];
  /** How far the case is ahead of the wall clock, in milliseconds. */
  skewMs: number;
  version: number;
  core: SubjectCore;
  turn: string;
  decision: string;
  /** Signs as this process. */
  seal: (act: TurnAct) => string;
  /** The clock looks by itself after this take: it took it. */
  clockLooks: boolean;
  /** The taker has the clock look afterwards, where it had itself made it necessary. */
  looksAfter?: boolean;
}

/** Between two stored states; replaying so many entries costs less than a millisecond. */
export const SNAPSHOT_EVERY = 20;

/** Takes the entries one by one: their digests, what they make of the case, the alerts they raise. */
export function changeOf({ caseId, before, entries, skewMs, version, core, turn, decision, seal, clockLooks, looksAfter = false }: ChangeInput): CaseChange {
  let state = before?.state;
  let head = before?.head ?? EMPTY_LEDGER;
  const rows: LedgerRow[] = [];
  const alerts: AlertRow[] = [];
  for (const entry of entries) {
    state = core.evolve(state, entry, caseId);
    head = chainDigest(head, entry);
    const { seq, type, at, occurredAt, cause } = entry;
    rows.push({ subject_id: caseId, seq, type, at: isoOf(at), occurred_at: isoOf(occurredAt), cause, entry, digest: head, turn, decision, seal: null });
    if (isStep(entry)) alerts.push(alertRow(state, entry, turn));
  }
  if (state === undefined) throw new Error(`${caseId}: a take without entries changes nothing`);
  const from = { seq: before?.state.seq ?? 0, head: before?.head ?? EMPTY_LEDGER };
  const sealed = seal({ act: 'turn', subject: caseId, turn, from, to: { seq: state.seq, head }, decision });
  const effects = changedEffects(before?.state, state);
  const clock = clockRow(state, skewMs);
  const { file } = projectionOf(state);
  return {
    before: before && { seq: before.state.seq, head: before.head },
    turn,
    state,
    head,
    version,
    entries: rows.map((row) => (row.seq === state.seq ? { ...row, seal: sealed } : row)),
    file,
    startsViolence: file.violence && (before === undefined || !projectionOf(before.state).file.violence),
    snapshotSeq: before?.snapshotSeq ?? 0,
    snapshot: before === undefined || state.seq - before.snapshotSeq >= SNAPSHOT_EVERY,
    duties: changedDuties(before?.state, state),
    effects,
    alerts,
    clock,
    wake: clockLooks ? undefined : wakeOf(before?.state, state, entries, effects, clock, looksAfter),
    frees: state.stage === 'closed' && before?.state.stage !== 'closed',
    freed: freedBetween(before?.state, state),
    places: changedPlaces(before?.state, state),
  };
}

/** What the case had before and has no more: by the state alone, so that no fact can forget it. */
function freedBetween(before: AnyState | undefined, after: AnyState): Claim[] {
  if (before === undefined || !isCase(before) || !isCase(after)) return [];
  const kept = new Set(claimedPlaces(after).map(({ thing }) => thing));
  return claimedPlaces(before).filter(({ thing }) => !kept.has(thing));
}

const TOLD_WITHIN_MS = 60 * 60_000;
/** A supervisor who looks for the cases of a stage finds it there within a minute. */
const STAGE_TOLD_WITHIN_MS = 60_000;

/** What the clock is told of a take, and whether it must look at once whatever it has armed. */
function wakeOf(
  before: AnyState | undefined,
  after: AnyState,
  entries: readonly AnyEntry[],
  effects: readonly EffectRow[],
  clock: ClockRow,
  looksAfter: boolean,
): WakeWriting {
  const wanted = effects.some(({ state }) => state === 'pending');
  const ended = !clock.running && before !== undefined;
  const mover = entries.find(({ duties }) => duties.length > 0) ?? entries[0];
  return {
    lane: clock.lane,
    name: mover === undefined ? 'Look' : toldName(mover.type),
    seq: after.seq,
    must: before === undefined || wanted || ended,
    within_ms: before?.stage === after.stage ? TOLD_WITHIN_MS : STAGE_TOLD_WITHIN_MS,
    looks_after: looksAfter,
  };
}

/** Of an answered command: what it brought is written with an acceptance and not with a refusal. */
export function commandWriting(given: Omit<CommandWriting, 'answer'>, answer: AnyAnswer): CommandWriting {
  return answer.ok ? { ...given, answer } : { ...given, payload: null, known: null, persons: [], narratives: [], answer };
}
