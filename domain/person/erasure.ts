/** Erasing a person: on which ground, and which texts name them. */
import { nameWords, phoneWord } from './search-words.js';

/**
 * On which ground personal data are destroyed (law on personal data and their protection, 21.05.2013 № 94-V, article 18).
 * The act that is cited beside it says more.
 */
export const ERASURE_GROUNDS = ['term_ended', 'purpose_ended', 'consent_withdrawn', 'court_decision', 'collected_unlawfully', 'other_law'] as const;
export type ErasureGround = (typeof ERASURE_GROUNDS)[number];

/** What is known of somebody by which a text may name them; of a corrected name the earlier ones, too. */
export interface Named {
  names: readonly string[];
  iins: readonly string[];
  phones: readonly string[];
}

/** So many letters of a word's end may be an ending, in Russian and in Kazakh. */
const ENDING = 2;
const SHORTEST_STEM = 3;

/**
 * Does a text name the person: by a word of the name in whatever case it stands, by the ИИН, or by the telephone however
 * it is written? A surname that others of the family share counts as well: rather a text too many than one too few.
 */
export function textNames(text: string, { names, iins, phones }: Named): boolean {
  const digits = text.replaceAll(/\D/g, '');
  if (iins.some((iin) => digits.includes(iin))) return true;
  if (phones.some((phone) => digits.includes(phoneWord(phone) ?? phone.replaceAll(/\D/g, '')))) return true;
  const stems = names.flatMap((name) => nameWords(name).map(stemOf));
  return nameWords(text).some((word) => stems.some((stem) => word.startsWith(stem)));
}

function stemOf(word: string): string {
  return word.slice(0, Math.max(Math.min(SHORTEST_STEM, word.length), word.length - ENDING));
}
