/** Where the line does not serve: sent again, brought on paper, recorded from a letter. */
import { describe, expect, it } from 'vitest';
import { EFFECTS, LONGEST_ASKED_PAUSE_MS } from '../../domain/case/effects.js';
import { ask, hear, lifeAfter, outcome } from '../lives/acting.js';
import type { Life } from '../lives/live.js';
import { dueOf, dutyOf, entriesOf, lastOf, openKeys, refusalIn, standing } from '../lives/reading.js';
import { HEAD, local, report } from '../lives/straight-road.js';

const SENT_AT = local('2026-01-27');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const healthOf = (life: Life) => life.caseState.dispatches.findLast(({ agency }) => agency === 'health');
const keyOf = (life: Life): string => healthOf(life)?.key ?? '';
const unreached = (life: Life, at: number, askedPauseMs?: number): unknown =>
  outcome(life, at, {
    key: keyOf(life),
    series: healthOf(life)?.series ?? 0,
    outcome: 'unreachable',
    reason: 'http_503',
    ...(askedPauseMs === undefined ? {} : { askedPauseMs }),
  });

describe('how long an organisation is asked', () => {
  it('192-9: three weeks with a hundred attempts at most, and then it is a person’s', () => {
    const life = lifeAfter('sendIpr');
    let at = SENT_AT;
    while (healthOf(life)?.state !== 'given_up') {
      unreached(life, at);
      at = healthOf(life)?.retryAt ?? at;
    }
    expect(entriesOf(life, 'DispatchParked')).toHaveLength((EFFECTS.referral.retry.mostAttempts ?? 0) - 1);
    expect((at - SENT_AT) / DAY).toBeGreaterThan(21);
    expect(lastOf(life, 'DispatchGivenUp').data).toMatchObject({ agency: 'health', reason: 'http_503' });
    expect(openKeys(life).filter((key) => key.startsWith('192-9'))).not.toEqual([]);
  });

  it('192-9: a pause that it asks for is honoured up to a day', () => {
    for (const [asked, kept] of [
      [6 * HOUR, 6 * HOUR],
      [3 * DAY, LONGEST_ASKED_PAUSE_MS],
    ] as const) {
      const life = lifeAfter('sendIpr');
      unreached(life, SENT_AT, asked);
      expect((healthOf(life)?.retryAt ?? 0) - SENT_AT).toBe(kept);
    }
  });

  it('P6: while a threat waits for its answer nobody is left alone', () => {
    const life = lifeAfter('sendIpr');
    ask(life, SENT_AT, 'recordThreat', { direct: true, noteId: 'n' });
    unreached(life, SENT_AT, DAY);
    expect((healthOf(life)?.retryAt ?? 0) - SENT_AT).toBe(2_000);
  });

  it('192-9: what waits goes at once when the organisation answers again', () => {
    const life = lifeAfter('sendIpr');
    unreached(life, SENT_AT, DAY);
    outcome(life, SENT_AT + HOUR, { key: keyOf(life), series: 2, outcome: 'recovered' });
    expect(healthOf(life)).toMatchObject({ state: 'pending', series: 2 });
    const { seq } = life.caseState;
    outcome(life, SENT_AT + HOUR, { key: keyOf(life), series: 2, outcome: 'recovered' });
    expect(life.caseState.seq).toBe(seq);
  });
});

describe('sent again by a person', () => {
  it('192-9: a refused message goes as another one, and what becomes of that meets the duty', () => {
    const life = lifeAfter('sendIpr');
    const refused = keyOf(life);
    outcome(life, SENT_AT, { key: refused, series: 1, outcome: 'refused', reason: 'not_competent' });
    expect(ask(life, SENT_AT, 'sendAgain', { dispatchKey: refused }).ok).toBe(true);
    const again = keyOf(life);
    expect(again).not.toBe(refused);
    expect(life.caseState.dispatches.map(({ state }) => state)).toEqual(['pending', 'withdrawn', 'pending']);
    outcome(life, SENT_AT, { key: again, series: 1, outcome: 'delivered' });
    expect(standing(life, '192-9:health')).toBe('met');
  });

  it('192-9: what was given up has one more attempt under its own key', () => {
    const life = lifeAfter('sendIpr');
    outcome(life, SENT_AT, { key: keyOf(life), series: 1, outcome: 'given_up', reason: 'on_paper' });
    const key = keyOf(life);
    ask(life, SENT_AT, 'sendAgain', { dispatchKey: key });
    expect(healthOf(life)).toMatchObject({ key, state: 'pending', series: 2 });
  });
});

