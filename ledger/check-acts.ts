/**
 * Is every entry somebody's act, and is every act that was accepted in the ledger? Joins the ledger with what lies beside
 * it: commands and appeals, the inbox, attempts, adoptions, and the signatures of all. Pure: the rows are handed in.
 */
import type { Instant } from '../domain/law/calendar.js';
import { EMPTY_LEDGER } from '../contracts/ledger-digest.js';
import { dataDigest, type Act } from '../contracts/proof/acts.js';
import type { ProofReader } from '../contracts/proof/proof.js';
import type { AnyEntry } from '../domain/subject/subjects.js';
import type { FaultCode, LedgerFault, StoredEntry } from './check-case.js';
import { adoptionAct, appealAct, commandAct, reportAct } from './proven.js';
import type { ReportPayload } from './store.js';

/** A command, a Center's command, or the registration of an appeal. */
export interface KeptCommand {
  id: string;
  kind: string;
  bodySha256: string;
  act: string | null;
  payload: unknown;
  accepted: boolean;
  /** Of a kind that leaves entries, when it is accepted. */
  isOfLedger: boolean;
}

export interface KeptReport {
  id: string;
  source: string;
  payload: ReportPayload;
  receivedAt: number;
  state: string;
  act: string | null;
}

/** All that lies beside the ledger of one subject and caused its entries. */
export interface KeptActs {
  commands: ReadonlyMap<string, KeptCommand>;
  reports: ReadonlyMap<string, KeptReport>;
  /** Appeals of the journal that belong to it, with their registration by the wall clock (a case may live ahead of it), but for those that wait for a calendar. */
  appeals: ReadonlyMap<string, Instant>;
  /** Adoptions of the law that its entries name. */
  adoptions: ReadonlyMap<string, KeptAdoption>;
}

export interface KeptAdoption {
  id: string;
  kind: string;
  version: string;
  by: string;
  recompute: string;
  proof: string | null;
  /** Of the version as it is stored now. */
  data: unknown;
}

export interface ActsToCheck {
  caseId: string;
  ledger: readonly StoredEntry[];
  acts: KeptActs;
  proof: ProofReader;
}

/** The faults of one subject; none when each entry has its act and each act its entry. */
export function checkActs(given: ActsToCheck): LedgerFault[] {
  return [...sealFaults(given), ...causeFaults(given), ...lostActs(given)];
}

/** Every turn is signed, over itself and the head that it left; the chain itself is checked elsewhere. */
function sealFaults({ caseId, ledger, proof }: ActsToCheck): LedgerFault[] {
  return ledger.flatMap((stored, index): LedgerFault[] => {
    const next = ledger[index + 1];
    if (next !== undefined && next.turn === stored.turn) return [];
    const first = ledger.findIndex(({ turn }) => turn === stored.turn);
    const before = ledger[first - 1];
    const from = { seq: before?.seq ?? 0, head: before?.digest ?? EMPTY_LEDGER };
    const { seq, turn, digest, decision, seal } = stored;
    const why = proof.fault({ act: 'turn', subject: caseId, turn, from, to: { seq, head: digest }, decision }, seal);
    if (why === undefined) return [];
    return [{ caseId, seq, code: 'turn_unproven', fault: `no process of ours has signed the turn that ends here, with the head that it left (${why})` }];
  });
}

/** Each cause once, at its first entry: what it caused further comes with it. */
function causeFaults(given: ActsToCheck): LedgerFault[] {
  const { caseId, ledger } = given;
  const seen = new Set<string>();
  const faults: LedgerFault[] = [];
  for (const { seq, entry } of ledger) {
    if (entry.cause === 'clock' || seen.has(entry.cause)) continue;
    seen.add(entry.cause);
    const found = causeFault(given, entry);
    if (found !== undefined) faults.push({ caseId, seq, ...found });
  }
  return faults;
}

type Found = { code: FaultCode; fault: string } | undefined;

function causeFault(given: ActsToCheck, entry: AnyEntry): Found {
  const { commands, reports } = given.acts;
  switch (entry.type) {
    // Once, by whoever is first: the seal says by whom.
    case 'CenterRegistered':
      return entry.cause === given.caseId ? undefined : missing(entry);
    case 'AppealRegistered':
    case 'AppealAttached':
      return appealFault(given, entry, commands.get(entry.cause));
    default:
  }
  if (entry.type === 'LawAdopted') return adoptionFault(given, entry);
  const command = commands.get(entry.cause);
  if (command !== undefined) return commandFault(given, entry, command);
  const report = reports.get(entry.cause);
  if (report !== undefined) return reportFault(given, entry, report);
  return SEALED_ONLY.has(entry.type) ? undefined : missing(entry);
}

