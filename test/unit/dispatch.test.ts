/** What is sent to agencies: pauses that grow, ends that are final, and the wish that outlives both. */
import { describe, expect, it } from 'vitest';
import { nextMoment, wantedDispatches } from '../../domain/case/clock.js';
import type { DispatchOutcome } from '../../domain/case/dispatch.js';
import type { Instant } from '../../domain/law/calendar.js';
import { ask, hear, lifeAfter, outcome } from '../lives/acting.js';
import type { Life } from '../lives/live.js';
import { entriesOf, lastOf, openKeys, standing, stepEntries } from '../lives/reading.js';
import { local, report } from '../lives/straight-road.js';

const SENT_AT = local('2026-01-27');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const keyOf = (life: Life, agency: string) => life.caseState.dispatches.find((dispatch) => dispatch.agency === agency)?.key ?? '';
const dispatchTo = (life: Life, agency: string) => life.caseState.dispatches.find((dispatch) => dispatch.agency === agency);
const wanted = (life: Life, now: Instant) => wantedDispatches(life.caseState, now).map(({ agency }) => agency);

/** An attempt that did not reach the agency: of the one that is wanted, unless told otherwise. */
function unreachable(life: Life, at: Instant, series = dispatchTo(life, 'health')?.series ?? 0): void {
  outcome(life, at, { key: keyOf(life, 'health'), series, outcome: 'unreachable', reason: 'timeout' });
}

describe('an agency that cannot be reached', () => {
  it('192-9: is asked again after a pause; the duty stays open', () => {
    const life = lifeAfter('sendIpr');
    expect(wanted(life, SENT_AT)).toEqual(['employment', 'health']);
    unreachable(life, SENT_AT + MINUTE);
    expect(lastOf(life, 'DispatchParked')).toMatchObject({
      cause: keyOf(life, 'health'),
      actor: { role: 'system' },
      data: { agency: 'health', dispatch: 'referral', retryAt: SENT_AT + MINUTE + 2 * SECOND, reason: 'timeout' },
    });
    expect(dispatchTo(life, 'health')).toMatchObject({ state: 'parked', series: 2 });
    expect(wanted(life, SENT_AT + MINUTE + 2 * SECOND - 1)).toEqual(['employment']);
    expect(wanted(life, SENT_AT + MINUTE + 2 * SECOND)).toEqual(['employment', 'health']);
    expect(standing(life, '192-9:health')).toBe('open');
  });

  it('192-9: the pauses grow from two seconds over minutes to six hours, and no further', () => {
    const life = lifeAfter('sendIpr');
    const pauses = Array.from({ length: 13 }, (_, index) => {
      const at = SENT_AT + MINUTE + index * 25 * HOUR;
      unreachable(life, at);
      return ((dispatchTo(life, 'health')?.retryAt ?? 0) - at) / SECOND;
    });
    expect(pauses).toEqual([2, 10, ...[1, 2, 4, 8, 16, 32, 64, 128, 360, 360, 360].map((minutes) => minutes * 60)]);
  });

  it('192-9: the end of the pause is a moment of the case, unless the sending is under way', () => {
    const life = lifeAfter('sendIpr');
    unreachable(life, SENT_AT + MINUTE);
    const retry = { at: SENT_AT + MINUTE + 2 * SECOND, what: 'retry referral to health' };
    expect(nextMoment(life.caseState)).toEqual(retry);
    expect(nextMoment(life.caseState, new Set([keyOf(life, 'employment')]))).toEqual(retry);
    expect(nextMoment(life.caseState, new Set([keyOf(life, 'health')]))?.what).toBe('192-9 overdue');
  });

  it('192-9: while it is parked the ladder climbs, and a late receipt meets the duty late', () => {
    const life = lifeAfter('sendIpr');
    unreachable(life, SENT_AT + MINUTE);
    life.sleepUntil(local('2026-01-29', 0, 0));
    expect(stepEntries(life, '192-9:health').map(({ data }) => data.step)).toEqual(['reminder', 'overdue']);
    outcome(life, local('2026-01-29', 9), { key: keyOf(life, 'health'), series: 2, outcome: 'delivered' });
    expect(standing(life, '192-9:health')).toBe('met_late');
    expect(nextMoment(life.caseState)?.what.startsWith('retry')).toBe(false);
  });
});

