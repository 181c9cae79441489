/** The answer of a head about a case of the same person in another Center over HTTP (P32). */
import { z } from 'zod';
import type { TransferAnswer } from '../../../domain/case/roads/transfer/road.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { optionalNote, REASON_LENGTH } from '../command-texts.js';
import { Id, text } from '../primitives.js';
import { strand } from '../strand.js';

const Answer = z.enum(['join', 'keep'] satisfies TransferAnswer[]).meta({ id: 'TransferAnswer' });

/** Whoever keeps a case apart says why: where the person in fact lives, or of violence is. */
export const TransferAnswerBody = z
  .strictObject({ answer: Answer, reason: text(REASON_LENGTH).optional() })
  .refine(({ answer, reason }) => answer === 'join' || reason !== undefined, { message: 'required', path: ['reason'] })
  .meta({
    id: 'AnswerTransferQuestion',
    description: '`join`: the cases belong together; the join itself waits for the move between Centers. `keep`: each goes on, with the reason (P32).',
  });

export const TRANSFER_ANSWER_EXAMPLE: z.input<typeof TransferAnswerBody> = { answer: 'keep', reason: 'Where the family in fact lives.' };

export const TRANSFER_ROUTES: { readonly answerTransferQuestion: CommandRoute<'answerTransferQuestion'> } = {
  answerTransferQuestion: commandRoute({
    path: 'transfer-questions/{questionId}/answer',
    summary: 'Say whether a case of the same person in another Center and this one belong together (P32)',
    body: TransferAnswerBody,
    example: TRANSFER_ANSWER_EXAMPLE,
    toCommand: ({ answer, reason }, { questionId }, newId) => {
      const { noteId, narratives } = optionalNote(newId, 'transfer_reason', reason);
      return { data: { questionId, answer, ...(noteId === undefined ? {} : { noteId }) }, narratives };
    },
  }),
};

const Question = z
  .strictObject({
    questionId: Id,
    answer: Answer.optional().meta({ description: 'Absent until the head has answered.' }),
    withdrawn: z.literal(true).optional().meta({ description: 'Nobody has to answer it any more.' }),
  })
  .meta({ id: 'TransferQuestion', description: 'The same person is in an open case of another Center (P32). Which one, the head sees in the task.' });

export const TRANSFERS_SHOWN = strand('transfers', z.array(Question), (transfers) => transfers.map((each) => ({ ...each })));
