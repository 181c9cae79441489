/** The judgement of a case that was opened in an emergency: P59. */
import type { Rule } from '../rule.js';
import { PROJECT, under } from './editions.js';

export const EMERGENCY_ACCESS_RULES: readonly Rule[] = [
  {
    id: 'P59',
    title: { kk: 'Шұғыл ашуды бағалау', ru: 'Оценка экстренного открытия', en: 'Review of an emergency access' },
    source: { order: 'P', paragraph: 'P59' },
    readings: under(PROJECT, 'internal', {
      starts: [{ on: 'EmergencyAccessOpened' }],
      subject: 'accessId',
      term: { unit: 'working_days', count: 'emergency_review' },
      metBy: [{ on: 'EmergencyAccessReviewed' }],
      endsWith: 'never',
      owner: 'center_head',
      ladder: 'emergency_access',
    }),
    enforced: { as: 'duty', at: 'for each opening, whatever becomes of the case: domain/case/roads/emergency-access/road.ts' },
    wording: { kk: null, ru: null, en: 'whoever opens a case in an emergency that is not theirs to see is judged by the head within three working days' },
  },
];
