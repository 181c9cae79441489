/**
 * The relay: brings what waits in the inbox to its case, in the order of receipt, one job per case
 * at a time. A row leaves the waiting state only with an answer of the case: accepted means durable.
 */
import type { JobHelpers, Task } from 'graphile-worker';
import type { Logger } from 'pino';

import { MOST_ATTEMPTS, RELAY_JOB, RETRY_PRIORITY, relayJobKey, relayQueue, type RelayJob } from '../db/jobs.js';
import { currentLaw } from '../db/law.js';
import type { Pool } from '../db/pool.js';
import type { Refusal } from '../domain/case/refusal.js';
import type { Answer } from '../domain/case/turn.js';
import { takeTurn } from '../domain/case/turn.js';
import { lawOf } from '../domain/law/law.js';
import type { CaseEngine } from './case-engine.js';
import { settleCommandsOf } from './unsettled-commands.js';
import {
  deliveryOf,
  isCaseOpen,
  moveAppealToOpenCase,
  openingOf,
  opensCase,
  readWaitingRows,
  releaseClaim,
  settleRows,
  type AppealRow,
  type Settlement,
  type WaitingRow,
} from './waiting-rows.js';

export interface RelayDependencies {
  pool: Pool;
  engine: CaseEngine;
  log: Logger;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * The job of one case. What went wrong is tried again with growing pauses of at most half a minute,
 * for as long as it takes; the library's own retries pause for hours and end some day, so a failed
 * job leaves a new one behind instead.
 */
export function relayTask(dependencies: RelayDependencies): Task {
  return async (payload, helpers) => {
    const { caseId, attempt = 0 } = payload as RelayJob;
    try {
      await relayCase(dependencies, caseId);
    } catch (error) {
      await tryLater(dependencies.log, helpers, caseId, attempt, error);
    }
  };
}

async function tryLater(log: Logger, helpers: JobHelpers, caseId: string, attempt: number, error: unknown): Promise<void> {
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
  log.warn({ caseId, attempt: attempt + 1, pauseMs, reason: reasonOf(error) }, 'messages for a case could not be handed over; they wait and are tried again');
  const next: RelayJob = { caseId, attempt: attempt + 1 };
  await helpers.addJob(RELAY_JOB, next, {
    jobKey: relayJobKey(caseId),
    // A message that came meanwhile has asked for a run at once: that one stays at once.
    jobKeyMode: 'preserve_run_at',
    queueName: relayQueue(caseId),
    maxAttempts: MOST_ATTEMPTS,
    priority: RETRY_PRIORITY,
    runAt: new Date(Date.now() + pauseMs),
  });
}

/** Hands over all that waits for a case; returns when nothing waits any more. */
export async function relayCase(dependencies: RelayDependencies, caseId: string): Promise<void> {
  // First, so that no message is judged by a case that has forgotten a turn.
  await settleCommandsOf(dependencies.pool, dependencies.engine, caseId);
  for (;;) {
    const rows = await readWaitingRows(dependencies.pool, caseId);
    const [first] = rows;
    if (first === undefined) return;
    if (opensCase(first)) await openCase(dependencies, caseId, first);
    else await deliver(dependencies, caseId, upToOpening(rows));
  }
}

function upToOpening(rows: readonly WaitingRow[]): readonly WaitingRow[] {
  const next = rows.findIndex(opensCase);
  return next === -1 ? rows : rows.slice(0, next);
}

/** The core decides on the empty case first: a refusal in the engine would leave an empty running case behind. */
async function openCase({ pool, engine, log }: RelayDependencies, caseId: string, row: AppealRow): Promise<void> {
  const inForce = await currentLaw(pool);
  const opening = openingOf(row);
  const now = opening.registeredAt + row.ageMs;
  const { state, answers } = takeTurn({ state: undefined, remembered: [] }, [{ kind: 'opening', opening }], { caseId, law: lawOf(inForce), now });
  const [answer] = answers;
  if (state === undefined || answer?.ok === false) {
    await refuseOpening(pool, log, caseId, row, answer);
    return;
  }
  await engine.startCase({ caseId, law: inForce, opening }, state);
  await settleRows(pool, [{ id: row.id, state: 'delivered', outcome: answer }]);
}

/**
 * P51: no appeal is turned away because a table is missing. It waits until a calendar with that year
 * is adopted; anything else is a refusal for good, which people see in the inbox.
 */
async function refuseOpening(pool: Pool, log: Logger, caseId: string, row: AppealRow, answer: Answer | undefined): Promise<void> {
  const refusal = answer?.ok === false ? answer.refusal : undefined;
  if (refusal?.code === 'calendar_year_missing') {
    throw new Error(`the calendar in force has no table for ${refusal.params?.['year']}: adopt one that has`);
  }
  log.error({ caseId, appealId: openingOf(row).appealId, code: refusal?.code }, 'an appeal was refused by the core');
  await settleRows(pool, [{ id: row.id, state: 'rejected', outcome: answer ?? null }]);
  await releaseClaim(pool, caseId);
}

async function deliver(dependencies: RelayDependencies, caseId: string, rows: readonly WaitingRow[]): Promise<void> {
  const handed = await dependencies.engine.handOver(caseId, rows.map(deliveryOf));
  switch (handed.outcome) {
    case 'answered':
      await settle(dependencies, caseId, rows, handed.answers);
      return;
    case 'refused':
      await settleRefusedBatch(dependencies, caseId, rows, handed.refusal);
      return;
    case 'no_such_case':
      await settleWithoutCase(dependencies, caseId, rows);
  }
}

async function settle({ pool, log }: RelayDependencies, caseId: string, rows: readonly WaitingRow[], answers: readonly Answer[]): Promise<void> {
  const settlements: Settlement[] = [];
  for (const [index, row] of rows.entries()) {
    const answer = answers[index];
    if (answer === undefined) throw new Error(`message ${row.id} got no answer`);
    if (row.kind === 'appeal' && !answer.ok && answer.refusal.code === 'case_not_open') {
      await reopen(pool, log, caseId, row);
    } else {
      settlements.push({ id: row.id, state: answer.ok ? 'delivered' : 'rejected', outcome: answer });
    }
  }
  await settleRows(pool, settlements);
}

/** A refused batch tells nothing about its members: each is asked by itself. */
async function settleRefusedBatch(dependencies: RelayDependencies, caseId: string, rows: readonly WaitingRow[], refusal: Refusal): Promise<void> {
  if (rows.length === 1) return settle(dependencies, caseId, rows, [{ ok: false, refusal }]);
  for (const row of rows) await deliver(dependencies, caseId, [row]);
}

/** A case that ended, or never was: an appeal opens a new one, a report belongs to nobody. */
async function settleWithoutCase({ pool, log }: RelayDependencies, caseId: string, rows: readonly WaitingRow[]): Promise<void> {
  if (await isCaseOpen(pool, caseId)) throw new Error(`case ${caseId} is open here and unknown to the engine`);
  for (const row of rows) if (row.kind === 'appeal') await reopen(pool, log, caseId, row);
  const orphans = rows.filter((row) => row.kind === 'report');
  await settleRows(pool, orphans.map(({ id }): Settlement => ({ id, state: 'orphan', outcome: { code: 'case_not_running' } })));
}

async function reopen(pool: Pool, log: Logger, closedCaseId: string, row: AppealRow): Promise<void> {
  const caseId = await moveAppealToOpenCase(pool, row, closedCaseId);
  log.info({ caseId, closedCaseId, appealId: openingOf(row).appealId }, 'an appeal met a closed case and goes to another');
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.name}: ${error.message}${cause}`;
}
