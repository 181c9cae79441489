/** The ladder: who learns of a term, when, once, and never after the duty has ended. */
import { describe, expect, it } from 'vitest';
import { nextMoment } from '../../domain/case/clock.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { lawOf } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { ask, hear, lifeAfter, lifeBefore, registered } from '../lives/acting.js';
import { almaty, climbed, dutyOf, entriesOf, standing, stepEntries } from '../lives/reading.js';
import { agencyActor, local, report } from '../lives/straight-road.js';

const MONDAY = local('2026-01-12');
const assess = { result: 'difficult_life_situation', grounds: ['G8'] } as const;

describe('the standard ladder', () => {
  it('256-13-2: reminder, overdue, head, coordinator, line in the conclusion: each once', () => {
    const life = registered(MONDAY);
    life.sleepUntil(local('2026-07-01'));
    expect(climbed(life, '256-13-2:case')).toEqual([
      'reminder 2026-01-14 09:00',
      'overdue 2026-01-15 24:00',
      'head 2026-01-16 24:00',
      'coordinator 2026-01-20 24:00',
      'quarter_end 2026-03-31 24:00',
    ]);
  });

  it('256-13-2: each step has its own recipients', () => {
    const life = registered(MONDAY);
    life.sleepUntil(local('2026-07-01'));
    expect(stepEntries(life, '256-13-2:case').map(({ data }) => [data.step, ...data.recipients].join(' '))).toEqual([
      'reminder case_manager',
      'overdue case_manager unit_head',
      'head center_head',
      'coordinator coordinator',
      'quarter_end center_head',
    ]);
  });

  it('256-13-2: a step names its rule, its force, the deadline, and the instant of the law', () => {
    const life = registered(MONDAY);
    life.sleepUntil(local('2026-01-16', 0, 0));
    const overdue = stepEntries(life, '256-13-2:case').at(-1);
    expect(overdue).toMatchObject({
      at: local('2026-01-16', 0, 0),
      occurredAt: local('2026-01-16', 0, 0),
      cause: 'clock',
      actor: { id: 'engine', role: 'system' },
      data: { dutyKey: '256-13-2:case', rule: '256-13-2', force: 'law', step: 'overdue', dueAt: local('2026-01-16', 0, 0) },
    });
  });

  it('the climb over a weekend: due on Friday, head on Monday, coordinator on Wednesday', () => {
    const life = registered(local('2026-01-13', 12));
    life.sleepUntil(local('2026-02-01'));
    expect(climbed(life, '256-13-2:case')).toEqual([
      'reminder 2026-01-15 09:00',
      'overdue 2026-01-16 24:00',
      'head 2026-01-19 24:00',
      'coordinator 2026-01-21 24:00',
    ]);
  });

  it('the climb over Nauryz: three days off are skipped', () => {
    const life = registered(local('2026-03-17', 12));
    life.sleepUntil(local('2026-03-31'));
    expect(climbed(life, '256-13-2:case')).toEqual([
      'reminder 2026-03-19 09:00',
      'overdue 2026-03-20 24:00',
      'head 2026-03-26 24:00',
      'coordinator 2026-03-30 24:00',
    ]);
  });

  it('the line in the conclusion goes into the first quarter that ends after the climb', () => {
    const life = registered(local('2026-03-19', 12));
    life.sleepUntil(local('2026-08-01'));
    expect(climbed(life, '256-13-2:case').slice(-2)).toEqual(['coordinator 2026-04-01 24:00', 'quarter_end 2026-06-30 24:00']);
  });
});

