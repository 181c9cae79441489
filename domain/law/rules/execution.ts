/** Agency fan-out, reports, rework, completion: 192 п.9–12. */
import type { Rule } from '../rule.js';
import { assumedSince2026, repeatedIn2026 } from './editions.js';

export const EXECUTION_RULES: readonly Rule[] = [
  {
    id: '192-6',
    title: { kk: 'Жұмысты Орталықтың үйлестіруі', ru: 'Координация работ Центром', en: 'Coordination by the Center' },
    source: { order: '192', paragraph: 'п.6' },
    readings: repeatedIn2026(),
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
    title: { kk: 'Жеке жұмыс жоспарын (ЖЖЖ) жіберу', ru: 'Направление ИПР (плана работы)', en: 'Sending the IPR' },
    source: { order: '192', paragraph: 'п.9' },
    readings: assumedSince2026({
      // P12: after a revision the agency concerned alone; while the plan itself has not reached it, the older term stands.
      starts: [
        { on: 'IprApproved', each: 'agencies' },
        { on: 'RevisionApproved', where: { toSend: [true] } },
      ],
      subject: 'agency',
      term: { unit: 'working_days', count: 2 },
      metBy: [{ on: 'DispatchDelivered', where: { dispatch: ['referral'] } }],
      // An agency that refused the message, or never acknowledged it, may have performed all the same.
      lapsedBy: [{ on: 'CompletionMarked', every: true }],
      endsWith: 'cycle',
      owner: 'case_manager',
      ladder: 'standard',
    }),
    enforced: { as: 'duty', at: 'T-SEND, one per agency' },
    wording: {
      kk: 'Екі жұмыс күні ішінде Орталық … ЖЖЖ-ні жібереді',
      ru: 'В течение двух рабочих дней Центр направляет ИПР государственным органам, вовлеченным в реализацию мероприятий ИПР',
      en: 'within two working days the Center sends the IPR to the state bodies involved in its measures',
    },
  },
  {
    id: '192-10',
    title: {
      kk: 'Мемлекеттік көрсетілетін қызметтер тізілімі бойынша қолдау',
      ru: 'Поддержка по реестру государственных услуг',
      en: 'Support by the register of state services',
    },
    source: { order: '192', paragraph: 'п.10' },
    readings: assumedSince2026(),
    owner: 'agency',
    enforced: {
      as: 'record',
      at: 'a measure carries its code of the register, and so does the referral: serviceCode in domain/case/roads/plan/facts.ts, describe in ledger/agency-messages.ts; the term of the service beside it (P14) is not built',
    },
    wording: {
      kk: 'мемлекеттік көрсетілетін қызметтер тізіліміне сәйкес',
      ru: 'согласно реестру государственных услуг',
      en: 'support goes by the register of state services',
    },
  },
  {
    id: '192-11-1',
    title: { kk: 'Орындау туралы ақпарат ұсыну', ru: 'Информация о выполнении', en: 'Information on performance' },
    source: { order: '192', paragraph: 'п.11, part 1' },
    readings: assumedSince2026({
      starts: [
        { on: 'IprApproved', each: 'stateMeasures' },
        { on: 'RevisionApproved', where: { kind: ['state'] } },
      ],
      subject: 'measureId',
      term: { unit: 'own_date', field: 'dueOn' },
      metBy: [{ on: 'ReportReceived', where: { outcome: ['performed'] } }],
      // Missed or not, the duty with the old term ends here, and one with the new begins: what was missed stays counted.
      lapsedBy: [{ on: 'RevisionApproved', where: { kind: ['state'] } }],
      endsWith: 'cycle',
      owner: 'agency',
      ladder: 'agency',
    }),
    enforced: { as: 'duty', at: 'T-MEASURE, one per measure' },
    wording: {
      kk: 'ЖЖЖ-да көрсетілген мерзімдерге сәйкес ЖЖЖ-ны орындау туралы ақпаратты Орталыққа ұсынады',
      ru: 'информацию о выполнении ИПР в Центр согласно указанным срокам в ИПР',
      en: 'agencies give the Center information on performance by the terms in the IPR',
    },
  },
  {
    id: '192-11-2',
    title: { kk: 'Орындалу мәртебесі туралы белгі', ru: 'Отметка о статусе выполнения', en: 'Status mark' },
    source: { order: '192', paragraph: 'п.11, part 2' },
    readings: assumedSince2026({
      starts: [{ on: 'ReportReceived' }],
      subject: 'reportId',
      term: { unit: 'working_days', count: 2 },
      termForce: { field: 'serviceCode', absent: 'policy' },
      termSource: 'P46',
      metBy: [{ on: 'StatusMarked' }, { on: 'ReportReturned' }],
      // A measure may be done by a later report: what was never marked ends with the plan.
      lapsedBy: [{ on: 'CompletionMarked', every: true }],
      endsWith: 'never',
      owner: 'case_manager',
      ladder: 'standard',
    }),
    enforced: {
      as: 'duty',
      at: 'T-STATUS, one per receipt (P16); of the force of the law for measures of the register of state services, of policy for the others (P46)',
    },
    wording: {
      kk: 'ақпарат алған күннен бастап екі жұмыс күні ішінде Орталық мемлекеттік көрсетілетін қызметтер саласындағы заңнамада айқындалған ЖЖЖ іс-шараларының іске асырылуын қадағалайды және олардың орындалу мәртебесі туралы белгі қояды',
      ru: 'В течение двух рабочих дней со дня получения информации … Центр отслеживает реализацию мероприятий ИПР, определенных законодательством в сфере государственных услуг, и делает отметку о статусе их выполнения',
      en: 'within two working days from receipt of information the Center puts a status mark',
    },
  },
  {
    id: '192-11-3',
    title: { kk: 'Пысықтауға қайтару', ru: 'Возврат на доработку', en: 'Return for rework' },
    source: { order: '192', paragraph: 'п.11, part 3' },
    readings: assumedSince2026({
      starts: [{ on: 'ReportReturned' }],
      subject: 'measureId',
      term: { unit: 'own_date', field: 'newDueOn' },
      termForce: 'internal',
      termSource: 'P17',
      metBy: [{ on: 'ReportReceived' }],
      // Another report of the measure may be accepted, or returned too, with a date that replaces this one.
      lapsedBy: [{ on: 'StatusMarked', where: { status: ['done'] } }, { on: 'ReportReturned' }, { on: 'RevisionApproved' }],
      endsWith: 'cycle',
      owner: 'agency',
      ladder: 'internal',
      ladderFrom: { field: 'timesReturned', atLeast: 2, ladder: 'rework_again' },
    }),
    enforced: { as: 'duty', at: 'T-REWORK, per return; from the second return of a measure on, raised at once (P17)' },
    wording: { kk: 'ЖЖЖ-ны пысықтауға … қайтарады', ru: 'возвращает ИПР на доработку', en: 'returns the IPR for rework' },
  },
  {
    id: '192-12',
    title: { kk: 'Аяқталғаны туралы белгі', ru: 'Отметка о завершении', en: 'Completion mark' },
    source: { order: '192', paragraph: 'п.12' },
    readings: assumedSince2026({
      starts: [{ on: 'MeasuresAllDone' }],
      subject: 'case',
      term: { unit: 'working_days', count: 1 },
      metBy: [{ on: 'CompletionMarked' }],
      // A measure that is open again takes away what the mark would say; the last "done" starts the term anew.
      lapsedBy: [{ on: 'StatusMarked', where: { status: ['in_progress', 'not_done'] } }, { on: 'ReportReturned' }],
      endsWith: 'cycle',
      owner: 'case_manager',
      ladder: 'standard',
    }),
    enforced: { as: 'duty', at: 'T-COMPLETE' },
    wording: {
      kk: 'бір жұмыс күні ішінде Орталық ЖЖЖ-ға аяқталу күнін көрсете отырып, олардың аяқталғаны туралы белгі қояды',
      ru: 'в течение одного рабочего дня Центром делается отметка в ИПР об их завершении с указанием даты завершения',
      en: 'within one working day the Center puts the completion mark with the completion date',
    },
  },
];
