/** The immediate response to a threat, which the law demands without a term: P4. */
import type { Rule } from '../rule.js';
import { PROJECT, under } from './editions.js';

export const THREAT_RULES: readonly Rule[] = [
  {
    id: 'P4',
    title: { kk: 'Жедел ден қою шараларын тағайындау', ru: 'Назначение незамедлительных мер реагирования', en: 'Immediate response measures' },
    source: { order: 'P', paragraph: 'P4' },
    readings: under(PROJECT, 'internal', {
      // Each threat is its own response; that of an appeal is known by the appeal.
      starts: [{ on: 'AppealRegistered', where: { threat: [true] }, names: { responseId: 'appealId' } }, { on: 'ThreatFound' }],
      subject: 'responseId',
      term: { unit: 'hours', count: 'threat_duty' },
      // The assessment under a threat is made with immediate measures assigned (256-13-2T).
      metBy: [{ on: 'ImmediateMeasuresAssigned' }, { on: 'AssessmentCompleted', every: true }],
      // Nothing threatened.
      lapsedBy: [{ on: 'ThreatAssessed', where: { confirmed: [false] } }],
      endsWith: 'occasion',
      owner: 'duty_officer',
      ladder: 'duty',
    }),
    enforced: {
      as: 'duty',
      at: 'T-DUTY, for each threat, in every stage; a case with an open response is not closed: openResponse in domain/case/roads/threat/responses.ts',
    },
    wording: { kk: null, ru: null, en: 'immediate response measures are assigned within hours of a threat, round the clock' },
  },
  {
    id: 'P61',
    title: { kk: 'Сүйемелдеудің қайта басталуын растау', ru: 'Подтверждение возобновления сопровождения', en: 'Confirmation of a reopening' },
    source: { order: 'P', paragraph: 'P61' },
    readings: under(PROJECT, 'internal', {
      starts: [{ on: 'CaseReopened' }],
      subject: 'case',
      term: { unit: 'working_days', count: 'reopening_confirmation' },
      metBy: [{ on: 'ReopeningConfirmed' }],
      endsWith: 'case',
      owner: 'center_head',
      ladder: 'internal',
    }),
    enforced: { as: 'duty', at: 'a threat in the monitoring or after the end begins the next cycle at once: domain/case/roads/reopening/road.ts' },
    wording: { kk: null, ru: null, en: 'what a threat has begun anew at once is confirmed by the head afterwards, within one working day' },
  },
];
