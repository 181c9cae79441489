/** What the clock reads and writes, in memory: db/clock-look.ts and db/effects.ts in small. */
import type { ClockSights } from '../../activities/clock.js';
import type { EffectRequest } from '../../contracts/case-clock.js';
import type { ClockSight, OpenEffect } from '../../db/clock-look.js';
import type { EffectRow } from '../../db/projection.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { ModelHouse } from './model-house.js';
import { caseLock, inTransaction, type Link } from './model-store.js';
import type { Tables } from './tables.js';

const ANYBODY_AFTER_MS = 60_000;

export function sightsOf(house: ModelHouse, link: Link): ClockSights {
  return {
    read: async (caseId, toldSeq) => {
      await link.to();
      const sight = sightIn(house, caseId, toldSeq);
      await link.back();
      return sight;
    },
    write: ({ caseId, seq, armedAt, runId, isFirst }) =>
      inTransaction(house, link, async (transaction) => {
        await link.to();
        await transaction.lock(caseLock(caseId));
        const { tables } = house;
        if (tables.subjectFile.get(caseId)?.seq !== seq) return false;
        transaction.write(() => {
          const clock = tables.subjectClock.get(caseId);
          if (clock === undefined || !maySay(clock, runId, house.clock())) return;
          tables.subjectClock.set(caseId, { ...clock, armed_at: armedAt, run_id: runId, seen_seq: seq, looked_at: house.clock() });
          const wake = tables.wake.get(caseId);
          if (wake !== undefined && wake.seq <= seq && (!wake.rebuild || isFirst)) tables.wake.delete(caseId);
        });
        return true;
      }),
    hold: async (reason) => {
      await link.to();
      hold(house, reason);
      await link.back();
    },
  };
}

export function hold({ tables, clock, onCommit }: ModelHouse, reason: string): void {
  if (tables.effectsHold.has('only')) return;
  tables.effectsHold.set('only', { since: clock(), reason });
  onCommit();
}

/** A run that was replaced neither says what is armed nor hears for its successor. */
function maySay({ run_id: known, looked_at: lookedAt }: { run_id: string | null; looked_at: Instant | null }, runId: string, now: Instant): boolean {
  return known === null || known <= runId || (lookedAt !== null && lookedAt < now - ANYBODY_AFTER_MS);
}

function sightIn({ tables, clock }: ModelHouse, caseId: string, toldSeq: number | undefined): ClockSight | undefined {
  const filed = tables.subjectFile.get(caseId);
  const kept = tables.subjectClock.get(caseId);
  if (filed === undefined || kept === undefined) return undefined;
  const { kind, seq, head, version, stage, center, overdue, waiting_on: waitingOn, running, skipping, skew_ms: skewMs, clock_at } = filed;
  return {
    now: clock(),
    kind,
    seq,
    head,
    version,
    stage,
    center,
    overdue,
    waitingOn,
    running,
    skipping,
    skewMs,
    toldDigest: tables.ledger.get(caseId)?.[(toldSeq ?? 0) - 1]?.digest ?? null,
    clockAt: Date.parse(clock_at),
    lane: kept.lane,
    ringsAt: instantOf(kept.rings_at),
    ringsFor: kept.rings_for,
    armedAt: kept.armed_at,
    runId: kept.run_id,
    seenSeq: kept.seen_seq,
    wakeSeq: tables.wake.get(caseId)?.seq ?? null,
    isBehind: isBehind(tables, caseId),
    isHeld: tables.effectsHold.size > 0,
    numbers: [],
    effects: openEffects(tables, caseId),
    // What supervisors see is no part of the machinery.
    duties: [],
  };
}

export function isBehind({ law, subjectFile }: Tables, caseId: string): boolean {
  const filed = subjectFile.get(caseId);
  return filed !== undefined && [...law.values()].some(({ kind, version }) => filed[kind] !== version);
}

function instantOf(iso: string | null): Instant | null {
  return iso === null ? null : Date.parse(iso);
}

function openEffects({ effect }: Tables, caseId: string): OpenEffect[] {
  return [...effect.values()].flatMap((row) => {
    const { key, kind, agency, measure_ids, series, state, retry_at } = row;
    if (row.subject_id !== caseId || (state !== 'pending' && state !== 'parked')) return [];
    return [{ key, kind, agency, measures: measure_ids.length, series, state, retryAt: instantOf(retry_at) }];
  });
}

/** What the attempt is to send; undefined when that attempt is not wanted now. */
export function wantedEffect({ tables, clock }: ModelHouse, { key, caseId, series }: EffectRequest): EffectRow | undefined {
  const row = tables.effect.get(key);
  if (row === undefined || row.subject_id !== caseId || row.series !== series || tables.effectsHold.size > 0) return undefined;
  const skewMs = tables.subjectFile.get(caseId)?.skew_ms ?? 0;
  const isDue = row.state === 'pending' || (row.state === 'parked' && row.retry_at !== null && Date.parse(row.retry_at) <= clock() + skewMs);
  return isDue ? row : undefined;
}
