/** Agency fan-out, reports, rework, completion: 192 п.9–12. */
import type { Rule } from '../rule.js';
import { ORDER_192 } from './editions.js';

export const EXECUTION_RULES: readonly Rule[] = [
  {
    id: '192-6',
    source: { order: '192', paragraph: 'п.6' },
    force: 'law',
    edition: ORDER_192,
    owner: 'case_manager',
    enforced: { as: 'principle', at: 'only the Center of the case sends, marks and returns: decideCommand in domain/case/decide.ts' },
    wording: {
      kk: 'үйлестіруді жүзеге асырады',
      ru: 'Центр осуществляет координацию работ',
      en: 'the Center coordinates the work',
    },
  },
  {
    id: '192-9',
    source: { order: '192', paragraph: 'п.9' },
    force: 'law_assumed',
    edition: ORDER_192,
    enforced: { as: 'duty', at: 'T-SEND, one per agency' },
    duty: {
      starts: [{ on: 'IprApproved', each: 'agencies' }],
      subject: 'agency',
      term: { unit: 'working_days', count: 2 },
      metBy: [{ on: 'DispatchDelivered', where: { dispatch: ['referral'] } }],
      // An agency that refused the message, or never acknowledged it, may have performed all the same.
      lapsedBy: [{ on: 'CompletionMarked', every: true }],
      owner: 'case_manager',
      ladder: 'standard',
    },
    wording: {
      kk: 'Екі жұмыс күні ішінде Орталық … ЖЖЖ-ні жібереді',
      ru: 'В течение двух рабочих дней Центр направляет ИПР государственным органам, вовлеченным в реализацию мероприятий ИПР',
      en: 'within two working days the Center sends the IPR to the state bodies involved in its measures',
    },
  },
  {
    id: '192-10',
    source: { order: '192', paragraph: 'п.10' },
    force: 'law_assumed',
    edition: ORDER_192,
    owner: 'agency',
    enforced: { as: 'record', at: 'a measure carries its code of the register, and so does the referral: serviceCode in domain/case/facts.ts, describe in activities/dispatches.ts; the term of the service beside it (P14) is not built' },
    wording: {
      kk: 'мемлекеттік көрсетілетін қызметтер тізіліміне сәйкес',
      ru: 'согласно реестру государственных услуг',
      en: 'support goes by the register of state services',
    },
  },
  {
    id: '192-11-1',
    source: { order: '192', paragraph: 'п.11, part 1' },
    force: 'law_assumed',
    edition: ORDER_192,
    enforced: { as: 'duty', at: 'T-MEASURE, one per measure' },
    duty: {
      starts: [{ on: 'IprApproved', each: 'stateMeasures' }],
      subject: 'measureId',
      term: { unit: 'own_date', field: 'dueOn' },
      metBy: [{ on: 'ReportReceived', where: { outcome: ['performed'] } }],
      owner: 'agency',
      ladder: 'agency',
    },
    wording: {
      kk: 'ЖЖЖ-да көрсетілген мерзімдерге сәйкес ЖЖЖ-ны орындау туралы ақпаратты Орталыққа ұсынады',
      ru: 'информацию о выполнении ИПР в Центр согласно указанным срокам в ИПР',
      en: 'agencies give the Center information on performance by the terms in the IPR',
    },
  },
  {
    id: '192-11-2',
    source: { order: '192', paragraph: 'п.11, part 2' },
    force: 'law_assumed',
    edition: ORDER_192,
    enforced: { as: 'duty', at: 'T-STATUS, one per receipt (P16)' },
    duty: {
      starts: [{ on: 'ReportReceived' }],
      subject: 'reportId',
      term: { unit: 'working_days', count: 2 },
      metBy: [{ on: 'StatusMarked' }, { on: 'ReportReturned' }],
      // A measure may be done by a later report: what was never marked ends with the plan.
      lapsedBy: [{ on: 'CompletionMarked', every: true }],
      owner: 'case_manager',
      ladder: 'standard',
    },
    wording: {
      kk: 'ақпарат алған күннен бастап екі жұмыс күні ішінде Орталық мемлекеттік көрсетілетін қызметтер саласындағы заңнамада айқындалған ЖЖЖ іс-шараларының іске асырылуын қадағалайды және олардың орындалу мәртебесі туралы белгі қояды',
      ru: 'В течение двух рабочих дней со дня получения информации … Центр отслеживает реализацию мероприятий ИПР, определенных законодательством в сфере государственных услуг, и делает отметку о статусе их выполнения',
      en: 'within two working days from receipt of information the Center puts a status mark',
    },
  },
  {
    id: '192-11-3',
    source: { order: '192', paragraph: 'п.11, part 3' },
    force: 'law_assumed',
    edition: ORDER_192,
    enforced: { as: 'duty', at: 'T-REWORK, per return' },
    duty: {
      starts: [{ on: 'ReportReturned' }],
      subject: 'measureId',
      term: { unit: 'own_date', field: 'newDueOn' },
      termForce: 'internal',
      termSource: 'P17',
      metBy: [{ on: 'ReportReceived' }],
      // Another report of the measure may be accepted, or returned too, with a date that replaces this one.
      lapsedBy: [{ on: 'StatusMarked', where: { status: ['done'] } }, { on: 'ReportReturned' }],
      owner: 'agency',
      ladder: 'internal',
    },
    wording: { kk: 'ЖЖЖ-ны пысықтауға … қайтарады', ru: 'возвращает ИПР на доработку', en: 'returns the IPR for rework' },
  },
  {
    id: '192-12',
    source: { order: '192', paragraph: 'п.12' },
    force: 'law_assumed',
    edition: ORDER_192,
    enforced: { as: 'duty', at: 'T-COMPLETE' },
    duty: {
      starts: [{ on: 'MeasuresAllDone' }],
      subject: 'case',
      term: { unit: 'working_days', count: 1 },
      metBy: [{ on: 'CompletionMarked' }],
      // A measure that is open again takes away what the mark would say; the last "done" starts the term anew.
      lapsedBy: [{ on: 'StatusMarked', where: { status: ['in_progress', 'not_done'] } }, { on: 'ReportReturned' }],
      owner: 'case_manager',
      ladder: 'standard',
    },
    wording: {
      kk: 'бір жұмыс күні ішінде Орталық ЖЖЖ-ға аяқталу күнін көрсете отырып, олардың аяқталғаны туралы белгі қояды',
      ru: 'в течение одного рабочего дня Центром делается отметка в ИПР об их завершении с указанием даты завершения',
      en: 'within one working day the Center puts the completion mark with the completion date',
    },
  },
];
