/**
 * The preview over stored cases: both changes of calendar that happened, each effect by its name, and what
 * the core itself makes of the same cases when it is told.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { previewOf } from '../../office/law-preview.js';
import { insertLawDraft, readLawVersion, type StoredLawVersion } from '../../db/law-versions.js';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import { takeTurn } from '../../domain/case/turn.js';
import { amendCalendar, CALENDAR_2026_11_21, CALENDAR_BEFORE_2024_06_07, CALENDAR_BEFORE_2026_03_18 } from '../../domain/law/calendar-data.js';
import type { Calendar, Instant, LegalDay } from '../../domain/law/calendar.js';
import { lawOf, type Law } from '../../domain/law/law.js';
import { DEFAULT_POLICY, type Policy } from '../../domain/law/policy.js';
import { deadlineDay } from '../../domain/law/term.js';
import { shifted } from '../lives/shifted.js';
import { local, REGISTERED_AT, straightRoad } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { RecordedLife } from './recorded-life.js';

type Preview = Awaited<ReturnType<typeof previewOf>>;

let database: TestDatabase;
beforeEach(async () => {
  database = await createDatabase();
});
afterEach(() => database.drop());

/** The law before: stored as in force, the latest last, as an installation of that time had it. */
async function lawOfThatTime(calendar: Calendar, policy: Policy = DEFAULT_POLICY): Promise<Law> {
  const { pool } = database;
  for (const [table, version] of [
    ['calendar_version', calendar],
    ['policy_version', policy],
  ] as const) {
    await pool.query(`insert into ${table} (version, data, adopted_at) values ($1, $2, clock_timestamp()) on conflict do nothing`, [
      version.version,
      JSON.stringify(version),
    ]);
  }
  return lawOf({ calendar, policy });
}

async function drafted(content: { kind: 'calendar'; data: Calendar } | { kind: 'policy'; data: Policy; given: object }): Promise<StoredLawVersion> {
  await insertLawDraft(database.pool, { basedOn: 'before', createdBy: 'admin-1', act: 'Order of tests', content });
  const stored = await readLawVersion(database.pool, content.kind, content.data.version);
  if (stored === undefined) throw new Error('the draft was not written');
  return stored;
}

const corrected = (version: string): Promise<StoredLawVersion> => drafted({ kind: 'calendar', data: { ...CALENDAR_2026_11_21, version } });

const preview = (version: StoredLawVersion, now: Instant, recompute: 'own' | 'adopted' = 'own', limit = 100): Promise<Preview> =>
  previewOf(database.pool, version, { recompute, limit }, now);

/** `key: from → to effect`, in days. */
function lines({ items }: Preview): string[] {
  const day = (instant: string | undefined): LegalDay => (instant === undefined ? 'none' : deadlineDay(Date.parse(instant)));
  return items.map(({ key, from, to, effect }) => `${key}: ${day(from)} → ${day(to)} ${effect}`).toSorted();
}

async function registered(law: Law, at: Instant): Promise<RecordedLife> {
  const life = new RecordedLife(database.pool, randomUUID(), law);
  await life.open(at);
  return life;
}

// The rules are in force from 14 June 2024: no term of theirs ran yet when the day was cancelled ten days ahead.
describe('17 June 2024, off in the calendar and worked in the end', () => {
  it('256-13-2: each effect has its name: moved, overdue by it, missed before, missed no more', async () => {
    const law = await lawOfThatTime(CALENDAR_BEFORE_2024_06_07);
    const running = await registered(law, local('2024-06-14'));
    const assessment = (life: RecordedLife): string => life.caseState.duties.find(({ rule }) => rule === '256-13-2')?.key ?? '';
    // Told on the 14th the running one moves; told in the night after its new last day, it would be overdue by that.
    const correction = await corrected('2024-06-07');
    const early = await preview(correction, local('2024-06-14', 12));
    expect(lines(early)).toContain(`${assessment(running)}: 2024-06-20 → 2024-06-19 moved`);
    const late = await preview(correction, local('2024-06-20', 9));
    expect(lines(late)).toContain(`${assessment(running)}: 2024-06-20 → 2024-06-19 becomes_overdue`);
    const after = await preview(correction, local('2024-06-21', 9));
    expect(lines(after)).toContain(`${assessment(running)}: 2024-06-20 → 2024-06-19 kept`);
    // The other way round: a day that is declared off after a term over it was missed.
    const declared = await drafted({
      kind: 'calendar',
      data: amendCalendar(CALENDAR_BEFORE_2024_06_07, { version: 'declared', act: 'Order of tests', changes: [{ day: '2024-06-20', becomes: 'off' }] }),
    });
    expect(lines(await preview(declared, local('2024-06-21', 9)))).toContain(`${assessment(running)}: 2024-06-20 → 2024-06-21 would_not_be_overdue`);
  });
});

describe('31 August 2026, off in the calendar and cancelled on 18 March', () => {
  it('D-MON: an accompaniment that ends on Sunday 30 August ends a day sooner', async () => {
    const law = await lawOfThatTime(CALENDAR_BEFORE_2026_03_18, { ...DEFAULT_POLICY, version: 'long', monitoringMonths: { min: 3, max: 12 } });
    // The whole road some weeks earlier: closed on Friday 30 January with seven months of monitoring.
    const days = -32;
    const life = await registered(law, REGISTERED_AT + days * 86_400_000);
    const road = shifted(straightRoad(), days / 7).map((doing) =>
      'command' in doing && doing.command.kind === 'closeCase' ? { ...doing, command: { ...doing.command, data: { monitoringMonths: 7 } } } : doing,
    );
    await life.live(road.filter(({ at }) => at <= local('2026-03-18', 12)));
    const seen = await preview(await corrected('2026-03-18'), local('2026-03-18', 12));
    const monitoring = life.caseState.duties.find(({ rule, state }) => rule === 'D-MON' && state === 'open');
    expect(monitoring).toBeDefined();
    expect(lines(seen)).toEqual([`${monitoring?.key}: 2026-09-01 → 2026-08-31 moved`]);
  });
});

