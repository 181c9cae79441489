/**
 * What supervisors see of a case, or of a Center, in the Temporal UI: values to find it by, a page to read. Words come before numbers;
 * times are those of Almaty, whatever zone the viewer is in. Ids and codes only, nothing of a person.
 */
import { createHash } from 'node:crypto';
import type { BoardAttributes, ClockBoard, Lane } from '../contracts/case-clock.js';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import { ruleInWords } from '../contracts/messages/wording.js';
import { untoldRule } from '../contracts/told-names.js';
import type { ClockSight, OwedDuty } from '../db/clock-look.js';
import type { Instant } from '../domain/law/calendar.js';
import { dayEndingAt } from '../domain/law/term.js';

const { stages, centerStages, steps, roles, standings } = catalogueOf('en');

const MOST_ROWS = 15;
const ALMATY_OFFSET_MS = 5 * 3_600_000;

const LANES: Readonly<Record<Lane, string>> = { 1: 'threat', 2: 'usual', 3: 'mass' };

/** @param next what the timer waits for, in words; null: nothing */
export function boardOf(sight: ClockSight, next: string | null, now: Instant): ClockBoard {
  const attributes = attributesOf(sight, now);
  const details = detailsOf(sight, next);
  const digest = createHash('sha256')
    .update(JSON.stringify([attributes, details]))
    .digest('hex')
    .slice(0, 16);
  return { digest, details, attributes };
}

/** The next term is the nearest legal end that can still be met: a missed one is counted, and shown in the table. */
function attributesOf({ stage, center, lane, overdue, waitingOn, numbers, duties }: ClockSight, now: Instant): BoardAttributes {
  const [next] = duties.flatMap(({ rule, dueAt }) => (dueAt === null || dueAt <= now ? [] : [{ rule, dueAt }])).toSorted((a, b) => a.dueAt - b.dueAt);
  return {
    number: numbers[0] ?? '',
    stage,
    center,
    lane: LANES[lane],
    nextTerm: next?.dueAt ?? null,
    nextRule: next === undefined ? null : toldRule(next.rule),
    overdue,
    waitingOn,
  };
}

function detailsOf({ kind, center, stage, numbers, waitingOn, duties, effects, isHeld }: ClockSight, next: string | null): string {
  const undelivered = together(
    effects,
    ({ kind, state, retryAt }) => [`${kind} to `, `, ${state}${retryAt === null ? '' : ` until ${momentInWords(retryAt)}`}`],
    ({ agency }) => agency,
  );
  const owed = together(duties, aroundDuty, ({ owner, agency }) => agency ?? inWords(roles, owner));
  const rows = owed.slice(0, MOST_ROWS);
  const more = owed.length - rows.length;
  return [
    kind === 'case' ? `**${inWords(stages, stage)}** · ${numbers.join(', ')}` : `**Center ${center}**, ${inWords(centerStages, stage)}`,
    ...(next === null ? [] : [`Next: ${next}`]),
    ...(waitingOn.length === 0 ? [] : [`Waiting on: ${waitingOn.join(', ')}`]),
    ...(undelivered.length === 0 ? [] : [`To be sent: ${undelivered.join('; ')}`]),
    ...(isHeld ? ['**Nothing is sent to agencies: the ledger was restored, and a person must release it.**'] : []),
    ...(rows.length === 0 ? [] : ['', '| owed | by | until (Asia/Almaty) | standing |', '|---|---|---|---|', ...rows]),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n');
}

/** A row of the table, before and after who owes it. */
function aroundDuty({ rule, force, standing, dueAt }: OwedDuty): [before: string, after: string] {
  const [until, stands] = dueAt === null ? ['no term', 'open'] : [momentInWords(dueAt), inWords(standings, standing)];
  const internal = force === 'internal' ? ', internal term' : '';
  return [`| ${toldInWords(rule)}${internal} | `, ` | ${until} | ${stands} |`];
}

/** What differs in nothing but whom it is about is one line, at the place of its first: twelve agencies are not twelve rows. */
function together<T>(items: readonly T[], around: (item: T) => [before: string, after: string], whom: (item: T) => string): string[] {
  const lines = new Map<string, { before: string; after: string; about: string[] }>();
  for (const item of items) {
    const [before, after] = around(item);
    const line = lines.get(before + after) ?? { before, after, about: [] };
    line.about.push(whom(item));
    lines.set(before + after, line);
  }
  return [...lines.values()].map(({ before, after, about }) => `${before}${about.toSorted().join(', ')}${after}`);
}

/** The id of a row as the engine may be told it. */
export function toldRule(rule: string): string {
  return untoldRule(rule) ?? rule;
}

function toldInWords(rule: string): string {
  return untoldRule(rule) ?? ruleInWords(rule, 'en');
}

/** @param step as `rule step` */
export function stepInWords(step: string): string {
  const [rule = '', name = ''] = step.split(' ');
  return `${toldInWords(rule)}: ${inWords(steps, name)}`;
}

/**
 * 24:00 of the day where it is that instant, as terms in days end; else the minute, as terms in hours do. Written by
 * arithmetic: Kazakhstan has had one offset since 2024, and tables of zones differ between machines.
 */
export function momentInWords(instant: Instant): string {
  const day = dayEndingAt(instant);
  if (day !== undefined) return `${day} 24:00`;
  return new Date(instant + ALMATY_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
}

function inWords(words: Readonly<Record<string, string>>, code: string): string {
  return words[code] ?? code;
}
