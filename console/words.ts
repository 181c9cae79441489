/** Words of the pages alone (T): working translations, to be read by a native speaker before release. */
import type { Language } from '../contracts/messages/language.js';

export interface PageWords {
  product: string;
  signIn: string;
  signInHint: string;
  accessKey: string;
  accessKeyWrong: string;
  signOut: string;
  allStages: string;
  stillOwed: string;
  /** `{date}` is filled in: the languages place it differently. */
  until: string;
  lastDay: string;
  internalTerm: string;
  notOfficial: string;
  /** The same in one or two words, beside a date in a list. */
  notOfficialMark: string;
  alarmOver: string;
  lawWording: string;
  asRead: string;
  ladder: string;
  reached: string;
  ahead: string;
  recordedAt: string;
  readings: string;
  /** A date under another calendar or policy. */
  moved: string;
  kept: string;
  replanned: string;
  /** Whom an alert was told to, and how. */
  told: string;
  mine: string;
  everybodys: string;
  inList: string;
  byMail: string;
  toBackend: string;
  waiting: string;
  delivered: string;
  failed: string;
  lapsed: string;
  seen: string;
  /** `{person}` is away. */
  insteadOf: string;
  back: string;
  notFound: string;
}

export const PAGE_WORDS: Readonly<Record<Language, PageWords>> = {
  kk: {
    product: 'Тірек',
    signIn: 'Кіру',
    signInHint: 'Қолжетімділік кілтін енгізіңіз. Әзірлеу ортасында: dev-manager немесе dev-head.',
    accessKey: 'Қолжетімділік кілті',
    accessKeyWrong: 'Бұл кілт жарамсыз.',
    signOut: 'Шығу',
    allStages: 'барлық кезең',
    stillOwed: 'орындалуы тиіс',
    until: '{date} дейін',
    lastDay: 'соңғы күн',
    internalTerm: 'ішкі мерзім',
    notOfficial: 'ресми күнтізбе жоқ, күн заңнан есептелген',
    notOfficialMark: 'бейресми',
    alarmOver: 'аяқталды',
    lawWording: 'Норма мәтіні',
    asRead: 'Түсіндірме',
    ladder: 'Ескертулер мен эскалация',
    reached: 'басталды',
    ahead: 'алда',
    recordedAt: 'жазылды',
    readings: 'Күннің өзгерістері',
    moved: '{from} күнінен {to} күніне ауысты',
    kept: '{date} қалды; жаңа есептеу бойынша {otherwise} болар еді',
    replanned: 'ескертулер қайта жоспарланды',
    told: 'кімге айтылды',
    mine: 'маған келгендері',
    everybodys: 'барлығы',
    inList: 'тізімде',
    byMail: 'пошта',
    toBackend: 'Орталық жүйесі',
    waiting: 'күтуде',
    delivered: 'жеткізілді',
    failed: 'жеткізілмеді',
    lapsed: 'керек болмай қалды',
    seen: 'көрді',
    insteadOf: '{person} орнына',
    back: 'артқа',
    notFound: 'Мұндай бет жоқ.',
  },
  ru: {
    product: 'Тірек',
    signIn: 'Войти',
    signInHint: 'Введите ключ доступа. В среде разработки: dev-manager или dev-head.',
    accessKey: 'Ключ доступа',
    accessKeyWrong: 'Этот ключ недействителен.',
    signOut: 'Выйти',
    allStages: 'все этапы',
    stillOwed: 'предстоит исполнить',
    until: 'до {date}',
    lastDay: 'последний день',
    internalTerm: 'внутренний срок',
    notOfficial: 'официального календаря нет, день вычислен по закону',
    notOfficialMark: 'неофициально',
    alarmOver: 'прекратилась',
    lawWording: 'Текст нормы',
    asRead: 'Объяснение',
    ladder: 'Напоминания и эскалация',
    reached: 'наступило',
    ahead: 'впереди',
    recordedAt: 'записано',
    readings: 'Изменения даты',
    moved: 'перенесено с {from} на {to}',
    kept: 'остаётся {date}; по новому расчёту было бы {otherwise}',
    replanned: 'напоминания спланированы заново',
    told: 'кому сообщено',
    mine: 'направленные мне',
    everybodys: 'все',
    inList: 'в списке',
    byMail: 'почта',
    toBackend: 'система Центра',
    waiting: 'ожидает',
    delivered: 'доставлено',
    failed: 'не доставлено',
    lapsed: 'больше не нужно',
    seen: 'просмотрено',
    insteadOf: 'вместо: {person}',
    back: 'назад',
    notFound: 'Такой страницы нет.',
  },
  en: {
    product: 'Tirek',
    signIn: 'Sign in',
    signInHint: 'Enter your access key. In development: dev-manager or dev-head.',
    accessKey: 'Access key',
    accessKeyWrong: 'This key is not valid.',
    signOut: 'Sign out',
    allStages: 'all stages',
    stillOwed: 'still owed',
    until: 'until {date}',
    lastDay: 'last day',
    internalTerm: 'internal term',
    notOfficial: 'no official calendar: the day follows from the law alone',
    notOfficialMark: 'not official',
    alarmOver: 'over',
    lawWording: 'Wording of the rule',
    asRead: 'Explanation',
    ladder: 'Reminders and escalation',
    reached: 'reached',
    ahead: 'ahead',
    recordedAt: 'recorded',
    readings: 'Changes of the date',
    moved: 'moved from {from} to {to}',
    kept: 'stays {date}; counted anew it would be {otherwise}',
    replanned: 'steps planned again',
    told: 'who was told',
    mine: 'told to me',
    everybodys: 'all',
    inList: 'in the list',
    byMail: 'mail',
    toBackend: 'the Center’s system',
    waiting: 'waiting',
    delivered: 'delivered',
    failed: 'not delivered',
    lapsed: 'not needed any more',
    seen: 'seen',
    insteadOf: 'in place of {person}',
    back: 'back',
    notFound: 'There is no such page.',
  },
};