describe('the end of a dispatch', () => {
  it.each([
    ['delivered', { outcome: 'delivered' }],
    ['refused', { outcome: 'refused', reason: 'not_competent' }],
  ] as const)('192-9: "%s" is final: what comes after it changes nothing', (state, end) => {
    const life = lifeAfter('sendIpr');
    const key = keyOf(life, 'health');
    outcome(life, SENT_AT + MINUTE, { key, series: 1, ...end });
    const before = life.caseState;
    const later: DispatchOutcome[] = [
      { key, series: 1, outcome: 'delivered' },
      { key, series: 1, outcome: 'refused', reason: 'person_not_found' },
      { key, series: 1, outcome: 'unreachable', reason: 'timeout' },
      { key, series: 2, outcome: 'unreachable', reason: 'timeout' },
    ];
    for (const told of later) outcome(life, SENT_AT + 2 * MINUTE, told);
    expect(life.caseState).toEqual(before);
    expect(dispatchTo(life, 'health')?.state).toBe(state);
    expect(wanted(life, SENT_AT + 10 * MINUTE)).toEqual(['employment']);
  });

  it('192-9: a refusal by the agency is written with its reason, and the duty stays owed', () => {
    const life = lifeAfter('sendIpr');
    outcome(life, SENT_AT + MINUTE, { key: keyOf(life, 'health'), series: 1, outcome: 'refused', reason: 'not_competent' });
    expect(lastOf(life, 'DispatchRefused').data).toEqual({ key: keyOf(life, 'health'), dispatch: 'referral', agency: 'health', reason: 'not_competent' });
    expect(openKeys(life)).toContain('192-9:health');
  });

  it('192-11-3: a notice of rework that never arrived is withdrawn by the next report of its measure', () => {
    const life = lifeAfter('sendIpr');
    for (const agency of ['employment', 'health']) outcome(life, SENT_AT + MINUTE, { key: keyOf(life, agency), series: 1, outcome: 'delivered' });
    hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-1'));
    ask(life, local('2026-02-17'), 'returnReport', { reportId: 'report-d-1', norm: 'art. 4', reasonId: 'n' });
    const notice = life.caseState.dispatches.at(-1)?.key ?? '';
    outcome(life, local('2026-02-17', 10, 5), { key: notice, series: 1, outcome: 'unreachable', reason: 'timeout' });
    hear(life, local('2026-02-17', 10, 5), report('health', 'm-health', {}, 0, 'd-2'));
    expect(life.caseState.dispatches.at(-1)?.state).toBe('parked');
    hear(life, local('2026-02-17', 10, 5), report('employment', 'm-job', {}, 0, 'd-3'));
    expect(life.caseState.dispatches.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'withdrawn']);
    expect(wanted(life, local('2026-02-18'))).toEqual([]);
    const { seq } = life.caseState;
    outcome(life, local('2026-02-17', 10, 6), { key: notice, series: 2, outcome: 'delivered' });
    expect(life.caseState.seq).toBe(seq);
  });

  it('192-11-3: a notice on its way is withdrawn too, but one that has arrived stays as it ended', () => {
    const life = lifeAfter('sendIpr');
    const returned = (at: Instant, id: string): void => {
      hear(life, at, report('employment', 'm-job', {}, 0, id));
      ask(life, at, 'returnReport', { reportId: `report-${id}`, norm: 'art. 4', reasonId: 'n' });
    };
    returned(local('2026-02-16'), 'd-1');
    outcome(life, local('2026-02-16'), { key: life.caseState.dispatches.at(-1)?.key ?? '', series: 1, outcome: 'delivered' });
    returned(local('2026-02-17'), 'd-2');
    hear(life, local('2026-02-18'), report('employment', 'm-job', {}, 0, 'd-3'));
    expect(life.caseState.dispatches.slice(2).map(({ state }) => state)).toEqual(['delivered', 'withdrawn']);
  });

  it('an outcome of something that was never sent is no fact', () => {
    const life = lifeAfter('sendIpr');
    const { seq } = life.caseState;
    expect(outcome(life, SENT_AT + MINUTE, { key: 'sent-by-another-case', series: 1, outcome: 'delivered' }).ok).toBe(true);
    expect(life.caseState.seq).toBe(seq);
  });
});

describe('which attempt an outcome is of', () => {
  it('192-9: each attempt that fails parks once', () => {
    const life = lifeAfter('sendIpr');
    unreachable(life, SENT_AT + MINUTE);
    unreachable(life, SENT_AT + 3 * MINUTE);
    expect(entriesOf(life, 'DispatchParked')).toHaveLength(2);
    expect(dispatchTo(life, 'health')?.series).toBe(3);
  });

  it('192-9: the same outcome six times, also in one turn, parks once and pauses as after one', () => {
    const life = lifeAfter('sendIpr');
    const told = { kind: 'dispatch', outcome: { key: keyOf(life, 'health'), series: 1, outcome: 'unreachable', reason: 'timeout' } } as const;
    const answers = [...life.turn(SENT_AT + MINUTE, told, told, told), ...life.turn(SENT_AT + MINUTE, told), ...life.turn(SENT_AT + 2 * MINUTE, told, told)];
    const parked = lastOf(life, 'DispatchParked');
    expect(answers).toEqual(Array.from({ length: 6 }, () => ({ ok: true, seq: parked.seq, stage: 'execution' })));
    expect(entriesOf(life, 'DispatchParked')).toEqual([parked]);
    expect(dispatchTo(life, 'health')).toMatchObject({ state: 'parked', series: 2, retryAt: SENT_AT + MINUTE + 2 * SECOND });
  });

  it.each([
    ['delivered', { outcome: 'delivered' }],
    ['refused', { outcome: 'refused', reason: 'not_competent' }],
    ['unreachable', { outcome: 'unreachable', reason: 'timeout' }],
  ] as const)('192-9: "%s" of an earlier attempt, or of one that was never made, is no fact', (_, end) => {
    const life = lifeAfter('sendIpr');
    unreachable(life, SENT_AT + MINUTE);
    const before = life.caseState;
    for (const series of [0, 1, 3]) outcome(life, SENT_AT + 2 * MINUTE, { key: keyOf(life, 'health'), series, ...end });
    expect(life.caseState).toEqual(before);
    outcome(life, SENT_AT + 2 * MINUTE, { key: keyOf(life, 'health'), series: 2, ...end });
    expect(life.caseState.seq).toBe(before.seq + 1);
  });
});
