/** Dates and names as the pages write them. */
import type { Language } from '../contracts/messages/language.js';
import { SECTORS } from '../domain/law/sectors.js';

const ALMATY_OFFSET_MS = 5 * 3_600_000;

/** An ISO instant as day and hour in Almaty. */
export function localTime(iso: string): string {
  return new Date(Date.parse(iso) + ALMATY_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
}

/** Name of an agency's sector in the reader's language; a code that is no longer listed stays readable. */
export function agencyName(code: string, language: Language): string {
  return SECTORS.find((sector) => sector.code === code)?.[language] ?? code;
}
