/** The answer whether two cases of one person in two Centers belong together. */
import type { Rule } from '../rule.js';
import { PROJECT, under } from './editions.js';

export const TRANSFER_RULES: readonly Rule[] = [
  {
    id: 'P60',
    title: { kk: 'Басқа Орталықтағы жағдай туралы жауап', ru: 'Ответ о случае в другом Центре', en: 'Answer about a case in another Center' },
    source: { order: 'P', paragraph: 'P60' },
    readings: under(PROJECT, 'internal', {
      starts: [{ on: 'TransferQuestionRaised' }],
      subject: 'questionId',
      term: { unit: 'working_days', count: 'transfer_question' },
      metBy: [{ on: 'TransferQuestionAnswered' }],
      lapsedBy: [{ on: 'TransferQuestionWithdrawn' }],
      endsWith: 'case',
      owner: 'center_head',
      ladder: 'head',
    }),
    enforced: {
      as: 'duty',
      at: 'for each question, of each head that is asked: domain/case/roads/transfer/road.ts; the move between Centers itself is not built',
    },
    wording: { kk: null, ru: null, en: 'the head of each Center says within three working days whether two cases of one person belong together' },
  },
];
