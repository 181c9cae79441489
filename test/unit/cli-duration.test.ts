import { describe, expect, it } from 'vitest';
import { CALENDAR_2026_11_21 as calendar } from '../../domain/law/calendar-data.js';
import { durationMs } from '../../cli/commands/duration.js';

const HOUR = 3_600_000;
const TUESDAY = Date.parse('2026-12-15T10:00:00+05:00');

describe('how far a clock is to move', () => {
  it.each([
    ['3d', 72],
    ['36h', 36],
    ['1d12h', 36],
    ['2w', 336],
    ['90m', 1.5],
    ['PT36H', 36],
    ['P3D', 72],
    ['P1DT12H', 36],
    ['P1W', 168],
  ])('%s', (text, hours) => expect(durationMs(text, TUESDAY, calendar)).toBe(hours * HOUR));

  it('P1: working days skip the day off of 16 December and the weekend, to the same hour', () => {
    expect(durationMs('3wd', TUESDAY, calendar)).toBe(Date.parse('2026-12-21T10:00:00+05:00') - TUESDAY);
  });

  it.each(['', '3', 'd', '-3d', '3x', '0d', '0wd', '1000wd', 'P', 'PT', 'P1M', 'P1Y', '1.5h', '4000d', '3d 2h', '999999999999d'])('refuses %j', (text) => {
    expect(() => durationMs(text, TUESDAY, calendar)).toThrow(/write for example 3d/);
  });
});
