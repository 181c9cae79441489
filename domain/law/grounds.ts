/**
 * Grounds of the difficult life situation (Social Code art. 133, cited by 192-3-4). The text of the
 * article was not at hand: only G8 is confirmed; the others are working wording, `verified: false`.
 */
export interface Ground {
  code: string;
  verified: boolean;
  kk: string;
  ru: string;
  en: string;
}

export const GROUNDS: readonly Ground[] = [
  { code: 'G1', verified: false, kk: 'жетімдік', ru: 'сиротство', en: 'orphanhood' },
  { code: 'G2', verified: false, kk: 'ата-ана қамқорлығының болмауы', ru: 'отсутствие родительского попечения', en: 'absence of parental care' },
  {
    code: 'G3',
    verified: false,
    kk: 'кәмелетке толмағандардың қадағалаусыз қалуы, оның ішінде девиантты мінез-құлық',
    ru: 'безнадзорность несовершеннолетних, в том числе девиантное поведение',
    en: 'neglect of minors, incl. deviant behaviour',
  },
  {
    code: 'G4',
    verified: false,
    kk: 'арнаулы білім беру ұйымдарында, ерекше режимде ұстайтын білім беру ұйымдарында болу',
    ru: 'нахождение несовершеннолетних в специальных организациях образования, организациях образования с особым режимом содержания',
    en: 'minors in special educational organisations or with a special regime',
  },
  {
    code: 'G5',
    verified: false,
    kk: 'туғаннан үш жасқа дейінгі балалардың ерте психофизикалық даму мүмкіндіктерінің шектелуі',
    ru: 'ограничение возможностей раннего психофизического развития детей от рождения до трех лет',
    en: 'limited early psychophysical development, 0–3',
  },
  {
    code: 'G6',
    verified: false,
    kk: 'дене және (немесе) ақыл-ой мүмкіндіктеріне байланысты организм функцияларының тұрақты бұзылуы',
    ru: 'стойкие нарушения функций организма, обусловленные физическими и (или) умственными возможностями',
    en: 'persistent disorders of body functions',
  },
  {
    code: 'G7',
    verified: false,
    kk: 'әлеуметтік мәні бар және айналадағыларға қауіп төндіретін аурулар салдарынан тыныс-тіршіліктің шектелуі',
    ru: 'ограничение жизнедеятельности вследствие социально значимых заболеваний и заболеваний, представляющих опасность для окружающих',
    en: 'limitation of life activity by socially significant or dangerous diseases',
  },
  {
    code: 'G8',
    verified: true,
    kk: 'әлеуметтік дезадаптацияға және әлеуметтік депривацияға әкелген қатыгездік',
    ru: 'жестокое обращение, приведшее к социальной дезадаптации и социальной депривации',
    en: 'ill-treatment leading to social maladaptation and deprivation',
  },
  {
    code: 'G9',
    verified: false,
    kk: 'егде жасқа, ауруға және (немесе) мүгедектікке байланысты өзіне-өзі қызмет көрсете алмау',
    ru: 'неспособность к самообслуживанию в связи с преклонным возрастом, вследствие перенесенной болезни и (или) инвалидности',
    en: 'incapacity for self-care',
  },
  {
    code: 'G10',
    verified: false,
    kk: 'баспанасыздық (белгілі тұрғылықты жері жоқ адамдар)',
    ru: 'бездомность (лица без определенного места жительства)',
    en: 'homelessness',
  },
  { code: 'G11', verified: false, kk: 'бас бостандығынан айыру орындарынан босау', ru: 'освобождение из мест лишения свободы', en: 'release from prison' },
  { code: 'G12', verified: false, kk: 'пробация қызметінің есебінде болу', ru: 'нахождение на учете службы пробации', en: 'being registered with probation' },
  {
    code: 'GX',
    verified: false,
    kk: 'өзге негіз',
    ru: 'иное основание по Социальному кодексу (текст)',
    en: 'other (free text, needs the confirmation of the head)',
  },
];

const CODES = new Set(GROUNDS.map((ground) => ground.code));

export function isGround(code: string): boolean {
  return CODES.has(code);
}
