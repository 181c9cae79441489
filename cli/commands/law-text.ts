/** Versions, previews and adoptions as plain text. */
import { PREVIEW_EFFECTS, type PreviewEffect } from '../../contracts/http/law.js';
import { dayEndingAt } from '../../domain/law/term.js';
import { localTime } from '../../domain/law/written-time.js';
import type { AdoptionView, LawVersionSummary, PreviewView } from './law-client.js';
import { COLUMNS, table, wrap } from './layout.js';

const INDENT = 2;

const EFFECTS: Readonly<Record<PreviewEffect, string>> = {
  moved: 'end another day',
  becomes_overdue: 'become overdue: the new date has passed',
  kept: 'missed before: the date stands, both readings are recorded',
  would_not_be_overdue: 'missed before, and would not be by the new reading',
  term_changed: 'get another term and keep their date',
  ended: 'are no longer owed: the row is switched off',
};

export function versionsText(versions: readonly LawVersionSummary[]): string {
  const rows = versions.map(({ kind, version, state, openCases, adoptedAt, act }) => [
    kind,
    version,
    state.replace('_', ' '),
    String(openCases),
    timeOf(adoptedAt),
    short(act ?? ''),
  ]);
  return table([['kind', 'version', 'state', 'open cases', 'in force since (UTC)', 'act'], ...rows]);
}

export function versionText({ kind, version, state, basedOn, act }: LawVersionSummary): string {
  const base = basedOn === undefined ? '' : `, made on ${basedOn}`;
  const next = state === 'draft' ? `\n${wrap(`"npm run tirek -- law preview ${version}" shows what adopting it would do.`)}` : '';
  return `${kind} ${version}: ${state.replace('_', ' ')}${base}${act === undefined ? '' : `\n${wrap(`act: ${act}`)}`}${next}`;
}

export function previewText(preview: PreviewView): string {
  const { kind, version, previous, recompute, cases, duties, stepsReplanned, owners, items, more, failures, seconds } = preview;
  const totals = PREVIEW_EFFECTS.filter((effect) => duties[effect] > 0).map((effect) => [String(duties[effect]), EFFECTS[effect]]);
  return [
    `${kind} ${version} in place of ${previous}${recompute === 'adopted' ? ', running duties take its numbers and ladders' : ''}: ${cases.affected} of ${cases.open} open cases change (${seconds.toFixed(2)} s).`,
    totals.length === 0 ? '  No obligation changes.' : table(totals, INDENT),
    ...(stepsReplanned === 0 ? [] : [`  Reminders and escalations of ${stepsReplanned} obligations are planned anew.`]),
    ...section(
      'By owner',
      owners.map(({ owner, agency, duties: counts }) => [agency ?? owner, sumText(counts)]),
    ),
    ...section(
      'Obligations',
      items.map(({ caseId, key, owner, agency, effect, from, to }) => [
        caseId,
        key,
        agency ?? owner,
        `${endOf(from)} → ${endOf(to)}`,
        effect.replaceAll('_', ' '),
      ]),
    ),
    ...(more === 0 ? [] : [`  … and ${more} more: raise --limit to see them.`]),
    ...section(
      `${cases.notComputable} cases cannot be computed`,
      failures.map(({ caseId, reason, year }) => [caseId, `${reason}${year === undefined ? '' : ` ${year}`}`]),
    ),
  ].join('\n');
}

export function adoptionText(adoption: AdoptionView): string {
  const { adoptionId, kind, version, previous, act, state, startedAt, endedAt, seconds, told, moved, kept, ended, failures } = adoption;
  const rows = [
    ['adoption', adoptionId],
    ['of', `${kind} ${version} in place of ${previous}`],
    ['act', short(act)],
    ['state', state],
    ['began (UTC)', timeOf(startedAt)],
    ['ended (UTC)', `${timeOf(endedAt)}${seconds === undefined ? '' : `  after ${seconds.toFixed(1)} s`}`],
    ['cases', `${adoption.done} of ${adoption.total} done, ${adoption.left} left, ${adoption.failed} failed at the last attempt`],
    ['ledgers', `${told} cases told, ${moved} dates moved, ${kept} kept with both readings, ${ended} obligations ended`],
  ];
  return [
    table(rows),
    ...section(
      'Failed, tried again',
      failures.map(({ caseId, reason, attempts }) => [caseId, reason, `${attempts} attempts`]),
    ),
  ].join('\n');
}

export function progressLine({ state, done, total, left, failed, moved }: AdoptionView): string {
  return `${state}: ${done} of ${total} cases done, ${left} left, ${failed} failed, ${moved} dates moved`;
}

function section(title: string, rows: readonly string[][]): string[] {
  return rows.length === 0 ? [] : ['', `${title}:`, table(rows, INDENT)];
}

function sumText(counts: PreviewView['duties']): string {
  return PREVIEW_EFFECTS.filter((effect) => counts[effect] > 0)
    .map((effect) => `${counts[effect]} ${effect.replaceAll('_', ' ')}`)
    .join(', ');
}

/** The last day of a term; of one that ends within a day, its minute. */
function endOf(instant: string | undefined): string {
  return instant === undefined ? '—' : (dayEndingAt(Date.parse(instant)) ?? localTime(Date.parse(instant)));
}

function timeOf(instant: string | undefined): string {
  return instant === undefined ? '—' : instant.slice(0, 19).replace('T', ' ');
}

function short(text: string): string {
  const most = COLUMNS / 2;
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
