/** Whether somebody is a woman or a man, as their ИИН says: its seventh digit is odd of a man and even of a woman (decree 11.06.2003 № 565). */
export type Sex = 'female' | 'male';

/** Undefined where the ИИН does not tell: the seventh digit 0 is of those whom the register does not assign. */
export function sexByIin(iin: string): Sex | undefined {
  const digit = Number(iin[6]);
  if (!(digit >= 1 && digit <= 6)) return undefined;
  return digit % 2 === 1 ? 'male' : 'female';
}
