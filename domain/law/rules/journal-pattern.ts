/**
 * The electronic journal of homes of special social services (J472): repealed, about other organisations,
 * kept as a pattern for an optional module of places (P34). Nothing of it is law for the Centers.
 */
import type { Rule } from '../rule.js';
import { ORDER_J472, under } from './editions.js';
import { ROADS } from './roads.js';

export const JOURNAL_PATTERN_RULES: readonly Rule[] = [
  {
    id: 'J-PORTAL',
    title: { kk: 'Порталдағы электрондық журнал', ru: 'Электронный журнал на портале', en: 'Electronic journal on the portal' },
    source: { order: 'J472', paragraph: 'п.11 1)' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'reference', at: 'the Center keeps a journal of its own in its place (P34): appeal in db/migrations/001_house.sql' },
    wording: {
      kk: null,
      ru: null,
      en: 'the organisation keeps the journal on the portal of social services',
    },
  },
  {
    id: 'J-EV-ST',
    title: { kk: 'Журнал: стационарлық ұйымдар', ru: 'Журнал: стационарные организации', en: 'Journal: stationary organisations' },
    source: { order: 'J472', paragraph: 'п.11' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: {
      as: 'reference',
      at: 'another kind of organisation: a pattern only; the events of a temporary stay are STAY_FACTS in domain/case/roads/stay/facts.ts',
    },
    wording: {
      kk: null,
      ru: null,
      en: 'stationary: arrival, discharge, temporary leave, transfer, order and date, reason, queue',
    },
  },
  {
    id: 'J-EV-SEMI',
    title: { kk: 'Журнал: жартылай стационарлық ұйымдар', ru: 'Журнал: полустационарные организации', en: 'Journal: semi-stationary organisations' },
    source: { order: 'J472', paragraph: 'п.21' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: {
      as: 'reference',
      at: 'another kind of organisation: a pattern only; the events of a temporary stay are STAY_FACTS in domain/case/roads/stay/facts.ts',
    },
    wording: {
      kk: null,
      ru: null,
      en: 'semi-stationary: arrival, termination, suspension, transfer, order and date, reasons, queue',
    },
  },
  {
    id: 'J-EV-HOME',
    title: { kk: 'Журнал: үйде қызмет көрсету', ru: 'Журнал: обслуживание на дому', en: 'Journal: home care' },
    source: { order: 'J472', paragraph: 'п.26' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: {
      as: 'reference',
      at: 'another kind of organisation: a pattern only; the events of a temporary stay are STAY_FACTS in domain/case/roads/stay/facts.ts',
    },
    wording: {
      kk: null,
      ru: null,
      en: 'home care: admission to account, termination, suspension, decision and date, reasons',
    },
  },
  {
    id: 'J-EV-TEMP',
    title: { kk: 'Журнал: уақытша тұру ұйымдары', ru: 'Журнал: организации временного проживания', en: 'Journal: organisations of temporary stay' },
    source: { order: 'J472', paragraph: 'п.35' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'record', at: 'each event of a stay with its order: StayFacts in domain/case/roads/stay/facts.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'temporary stay: registration card, then arrival, discharge, temporary leave, transfer, order and date, reason; no queue',
    },
  },
  {
    id: 'J-RETURN',
    title: { kk: '«Қайта оралды» белгісі', ru: 'Отметка «вернулся (повторно)»', en: 'Mark of a return' },
    source: { order: 'J472', paragraph: 'п.11, 21, 26, 35' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'record', at: 'StayReturned, returned in domain/case/roads/stay/facts.ts' },
    wording: {
      kk: 'қайта оралды',
      ru: null,
      en: 'a person who left and comes again is marked as returned',
    },
  },
  {
    id: 'J-ORDER',
    title: { kk: 'Өтініштердің түсу ретімен кезек', ru: 'Очередь в порядке поступления заявлений', en: 'Queue in the order of receipt' },
    source: { order: 'J472', paragraph: 'п.11, 21, 26' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'not_built', at: ROADS.queueForPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'without a vacancy, applications are registered in the order of receipt',
    },
  },
  {
    id: 'J-SELF',
    title: { kk: 'Порталда кезекке өзі тұру', ru: 'Самостоятельная постановка в очередь на портале', en: 'Filing into the queue oneself' },
    source: { order: 'J472', paragraph: 'п.11, 21, 26' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'not_built', at: ROADS.queueForPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'the recipient files into the queue on the portal with a digital signature',
    },
  },
  {
    id: 'J-KEEP',
    title: { kk: 'Кезектегі бұрынғы орнын сақтау', ru: 'Сохранение прежнего места в очереди', en: 'Keeping the previous place in the queue' },
    source: { order: 'J472', paragraph: 'п.11, 21, 26' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'not_built', at: ROADS.queueForPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'a recipient certified again keeps the previous place in the queue',
    },
  },
  {
    id: 'J-OUT',
    title: { kk: 'Кезектен тыс қабылдау', ru: 'Прием вне очереди', en: 'Admission out of turn' },
    source: { order: 'J472', paragraph: 'п.11' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'not_built', at: ROADS.queueForPlaces },
    wording: {
      kk: 'кезектен тыс',
      ru: null,
      en: 'orphans of stationary organisations who turned 18 are admitted out of turn',
    },
  },
  {
    id: 'J-DEF30',
    title: {
      kk: 'Стационарлық ұйымға келуді кейінге қалдыру',
      ru: 'Отсрочка прибытия в стационарную организацию',
      en: 'Postponed arrival at a stationary organisation',
    },
    source: { order: 'J472', paragraph: 'п.11' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'not_built', at: ROADS.queueForPlaces },
    wording: {
      kk: 'күнтізбелік отыз күнге дейін бір рет',
      ru: null,
      en: 'stationary: arrival is postponed once, by up to 30 calendar days',
    },
  },
  {
    id: 'J-DEF10',
    title: {
      kk: 'Жартылай стационарлық ұйымға келуді кейінге қалдыру',
      ru: 'Отсрочка прибытия в полустационарную организацию',
      en: 'Postponed arrival at a semi-stationary organisation',
    },
    source: { order: 'J472', paragraph: 'п.21' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'not_built', at: ROADS.queueForPlaces },
    wording: {
      kk: 'күнтізбелік он күнге дейін бір рет',
      ru: null,
      en: 'semi-stationary: arrival is postponed once, by up to 10 calendar days',
    },
  },
  {
    id: 'J-NOTICE',
    title: { kk: 'Келуге мүмкіндік болмауы туралы хабарлама', ru: 'Уведомление о невозможности прибыть', en: 'Notice of inability to arrive' },
    source: { order: 'J472', paragraph: 'п.11, 21' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'not_built', at: ROADS.queueForPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'the notice of inability is an electronic document signed by the recipient or the legal representative',
    },
  },
  {
    id: 'J-NOSHOW',
    title: { kk: 'Келмеген жағдайда кезектегі келесі адам', ru: 'Неявка: следующий в очереди', en: 'No-show: the next in the queue' },
    source: { order: 'J472', paragraph: 'п.11, 21' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'not_built', at: ROADS.queueForPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'after a no-show the organisation processes the next recipient',
    },
  },
  {
    id: 'J-FORM',
    title: { kk: 'Журналдың нысаны', ru: 'Форма журнала', en: 'Form of the journal' },
    source: { order: 'J472', paragraph: 'annex' },
    readings: under(ORDER_J472, 'repealed_pattern'),
    enforced: { as: 'report', at: 'STAY_COLUMNS in contracts/stay-journal.ts, filled by readStayJournal in office/stay-journal.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'the form of the journal: header in two languages, 14 columns',
    },
  },
];
