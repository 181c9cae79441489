/** Domestic violence, temporary stay and minor children: 256 п.6 4), п.23–26, D-SAN, P27, P28. */
import type { Rule } from '../rule.js';
import { DRAFT, ORDER_256, under } from './editions.js';

export const DOMESTIC_VIOLENCE_RULES: readonly Rule[] = [
  {
    id: '256-6-4',
    title: {
      kk: 'Тұрмыстық зорлық-зомбылық белгілері бар адамдарды қолдау',
      ru: 'Поддержка лиц с признаками бытового насилия',
      en: 'Support of persons with signs of domestic violence',
    },
    source: { order: '256', paragraph: 'п.6 4)' },
    readings: under(ORDER_256, 'law'),
    owner: 'center_head',
    enforced: {
      as: 'record',
      at: 'each admission says whether signs of violence were known: StayAdmitted in domain/case/roads/stay/facts.ts, and its month is that of 256-23-5',
    },
    wording: {
      kk: 'тұрмыстық зорлық-зомбылық белгілері бар адамдарға бір айға дейінгі мерзімге уақытша тұру мүмкіндігін беру арқылы қолдау көрсету',
      ru: 'оказание поддержки лицам с признаками бытового насилия с возможностью их временного проживания сроком до одного месяца',
      en: 'persons with signs of domestic violence are supported, with temporary stay of up to one month',
    },
  },
  {
    id: '256-23-1',
    title: {
      kk: 'Ақпараттық, заңгерлік, психологиялық көмек',
      ru: 'Информационная, юридическая, психологическая помощь',
      en: 'Information, legal and psychological help',
    },
    source: { order: '256', paragraph: 'п.23 1)' },
    readings: under(ORDER_256, 'law'),
    owner: 'case_manager',
    enforced: { as: 'record', at: 'each item with its kind, who gave it, when and what came of it: decideHelp in domain/case/roads/violence/commands.ts' },
    wording: {
      kk: 'ақпараттық, заңгерлік, психологиялық көмек көрсету',
      ru: 'информационную, юридическую, психологическую помощь',
      en: 'information, legal and psychological help',
    },
  },
  {
    id: '256-23-2',
    title: {
      kk: 'Жұмысқа орналасуға және кәсіптік даярлауға көмек',
      ru: 'Помощь в трудоустройстве и профессиональной подготовке',
      en: 'Help with employment and training',
    },
    source: { order: '256', paragraph: 'п.23 2)' },
    readings: under(ORDER_256, 'law'),
    owner: 'case_manager',
    enforced: { as: 'record', at: 'each item with its kind, who gave it, when and what came of it: decideHelp in domain/case/roads/violence/commands.ts' },
    wording: {
      kk: 'жұмысқа орналасуға, кәсіптік даярлауға, қайта даярлауға және біліктілігін арттыруға көмек көрсету',
      ru: 'помощь в трудоустройстве, профессиональной подготовке, переподготовке и повышении квалификации',
      en: 'help with employment, training, retraining and upskilling',
    },
  },
  {
    id: '256-23-3',
    title: {
      kk: 'Тегін медициналық көмек алуға жәрдемдесу',
      ru: 'Содействие в получении бесплатной медицинской помощи',
      en: 'Assistance in getting free medical care',
    },
    source: { order: '256', paragraph: 'п.23 3)' },
    readings: under(ORDER_256, 'law'),
    owner: 'case_manager',
    enforced: { as: 'record', at: 'each item with its kind, who gave it, when and what came of it: decideHelp in domain/case/roads/violence/commands.ts' },
    wording: {
      kk: 'тегін медициналық көмектің кепілдік берілген көлемін алуға жәрдемдесу',
      ru: 'содействие в получении гарантированного объема бесплатной медицинской помощи',
      en: 'assistance in getting the guaranteed volume of free medical care',
    },
  },
  {
    id: '256-23-4',
    title: {
      kk: 'Мемлекеттік қолдау шаралары бойынша консультациялар',
      ru: 'Консультации по мерам государственной поддержки',
      en: 'Consultations on measures of state support',
    },
    source: { order: '256', paragraph: 'п.23 4)' },
    readings: under(ORDER_256, 'law'),
    owner: 'case_manager',
    enforced: { as: 'record', at: 'each item with its kind, who gave it, when and what came of it: decideHelp in domain/case/roads/violence/commands.ts' },
    wording: {
      kk: 'мемлекеттік қолдау шаралары мәселелері бойынша консультациялар беру',
      ru: 'предоставление консультаций по вопросам мер государственной поддержки',
      en: 'consultations on measures of state support',
    },
  },
  {
    id: '256-23-5',
    title: { kk: 'Бір айға дейін уақытша тұру', ru: 'Временное проживание до одного месяца', en: 'Temporary stay of up to one month' },
    source: { order: '256', paragraph: 'п.23 5)' },
    readings: under(ORDER_256, 'law', {
      starts: [{ on: 'StayAdmitted' }],
      subject: 'stayId',
      // The end of a stay is no act of the Center: it comes on whatever day it falls.
      term: { unit: 'months', count: 1, shift: 'none' },
      metBy: [{ on: 'StayLeft' }, { on: 'StayTransferred' }],
      lapsedBy: [{ on: 'StayCancelled' }],
      endsWith: 'occasion',
      owner: 'case_manager',
      ladder: 'stay',
      // P27: an extension is a new decision, of which the heads hear.
      ladderFrom: { field: 'decision', atLeast: 2, ladder: 'stay_again' },
    }),
    enforced: {
      as: 'duty',
      at: 'from the admission, until they leave or are transferred; no command extends it, another decision is another stay: decideAdmission in domain/case/roads/stay/admission.ts',
    },
    wording: {
      kk: 'бір айға дейінгі мерзімге уақытша тұруды ұсыну',
      ru: 'предоставление временного проживания сроком до одного месяца',
      en: 'temporary stay of up to one month',
    },
  },
  {
    id: '256-24',
    title: { kk: 'Сәйкестендіру үшін тиісті ұйымдарға жіберу', ru: 'Перенаправление для идентификации', en: 'Redirection for identification' },
    source: { order: '256', paragraph: 'п.24' },
    readings: under(ORDER_256, 'law', {
      starts: [{ on: 'ViolenceSignsRecorded' }],
      subject: 'case',
      term: { unit: 'working_days', count: 2 },
      // Whoever answers has been told, whatever became of the acknowledgement.
      metBy: [{ on: 'DispatchDelivered', where: { dispatch: ['identification_referral'] } }, { on: 'IdentificationAnswered' }],
      // 256-11: it is voluntary.
      lapsedBy: [{ on: 'IdentificationRefused' }],
      endsWith: 'case',
      owner: 'case_manager',
      ladder: 'standard',
    }),
    enforced: {
      as: 'duty',
      at: 'beside the road and beside a stay (P27), to an organisation that helps victims: decideOrder in domain/case/roads/violence/identification.ts; a refusal ends it without a breach (256-11)',
    },
    wording: {
      kk: 'сәйкестендіру үшін Орталық екі жұмыс күні ішінде адамды … тиісті ұйымдарға жібереді',
      ru: 'Для идентификации лиц с признаками бытового насилия Центр в течение двух рабочих дней перенаправляет лицо в организации',
      en: 'within two working days the person is redirected, for identification, to organisations that help victims',
    },
  },
  {
    id: '256-25-1',
    title: { kk: 'Жолдама негізінде уақытша тұру', ru: 'Временное проживание по направлению', en: 'Temporary stay on a referral' },
    source: { order: '256', paragraph: 'п.25' },
    readings: under(ORDER_256, 'law'),
    owner: 'agency',
    enforced: { as: 'validation', at: 'referralOf and REFERRING_FUNCTIONS in domain/case/roads/stay/admission.ts' },
    wording: {
      kk: 'жолдамасы негізінде адамның (отбасының) нақты орналасқан жері бойынша',
      ru: 'на основании направления … по месту фактического нахождения лица (семьи)',
      en: 'on a referral, by the place of actual location',
    },
  },
  {
    id: '256-25-2',
    title: { kk: 'Жеке өтініш бойынша уақытша тұру', ru: 'Временное проживание по личному обращению', en: 'Temporary stay on a personal application' },
    source: { order: '256', paragraph: 'п.25' },
    readings: under(ORDER_256, 'law'),
    owner: 'family',
    enforced: { as: 'validation', at: 'basisOf in domain/case/roads/stay/admission.ts: the application is an appeal of the case' },
    wording: {
      kk: 'адамның тікелей Орталықтарға жеке өтініші бойынша',
      ru: 'по личному обращению лица непосредственно в Центры',
      en: 'or on a personal application directly to the Centers',
    },
  },
  {
    id: '256-25-3',
    title: {
      kk: 'Бюджет қаражаты есебінен уақытша тұру',
      ru: 'Временное проживание за счет бюджетных средств',
      en: 'Temporary stay at the expense of the budget',
    },
    source: { order: '256', paragraph: 'п.25' },
    readings: under(ORDER_256, 'law'),
    enforced: { as: 'record', at: 'paidBy in domain/case/roads/stay/facts.ts' },
    wording: {
      kk: 'бюджет қаражаты есебінен',
      ru: 'за счет бюджетных средств',
      en: 'the stay is at the expense of the budget',
    },
  },
  {
    id: 'D-SAN',
    title: {
      kk: 'Тұратын жерге қойылатын санитариялық, құрылыс талаптары',
      ru: 'Санитарные и строительные требования к месту проживания',
      en: 'Sanitary and building requirements of the stay',
    },
    source: { order: 'D', paragraph: 'Description of the Centers' },
    readings: under(DRAFT, 'policy'),
    owner: 'center_head',
    enforced: { as: 'validation', at: 'refusedPremises in domain/case/roads/stay/admission.ts' },
    wording: {
      kk: 'санитариялық-эпидемиологиялық саламаттылығы, сәулет, құрылыс қызметін, тұрғын үй қатынастарын және коммуналдық шаруашылықты реттеу',
      ru: null,
      en: 'the stay meets sanitary, building and housing law',
    },
  },
  {
    id: '256-26',
    title: {
      kk: 'Кәмелетке толмаған балалар туралы жазбаша хабарлау',
      ru: 'Письменное извещение о несовершеннолетних детях',
      en: 'Written notice about minor children',
    },
    source: { order: '256', paragraph: 'п.26' },
    // P28: per occasion two notices, each with its own clock and its own end. Closing the case ends neither.
    readings: under(ORDER_256, 'law', {
      starts: [{ on: 'MinorsOccasionBegun', each: 'notices' }],
      subject: 'key',
      term: { unit: 'hours', count: 24 },
      metBy: [{ on: 'DispatchDelivered', where: { dispatch: ['minors_notice'] } }],
      raisedBy: [{ on: 'DispatchParked', where: { dispatch: ['minors_notice'], refused: ['new'] } }],
      endsWith: 'occasion',
      owner: 'duty_officer',
      ladder: 'minors',
    }),
    enforced: {
      as: 'duty',
      at: 'T-MINORS, one per addressee and occasion: domain/case/roads/minors/occasions.ts; how it is sent, the row minors_notice of domain/case/effects.ts; what it says, activities/minors-notice.ts',
    },
    wording: {
      kk: 'жиырма төрт сағат ішінде құқық қорғау органдары мен қорғаншылық және қамқоршылық жөніндегі функцияларды жүзеге асыратын органдарға жазбаша хабарлайды',
      ru: 'в течение двадцати четырех часов Центры письменно извещают правоохранительные органы и органы, осуществляющие функции по опеке и попечительству',
      en: 'within twenty-four hours the law-enforcement and the guardianship bodies are notified in writing',
    },
  },
];
