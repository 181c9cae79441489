/** The sweep of an adoption: puts the version in force and tells the open cases, each by one Update. */
import { Context, heartbeat } from '@temporalio/activity';
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

import { refusalIn } from '../adapters/refused-update.js';
import { ADOPT_LAW_UPDATE, caseWorkflowId } from '../contracts/case-workflow.js';
import type { AdoptionStanding, SweptPage } from '../contracts/law-adoption.js';
import { calendarByVersion, policyByVersion } from '../db/law.js';
import { beginAdoption, casesBehind, endAdoption, recordFailure, touchAdoption, type StoredAdoption } from '../db/law-adoptions.js';
import type { Pool } from '../db/pool.js';
import type { LawAdoption } from '../domain/case/law-adoption.js';
import type { Answer } from '../domain/case/turn.js';

export interface LawAdoptionActivities {
  /** Puts the version in force, once. */
  beginAdoption(input: { adoptionId: string }): Promise<{ standing: AdoptionStanding; settleMs: number }>;
  /**
   * Tells the next open cases that have another version; what could not be told is written down with
   * its reason. A repeat tells those that are left.
   */
  sweepPage(input: { adoptionId: string; after?: string }): Promise<SweptPage>;
  /** How many are left; ends the adoption when there is none and it may end. */
  endAdoption(input: { adoptionId: string; mayEnd: boolean }): Promise<{ standing: AdoptionStanding; left: number }>;
}

export interface LawAdoptionDependencies {
  pool: Pool;
  client: Client;
  /** Longer than the relay takes to start a case with the law that it read before; default 12 000. */
  settleMs?: number;
}

/** The relay gives up the start of a case after 8 s. */
const SETTLE_MS = 12_000;
/** A pause is heeded after the page in hand. */
const PAGE = 100;
/**
 * Cases told at once. On two cores 5, 10, 20 and 40 of them told 33, 46, 50 and 69 cases a second; twenty leave half
 * of the worker's forty workflow slots to the commands of people.
 */
const AT_ONCE = 20;
const ANSWER_WITHIN_MS = 10_000;
const HEARTBEAT_MS = 2_000;

export function createLawAdoptionActivities({ pool, client, settleMs = SETTLE_MS }: LawAdoptionDependencies): LawAdoptionActivities {
  return {
    async beginAdoption({ adoptionId }) {
      const adoption = await known(pool, adoptionId);
      if (adoption.state === 'running') await beginAdoption(pool, adoption);
      return { standing: adoption.state, settleMs };
    },
    async sweepPage({ adoptionId, after }) {
      const adoption = await known(pool, adoptionId);
      if (adoption.state !== 'running') return { standing: adoption.state, told: 0, failed: 0 };
      return tellPage(pool, client, adoption, after);
    },
    async endAdoption({ adoptionId, mayEnd }) {
      return endAdoption(pool, await known(pool, adoptionId), mayEnd);
    },
  };
}

async function known(pool: Pool, adoptionId: string): Promise<StoredAdoption> {
  const adoption = await touchAdoption(pool, adoptionId);
  if (adoption === undefined) throw ApplicationFailure.nonRetryable(`there is no adoption ${adoptionId}`, 'AdoptionUnknown');
  return adoption;
}

async function tellPage(pool: Pool, client: Client, adoption: StoredAdoption, after: string | undefined): Promise<SweptPage> {
  const caseIds = await casesBehind(pool, adoption, after, PAGE);
  const news = await newsOf(pool, adoption);
  const failures = await besideHeartbeats(() => tellAll(pool, client, caseIds, news));
  const last = caseIds.at(-1);
  const page = { standing: 'running' as const, told: caseIds.length - failures, failed: failures };
  return caseIds.length < PAGE || last === undefined ? page : { ...page, next: last };
}

/** The same words for every case. */
async function newsOf(pool: Pool, { id, act, recompute, kind, version }: StoredAdoption): Promise<LawAdoption> {
  if (kind === 'calendar') return { id, act, recompute, calendar: await calendarByVersion(pool, version) };
  return { id, act, recompute, policy: await policyByVersion(pool, version) };
}

/** A worker that is killed goes silent at once; one that waits for a slow case does not. */
async function besideHeartbeats<T>(work: () => Promise<T>): Promise<T> {
  const beat = setInterval(() => heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}

/** @returns how many could not be told */
async function tellAll(pool: Pool, client: Client, caseIds: readonly string[], news: LawAdoption): Promise<number> {
  const { cancellationSignal } = Context.current();
  const waiting = caseIds.values();
  let failures = 0;
  const tellOn = async (): Promise<void> => {
    for (const caseId of waiting) {
      // The worker is draining: who is left is told by the next attempt.
      if (cancellationSignal.aborted) throw new CancelledFailure('the sweep was interrupted');
      const reason = await tell(client, caseId, news);
      if (reason === undefined) continue;
      failures += 1;
      await recordFailure(pool, news.id, caseId, reason);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, tellOn));
  return failures;
}

/** Why the case could not be told, as a code; undefined when it was. The id makes a repeat harmless. */
async function tell(client: Client, caseId: string, news: LawAdoption): Promise<string | undefined> {
  const handle = client.workflow.getHandle(caseWorkflowId(caseId));
  try {
    const answer = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      handle.executeUpdate<Answer, [LawAdoption]>(ADOPT_LAW_UPDATE, { updateId: news.id, args: [news] }),
    );
    return answer.ok ? undefined : answer.refusal.code;
  } catch (error) {
    return reasonIn(error);
  }
}

function reasonIn(error: unknown): string {
  // It may have ended meanwhile; then it is no open case any more, and nobody asks for it again.
  if (error instanceof WorkflowNotFoundError) return 'case_not_running';
  if (error instanceof WorkflowUpdateFailedError) return refusalIn(error)?.code ?? 'update_failed';
  return 'no_answer';
}
