/** Ends of terms as pages, mail, command line and supervisors' details write them: one way, in the time of Kazakhstan. */
import { describe, expect, it } from 'vitest';
import { dutyBody } from '../../office/duty-body.js';
import { endInWords, minutesInWords } from '../../contracts/messages/wording.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import type { DutyStanding } from '../../domain/law/duty.js';
import { localEnd, localTime } from '../../domain/law/written-time.js';
import { digestText } from '../../work/digest-text.js';

/** An instant from a wall-clock reading in Asia/Almaty. */
const at = (local: string): number => Date.parse(`${local}+05:00`);

describe('an end as people write it', () => {
  it.each([
    ['2026-12-16T00:00', '2026-12-15 24:00', '16 December 2026, 00:00'],
    ['2026-12-16T01:48', '2026-12-16 01:48', '16 December 2026, 01:48'],
    ['2026-12-15T23:59', '2026-12-15 23:59', '15 December 2026, 23:59'],
  ])('%s: 24:00 only where it is that instant', (end, written, instant) => {
    expect(localEnd(at(end))).toBe(written);
    expect(endInWords(at(end), 'en')).toBe(end.endsWith('00:00') ? '15 December 2026, 24:00' : instant);
    expect(localEnd(at(end) + 1)).toBe(localTime(at(end)));
  });

  it.each([
    [72, '1 hour 12 minutes', '1 час 12 минут', '1 сағат 12 минут'],
    [120, '2 hours', '2 часа', '2 сағат'],
    [1, '1 minute', '1 минута', '1 минут'],
    [0, '0 minutes', '0 минут', '0 минут'],
  ])('%d minutes are told as hours and minutes', (minutes, en, ru, kk) => {
    expect([minutesInWords(minutes, 'en'), minutesInWords(minutes, 'ru'), minutesInWords(minutes, 'kk')]).toEqual([en, ru, kk]);
  });
});

describe('P4: two hours of a threat found at 23:48', () => {
  const found = at('2026-12-15T23:48');
  const answer = (now: number, changes: { standing?: DutyStanding; clockAt?: number; dueAt?: number } = {}) => {
    const item = {
      caseId: 'c',
      center: 'almaty-auezov',
      key: 'P4:case',
      rule: 'P4',
      subject: 'case',
      owner: 'duty_officer',
      force: 'internal',
      startedAt: found,
      dueAt: at('2026-12-16T01:48'),
      standing: 'open',
      urgent: true,
      clockAt: found,
    } as const;
    return dutyBody({ ...item, ...changes }, CALENDAR_2026_11_21, { unit: 'hours' }, now, 'ru');
  };

  it('end at an instant, which is no day, with what is left of them', () => {
    expect(answer(found)).toMatchObject({
      title: 'Назначение незамедлительных мер реагирования',
      dueAt: '2026-12-15T20:48:00.000Z',
      lastDay: undefined,
      minutesLeft: 120,
    });
    expect(answer(at('2026-12-16T01:00:30')).minutesLeft).toBe(47);
    expect(answer(at('2026-12-16T03:00')).minutesLeft).toBe(0);
  });

  it('are counted by the clock of the case where that runs ahead of the wall', () => {
    expect(answer(at('2026-11-26T10:00'), { clockAt: at('2026-12-16T00:48') }).minutesLeft).toBe(60);
  });

  it('have nothing left when they have passed or the answer was given', () => {
    for (const standing of ['exceeded', 'met', 'met_late', 'lapsed'] as const) expect(answer(found, { standing }).minutesLeft).toBeUndefined();
  });

  it('that end at midnight end at 24:00, and are still hours', () => {
    expect(answer(at('2026-12-15T22:30'), { dueAt: at('2026-12-16T00:00'), clockAt: at('2026-12-15T22:00') })).toMatchObject({
      lastDay: '2026-12-15',
      minutesLeft: 90,
    });
  });

  it('stand in a digest as that instant', () => {
    const { text } = digestText([
      {
        alertId: 'a',
        caseId: 'c',
        center: 'almaty-auezov',
        journalNumber: undefined,
        dutyKey: 'P4:case',
        rule: 'P4',
        force: 'internal',
        step: 'exceeded',
        dueAt: at('2026-12-16T01:48'),
        person: 'head',
        takeable: false,
      },
    ]);
    expect(text).toContain('16 декабря 2026 года, 01:48');
    expect(text).toContain('2026 жылғы 16 желтоқсан, 01:48');
    expect(text).not.toContain('24:00');
  });
});

describe('a term in days', () => {
  it('256-13-2: ends at 24:00 of its last day, and nothing of it is counted in minutes', () => {
    const startedAt = at('2026-12-15T10:00');
    const item = {
      caseId: 'c',
      center: 'almaty-auezov',
      key: '256-13-2:case',
      rule: '256-13-2',
      subject: 'case',
      owner: 'case_manager',
      force: 'law',
      startedAt,
      dueAt: at('2026-12-22T00:00'),
      standing: 'open',
      urgent: false,
      clockAt: startedAt,
    } as const;
    expect(dutyBody(item, CALENDAR_2026_11_21, { unit: 'working_days' }, startedAt, 'kk')).toMatchObject({
      title: 'Бастапқы бағалау',
      lastDay: '2026-12-21',
      minutesLeft: undefined,
    });
  });
});
