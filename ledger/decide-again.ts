/**
 * Would today's code record the same? A take is decided again on the state before it, from the inputs that are
 * kept beside the ledger, with its own time and random ids. Only what the same code decided can be compared.
 */
import { canonicalJson } from '../contracts/ledger-digest.js';
import { referencesOf, type Command, type CommandKind } from '../domain/case/commands.js';
import type { EntryOf } from '../domain/case/facts.js';
import { CENTER_COMMANDS, type CenterCommand, type CenterCommandKind } from '../domain/center/commands.js';
import type { Known } from '../domain/case/references.js';
import { isCase, kindByEntry, kindOf, lawIn, type AnyEntry, type AnyInput, type AnyState } from '../domain/subject/subjects.js';
import type { Calendar, Instant } from '../domain/law/calendar.js';
import { lawOf } from '../domain/law/law.js';
import type { Policy } from '../domain/law/policy.js';
import { messageOf } from './inbox-message.js';
import type { ReportPayload } from './store.js';
import { coreOf } from './version.js';

/** What is kept beside the ledger and does not stand in it. */
export interface KeptInputs {
  /** Coded data of accepted commands with what was known of that to which they refer, by their ids. */
  commands: ReadonlyMap<string, { kind: CommandKind | CenterCommandKind; payload: unknown; known: Known | null }>;
  /** Coded contents of reports, by the ids of their rows. */
  reports: ReadonlyMap<string, { source: string; payload: ReportPayload }>;
  calendars: ReadonlyMap<string, Calendar>;
  policies: ReadonlyMap<string, Policy>;
}

/** `unknown`: an input or a version is not kept any more. */
export type Again = 'same' | 'differs' | 'unknown';

/**
 * @param state the subject before the take; undefined when that opened it
 * @param entries all entries of the take, in order
 */
export function decideAgain(state: AnyState | undefined, entries: readonly AnyEntry[], kept: KeptInputs, caseId: string): Again {
  const [first] = entries;
  if (first === undefined) return 'same';
  const ref = state?.law ?? lawIn(first);
  const core = coreOf(state === undefined ? kindByEntry(first) : kindOf(state));
  const calendar = ref && kept.calendars.get(ref.calendar);
  const policy = ref && kept.policies.get(ref.policy);
  const inputs = inputsOf(state, entries, kept);
  if (calendar === undefined || policy === undefined || inputs === undefined) return 'unknown';
  const law = lawOf({ calendar, policy });
  const isSame = (heldBack?: Instant): boolean => {
    const ids = entries.flatMap(idsIn).values();
    const newId = (): string => ids.next().value ?? 'an id that the take did not make';
    const turn = core.takeTurn(state, inputs, { subjectId: caseId, law, now: first.at, newId, ...(heldBack === undefined ? {} : { heldBack }) });
    return canonicalJson(turn.entries) === canonicalJson(entries);
  };
  const heldBack = heldBackBy(entries);
  return isSame() || (heldBack !== undefined && isSame(heldBack)) ? 'same' : 'differs';
}

/** A refused message leaves no entry, but what it held back was recorded behind the law that came before it. */
function heldBackBy(entries: readonly AnyEntry[]): Instant | undefined {
  const adopted = entries.findIndex(({ type }) => type === 'LawAdopted');
  const step = adopted < 0 ? undefined : entries.slice(adopted).find(({ cause }) => cause === 'clock');
  return step && step.occurredAt - 1;
}

/** The inputs in their order; the clock's own entries come by themselves. Undefined when one is not kept. */
function inputsOf(state: AnyState | undefined, entries: readonly AnyEntry[], kept: KeptInputs): AnyInput[] | undefined {
  const inputs: AnyInput[] = [];
  const seen = new Set<string>();
  for (const entry of entries) {
    if (entry.cause === 'clock' || seen.has(entry.cause)) continue;
    seen.add(entry.cause);
    const input = inputOf(state, entry, kept);
    if (input === undefined) return undefined;
    inputs.push(input);
  }
  return inputs;
}

