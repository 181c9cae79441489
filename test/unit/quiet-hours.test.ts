/** When a message may go out. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, quietHoursOf } from '../../domain/law/policy.js';
import { sendAt, type Message } from '../../work/quiet-hours.js';
import { local } from '../lives/straight-road.js';

const QUIET = quietHoursOf(DEFAULT_POLICY);
const REMINDER: Message = { step: 'reminder', ladder: 'standard' };

const at = (day: string, clock: string): number => Date.parse(`${day}T${clock}:00+05:00`);

describe('P44: quiet hours 18:30–09:00 in Almaty', () => {
  it.each([
    ['2026-12-15', '18:29', '2026-12-15', '18:29'],
    ['2026-12-15', '18:30', '2026-12-16', '09:00'],
    ['2026-12-15', '22:00', '2026-12-16', '09:00'],
    ['2026-12-15', '23:59', '2026-12-16', '09:00'],
    ['2026-12-16', '00:00', '2026-12-16', '09:00'],
    ['2026-12-16', '08:59', '2026-12-16', '09:00'],
    ['2026-12-16', '09:00', '2026-12-16', '09:00'],
    ['2026-12-31', '20:00', '2027-01-01', '09:00'],
  ])('P44: a reminder of %s %s goes out on %s at %s', (day, clock, sentOn, sentAt) => {
    expect(sendAt(REMINDER, at(day, clock), QUIET)).toBe(at(sentOn, sentAt));
  });

  it('P52: a reminder at 09:00 is not held back', () => {
    expect(sendAt(REMINDER, local('2026-01-14', 9), QUIET)).toBe(local('2026-01-14', 9));
  });

  it.each<[string, Message]>([
    ['a breach', { step: 'overdue', ladder: 'standard' }],
    ['P9: an internal term exceeded', { step: 'exceeded', ladder: 'internal' }],
    ['an escalation', { step: 'coordinator', ladder: 'agency' }],
    ['P53: a reminder of a threat', { step: 'reminder', ladder: 'threat' }],
    ['P53: a repeated alarm', { step: 'repeat', ladder: 'threat' }],
    ['P4: a reminder of the duty timer', { step: 'reminder', ladder: 'duty' }],
    ['what belongs to no known duty', { step: 'reminder', ladder: undefined }],
  ])('%s goes out at night', (_what, message) => {
    expect(sendAt(message, at('2026-12-15', '22:00'), QUIET)).toBe(at('2026-12-15', '22:00'));
  });

  it('P44: other hours come from the policy, within a day too, and none when both ends are the same', () => {
    const noon = { from: '12:00', to: '14:00' };
    expect(sendAt(REMINDER, at('2026-12-15', '11:59'), noon)).toBe(at('2026-12-15', '11:59'));
    expect(sendAt(REMINDER, at('2026-12-15', '13:30'), noon)).toBe(at('2026-12-15', '14:00'));
    expect(sendAt(REMINDER, at('2026-12-15', '14:00'), noon)).toBe(at('2026-12-15', '14:00'));
    expect(sendAt(REMINDER, at('2026-12-15', '03:00'), { from: '00:00', to: '00:00' })).toBe(at('2026-12-15', '03:00'));
  });
});
