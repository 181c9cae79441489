/** The comparison of `tirek what-if` as a page of plain text: today, changed, and the change. */
import { isWorkingDay, type Calendar } from '../../domain/law/calendar.js';
import type { Law } from '../../domain/law/law.js';
import { untakenMinutesOf } from '../../domain/law/policy.js';
import type { Ending, Endings, Load, LoadKind, Outcome } from '../../simulation/tally.js';
import type { Comparison, Run } from '../../simulation/what-if.js';
import { labelled, table, wrap } from './layout.js';

interface Laws {
  today: Law;
  changed: Law;
}

type Sides = Pick<Comparison, 'today' | 'changed'>;
/** A label and a number under each law. */
type Row = readonly [label: string, today: number, changed: number];

const ENDINGS: Readonly<Record<keyof Endings, string>> = {
  opened: 'opened',
  met: 'met in time',
  metLate: 'met late',
  missed: 'missed',
  exceeded: 'exceeded',
  lapsed: 'lapsed',
  owed: 'owed to the end',
};
const ENDING_NAMES = Object.keys(ENDINGS) as (keyof Endings)[];
const LEGAL: readonly (keyof Endings)[] = ['opened', 'met', 'metLate', 'missed', 'lapsed'];
const INTERNAL: readonly (keyof Endings)[] = ['opened', 'met', 'exceeded', 'lapsed'];
const LOADS: readonly LoadKind[] = ['appeals', 'commands', 'reports'];

export function whatIfText(laws: Laws, run: Run, sides: Sides): string {
  const { lives, seed, year } = run;
  return [
    `What if: ${number(lives)} lives whose appeals come in ${year}, seed ${seed}; the same chance under both laws`,
    lawLine('today', laws.today),
    lawLine('changed', laws.changed),
    `  ${labelled('differs', differences(laws).join('; ') || 'in nothing', 9)}`,
    '',
    page(sections(sides)),
    '',
    ...notes(laws, run, sides),
  ].join('\n');
}

function lawLine(name: string, { ref }: Law): string {
  return `  ${name.padEnd(9)}${ref.rules}, calendar ${ref.calendar}, policy ${ref.policy}`;
}

/** What the changed law says otherwise. */
function differences({ today, changed }: Laws): string[] {
  const [before, after] = [today.policy, changed.policy];
  const levels = Object.entries(after.serviceLevels).map(
    ([name, count]): Setting => [name, Object.entries(before.serviceLevels).find(([other]) => other === name)?.[1], count],
  );
  const settings: Setting[] = [
    ...levels,
    ['shortest monitoring', before.monitoringMonths.min, after.monitoringMonths.min],
    ['longest monitoring', before.monitoringMonths.max, after.monitoringMonths.max],
    ['working days counted from', before.countFrom ?? 'next_day', after.countFrom ?? 'next_day'],
    ['hours between the alarms of a threat', before.repeatThreatHours, after.repeatThreatHours],
    ['minutes until the next in line is told', untakenMinutesOf(before), untakenMinutesOf(after)],
    ['switched off', before.disabled.join(' ') || 'nothing', after.disabled.join(' ') || 'nothing'],
  ];
  const changes = settings.filter(([, from, to]) => from !== to).map(([name, from, to]) => `${name} ${from ?? 'none'} → ${to}`);
  return [...changes, ...daysThatDiffer(today.calendar, changed.calendar)];
}

type Setting = readonly [name: string, before: number | string | undefined, after: number | string];

const MOST_DAYS = 6;

/** Days that one calendar counts and the other does not, in the years that both have. */
function daysThatDiffer(today: Calendar, changed: Calendar): string[] {
  const years = Object.keys(today.years).filter((year) => changed.years[year] !== undefined);
  const days = years.flatMap((year) => listedDays(today, changed, year));
  const more = days.length > MOST_DAYS ? [`and ${days.length - MOST_DAYS} more days`] : [];
  return [...days.slice(0, MOST_DAYS), ...more];
}

function listedDays(today: Calendar, changed: Calendar, year: string): string[] {
  const listed = (calendar: Calendar): string[] => [...(calendar.years[year]?.off ?? []), ...(calendar.years[year]?.worked ?? [])];
  const days = [...new Set([...listed(today), ...listed(changed)])].toSorted().map((monthDay) => `${year}-${monthDay}`);
  return days
    .filter((day) => isWorkingDay(today, day) !== isWorkingDay(changed, day))
    .map((day) => `${day} ${isWorkingDay(changed, day) ? 'is worked' : 'is off'}`);
}

interface Section {
  title: string;
  rows: readonly Row[];
}

