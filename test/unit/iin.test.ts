import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIin } from '../../domain/person/iin.js';

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
