/**
 * The only writer of a subject, be it a family's case or a Center. One step reads the row, the state and the law, lets the
 * pure core of its kind decide, and writes ledger, read model, effects, alerts, answers, and that the clock must look.
 * Optimistic first; who is beaten looks again under the row lock. Nothing here waits for the engine.
 */
import type { Asked, CommandKey, LedgerStore, LockedStore, Look, SubjectRow, LawInForceRow, WaitingReport } from './store.js';
import type { CaseWriting, CommandWriting, SettledMessage } from './writing.js';
import { changeOf, commandWriting } from './writing.js';
import { referencesOf, type Command } from '../domain/case/commands.js';
import type { Delivery } from '../domain/case/deliveries.js';
import type { DispatchOutcome } from '../domain/case/dispatch.js';
import type { Claim } from '../domain/case/decision.js';
import type { Actor } from '../domain/case/facts.js';
import type { LawAdoption } from '../domain/case/law-adoption.js';
import { idsIn, knownTo, type Known } from '../domain/case/references.js';
import type { CenterCommand } from '../domain/center/commands.js';
import type { Registration } from '../domain/center/turn.js';
import type { SubjectKind } from '../domain/subject/state.js';
import type { AnyAnswer, AnyEntry, AnyInput, AnyState } from '../domain/subject/subjects.js';
import type { TurnOf } from '../domain/subject/turn.js';
import type { Queryable } from '../db/pool.js';
import type { Proof } from '../contracts/proof/proof.js';
import { provenReports, requireProvenCommand } from './proven.js';
import { messageOf } from './inbox-message.js';
import { coreOf, VersionUnknown, type Core } from './version.js';
import type { Instant } from '../domain/law/calendar.js';
import type { Law, LawRef } from '../domain/law/law.js';
import { RULES_VERSION } from '../domain/law/rules/table.js';

/** Who asks under which key, and what a command writes beside its acceptance. */
export type CommandRequest = Omit<CommandWriting, 'answer' | 'id' | 'kind' | 'payload' | 'known'>;

/** What is asked of a subject: the first two of a case, the others of a Center. */
export type TakeInput =
  | { kind: 'command'; command: Command; request: CommandRequest }
  | { kind: 'outcome'; outcome: DispatchOutcome }
  | { kind: 'centerCommand'; command: CenterCommand; request: CommandRequest }
  /** Opens the ledger of a Center, once. */
  | { kind: 'registration'; registration: Registration };

/** Of these the ones that somebody asks under a key. */
export type CommandInput = Extract<TakeInput, { request: CommandRequest }>;

/** What became of one input. */
export type Taken =
  | { kind: 'answered'; answer: AnyAnswer; commandId?: string }
  /** The client's key was used for something else. */
  | { kind: 'key_reused' };

export interface TakeOutcome {
  /** False when there is no such subject; then nothing was decided. */
  known: boolean;
  /** One per input, in their order. */
  taken: readonly Taken[];
  /** Messages of the inbox that this take settled. */
  settled: readonly SettledMessage[];
  /** The adoption of the law in force, when the subject had another: accepted, or why not. */
  adoption?: AnyAnswer;
  /** The subject after it, when there is one. */
  state?: AnyState;
  entries: readonly AnyEntry[];
  /** The subject before it, for those who measure how late a step was recorded. */
  before?: AnyState;
}

export interface TakeDeps {
  store: LedgerStore;
  /** Opens the law book of a subject. */
  lawOf: (ref: LawRef, from?: Queryable) => Promise<Law>;
  /** The data of a version, for an adoption. */
  adoptionOf: (row: LawInForceRow, from?: Queryable) => Promise<LawAdoption | undefined>;
  newId: () => string;
  /** Signs what this process takes in, and looks into what others have signed. */
  proof: Proof;
  /** Wall clock of this process (epoch ms): compared with that of Postgres, never used for a date. */
  clock: () => Instant;
  /** The highest version of rows that this process reads, and the one that it writes. */
  knows: number;
  writes: number;
  /** Digest of the code that decides, kept beside what it decided. */
  decision: string;
  /** That of cases; tests of two releases hand in another one. */
  core?: Core;
}

