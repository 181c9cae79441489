/** Quarterly monitoring, conclusion and analytics: 192 п.13–14, D-Q, 256 п.6 7) and п.9, P26, P55. */
import type { Rule } from '../rule.js';
import { DRAFT, ORDER_192, ORDER_256 } from './editions.js';
import { ROADS } from './roads.js';

export const QUARTER_RULES: readonly Rule[] = [
  {
    id: '192-13',
    source: { order: '192', paragraph: 'п.13' },
    force: 'law_assumed',
    edition: ORDER_192,
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
    source: { order: '192', paragraph: 'п.14' },
    force: 'law_assumed',
    edition: ORDER_192,
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
    source: { order: '192', paragraph: 'п.14' },
    force: 'law_assumed',
    edition: ORDER_192,
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
    source: { order: 'D', paragraph: 'Description of the Centers' },
    force: 'policy',
    edition: DRAFT,
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
    source: { order: '256', paragraph: 'п.9' },
    force: 'law',
    edition: ORDER_256,
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
    source: { order: '256', paragraph: 'п.6 7)' },
    force: 'law',
    edition: ORDER_256,
    owner: 'center_head',
    enforced: { as: 'not_built', at: ROADS.quarter },
    wording: {
      kk: 'мемлекеттік отбасы саясатының үрдістерін мониторингілеу және талдау',
      ru: 'мониторинг и анализ тенденций государственной семейной политики',
      en: 'trends of the state family policy are monitored and analysed',
    },
  },
];
