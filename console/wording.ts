/** Dates and names as the pages write them. */
import type { Reader } from './page.js';
import * as written from '../domain/law/written-time.js';

/** An ISO instant as day and hour in Almaty. */
export function localTime(iso: string): string {
  return written.localTime(Date.parse(iso));
}

/** The end of a term, or a moment of its ladder: 24:00 of a day only where it is that instant. */
export function localEnd(iso: string): string {
  return written.localEnd(Date.parse(iso));
}

/** Name of an organisation in the reader's language, in Russian for readers of English; an id that nobody knows stays readable. */
export function agencyName(id: string, { language, organisations }: Pick<Reader, 'language' | 'organisations'>): string {
  return organisations.get(id)?.[language === 'kk' ? 'kk' : 'ru'] ?? id;
}