describe('the end of a duty ends its ladder', () => {
  it('256-13-2: nothing comes after the assessment', () => {
    const life = registered(MONDAY);
    ask(life, local('2026-01-14', 8), 'completeAssessment', assess);
    life.sleepUntil(local('2026-07-01'));
    expect(climbed(life, '256-13-2:case')).toEqual([]);
  });

  it('256-13-2: a late assessment stops the climb where it stands', () => {
    const life = registered(MONDAY);
    ask(life, local('2026-01-19', 10), 'completeAssessment', assess);
    life.sleepUntil(local('2026-07-01'));
    expect(climbed(life, '256-13-2:case')).toEqual(['reminder 2026-01-14 09:00', 'overdue 2026-01-15 24:00', 'head 2026-01-16 24:00']);
    expect(standing(life, '256-13-2:case')).toBe('met_late');
  });

  it('P1: the last instant before 24:00 is in time', () => {
    const life = registered(MONDAY);
    ask(life, local('2026-01-16', 0, 0) - 1, 'completeAssessment', assess);
    expect(standing(life, '256-13-2:case')).toBe('met');
    expect(climbed(life, '256-13-2:case')).toEqual(['reminder 2026-01-14 09:00']);
  });

  it('P1: exactly 24:00 is late, and the breach is written before what met it', () => {
    const life = registered(MONDAY);
    ask(life, local('2026-01-16', 0, 0), 'completeAssessment', assess);
    expect(standing(life, '256-13-2:case')).toBe('met_late');
    const overdue = stepEntries(life, '256-13-2:case').find(({ data }) => data.step === 'overdue');
    expect(overdue?.seq).toBeLessThan(dutyOf(life, '256-13-2:case').endedSeq ?? 0);
  });

  it('192-11-1: a report received in time meets the duty in time, however late it is handed over', () => {
    const life = lifeBefore('markStatus');
    const late = hear(life, local('2026-03-05'), report('health', 'm-health', {}, 4 * 86_400_000));
    expect(late.ok).toBe(true);
    expect(almaty(dutyOf(life, '192-11-1:m-health').endedAt ?? 0)).toBe('2026-03-01 10:00');
    expect(standing(life, '192-11-1:m-health')).toBe('met');
    life.sleepUntil(local('2026-07-01'));
    expect(climbed(life, '192-11-1:m-health').filter((step) => step.startsWith('quarter_end'))).toEqual([]);
  });
});

describe('late wake-ups', () => {
  it('256-13-2: a wake-up that comes late records the legal moment beside its own', () => {
    const life = registered(MONDAY);
    life.turnLate(local('2026-01-19', 7));
    expect(stepEntries(life, '256-13-2:case').map(({ data, at, occurredAt }) => [data.step, almaty(data.moment), almaty(occurredAt), almaty(at)])).toEqual([
      ['reminder', '2026-01-14 09:00', '2026-01-14 09:00', '2026-01-19 07:00'],
      ['overdue', '2026-01-15 24:00', '2026-01-15 24:00', '2026-01-19 07:00'],
      ['head', '2026-01-16 24:00', '2026-01-16 24:00', '2026-01-19 07:00'],
    ]);
  });

  it('256-13-1, 256-13-2: after a long sleep the ledger tells the moments of all duties in the order of the law', () => {
    const punctual = registered(MONDAY);
    punctual.sleepUntil(local('2026-01-19', 7));
    const late = registered(MONDAY);
    late.turnLate(local('2026-01-19', 7));
    const moments = entriesOf(late, 'DeadlineStepReached').map((entry) => entry.data.moment);
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
    const wokenAt = local('2026-01-19', 7);
    expect(late.entries.slice(1)).toEqual(punctual.entries.slice(1).map((entry) => ({ ...entry, at: wokenAt })));
  });
});