function sections({ today, changed }: Sides): Section[] {
  const forced = (force: 'legal' | 'internal', names: readonly (keyof Endings)[]): Row[] =>
    endingRows('', today.obligations[force], changed.obligations[force], names);
  return [
    { title: 'Terms of the law and of policy', rows: forced('legal', LEGAL) },
    { title: 'Internal terms: never overdue in law', rows: forced('internal', INTERNAL) },
    { title: 'By rule', rows: byRule(today, changed) },
    { title: 'By owner', rows: byOwner(today, changed) },
    { title: 'Alerts by step', rows: byName(today.alerts, changed.alerts) },
    { title: 'Load per working day', rows: LOADS.flatMap((kind) => loadRows(kind, today.load[kind], changed.load[kind])) },
    { title: 'Lives', rows: [['working days of the year', today.workingDays, changed.workingDays], ...lifeRows(today, changed)] },
  ];
}

/** A row for each of the endings; where none are named, for those that happened under either law. */
function endingRows(label: string, today: Endings, changed: Endings, names?: readonly (keyof Endings)[]): Row[] {
  const shown = names ?? ENDING_NAMES.filter((name) => name !== 'opened' && today[name] + changed[name] > 0);
  return shown.map((name) => [`${label}${ENDINGS[name]}`, today[name], changed[name]]);
}

function byRule(today: Outcome, changed: Outcome): Row[] {
  return namesIn(today.byRule, changed.byRule).flatMap((id) => {
    const [before, after] = [today.byRule[id], changed.byRule[id]];
    return before === undefined || after === undefined ? [] : endingRows(id.padEnd(12), before, after);
  });
}

function byOwner(today: Outcome, changed: Outcome): Row[] {
  const owners = Object.entries({ ...today.byOwner, ...changed.byOwner });
  return owners.flatMap(([owner]) =>
    (['legal', 'internal'] as const).flatMap((force) => {
      const of = ({ byOwner: all }: Outcome): Endings | undefined => Object.entries(all).find(([name]) => name === owner)?.[1][force];
      return endingRows(`${owner.padEnd(14)}${force === 'internal' ? 'internal, ' : ''}`, of(today) ?? NONE, of(changed) ?? NONE);
    }),
  );
}

const NONE: Readonly<Record<'opened' | Ending, number>> = { opened: 0, met: 0, metLate: 0, missed: 0, exceeded: 0, lapsed: 0, owed: 0 };

function loadRows(kind: LoadKind, today: Load, changed: Load): Row[] {
  return [
    [`${kind}, mean`, today.mean, changed.mean],
    [`${kind}, busiest day (${[...new Set([today.peakOn ?? 'none', changed.peakOn ?? 'none'])].join(', ')})`, today.peak, changed.peak],
  ];
}

function lifeRows(today: Outcome, changed: Outcome): Row[] {
  const early = byName(today.lives.cutShort, changed.lives.cutShort).map(([code, ...counts]): Row => [`ended early: ${code}`, ...counts]);
  return [['lived to the end', today.lives.lived, changed.lives.lived], ...early];
}

function byName(today: Readonly<Record<string, number>>, changed: Readonly<Record<string, number>>): Row[] {
  return namesIn(today, changed).map((name) => [name, today[name] ?? 0, changed[name] ?? 0]);
}

function namesIn(today: object, changed: object): string[] {
  return [...new Set([...Object.keys(today), ...Object.keys(changed)])];
}

/** One table for the whole page, so that all numbers stand under each other. */
function page(all: readonly Section[]): string {
  const rows = all.filter((section) => section.rows.length > 0).flatMap(({ title, rows: own }) => [[''], [title], ...own.map(cells)]);
  const head = ['', 'today', 'changed', 'change'];
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)));
  const right = (row: readonly string[]): string[] => row.map((cell, column) => (column === 0 ? cell : cell.padStart(widths[column] ?? 0)));
  return table([right(head), ...rows.map(right)]);
}

function cells([label, today, changed]: Row): string[] {
  const change = changed - today;
  return [`  ${label}`, number(today), number(changed), `${change > 0 ? '+' : ''}${number(change)}`];
}

function number(value: number): string {
  const digits = Number.isInteger(value) ? 0 : 1;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function notes({ today, changed }: Laws, { year }: Run, sides: Sides): string[] {
  const unofficial = [...new Set([today, changed].flatMap(({ calendar }) => Object.entries(calendar.years)))]
    .filter(([of, { official }]) => Number(of) >= year && !official)
    .map(([of]) => of);
  const cut = Object.keys({ ...sides.today.lives.cutShort, ...sides.changed.lives.cutShort });
  return [
    wrap(
      'Missed includes what lapsed after its term; a mean is the work of all lives over the working days of the year. ' +
        'How many appeals come and how they end follows published figures, how quickly people act is assumed: simulation/mix.ts. ' +
        'A consultation that ends the matter is not built as a road: such lives are assessed like the others.',
    ),
    ...(unofficial.length > 0 ? [wrap(`Not official yet: the calendar of ${[...new Set(unofficial)].join(', ')}.`)] : []),
    ...(cut.includes('calendar_year_missing')
      ? [wrap('Lives that reach a year without a calendar table end there: an earlier --year, or a calendar with the year, lets them end.')]
      : []),
  ];
}
