/** Terms over HTTP: the commands of the road. */
import { z } from 'zod';
import type { TermCommands } from '../../../domain/case/roads/terms/commands.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { text } from '../primitives.js';
import { Delay } from '../vocabulary.js';
import { REASON_LENGTH, optionalNote } from '../command-texts.js';

const DelayBody = z
  .strictObject({ dutyKey: text(300), reason: Delay, note: text(REASON_LENGTH).optional() })
  .refine(({ reason, note: words }) => reason !== 'other' || words !== undefined, { message: 'required', path: ['note'] })
  .meta({ id: 'ExplainDelay', description: 'The reason `other` is told in a note.' });

export const TERM_ROUTES: { readonly [K in keyof TermCommands]: CommandRoute<K> } = {
  explainDelay: commandRoute({
    path: 'delay',
    summary: 'Give the reason of a missed term (P33); no term is paused by it',
    body: DelayBody,
    example: { dutyKey: '256-13-2:case', reason: 'illness', note: 'Who was ill, and when.' },
    toCommand: ({ dutyKey, reason, note: words }, _parameters, newId) => {
      const { narratives, ...noteId } = optionalNote(newId, 'delay_reason', words);
      return { data: { dutyKey, reason, ...noteId }, narratives };
    },
  }),
};
