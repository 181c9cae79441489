/** Intake and primary assessment: 256 п.12–14. Channel 1 goes by п.13, channels 2–5 by п.14. */
import type { Channel } from '../../case/facts.js';
import type { Rule, Trigger } from '../rule.js';
import { DRAFT, EDITION_192_2026, ORDER_256, repeatedIn2026, under } from './editions.js';
import { ROADS } from './roads.js';

const OWN_APPEAL: readonly Channel[] = [1];
const OTHER_CHANNELS: readonly Channel[] = [2, 3, 4, 5];
const OPENS = 'AppealRegistered';
const ATTACHED = 'AppealAttached';

const REDIRECT_TITLE = {
  kk: 'Консультация және/немесе ақпаратты қайта жіберу',
  ru: 'Консультация и/или перенаправление информации',
  en: 'Consultation and/or redirection',
};
const REDIRECT_WORDING = {
  kk: 'консультация беріледі және/немесе ақпарат бір жұмыс күні ішінде тиісті ұйымдарға қайта жіберіледі',
  ru: 'консультация и/или информация перенаправляется в соответствующие организации в течение одного рабочего дня',
  en: 'consultation and/or redirection of the information to the relevant organisations within one working day',
};
const ASSESSMENT_TITLE = { kk: 'Бастапқы бағалау', ru: 'Первичная оценка', en: 'Primary assessment' };
const ASSESSMENT_WORDING = {
  kk: 'өмірде қиын жағдайды айқындау және ден қою шараларын әзірлеу үшін адамды (отбасын) үш жұмыс күні ішінде … бастапқы бағалау жүргізіледі',
  ru: 'первичная оценка лица (семьи) для определения трудной жизненной ситуации и выработки мер реагирования в течение трех рабочих дней',
  en: 'primary assessment to establish a difficult life situation and work out response measures within three working days',
};
const THREAT_TITLE = {
  kk: 'Өмірге және денсаулыққа қауіп кезіндегі бастапқы бағалау',
  ru: 'Первичная оценка при угрозе жизни и здоровью',
  en: 'Primary assessment under a threat to life and health',
};
const THREAT_WORDING = {
  kk: 'өміріне және денсаулығына қауіп төнген кезде жедел ден қою шараларын тағайындай отырып, бір жұмыс күні ішінде бастапқы бағалау жүргізіледі',
  ru: 'при угрозе жизни и здоровью - в течении одного рабочего дня с назначением незамедлительных мер реагирования',
  en: 'under a threat to life and health: primary assessment within one working day, with immediate response measures assigned',
};

/** One row text serves two paragraphs: the same duty for channel 1 and for channels 2–5. */
function redirectRow(id: string, paragraph: string, channels: readonly Channel[]): Rule {
  return {
    id,
    title: REDIRECT_TITLE,
    source: { order: '256', paragraph },
    readings: under(ORDER_256, 'law', {
      starts: [
        { on: OPENS, where: { channel: channels } },
        { on: ATTACHED, where: { channel: channels } },
      ],
      subject: 'appealId',
      term: { unit: 'working_days', count: 1 },
      metBy: [{ on: 'TriageRecorded' }],
      // P10: what is not confirmed is consulted and answered with the closing; after any other the appeal still waits.
      lapsedBy: [{ on: 'CaseClosed', where: { ground: ['not_confirmed'] }, every: true }],
      endsWith: 'occasion',
      owner: 'case_manager',
      ladder: 'standard',
    }),
    enforced: { as: 'duty', at: 'T-REDIRECT' },
    wording: REDIRECT_WORDING,
  };
}

/** P5, P30: a threat found before the assessment is made; the paragraph is that of the appeal which opened the case. */
function threatAtIntake(channels: readonly Channel[]): Trigger {
  return { on: 'ThreatFound', when: { stage: ['intake'], channel: channels } };
}

function assessmentRow(id: string, paragraph: string, channels: readonly Channel[]): Rule {
  return {
    id,
    title: ASSESSMENT_TITLE,
    source: { order: '256', paragraph },
    readings: under(ORDER_256, 'law', {
      starts: [{ on: OPENS, where: { channel: channels, threat: [false] } }],
      subject: 'case',
      term: { unit: 'working_days', count: 3 },
      metBy: [{ on: 'AssessmentCompleted' }],
      // P5: it gives way to the one with the shorter term.
      lapsedBy: [threatAtIntake(channels)],
      endsWith: 'cycle',
      owner: 'case_manager',
      ladder: 'standard',
    }),
    enforced: { as: 'duty', at: 'T-ASSESS; a threat found meanwhile puts T-ASSESS-THREAT in its place (P5)' },
    wording: ASSESSMENT_WORDING,
  };
}

