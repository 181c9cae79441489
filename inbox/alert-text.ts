/** The words of an alert's mail: what, by which rule, until when, in Kazakh and in Russian. */
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import { dayInWords } from '../contracts/messages/wording.js';
import type { AlertToSend } from '../db/alerts.js';
import { CURRENT_RULES, RULE_TABLES } from '../domain/law/rules/tables.js';
import { deadlineDay } from '../domain/law/term.js';

export interface AlertText {
  /** Rule and case only: a subject is read on locked screens and in lists of mails. */
  subject: string;
  text: string;
}

export function alertText(alert: AlertToSend): AlertText {
  return {
    subject: `${alert.rule} · ${alert.step} · ${alert.caseId}`,
    text: (['kk', 'ru'] as const).map((language) => sectionOf(alert, language)).join('\n\n'),
  };
}

function sectionOf(alert: AlertToSend, language: Language): string {
  const { words, steps, forces } = catalogueOf(language);
  const wording = wordingOf(alert.rule, language);
  return [
    capital(steps[alert.step]),
    `${capital(words.rule)}: ${alert.rule} (${forces[alert.force]})`,
    ...(wording === undefined ? [] : [`«${wording}»`]),
    // A day's term ends at 24:00, which is why the day of the deadline is named and not its instant.
    `${capital(words.dueAt)}: ${dayInWords(deadlineDay(alert.dueAt), language)}`,
    `${capital(words.case)}: ${alert.caseId}`,
  ].join('\n');
}

function wordingOf(rule: string, language: Language): string | undefined {
  return RULE_TABLES[CURRENT_RULES].find((row) => row.id === rule)?.wording[language] ?? undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
