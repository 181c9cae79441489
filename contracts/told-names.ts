/**
 * Under which name the engine is told of a fact. Whoever reads the history of a case there may be somebody who must not know
 * that a family hides: what is about violence is told under a word that says nothing (P43).
 */
import type { SubjectFactType } from '../domain/subject/facts.js';

const NEUTRAL: Readonly<Partial<Record<SubjectFactType, string>>> = { ViolenceSignsRecorded: 'Noted' };

export function toldName(type: string): string {
  return NEUTRAL[type as SubjectFactType] ?? type;
}
