/** Intake and primary assessment: 256 п.12–14. Channel 1 goes by п.13, channels 2–5 by п.14. */
import type { Rule } from '../rule.js';
import { DRAFT, EDITION_192_2026, ORDER_192, ORDER_256 } from './editions.js';
import { ROADS } from './roads.js';

const OWN_APPEAL = [1];
const OTHER_CHANNELS = [2, 3, 4, 5];
const OPENS = 'AppealRegistered';
const ATTACHED = 'AppealAttached';

const REDIRECT_WORDING = {
  kk: 'консультация беріледі және/немесе ақпарат бір жұмыс күні ішінде тиісті ұйымдарға қайта жіберіледі',
  ru: 'консультация и/или информация перенаправляется в соответствующие организации в течение одного рабочего дня',
  en: 'consultation and/or redirection of the information to the relevant organisations within one working day',
};
const ASSESSMENT_WORDING = {
  kk: 'өмірде қиын жағдайды айқындау және ден қою шараларын әзірлеу үшін адамды (отбасын) үш жұмыс күні ішінде … бастапқы бағалау жүргізіледі',
  ru: 'первичная оценка лица (семьи) для определения трудной жизненной ситуации и выработки мер реагирования в течение трех рабочих дней',
  en: 'primary assessment to establish a difficult life situation and work out response measures within three working days',
};
const THREAT_WORDING = {
  kk: 'өміріне және денсаулығына қауіп төнген кезде жедел ден қою шараларын тағайындай отырып, бір жұмыс күні ішінде бастапқы бағалау жүргізіледі',
  ru: 'при угрозе жизни и здоровью - в течении одного рабочего дня с назначением незамедлительных мер реагирования',
  en: 'under a threat to life and health: primary assessment within one working day, with immediate response measures assigned',
};

/** One row text serves two paragraphs: the same duty for channel 1 and for channels 2–5. */
function redirectRow(id: string, paragraph: string, channels: readonly number[]): Rule {
  return {
    id,
    source: { order: '256', paragraph },
    force: 'law',
    edition: ORDER_256,
    enforced: { as: 'duty', at: 'T-REDIRECT' },
    duty: {
      starts: [
        { on: OPENS, where: { channel: channels } },
        { on: ATTACHED, where: { channel: channels } },
      ],
      subject: 'appealId',
      term: { unit: 'working_days', count: 1 },
      metBy: [{ on: 'TriageRecorded' }],
      // P10: what is not confirmed is consulted and answered with the closing; after any other the appeal still waits.
      lapsedBy: [{ on: 'CaseClosed', where: { ground: ['not_confirmed'] }, every: true }],
      owner: 'case_manager',
      ladder: 'standard',
    },
    wording: REDIRECT_WORDING,
  };
}

function assessmentRow(id: string, paragraph: string, channels: readonly number[], threat: boolean): Rule {
  return {
    id,
    source: { order: '256', paragraph },
    force: 'law',
    edition: ORDER_256,
    enforced: { as: 'duty', at: threat ? 'T-ASSESS-THREAT' : 'T-ASSESS' },
    duty: {
      starts: [{ on: OPENS, where: { channel: channels, threat: [threat] } }],
      subject: 'case',
      term: { unit: 'working_days', count: threat ? 1 : 3 },
      metBy: [{ on: 'AssessmentCompleted' }],
      owner: 'case_manager',
      ladder: threat ? 'threat' : 'standard',
    },
    wording: threat ? THREAT_WORDING : ASSESSMENT_WORDING,
  };
}

