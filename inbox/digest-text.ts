/** The words of a digest: what a person must learn of, in Kazakh and in Russian. */
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import { dayInWords, instantInWords } from '../contracts/messages/wording.js';
import type { DigestLine } from '../db/notices.js';
import { endOfDay, type Instant } from '../domain/law/calendar.js';
import { CURRENT_RULES, RULE_TABLES } from '../domain/law/rules/tables.js';
import { deadlineDay } from '../domain/law/term.js';

export interface DigestText {
  /** Number of alerts and their rules: a subject is read on locked screens and in lists of mails. */
  subject: string;
  text: string;
}

const RULES_IN_SUBJECT = 3;

export function digestText(lines: readonly DigestLine[]): DigestText {
  return {
    subject: `Tirek: ${lines.length} · ${rulesInShort(lines)}`,
    text: (['kk', 'ru'] as const).map((language) => sectionOf(lines, language)).join('\n\n— — —\n\n'),
  };
}

function rulesInShort(lines: readonly DigestLine[]): string {
  const rules = rulesOf(lines);
  const shown = rules.slice(0, RULES_IN_SUBJECT).join(', ');
  return rules.length > RULES_IN_SUBJECT ? `${shown}, …` : shown;
}

/** In the order in which they come. */
function rulesOf(lines: readonly DigestLine[]): string[] {
  return [...new Set(lines.map(({ rule }) => rule))];
}

/** What is to be done first, the wording of each rule once after it. */
function sectionOf(lines: readonly DigestLine[], language: Language): string {
  const items = lines.map((line, place) => `${place + 1}. ${itemOf(line, language)}`);
  const wordings = rulesOf(lines).flatMap((rule) => wordingOf(rule, language) ?? []);
  return [...items, ...wordings].join('\n\n');
}

function itemOf({ step, rule, force, dueAt, caseId, journalNumber, dutyKey }: DigestLine, language: Language): string {
  const { words, steps, forces } = catalogueOf(language);
  return [
    capital(steps[step]),
    `${capital(words.rule)}: ${rule} (${forces[force]})`,
    `${capital(words.dueAt)}: ${endInWords(dueAt, language)}`,
    ...(journalNumber === undefined ? [] : [`${capital(words.journalNumber)}: ${journalNumber}`]),
    `${capital(words.case)}: ${caseId}`,
    `/console/cases/${caseId}/duties/${encodeURIComponent(dutyKey)}`,
  ].join('\n');
}

/** A day's term ends at 24:00 of its last day; a term in hours has its own minute. */
function endInWords(dueAt: Instant, language: Language): string {
  const day = deadlineDay(dueAt);
  return endOfDay(day) === dueAt ? `${dayInWords(day, language)}, 24:00` : instantInWords(dueAt, language);
}

function wordingOf(rule: string, language: Language): string | undefined {
  const wording = RULE_TABLES[CURRENT_RULES].find((row) => row.id === rule)?.wording[language] ?? undefined;
  return wording === undefined ? undefined : `${rule}: «${wording}»`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
