/** `tirek rules`: the rule table as this code has it. */
import type { Command } from 'commander';
import type { Law } from '../../domain/law/law.js';
import { isSwitchedOn } from '../../domain/law/law.js';
import type { Rule, RuleTerm } from '../../domain/law/rule.js';
import { CURRENT_LAW } from './current-law.js';
import { table, wrap } from './layout.js';
import { outJson, type Terminal } from './terminal.js';

export function addRulesCommand(program: Command, terminal: Terminal): void {
  program
    .command('rules')
    .description('the rule table: source, force, edition, owner, term, and where each row is enforced')
    .option('--json', 'one JSON object')
    .action(({ json }: { json?: true }) => {
      if (json) outJson(terminal, rulesAnswer(CURRENT_LAW));
      else terminal.out(rulesText(CURRENT_LAW));
    });
}

function rulesAnswer(law: Law): object {
  return { version: law.ref.rules, policy: law.ref.policy, rules: law.rules.map((rule) => ruleRow(law, rule)) };
}

function ruleRow(law: Law, rule: Rule): object {
  const { id, source, force, edition, enforced, duty, wording } = rule;
  return {
    id,
    source,
    force,
    edition,
    owner: duty?.owner ?? null,
    term: duty?.term ?? null,
    termForce: duty === undefined ? null : (duty.termForce ?? force),
    termSource: duty?.termSource ?? null,
    ladder: duty?.ladder ?? null,
    enforced,
    switchedOn: isSwitchedOn(law, id),
    wording,
  };
}

function rulesText(law: Law): string {
  const rows = law.rules.map((rule) => [
    rule.id,
    `${rule.source.order} ${rule.source.paragraph}`,
    rule.force,
    `${rule.edition.name} from ${rule.edition.from}`,
    rule.duty?.owner ?? '',
  ]);
  const heads = table([['rule', 'source', 'force', 'edition', 'owed by'], ...rows]).split('\n');
  const details = law.rules.map((rule) => `  ${wrap(detailsOf(law, rule), 4)}`);
  const body = law.rules.flatMap((_, index) => [heads[index + 1] ?? '', details[index] ?? '']);
  return [`Rules ${law.ref.rules}, ${law.ref.policy}: ${law.rules.length} rows`, '', heads[0] ?? '', '', ...body].join('\n');
}

function detailsOf(law: Law, rule: Rule): string {
  const term = rule.duty === undefined ? '' : `term: ${termText(law, rule.duty.term)}${internalMark(rule)}; `;
  const off = isSwitchedOn(law, rule.id) ? '' : ' (switched off)';
  return `${term}${rule.enforced.as}: ${rule.enforced.at}${off}`;
}

function internalMark({ duty }: Rule): string {
  return duty?.termForce === 'internal' ? ` (internal term, ${duty.termSource ?? 'P'})` : '';
}

/** A term as the table writes it, numbers of the policy filled in. */
function termText(law: Law, term: RuleTerm): string {
  const number = (count: number | string): number | string =>
    typeof count === 'number' ? count : (Object.entries(law.policy.serviceLevels).find(([name]) => name === count)?.[1] ?? count);
  switch (term.unit) {
    case 'none':
      return 'none';
    case 'own_date':
      return 'a date of its own';
    case 'hours':
      return `${term.count} h`;
    case 'working_days':
      return counted(number(term.count), 'working day');
    case 'months':
      return typeof term.count === 'object' ? 'the months chosen at the closing' : counted(number(term.count), 'month');
  }
}

function counted(count: number | string, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