export interface TakeOptions {
  /** The taker is the clock itself, which looks again after this take. */
  clockLooks?: boolean;
  /** The activity of an effect: when its end asks for a look, the retry that it has parked needs no wake. */
  looksAfter?: boolean;
  /** The engine's own time, believed only for a case that skips time (epoch ms). */
  engineNow?: Instant;
}

/** Postgres and this process do not agree about the time: dates decided now could pin cases in the future. */
export class ClocksDisagree extends Error {
  override readonly name = 'ClocksDisagree';
  constructor(byMs: number) {
    super(`the clock of Postgres and that of this process differ by ${Math.round(byMs / 1_000)} s`);
  }
}

/** More than any network and any pause of a process explain. */
const CLOCKS_DIFFER_MS = 30_000;

/**
 * Takes inputs, all that waits for the case at the inbox, and all moments that have come.
 * @throws ActUnproven, VersionUnknown, ClocksDisagree, and the errors of the store; then nothing was written that a repeat would double
 */
export async function take(deps: TakeDeps, caseId: string, inputs: readonly TakeInput[], options: TakeOptions = {}): Promise<TakeOutcome> {
  for (const input of inputs) if (isCommand(input)) requireProvenCommand(deps.proof, caseId, input.command, input.request);
  const looked = await deps.store.look(caseId, askedOf(inputs));
  const first = await decided(deps, caseId, inputs, looked, options);
  if (first.claims.length === 0) {
    if (!writesAnything(first.writing)) return first.outcome;
    if ((await deps.store.write(first.writing)) === 'written') return first.outcome;
  }
  return deps.store.locked(caseId, (locked) => takeLocked(deps, locked, caseId, inputs, options));
}

async function takeLocked(deps: TakeDeps, store: LockedStore, caseId: string, inputs: readonly TakeInput[], options: TakeOptions): Promise<TakeOutcome> {
  // Looked at anew each time: what another has just taken is seen as taken, and whoever may have any other gets that.
  const decide = async (lost: readonly Claim[]): Promise<Decided> =>
    decided(deps, caseId, inputs, await store.look(askedOf(inputs)), options, lost, store.reader);
  let made = await decide([]);
  // A lost claim refuses its own input; what the others want is claimed again.
  for (let lost: readonly Claim[] = []; made.claims.length > 0; ) {
    const taken = await store.claim(made.claims);
    if (taken.length === 0) break;
    lost = [...lost, ...taken];
    made = await decide(lost);
  }
  if (writesAnything(made.writing) && (await store.write(made.writing)) === 'beaten') throw new Error(`${caseId} was changed under its lock`);
  return made.outcome;
}

function askedOf(inputs: readonly TakeInput[]): Asked {
  const things = idsIn(inputs.flatMap((input) => (input.kind === 'command' ? referencesOf(input.command) : [])));
  return { keys: inputs.flatMap(keyOf), ...(things === undefined ? {} : { things }) };
}

function keyOf(input: TakeInput): CommandKey[] {
  return isCommand(input) ? [input.request] : [];
}

function isCommand(input: TakeInput): input is CommandInput {
  return 'request' in input;
}

function writesAnything({ change, commands, settled, skewMs }: CaseWriting): boolean {
  return change !== undefined || commands.length > 0 || settled.length > 0 || skewMs !== undefined;
}

interface Decided {
  writing: CaseWriting;
  outcome: TakeOutcome;
  claims: readonly Claim[];
}

/** Everything between the look and the write; pure but for reading the law of the case. */
async function decided(
  deps: TakeDeps,
  caseId: string,
  inputs: readonly TakeInput[],
  looked: Look,
  options: TakeOptions,
  lost: readonly Claim[] = [],
  from?: Queryable,
): Promise<Decided> {
  checkClocks(looked.now, deps.clock());
  const row = looked.subject;
  if (row === undefined && !inputs.some(({ kind }) => kind === 'registration'))
    return { writing: nothingFor(caseId), outcome: { known: false, taken: [], settled: [], entries: [] }, claims: [] };
  if (row !== undefined && row.version > deps.knows) throw new VersionUnknown(caseId, row.version, deps.knows);
  const skewMs = row === undefined ? 0 : skewOf(row, looked.now, options);
  const open = inputs.map((input) => answeredBefore(input, caseId, looked));
  const turned = await turnOf(
    deps,
    caseId,
    inputs.filter((_, place) => open[place] === undefined),
    { ...looked, skewMs, lost, from },
  );
  return written(deps, caseId, row, inputs, open, turned, skewMs, options);
}

