/** Nothing is taken that its door has not signed: what is proven of each input, rebuilt from the input itself. */
import type { LedgerPlace } from '../contracts/case-clock.js';
import { dataDigest, type AdoptionAct, type AppealAct, type CommandAct, type ReportAct, type ToldAct } from '../contracts/proof/acts.js';
import { ActUnproven, type Proof, type ProofReader } from '../contracts/proof/proof.js';
import type { Opening } from '../domain/case/deliveries.js';
import type { Actor } from '../domain/case/facts.js';
import type { WaitingReport } from './store.js';
import type { SettledMessage } from './writing.js';

/** What is signed of a command. */
export interface AskedCommand {
  id: string;
  kind: string;
  actor: Actor;
  data: unknown;
}

/** @param subjectId of whom it is asked @param body digest of the request as it came */
export function commandAct({ id, kind, actor, data }: AskedCommand, subjectId: string, body: string): CommandAct {
  return { act: 'command', id, actor: personOf(actor), subject: subjectId, kind, data: dataDigest(data), body };
}

/** An appeal as the API has signed it: it may wait for its year of the calendar in the hands of another process. */
export interface SignedOpening {
  opening: Opening;
  /** Digest of the request as it came. */
  body: string;
  act: string;
}

export function appealAct({ appealId, actor, householdId, journalNumber, channel, threat, stay, registeredAt }: Opening, body: string): AppealAct {
  const asked = stay === undefined ? {} : { stay: dataDigest(stay) };
  return { act: 'appeal', id: appealId, actor: personOf(actor), household: householdId, journalNumber, channel, threat, ...asked, at: registeredAt, body };
}

export function signedOpening(proof: Proof, opening: Opening, body: string): SignedOpening {
  return { opening, body, act: proof.sign(appealAct(opening, body)) };
}

/** Member by member: a door may know more of an actor than what is recorded. */
function personOf({ id, role, center }: Actor): Actor {
  return { id, role, center };
}

export function reportAct(subjectId: string, { inboxId, receivedAt, source, payload }: Omit<WaitingReport, 'act'>): ReportAct {
  return { act: 'report', id: inboxId, source, subject: subjectId, receivedAt, payload: dataDigest(payload) };
}

/** @param data of the version that is adopted: another one under its name would move dates */
export function adoptionAct(
  { id, kind, version, act, recompute }: { id: string; kind: string; version: string; act: string; recompute: string },
  data: unknown,
): AdoptionAct {
  return { act: 'adoption', id, kind, version, data: dataDigest(data), by: act, recompute };
}

/** A place of the ledger, as the clock of that subject is told it. */
export function toldAct(subjectId: string, { seq, head }: LedgerPlace): ToldAct {
  return { act: 'told', subject: subjectId, seq, head };
}

/** @throws ActUnproven: nothing is decided on what nobody has signed */
export function requireProvenAppeal(proof: ProofReader, { opening, body, act }: SignedOpening): void {
  const fault = proof.fault(appealAct(opening, body), act);
  if (fault !== undefined) throw new ActUnproven('appeal', opening.appealId, fault);
}

/** @throws ActUnproven */
export function requireProvenCommand(
  proof: ProofReader,
  subjectId: string,
  command: AskedCommand,
  { bodySha256, act }: { bodySha256: string; act: string },
): void {
  const fault = proof.fault(commandAct(command, subjectId, bodySha256), act);
  if (fault !== undefined) throw new ActUnproven('command', command.id, fault);
}

/** Reports that wait, and those among them that no door has received: they are set apart for people, and hold up nobody. */
export function provenReports(
  proof: ProofReader,
  subjectId: string,
  waiting: readonly WaitingReport[],
): { proven: readonly WaitingReport[]; apart: readonly SettledMessage[] } {
  const isProven = (message: WaitingReport): boolean => proof.fault(reportAct(subjectId, message), message.act) === undefined;
  const apart = waiting.filter((message) => !isProven(message));
  return {
    proven: apart.length === 0 ? waiting : waiting.filter((message) => !apart.includes(message)),
    apart: apart.map(({ inboxId }) => ({ id: inboxId, state: 'rejected', outcome: { ok: false, refusal: { code: 'report_unproven' } } })),
  };
}
