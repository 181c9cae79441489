/** kill -9 while a calendar is adopted over many cases: the worker in the middle, the others with it, and Temporal before it has begun. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { amendCalendar } from '../../domain/law/calendar-data.js';
import { addWorkingDays, legalDayOf, type Calendar } from '../../domain/law/calendar.js';
import { isCountedBy } from '../../domain/law/recomputation.js';
import type { CaseState } from '../../domain/case/state.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { eventually } from '../stack/eventually.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, PATIENCE_MS } from './house.js';
import { sceneForAll } from './scene.js';
import { faultsOf } from './soundness.js';

const scene = sceneForAll();
/** So many that a sweep takes some seconds, and a kill meets it in the middle. */
const CASES = 150;

let plain: Calendar;

beforeAll(async () => {
  const { house, desk } = scene;
  plain = PLAIN_LAW.calendar;
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let family = 0; family < CASES / 10; family += 1) await desk.registerAppeal({ channel: 1, threat: false, applicant: { fullName: 'Synthetic Person' } });
    }),
  );
  await eventually(async () => ((await house.rows('select from case_file')).length === CASES ? true : undefined), 'every case is opened', PATIENCE_MS);
}, HOUSE_WITHIN_MS);

/** The second working day from today is off: every assessment that runs now ends a day later. */
function dayOff(version: string, base: Calendar, workingDay: number): Calendar {
  const day = addWorkingDays(PLAIN_LAW.calendar, legalDayOf(Date.now()), workingDay);
  return amendCalendar(base, { version, act: 'Order of tests', changes: [{ day, becomes: 'off' }] });
}

async function asAdministrator(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${scene.house.apiUrl}/v1/law/${path}`, {
    method,
    headers: { authorization: 'Bearer dev-admin', 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

async function adopt({ version, act, years }: Calendar): Promise<string> {
  await asAdministrator('PUT', `calendars/${version}`, { act, years });
  const { adoptionId } = await asAdministrator('POST', `calendars/${version}/adoption`, { recompute: 'own' });
  return String(adoptionId);
}

/** Cases whose ledger names the adoption, by how often. */
async function toldBy(adoptionId: string): Promise<number[]> {
  const rows = await scene.house.rows<{ times: number }>(
    `select count(*)::int as times from ledger where cause = $1 and type = 'LawAdopted' group by case_id`,
    [adoptionId],
  );
  return rows.map(({ times }) => times);
}

async function atLeastTold(adoptionId: string, cases: number): Promise<void> {
  await eventually(async () => ((await toldBy(adoptionId)).length >= cases ? true : undefined), `${cases} cases are told`, PATIENCE_MS);
}

async function hasEnded(adoptionId: string): Promise<void> {
  await eventually(async () => {
    const [row] = await scene.house.rows<{ state: string }>('select state from law_adoption where id = $1', [adoptionId]);
    return row?.state === 'done' ? true : undefined;
  }, 'the adoption has ended', PATIENCE_MS);
}

async function everyDateIsCountedBy(calendar: Calendar): Promise<void> {
  const states = await scene.house.rows<{ state: CaseState }>('select state from case_file');
  expect(states.filter(({ state }) => state.law.calendar !== calendar.version)).toEqual([]);
  const duties = states.flatMap(({ state }) => state.duties);
  expect(duties.length).toBeGreaterThan(CASES);
  expect(duties.filter((duty) => !isCountedBy(calendar, duty, Date.now()))).toEqual([]);
}

it('the worker dies twice in the middle, relay and API with it: every case is told once, and every date is right', async () => {
  const { house, desk } = scene;
  const calendar = dayOff('first-order', plain, 2);
  const adoptionId = await adopt(calendar);
  await atLeastTold(adoptionId, 1);
  await Promise.all([house.kill('worker'), house.kill('relay'), house.kill('api')]);
  const told = (await toldBy(adoptionId)).length;
  expect(told).toBeLessThan(CASES);

  // Nobody but the engine knows of it now: it goes on by itself.
  await house.start('worker');
  await atLeastTold(adoptionId, told + 1);
  await house.kill('worker');
  await house.start('worker', 'relay', 'api');
  await hasEnded(adoptionId);
  expect(await toldBy(adoptionId)).toEqual(Array.from({ length: CASES }, () => 1));
  await everyDateIsCountedBy(calendar);
  expect(await faultsOf(house, desk)).toEqual([]);
}, FAULT_WITHIN_MS);

it('Temporal is away when it is asked for: the relay starts it when it is back', async () => {
  const { house, desk } = scene;
  const calendar = dayOff('second-order', dayOff('first-order', plain, 2), 3);
  await house.killServer('temporal');
  const adoptionId = await adopt(calendar);
  expect(await house.rows('select from law_adoption where id = $1 and started_at is null', [adoptionId])).toHaveLength(1);
  await house.restartServer('temporal');
  await hasEnded(adoptionId);
  expect(await toldBy(adoptionId)).toEqual(Array.from({ length: CASES }, () => 1));
  await everyDateIsCountedBy(calendar);
  expect(await faultsOf(house, desk)).toEqual([]);
}, FAULT_WITHIN_MS);