/** @throws ClocksDisagree when a date decided now could not be trusted */
export function checkClocks(ofStore: Instant, ofProcess: Instant): void {
  if (Math.abs(ofStore - ofProcess) > CLOCKS_DIFFER_MS) throw new ClocksDisagree(ofStore - ofProcess);
}

function nothingFor(caseId: string): CaseWriting {
  return { caseId, decidedAt: undefined, change: undefined, skewMs: undefined, commands: [], settled: [] };
}

/** A case in skipped time goes with the engine's clock, and never back. */
function skewOf({ skipping, skewMs }: SubjectRow, now: Instant, { engineNow }: TakeOptions): number {
  return skipping && engineNow !== undefined ? Math.max(skewMs, engineNow - now) : skewMs;
}

/** What was taken before gets the first answer; undefined when the input is new. */
function answeredBefore(input: TakeInput, caseId: string, { known }: Look): Taken | undefined {
  if (!isCommand(input)) return undefined;
  const { actorId, idempotencyKey, bodySha256 } = input.request;
  const found = known.find((each) => each.actorId === actorId && each.idempotencyKey === idempotencyKey);
  if (found === undefined) return undefined;
  const same = found.bodySha256 === bodySha256 && found.caseId === caseId && found.kind === input.command.kind;
  return same ? { kind: 'answered', answer: found.answer, commandId: found.id } : { kind: 'key_reused' };
}

interface Seen extends Look {
  skewMs: number;
  lost: readonly Claim[];
  from: Queryable | undefined;
}

interface TurnTaken {
  turn: TurnOf<AnyState, AnyEntry>;
  adoptions: readonly LawAdoption[];
  messages: readonly WaitingReport[];
  /** Messages that no door has signed. */
  apart: readonly SettledMessage[];
  things: Known;
  kind: SubjectKind;
}

/** One turn: the law in force first, then what waited at the inbox, then the new inputs; moments between them. */
async function turnOf(deps: TakeDeps, caseId: string, inputs: readonly TakeInput[], seen: Seen): Promise<TurnTaken> {
  const { subject } = seen;
  const kind = subject?.kind ?? 'center';
  const ref = subject?.state.law ?? lawToOpen(seen);
  const adoptions = await adoptionsFor(deps, ref, seen.law, seen.from);
  const law = await deps.lawOf(ref, seen.from);
  const { proven, apart } = provenReports(deps.proof, caseId, seen.waiting);
  // Never behind an entry of the subject: the clock of a machine may step back.
  const now = Math.max(seen.now + seen.skewMs, subject?.clockAt ?? 0);
  const turnInputs: AnyInput[] = [
    ...adoptions.map((adoption): AnyInput => ({ kind: 'adoption', adoption })),
    ...proven.map((message): AnyInput => ({ kind: 'delivery', delivery: deliveryOf(message, seen.now) })),
    ...inputs.map((input) => turnInput(input, seen.things)),
  ];
  const turn = coreOf(kind, deps.core).takeTurn(subject?.state, turnInputs, { subjectId: caseId, law, now, newId: deps.newId, lost: seen.lost });
  return { turn, adoptions, messages: proven, apart, things: seen.things, kind };
}

/** The law with which a subject begins: that in force. */
export function lawToOpen({ law }: Pick<Look, 'law'>): LawRef {
  const version = (kind: 'calendar' | 'policy'): string => law.find((row) => row.kind === kind)?.version ?? noLaw(kind);
  return { rules: RULES_VERSION, calendar: version('calendar'), policy: version('policy') };
}

function noLaw(kind: string): never {
  throw new Error(`No ${kind} is adopted: run the seed of the law, or adopt one.`);
}

