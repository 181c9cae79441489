/**
 * A command of a person, from the request to the answer: one take of the case. A repeat under the same key has
 * the first answer, whatever became of the connection that carried it.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { CommandAnswer } from '../contracts/http/appeals.js';
import { COMMAND_ROUTES } from '../contracts/http/roads.js';
import type { BroughtPerson } from '../contracts/http/command-route.js';
import type { Pool } from '../db/pool.js';
import { caseOfQuestion } from '../db/transfers.js';
import { COMMANDS, type Command, type DoorCommandKind } from '../domain/case/commands.js';
import { legalDayOf } from '../domain/law/calendar.js';
import type { Desk } from '../ledger/desk.js';
import { LineBusy } from '../ledger/line.js';
import { commandAct } from '../ledger/proven.js';
import type { CommandInput, Taken } from '../ledger/take.js';
import { tellTransfers } from '../ledger/transfer-questions.js';
import { requireRight, type AskedOnce } from './asked.js';
import { caseAccess, type CaseAccess } from './case-access.js';
import { makeFamilyCode } from './family-view.js';
import { fieldIssues } from './field-faults.js';
import { loggableError } from './loggable-error.js';
import { problem, refused } from './problem.js';
import { isStorageUnavailable } from './storage-faults.js';

export interface CommandDeps {
  desk: Desk;
  log: Logger;
}

/**
 * Takes a command and answers.
 * @param parameters the parts of the address, checked
 * @throws ProblemError for every other outcome than acceptance
 */
export async function giveCommand(
  { desk, log }: CommandDeps,
  kind: DoorCommandKind,
  asked: AskedOnce,
  parameters: Readonly<Record<string, string>>,
): Promise<z.input<typeof CommandAnswer>> {
  const { caseId = '' } = parameters;
  const { actor } = asked;
  const access = await caseAccess(desk.pool, actor, caseId, { act: kind, ...(COMMANDS[kind].unseen ? { unseen: true as const } : {}) });
  const input = await commandInput(desk, kind, asked, access, parameters);
  const taken = (await desk.ask(caseId, input).catch((error: unknown) => askAgain(desk, log, input, error))) ?? notStarted();
  if (taken.kind === 'key_reused') throw problem('idempotency_key_reused');
  if (!taken.answer.ok) throw refused(taken.answer.refusal);
  const { seq, stage } = taken.answer;
  if (stage === 'working') throw new Error(`${caseId} answered as a Center`);
  // Of a case with violence nobody elsewhere is to know: at once, and else by the relay.
  if (kind === 'recordViolenceSigns') await tellOfTransfers({ desk, log }, caseId);
  const commandId = taken.commandId ?? input.command.id;
  const familyCode = kind === 'issueFamilyCode' ? await makeFamilyCode(desk.pool, caseId, commandId) : undefined;
  return { caseId, seq, stage, commandId, ...(familyCode === undefined ? {} : { familyCode }) };
}

/** Tells both cases of a question between Centers what they are to be told; what fails the relay tells. */
export async function tellOfTransfers({ desk, log }: CommandDeps, caseId: string): Promise<void> {
  const onFailed = (error: unknown): void =>
    log.warn({ caseId, error: loggableError(error) }, 'a case was not told of a question between Centers; the relay tells it');
  await tellTransfers(desk, caseId, onFailed).catch(onFailed);
}

/**
 * The answer of a head to a question about a case of the same person in another Center (P32).
 * @throws ProblemError as `giveCommand`, `transfer_question_unknown` where the Center is not asked that
 */
export async function answerTransfer(deps: CommandDeps, asked: AskedOnce, questionId: string): Promise<z.input<typeof CommandAnswer>> {
  requireRight('answerTransferQuestion', asked.actor);
  const caseId = await caseOfQuestion(deps.desk.pool, asked.actor.center, questionId);
  if (caseId === undefined) throw refused({ code: 'transfer_question_unknown' });
  return giveCommand(deps, 'answerTransferQuestion', asked, { caseId, questionId });
}

/** Its appeal is registered, and waits for a calendar (P51). */
function notStarted(): never {
  throw problem('case_not_started_yet');
}

/** Reads the body into what the case is asked, with the personal data that it brings. */
async function commandInput(
  { pool, deps: { proof } }: Desk,
  kind: DoorCommandKind,
  { actor, key: idempotencyKey, body, digestOf }: AskedOnce,
  { caseId, householdId }: CaseAccess,
  parts: Readonly<Record<string, string>>,
): Promise<Extract<CommandInput, { kind: 'command' }>> {
  const read = COMMAND_ROUTES[kind].read(body, parts, randomUUID);
  if (!read.ok) throw problem('request_invalid', { issues: fieldIssues(read.issues, body) });
  const { data, persons, narratives, knownPersons } = read.input;
  requireBorn(persons);
  await requireMembers(pool, householdId, knownPersons);
  const bodySha256 = digestOf(body);
  const asked = { kind, id: randomUUID(), actor, data };
  return {
    kind: 'command',
    // The pair of kind and data comes from one row of the table, which the compiler cannot follow through the loop.
    command: asked as Command,
    request: {
      actorId: actor.id,
      idempotencyKey,
      bodySha256,
      act: proof.sign(commandAct(asked, caseId, bodySha256)),
      caseId,
      persons: persons.map((person) => ({ ...person, householdId })),
      narratives: narratives.map((narrative) => ({ ...narrative, caseId })),
    },
  };
}

/** Nobody is born tomorrow: by such a day somebody would be a child for longer than they are. */
function requireBorn(persons: readonly BroughtPerson[]): void {
  const today = legalDayOf(Date.now());
  const isLate = ({ birthDate, bornAbout }: BroughtPerson): boolean => (birthDate ?? '') > today || (bornAbout ?? 0) > Number(today.slice(0, 4));
  if (persons.some(isLate)) throw problem('request_invalid', { issues: [{ field: '/birthDate', code: 'too_large' }] });
}

/** A consent is somebody's of this family: the ledger must not name a stranger for ever. */
async function requireMembers(pool: Pool, householdId: string, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  const { rowCount } = await pool.query('select from person where household_id = $1 and id = any($2::uuid[]) and erased_at is null', [householdId, personIds]);
  if (rowCount !== new Set(personIds).size) throw problem('person_unknown');
}

/**
 * The connection was lost on the way: the command may have been taken all the same. Its answer is read by its key
 * on another one; without any the caller repeats, which is safe.
 */
export async function askAgain({ deps }: Desk, log: Logger, { command, request }: CommandInput, error: unknown): Promise<Taken> {
  if (!isStorageUnavailable(error) || error instanceof LineBusy) throw error;
  const { actorId, idempotencyKey, bodySha256, caseId } = request;
  const { known } = await deps.store.look(caseId ?? '', { keys: [request] });
  const found = known.find((each) => each.actorId === actorId && each.idempotencyKey === idempotencyKey);
  log.warn(
    { commandId: command.id, caseId, answered: found !== undefined, error: loggableError(error) },
    'a command lost its connection; its answer was looked up',
  );
  if (found === undefined) throw error;
  return found.bodySha256 === bodySha256 ? { kind: 'answered', answer: found.answer, commandId: found.id } : { kind: 'key_reused' };
}
