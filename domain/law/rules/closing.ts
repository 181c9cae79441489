/** Closing, written result, monitoring after closing: 256 п.19, D-CL, D-MON, D-REOPEN, P23, P24. */
import type { Rule } from '../rule.js';
import { DRAFT, ORDER_256, PROJECT, under } from './editions.js';
import { ROADS } from './roads.js';

const DESCRIPTION = { order: 'D', paragraph: 'Description of the Centers' };

export const CLOSING_RULES: readonly Rule[] = [
  {
    id: '256-19-1',
    title: { kk: 'Тоқтату негізі: іс-шаралардың орындалуы', ru: 'Основание для прекращения: выполнение мероприятий', en: 'Closure ground: measures performed' },
    source: { order: '256', paragraph: 'п.19 1)' },
    readings: under(ORDER_256, 'law'),
    owner: 'center_head',
    enforced: { as: 'validation', at: 'the case closes as performed only after the completion mark: decideClosing in domain/case/roads/closing/commands.ts' },
    wording: {
      kk: 'адам (отбасы) және мемлекеттік органдар мен ұйымдар жеке жұмыс жоспарының іс-шараларын орындауы',
      ru: 'лицо (семья) и государственные органы и организации выполнили мероприятия индивидуального плана работы',
      en: 'the family and the bodies and organisations performed the measures of the plan',
    },
  },
  {
    id: '256-19-2',
    title: {
      kk: 'Тоқтату негізі: одан әрі сүйемелдеуден бас тарту',
      ru: 'Основание для прекращения: отказ от сопровождения',
      en: 'Closure ground: refusal of further accompaniment',
    },
    source: { order: '256', paragraph: 'п.19 2)' },
    readings: under(ORDER_256, 'law'),
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
    title: {
      kk: 'Тоқтату негізі: іс-шаралардың орындалмауы',
      ru: 'Основание для прекращения: невыполнение мероприятий',
      en: 'Closure ground: non-performance by the family',
    },
    source: { order: '256', paragraph: 'п.19 3)' },
    readings: under(ORDER_256, 'law'),
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
    title: {
      kk: 'Тоқтату негізі: объективті расталған жағдай',
      ru: 'Основание для прекращения: объективное подтвержденное',
      en: 'Closure ground: objective, confirmed',
    },
    source: { order: '256', paragraph: 'п.19 4)' },
    readings: under(ORDER_256, 'law'),
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
    title: { kk: 'Нәтиже туралы жазбаша хабарлау', ru: 'Письменное извещение о результате', en: 'Written notice of the result' },
    source: DESCRIPTION,
    readings: under(DRAFT, 'policy', {
      starts: [{ on: 'CaseClosed' }],
      subject: 'case',
      term: { unit: 'working_days', count: 'closing_result' },
      termForce: 'internal',
      termSource: 'P23',
      metBy: [{ on: 'ResultNotified' }],
      // P25: the decision does not stand any more.
      lapsedBy: [{ on: 'CaseReopened' }],
      endsWith: 'never',
      owner: 'case_manager',
      ladder: 'internal',
    }),
    enforced: { as: 'duty', at: 'T-RESULT' },
    wording: {
      kk: 'Сүйемелдеуді жабу туралы қабылданған шешімнің нәтижелері … жазбаша түрде жеткізіледі',
      ru: 'доводится письменно (T)',
      en: 'the result of the closing decision is brought to the family in writing',
    },
  },
  {
    id: 'D-MON',
    title: { kk: 'Сүйемелдеу аяқталғаннан кейінгі мониторинг', ru: 'Мониторинг после завершения сопровождения', en: 'Post-closure monitoring' },
    source: DESCRIPTION,
    readings: under(DRAFT, 'policy', {
      starts: [{ on: 'CaseClosed', where: { ground: ['completed'] } }],
      subject: 'case',
      term: { unit: 'months', count: { field: 'monitoringMonths' }, shift: 'next_working_day' },
      metBy: [{ on: 'MonitoringEnded' }],
      // P25: the monitoring gives way to the next cycle.
      lapsedBy: [{ on: 'CaseReopened' }],
      endsWith: 'case',
      owner: 'case_manager',
      ladder: 'standard',
    }),
    enforced: { as: 'duty', at: 'T-MON; a monitoring is not ended before its months while the row is on: decideEnd in domain/case/roads/closing/commands.ts' },
    wording: {
      kk: '3 айдан 6 айға дейін жағдайға мониторинг жүргізіледі',
      ru: 'мониторинг ситуации от 3 до 6 месяцев (T)',
      en: 'after accompaniment ends the situation is monitored for 3 to 6 months',
    },
  },
  {
    id: 'P24',
    title: { kk: 'Мониторинг кезінде ай сайынғы байланыс', ru: 'Ежемесячный контакт при мониторинге', en: 'Monthly contact during monitoring' },
    source: { order: 'P', paragraph: 'P24' },
    readings: under(PROJECT, 'internal', {
      starts: [{ on: 'CaseClosed', where: { ground: ['completed'] } }, { on: 'MonitoringContactHeld' }],
      subject: 'case',
      term: { unit: 'months', count: 'monitoring_contact', shift: 'next_working_day' },
      metBy: [{ on: 'MonitoringContactHeld' }],
      lapsedBy: [{ on: 'CaseReopened' }],
      endsWith: 'case',
      owner: 'case_manager',
      ladder: 'internal',
    }),
    partOf: 'D-MON',
    enforced: { as: 'duty', at: 'T-CONTACT' },
    wording: { kk: null, ru: null, en: 'a contact with the family each month of monitoring' },
  },
  {
    id: 'D-REOPEN',
    title: { kk: 'Жағдай нашарлағанда сүйемелдеуді қайта бастау', ru: 'Возобновление сопровождения при ухудшении ситуации', en: 'Reopening on worsening' },
    source: DESCRIPTION,
    readings: under(DRAFT, 'policy', {
      starts: [{ on: 'MonitoringContactHeld', where: { situation: ['worsened'] } }],
      subject: 'case',
      term: { unit: 'none' },
      metBy: [{ on: 'CaseReopened' }],
      endsWith: 'case',
      owner: 'center_head',
      ladder: 'none',
    }),
    enforced: {
      as: 'duty',
      at: 'shown as owed after a contact that found worsening; a threat begins the next cycle at once: domain/case/roads/reopening/cycles.ts; the other ways to it are not built',
    },
    wording: {
      kk: 'Жағдай нашарлаған кезде … сүйемелдеу қайта басталады',
      ru: 'при ухудшении сопровождение возобновляется (T)',
      en: 'on worsening, accompaniment resumes',
    },
  },
];