function turnInput(input: TakeInput, things: Known): AnyInput {
  switch (input.kind) {
    case 'command':
      return commandInput(input.command, things);
    case 'outcome':
      return { kind: 'dispatch', outcome: input.outcome };
    case 'centerCommand':
      return { kind: 'centerCommand', command: input.command };
    case 'registration':
      return input;
  }
}

/** With what is known of that to which it refers, for it alone. */
function commandInput(command: Command, things: Known): AnyInput {
  const known = knownTo(referencesOf(command), things);
  return { kind: 'command', command, ...(known === undefined ? {} : { known }) };
}

/** What the case has to take up before anything else: the law in force, where it has another. */
export async function adoptionsFor(deps: TakeDeps, has: LawRef, inForce: readonly LawInForceRow[], from?: Queryable): Promise<readonly LawAdoption[]> {
  const news = inForce.filter(({ kind, version }) => has[kind] !== version);
  const adoptions = await Promise.all(news.map((row) => deps.adoptionOf(row, from)));
  return adoptions.flatMap((adoption) => adoption ?? []);
}

/** The message as the core gets it; its id is the row's, so an id that an agency chose goes no further. */
export function deliveryOf({ inboxId, receivedAt, source, payload }: WaitingReport, now: Instant): Delivery {
  const actor: Actor = { id: source, role: 'agency', center: '' };
  return { ...messageOf(inboxId, payload), deliveryId: inboxId, actor, ageMs: Math.max(0, now - receivedAt) };
}

function written(
  deps: TakeDeps,
  caseId: string,
  row: SubjectRow | undefined,
  inputs: readonly TakeInput[],
  open: readonly (Taken | undefined)[],
  { turn, adoptions, messages, apart, things, kind }: TurnTaken,
  skewMs: number,
  { clockLooks = false, looksAfter = false }: TakeOptions,
): Decided {
  const answers = turn.answers.values();
  const next = (): AnyAnswer => answers.next().value ?? missing(caseId);
  const adoption = adoptions.map(next).at(-1);
  const settled = [...apart, ...messages.map((message) => settledBy(message, next()))];
  const commands: CommandWriting[] = [];
  const taken = inputs.map((input, place): Taken => open[place] ?? answered(input, next(), things, commands));
  const change =
    turn.entries.length === 0
      ? undefined
      : changeOf({
          caseId,
          before: row && { state: row.state, head: row.head, snapshotSeq: row.snapshotSeq },
          entries: turn.entries,
          skewMs,
          version: Math.max(row?.version ?? 0, deps.writes),
          core: coreOf(kind, deps.core),
          turn: deps.newId(),
          decision: deps.decision,
          seal: deps.proof.sign,
          clockLooks,
          looksAfter,
        });
  const skipped = row === undefined || skewMs === row.skewMs ? undefined : skewMs;
  const writing: CaseWriting = { caseId, decidedAt: row?.seq, change, skewMs: skipped, commands, settled };
  const state = change?.state ?? row?.state;
  const outcome: TakeOutcome = {
    known: true,
    taken,
    settled,
    entries: turn.entries,
    ...(row === undefined ? {} : { before: row.state }),
    ...(state === undefined ? {} : { state }),
  };
  return { writing, outcome: adoption === undefined ? outcome : { ...outcome, adoption }, claims: turn.claims };
}

function missing(caseId: string): never {
  throw new Error(`${caseId}: a turn gave fewer answers than it had inputs`);
}

function answered(input: TakeInput, answer: AnyAnswer, things: Known, commands: CommandWriting[]): Taken {
  if (!isCommand(input)) return { kind: 'answered', answer };
  const { command, request } = input;
  // A Center's command refers to nothing that is looked up.
  const known = input.kind === 'command' ? (knownTo(referencesOf(input.command), things) ?? null) : null;
  commands.push(commandWriting({ ...request, id: command.id, kind: command.kind, payload: command.data, known }, answer));
  return { kind: 'answered', answer, commandId: command.id };
}

/** A report that is refused stays beside the case with its reason, for people; nothing accepted is lost. */
export function settledBy({ inboxId }: WaitingReport, answer: AnyAnswer): SettledMessage {
  return { id: inboxId, state: answer.ok ? 'delivered' : 'rejected', outcome: answer };
}
