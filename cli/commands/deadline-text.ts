/** The explanation of a date as a page of text in one language; the quoted wording stays in the languages of its source. */
import { catalogueOf, type Catalogue } from '../../contracts/messages/catalogue.js';
import { fill } from '../../contracts/messages/fill.js';
import type { Language } from '../../contracts/messages/language.js';
import { countInWords, dayInWords, sourceInWords } from '../../contracts/messages/wording.js';
import type { ExplainedDay } from '../../domain/law/explain.js';
import { recipientsOf } from '../../domain/law/ladder.js';
import type { Law } from '../../domain/law/law.js';
import type { Term } from '../../domain/law/term.js';
import { localEnd, localTime } from '../../domain/law/written-time.js';
import type { ExplainedDeadline } from './deadline.js';
import { labelled, table, wrap } from './layout.js';

/** Shown in both languages of the state, so that nobody takes a term of the Center for one of the law (P9). */
const INTERNAL_TERM = 'ішкі мерзім / внутренний срок';

/** Said of a published calendar; of another one the catalogue has a sentence (T). */
const OFFICIAL: Readonly<Record<Language, string>> = { kk: 'ресми', ru: 'официальный', en: 'official' };

const WIDTH = 14;

/** Without a language: English, with the wording in every language that has one. */
export function deadlineText(law: Law, explained: ExplainedDeadline, language?: Language): string {
  const words = catalogueOf(language ?? 'en');
  return [
    headOf(words, language ?? 'en', explained),
    ...wordingOf(explained, language),
    '',
    ...startOf(words, language ?? 'en', explained),
    '',
    ...daysOf(words, explained),
    ...endOf(words, language ?? 'en', law, explained),
    ...ladderOf(words, explained),
  ].join('\n');
}

function headOf(words: Catalogue, language: Language, { rule, reading, duty }: ExplainedDeadline): string {
  const internal = duty.force === 'internal' ? [INTERNAL_TERM] : [];
  return wrap([rule.title[language], rule.id, sourceInWords(rule.source, language), words.forces[reading.force], ...internal].join(' · '), 2);
}

function wordingOf({ rule }: ExplainedDeadline, language: Language | undefined): string[] {
  const languages: readonly Language[] = language === undefined ? ['kk', 'ru', 'en'] : [language];
  return languages.flatMap((one) => {
    const text = rule.wording[one];
    return text === null ? [] : [`  ${wrap(`${one}: "${text}"`, 6)}`];
  });
}

function startOf(words: Catalogue, language: Language, { reading, spec, duty, from }: ExplainedDeadline): string[] {
  const { name, from: since, to } = reading;
  const source = spec.termSource === undefined ? '' : ` (${INTERNAL_TERM}, ${spec.termSource})`;
  return [
    labelled(words.words.fact, `${localTime(from.instant)} (Asia/Almaty)`, WIDTH),
    labelled(words.words.term, `${termText(words, language, duty.term)}${source}`, WIDTH),
    labelled(words.words.owner, words.roles[duty.owner], WIDTH),
    labelled(words.words.edition, `${name}, ${since} – ${to ?? '…'}`, WIDTH),
  ];
}

function termText(words: Catalogue, language: Language, term: Term): string {
  if (term.unit === 'until_day') return fill(words.why.termOwnDate, { day: dayInWords(term.day, language) }, language);
  const count = countInWords(term.count, term.unit, language);
  const sentences = { working_days: words.why.termWorkingDays, hours: words.why.termHours, months: words.why.termMonths, years: words.why.termMonths };
  return fill(sentences[term.unit], { count }, language);
}

/** None for a term in hours. */
function daysOf(words: Catalogue, { explanation }: ExplainedDeadline): string[] {
  const rows = explanation.days.map((day) => [day.day, words.weekdays[day.weekday - 1] ?? '', markOf(day), words.dayReasons[day.reason]]);
  return rows.length === 0 ? [] : [table(rows, 2), ''];
}

/** The number of a counted day, a dash for a day that is not counted. */
function markOf({ counted, ordinal }: ExplainedDay): string {
  if (!counted) return '-';
  return ordinal === undefined ? '+' : String(ordinal);
}

function endOf(words: Catalogue, language: Language, law: Law, { duty, explanation }: ExplainedDeadline): string[] {
  const { act } = law.calendar;
  const { calendarVersion: version, official } = explanation;
  const ends = labelled(words.words.dueAt, `${localEnd(duty.dueAt)} (Asia/Almaty) = ${new Date(duty.dueAt).toISOString()}`, WIDTH);
  // A term in hours asks no calendar.
  if (duty.term.unit === 'hours') return [ends];
  const calendar = official
    ? `${fill(words.why.calendar, { version }, language).replace(/\.$/, '')} (${OFFICIAL[language]}).`
    : fill(words.why.calendarNotOfficial, { version }, language);
  return [ends, labelled('', calendar, WIDTH), ...(act === undefined ? [] : [labelled('', act, WIDTH)])];
}

function ladderOf(words: Catalogue, { duty }: ExplainedDeadline): string[] {
  if (duty.steps.length === 0) return [];
  const rows = duty.steps.map(({ step, at }) => {
    const recipients = recipientsOf(duty, step).map((role) => words.roles[role]);
    return [localEnd(at), words.steps[step], recipients.join(', ')];
  });
  return ['', `${words.words.step} / ${words.words.recipients}`, table(rows, 2)];
}
