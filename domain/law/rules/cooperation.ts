/** What all participants owe one another while a plan is performed, without a term: 192 п.4 and п.7, with A26. */
import type { Rule } from '../rule.js';
import { EDITION_192_2026, repeatedIn2026, under } from './editions.js';
import { ROADS } from './roads.js';

export const COOPERATION_RULES: readonly Rule[] = [
  {
    id: '192-7-1',
    title: {
      kk: 'ЖЖЖ-ны (жұмыс жоспарын) заңнамадағы мерзімде орындау',
      ru: 'Реализация ИПР (плана работы) в срок по законодательству',
      en: 'Performance of the IPR within the legal term',
    },
    source: { order: '192', paragraph: 'п.7 1)' },
    readings: repeatedIn2026(),
    owner: 'agency',
    enforced: {
      as: 'principle',
      at: 'the clock of 192-11-1 watches the term of each measure: EXECUTION_RULES in domain/law/rules/execution.ts; the term of the service beside it (P14) is not built',
    },
    wording: {
      kk: 'заңнамада белгіленген мерзімде орындалуын қамтамасыз ету',
      ru: 'обеспечение реализации принятого Центром ИПР в установленный законодательством срок',
      en: 'agencies ensure that the IPR is performed within the legal term',
    },
  },
  {
    id: '192-7-2',
    title: {
      kk: 'Баланың қажеттіліктері мен мүдделерінің басымдығы',
      ru: 'Приоритет потребностей и интересов ребенка',
      en: 'Priority of the needs and interests of the child',
    },
    source: { order: '192', paragraph: 'п.7 2)' },
    readings: repeatedIn2026(),
    owner: 'agency',
    enforced: { as: 'not_built', at: ROADS.measureOrder },
    wording: {
      kk: 'баланың қажеттіліктері мен мүдделерін ескеру басымды болып табылады',
      ru: 'приоритетом является учет потребностей и интересов ребенка',
      en: 'the needs and interests of the child come first',
    },
  },
  {
    id: '192-7-3',
    title: { kk: 'Ақпараттың құпиялылығы', ru: 'Конфиденциальность информации', en: 'Confidentiality of information' },
    source: { order: '192', paragraph: 'п.7 3)' },
    readings: repeatedIn2026(),
    owner: 'agency',
    enforced: {
      as: 'validation',
      at: 'an agency is sent its own measures and the least that tells for whom (P43): ownMeasures in ledger/agency-messages.ts, MinimalIdentity in contracts/agency-protocol.ts; who reads what of which case: caseAccess in office/case-access.ts by domain/access/sight.ts; what each message told stands on record: keepSaid in db/said-messages.ts',
    },
    wording: {
      kk: 'ақпараттың құпиялылығын сақтау',
      ru: 'соблюдение конфиденциальности информации',
      en: 'confidentiality of information',
    },
  },
  {
    id: '192-7-4',
    title: { kk: 'Қолдау кезеңдерінің жүйелілігі мен сабақтастығы', ru: 'Последовательность и преемственность этапов', en: 'Consistent and successive stages' },
    source: { order: '192', paragraph: 'п.7 4)' },
    readings: repeatedIn2026(),
    owner: 'agency',
    enforced: { as: 'not_built', at: ROADS.measureOrder },
    wording: {
      kk: 'кезеңдерін сақтаудағы жүйелілік пен сабақтастық',
      ru: 'последовательное и преемственное соблюдение этапов',
      en: 'consistent and successive stages of support',
    },
  },
  {
    id: '192-7-5',
    title: { kk: 'Үйлестіру сапасының тұрақты мониторингі', ru: 'Постоянный мониторинг качества координации', en: 'Constant monitoring of coordination' },
    source: { order: '192', paragraph: 'п.7 5)' },
    readings: repeatedIn2026(),
    owner: 'agency',
    enforced: {
      as: 'report',
      at: 'agencies that a case waits for and its missed terms, at any time: waitingOn in db/projection.ts, attributesOf in activities/clock-board.ts',
    },
    wording: {
      kk: 'ведомствоаралық үйлестірудің сапасы мен тиімділігінің тұрақты мониторингі',
      ru: 'постоянный мониторинг качества и эффективности межведомственной координации',
      en: 'constant monitoring of the quality and effectiveness of coordination between agencies',
    },
  },
  {
    id: 'A26-7-6',
    title: { kk: 'Құқық бұзушылық пен зорлық-зомбылық профилактикасы', ru: 'Профилактика правонарушений и насилия', en: 'Prevention of offences and violence' },
    source: { order: 'A26', paragraph: 'п.7' },
    readings: under(EDITION_192_2026, 'law_digest'),
    owner: 'agency',
    enforced: { as: 'not_built', at: ROADS.prevention },
    wording: {
      kk: null,
      ru: 'участие в реализации мер профилактики правонарушений и насилия в отношении лиц (семей)',
      en: 'taking part in the prevention of offences and violence towards persons (families)',
    },
  },
  {
    id: '192-4-1',
    title: { kk: 'Анық, уақтылы ақпаратқа қол жеткізу', ru: 'Доступ к достоверной, своевременной информации', en: 'Access to reliable, timely information' },
    source: { order: '192', paragraph: 'п.4 1)' },
    readings: repeatedIn2026(),
    enforced: { as: 'record', at: 'the page of the family by its code: tellFamily in office/family-view.ts' },
    wording: {
      kk: 'анық, уақтылы ақпаратқа қол жеткізуді қамтамасыз ету',
      ru: 'обеспечение доступа к достоверной, своевременной информации',
      en: 'access to reliable and timely information',
    },
  },
  {
    id: '192-4-2',
    title: { kk: 'Құжат айналымын стандарттау', ru: 'Стандартизация документооборота', en: 'Standard document flow' },
    source: { order: '192', paragraph: 'п.4 2)' },
    readings: repeatedIn2026(),
    enforced: {
      as: 'record',
      at: 'what crosses between the Center and agencies has one typed form: Referral, ReworkNotice and AgencyReport in contracts/agency-protocol.ts; a document of a case has one of the types of domain/case/documents.ts, with the fields that its type demands',
    },
    wording: {
      kk: 'құжат айналымын оңтайландыруды және стандарттауды қамтамасыз ету',
      ru: 'обеспечение оптимизации и стандартизации документооборота',
      en: 'document flow is optimised and standardised',
    },
  },
  {
    id: '192-4-3',
    title: { kk: 'Қызметтер көрсетудің сапасы мен келісімділігі', ru: 'Качество и согласованность оказания услуг', en: 'Quality and consistency of services' },
    source: { order: '192', paragraph: 'п.4 3)' },
    readings: repeatedIn2026(),
    enforced: { as: 'principle', at: 'a report that breaks a norm goes back with the norm named: decideReturn in domain/case/roads/execution/commands.ts' },
    wording: {
      kk: 'қызметтер көрсетудің сапасы мен келісімділігін қамтамасыз ету',
      ru: 'обеспечение качества и согласованности оказания услуг',
      en: 'quality and consistency of the services given',
    },
  },
  {
    id: '192-4-4',
    title: { kk: 'Барлық деңгейдегі орындау есептілігі', ru: 'Отчетность о выполнении на всех уровнях', en: 'Reporting on performance at every level' },
    source: { order: '192', paragraph: 'п.4 4)' },
    readings: repeatedIn2026(),
    enforced: {
      as: 'report',
      at: 'GET /v1/figures: by Center, district, region, for the country, and by organisation: tellFigures in office/figures.ts; the written conclusion is that of the quarter',
    },
    wording: {
      kk: 'барлық деңгейде және барлық қатысушы мемлекеттік органдар мен ұйымдарда … орындау есептілігін жүргізуді қамтамасыз ету',
      ru: 'обеспечение ведения отчетности выполнения индивидуального плана работы … на всех уровнях и всеми участвующими государственными органами и организациями',
      en: 'performance of the IPR is reported at every level and by every body and organisation that takes part',
    },
  },
  {
    id: '192-4-5',
    title: { kk: 'Әлеуметтік жұмыс технологиялары', ru: 'Технологии социальной работы', en: 'Technologies of social work' },
    source: { order: '192', paragraph: 'п.4 5)' },
    readings: repeatedIn2026(),
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in cli/commands/rules.ts' },
    wording: {
      kk: 'кәсіптік стандарттарында көзделген … әлеуметтік жұмыс технологияларын пайдалану',
      ru: 'использование технологий социальной работы, предусмотренные профессиональными стандартами',
      en: 'technologies of social work of the professional standards are used',
    },
  },
  {
    id: '192-4-6',
    title: { kk: 'Отбасын іс-шараларға белсенді тарту', ru: 'Активное вовлечение семьи в мероприятия', en: 'Active involvement of the family in measures' },
    source: { order: '192', paragraph: 'п.4 6)' },
    readings: repeatedIn2026(),
    enforced: { as: 'principle', at: 'a plan without a measure of the family is refused: checkMeasures in domain/case/roads/plan/commands.ts' },
    wording: {
      kk: 'ЖЖЖ-да көзделген іс-шараларға белсенді тарту',
      ru: 'активное вовлечение лиц (семей), оказавшихся в ТЖС, в мероприятия, предусмотренные в ИПР',
      en: 'families are actively involved in the measures of the IPR',
    },
  },
  {
    id: 'A26-4-7',
    title: {
      kk: 'Құқық бұзушылық тәуекелдерін анықтау және төмендету',
      ru: 'Выявление и снижение рисков правонарушений',
      en: 'Detection and lowering of the risks of offences',
    },
    source: { order: 'A26', paragraph: 'п.4' },
    readings: under(EDITION_192_2026, 'law_digest'),
    enforced: { as: 'not_built', at: ROADS.prevention },
    wording: {
      kk: null,
      ru: 'выявление и снижение рисков правонарушений, виктимизации и социального неблагополучия',
      en: 'risks of offences, victimisation and social ill-being are detected and lowered',
    },
  },
  {
    id: 'A26-4-8',
    title: {
      kk: 'Пробация бақылауындағы адамдар туралы мәлімет алмасу',
      ru: 'Обмен сведениями о лицах на контроле службы пробации',
      en: 'Exchange about persons under probation control',
    },
    source: { order: 'A26', paragraph: 'п.4' },
    readings: under(EDITION_192_2026, 'law_digest'),
    owner: 'system',
    enforced: { as: 'not_built', at: ROADS.probation },
    wording: {
      kk: null,
      ru: 'посредством шлюза "цифрового правительства", в целях обмена сведениями о лицах, находящихся на контроле службы пробации',
      en: 'exchange through the gateway of the digital government about persons under probation control',
    },
  },
];