/** Acts of processes, with no row of a person beside them. */
const SEALED_ONLY: ReadonlySet<string> = new Set([
  'DispatchDelivered',
  'DispatchParked',
  'DispatchRefused',
  'DispatchGivenUp',
  'DispatchResumed',
] satisfies AnyEntry['type'][]);

function missing({ type, cause }: AnyEntry): Found {
  return { code: 'act_missing', fault: `${type} says that ${cause} caused it; no such command, appeal or report is stored` };
}

function commandFault({ caseId, proof }: ActsToCheck, { actor, type }: AnyEntry, command: KeptCommand): Found {
  const { id, kind, payload, bodySha256, act, accepted } = command;
  if (!accepted) return { code: 'act_differs', fault: `${type} follows from the command ${id}, which was refused` };
  return unproven(proof, commandAct({ id, kind, actor, data: payload }, caseId, bodySha256), act, `the command ${kind} ${id} of ${actor.id}`);
}

function appealFault(
  { ledger, proof, acts: { appeals } }: ActsToCheck,
  entry: Extract<AnyEntry, { type: 'AppealRegistered' | 'AppealAttached' }>,
  command: KeptCommand | undefined,
): Found {
  const household = ledger.flatMap(({ entry: each }) => (each.type === 'AppealRegistered' ? [each.data.householdId] : []))[0] ?? '';
  const { actor } = entry;
  const { appealId, journalNumber, channel, threat, stay } = entry.data;
  const registeredAt = appeals.get(appealId);
  if (command === undefined || registeredAt === undefined) return missing(entry);
  const opening = {
    appealId,
    journalNumber,
    householdId: household,
    center: actor.center,
    channel,
    threat,
    ...(stay === undefined ? {} : { stay }),
    registeredAt,
    actor,
  };
  return unproven(proof, appealAct(opening, command.bodySha256), command.act, `the appeal ${journalNumber}`);
}

function reportFault({ caseId, proof }: ActsToCheck, entry: AnyEntry, report: KeptReport): Found {
  const { id, source, payload, receivedAt, act, state } = report;
  const what = `the report ${id} of ${source}`;
  const said = saidIn(entry);
  if (said === undefined || dataDigest(said) !== dataDigest(contentOf(payload)) || entry.actor.id !== source)
    return { code: 'act_differs', fault: `${entry.type} says something else than ${what} in the inbox` };
  if (state !== 'delivered') return { code: 'act_differs', fault: `${entry.type} follows from ${what}, which is ${state} in the inbox` };
  return unproven(proof, reportAct(caseId, { inboxId: id, receivedAt, source, payload }), act, what);
}

function saidIn(entry: AnyEntry): object | undefined {
  if (entry.type === 'ReportReceived') return { measureId: entry.data.measureId, outcome: entry.data.outcome };
  return entry.type === 'IdentificationAnswered' ? { referralId: entry.data.referralId, identified: entry.data.identified } : undefined;
}

function contentOf(payload: ReportPayload): object {
  if ('measureId' in payload) return { measureId: payload.measureId, outcome: payload.outcome };
  return { referralId: payload.referralId, identified: payload.identified };
}

function adoptionFault({ proof, acts: { adoptions } }: ActsToCheck, entry: Extract<AnyEntry, { type: 'LawAdopted' }>): Found {
  const kept = adoptions.get(entry.cause);
  if (kept === undefined) return { code: 'act_missing', fault: `the law was adopted by ${entry.cause}, which nobody has asked for` };
  const { id, kind, version, by, recompute, data } = kept;
  return unproven(proof, adoptionAct({ id, kind, version, act: by, recompute }, data), kept.proof, `the adoption of ${kind} ${version}`);
}

function unproven(proof: ProofReader, act: Act, jws: string | null, what: string): Found {
  const why = proof.fault(act, jws);
  return why && { code: 'act_unproven', fault: `${what} is not signed by its door as it stands here (${why})` };
}

/** What was answered with yes and left nothing. */
function lostActs({ caseId, ledger, acts: { commands, reports, appeals } }: ActsToCheck): LedgerFault[] {
  const causes = new Set(ledger.map(({ entry }) => entry.cause));
  const lost = (what: string): LedgerFault => ({ caseId, code: 'entry_missing', fault: `${what} was accepted, and no entry follows from it` });
  return [
    ...[...commands.values()]
      .filter(({ id, accepted, isOfLedger }) => isOfLedger && accepted && !causes.has(id))
      .map(({ id, kind }) => lost(`the command ${kind} ${id}`)),
    ...[...reports.values()].filter(({ id, state }) => state === 'delivered' && !causes.has(id)).map(({ id, source }) => lost(`the report ${id} of ${source}`)),
    ...[...appeals.keys()].filter((id) => !causes.has(id)).map((id) => lost(`the appeal ${id}`)),
  ];
}
