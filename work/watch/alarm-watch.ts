/** Looks, every few seconds, for what endangers the terms of many cases, and tells the administrator once. */
import type { Logger } from 'pino';
import type { AlarmCause, AlarmKind } from '../../contracts/alarm.js';
import { busyViewers } from '../../db/access-log.js';
import { COUNTED_SETTING, DEFAULT_BOUNDS, type BoundSettings } from '../../contracts/bounds.js';
import { openAlarms, settleAlarms } from '../../db/alarms.js';
import { boundsReached } from '../../db/bound-counts.js';
import { calendarInForce, yearsOfOpenDuties, type DutyYear } from '../../db/calendar-years.js';
import { readEffectsHold, readEngineSeen, readPostgresClock, unheardWakes } from '../../db/clocks.js';
import { readPastMoments } from '../../db/past-moments.js';
import { unfitGroups } from '../../db/mobile-groups.js';
import type { Pool } from '../../db/pool.js';
import { renewedStays } from '../../db/rooms.js';
import { legalDayOf, type Calendar, type Instant } from '../../domain/law/calendar.js';
import { readDueWork, readGivenUp } from '../due-work.js';
import type { DueWork, ListName } from '../work-list.js';
import { untakenCauses } from './untaken-causes.js';
import { resendCauses } from './restored-ledger.js';

/** Longer than a restart of the worker takes, shorter than anybody's term. */
const MOMENT_PAST_AFTER_MS = 2 * 60_000;
/** More than any network and any pause of a process explain. */
const CLOCKS_DIFFER_MS = 30_000;
/** How long it stays told that another server answered. */
const REBUILT_TOLD_MS = 60 * 60_000;

/** Nothing that is due waits longer for somebody to take it, in milliseconds. */
export const BOUNDS: Readonly<Record<ListName, number>> = {
  wakes: 60_000,
  inbox: 30_000,
  alerts: 60_000,
  digests: 120_000,
  alarms: 60_000,
  resends: 60_000,
  untaken: 60_000,
};

/** What only the watch of the engine knows. */
export interface EngineFindings {
  causes: readonly AlarmCause[];
  /** Kinds that nobody could judge yet. */
  unknown: readonly AlarmKind[];
}

const NOBODY_LOOKED: EngineFindings = { causes: [], unknown: ['engine_away', 'clocks_missing', 'ghosts_many'] };

export interface AlarmWatchOptions {
  findings?: EngineFindings;
  /** What keeps the heads of the ledgers from being anchored. */
  anchors?: readonly AlarmCause[];
  /** Name under which the engine was seen; without it that is not looked at. */
  namespace?: string;
  /** What callers may ask for; default: the defaults of the doors. */
  bounds?: BoundSettings;
  /** The clock of this process, held against that of Postgres. */
  clock?: () => Instant;
}

/** @param now wall time */
export async function watchAlarms(pool: Pool, log: Logger, now: Instant = Date.now(), options: AlarmWatchOptions = {}): Promise<void> {
  const { findings = NOBODY_LOOKED, anchors = [] } = options;
  const judged = await openAlarms(pool, findings.unknown);
  const causes = [
    ...(await findCauses(pool, now)),
    ...(await workCauses(pool, findings)),
    ...(await clockCauses(pool, now, options)),
    ...(await boundCauses(pool, options)),
    ...findings.causes,
    ...anchors,
  ];
  const { raised, cleared } = await settleAlarms(pool, causes, now, judged);
  for (const alarmId of raised) log.error({ alarmId }, 'an alarm was raised');
  for (const alarmId of cleared) log.info({ alarmId }, 'an alarm was cleared');
}

async function findCauses(pool: Pool, now: Instant): Promise<AlarmCause[]> {
  const [calendar, past] = await Promise.all([calendarInForce(pool), readPastMoments(pool, now, MOMENT_PAST_AFTER_MS)]);
  const moments: AlarmCause[] =
    past.oldest === undefined
      ? []
      : [{ key: 'case_moment_in_past', kind: 'case_moment_in_past', params: { cases: past.cases, oldest: new Date(past.oldest).toISOString() } }];
  return [
    ...calendarCauses(calendar, await yearsOfOpenDuties(pool), now),
    ...moments,
    ...(await resendCauses(pool)),
    ...(await lookCauses(pool)),
    ...(await stayCauses(pool)),
    ...(await groupCauses(pool, now)),
    ...(await untakenCauses(pool, now)),
  ];
}

/** Within an hour; of a Center's head, too. More of either is told to the administrator. */
export const UNUSUAL_LOOKS = { families: 30, outside: 5 };

async function lookCauses(pool: Pool): Promise<AlarmCause[]> {
  const viewers = await busyViewers(pool, UNUSUAL_LOOKS);
  return viewers.map(({ person, center, families, outside }) => ({
    key: `looks_unusual:${person}`,
    kind: 'looks_unusual',
    params: { person, center, families, outside },
  }));
}

/** P27: a stay is not prolonged but decided anew; one alarm for each Center, without who it is. */
async function stayCauses(pool: Pool): Promise<AlarmCause[]> {
  const renewed = await renewedStays(pool);
  return renewed.map(({ center, stays }) => ({ key: `stay_decided_anew:${center}`, kind: 'stay_decided_anew', params: { center, stays } }));
}

