import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIin } from '../../domain/person/iin.js';

/** Said once more, apart from the code: a weighted sum modulo 11, with other weights where it gives 10. */
function checkDigitOf(text: string): number {
  const sum = (shift: number): number =>
    Array.from({ length: 11 }, (_, place) => Number(text[place]) * (((place + shift) % 11) + 1)).reduce((a, b) => a + b) % 11;
  return sum(0) < 10 ? sum(0) : sum(2);
}

describe('ИИН', () => {
  it('accepts a number whose check digit comes from the first pass', () => {
    expect(isIin('900101100004')).toBe(true);
  });

  it('accepts a number whose first pass gives 10 and whose check digit comes from the second', () => {
    expect(isIin('900101100500')).toBe(true);
  });

  it('refuses every number for which both passes give 10: such numbers are never issued', () => {
    for (let last = 0; last <= 9; last += 1) expect(isIin(`90010110055${last}`)).toBe(false);
  });

  it.each(['', '90010110000', '9001011000040', ' 900101100004', '900101100004 ', '90010110000a', '٩٠٠١٠١١٠٠٠٠٤', '900101100004\n'])(
    'refuses %j: twelve ASCII digits and nothing else',
    (text) => {
      expect(isIin(text)).toBe(false);
    },
  );

  it('accepts a seventh digit of 0: such numbers belong to real people', () => {
    const candidates = Array.from({ length: 10 }, (_, last) => `90010100000${last}`);
    expect(candidates.filter(isIin)).toHaveLength(1);
  });

  it('P30: refuses twelve equal digits, which people write for a number they do not have', () => {
    for (let digit = 0; digit <= 9; digit += 1) expect(isIin(String(digit).repeat(12))).toBe(false);
  });

  it.each([
    ['month 13', '901301100004'],
    ['month 00', '900001100000'],
    ['day 00', '900100100009'],
    ['day 32', '900132100003'],
    ['31 April', '900431100009'],
    ['30 February', '920230100000'],
    ['29 February of a year that never had one', '900229100000'],
  ])('refuses a right check digit behind a date that is none: %s', (_what, text) => {
    expect(Number(text.at(-1))).toBe(checkDigitOf(text));
    expect(isIin(text)).toBe(false);
  });

  it.each([
    ['29 February 1992', '920229100004'],
    ['29 February of a year 00', '000229500008'],
    ['31 December', '901231100004'],
    ['the seventh digit 0', '900101012349'],
    ['the seventh digit 0 and the serial 0000', '900101000008'],
    ['the serial 0000', '900101100004'],
  ])('accepts %s', (_what, text) => {
    expect(isIin(text)).toBe(true);
  });

  const elevenDigits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 11 });

  it('at most one check digit fits the first eleven', () => {
    fc.assert(
      fc.property(elevenDigits, (digits) => {
        const fitting = Array.from({ length: 10 }, (_, last) => digits.join('') + last).filter(isIin);
        expect(fitting.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each(['900101100004', '900101100500'])('of the ten numbers that begin like %s it alone is valid', (valid) => {
    const numbers = Array.from({ length: 10 }, (_, last) => valid.slice(0, 11) + last);
    expect(numbers.filter(isIin)).toEqual([valid]);
  });
});
