/** Closing, written result, monitoring after closing: 256 п.19, D-CL, D-MON, D-REOPEN, P23, P24. */
import type { Rule } from '../rule.js';
import { DRAFT, ORDER_256, PROJECT } from './editions.js';
import { ROADS } from './roads.js';

const DESCRIPTION = { order: 'D', paragraph: 'Description of the Centers' };

export const CLOSING_RULES: readonly Rule[] = [
  {
    id: '256-19-1',
    source: { order: '256', paragraph: 'п.19 1)' },
    force: 'law',
    edition: ORDER_256,
    owner: 'center_head',
    enforced: { as: 'validation', at: 'the case closes as performed only after the completion mark: decideCloseCase in domain/case/stages/closing.ts' },
    wording: {
      kk: 'адам (отбасы) және мемлекеттік органдар мен ұйымдар жеке жұмыс жоспарының іс-шараларын орындауы',
      ru: 'лицо (семья) и государственные органы и организации выполнили мероприятия индивидуального плана работы',
      en: 'the family and the bodies and organisations performed the measures of the plan',
    },
  },
  {
    id: '256-19-2',
    source: { order: '256', paragraph: 'п.19 2)' },
    force: 'law',
    edition: ORDER_256,
    owner: 'family',
    enforced: { as: 'not_built', at: ROADS.otherGrounds },
    wording: {
      kk: 'одан әрі сүйемелдеуден бас тартуы',
      ru: 'отказ лиц (семей), оказавшихся в трудной жизненной ситуации, от дальнейшего сопровождения',
      en: 'the family refuses further accompaniment',
    },
  },
  {
    id: '256-19-3',
    source: { order: '256', paragraph: 'п.19 3)' },
    force: 'law',
    edition: ORDER_256,
    owner: 'center_head',
    enforced: { as: 'not_built', at: ROADS.otherGrounds },
    wording: {
      kk: 'жеке жұмыс жоспарының іс-шараларын орындамауы',
      ru: 'невыполнение лицом (семьей), оказавшейся в трудной жизненной ситуации мероприятий индивидуального плана работы',
      en: 'the family does not perform the measures of the plan',
    },
  },
  {
    id: '256-19-4',
    source: { order: '256', paragraph: 'п.19 4)' },
    force: 'law',
    edition: ORDER_256,
    owner: 'center_head',
    enforced: { as: 'not_built', at: ROADS.otherGrounds },
    wording: {
      kk: 'жеке сипаттағы өзге де объективті расталған жағдайлар',
      ru: 'объективные подтвержденные основания, имеющие индивидуальный характер',
      en: 'objective, confirmed grounds of an individual nature',
    },
  },
  {
    id: 'D-CL',
    source: DESCRIPTION,
    force: 'policy',
    edition: DRAFT,
    enforced: { as: 'duty', at: 'T-RESULT' },
    duty: {
      starts: [{ on: 'CaseClosed' }],
      subject: 'case',
      term: { unit: 'working_days', count: 'closing_result' },
      termForce: 'internal',
      termSource: 'P23',
      metBy: [{ on: 'ResultNotified' }],
      owner: 'case_manager',
      ladder: 'internal',
    },
    wording: { kk: 'Сүйемелдеуді жабу туралы қабылданған шешімнің нәтижелері … жазбаша түрде жеткізіледі', ru: 'доводится письменно (T)', en: 'the result of the closing decision is brought to the family in writing' },
  },
  {
    id: 'D-MON',
    source: DESCRIPTION,
    force: 'policy',
    edition: DRAFT,
    enforced: { as: 'duty', at: 'T-MON' },
    duty: {
      starts: [{ on: 'CaseClosed', where: { ground: ['completed'] } }],
      subject: 'case',
      term: { unit: 'months', count: { field: 'monitoringMonths' }, shift: 'next_working_day' },
      metBy: [{ on: 'MonitoringEnded' }],
      owner: 'case_manager',
      ladder: 'standard',
    },
    wording: { kk: '3 айдан 6 айға дейін жағдайға мониторинг жүргізіледі', ru: 'мониторинг ситуации от 3 до 6 месяцев (T)', en: 'after accompaniment ends the situation is monitored for 3 to 6 months' },
  },
  {
    id: 'P24',
    source: { order: 'P', paragraph: 'P24' },
    force: 'internal',
    edition: PROJECT,
    partOf: 'D-MON',
    enforced: { as: 'duty', at: 'T-CONTACT' },
    duty: {
      starts: [
        { on: 'CaseClosed', where: { ground: ['completed'] } },
        { on: 'MonitoringContactHeld' },
      ],
      subject: 'case',
      term: { unit: 'months', count: 'monitoring_contact', shift: 'next_working_day' },
      metBy: [{ on: 'MonitoringContactHeld' }],
      lapsedBy: [{ on: 'MonitoringEnded' }],
      owner: 'case_manager',
      ladder: 'internal',
    },
    wording: { kk: null, ru: null, en: 'a contact with the family each month of monitoring' },
  },
  {
    id: 'D-REOPEN',
    source: DESCRIPTION,
    force: 'policy',
    edition: DRAFT,
    enforced: { as: 'duty', at: 'shown as owed after a contact that found worsening; the road of the new cycle is not built' },
    duty: {
      starts: [{ on: 'MonitoringContactHeld', where: { situation: ['worsened'] } }],
      subject: 'case',
      term: { unit: 'none' },
      metBy: [],
      lapsedBy: [{ on: 'MonitoringEnded' }],
      owner: 'center_head',
      ladder: 'none',
    },
    wording: { kk: 'Жағдай нашарлаған кезде … сүйемелдеу қайта басталады', ru: 'при ухудшении сопровождение возобновляется (T)', en: 'on worsening, accompaniment resumes' },
  },
];