/** The law gives needs determination no term; the project's own is shown as internal (P9). */
function needsRow(id: string, paragraph: string, channels: readonly number[]): Rule {
  return {
    id,
    source: { order: '256', paragraph },
    force: 'law',
    edition: ORDER_256,
    enforced: { as: 'duty', at: 'T-NEEDS' },
    duty: {
      starts: [{ on: 'AssessmentCompleted', where: { result: ['difficult_life_situation'], channel: channels } }],
      subject: 'case',
      term: { unit: 'working_days', count: 'needs_determination' },
      termForce: 'internal',
      termSource: 'P9',
      metBy: [{ on: 'NeedsDetermined' }],
      owner: 'case_manager',
      ladder: 'internal',
    },
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
    source: { order: '256', paragraph: 'п.11' },
    force: 'law',
    edition: ORDER_256,
    owner: 'center_head',
    enforced: { as: 'principle', at: 'an appeal is registered without any condition, and a family may refuse its consent: registration and decideRecordConsent in domain/case/stages/intake.ts' },
    wording: {
      kk: 'барлық жүгінген адамдарға (отбасыларға) ерікті негізде',
      ru: 'всем обратившимся лицам (семьям) на добровольной основе',
      en: 'the Centers assist everyone who applied, on a voluntary basis',
    },
  },
  {
    id: '256-12-1',
    source: { order: '256', paragraph: 'п.12 1)' },
    force: 'law',
    edition: ORDER_256,
    owner: 'family',
    enforced: { as: 'record', at: 'channel 1 of an appeal: Channel and AppealRegistered in domain/case/facts.ts' },
    wording: {
      kk: 'адамдардың (отбасылардың) өздері жүгінген кезде',
      ru: 'при обращении самих лиц (семей)',
      en: 'on the appeal of the persons (families) themselves',
    },
  },
  {
    id: '256-12-2',
    source: { order: '256', paragraph: 'п.12 2)' },
    force: 'law',
    edition: ORDER_256,
    enforced: { as: 'record', at: 'channel 2 of an appeal: Channel and AppealRegistered in domain/case/facts.ts' },
    wording: {
      kk: '"111" байланыс орталығына жүгінген кезде',
      ru: 'при обращении в контакт-центр "111"',
      en: 'on an appeal to the contact centre 111',
    },
  },
  {
    id: '256-12-3',
    source: { order: '256', paragraph: 'п.12 3)' },
    force: 'law',
    edition: ORDER_256,
    owner: 'system',
    enforced: { as: 'record', at: 'channel 3 of an appeal: Channel and AppealRegistered in domain/case/facts.ts' },
    wording: {
      kk: 'мемлекеттік органдардың ақпараттық жүйелерінен алынған мәліметтер негізінде',
      ru: 'на основе сведений из информационных систем государственных органов',
      en: 'on data from the information systems of state bodies',
    },
  },
  {
    id: '256-12-4',
    source: { order: '256', paragraph: 'п.12 4)' },
    force: 'law',
    edition: ORDER_256,
    enforced: { as: 'record', at: 'channel 4 of an appeal: Channel and AppealRegistered in domain/case/facts.ts' },
    wording: {
      kk: 'мемлекеттік органдардан, консультативтік-кеңесші, алқалы органдардан, ұйымдардан және жеке тұлғалардан',
      ru: 'от государственных органов, консультативно-совещательных, коллегиальных органов, организаций и физических лиц',
      en: 'from state bodies, advisory and collegial bodies, organisations and individuals',
    },
  },
  {
    id: '256-12-5',
    source: { order: '256', paragraph: 'п.12 5)' },
    force: 'law',
    edition: ORDER_256,
    enforced: { as: 'record', at: 'channel 5 of an appeal: Channel and AppealRegistered in domain/case/facts.ts' },
    wording: {
      kk: 'бұқаралық ақпарат құралдарынан, әлеуметтік желілерден алынған ақпарат негізінде',
      ru: 'на основе информации из средств массовой информации, социальных сетей',
      en: 'on information from the media and social networks',
    },
  },
  {
    id: 'D-REG',
    source: { order: 'D', paragraph: 'Description of the Centers' },
    force: 'policy',
    edition: DRAFT,
    owner: 'social_work_specialist',
    enforced: { as: 'record', at: 'the number of every appeal in the journal: journalNumber in domain/case/facts.ts, appeal in db/migrations/001_house.sql' },
    wording: { kk: 'электрондық журналда тіркеледі', ru: 'регистрируется в электронном журнале (T)', en: 'appeals and third-party information are registered in the electronic journal' },
  },
  {
    id: '256-13-INT',
    source: { order: '256', paragraph: 'п.13' },
    force: 'law',
    edition: ORDER_256,
    enforced: { as: 'duty', at: 'shown as owed, without a term' },
    duty: {
      starts: [{ on: OPENS, where: { channel: OWN_APPEAL } }],
      subject: 'case',
      term: { unit: 'none' },
      metBy: [{ on: 'InterviewHeld' }],
      lapsedBy: [{ on: 'CaseClosed' }],
      owner: 'case_manager',
      ladder: 'none',
    },
    wording: { kk: 'әңгімелесу жүргізу ұйымдастырылады', ru: 'организуется проведение беседы', en: 'an interview is organised' },
  },
  {
    id: '256-13-CON',
    source: { order: '256', paragraph: 'п.13' },
    force: 'law',
    edition: ORDER_256,
    owner: 'family',
    enforced: { as: 'validation', at: 'needs are not determined without consent (P29): decideDetermineNeeds in domain/case/stages/plan.ts' },
    wording: {
      kk: 'дербес деректерді жинауға және өңдеуге келісімімен',
      ru: 'с их согласия на сбор и обработку персональных данных',
      en: 'with their consent to the collection and processing of personal data',
    },
  },
  {
    id: '256-13-PRO',
    source: { order: '256', paragraph: 'п.13' },
    force: 'law',
    edition: ORDER_256,
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
  assessmentRow('256-13-2', 'п.13 2)', OWN_APPEAL, false),
  assessmentRow('256-14-2', 'п.14 2)', OTHER_CHANNELS, false),
  assessmentRow('256-13-2T', 'п.13 2)', OWN_APPEAL, true),
  assessmentRow('256-14-2T', 'п.14 2)', OTHER_CHANNELS, true),
  needsRow('256-13-3', 'п.13 3)', OWN_APPEAL),
  needsRow('256-14-3', 'п.14 3)', OTHER_CHANNELS),
  {
    id: '192-3-4',
    source: { order: '192', paragraph: 'п.3 4)' },
    force: 'law',
    edition: ORDER_192,
    owner: 'case_manager',
    enforced: { as: 'validation', at: 'an assessment names its grounds: decideCompleteAssessment in domain/case/stages/intake.ts' },
    wording: {
      kk: 'Әлеуметтік кодексінде көзделген негіздер бойынша адамның тыныс-тіршілігін объективті түрде бұзатын деп танылған, ол оны өз бетінше еңсере алмайтын жағдай',
      ru: 'ситуация, признанная по основаниям, предусмотренным Социальным кодексом Республики Казахстан, объективно нарушающей жизнедеятельность человека, которую он не может преодолеть самостоятельно',
      en: 'a situation recognised on a ground of the Social Code as objectively disrupting life and not surmountable alone',
    },
  },
  {
    id: '192-2',
    source: { order: '192', paragraph: 'п.2' },
    force: 'law',
    edition: ORDER_192,
    owner: 'agency',
    enforced: { as: 'validation', at: 'only an agency of these sectors is made responsible for a measure: checkMeasure in domain/case/stages/plan.ts' },
    wording: {
      kk: 'анықталған кезден бастап',
      ru: 'с момента выявления',
      en: 'coordination between agencies from the moment of identification',
    },
  },
  {
    id: 'A26-2',
    source: { order: 'A26', paragraph: 'п.2' },
    force: 'law_digest',
    edition: EDITION_192_2026,
    owner: 'agency',
    enforced: { as: 'not_built', at: ROADS.prevention },
    wording: {
      kk: 'құқық бұзушылық профилактикасы (term of Law № 245-VIII)',
      ru: 'а также в целях реализации мер профилактики правонарушений',
      en: 'and also in order to carry out measures of the prevention of offences',
    },
  },
];