/** 256-21-1, P36: whoever calls the group must not find out at night that there is none. */
async function groupCauses(pool: Pool, now: Instant): Promise<AlarmCause[]> {
  const groups = await unfitGroups(pool, now);
  return groups.map(({ center, standing, lacks = [], calls }) => ({
    key: `mobile_group_unfit:${center}`,
    kind: 'mobile_group_unfit',
    params: { center, standing, lacks: lacks.join(', ') || '—', calls },
  }));
}

/** Work that nobody takes, list by list; and what was given up. */
async function workCauses(pool: Pool, { causes }: EngineFindings): Promise<AlarmCause[]> {
  const [due, givenUp] = await Promise.all([readDueWork(pool), readGivenUp(pool)]);
  const isAway = causes.some(({ kind }) => kind === 'engine_away');
  return [
    ...stuckCauses(due).filter(({ params }) => !(isAway && params['list'] === 'wakes')),
    ...givenUp
      .filter(({ rows }) => rows > 0)
      .map(({ list, rows }): AlarmCause => ({ key: `work_failed:${list}`, kind: 'work_failed', params: { list, rows } })),
  ];
}

/** One alarm for a list, whatever its lanes. */
export function stuckCauses(due: readonly DueWork[]): AlarmCause[] {
  const oldest = new Map<ListName, number>();
  for (const { list, oldestMs } of due) if (oldestMs > BOUNDS[list]) oldest.set(list, Math.max(oldestMs, oldest.get(list) ?? 0));
  return [...oldest].map(([list, ms]) => stuckCause(list, ms));
}

export function stuckCause(list: ListName, ageMs: number): AlarmCause {
  return { key: `work_stuck:${list}`, kind: 'work_stuck', params: { list, minutes: Math.max(1, Math.round(ageMs / 60_000)) } };
}

/** Who is at the bound of what is counted: one alarm for all of them, without who they are. */
async function boundCauses(pool: Pool, { bounds = DEFAULT_BOUNDS, clock = Date.now }: AlarmWatchOptions): Promise<AlarmCause[]> {
  const [lookups, tries] = [bounds[COUNTED_SETTING.iin_lookup], bounds[COUNTED_SETTING.sign_in]];
  const [persons, addresses] = await Promise.all([boundsReached(pool, 'iin_lookup', lookups, clock()), boundsReached(pool, 'sign_in', tries, clock())]);
  return [
    ...(persons === 0 ? [] : [{ key: 'iin_lookups_many', kind: 'iin_lookups_many', params: { persons, bound: lookups } } as const]),
    ...(addresses === 0 ? [] : [{ key: 'sign_in_tries_many', kind: 'sign_in_tries_many', params: { addresses, bound: tries } } as const]),
  ];
}

async function clockCauses(pool: Pool, now: Instant, { namespace, clock = Date.now }: AlarmWatchOptions): Promise<AlarmCause[]> {
  const [unheard, hold, postgres, seen] = await Promise.all([
    unheardWakes(pool),
    readEffectsHold(pool),
    readPostgresClock(pool),
    namespace === undefined ? undefined : readEngineSeen(pool, namespace),
  ]);
  const apart = Math.abs(postgres - clock());
  const rebuilt = seen?.changedAt !== undefined && now - seen.changedAt < REBUILT_TOLD_MS ? seen.changedAt : undefined;
  return [
    ...(unheard.wakes === 0 ? [] : [{ key: 'wakes_unheard', kind: 'wakes_unheard', params: { wakes: unheard.wakes } } as const]),
    ...(hold === undefined ? [] : [{ key: 'ledger_restored', kind: 'ledger_restored', params: { since: new Date(hold.since).toISOString() } } as const]),
    ...(apart <= CLOCKS_DIFFER_MS ? [] : [{ key: 'clocks_disagree', kind: 'clocks_disagree', params: { seconds: Math.round(apart / 1_000) } } as const]),
    ...(rebuilt === undefined ? [] : [{ key: 'engine_rebuilt', kind: 'engine_rebuilt', params: { since: new Date(rebuilt).toISOString() } } as const]),
  ];
}

/**
 * The years without an official table, and those without any: of the calendar that new cases get this
 * year and the next, into which a plan of one year reaches; of each open case's calendar the years in
 * which something of it ends.
 */
export function calendarCauses(calendar: Calendar | undefined, dutyYears: readonly DutyYear[], now: Instant): AlarmCause[] {
  const thisYear = Number(legalDayOf(now).slice(0, 4));
  const looked = [
    ...[thisYear, thisYear + 1].map((year) => ({ year, duties: 0, version: calendar?.version ?? '—', table: calendar?.years[year] })),
    ...dutyYears.map(({ year, duties, calendar: own }) => ({ year, duties, version: own.version, table: own.years[year] })),
  ];
  const causes = new Map<string, { kind: AlarmKind; year: number; versions: Set<string>; duties: number }>();
  for (const { year, duties, version, table } of looked) {
    if (table?.official === true) continue;
    const kind = table === undefined ? 'calendar_year_missing' : 'calendar_year_not_official';
    const key = `${kind}:${year}`;
    const cause = causes.get(key) ?? { kind, year, versions: new Set<string>(), duties: 0 };
    cause.versions.add(version);
    cause.duties += duties;
    causes.set(key, cause);
  }
  return [...causes].map(([key, { kind, year, versions, duties }]) => ({ key, kind, params: { year, calendar: [...versions].join(', '), duties } }));
}
