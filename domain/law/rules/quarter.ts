/** Quarterly monitoring, conclusion and analytics: 192 п.13–14, D-Q, 256 п.6 7) and п.9, P26, P55. */
import type { Rule } from '../rule.js';
import { assumedSince2026, DRAFT, ORDER_256, under } from './editions.js';
import { ROADS } from './roads.js';

export const QUARTER_RULES: readonly Rule[] = [
  {
    id: '192-13',
    title: { kk: 'Тоқсан сайынғы мониторинг', ru: 'Ежеквартальный мониторинг', en: 'Quarterly monitoring' },
    source: { order: '192', paragraph: 'п.13' },
    readings: assumedSince2026(),
    owner: 'center_head',
    enforced: { as: 'not_built', at: ROADS.quarter },
    wording: {
      kk: 'ОЦК деректері бойынша … тоқсан сайынғы негізде бірлескен жұмыстың мониторингін жүргізеді',
      ru: 'проводит мониторинг совместной работы на ежеквартальной основе, с учетом изменений социального статуса лиц (семей) по данным ЦКС',
      en: 'monitors the joint work each quarter by the changes of families’ social status in the family digital card',
    },
  },
  {
    id: '192-14-1',
    title: {
      kk: 'Ведомствоаралық жұмыстың тиімділігі туралы қорытынды',
      ru: 'Заключение об эффективности межведомственной работы',
      en: 'Conclusion on inter-agency work',
    },
    source: { order: '192', paragraph: 'п.14' },
    readings: assumedSince2026(),
    owner: 'center_head',
    enforced: { as: 'not_built', at: ROADS.quarter },
    wording: {
      kk: 'ведомствоаралық жұмысының тиімділігі туралы қорытынды жасайды',
      ru: 'составляется заключение об эффективности межведомственной работы',
      en: 'a conclusion on the effectiveness of the work between agencies is drawn up',
    },
  },
  {
    id: '192-14-2',
    title: { kk: 'Кемшіліктер және оларды жою жөніндегі ұсыныстар', ru: 'Недоработки и предложения по их устранению', en: 'Shortcomings and proposals' },
    source: { order: '192', paragraph: 'п.14' },
    readings: assumedSince2026(),
    owner: 'center_head',
    enforced: { as: 'not_built', at: ROADS.quarter },
    wording: {
      kk: 'уәкілетті органға жіберілетін кемшіліктер (бар болса) және оларды жою жөніндегі ұсыныстар көрсетіледі',
      ru: 'указываются недоработки (при наличии) и предложения по их устранению, которые направляются в уполномоченный орган',
      en: 'shortcomings, if any, and proposals are named and sent to the authorised body',
    },
  },
  {
    id: 'D-Q',
    title: {
      kk: 'Орталықтар қызметінің тиімділігі туралы қорытынды',
      ru: 'Заключение об эффективности деятельности Центров',
      en: 'Conclusion on the effectiveness of the Centers',
    },
    source: { order: 'D', paragraph: 'Description of the Centers' },
    readings: under(DRAFT, 'policy'),
    owner: 'center_head',
    enforced: { as: 'not_built', at: ROADS.quarter },
    wording: {
      kk: 'тоқсан сайын қорытынды мониторинг жүргізеді; орталықтар қызметінің тиімділігі туралы қорытынды жасалады',
      ru: null,
      en: 'a final monitoring each quarter and a conclusion on the effectiveness of the Centers',
    },
  },
  {
    id: '256-9',
    title: { kk: 'Талдамалық жазбалар мен есептер', ru: 'Аналитические записки и отчеты', en: 'Analytic notes and reports' },
    source: { order: '256', paragraph: 'п.9' },
    readings: under(ORDER_256, 'law'),
    owner: 'unit_head',
    enforced: { as: 'not_built', at: ROADS.quarter },
    wording: {
      kk: 'талдамалық жазбалар мен есептер жасайды',
      ru: 'составляет аналитические записки и отчеты',
      en: 'the methodology unit draws up analytic notes and reports',
    },
  },
  {
    id: '256-6-7',
    title: {
      kk: 'Мемлекеттік отбасы саясатының үрдістерін талдау',
      ru: 'Анализ тенденций государственной семейной политики',
      en: 'Analysis of trends of the state family policy',
    },
    source: { order: '256', paragraph: 'п.6 7)' },
    readings: under(ORDER_256, 'law'),
    owner: 'center_head',
    enforced: { as: 'not_built', at: ROADS.quarter },
    wording: {
      kk: 'мемлекеттік отбасы саясатының үрдістерін мониторингілеу және талдау',
      ru: 'мониторинг и анализ тенденций государственной семейной политики',
      en: 'trends of the state family policy are monitored and analysed',
    },
  },
];
