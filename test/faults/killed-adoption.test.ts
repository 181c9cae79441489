/** Adoptions of a calendar over many cases: processes killed in the middle, Temporal away before it has begun, a case that cannot be told. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { amendCalendar } from '../../domain/law/calendar-data.js';
import { addWorkingDays, legalDayOf, type Calendar } from '../../domain/law/calendar.js';
import { isCountedBy } from '../../domain/law/recomputation.js';
import { caseWorkflowId } from '../../contracts/case-clock.js';
import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import { kindByEntry, type AnyEntry, type AnyState } from '../../domain/subject/subjects.js';
import { coreOf } from '../../ledger/version.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { eventually } from '../stack/eventually.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, PATIENCE_MS } from './house.js';
import { NEW_FAMILY } from './http-life.js';
import { sceneForAll } from './scene.js';
import { faultsOf } from './soundness.js';

const scene = sceneForAll();
const CASES = 120;
/** An adoption tells Centers as it tells cases. */
const SUBJECTS = CASES + DEVELOPMENT_CENTERS.length;

let plain: Calendar;

beforeAll(async () => {
  const { desk } = scene;
  plain = PLAIN_LAW.calendar;
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let family = 0; family < CASES / 10; family += 1) await desk.registerAppeal(NEW_FAMILY);
    }),
  );
}, HOUSE_WITHIN_MS);

/** The second working day from today is off: every assessment that runs now ends a day later. */
function dayOff(version: string, base: Calendar, workingDay: number): Calendar {
  const day = addWorkingDays(PLAIN_LAW.calendar, legalDayOf(Date.now()), workingDay);
  return amendCalendar(base, { version, act: 'Order of tests', changes: [{ day, becomes: 'off' }] });
}

