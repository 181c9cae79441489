/**
 * Every list and count that people, agencies and patrols read while the house is full, one row each: the measurement
 * times them, and a test holds each of them to its index. A new read gets a row here.
 */
import { encodeCursor } from '../../db/keyset.js';
import { listAlarms } from '../../db/alarms.js';
import { readHouseCounts } from '../../db/house-counts.js';
import { readPastMoments } from '../../db/past-moments.js';
import { yearsOfOpenDuties } from '../../db/calendar-years.js';
import { readClockSight } from '../../db/clock-look.js';
import { areMoreDueThan, countClocksExpected, dueMoments, missingClocks, unheardWakes } from '../../db/clocks.js';
import { adoptionFigures, casesBehind, endAdoption, listAdoptions, type StoredAdoption } from '../../db/law-adoptions.js';
import { listDocuments } from '../../db/documents.js';
import { listLawVersions } from '../../db/law-versions.js';
import { listAlerts, listCases, listDuties } from '../../db/lists.js';
import type { Pool } from '../../db/pool.js';
import { inboxOfCase, readNarratives, readPersons, readTimeline } from '../../db/reads.js';
import type { Instant } from '../../domain/law/calendar.js';
import { readCasesBehind, readLedgerCase } from '../../ledger/read-cases.js';
import { readDueWork, readGivenUp } from '../../work/due-work.js';

/** Places in a generated house from which it is read: its largest Center, half-way through its lists, its biggest case. */
export interface Viewpoint {
  center: string;
  manager: string;
  /** An agency that has ended duties in the Center, but few. */
  rareAgency: string;
  caseId: string;
  householdId: string;
  deep: { cases: string; owed: string; met: string; alerts: string; told: string };
  /** An adoption that every open case has yet to take up, and one that cases have taken up. */
  ahead: StoredAdoption;
  told: StoredAdoption;
  now: Instant;
  limit: number;
}

/** How far a read may reach: what it shows and a little more, or one whole group of rows, which the house does not enlarge. */
export type Reach = 'page' | 'case' | 'states' | 'manager' | 'owed_in_center' | 'ended_in_center' | 'running' | 'owed' | 'told' | 'waiting';

export interface HouseRead {
  name: string;
  reach: Reach;
  read: (pool: Pool, from: Viewpoint) => Promise<unknown>;
}

const read = (name: string, reach: Reach, run: HouseRead['read']): HouseRead => ({ name, reach, read: run });

export const HOUSE_READS: readonly HouseRead[] = [
  read('cases of a Center', 'page', (pool, { center, limit }) => listCases(pool, { center, limit })),
  read('cases, half-way through', 'page', (pool, { center, limit, deep }) => listCases(pool, { center, limit, after: deep.cases })),
  read('cases of a manager', 'page', (pool, { center, limit, manager }) => listCases(pool, { center, limit, caseManager: manager })),
  read('cases at a stage', 'page', (pool, { center, limit }) => listCases(pool, { center, limit, stage: 'execution' })),
  read('cases of a manager at a stage', 'manager', (pool, { center, limit, manager }) =>
    listCases(pool, { center, limit, caseManager: manager, stage: 'planning' }),
  ),
  read('what is owed', 'page', (pool, { center, limit }) => listDuties(pool, { center, limit })),
  read('what is owed, half-way through', 'page', (pool, { center, limit, deep }) => listDuties(pool, { center, limit, after: deep.owed })),
  read('what is overdue', 'owed_in_center', (pool, { center, limit }) => listDuties(pool, { center, limit, standing: 'overdue' })),
  read('what an owner owes', 'owed_in_center', (pool, { center, limit }) => listDuties(pool, { center, limit, owner: 'center_head' })),
  read('what an agency owes', 'owed_in_center', (pool, { center, limit, rareAgency }) => listDuties(pool, { center, limit, agency: rareAgency })),
  read('what a manager owes', 'owed_in_center', (pool, { center, limit, manager }) => listDuties(pool, { center, limit, caseManager: manager })),
  read('what is due within a week', 'owed_in_center', (pool, { center, limit, now }) => listDuties(pool, { center, limit, dueBefore: now + 7 * 86_400_000 })),
  read('duties that were met', 'page', (pool, { center, limit }) => listDuties(pool, { center, limit, standing: 'met' })),
  read('duties that were met, half-way through', 'page', (pool, { center, limit, deep }) =>
    listDuties(pool, { center, limit, standing: 'met', after: deep.met }),
  ),
  read('duties that a manager met', 'ended_in_center', (pool, { center, limit, manager }) =>
    listDuties(pool, { center, limit, standing: 'met', caseManager: manager }),
  ),
  read('duties that an owner met', 'ended_in_center', (pool, { center, limit }) => listDuties(pool, { center, limit, standing: 'met', owner: 'unit_head' })),
  read('duties that an agency met', 'page', (pool, { center, limit, rareAgency }) => listDuties(pool, { center, limit, standing: 'met', agency: rareAgency })),
  read('alerts of a Center', 'page', (pool, { center, limit }) => listAlerts(pool, { center, limit })),
  read('alerts, half-way through', 'page', (pool, { center, limit, deep }) => listAlerts(pool, { center, limit, after: deep.alerts })),
  read('alerts told to a person', 'page', (pool, { center, limit, manager }) => listAlerts(pool, { center, limit, toldTo: manager })),
  read('alerts told to a person, half-way through', 'page', (pool, { center, limit, manager, deep }) =>
    listAlerts(pool, { center, limit, toldTo: manager, after: deep.told }),
  ),
  read('alerts of a case', 'case', (pool, { center, caseId, limit }) => listAlerts(pool, { center, caseId, limit })),
  read('alarms', 'page', (pool, { limit }) => listAlarms(pool, { limit })),
  read('alarms that are raised', 'page', (pool, { limit }) => listAlarms(pool, { limit, state: 'raised' })),
  read('a case with people and texts', 'case', (pool, { caseId, householdId }) =>
    Promise.all([readLedgerCase(pool, caseId), readPersons(pool, householdId), readNarratives(pool, caseId), inboxOfCase(pool, caseId)]),
  ),
  read('documents of a case', 'case', (pool, { caseId, limit }) => listDocuments(pool, { caseId, limit })),
  read('the timeline of a case', 'case', (pool, { caseId, limit }) => readTimeline(pool, caseId, { limit })),
  read('versions of the calendar', 'running', (pool) => listLawVersions(pool, 'calendar')),
  read('versions of the policy', 'running', (pool) => listLawVersions(pool, 'policy')),
  read('cases behind an adoption', 'page', (pool, { ahead, limit }) => casesBehind(pool, ahead, undefined, limit)),
  read('states behind an adoption', 'states', (pool, { ahead }) => readCasesBehind(pool, ahead.kind, ahead.version).next()),
  // It may not end yet: then it only counts.
  read('what is left of an adoption', 'running', (pool, { ahead }) => endAdoption(pool, ahead, false)),
  read('progress of an adoption that begins', 'running', (pool, { ahead }) => adoptionFigures(pool, ahead)),
  read('progress of an adoption that was told', 'told', (pool, { told }) => adoptionFigures(pool, told)),
  read('adoptions', 'page', (pool) => listAdoptions(pool, 20)),
];