/** Owed for each threat, told at the opening or found later; never later than what ran. */
function threatRow(id: string, paragraph: string, channels: readonly Channel[]): Rule {
  return {
    id,
    title: THREAT_TITLE,
    source: { order: '256', paragraph },
    readings: under(ORDER_256, 'law', {
      starts: [
        { on: OPENS, where: { channel: channels, threat: [true] }, names: { responseId: 'appealId' } },
        { on: 'ThreatFound', when: { channel: channels } },
      ],
      subject: 'responseId',
      term: { unit: 'working_days', count: 1 },
      noLaterThan: ['256-13-2', '256-14-2'],
      // During the intake the primary assessment is that of every threat; beside the plan each has its own (P6).
      metBy: [{ on: 'AssessmentCompleted', every: true }, { on: 'ThreatAssessed' }],
      endsWith: 'cycle',
      owner: 'case_manager',
      ladder: 'threat',
    }),
    enforced: {
      as: 'duty',
      at: 'T-ASSESS-THREAT, for each threat; one found during intake, or told by another appeal, ends it by the earlier of the running term and one working day (P5, P30); one found beside the plan is assessed on its own (P6): decideAssessment in domain/case/roads/threat/commands.ts',
    },
    wording: THREAT_WORDING,
  };
}

/** The law gives needs determination no term; the project's own is shown as internal (P9). */
function needsRow(id: string, paragraph: string, channels: readonly Channel[]): Rule {
  return {
    id,
    title: { kk: 'Қажеттіліктерді анықтау', ru: 'Определение потребностей', en: 'Needs determination' },
    source: { order: '256', paragraph },
    readings: under(ORDER_256, 'law', {
      starts: [{ on: 'AssessmentCompleted', where: { result: ['difficult_life_situation'] }, when: { channel: channels } }],
      subject: 'case',
      term: { unit: 'working_days', count: 'needs_determination' },
      termForce: 'internal',
      termSource: 'P9',
      metBy: [{ on: 'NeedsDetermined' }],
      endsWith: 'cycle',
      owner: 'case_manager',
      ladder: 'internal',
    }),
    enforced: { as: 'duty', at: 'T-NEEDS' },
    wording: {
      kk: 'жеке жұмыс жоспарын жасау үшін қажеттіліктерді анықтау жүргізіледі (D: қажеттіліктерді бағалау)',
      ru: 'определение потребностей для составления индивидуального плана работы',
      en: 'needs are determined for drawing up the individual plan of work',
    },
  };
}

