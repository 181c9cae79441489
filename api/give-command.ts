/**
 * A command of a person, from the request to the answer. The row in Postgres comes first, so that a
 * repeat finds the first one's id and answer; the engine sees the generated id only.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Request } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { CommandAnswer } from '../contracts/http/appeals.js';
import { COMMAND_ROUTES } from '../contracts/http/commands.js';
import type { PathParameter, PathParameters } from '../contracts/http/command-route.js';
import { discardCommandData, findCommand, storeAnswer, takeCommand, type CommandRequest, type TakenOutcome } from '../db/commands.js';
import type { Pool } from '../db/pool.js';
import type { Command, CommandKind } from '../domain/case/commands.js';
import type { Actor } from '../domain/case/facts.js';
import type { Answer } from '../domain/case/turn.js';
import { actorOf } from './authenticate.js';
import { caseAccess, type CaseAccess } from './case-access.js';
import { askCase, type Asked } from './case-engine.js';
import { fieldIssues } from './field-faults.js';
import { bodyDigest, idempotencyKeyOf } from './idempotency.js';
import { loggableError } from './loggable-error.js';
import { problem, refused } from './problems.js';

export interface CommandDeps {
  pool: Pool;
  temporal: Client;
  log: Logger;
  /** A person waits: after so long without an answer the outcome is called unknown. */
  commandTimeoutMs: number;
}

/** Kept back from the engine's share of the time, to look up what it may have written. */
const LOOK_UP_MS = 300;

/**
 * Takes a command and answers within the limit.
 * @param parameters the parts of the address, checked
 * @throws ProblemError for every other outcome than acceptance
 */
export async function giveCommand(
  deps: CommandDeps,
  kind: CommandKind,
  request: Request,
  parameters: Readonly<Record<string, string>>,
): Promise<z.input<typeof CommandAnswer>> {
  const deadline = Date.now() + deps.commandTimeoutMs;
  const { caseId = '' } = parameters;
  const answered = await within(deadline, deps.log, give(deps, kind, request, caseId, partsOf(parameters), deadline));
  if (!answered.answer.ok) throw refused(answered.answer.refusal);
  const { seq, stage } = answered.answer;
  return { caseId, seq, stage, commandId: answered.commandId };
}

interface Answered {
  commandId: string;
  answer: Answer;
}

async function give(
  deps: CommandDeps,
  kind: CommandKind,
  request: Request,
  caseId: string,
  parts: PathParameters,
  deadline: number,
): Promise<Answered> {
  const { pool } = deps;
  const actor = actorOf(request);
  const access = await caseAccess(pool, actor, caseId);
  const wanted = await commandRequest(pool, kind, request, actor, access, parts);
  const taken = await takeCommand(pool, wanted);
  if (taken.outcome === 'conflict') throw problem('idempotency_key_reused');
  const { id: commandId, payload, answer } = taken.command;
  if (answer !== undefined) return { commandId, answer };
  // The pair of kind and payload comes from one row, which the compiler cannot follow through Postgres.
  const command = { kind, id: commandId, actor, data: payload, knownSeq: access.seq } as Command;
  const asked = await askCase(deps.temporal, caseId, command, deadline - LOOK_UP_MS);
  return { commandId, answer: await settle(deps, wanted, commandId, asked, actor, caseId) };
}

/** Reads the body into what the case will be asked, with the personal data that it brings. */
async function commandRequest(
  pool: Pool,
  kind: CommandKind,
  request: Request,
  actor: Actor,
  { caseId, householdId }: CaseAccess,
  parts: PathParameters,
): Promise<CommandRequest> {
  const idempotencyKey = idempotencyKeyOf(request);
  const read = COMMAND_ROUTES[kind].read(request.body, parts, randomUUID);
  if (!read.ok) throw problem('request_invalid', { issues: fieldIssues(read.issues, request.body) });
  const { data, persons, narratives, knownPersons } = read.input;
  await requireMembers(pool, householdId, knownPersons);
  return {
    id: randomUUID(),
    actorId: actor.id,
    idempotencyKey,
    bodySha256: bodyDigest(request, request.body),
    caseId,
    kind,
    payload: data,
    persons: persons.map((person) => ({ ...person, householdId })),
    narratives: narratives.map((narrative) => ({ ...narrative, caseId })),
  };
}

/** A consent is somebody's of this family: the ledger must not name a stranger for ever. */
async function requireMembers(pool: Pool, householdId: string, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  const { rowCount } = await pool.query('select from person where household_id = $1 and id = any($2::uuid[])', [householdId, personIds]);
  if (rowCount !== new Set(personIds).size) throw problem('person_unknown');
}

/** From what the engine said to the answer that stands: the first one written down wins. */
async function settle(
  deps: CommandDeps,
  wanted: CommandRequest,
  commandId: string,
  asked: Asked,
  actor: Actor,
  caseId: string,
): Promise<Answer> {
  switch (asked.kind) {
    case 'answered':
      return keep(deps, commandId, asked.answer);
    case 'not_running':
      return withoutRun(deps, wanted, commandId, actor, caseId);
    case 'unknown': {
      deps.log.warn({ commandId, caseId, reason: asked.reason }, 'a command is without an answer');
      return journaledAnswer(deps.pool, wanted);
    }
  }
}

async function keep({ pool }: CommandDeps, commandId: string, answer: Answer): Promise<Answer> {
  const standing = await storeAnswer(pool, commandId, answer);
  if (!standing.ok) await discardCommandData(pool, commandId);
  return standing;
}

/** No run takes commands: the case is over, or it has not begun, or an operator must look. */
async function withoutRun(deps: CommandDeps, wanted: CommandRequest, commandId: string, actor: Actor, caseId: string): Promise<Answer> {
  const { stage } = await caseAccess(deps.pool, actor, caseId);
  if (stage === undefined) throw problem('case_not_started_yet');
  if (stage === 'closed') return keep(deps, commandId, { ok: false, refusal: { code: 'case_not_open' } });
  deps.log.error({ caseId, stage }, 'a case that is not closed has no running workflow');
  return journaledAnswer(deps.pool, wanted);
}

/** The journal answers in the ledger's own transaction, whether or not its answer reached us. */
async function journaledAnswer(pool: Pool, wanted: CommandRequest): Promise<Answer> {
  const found: TakenOutcome | undefined = await findCommand(pool, wanted);
  if (found?.outcome === 'repeat' && found.command.answer !== undefined) return found.command.answer;
  throw problem('outcome_unknown');
}

/** The work goes on after its time is up: its answer is stored for the repeat. */
async function within<T>(deadline: number, log: Logger, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = pause(Math.max(0, deadline - Date.now()), undefined, { signal: timer.signal, ref: false });
  let over = false;
  work.catch((error: unknown) => {
    if (over) log.warn({ error: loggableError(error) }, 'a command failed after its time was up');
  });
  try {
    return await Promise.race([
      work,
      late.then((): never => {
        over = true;
        throw problem('outcome_unknown');
      }),
    ]);
  } finally {
    timer.abort();
  }
}

function partsOf(parameters: Readonly<Record<string, string>>): PathParameters {
  const part = (name: PathParameter): string => parameters[name] ?? '';
  return { measureId: part('measureId'), reportId: part('reportId') };
}
