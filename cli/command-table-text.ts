/** The table of commands as Markdown, for the terminal and for docs/commands.md. */
import type { CommandTableRow } from '../domain/case/command-table.js';
import { EVERYBODY_AT_THE_CENTER } from '../domain/case/road.js';
import { STAGES } from '../domain/case/state.js';

const TITLE = '# Who may do what, where';
const HEAD = `Each command, by road, beside the stages of the main road. ✓: it may be given there, and is decided by what it says
and what the case holds. Elsewhere the refusal that it earns: \`stage\` is \`wrong_stage\`, \`over\` is \`case_not_open\`.
A strand runs beside the main road, begins and ends by itself, and may be there more than once: the command names one.
\`everybody\`: all who work with families at the Center, ${EVERYBODY_AT_THE_CENTER.join(', ')}.
Written by \`npm run -s tirek -- commands\`, and compared with the code by the tests.`;

const SHORT: Readonly<Record<string, string>> = { may: '✓', wrong_stage: 'stage', case_not_open: 'over' };

export function commandTableText(rows: readonly CommandTableRow[]): string {
  const columns = ['command', 'road', 'strand', ...STAGES, 'roles'];
  const lines = rows.map(({ command, road, strand = '', cells, roles }) =>
    row([`\`${command}\``, road, strand, ...STAGES.map((stage) => SHORT[cells[stage]] ?? cells[stage]), inShort(roles)]),
  );
  return [TITLE, HEAD, [row(columns), row(columns.map(() => '---')), ...lines].join('\n'), '## Where a reader wonders', surprises(rows)].join('\n\n');
}

/** Who is listed by name in every second row would hide who is not. */
function inShort(roles: CommandTableRow['roles']): string {
  return EVERYBODY_AT_THE_CENTER.every((role) => roles.includes(role)) && roles.length === EVERYBODY_AT_THE_CENTER.length ? 'everybody' : roles.join(', ');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function surprises(rows: readonly CommandTableRow[]): string {
  const wondering = rows.filter(({ surprising }) => surprising.length > 0);
  return wondering.map(({ command, surprising, because }) => `- \`${command}\` in ${surprising.join(', ')}: ${because ?? ''}`).join('\n');
}
