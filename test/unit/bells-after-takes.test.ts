/** Which work lists a take rings for: what is due at once, and nothing that may wait for the next look. */
import { describe, expect, it } from 'vitest';
import { evolve } from '../../domain/case/evolve.js';
import type { Entry, FactType } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';
import { listsAfter } from '../../work/bell.js';
import { CASE_ID, live } from '../lives/live.js';
import { lateRoad } from '../lives/late-road.js';
import { straightRoad } from '../lives/straight-road.js';

/** The lists of the last take that recorded a fact of that type, entry by entry. */
function listsOf(entries: readonly Entry[], type: FactType): readonly string[] {
  let [state, lists]: [CaseState | undefined, readonly string[]] = [undefined, []];
  for (const entry of entries) {
    const after = evolve(state, entry, CASE_ID);
    if (entry.type === type) lists = listsAfter({ entries: [entry], state: after, ...(state === undefined ? {} : { before: state }) });
    state = after;
  }
  return lists;
}

describe('after a take', () => {
  const { entries } = live(straightRoad());

  it.each<[string, FactType]>([
    ['an opened case gets its clock', 'AppealRegistered'],
    ['192-9: referrals are to go', 'IprSent'],
    ['256-17-2: a nearer moment is to be armed', 'IprApproved'],
    ['the case is over', 'MonitoringEnded'],
  ])('%s: its clock must look', (_what, type) => expect(listsOf(entries, type)).toContain('wakes'));

  it.each<[string, FactType]>([
    ['an interview', 'InterviewHeld'],
    ['256-13-2 is met, and what comes next is further away', 'AssessmentCompleted'],
  ])('%s: nobody is asked at once', (_what, type) => expect(listsOf(entries, type)).toEqual([]));

  it('192-11-1: a missed term is told at once', () => {
    expect(listsOf(live(lateRoad()).entries, 'DeadlineStepReached')).toContain('alerts');
  });

  it('a case that is not there leaves nothing', () => expect(listsAfter({ entries: [] })).toEqual([]));
});
