/** A wake that nobody's take wrote: of the watch, or of a person. */
import type { Instant } from '../../domain/law/calendar.js';
import type { Tables, WakeKept } from './tables.js';

/** With what waits already: due now, signalled anew. */
export function wakeOf(tables: Tables, caseId: string, now: Instant, given: { seq?: number; rebuild?: boolean } = {}): WakeKept {
  const waits = tables.wake.get(caseId);
  const { seq = tables.subjectFile.get(caseId)?.seq ?? 0, rebuild = false } = given;
  const lane = tables.subjectClock.get(caseId)?.lane ?? 2;
  return {
    lane: Math.min(lane, waits?.lane ?? lane),
    name: waits?.name ?? 'ClockMissing',
    seq: Math.max(seq, waits?.seq ?? 0),
    rebuild: rebuild || (waits?.rebuild ?? false),
    since: waits?.since ?? now,
    due_at: now,
    attempts: 0,
    lease: waits?.lease,
  };
}
