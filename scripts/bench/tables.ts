/** The results as plain tables. */
import { COLUMNS, table, wrap } from '../commands/layout.js';
import type { CpuMsEach } from './cpu-time.js';
import type { Environment } from './environment.js';
import { tallyText } from './history-tally.js';
import { PART_TITLES, type Part, type PartName, type PartResults } from './measurement.js';
import { MOST_EVENTS_ALONE, REFERRAL, type ActCosts, type ActRow } from './parts/act-costs.js';
import type { DemoRoad } from './parts/demo-road.js';
import type { LawAdoptionFigures } from './parts/law-adoption.js';
import type { ParallelLives } from './parts/parallel-lives.js';
import { MOST_MS_P99, type WebhookLatency } from './parts/webhook-latency.js';
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
  webhooks: webhooksText,
  lives: livesText,
  adoption: adoptionText,
};

function indented(text: string): string {
  return ' '.repeat(INDENT) + wrap(text, INDENT, COLUMNS);
}

function actsText({ alone, together, leftOut }: ActCosts): string {
  const aim = `aim <= ${MOST_EVENTS_ALONE}`;
  const aloneRows = alone.map((row) => [row.name, counted(row.events), isAimMet(row) ? 'met' : 'missed', counted(row.transitions ?? []), counted(row.actions), tallyText(row.kinds)]);
  const met = alone.filter(isAimMet).length;
  return [
    indented('Alone in its turn:'),
    table([['act', 'events', aim, 'transitions', 'actions', 'events by kind'], ...aloneRows], INDENT),
    indented(`${met} of ${alone.length} kinds of acts meet the aim.`),
    '',
    indented('Several at once:'),
    table([['acts', 'events', 'each', 'transitions', 'each', 'actions', 'each', 'events by kind'], ...together.map((row) => togetherRow(row, alone))], INDENT),
    ...leftOut.map((sentence) => `\n${indented(sentence)}`),
  ].join('\n');
}

function isAimMet({ events }: ActRow): boolean {
  return Math.max(...events) <= MOST_EVENTS_ALONE;
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

function webhooksText(latency: WebhookLatency): string {
  const { senders, cases, p50, p99, slowest, acceptedPerSecond, takenAfterSeconds, reportsPerRun, otherAnswers } = latency;
  const rows = [
    ['p50, ms', timed(p50)],
    [`p99, ms (aim < ${MOST_MS_P99})`, `${timed(p99)}  ${p99 !== undefined && p99.median < MOST_MS_P99 ? 'met' : 'missed'}`],
    ['slowest, ms', timed(slowest)],
    ['accepted per second', timed(acceptedPerSecond, 0)],
    ['all taken by their cases after, s', timed(takenAfterSeconds)],
  ];
  const others = Object.entries(otherAnswers).map(([status, count]) => `${count} times ${status}`);
  return [
    indented(`${senders} senders, each sends its next report when the last is answered; ${cases} open cases; ${counted(reportsPerRun)} reports a run.`),
    table(rows, INDENT),
    ...(others.length === 0 ? [] : [indented(`Answers other than 202: ${others.join(', ')}.`)]),
    ...cpuText('CPU of one report while they are sent, ms', latency.cpuMsPerReport, 2),
  ].join('\n');
}

function cpuText(title: string, cpu: CpuMsEach, digits: number): string[] {
  const rows = Object.entries(cpu).map(([name, spread]) => [name, timed(spread, digits)]);
  return rows.length === 0 ? [] : ['', indented(`${title}:`), table(rows, INDENT)];
}

function livesText(lives: ParallelLives): string {
  const rows = [
    ['lives per second', timed(lives.livesPerSecond, 2)],
    ['wall seconds of a run', timed(lives.wallSeconds)],
    ['a command is answered after, p50 ms', timed(lives.commandP50, 0)],
    ['a command is answered after, p99 ms', timed(lives.commandP99, 0)],
    ['events of a life', String(lives.events)],
    ['state transitions of a life', String(lives.transitions)],
  ];
  const failures = lives.failures.length === 0 ? [] : [indented(`Lives that did not come to their end: ${lives.begun - lives.ended}. ${lives.failures.join('; ')}`)];
  return [
    indented(`${lives.atOnce} lives at once. A life is ${lives.commands} commands, 12 referrals, 12 reports, three months of monitoring, and the reminders on the way, over HTTP.`),
    table(rows, INDENT),
    indented(`Events by kind: ${tallyText(lives.kinds)}.`),
    ...cpuText('CPU of one life, ms', lives.cpuMsPerLife, 0),
    ...failures,
  ].join('\n');
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
