/** A threat to life and health at intake: 256 п.13 2), п.14 2), P53. Found later: threat-found.test.ts. */
import { describe, expect, it } from 'vitest';
import { ask, registered } from '../lives/acting.js';
import { almaty, climbed, dueOf, dutyOf, keysOf, openKeys, standing, stepEntries } from '../lives/reading.js';
import { local } from '../lives/straight-road.js';

const FRIDAY_EVENING = local('2026-01-16', 18);
const threatened = () => registered(FRIDAY_EVENING, { threat: true });
const assess = { result: 'difficult_life_situation', grounds: ['G8'] } as const;

describe('a threat at intake', () => {
  it('256-13-2T: one working day in place of three', () => {
    const life = threatened();
    expect(keysOf(life)).toEqual(['256-13-1:appeal-1', '256-13-2T:appeal-1', '256-13-INT:case', '256-22-1:appeal-1', '256-22-2:appeal-1', 'P4:appeal-1']);
    expect(dueOf(life, '256-13-2T:appeal-1')).toBe('2026-01-19 24:00');
    expect(dutyOf(life, '256-13-2T:appeal-1')).toMatchObject({ force: 'law', ladder: 'threat' });
  });

  it.each([2, 3, 4, 5] as const)('256-14-2T: the same for channel %d', (channel) => {
    const life = registered(FRIDAY_EVENING, { threat: true, channel });
    expect(keysOf(life)).toEqual(['256-14-1:appeal-1', '256-14-2T:appeal-1', '256-22-1:appeal-1', '256-22-2:appeal-1', 'P4:appeal-1']);
    expect(dueOf(life, '256-14-2T:appeal-1')).toBe('2026-01-19 24:00');
  });

  it('256-13-2T: ends by the assessment, and 256-13-3 follows as for everybody', () => {
    const life = threatened();
    ask(life, local('2026-01-19', 8), 'completeAssessment', assess);
    expect(standing(life, '256-13-2T:appeal-1')).toBe('met');
    expect(openKeys(life)).toContain('256-13-3:case');
    life.sleepUntil(local('2026-01-25'));
    expect(climbed(life, '256-13-2T:appeal-1')).toEqual([]);
  });

  it('P53: at half the term the head and the duty officer learn of it, at its end the coordinator too', () => {
    const life = threatened();
    life.sleepUntil(local('2026-01-20', 0, 0));
    expect(climbed(life, '256-13-2T:appeal-1')).toEqual(['reminder 2026-01-19 09:00', 'overdue 2026-01-19 24:00']);
    expect(stepEntries(life, '256-13-2T:appeal-1').map((entry) => entry.data.recipients)).toEqual([
      ['center_head', 'duty_officer'],
      ['center_head', 'duty_officer', 'coordinator'],
    ]);
    expect(standing(life, '256-13-2T:appeal-1')).toBe('overdue');
  });

  it('P53: the alarm comes again every four hours, day and night, until the assessment is made', () => {
    const life = threatened();
    ask(life, local('2026-01-20', 13), 'completeAssessment', assess);
    life.sleepUntil(local('2026-01-23'));
    expect(climbed(life, '256-13-2T:appeal-1')).toEqual([
      'reminder 2026-01-19 09:00',
      'overdue 2026-01-19 24:00',
      'repeat 2026-01-20 04:00',
      'repeat 2026-01-20 08:00',
      'repeat 2026-01-20 12:00',
    ]);
    expect(stepEntries(life, '256-13-2T:appeal-1').at(-1)?.data.recipients).toEqual(['center_head', 'duty_officer', 'coordinator']);
    expect(standing(life, '256-13-2T:appeal-1')).toBe('met_late');
  });

  it('P53: an engine that slept through two repeats records each with its own moment', () => {
    const life = threatened();
    life.turnLate(local('2026-01-20', 9, 30));
    expect(climbed(life, '256-13-2T:appeal-1').slice(1)).toEqual(['overdue 2026-01-19 24:00', 'repeat 2026-01-20 04:00', 'repeat 2026-01-20 08:00']);
    expect(new Set(stepEntries(life, '256-13-2T:appeal-1').map((entry) => almaty(entry.at)))).toEqual(new Set(['2026-01-20 09:30']));
  });

  it('P53: a repeat is planned only when the one before it is recorded, and four hours after its moment', () => {
    const life = threatened();
    expect(dutyOf(life, '256-13-2T:appeal-1').steps.map(({ step }) => step)).toEqual(['reminder', 'overdue']);
    life.sleepUntil(local('2026-01-20', 5));
    expect(
      dutyOf(life, '256-13-2T:appeal-1')
        .steps.map(({ step, at }) => `${step} ${almaty(at)}`)
        .slice(2),
    ).toEqual(['repeat 2026-01-20 04:00', 'repeat 2026-01-20 08:00']);
  });

  it('256-13-2: without a threat the assessment is not repeated by the clock', () => {
    const life = registered(FRIDAY_EVENING);
    life.sleepUntil(local('2026-04-30'));
    expect(climbed(life, '256-13-2:case').filter((step) => step.startsWith('repeat'))).toEqual([]);
  });
});
