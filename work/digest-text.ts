/** The words of a digest: what a person must learn of, in Kazakh and in Russian. */
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import { endInWords, ruleInWords, ruleTitle } from '../contracts/messages/wording.js';
import type { DigestLine } from '../db/notices.js';
import { RULES } from '../domain/law/rules/table.js';

export interface DigestText {
  /** Number of alerts, what the first is about, the numbers of others: a subject is read on locked screens and in lists of mails. */
  subject: string;
  text: string;
}

const RULES_IN_SUBJECT = 3;

/** The address by which the reader takes an alert without a sign-in; undefined where there is none. */
export type TakingLinkOf = (line: DigestLine) => string | undefined;

export function digestText(lines: readonly DigestLine[], linkOf: TakingLinkOf = () => undefined): DigestText {
  return {
    subject: `Tirek: ${lines.length} · ${rulesInShort(lines)}`,
    text: (['kk', 'ru'] as const).map((language) => sectionOf(lines, language, linkOf)).join('\n\n— — —\n\n'),
  };
}

/** The most pressing by its title, the next ones by their numbers: three titles in two languages would be cut off. */
function rulesInShort(lines: readonly DigestLine[]): string {
  const rules = rulesOf(lines);
  const [first = '', ...others] = rules.slice(0, RULES_IN_SUBJECT);
  const shown = [inBothLanguages(first), ...others].join(', ');
  return rules.length > RULES_IN_SUBJECT ? `${shown}, …` : shown;
}

function inBothLanguages(rule: string): string {
  const titles = new Set([ruleTitle(rule, 'kk'), ruleTitle(rule, 'ru')]);
  return titles.has(rule) ? rule : `${[...titles].join(' / ')} (${rule})`;
}

/** In the order in which they come. */
function rulesOf(lines: readonly DigestLine[]): string[] {
  return [...new Set(lines.map(({ rule }) => rule))];
}

/** What is to be done first, the wording of each rule once after it. */
function sectionOf(lines: readonly DigestLine[], language: Language, linkOf: TakingLinkOf): string {
  const items = lines.map((line, place) => `${place + 1}. ${itemOf(line, language, linkOf(line))}`);
  const wordings = rulesOf(lines).flatMap((rule) => wordingOf(rule, language) ?? []);
  return [...items, ...wordings].join('\n\n');
}

function itemOf({ step, rule, force, dueAt, caseId, center, journalNumber, dutyKey }: DigestLine, language: Language, link: string | undefined): string {
  const { words, steps, forces } = catalogueOf(language);
  return [
    `${ruleTitle(rule, language)}: ${steps[step]}`,
    `${capital(words.rule)}: ${rule} (${forces[force]})`,
    `${capital(words.dueAt)}: ${endInWords(dueAt, language)}`,
    ...(journalNumber === undefined ? [] : [`${capital(words.journalNumber)}: ${journalNumber}`]),
    `${capital(caseId === null ? words.center : words.case)}: ${caseId ?? center}`,
    `/console/${caseId === null ? `centers/${encodeURIComponent(center)}` : `cases/${caseId}`}/duties/${encodeURIComponent(dutyKey)}`,
    ...(link === undefined ? [] : [`${words.takeAlert}: ${link}`]),
  ].join('\n');
}

function wordingOf(rule: string, language: Language): string | undefined {
  const wording = RULES.find((row) => row.id === rule)?.wording[language] ?? undefined;
  return wording === undefined ? undefined : `${ruleInWords(rule, language)}: «${wording}»`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
