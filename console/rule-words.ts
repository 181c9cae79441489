/** Words of the page of rules (T): working translations, to be read by a native speaker before release. */
import type { Language } from '../contracts/messages/language.js';
import type { Enforcement } from '../domain/law/rule.js';
import { ROADS } from '../domain/law/rules/roads.js';

export interface RuleWords {
  title: string;
  /** How many rows, and under which versions: `{rows}`, `{version}`, `{policy}`. */
  versions: string;
  enforced: Readonly<Record<Enforcement['as'], string>>;
  /** Parts of the product that rows wait for. */
  roads: Readonly<Record<keyof typeof ROADS, string>>;
  editions: string;
  ownDate: string;
  chosenMonths: string;
  switchedOff: string;
  /** `{count}` tests. */
  tests: string;
  untested: string;
  noWording: string;
}

export const RULE_WORDS: Readonly<Record<Language, RuleWords>> = {
  kk: {
    title: 'Нормалар',
    versions: 'Нормалар: {rows}; кесте {version}, саясат {policy}.',
    enforced: {
      duty: 'міндет ретінде сақталады',
      validation: 'тексеріледі, әйтпесе қабылданбайды',
      record: 'іс журналына жазылады',
      report: 'есепте көрсетіледі',
      reference: 'анықтамалық деректерде',
      principle: 'қағида ретінде көрсетілген',
      not_built: 'әлі жасалмаған, күтілуде',
    },
    roads: {
      atRisk: 'бағалаудың «тәуекел тобы» нәтижесі',
      domesticViolence: 'тұрмыстық зорлық-зомбылық бағыты',
      familyProfile: 'отбасының цифрлық картасы бар бейін',
      familyView: 'отбасыға арналған көрініс',
      journalOfPlaces: 'уақытша болу орындарының журналы',
      journalPrints: 'электрондық журналдың баспа нысандары',
      measureOrder: 'шаралардың реті және балалардың басымдығы',
      minors: 'кәмелетке толмағандар туралы хабарламалар',
      mobileGroups: 'мобильді топтар',
      organisation: 'Орталықтың ұйымдастырылуы мен штаты',
      otherGrounds: 'өзге негіздер бойынша жабу',
      outreach: 'өтініш тақырыптары, іс-шаралар және Орталықтың серіктестері',
      ownMeasures: 'Орталық өзі орындайтын шаралар',
      prevention: 'құқық бұзушылықтың алдын алу',
      probation: 'пробация тізілімімен алмасу',
      quarter: 'Орталықтың тоқсаны',
      reports: 'органдар мен өңірлер бойынша есептер',
      revision: 'жоспарды қайта қарау',
    },
    editions: 'редакциялар',
    ownDate: 'жоспарда немесе шешімде көрсетілген күн',
    chosenMonths: 'жабу кезінде таңдалған айлар',
    switchedOff: 'саясатпен өшірілген',
    tests: 'сынақтар: {count}',
    untested: 'бұл норманы атайтын сынақ жоқ',
    noWording: 'Дереккөздерде мәтіні жоқ.',
  },
  ru: {
    title: 'Нормы',
    versions: 'Норм: {rows}; таблица {version}, политика {policy}.',
    enforced: {
      duty: 'соблюдается как обязанность',
      validation: 'проверяется, иначе действие не принимается',
      record: 'записывается в журнал дела',
      report: 'показывается в отчёте',
      reference: 'в справочных данных',
      principle: 'показано как принцип',
      not_built: 'ещё не построено, ожидает',
    },
    roads: {
      atRisk: 'результат оценки «группа риска»',
      domesticViolence: 'направление бытового насилия',
      familyProfile: 'профиль семьи с цифровой картой семьи',
      familyView: 'представление для семьи',
      journalOfPlaces: 'журнал мест временного пребывания',
      journalPrints: 'печатные формы электронного журнала',
      measureOrder: 'порядок мер и приоритет детей',
      minors: 'уведомления о несовершеннолетних',
      mobileGroups: 'мобильные группы',
      organisation: 'организация и штат Центра',
      otherGrounds: 'закрытие по иным основаниям',
      outreach: 'темы обращений, мероприятия и партнёры Центра',
      ownMeasures: 'меры, которые Центр исполняет сам',
      prevention: 'профилактика правонарушений',
      probation: 'обмен с реестром пробации',
      quarter: 'квартал Центра',
      reports: 'отчёты по органам и регионам',
      revision: 'пересмотр плана',
    },
    editions: 'редакции',
    ownDate: 'день, названный в плане или решении',
    chosenMonths: 'месяцы, выбранные при закрытии',
    switchedOff: 'выключено политикой',
    tests: 'тестов: {count}',
    untested: 'ни один тест не называет эту норму',
    noWording: 'В источниках нет текста.',
  },
  en: {
    title: 'Rules',
    versions: 'Rules: {rows}; table {version}, policy {policy}.',
    enforced: {
      duty: 'kept as a duty',
      validation: 'checked, or the act is refused',
      record: 'written into the ledger of the case',
      report: 'shown in a report',
      reference: 'in the reference data',
      principle: 'shown as a principle',
      not_built: 'not built yet, waits for',
    },
    roads: ROADS,
    editions: 'editions',
    ownDate: 'the day that the plan or the decision names',
    chosenMonths: 'the months chosen at the closing',
    switchedOff: 'switched off by the policy',
    tests: 'tests: {count}',
    untested: 'no test names this rule',
    noWording: 'The sources have no wording.',
  },
};

/** The road that a row waits for, in words; what is not a road stays as it is written. */
export function roadInWords(place: string, language: Language): string {
  const name = (Object.keys(ROADS) as (keyof typeof ROADS)[]).find((road) => ROADS[road] === place);
  return name === undefined ? place : RULE_WORDS[language].roads[name];
}