export const INTAKE_RULES: readonly Rule[] = [
  {
    id: '256-11',
    title: {
      kk: 'Жүгінгендерге ерікті негізде жәрдемдесу',
      ru: 'Содействие обратившимся на добровольной основе',
      en: 'Voluntary assistance to everyone who applied',
    },
    source: { order: '256', paragraph: 'п.11' },
    readings: under(ORDER_256, 'law'),
    owner: 'center_head',
    enforced: {
      as: 'principle',
      at: 'an appeal is registered without any condition, and a family may refuse its consent: registration and INTAKE_COMMANDS in domain/case/roads/intake/commands.ts',
    },
    wording: {
      kk: 'барлық жүгінген адамдарға (отбасыларға) ерікті негізде',
      ru: 'всем обратившимся лицам (семьям) на добровольной основе',
      en: 'the Centers assist everyone who applied, on a voluntary basis',
    },
  },
  {
    id: '256-12-1',
    title: { kk: 'Адамның (отбасының) өзінің жүгінуі', ru: 'Обращение самого лица (семьи)', en: 'Appeal of the person (family)' },
    source: { order: '256', paragraph: 'п.12 1)' },
    readings: under(ORDER_256, 'law'),
    owner: 'family',
    enforced: { as: 'record', at: 'channel 1 of an appeal: Channel and AppealRegistered in domain/case/roads/intake/facts.ts' },
    wording: {
      kk: 'адамдардың (отбасылардың) өздері жүгінген кезде',
      ru: 'при обращении самих лиц (семей)',
      en: 'on the appeal of the persons (families) themselves',
    },
  },
  {
    id: '256-12-2',
    title: { kk: '«111» байланыс орталығына жүгіну', ru: 'Обращение в контакт-центр «111»', en: 'Appeal to the contact centre 111' },
    source: { order: '256', paragraph: 'п.12 2)' },
    readings: under(ORDER_256, 'law'),
    enforced: { as: 'record', at: 'channel 2 of an appeal: Channel and AppealRegistered in domain/case/roads/intake/facts.ts' },
    wording: {
      kk: '"111" байланыс орталығына жүгінген кезде',
      ru: 'при обращении в контакт-центр "111"',
      en: 'on an appeal to the contact centre 111',
    },
  },
  {
    id: '256-12-3',
    title: { kk: 'Ақпараттық жүйелерден алынған мәліметтер', ru: 'Сведения из информационных систем', en: 'Data from state information systems' },
    source: { order: '256', paragraph: 'п.12 3)' },
    readings: under(ORDER_256, 'law'),
    owner: 'system',
    enforced: { as: 'record', at: 'channel 3 of an appeal: Channel and AppealRegistered in domain/case/roads/intake/facts.ts' },
    wording: {
      kk: 'мемлекеттік органдардың ақпараттық жүйелерінен алынған мәліметтер негізінде',
      ru: 'на основе сведений из информационных систем государственных органов',
      en: 'on data from the information systems of state bodies',
    },
  },
  {
    id: '256-12-4',
    title: {
      kk: 'Органдардан, ұйымдардан, жеке тұлғалардан түскен ақпарат',
      ru: 'Информация от органов, организаций и физических лиц',
      en: 'Information from bodies, organisations and individuals',
    },
    source: { order: '256', paragraph: 'п.12 4)' },
    readings: under(ORDER_256, 'law'),
    enforced: { as: 'record', at: 'channel 4 of an appeal: Channel and AppealRegistered in domain/case/roads/intake/facts.ts' },
    wording: {
      kk: 'мемлекеттік органдардан, консультативтік-кеңесші, алқалы органдардан, ұйымдардан және жеке тұлғалардан',
      ru: 'от государственных органов, консультативно-совещательных, коллегиальных органов, организаций и физических лиц',
      en: 'from state bodies, advisory and collegial bodies, organisations and individuals',
    },
  },
  {
    id: '256-12-5',
    title: {
      kk: 'БАҚ пен әлеуметтік желілерден алынған ақпарат',
      ru: 'Информация из СМИ и социальных сетей',
      en: 'Information from media and social networks',
    },
    source: { order: '256', paragraph: 'п.12 5)' },
    readings: under(ORDER_256, 'law'),
    enforced: { as: 'record', at: 'channel 5 of an appeal: Channel and AppealRegistered in domain/case/roads/intake/facts.ts' },
    wording: {
      kk: 'бұқаралық ақпарат құралдарынан, әлеуметтік желілерден алынған ақпарат негізінде',
      ru: 'на основе информации из средств массовой информации, социальных сетей',
      en: 'on information from the media and social networks',
    },
  },
  {
    id: 'D-REG',
    title: { kk: 'Электрондық журналда тіркеу', ru: 'Регистрация в электронном журнале', en: 'Registration in the electronic journal' },
    source: { order: 'D', paragraph: 'Description of the Centers' },
    readings: under(DRAFT, 'policy'),
    owner: 'social_work_specialist',
    enforced: {
      as: 'record',
      at: 'the number of every appeal in the journal: journalNumber in domain/case/roads/intake/facts.ts, appeal in db/migrations/001_house.sql',
    },
    wording: {
      kk: 'электрондық журналда тіркеледі',
      ru: 'регистрируется в электронном журнале (T)',
      en: 'appeals and third-party information are registered in the electronic journal',
    },
  },
  {
    id: '256-13-INT',
    title: { kk: 'Әңгімелесу өткізу', ru: 'Проведение беседы', en: 'Interview' },
    source: { order: '256', paragraph: 'п.13' },
    readings: under(ORDER_256, 'law', {
      starts: [{ on: OPENS, where: { channel: OWN_APPEAL } }],
      subject: 'case',
      term: { unit: 'none' },
      metBy: [{ on: 'InterviewHeld' }],
      endsWith: 'cycle',
      owner: 'case_manager',
      ladder: 'none',
    }),
    enforced: { as: 'duty', at: 'shown as owed, without a term' },
    wording: { kk: 'әңгімелесу жүргізу ұйымдастырылады', ru: 'организуется проведение беседы', en: 'an interview is organised' },
  },
  {
    id: '256-13-CON',
    title: {
      kk: 'Дербес деректерді жинауға және өңдеуге келісім',
      ru: 'Согласие на сбор и обработку персональных данных',
      en: 'Consent to personal-data processing',
    },
    source: { order: '256', paragraph: 'п.13' },
    readings: under(ORDER_256, 'law'),
    owner: 'family',
    enforced: { as: 'validation', at: 'needs are not determined without consent (P29): decideNeeds in domain/case/roads/plan/commands.ts' },
    wording: {
      kk: 'дербес деректерді жинауға және өңдеуге келісімімен',
      ru: 'с их согласия на сбор и обработку персональных данных',
      en: 'with their consent to the collection and processing of personal data',
    },
  },
  {
    id: '256-13-PRO',
    title: { kk: 'Адам (отбасы) бойынша мәліметтер қалыптастыру', ru: 'Формирование сведений по лицу (семье)', en: 'Data on the person (family)' },
    source: { order: '256', paragraph: 'п.13' },
    readings: under(ORDER_256, 'law'),
    owner: 'case_manager',
    enforced: { as: 'not_built', at: ROADS.familyProfile },
    wording: {
      kk: 'жан-жақты қолдау шараларын айқындау үшін адам (отбасы) бойынша мәліметтер қалыптастырады',
      ru: 'формирует сведения по лицу (семье) для определения мер всесторонней поддержки',
      en: 'forms the data on the person (family) to define measures of all-round support',
    },
  },
  redirectRow('256-13-1', 'п.13 1)', OWN_APPEAL),
  redirectRow('256-14-1', 'п.14 1)', OTHER_CHANNELS),
  assessmentRow('256-13-2', 'п.13 2)', OWN_APPEAL),
  assessmentRow('256-14-2', 'п.14 2)', OTHER_CHANNELS),
  threatRow('256-13-2T', 'п.13 2)', OWN_APPEAL),
  threatRow('256-14-2T', 'п.14 2)', OTHER_CHANNELS),
  needsRow('256-13-3', 'п.13 3)', OWN_APPEAL),
  needsRow('256-14-3', 'п.14 3)', OTHER_CHANNELS),
  {
    id: '192-3-4',
    title: { kk: 'Өмірдегі қиын жағдай деп тану негіздері', ru: 'Основания трудной жизненной ситуации', en: 'Grounds of a difficult life situation' },
    source: { order: '192', paragraph: 'п.3 4)' },
    readings: repeatedIn2026(),
    owner: 'case_manager',
    enforced: { as: 'validation', at: 'an assessment names its grounds: decideAssessment in domain/case/roads/intake/commands.ts' },
    wording: {
      kk: 'Әлеуметтік кодексінде көзделген негіздер бойынша адамның тыныс-тіршілігін объективті түрде бұзатын деп танылған, ол оны өз бетінше еңсере алмайтын жағдай',
      ru: 'ситуация, признанная по основаниям, предусмотренным Социальным кодексом Республики Казахстан, объективно нарушающей жизнедеятельность человека, которую он не может преодолеть самостоятельно',
      en: 'a situation recognised on a ground of the Social Code as objectively disrupting life and not surmountable alone',
    },
  },
  {
    id: '192-2',
    title: { kk: 'Анықталған кезден бастап үйлестіру', ru: 'Координация с момента выявления', en: 'Coordination from the moment of identification' },
    source: { order: '192', paragraph: 'п.2' },
    readings: repeatedIn2026(),
    owner: 'agency',
    enforced: { as: 'validation', at: 'only an agency of these sectors is made responsible for a measure: checkMeasure in domain/case/roads/plan/commands.ts' },
    wording: {
      kk: 'анықталған кезден бастап',
      ru: 'с момента выявления',
      en: 'coordination between agencies from the moment of identification',
    },
  },
  {
    id: 'A26-2',
    title: {
      kk: 'Құқық бұзушылық профилактикасы шараларын үйлестіру',
      ru: 'Координация мер профилактики правонарушений',
      en: 'Coordination of offence-prevention measures',
    },
    source: { order: 'A26', paragraph: 'п.2' },
    readings: under(EDITION_192_2026, 'law_digest'),
    owner: 'agency',
    enforced: { as: 'not_built', at: ROADS.prevention },
    wording: {
      kk: 'құқық бұзушылық профилактикасы (term of Law № 245-VIII)',
      ru: 'а также в целях реализации мер профилактики правонарушений',
      en: 'and also in order to carry out measures of the prevention of offences',
    },
  },
];