/** The input whose first fact an entry is. */
function inputOf(state: AnyState | undefined, entry: AnyEntry, kept: KeptInputs): AnyInput | undefined {
  switch (entry.type) {
    case 'CenterRegistered':
      return { kind: 'registration', registration: { id: entry.cause, center: entry.data.center } };
    case 'AppealRegistered':
      return { kind: 'opening', opening: { ...entry.data, registeredAt: entry.occurredAt, actor: entry.actor } };
    case 'AppealAttached':
      return {
        kind: 'delivery',
        delivery: { kind: 'appeal', deliveryId: entry.cause, actor: entry.actor, ageMs: entry.at - entry.occurredAt, data: entry.data },
      };
    case 'ReportReceived':
    case 'IdentificationAnswered':
      return reportOf(entry, kept);
    case 'DispatchDelivered':
    case 'DispatchParked':
    case 'DispatchRefused':
    case 'DispatchGivenUp':
    case 'DispatchResumed':
      // On paper, or again: a person did it.
      return kept.commands.has(entry.cause) ? commandOf(entry, kept) : { kind: 'dispatch', outcome: outcomeOf(state, entry) };
    case 'LawAdopted':
      return adoptionOf(entry, kept);
    default:
      return commandOf(entry, kept);
  }
}

/** By wire; else a person recorded what came by letter. */
function reportOf(entry: EntryOf<'ReportReceived'> | EntryOf<'IdentificationAnswered'>, kept: KeptInputs): AnyInput | undefined {
  const { reports } = kept;
  const report = reports.get(entry.cause);
  if (report === undefined) return commandOf(entry, kept);
  const { actor, at, occurredAt, cause } = entry;
  return { kind: 'delivery', delivery: { ...messageOf(cause, report.payload), deliveryId: cause, actor, ageMs: at - occurredAt } };
}

function outcomeOf(
  state: AnyState | undefined,
  entry: EntryOf<'DispatchDelivered'> | EntryOf<'DispatchParked'> | EntryOf<'DispatchRefused'> | EntryOf<'DispatchGivenUp'> | EntryOf<'DispatchResumed'>,
): Extract<AnyInput, { kind: 'dispatch' }>['outcome'] {
  const { key } = entry.data;
  const said = 'said' in entry.data && entry.data.said !== undefined ? { said: entry.data.said } : {};
  const series = (state !== undefined && isCase(state) ? state.dispatches : []).find((dispatch) => dispatch.key === key)?.series ?? 1;
  switch (entry.type) {
    case 'DispatchDelivered':
      return { key, series, ...said, outcome: 'delivered' };
    case 'DispatchParked':
      if (entry.data.refused !== undefined) return { key, series, ...said, outcome: 'refused', reason: entry.data.reason };
      // The pause that the agency asked for is not kept: a longer one than the plan's can only be that, a shorter one nothing.
      return { key, series, ...said, outcome: 'unreachable', reason: entry.data.reason, askedPauseMs: entry.data.retryAt - entry.at };
    case 'DispatchRefused':
      return { key, series, ...said, outcome: 'refused', reason: entry.data.reason };
    case 'DispatchGivenUp':
      return { key, series, ...said, outcome: 'given_up', reason: entry.data.reason };
    case 'DispatchResumed':
      return { key, series, outcome: 'recovered' };
  }
}

function adoptionOf({ data }: EntryOf<'LawAdopted'>, { calendars, policies }: KeptInputs): AnyInput | undefined {
  const { law, adoption } = data;
  const { id, act, recompute, previous } = adoption;
  const calendar = law.calendar === previous.calendar ? undefined : calendars.get(law.calendar);
  const policy = law.policy === previous.policy ? undefined : policies.get(law.policy);
  if (calendar === undefined && policy === undefined) return undefined;
  return { kind: 'adoption', adoption: { id, act, recompute, ...(calendar === undefined ? {} : { calendar }), ...(policy === undefined ? {} : { policy }) } };
}

function commandOf({ cause, actor }: AnyEntry, { commands }: KeptInputs): AnyInput | undefined {
  const command = commands.get(cause);
  // The pair of kind and payload comes from one row, which the compiler cannot follow through Postgres.
  if (command === undefined) return undefined;
  const { kind, payload, known } = command;
  if (kind in CENTER_COMMANDS) return { kind: 'centerCommand', command: { kind, id: cause, actor, data: payload } as CenterCommand };
  const asked = { kind, id: cause, actor, data: payload } as Command;
  if (known !== null) return { kind: 'command', command: asked, known };
  // Without what was known of them nothing that refers to things can be decided again.
  return referencesOf(asked).length > 0 ? undefined : { kind: 'command', command: asked };
}

/** The random ids that a fact carries, in the order in which they were made. */
function idsIn({ data }: AnyEntry): string[] {
  // Whatever fact orders messages: one whose keys are not found here would look as if somebody had changed it.
  if ('dispatches' in data) return data.dispatches.map(({ key }) => key);
  if ('notices' in data) return data.notices.map(({ key }) => key);
  return 'dispatch' in data && typeof data.dispatch === 'object' ? [data.dispatch.key] : [];
}
