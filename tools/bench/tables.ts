/** The results as plain tables. */
import { COLUMNS, table, wrap } from '../../cli/commands/layout.js';
import type { CpuMsEach } from './cpu-time.js';
import type { Environment } from './environment.js';
import type { Figure } from './figures/figure.js';
import { tallyText } from './history-tally.js';
import { PART_TITLES, type Part, type PartName, type PartResults } from './measurement.js';
import { REFERRAL, type ActCosts, type ActRow } from './parts/act-costs.js';
import { hasIndex, MOST_MS_P99 as MOST_MS_OF_A_READ, type Crowd, type FullHouse, type TimedRead } from './parts/full-house.js';
import type { DemoRoad } from './parts/demo-road.js';
import type { HerdFigures } from './parts/herd.js';
import type { LawAdoptionFigures } from './parts/law-adoption.js';
import type { PeopleFigures } from './parts/people.js';
import { spreadOf, type Spread } from './statistics.js';

const INDENT = 2;

/** A count that was the same in all runs, or the range that it had. */
export function counted(values: readonly number[]): string {
  const spread = spreadOf(values);
  if (spread === undefined) return '-';
  return spread.min === spread.max ? String(spread.min) : `${spread.min}..${spread.max}`;
}

/** Median and spread of a time or a rate: `12.3 (11.0..15.2)`. */
export function timed(spread: Spread | undefined, digits = 1): string {
  if (spread === undefined) return '-';
  const { median, min, max, of } = spread;
  const shown = median.toFixed(digits);
  return of === 1 ? shown : `${shown} (${min.toFixed(digits)}..${max.toFixed(digits)})`;
}

export function environmentText(env: Environment, temporal: string, postgres: string): string {
  const rows = [
    ['taken', env.takenAt],
    ['machine', `${env.cores} cores (${env.processor}), ${env.memoryGiB} GiB, ${env.freeMemoryGiB} GiB free`],
    ['system', `${env.system}, Node ${env.node}`],
    ['Temporal', temporal],
    ['Postgres', `one of its own, version ${postgres}`],
    ['load average', env.load.join(' ')],
  ];
  const note =
    'Servers, processes and the one who asks all run on this machine. Counts are exact. Times on a machine that is busy with other things say little: look at the load average, which should be near 0 at the start. A time is a median with its smallest and largest value.';
  return `${table(rows, INDENT)}\n\n${indented(note)}`;
}

export function partText<K extends PartName>(name: K, part: Part<PartResults[K]>): string {
  const head = `\n${PART_TITLES[name]}\n${'-'.repeat(PART_TITLES[name].length)}`;
  if (part.leftOut !== undefined) return `${head}\n${indented(part.leftOut)}`;
  if (part.result === undefined) return `${head}\n${indented(`It could not be measured: ${part.failure ?? 'no reason is known'}`)}`;
  const busy = indented(`Load average ${part.loadBefore[0] ?? 0} before, ${part.loadAfter[0] ?? 0} after.`);
  return `${head}\n${TEXTS[name](part.result)}\n\n${busy}`;
}

const TEXTS: { readonly [K in PartName]: (result: PartResults[K]) => string } = {
  acts: actsText,
  demo: demoText,
  lives: figuresText,
  apart: figuresText,
  commands: figuresText,
  reports: figuresText,
  cold: figuresText,
  herd: herdText,
  adoption: adoptionText,
  lists: listsText,
  people: peopleText,
};

function peopleText({ people, tokens, tokensGiB, generatedInSeconds, searches }: PeopleFigures): string {
  const rows = searches.map(({ name, p50, p99, found }) => [name, p50.toFixed(1), p99.toFixed(1), String(found)]);
  return [
    indented(`${people} people with ${tokens} keyed words (${tokensGiB.toFixed(2)} GiB with their indexes), made in ${generatedInSeconds.toFixed(0)} s.`),
    table([['what', 'p50 ms', 'p99 ms', 'found'], ...rows], INDENT),
  ].join('\n');
}

function indented(text: string): string {
  return ' '.repeat(INDENT) + wrap(text, INDENT, COLUMNS);
}

function actsText({ alone, together, leftOut }: ActCosts): string {
  const aloneRows = alone.map((row) => [row.name, counted(row.events), counted(row.transitions ?? []), counted(row.actions), tallyText(row.kinds)]);
  return [
    indented('Alone in its turn:'),
    table([['act', 'events', 'transitions', 'actions', 'events by kind'], ...aloneRows], INDENT),
    '',
    indented('Several at once:'),
    table([['acts', 'events', 'each', 'transitions', 'each', 'actions', 'each', 'events by kind'], ...together.map((row) => togetherRow(row, alone))], INDENT),
    ...leftOut.map((sentence) => `\n${indented(sentence)}`),
  ].join('\n');
}

/** What one of the referrals costs is told without the command that ordered them all. */
function togetherRow(row: ActRow, alone: readonly ActRow[]): string[] {
  const order = row.name.endsWith(`${REFERRAL}s`) ? alone.find(({ name }) => name === 'sendIpr') : undefined;
  const each = (values: readonly number[] | undefined, own: readonly number[] | undefined): string => {
    const spread = spreadOf((values ?? []).map((value) => (value - (own?.[0] ?? 0)) / row.acts));
    return timed(spread);
  };
  return [
    row.name,
    counted(row.events),
    each(row.events, order?.events),
    counted(row.transitions ?? []),
    each(row.transitions, order?.transitions),
    counted(row.actions),
    each(row.actions, order?.actions),
    tallyText(row.kinds),
  ];
}

