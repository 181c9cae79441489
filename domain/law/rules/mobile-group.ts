/** Mobile groups and the response plan: 256 п.20–22, P36, P37, P48. */
import type { DutySpec, Rule } from '../rule.js';
import { ORDER_256, under } from './editions.js';

/** 256 п.22 names no term: it is part of the assessment under the threat, and an own term of the Center's ends with that of the law. */
function withinTheAssessment(met: 'MobileGroupCalled' | 'ResponsePlanAdopted'): DutySpec {
  return {
    starts: [{ on: 'AppealRegistered', where: { threat: [true] }, names: { responseId: 'appealId' } }, { on: 'ThreatFound' }],
    subject: 'responseId',
    term: { unit: 'working_days', count: 'threat_response' },
    termForce: 'internal',
    termSource: 'P48',
    noLaterThan: ['256-13-2', '256-14-2'],
    metBy: [{ on: met }],
    // Nothing threatened: nobody is called out, and there is nothing to plan.
    lapsedBy: [
      { on: 'ThreatAssessed', where: { confirmed: [false] } },
      { on: 'AssessmentCompleted', where: { result: ['not_confirmed'] }, every: true },
    ],
    endsWith: 'cycle',
    owner: 'duty_officer',
    ladder: 'internal',
  };
}

export const MOBILE_GROUP_RULES: readonly Rule[] = [
  {
    id: '256-20',
    title: { kk: 'Мобильді топтардың жұмысын ұйымдастыру', ru: 'Организация работы мобильных групп', en: 'Work of the mobile groups' },
    source: { order: '256', paragraph: 'п.6 8), п.8, п.20' },
    readings: under(ORDER_256, 'law'),
    owner: 'center_head',
    enforced: {
      as: 'record',
      at: 'visits without a threat, planned and held, each with its findings: decidePlannedOutreach and decideHeldOutreach in domain/center/outreach.ts',
    },
    wording: {
      kk: 'мобильді топтардың жұмысын ұйымдастырады',
      ru: 'организуют работу мобильных групп по раннему выявлению и организации оказания поддержки',
      en: 'organise the work of mobile groups for early identification and support',
    },
  },
  {
    id: '256-21-1',
    title: { kk: 'Мобильді топтың құрамы', ru: 'Состав мобильной группы', en: 'Composition of the mobile group' },
    source: { order: '256', paragraph: 'п.21' },
    readings: under(ORDER_256, 'law'),
    owner: 'coordinator',
    enforced: {
      as: 'validation',
      at: 'an order without one of the four parts is refused, naming them: partsLacking in domain/law/mobile-group.ts; a part that nobody stands for any more is an alarm: work/watch/alarm-watch.ts',
    },
    wording: {
      kk: 'әлеуметтік қорғау және халықты жұмыспен қамту мәселелері жөніндегі жергілікті атқарушы органдардың үйлестіруімен білім беру, денсаулық сақтау, ішкі істер органдарының өкілдері кіреді',
      ru: 'входят представители органов образования, здравоохранения, внутренних дел под координацией местных исполнительных органов по вопросам социальной защиты и занятости населения',
      en: 'the group has representatives of education, health and internal affairs, coordinated by the local body for social protection and employment',
    },
  },
  {
    id: '256-21-2',
    title: { kk: 'Мобильді топтың құрамын бекіту', ru: 'Утверждение состава мобильной группы', en: 'Approval of the composition of the mobile group' },
    source: { order: '256', paragraph: 'п.21' },
    readings: under(ORDER_256, 'law', {
      // A Center is registered without an order and owes one the same day; then the next one until the last ends (P36).
      starts: [
        { on: 'MobileGroupOrdered', where: { renews: [true] } },
        { on: 'CenterRegistered', names: { validUntil: 'registeredOn' } },
      ],
      subject: 'center',
      term: { unit: 'own_date', field: 'validUntil' },
      metBy: [{ on: 'MobileGroupOrdered', where: { renews: [true] } }],
      endsWith: 'never',
      // The akim's office is no party of the house: who works with it sees to the order.
      owner: 'center_head',
      ladder: 'order',
    }),
    enforced: { as: 'duty', at: 'T-MG; which year an order may name: decideMobileGroupOrder in domain/center/commands.ts' },
    wording: {
      kk: 'аудан әкімінің, қала ауданының әкімінің өкімімен бір күнтізбелік жыл мерзімге бекітіледі',
      ru: 'утверждается распоряжением акима района, акима района города сроком на один календарный год',
      en: 'the composition is approved by an order of the akim for one calendar year',
    },
  },
  {
    id: '256-22-1',
    title: {
      kk: 'Тікелей қатер кезінде мобильді топты тарту',
      ru: 'Привлечение мобильной группы при непосредственной угрозе',
      en: 'Mobile group under a direct threat',
    },
    source: { order: '256', paragraph: 'п.22' },
    readings: under(ORDER_256, 'law', withinTheAssessment('MobileGroupCalled')),
    enforced: {
      as: 'duty',
      at: 'for each threat, inside its assessment, never overdue by law; direct is `law`, else `policy` (P48): decideCall in domain/case/roads/threat/group.ts',
    },
    wording: {
      kk: 'өмірі мен денсаулығына тікелей қатер төнгені туралы ақпарат түскен кезде',
      ru: 'При поступлении информации о непосредственной угрозе жизни и здоровью',
      en: 'on information about a direct threat to life and health the mobile group is involved',
    },
  },
  {
    id: '256-22-2',
    title: { kk: 'Ден қою шараларының жоспары', ru: 'План мер реагирования', en: 'Response plan' },
    source: { order: '256', paragraph: 'п.22' },
    readings: under(ORDER_256, 'law', withinTheAssessment('ResponsePlanAdopted')),
    enforced: {
      as: 'duty',
      at: 'for each threat, inside its assessment, never overdue by law; each body that it makes responsible is written to: decideResponsePlan in domain/case/roads/threat/plan.ts',
    },
    wording: {
      kk: 'Ден қою шаралары жоспарында жан-жақты қолдау шаралары, оларды іске асыруға жауапты жергілікті атқарушы және аумақтық органдар, ұйымдар айқындалады',
      ru: 'В плане мер реагирования определяются меры всесторонней поддержки, ответственные за их реализацию местные исполнительные и территориальные органы, организации',
      en: 'the response plan names the measures of all-round support and the bodies and organisations responsible for them',
    },
  },
];
