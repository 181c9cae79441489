/** The sweep of an adoption: puts the version in force and takes each open case once, which makes it take the version up. */
import { Context, heartbeat } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

import type { AdoptionStanding, SweptPage } from '../contracts/law-adoption.js';
import {
  beginAdoption,
  casesBehind,
  endAdoption,
  failuresAmong,
  forgetFailure,
  hasHorizonPassed,
  recordFailure,
  touchAdoption,
  type StoredAdoption,
} from '../db/law-adoptions.js';
import type { Pool } from '../db/pool.js';
import type { Desk } from '../ledger/desk.js';
import { VersionUnknown } from '../ledger/version.js';

export interface LawAdoptionActivities {
  /** Puts the version in force, once: from then on every take of a case takes it up. */
  beginAdoption(input: { adoptionId: string }): Promise<{ standing: AdoptionStanding }>;
  /**
   * Tells the next open cases that have another version; what could not be told is written down with
   * its reason. A repeat tells those that are left.
   */
  sweepPage(input: { adoptionId: string; after?: string }): Promise<SweptPage>;
  /**
   * How many are left; ends the adoption when none is but those set apart.
   * @param input.mayEnd the pass behind this began when no transaction from before the adoption was at work any more
   */
  endAdoption(input: { adoptionId: string; mayEnd: boolean }): Promise<{ standing: AdoptionStanding; left: number }>;
}

export interface LawAdoptionDependencies {
  desk: Desk;
}

/** A pause is heeded after the page in hand. */
const PAGE = 100;
/** Cases taken at once: they leave connections of the pool to the clocks' own looks. */
const AT_ONCE = 8;
const HEARTBEAT_MS = 2_000;

export function createLawAdoptionActivities({ desk }: LawAdoptionDependencies): LawAdoptionActivities {
  const { pool } = desk;
  return {
    async beginAdoption({ adoptionId }) {
      const adoption = await known(pool, adoptionId);
      if (adoption.state !== 'running') return { standing: adoption.state };
      await beginAdoption(pool, adoption);
      // It may have been paused or given up in between.
      return { standing: (await known(pool, adoptionId)).state };
    },
    async sweepPage({ adoptionId, after }) {
      const adoption = await known(pool, adoptionId);
      // Asked before the page is read: what could still come from before comes into this pass, or makes it not the last.
      const hasSettled = await hasHorizonPassed(pool, adoptionId);
      if (adoption.state !== 'running') return { standing: adoption.state, told: 0, failed: 0, hasSettled };
      return { ...(await tellPage(desk, adoption, after)), hasSettled };
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

async function tellPage(desk: Desk, adoption: StoredAdoption, after: string | undefined): Promise<Omit<SweptPage, 'hasSettled'>> {
  const caseIds = await casesBehind(desk.pool, adoption, after, PAGE);
  const failures = await besideHeartbeats(() => tellAll(desk, caseIds, adoption.id));
  const last = caseIds.at(-1);
  const page = { standing: 'running' as const, told: caseIds.length - failures, failed: failures };
  return caseIds.length < PAGE || last === undefined ? page : { ...page, next: last };
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
async function tellAll(desk: Desk, caseIds: readonly string[], adoptionId: string): Promise<number> {
  const { cancellationSignal } = Context.current();
  const failedBefore = await failuresAmong(desk.pool, adoptionId, caseIds);
  const waiting = caseIds.values();
  let failures = 0;
  const tellOn = async (): Promise<void> => {
    for (const caseId of waiting) {
      // The worker is draining: who is left is told by the next attempt.
      if (cancellationSignal.aborted) throw new CancelledFailure('the sweep was interrupted');
      const reason = await tell(desk, caseId);
      if (reason !== undefined) {
        failures += 1;
        await recordFailure(desk.pool, adoptionId, caseId, reason);
      } else if (failedBefore.has(caseId)) await forgetFailure(desk.pool, adoptionId, caseId);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, tellOn));
  return failures;
}

/** Why the case could not be told, as a code; undefined when it was. Any take makes it take up the law in force first. */
async function tell(desk: Desk, caseId: string): Promise<string | undefined> {
  try {
    const { adoption } = await desk.take(caseId, []);
    return adoption === undefined || adoption.ok ? undefined : adoption.refusal.code;
  } catch (error) {
    return error instanceof VersionUnknown ? 'version_unknown' : 'not_taken';
  }
}
