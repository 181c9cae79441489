/** `tirek rules`: the rule table as this code has it. */
import type { Command } from 'commander';
import type { Law } from '../../domain/law/law.js';
import { isSwitchedOn } from '../../domain/law/law.js';
import type { Role, Rule, RuleTerm } from '../../domain/law/rule.js';
import { readingsOf } from '../../domain/law/rules/editions.js';
import { CURRENT_LAW } from './current-law.js';
import { wrap } from './layout.js';
import { outJson, type Terminal } from './terminal.js';

const ID_WIDTH = 13;

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
    readings: readingsOf(rule),
    owner: ownerOf(rule),
    term: duty?.term ?? null,
    termForce: duty === undefined ? null : (duty.termForce ?? force),
    termSource: duty?.termSource ?? null,
    ladder: duty?.ladder ?? null,
    enforced,
    switchedOn: isSwitchedOn(law, id),
    wording,
  };
}

function ownerOf({ duty, owner }: Rule): Role | null {
  return duty?.owner ?? owner ?? null;
}

function rulesText(law: Law): string {
  const rows = law.rules.map((rule) => `${rule.id.padEnd(ID_WIDTH)}${wrap(detailsOf(law, rule), ID_WIDTH)}`);
  return [`Rules ${law.ref.rules}, ${law.ref.policy}: ${law.rules.length} rows`, '', ...rows].join('\n');
}

function detailsOf(law: Law, rule: Rule): string {
  const { source, enforced, duty } = rule;
  const owner = ownerOf(rule);
  return [
    `${source.order} ${source.paragraph}`,
    readingsOf(rule).map(({ force, name, from, to }) => `${force} (${name}, ${from} – ${to ?? '…'})`).join(', '),
    ...(owner === null ? [] : [owner]),
    ...(duty === undefined ? [] : [`term: ${termText(law, duty.term)}${internalMark(rule)}`]),
    `${enforced.as}: ${enforced.at}`,
    ...(isSwitchedOn(law, rule.id) ? [] : ['switched off']),
  ].join(' · ');
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