describe('a policy', () => {
  it('P9: running terms go on as they are, or take the new numbers when that is asked for', async () => {
    const law = await lawOfThatTime(CALENDAR_2026_11_21);
    const life = await registered(law, REGISTERED_AT);
    await life.live(straightRoad().slice(0, 5));
    const needs = life.caseState.duties.find(({ force, state }) => force === 'internal' && state === 'open')?.key;
    const quick = await drafted({
      kind: 'policy',
      data: { ...DEFAULT_POLICY, version: 'quick', serviceLevels: { ...DEFAULT_POLICY.serviceLevels, needs_determination: 2 } },
      given: {},
    });
    const now = local('2026-01-15', 17);
    expect(await preview(quick, now, 'own')).toMatchObject({ cases: { open: 1, affected: 0 }, items: [], stepsReplanned: 0 });
    const seen = await preview(quick, now, 'adopted');
    expect(lines(seen)).toEqual([`${needs}: 2026-01-22 → 2026-01-19 moved`]);
    expect(seen).toMatchObject({ stepsReplanned: 1, owners: [{ duties: { moved: 1 } }] });
  });

  it('D-MON: a row that is switched off is owed no more, whenever its duty began', async () => {
    const law = await lawOfThatTime(CALENDAR_2026_11_21);
    const life = await registered(law, REGISTERED_AT);
    await life.live(straightRoad().slice(0, 21));
    const off = await drafted({ kind: 'policy', data: { ...DEFAULT_POLICY, version: 'off', disabled: ['D-MON'] }, given: {} });
    const seen = await preview(off, local('2026-03-05'));
    expect(seen.items.map(({ rule, effect }) => `${rule} ${effect}`)).toEqual(expect.arrayContaining(['D-MON ended', 'P24 ended']));
  });
});

describe('what is previewed is what comes', () => {
  it('the core itself, told of the adoption at that moment, records the same dates', async () => {
    const law = await lawOfThatTime(CALENDAR_2026_11_21);
    const lives = await Promise.all(
      [3, 5, 8, 14, 16, 21].map(async (doings) => {
        const life = await registered(law, REGISTERED_AT);
        await life.live(straightRoad().slice(0, doings));
        return life;
      }),
    );
    const now = local('2026-03-05', 12);
    for (const life of lives) await life.sleepUntil(now);
    const days: LegalDay[] = ['2026-01-14', '2026-02-20', '2026-03-06', '2026-04-02', '2026-06-03'];
    const calendar = amendCalendar(CALENDAR_2026_11_21, { version: 'order', act: 'Order of tests', changes: days.map((day) => ({ day, becomes: 'off' })) });
    const seen = await preview(await drafted({ kind: 'calendar', data: calendar }), now);
    const adoption: LawAdoption = { id: randomUUID(), act: 'Order of tests', calendar, recompute: 'own' };
    let replanned = 0;
    const recorded = lives.flatMap((life) => {
      const { entries } = takeTurn(life.caseState, [{ kind: 'adoption', adoption }], { subjectId: life.caseId, law, now, newId: randomUUID });
      return entries.flatMap(({ duties }) =>
        duties.flatMap((change) => {
          if (change.op === 'moved') return [`${life.caseId} ${change.key} ${change.from} ${change.to}`];
          if (change.op === 'replanned') replanned += 1;
          return change.op === 'kept' ? [`${life.caseId} ${change.key} ${change.dueAt} ${change.wouldBe}`] : [];
        }),
      );
    });
    expect(recorded.length).toBeGreaterThan(2);
    expect(seen.stepsReplanned).toBe(replanned);
    expect(seen.items.map(({ caseId, key, from = '', to = '' }) => `${caseId} ${key} ${Date.parse(from)} ${Date.parse(to)}`).toSorted()).toEqual(
      recorded.toSorted(),
    );
  });

  it('a list that is cut short still counts everything, and a case that cannot be computed is named', async () => {
    const law = await lawOfThatTime(CALENDAR_2026_11_21);
    const life = await registered(law, REGISTERED_AT);
    await life.live(straightRoad().slice(0, 2));
    const calendar = amendCalendar(CALENDAR_2026_11_21, { version: 'order', act: 'Order of tests', changes: [{ day: '2026-01-14', becomes: 'off' }] });
    const version = await drafted({ kind: 'calendar', data: calendar });
    const [all, none] = [await preview(version, local('2026-01-12', 12)), await preview(version, local('2026-01-12', 12), 'own', 0)];
    expect(all.items.length).toBeGreaterThan(0);
    expect(none).toMatchObject({ items: [], more: all.items.length, duties: all.duties });
    const { '2026': _gone, ...years } = CALENDAR_2026_11_21.years;
    const gap = await drafted({ kind: 'calendar', data: { version: 'gap', act: 'Order of tests', years } });
    expect(await preview(gap, local('2026-01-12', 12))).toMatchObject({
      cases: { open: 1, affected: 0, notComputable: 1 },
      failures: [{ caseId: life.caseId, reason: 'calendar_year_missing', year: 2026 }],
    });
  });
});
