/** kill -9 of Temporal while a moment of the law comes: it is told once, late, with its legal instant. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EntryOf } from '../../domain/case/facts.js';
import { caseTime } from '../../scripts/demo/fast-forward.js';
import { eventually } from '../stack/eventually.js';
import { CenterDesk, codeOf, type Asking } from './center-desk.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, openHouse, PATIENCE_MS, type House } from './house.js';
import { HttpLife } from './http-life.js';
import { faultsOf } from './soundness.js';

/** So long before the moment Temporal is killed; the rest of the term passes while it is away. */
const LEAD_MS = 6_000;

let house: House;
let desk: CenterDesk;

beforeAll(async () => {
  house = await openHouse();
  desk = new CenterDesk(house);
  await house.start('worker', 'relay', 'api');
}, HOUSE_WITHIN_MS);
afterAll(() => house?.close(), HOUSE_WITHIN_MS);

async function stepsOf(life: HttpLife, dutyKey: string, step: string): Promise<EntryOf<'DeadlineStepReached'>[]> {
  return (await life.ledger()).filter(
    (entry): entry is EntryOf<'DeadlineStepReached'> => entry.type === 'DeadlineStepReached' && entry.data.dutyKey === dutyKey && entry.data.step === step,
  );
}

const interview = (): Asking => ({ token: 'dev-manager', path: 'interview', body: { note: 'A synthetic note.' }, key: randomUUID() });

it('256-13-2: the end of the term falls into the outage and is told once, at 24:00 of its last day', async () => {
  const life = await HttpLife.open(house, desk);
  const duty = (await life.stored()).duties.find(({ rule }) => rule === '256-13-2');
  if (duty?.dueAt === undefined) throw new Error('256-13-2 is owed from the registration on');
  await life.sleepUntil(duty.dueAt - LEAD_MS);
  const ahead = (await caseTime(house.client, life.workflowId)) - Date.now();
  const { dueAt } = duty;
  const once = (asking: Asking) => desk.once({ ...asking, path: `/v1/cases/${life.caseId}/interview` });
  // Some are on their way into the server when it dies, some come while it is away.
  const caught = Array.from({ length: 4 }, interview);
  const caughtReplies = Promise.all(caught.map(once));
  await house.killServer('temporal');
  const late = [interview(), interview()];
  const replies = await Promise.all(late.map(once));
  expect(replies.map((reply) => reply && `${reply.status} ${codeOf(reply)}`)).toEqual(['503 outcome_unknown', '503 outcome_unknown']);
  await caughtReplies;
  await eventually(async () => (Date.now() + ahead > dueAt + 1_000 ? true : undefined), 'the moment has passed', PATIENCE_MS);
  expect(await stepsOf(life, duty.key, 'overdue')).toEqual([]);

  await house.restartServer('temporal');
  const asked = [...caught, ...late];
  const answers = await Promise.all(asked.map((asking) => desk.command(life.caseId, asking)));
  const told = await eventually(async () => {
    const steps = await stepsOf(life, duty.key, 'overdue');
    return steps.length > 0 ? steps : undefined;
  }, 'the step is told', PATIENCE_MS);
  expect(told).toMatchObject([{ occurredAt: dueAt, data: { moment: dueAt, dueAt } }]);
  expect(told[0]?.at).toBeGreaterThan(dueAt);
  for (const [index, asking] of asked.entries()) expect((await desk.command(life.caseId, asking)).text).toBe(answers[index]?.text);
  expect((await life.ledger()).filter(({ type }) => type === 'InterviewHeld')).toHaveLength(asked.length);
  expect(await faultsOf(house, desk)).toEqual([]);
}, FAULT_WITHIN_MS);
