/** `tirek rules`: the rule table as this code has it, with the tests that exercise each row. */
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { ruleRow, type NamedTest, type RowTerm, type RuleRow, type RuleTests, type ShownReading } from '../../contracts/rule-row.js';
import { legalDayOf } from '../../domain/law/calendar.js';
import { findRule, type Law } from '../../domain/law/law.js';
import { testsAtHand, uncovered } from '../../process/rule-coverage.js';
import { CURRENT_LAW } from './current-law.js';
import { labelled, wrap } from './layout.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ID_WIDTH = 13;
const LABEL_WIDTH = 12;

interface Options {
  json?: true;
  id?: string;
}

export function addRulesCommand(program: Command, terminal: Terminal): void {
  program
    .command('rules')
    .description('the rule table: title, source, force by edition, owner, term, where each row is enforced and which tests exercise it')
    .option('--id <rule>', 'one row in full, for example 256-13-2')
    .option('--json', 'one JSON object')
    .action(async ({ json, id }: Options) => {
      const tests = await testsAtHand(ROOT);
      const rows = rowsOf(CURRENT_LAW, id, tests);
      if (json) outJson(terminal, { version: CURRENT_LAW.ref.rules, policy: CURRENT_LAW.ref.policy, rules: rows });
      else terminal.out(id === undefined ? tableText(CURRENT_LAW, rows, tests) : rows.map(rowText).join('\n'));
    });
}

function rowsOf(law: Law, id: string | undefined, tests: RuleTests | undefined): RuleRow[] {
  const today = legalDayOf(Date.now());
  if (id === undefined) return law.rules.map((rule) => ruleRow(law, rule, today, tests));
  const rule = findRule(law, id);
  if (rule === undefined) {
    throw new CommandFailure('rule_unknown', `There is no rule "${id}": "npm run tirek -- rules" lists all of them.`);
  }
  return [ruleRow(law, rule, today, tests)];
}

function tableText(law: Law, rows: readonly RuleRow[], tests: RuleTests | undefined): string {
  const lines = rows.map((row) => `${row.id.padEnd(ID_WIDTH)}${wrap(detailsOf(row), ID_WIDTH)}`);
  const head = `Rules ${law.ref.rules}, ${law.ref.policy}: ${rows.length} rows${tests === undefined ? '' : `, ${coverageText(rows, tests)}`}`;
  return [head, '', ...lines].join('\n');
}

function coverageText(rows: readonly RuleRow[], tests: RuleTests): string {
  const tested = rows.filter((row) => (row.tests ?? []).length > 0).length;
  const missing = uncovered(rows, tests);
  return `${tested} named by tests, ${missing.length} held by nothing${missing.length === 0 ? '' : `: ${missing.join(', ')}`}`;
}

function detailsOf(row: RuleRow): string {
  const { title, source, readings, owner, term, enforced, tests, switchedOn } = row;
  return [
    title.en,
    `${source.order} ${source.paragraph}`,
    readings.map(readingText).join(', '),
    ...(owner === null ? [] : [owner]),
    ...(term === null ? [] : [`term: ${termText(term)}${weakerMark(row)}`]),
    `${enforced.as}: ${enforced.at}`,
    ...(tests === undefined ? [] : [testsText(tests)]),
    ...(switchedOn ? [] : ['switched off']),
  ].join(' · ');
}

function line(label: string, text: string | null): string[] {
  return text === null ? [] : [labelled(label, text, LABEL_WIDTH)];
}

/** One row in full, with its wording as quoted. */
function rowText(row: RuleRow): string {
  const { id, title, source, readings, owner, term, ladder, partOf, enforced, switchedOn, wording, tests } = row;
  return [
    ...line('title', `${title.kk} / ${title.ru} / ${title.en}`),
    ...line('rule', id),
    ...line('source', `${source.order} ${source.paragraph}`),
    ...readings.flatMap((reading) => line('reading', readingText(reading))),
    ...line('owner', owner),
    ...line('term', term === null ? null : `${termText(term)}${weakerMark(row)}`),
    ...line('ladder', ladder),
    ...line('enforced', `${enforced.as}: ${enforced.at}`),
    ...line('part of', partOf),
    ...line('switched', switchedOn ? null : 'off'),
    ...line('kk', wording.kk),
    ...line('ru', wording.ru),
    ...line('en', wording.en),
    ...line('tests', tests === undefined ? null : String(tests.length)),
    ...(tests ?? []).flatMap(({ file, title }) => line('', `${file}: ${title}`)),
  ].join('\n');
}

function readingText({ force, name, from, to }: ShownReading): string {
  return `${force} (${name}, ${from} – ${to ?? '…'})`;
}

function testsText(tests: readonly NamedTest[]): string {
  if (tests.length === 0) return 'no test names it';
  const files = [...new Set(tests.map(({ file }) => file.replace(/^test\//, '')))];
  return `${counted(tests.length, 'test')}: ${files.join(', ')}`;
}

function weakerMark({ force, termForce, termForceByField: byField, termSource }: RuleRow): string {
  if (byField !== undefined) return ` (${byField.present} with ${byField.field}, ${byField.absent} without${termSource === null ? '' : `, ${termSource}`})`;
  if (termForce === null || termForce === force) return '';
  return ` (${termForce === 'internal' ? 'internal term' : termForce}${termSource === null ? '' : `, ${termSource}`})`;
}

function termText({ unit, count, field }: RowTerm): string {
  switch (unit) {
    case 'none':
      return 'none';
    case 'own_date':
      return `a date of its own${field === undefined ? '' : ` (${field})`}`;
    case 'hours':
      return `${count} h`;
    case 'working_days':
      return counted(count ?? 0, 'working day');
    case 'months':
      return count === undefined ? `the months chosen (${field ?? ''})` : counted(count, 'month');
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
