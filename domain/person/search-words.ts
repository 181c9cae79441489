/**
 * By which words a person is found: those of the name as anybody may write it, the last digits of the telephone, the day
 * of birth. A name is one and the same with and without the letters that only Kazakh has, for not every keyboard has them.
 */
import type { LegalDay } from '../law/calendar.js';

/** What a word is of: a name's is no telephone's. */
export type SearchKind = 'name' | 'phone' | 'birth';

export interface SearchWord {
  kind: SearchKind;
  word: string;
}

export interface Findable {
  fullName?: string;
  phone?: string;
  birthDate?: LegalDay;
}

/** As they are written where they cannot be typed. */
const LIKE: Readonly<Record<string, string>> = { ә: 'а', ғ: 'г', қ: 'к', ң: 'н', ө: 'о', ұ: 'у', ү: 'у', һ: 'х', і: 'и', ё: 'е', й: 'и' };

/** A telephone is known by its last digits, however its country and its town are written. */
const PHONE_DIGITS = 7;

/** The words of a name, each once; an initial is none. */
export function nameWords(name: string): string[] {
  const plain = name
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(/\p{L}/gu, (letter) => LIKE[letter] ?? letter);
  return [...new Set(plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1))];
}

/** Undefined for a number that is too short to say whose it is. */
export function phoneWord(phone: string): string | undefined {
  const digits = phone.replaceAll(/\D/g, '');
  return digits.length < PHONE_DIGITS ? undefined : digits.slice(-PHONE_DIGITS);
}

export function searchWords({ fullName, phone, birthDate }: Findable): SearchWord[] {
  const last = phone === undefined ? undefined : phoneWord(phone);
  return [
    ...(fullName === undefined ? [] : nameWords(fullName).map((word): SearchWord => ({ kind: 'name', word }))),
    ...(last === undefined ? [] : [{ kind: 'phone' as const, word: last }]),
    ...(birthDate === undefined ? [] : [{ kind: 'birth' as const, word: birthDate }]),
  ];
}