async function asAdministrator(method: string, path: string, body?: unknown, token = 'dev-admin'): Promise<Record<string, unknown>> {
  const response = await fetch(`${scene.house.apiUrl}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

async function adopt({ version, act, years }: Calendar): Promise<string> {
  await asAdministrator('PUT', `law/calendars/${version}`, { act, years });
  const { proposalId } = await asAdministrator('POST', `law/calendars/${version}/adoption`, { recompute: 'own' });
  await asAdministrator('PUT', `proposals/${String(proposalId)}/approval`, undefined, 'dev-admin-2');
  // The adoption has the id of its proposal.
  return String(proposalId);
}

/** Cases whose ledger names the adoption, by how often. */
async function toldBy(adoptionId: string): Promise<number[]> {
  const rows = await scene.house.rows<{ times: number }>(
    `select count(*)::int as times from ledger where cause = $1 and type = 'LawAdopted' group by subject_id`,
    [adoptionId],
  );
  return rows.map(({ times }) => times);
}

async function atLeastTold(adoptionId: string, cases: number): Promise<void> {
  await eventually(async () => ((await toldBy(adoptionId)).length >= cases ? true : undefined), `${cases} cases are told`, PATIENCE_MS);
}

async function hasEnded(adoptionId: string): Promise<void> {
  await eventually(
    async () => {
      const [row] = await scene.house.rows<{ state: string }>('select state from law_adoption where id = $1', [adoptionId]);
      return row?.state === 'done' ? true : undefined;
    },
    'the adoption has ended',
    PATIENCE_MS,
  );
}

async function everyDateIsCountedBy(calendar: Calendar): Promise<void> {
  const rows = await scene.house.rows<{ caseId: string; entries: AnyEntry[] }>(
    'select subject_id as "caseId", json_agg(entry order by seq) as entries from ledger group by subject_id',
  );
  const states = rows.flatMap(({ caseId, entries: [first, ...others] }): AnyState[] => {
    if (first === undefined) return [];
    const core = coreOf(kindByEntry(first));
    return [others.reduce((state, entry) => core.evolve(state, entry, caseId), core.evolve(undefined, first, caseId))];
  });
  expect(states.filter(({ law }) => law.calendar !== calendar.version)).toEqual([]);
  const duties = states.flatMap((state) => state.duties);
  expect(duties.length).toBeGreaterThan(CASES);
  expect(duties.filter((duty) => !isCountedBy(calendar, duty, Date.now()))).toEqual([]);
}

/** Cases in the order of the sweep. */
async function caseIds(): Promise<string[]> {
  return (await scene.house.rows<{ subject_id: string }>('select subject_id from case_file order by subject_id')).map((row) => row.subject_id);
}

it(
  'the worker dies twice in the middle, relay and API with it: every case is told once, and every date is right',
  async () => {
    const { house, desk, hand } = scene;
    const calendar = dayOff('first-order', plain, 2);
    // A sweep is over within a second: it is made to wait in its middle.
    await hand.holdCases((await caseIds()).slice(40, 60));
    const adoptionId = await adopt(calendar);
    await atLeastTold(adoptionId, 40);
    await Promise.all([house.kill('worker'), house.kill('relay'), house.kill('api')]);
    const told = (await toldBy(adoptionId)).length;
    expect(told).toBeLessThan(CASES);
    await hand.letGo();

    // Nobody but the engine knows of it now: it goes on by itself.
    await house.start('worker');
    await atLeastTold(adoptionId, told + 1);
    await house.kill('worker');
    await house.start('worker', 'relay', 'api');
    await hasEnded(adoptionId);
    expect(await toldBy(adoptionId)).toEqual(Array.from({ length: SUBJECTS }, () => 1));
    await everyDateIsCountedBy(calendar);
    expect(await faultsOf(house, desk)).toEqual([]);
  },
  FAULT_WITHIN_MS,
);

it(
  'Temporal is away when it is asked for: the relay starts it when it is back',
  async () => {
    const { house, desk } = scene;
    const calendar = dayOff('second-order', dayOff('first-order', plain, 2), 3);
    await house.killServer('temporal');
    const adoptionId = await adopt(calendar);
    expect(await house.rows('select from law_adoption where id = $1 and started_at is null', [adoptionId])).toHaveLength(1);
    await house.restartServer('temporal');
    await hasEnded(adoptionId);
    expect(await toldBy(adoptionId)).toEqual(Array.from({ length: SUBJECTS }, () => 1));
    await everyDateIsCountedBy(calendar);
    expect(await faultsOf(house, desk)).toEqual([]);
  },
  FAULT_WITHIN_MS,
);

/** As a case is that a newer release has written. */
async function setVersion(caseId: string, version: number): Promise<void> {
  await scene.house.rows('update case_file set version = $2 where subject_id = $1', [caseId, version]);
}

it(
  'one case cannot be told: it is set apart with its reason and the adoption ends; a later one goes on, and the case takes up the law when it can',
  async () => {
    const { house, desk } = scene;
    const [newer = '', withoutClock = ''] = await caseIds();
    await setVersion(newer, 99);
    await house.client.workflow.getHandle(caseWorkflowId(withoutClock)).terminate('by hand');
    const second = dayOff('second-order', dayOff('first-order', plain, 2), 3);
    const third = dayOff('third-order', second, 4);
    const adoptionId = await adopt(third);
    await hasEnded(adoptionId);
    expect(await toldBy(adoptionId)).toEqual(Array.from({ length: SUBJECTS - 1 }, () => 1));
    const { failures } = await asAdministrator('GET', `law/adoptions/${adoptionId}`);
    expect(failures).toMatchObject([{ caseId: newer, reason: 'version_unknown', attempts: 3 }]);

    const fourth = dayOff('fourth-order', third, 5);
    const later = await adopt(fourth);
    await atLeastTold(later, CASES - 1);
    await setVersion(newer, 1);
    await hasEnded(later);
    expect(await toldBy(later)).toEqual(Array.from({ length: SUBJECTS }, () => 1));
    await everyDateIsCountedBy(fourth);
    // Its clock was ended by somebody, and armed as it was by the ledger: the reconciler gives it another run.
    await eventually(
      async () => ((await house.client.workflow.getHandle(caseWorkflowId(withoutClock)).describe()).status.name === 'RUNNING' ? true : undefined),
      'it has a clock again',
      PATIENCE_MS,
    );
    expect(await faultsOf(house, desk)).toEqual([]);
  },
  FAULT_WITHIN_MS,
);
