/** Why a report was refused, in words: by the case, or before any case heard of it. */
import { catalogueOf } from '../contracts/messages/catalogue.js';
import { refusalInWords } from '../contracts/messages/wording.js';
import type { Language } from '../contracts/messages/language.js';
import type { Refusal } from '../domain/case/refusal.js';

/** Of a case that nobody knows, and of a report that no door has signed, the inbox keeps a code of the edge. */
export function reportRefusalInWords(refusal: Refusal, language: Language): string {
  const code: string = refusal.code;
  const { problems } = catalogueOf(language);
  return code === 'case_unknown' || code === 'report_unproven' ? problems[code] : refusalInWords(refusal, language);
}
