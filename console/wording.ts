/** Dates and names as the pages write them. */
import type { Language } from '../contracts/messages/language.js';
import { SECTORS } from '../domain/law/sectors.js';

const ALMATY_OFFSET_MS = 5 * 3_600_000;

/** An ISO instant as day and hour in Almaty; the first instant of a day is the end of the one before, as terms are written. */
export function localTime(iso: string): string {
  const local = Date.parse(iso) + ALMATY_OFFSET_MS;
  const written = new Date(local).toISOString();
  if (!written.endsWith('T00:00:00.000Z')) return written.slice(0, 16).replace('T', ' ');
  return `${new Date(local - 1).toISOString().slice(0, 10)} 24:00`;
}

/** Name of an agency's sector in the reader's language; a code that is no longer listed stays readable. */
export function agencyName(code: string, language: Language): string {
  return SECTORS.find((sector) => sector.code === code)?.[language] ?? code;
}
