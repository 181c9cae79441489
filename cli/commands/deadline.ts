/** `tirek deadline`: why this date, for a term that starts at a given moment. */
import { InvalidArgumentError, type Command } from 'commander';
import { LANGUAGES, type Language } from '../../contracts/messages/language.js';
import { explain, type Explanation } from '../../domain/law/explain.js';
import { recipientsOf } from '../../domain/law/ladder.js';
import type { Law } from '../../domain/law/law.js';
import { readDay, readMoment, type WrittenMoment } from './almaty-time.js';
import { tellCaseDeadline } from './case-deadline.js';
import { CURRENT_LAW } from './current-law.js';
import { deadlineText } from './deadline-text.js';
import { dutyOfRule, type OwnValues, type RuleDuty } from './duty-of-rule.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

export interface ExplainedDeadline extends RuleDuty {
  explanation: Explanation;
  from: WrittenMoment;
}

interface Options {
  rule?: string;
  from?: string;
  case?: string;
  duty?: string;
  token: string;
  measureDate?: string;
  months?: number;
  lang?: Language;
  json?: true;
}

export function addDeadlineCommand(program: Command, terminal: Terminal): void {
  program
    .command('deadline')
    .description('explain a date: each day counted or skipped, and why; of a rule from a moment, or of a duty of a running case')
    .option('--rule <id>', 'id of the rule, for example 256-13-2')
    .option('--from <moment>', 'when its clock starts, for example 2026-12-15T10:00:00+05:00')
    .option('--case <id>', 'instead of a rule: a case of the running stack')
    .option('--duty <key>', 'its duty, for example 256-13-2:case; without it the duties are listed')
    .option('--token <token>', 'token of the person who looks at the case', 'dev-head')
    .option('--measure-date <day>', "the measure's own last day, for a rule that takes it")
    .option('--months <number>', 'the months chosen, for a rule that takes them', readNumber)
    .option('--lang <language>', 'kk, ru or en', readLanguage)
    .option('--json', 'one JSON object')
    .action(async ({ case: caseId, duty, token, ...options }: Options) => {
      const { lang, json } = options;
      if (caseId !== undefined) {
        const asked = {
          case: caseId,
          token,
          ...(duty === undefined ? {} : { duty }),
          ...(lang === undefined ? {} : { lang }),
          ...(json === undefined ? {} : { json }),
        };
        await tellCaseDeadline(terminal, asked);
        return;
      }
      const { rule, from } = options;
      if (rule === undefined || from === undefined) throw new CommandFailure('usage', 'Say of what: --rule with --from, or --case with --duty.');
      const explained = explainDeadline(CURRENT_LAW, { ...options, rule, from });
      if (options.json) outJson(terminal, deadlineAnswer(CURRENT_LAW, explained));
      else terminal.out(deadlineText(CURRENT_LAW, explained, options.lang));
    });
}

/** @throws CommandFailure, CalendarGap: one sentence with the remedy */
export function explainDeadline(law: Law, asked: Pick<Options, 'measureDate' | 'months'> & { rule: string; from: string }): ExplainedDeadline {
  const from = readMoment(asked.from);
  const own: OwnValues = {
    measureDate: asked.measureDate === undefined ? undefined : readDay(asked.measureDate),
    months: asked.months,
  };
  const found = dutyOfRule(law, asked.rule, from.instant, own);
  const { rule, duty } = found;
  const explanation = explain(law.calendar, from.instant, duty.term);
  // Two ways of counting, one by the index and one day by day: a difference would be a defect of the calendar.
  if (explanation.dueAt !== duty.dueAt) throw new Error(`${rule.id}: computed ${duty.dueAt}, explained ${explanation.dueAt}`);
  return { ...found, explanation, from };
}

/** The shape of `--json`. Instants are UTC, days are days of Asia/Almaty. */
export function deadlineAnswer(law: Law, { rule, reading, spec, duty, explanation, from }: ExplainedDeadline): object {
  const { force, ...edition } = reading;
  const steps = duty.steps.map(({ step, at }) => ({ step, at: iso(at), recipients: recipientsOf(duty, step) }));
  return {
    rule: rule.id,
    from: from.iso,
    dueAt: iso(duty.dueAt),
    basis: {
      title: rule.title,
      source: rule.source,
      force,
      termForce: duty.force,
      termSource: spec.termSource ?? null,
      internal: duty.force === 'internal',
      edition,
      owner: duty.owner,
      wording: rule.wording,
      term: duty.term,
      startedAt: iso(explanation.startedAt),
      startDay: explanation.startDay,
      days: explanation.days,
      lastDay: explanation.lastDay,
      timeZone: 'Asia/Almaty',
      rules: law.ref.rules,
      policy: law.ref.policy,
      calendarVersion: explanation.calendarVersion,
      official: explanation.official,
      ladder: duty.ladder,
      reminders: steps.filter(({ step }) => step === 'reminder').map(({ at }) => at),
      steps,
    },
  };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

function readNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('write a whole number.');
  return Number(text);
}

function readLanguage(text: string): Language {
  const language = LANGUAGES.find((one) => one === text);
  if (language === undefined) throw new InvalidArgumentError('write kk, ru or en.');
  return language;
}
