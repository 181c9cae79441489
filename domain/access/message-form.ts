/** How much of a case a message to an organisation may carry. */
import type { CaseMarks } from './case-kind.js';

/**
 * `full`: what the protocol names, free text of the plan included. `minimal`: codes, terms and the least that tells for whom;
 * no word that anybody has written.
 */
export const MESSAGE_FORMS = ['full', 'minimal'] as const;

export type MessageForm = (typeof MESSAGE_FORMS)[number];

/** P43: where somebody may be hiding, a word in passing tells where. Asked at the moment of each attempt, not when it was ordered. */
export function formOf({ violence }: Pick<CaseMarks, 'violence'>): MessageForm {
  return violence ? 'minimal' : 'full';
}