/** What processes look at by themselves, every few seconds or every minute. */
export const HOUSE_PATROLS: readonly HouseRead[] = [
  read('gauges of the house', 'waiting', (pool, { now }) => readHouseCounts(pool, now)),
  read('work that is due', 'waiting', (pool) => readDueWork(pool)),
  read('work that was given up', 'waiting', (pool) => readGivenUp(pool)),
  read('moments that passed unrung', 'waiting', (pool, { now }) => readPastMoments(pool, now, 120_000)),
  read('moments that are due', 'waiting', (pool) => dueMoments(pool, 60_000, 100, [])),
  read('whether many moments are due', 'waiting', (pool) => areMoreDueThan(pool, 100)),
  read('missing clocks', 'waiting', (pool) => missingClocks(pool, 60_000, 1_000)),
  read('wakes that nobody heard', 'waiting', (pool) => unheardWakes(pool)),
  read('clocks expected', 'running', (pool) => countClocksExpected(pool)),
  read('what a clock sees', 'case', (pool, { caseId }) => readClockSight(pool, caseId, 1)),
  read('years into which terms reach', 'owed', (pool) => yearsOfOpenDuties(pool)),
];

/** @returns where to stand in a house that was generated and adopted */
export async function viewpointOf(
  pool: Pool,
  adoptions: Pick<Viewpoint, 'ahead' | 'told'>,
  { now, limit }: Pick<Viewpoint, 'now' | 'limit'>,
): Promise<Viewpoint> {
  const one = async (sql: string, ...values: unknown[]): Promise<string[]> => {
    const { rows } = await pool.query({ text: sql, values, rowMode: 'array' });
    const row = rows[0] as unknown[] | undefined;
    if (row === undefined) throw new Error(`the house has nothing to stand on: ${sql}`);
    return row.map(String);
  };
  const [center = ''] = await one('select center from case_file group by center order by count(*) desc limit 1');
  const [manager = ''] = await one(
    'select case_manager from case_file where center = $1 and case_manager is not null group by 1 order by count(*) desc limit 1',
    center,
  );
  const [rareAgency = ''] = await one(`select agency from duty where center = $1 and agency is not null group by 1 order by count(*) limit 1`, center);
  const [caseId = '', householdId = ''] = await one(
    'select subject_id, household_id from case_file where center = $1 order by running desc, seq desc, subject_id limit 1',
    center,
  );
  const deep = {
    cases: await one(`select opened_at::text, subject_id ${half('case_file', 'center = $1', 'opened_at desc, subject_id desc')}`, center),
    owed: await one(
      `select urgent, coalesce(due_at, 'infinity')::text, subject_id, key ${half('duty', `center = $1 and standing in ('open', 'overdue', 'exceeded')`, DUTY_ORDER)}`,
      center,
    ),
    met: await one(
      `select urgent, coalesce(due_at, 'infinity')::text, subject_id, key ${half('duty', `center = $1 and standing = 'met'`, DUTY_ORDER)}`,
      center,
    ),
    alerts: await one(`select recorded_at::text, id ${half('alert', 'center = $1', 'recorded_at desc, id desc')}`, center),
    told: await one(`select recorded_at::text, alert_id ${half('notice', `person = $1 and channel = 'in_app'`, 'recorded_at desc, alert_id desc')}`, manager),
  };
  const cursors = Object.fromEntries(Object.entries(deep).map(([list, place]) => [list, encodeCursor(place)])) as Viewpoint['deep'];
  return { center, manager, rareAgency, caseId, householdId, deep: cursors, ...adoptions, now, limit };
}

const DUTY_ORDER = `(not urgent), coalesce(due_at, 'infinity'), subject_id, key`;

/** The row in the middle of a list. */
function half(table: string, where: string, order: string): string {
  return `from ${table} where ${where} order by ${order} limit 1 offset (select count(*) / 2 from ${table} where ${where})`;
}
