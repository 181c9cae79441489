/** An appeal in the ledger: it opens its case or joins the open one. Decided under the lock of the case, on any store. */
import type { Delivery, Opening } from '../domain/case/deliveries.js';
import type { CaseState } from '../domain/case/state.js';
import type { Answer, Turn, TurnInput } from '../domain/case/turn.js';
import type { Instant } from '../domain/law/calendar.js';
import { isCase } from '../domain/subject/subjects.js';
import { provenReports, requireProvenAppeal, type SignedOpening } from './proven.js';
import type { LockedStore, Look } from './store.js';
import { adoptionsFor, checkClocks, deliveryOf, lawToOpen, settledBy, type TakeDeps } from './take.js';
import { coreOf, CORE, VersionUnknown } from './version.js';
import { changeOf } from './writing.js';

/**
 * Decides and writes the turn of an appeal; the transaction holds the claim of the family and the lock of the case.
 * @param attached the family's claim is held by this case already
 * @param opens the appeal, or how it comes by its number: asked after the look, for whoever has the next number makes the whole Center wait
 * @returns false when the core cannot count the terms: a year without a table
 * @throws ActUnproven, VersionUnknown, ClocksDisagree, and the errors of the store
 */
export async function recordAppeal(
  deps: TakeDeps,
  store: LockedStore,
  caseId: string,
  attached: boolean,
  opens: SignedOpening | (() => Promise<SignedOpening>),
): Promise<boolean> {
  const seen = await store.look({ keys: [] });
  checkClocks(seen.now, deps.clock());
  const { subject: row } = seen;
  if (row !== undefined && row.version > deps.knows) throw new VersionUnknown(caseId, row.version, deps.knows);
  const signed = typeof opens === 'function' ? await opens() : opens;
  requireProvenAppeal(deps.proof, signed);
  // It may have waited for its number: the turn is not before its receipt.
  const look = { ...seen, now: Math.max(seen.now, signed.opening.registeredAt) };
  const skewMs = row?.skewMs ?? 0;
  const { turn, adoptions, waiting, apart } = await turnOf(deps, caseId, look, attached, signed.opening, skewMs, store.reader);
  const answers = turn.answers.slice(adoptions);
  const answer = answers.at(-1);
  if (answer === undefined) throw new Error(`case ${caseId}: an appeal got no answer`);
  if (!answer.ok) return refusedOrThrow(caseId, answer);
  const change = changeOf({
    caseId,
    before: row && { state: row.state, head: row.head, snapshotSeq: row.snapshotSeq },
    entries: turn.entries,
    skewMs,
    version: Math.max(row?.version ?? 0, deps.writes),
    core: coreOf('case', deps.core),
    turn: deps.newId(),
    decision: deps.decision,
    seal: deps.proof.sign,
    clockLooks: false,
  });
  const settled = [...apart, ...waiting.map((message, place) => settledBy(message, answers[place] ?? answer))];
  const written = await store.write({ caseId, decidedAt: row?.seq, change, skewMs: undefined, commands: [], settled });
  if (written === 'beaten') throw new Error(`case ${caseId} was changed under its lock`);
  return true;
}

interface AppealTurn {
  turn: Turn;
  /** So many answers are those of adoptions; then come those of the messages that waited, then the appeal's. */
  adoptions: number;
  waiting: Look['waiting'];
  /** Messages that no door has signed. */
  apart: ReturnType<typeof provenReports>['apart'];
}

/** The law in force first, then what waited at the inbox: the moments that this turn reaches must not overtake it. */
async function turnOf(
  deps: TakeDeps,
  caseId: string,
  look: Look,
  attached: boolean,
  opening: Opening,
  skewMs: number,
  from: LockedStore['reader'],
): Promise<AppealTurn> {
  const before = stateOf(look);
  const ref = before?.law ?? lawToOpen(look);
  const adoptions = before === undefined ? [] : await adoptionsFor(deps, before.law, look.law, from);
  const { proven: waiting, apart } = provenReports(deps.proof, caseId, before === undefined ? [] : look.waiting);
  const input: TurnInput = attached && before !== undefined ? { kind: 'delivery', delivery: joining(opening, look.now) } : { kind: 'opening', opening };
  const inputs = [
    ...adoptions.map((adoption): TurnInput => ({ kind: 'adoption', adoption })),
    ...waiting.map((message): TurnInput => ({ kind: 'delivery', delivery: deliveryOf(message, look.now) })),
    input,
  ];
  const now = Math.max(look.now + skewMs, look.subject?.clockAt ?? opening.registeredAt);
  const turn = (deps.core ?? CORE).takeTurn(before, inputs, { subjectId: caseId, law: await deps.lawOf(ref, from), now, newId: deps.newId });
  return { turn, adoptions: adoptions.length, waiting, apart };
}

/** A family's claim names a case and nothing else. */
function stateOf({ subject }: Look): CaseState | undefined {
  if (subject === undefined) return undefined;
  if (isCase(subject.state)) return subject.state;
  throw new Error(`${subject.state.subjectId} is no case`);
}

/** Its instant is that of its number, however long it has waited for a calendar since. */
function joining({ appealId, journalNumber, channel, threat, stay, actor, registeredAt }: Opening, now: Instant): Delivery {
  const data = { appealId, journalNumber, channel, threat, ...(stay === undefined ? {} : { stay }) };
  return { kind: 'appeal', deliveryId: appealId, actor, ageMs: Math.max(0, now - registeredAt), data };
}

function refusedOrThrow(caseId: string, answer: Extract<Answer, { ok: false }>): false {
  if (answer.refusal.code === 'calendar_year_missing') return false;
  throw new Error(`case ${caseId}: an appeal was refused by the core (${answer.refusal.code})`);
}
