/** The tables of access as Markdown, for the terminal, for docs/rights.md, and for whoever has to judge them. */
import { CASE_KINDS } from '../domain/access/case-kind.js';
import { RIGHTS } from '../domain/access/rights.js';
import { FIELDS, RELATIONS, SIGHT, type Field, type Relation } from '../domain/access/sight.js';
import type { Role } from '../domain/law/rule.js';

const TITLE = '# Who sees what, and who may do what';

const HEAD = `Written by \`npm run -s tirek -- rights\`, and compared with the code by the tests. Every door asks these tables: the API,
the pages, lists, documents, the command line. What a command of a case asks beside them is in [commands.md](commands.md).`;

const SEEING = `Of the relations that somebody has to a case all count together. Where the cell is empty there is no such case for them: they
are answered as by a number that nobody has, and the try is recorded.

- \`assigned\`: on the team of the case, or standing in today for somebody who is. Whoever registered the appeal is on it from
  then on, the case manager from the assignment to the next one; others are taken in and let go.
- \`unit\`: somebody of the own unit is on the team; where the staffing record names no unit the Center is one.
- \`center\`: the case is of the own Center. Of another Center's cases nobody sees anything.
- \`emergency\`: they opened it with a reason, for two hours; the head learns of it at once and judges it within three working
  days (P59). Of lists it makes no difference.

The kinds, the first that holds counts: \`violence\`, signs of domestic violence were recorded (256 п.23, P43); \`threat\`, a threat
waits for its answer (P4); \`minors\`, a child belongs to the household today (256 п.26); else \`ordinary\`.

The fields: \`skeleton\`, that the case is there, where it stands, what is owed until when and by whom, its team; \`plan\`, needs,
grounds, measures, reports; \`identity\`, names, numbers, telephones, births, kinship; \`narrative\`, texts and documents;
\`address\`, where they live.`;

const DOING = `\`own\`: of the own Center; \`all\`: of every Center.`;

export function rightsText(): string {
  return [TITLE, HEAD, '## Who sees what of which case', SEEING, sightTable(), '## Who may do what, beside the commands of a case', DOING, rightsTable()].join(
    '\n\n',
  );
}

function sightTable(): string {
  const rows = (Object.keys(SIGHT) as Role[]).flatMap((role) =>
    RELATIONS.filter((relation) => SIGHT[role]?.[relation] !== undefined).map((relation) => row([role, relation, ...cells(role, relation)])),
  );
  return [row(['role', 'relation', ...CASE_KINDS]), row(['---', '---', ...CASE_KINDS.map(() => '---')]), ...rows].join('\n');
}

function cells(role: Role, relation: Relation): string[] {
  return CASE_KINDS.map((kind) => fieldsText(SIGHT[role]?.[relation]?.[kind] ?? []));
}

function fieldsText(fields: readonly Field[]): string {
  return fields.length === FIELDS.length ? 'all' : fields.join(', ');
}

function rightsTable(): string {
  const rows = Object.entries(RIGHTS).map(([act, right]) => {
    const reached = Object.entries(right).map(([role, reach]) => ({ role, reach: reach === 'all_centers' ? 'all' : 'own' }));
    const of = (wanted: string): string => reached.flatMap(({ role, reach }) => (reach === wanted ? [role] : [])).join(', ');
    return row([`\`${act}\``, of('own'), of('all')]);
  });
  return [row(['act', 'own', 'all']), row(['---', '---', '---']), ...rows].join('\n');
}

function row(columns: readonly string[]): string {
  return `| ${columns.join(' | ')} |`;
}