describe('other ladders', () => {
  it('192-11-1: an agency that stays silent: its head and the head of the Center, then the coordinator', () => {
    const life = lifeAfter('sendIpr');
    life.sleepUntil(local('2026-04-01', 0, 0));
    expect(stepEntries(life, '192-11-1:m-job').map(({ data }) => `${data.step} ${almaty(data.moment)} to ${data.recipients.join(', ')}`)).toEqual([
      'reminder 2026-02-13 09:00 to agency',
      'reminder 2026-02-26 09:00 to agency',
      'overdue 2026-03-02 24:00 to agency, case_manager, unit_head',
      'head 2026-03-03 24:00 to agency_head, center_head',
      'coordinator 2026-03-05 24:00 to coordinator',
      'quarter_end 2026-03-31 24:00 to center_head',
    ]);
    expect(dutyOf(life, '192-11-1:m-job')).toMatchObject({ owner: 'agency', agency: 'employment' });
  });

  it('P9, 256-13-3: an internal term is exceeded, never overdue, and does not leave the Center', () => {
    const life = lifeAfter('completeAssessment');
    life.sleepUntil(local('2026-07-01'));
    expect(stepEntries(life, '256-13-3:case').map(({ data }) => `${data.step} ${almaty(data.moment)} to ${data.recipients.join(', ')}`)).toEqual([
      'reminder 2026-01-20 09:00 to case_manager',
      'exceeded 2026-01-22 24:00 to case_manager, unit_head',
      'head 2026-01-23 24:00 to center_head',
    ]);
    expect(new Set(stepEntries(life, '256-13-3:case').map(({ data }) => data.force))).toEqual(new Set(['internal']));
    expect(standing(life, '256-13-3:case')).toBe('exceeded');
  });

  it('P52: a long term is reminded of in its middle and three working days before its end', () => {
    const life = lifeAfter('approveIpr');
    const reminders = dutyOf(life, '256-15-1:ipr-1').steps.filter(({ step }) => step === 'reminder');
    expect(reminders.map(({ at }) => almaty(at))).toEqual(['2026-04-14 09:00', '2026-06-26 09:00']);
  });

  it('P15, P52: of two working days the reminder comes on the morning of the first', () => {
    const life = lifeBefore('markStatus');
    expect(dutyOf(life, '192-11-2:report-d-job').steps[0]).toEqual({ step: 'reminder', at: local('2026-02-17', 9) });
  });

  it('P53: a duty without a term has no ladder', () => {
    const life = registered(MONDAY);
    life.sleepUntil(local('2026-12-31'));
    expect(climbed(life, '256-13-INT:case')).toEqual([]);
    expect(standing(life, '256-13-INT:case')).toBe('open');
  });

  it('256-13-2: a step that falls into a year without a table is left out, and the deadline stays', () => {
    const { '2027': _, ...years } = CALENDAR_2026_11_21.years;
    const calendar = { ...CALENDAR_2026_11_21, version: 'until-2026', years };
    const law = lawOf({ calendar, policy: DEFAULT_POLICY });
    const life = registered(local('2026-12-28'), {}, law);
    expect(dutyOf(life, '256-13-2:case').steps.map(({ step, at }) => `${step} ${almaty(at)}`)).toEqual([
      'reminder 2026-12-30 09:00',
      'overdue 2026-12-31 24:00',
    ]);
  });
});

describe('the next moment', () => {
  it('256-13-1: is the earliest step that has not been taken', () => {
    const life = registered(MONDAY);
    expect(nextMoment(life.caseState)).toEqual({ at: local('2026-01-13', 9), what: '256-13-1 reminder' });
    life.sleepUntil(local('2026-01-13', 9));
    expect(nextMoment(life.caseState)).toEqual({ at: local('2026-01-14', 0, 0), what: '256-13-1 overdue' });
  });

  it('is none when nothing is owed any more', () => {
    const life = registered(MONDAY);
    ask(life, local('2026-01-13', 8), 'completeAssessment', { result: 'not_confirmed', grounds: [] });
    ask(life, local('2026-01-13', 8, 30), 'notifyResult', { documentId: 'doc-1' });
    expect(nextMoment(life.caseState)).toBeUndefined();
  });

  it('192-11-1: an actor who is no agency of the plan moves nothing', () => {
    const life = lifeAfter('sendIpr');
    const before = nextMoment(life.caseState, life.underWay);
    hear(life, local('2026-01-27', 10, 30), { ...report('employment', 'm-job'), actor: agencyActor('sports') });
    expect(nextMoment(life.caseState, life.underWay)).toEqual(before);
  });
});