function demoText(road: DemoRoad): string {
  const skipping = road.kinds['time skipping'] ?? 0;
  const rows = [
    ['history events', counted(road.events)],
    ['state transitions', counted(road.transitions)],
    ['billable actions', counted(road.actions)],
    ['runs (continue-as-new)', counted(road.runs)],
    ['ledger entries', counted(road.ledgerEntries)],
    ['wall seconds', timed(road.wallSeconds)],
  ];
  const failed = road.failedChecks.length === 0 ? [] : [indented(`Checks of the demonstration that failed: ${[...new Set(road.failedChecks)].join('; ')}.`)];
  return [
    table(rows, INDENT),
    indented(`Events by kind: ${tallyText(road.kinds)}. The ${skipping} of the time skipping would not be there in a case that lives in real time.`),
    ...failed,
  ].join('\n');
}

function figuresText(figures: readonly Figure[]): string {
  return table(
    figures.map(({ name, unit, digits, values }) => [name, timed(spreadOf(values), digits), unit]),
    INDENT,
  );
}

function herdText({ cases, threats, threatSeconds, allSeconds, twice, missed }: HerdFigures): string {
  const rows = [
    ['all threats rung after, s (aim <= 2)', timed(threatSeconds)],
    ['all rung after, s (aim <= 15)', timed(allSeconds)],
    ['moments that were rung twice', String(twice)],
    ['moments that were not rung', String(missed)],
  ];
  return [indented(`${cases} clocks ring at one instant, ${threats} of them because of a threat.`), table(rows, INDENT)].join('\n');
}

function cpuText(title: string, cpu: CpuMsEach, digits: number): string[] {
  const rows = Object.entries(cpu).map(([name, spread]) => [name, timed(spread, digits)]);
  return rows.length === 0 ? [] : ['', indented(`${title}:`), table(rows, INDENT)];
}

function adoptionText(figures: LawAdoptionFigures): string {
  const { cases, openDates, wrongDates, disagreements } = figures;
  const rows = [
    ['preview, s', timed(figures.previewSeconds, 2)],
    ['until the last case was told, s', timed(figures.toldSeconds)],
    ['cases told per second', timed(figures.casesPerSecond, 0)],
    ['until the adoption ended, s', timed(figures.endedSeconds)],
    ['dates moved in a run', counted(figures.movedPerRun)],
    ['open dates that differ from a fresh count', `${wrongDates} of ${openDates}`],
  ];
  return [
    indented(`${cases} open cases; each run puts one more day off. At its end an adoption waits 12 s for cases that were just being opened.`),
    table(rows, INDENT),
    ...cpuText('CPU of one case, ms', figures.cpuMsPerCase, 1),
    ...(disagreements.length === 0 ? [] : [indented(`Preview, ledger and a fresh count disagree: ${disagreements.slice(0, 5).join('; ')}.`)]),
  ].join('\n');
}

function listsText({ cases, running, generatedInSeconds, sizeGiB, reads, requests, preview }: FullHouse): string {
  const head = ['', 'p50, ms', `p99, ms (aim <= ${MOST_MS_OF_A_READ})`, '', 'rows touched', 'sorted', 'way'];
  const previewRows = [
    ['', 'late p50, ms', 'late p99, ms', 'latest, ms', 'a list p50, ms', 'a list p99, ms'],
    crowdRow('beside the preview', preview.beside),
    crowdRow('without', preview.without),
  ];
  return [
    indented(
      `${cases} cases, ${running} of them running, in 200 Centers; ${sizeGiB.toFixed(1)} GiB, generated in ${generatedInSeconds.toFixed(0)} s. Read from the largest Center, pages of 50.`,
    ),
    table([head, ...reads.map(readRow)], INDENT),
    '',
    indented('Requests, one after another:'),
    table([head.slice(0, 4), ...requests.map((request) => readRow(request).slice(0, 4))], INDENT),
    '',
    indented(
      `A preview over ${preview.cases} open cases took ${preview.seconds.toFixed(1)} s while lists were asked for. How late the process came to other work:`,
    ),
    table(previewRows, INDENT),
  ].join('\n');
}

function crowdRow(name: string, { loopDelayP50, loopDelayP99, longestLoopDelay, requestP50, requestP99 }: Crowd): string[] {
  return [name, ...[loopDelayP50, loopDelayP99, longestLoopDelay, requestP50, requestP99].map((ms) => ms.toFixed(1))];
}

function readRow({ name, p50, p99, plan }: TimedRead): string[] {
  const way = plan === undefined ? [] : [String(plan.touched), String(plan.sorted), hasIndex(plan) ? 'index' : `scan of ${plan.scanned.join(', ')}`];
  return [name, p50.toFixed(1), p99.toFixed(1), p99 <= MOST_MS_OF_A_READ ? 'met' : 'missed', ...way];
}