describe('on paper', () => {
  it('192-9: brought with a document that proves it: the duty is met, and nothing is sent by wire any more', () => {
    const life = lifeAfter('sendIpr');
    unreached(life, SENT_AT);
    expect(ask(life, SENT_AT, 'deliverOnPaper', { dispatchKey: keyOf(life), documentId: 'doc-1' }).ok).toBe(true);
    expect(lastOf(life, 'DispatchDelivered').data).toMatchObject({ agency: 'health', documentId: 'doc-1', documentSha256: expect.any(String) });
    expect(standing(life, '192-9:health')).toBe('met');
    const { seq } = life.caseState;
    outcome(life, SENT_AT, { key: keyOf(life), series: 2, outcome: 'delivered' });
    expect(life.caseState.seq).toBe(seq);
  });

  it('192-9: when and to whom it was handed over may be said, and not from before the approval', () => {
    const life = lifeAfter('sendIpr');
    const told = { dispatchKey: keyOf(life), documentId: 'doc-1', handedToId: 'note-1' };
    const early = ask(life, SENT_AT, 'deliverOnPaper', { ...told, handedAt: local('2026-01-12') });
    expect(refusalIn(early)).toMatchObject({ code: 'delivery_time_impossible', rule: '192-9' });
    expect(ask(life, SENT_AT + HOUR, 'deliverOnPaper', { ...told, handedAt: SENT_AT }).ok).toBe(true);
    expect(dutyOf(life, '192-9:health')).toMatchObject({ state: 'met', endedAt: SENT_AT });
  });

  const letter = (receivedOn: string) =>
    ({ measureId: 'm-job', outcome: 'performed', channel: 'letter', senderId: 'note-1', documentId: 'doc-2', receivedOn }) as const;

  it('192-11-2: a letter is the same fact as a signed message, and the two days of the mark run from the day of its receipt', () => {
    const [wire, paper] = [lifeAfter('sendIpr'), lifeAfter('sendIpr')];
    hear(wire, local('2026-02-16', 12), report('employment', 'm-job', {}, 0, 'd-1'));
    ask(paper, local('2026-02-18'), 'recordReport', letter('2026-02-16'));
    const { reportId, ...facts } = lastOf(paper, 'ReportReceived').data;
    expect(facts).toMatchObject({ measureId: 'm-job', agency: 'employment', outcome: 'performed', paper: { channel: 'letter', documentId: 'doc-2' } });
    const dueBy = (life: Life): string | undefined => dueOf(life, openKeys(life).find((key) => key.startsWith('192-11-2')) ?? '');
    expect(dueBy(paper)).toBe(dueBy(wire));
    expect(standing(paper, '192-11-1:m-job')).toBe('met');
    ask(paper, local('2026-02-18'), 'markStatus', { measureId: 'm-job', reportId, status: 'done' });
    expect(paper.caseState.measures.find(({ measureId }) => measureId === 'm-job')?.status).toBe('done');
  });

  it('192-11-1: it came neither tomorrow nor before the plan was approved', () => {
    const life = lifeAfter('sendIpr');
    expect(refusalIn(ask(life, SENT_AT, 'recordReport', letter('2026-01-28')))).toMatchObject({ code: 'date_in_future', rule: '192-11-1' });
    expect(refusalIn(ask(life, SENT_AT, 'recordReport', letter('2026-01-01')))).toMatchObject({ code: 'receipt_before_approval' });
    expect(refusalIn(ask(life, SENT_AT, 'recordReport', { ...letter('2026-01-27'), measureId: 'm-family' }))).toMatchObject({ code: 'measure_unknown' });
  });
});

describe('the end of a case', () => {
  it('P43: what had not been sent is not sent', () => {
    const life = lifeAfter('markCompletion');
    const parked = life.caseState.dispatches.filter(({ state }) => state === 'parked' || state === 'pending');
    expect(parked).toEqual([]);
    const troubled = lifeAfter('sendIpr');
    unreached(troubled, SENT_AT, DAY);
    for (const [measureId, agency, id] of [
      ['m-job', 'employment', 'd-1'],
      ['m-health', 'health', 'd-2'],
    ] as const) {
      hear(troubled, SENT_AT + HOUR, report(agency, measureId, {}, 0, id));
      ask(troubled, SENT_AT + HOUR, 'markStatus', { measureId, reportId: `report-${id}`, status: 'done' });
    }
    ask(troubled, SENT_AT + HOUR, 'markStatus', { measureId: 'm-family', status: 'done' });
    ask(troubled, SENT_AT + HOUR, 'markCompletion', {});
    expect(healthOf(troubled)?.state).toBe('parked');
    ask(troubled, SENT_AT + HOUR, 'closeCase', { monitoringMonths: 3 }, HEAD);
    expect(healthOf(troubled)?.state).toBe('withdrawn');
  });
});
