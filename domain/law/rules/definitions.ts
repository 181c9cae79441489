/** Definitions and purposes: reference data, meanings of fields, texts that are shown. */
import type { Rule } from '../rule.js';
import { assumedSince2026, DRAFT, EDITION_192_2026, ORDER_256, under } from './editions.js';
import { ROADS } from './roads.js';

export const DEFINITION_RULES: readonly Rule[] = [
  {
    id: '192-1',
    title: { kk: 'Ведомствоаралық үйлестірудің мақсаты', ru: 'Цель межведомственной координации', en: 'Purpose of inter-agency coordination' },
    source: { order: '192', paragraph: 'п.1' },
    readings: assumedSince2026(),
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in cli/commands/rules.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'purpose: coordination of measures for prevention, early identification and overcoming of difficult life situations',
    },
  },
  {
    id: '192-3-1',
    title: { kk: 'Уәкілетті орган', ru: 'Уполномоченный орган', en: 'Authorised body' },
    source: { order: '192', paragraph: 'п.3 1)' },
    readings: assumedSince2026(),
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in cli/commands/rules.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'authorised body: the central executive body for family policy',
    },
  },
  {
    id: '192-3-3',
    title: { kk: 'Отбасының цифрлық картасы (ОЦК)', ru: 'Цифровая карта семьи (ЦКС)', en: 'Family digital card' },
    source: { order: '192', paragraph: 'п.3 3)' },
    readings: assumedSince2026(),
    owner: 'system',
    enforced: { as: 'not_built', at: ROADS.familyProfile },
    wording: {
      kk: null,
      ru: 'в проактивном формате (без ожидания заявления от получателя)',
      en: 'the family digital card gathers data of state bodies, so that guaranteed support is given without waiting for an application',
    },
  },
  {
    id: '192-3-5',
    title: {
      kk: 'Мемлекеттік органдар қатысатын интеграцияланған модель',
      ru: 'Интегрированная модель участия государственных органов',
      en: 'Integrated model of the participation of state bodies',
    },
    source: { order: '192', paragraph: 'п.3 5)' },
    readings: assumedSince2026(),
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in cli/commands/rules.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'integrated model: participation of state bodies under the coordination of the authorised body',
    },
  },
  {
    id: 'A26-6',
    title: { kk: 'Орталықтың өзі көрсететін жан-жақты қолдау', ru: 'Всесторонняя поддержка самим Центром', en: 'All-round support by the Center itself' },
    source: { order: 'A26', paragraph: 'п.6' },
    readings: under(EDITION_192_2026, 'law_digest'),
    owner: 'center_head',
    enforced: { as: 'not_built', at: ROADS.ownMeasures },
    wording: {
      kk: null,
      ru: 'оказывает всестороннюю поддержку, в том числе с учетом задач профилактики правонарушений',
      en: 'the Center itself gives all-round support, the tasks of the prevention of offences included',
    },
  },
  {
    id: '256-2-1',
    title: { kk: 'Арнаулы әлеуметтік қызметтер', ru: 'Специальные социальные услуги', en: 'Special social services' },
    source: { order: '256', paragraph: 'п.2 1)' },
    readings: under(ORDER_256, 'law'),
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in cli/commands/rules.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'definition: special social services',
    },
  },
  {
    id: '256-2-3',
    title: { kk: '«111» байланыс орталығы', ru: 'Контакт-центр «111»', en: 'Contact centre 111' },
    source: { order: '256', paragraph: 'п.2 3)' },
    readings: under(ORDER_256, 'law'),
    enforced: { as: 'reference', at: 'channel 2 of an appeal: Channel in domain/case/facts.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'definition: the contact centre 111',
    },
  },
  {
    id: '256-2-4',
    title: { kk: 'Интеграцияланған модель', ru: 'Интегрированная модель', en: 'Integrated model' },
    source: { order: '256', paragraph: 'п.2 4)' },
    readings: under(ORDER_256, 'law'),
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in cli/commands/rules.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'definition: integrated model',
    },
  },
  {
    id: 'D-F3',
    title: {
      kk: 'Кешенді бағалау, жеке жоспарды жасау және жүргізу',
      ru: 'Комплексная оценка, составление и ведение плана',
      en: 'Complex assessment and leading the plan',
    },
    source: { order: 'D', paragraph: 'Description of the Centers, functions' },
    readings: under(DRAFT, 'policy'),
    owner: 'case_manager',
    enforced: { as: 'principle', at: 'assessment and plan are commands of the staff: COMMANDS in domain/case/commands.ts' },
    wording: {
      kk: 'кешенді бағалауды жүзеге асыру … жеке жоспарын жасау және жүргізу',
      ru: null,
      en: 'complex assessment; drawing up and leading the individual plan of accompaniment',
    },
  },
  {
    id: 'D-F4',
    title: {
      kk: 'Азаматтардың құқықтарын жүзеге асыруға жәрдемдесу',
      ru: 'Содействие гражданам в реализации прав',
      en: 'Help for citizens to realise their rights',
    },
    source: { order: 'D', paragraph: 'Description of the Centers, functions' },
    readings: under(DRAFT, 'policy'),
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in cli/commands/rules.ts' },
    wording: {
      kk: 'азаматтардың құқықтарын … жүзеге асыруға … жәрдемдесетін өзге де қызмет',
      ru: null,
      en: 'other activity that helps citizens to realise their rights',
    },
  },
];
