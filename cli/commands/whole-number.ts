/** Reads a whole number of the command line. */
import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError when the text is no whole number from `least` to `most` */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,10}$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`write a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}
