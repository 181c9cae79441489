/** Temporal is away while terms of the law pass: the house works on, the terms are recorded by the watchman, people are told. */
import { beforeAll, expect, it } from 'vitest';
import type { Entry, EntryOf } from '../../domain/case/facts.js';
import { straightRoad } from '../lives/straight-road.js';
import { eventually } from '../stack/eventually.js';
import { skipWithTimer } from './case-time.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, PATIENCE_MS } from './house.js';
import { HttpLife, NEW_FAMILY } from './http-life.js';
import { QUICK } from './relay-times.js';
import { sceneForAll } from './scene.js';
import { alertsAreDelivered, faultsOf } from './soundness.js';

/** So long before its end a term is met by the outage. */
const LEAD_MS = 3_000;
/** The watchman's grace, and what a busy machine needs to come round; in earnest a grace of 30 s keeps it below a minute. */
const LATE_MS = (QUICK.graceMs ?? 0) + 15_000;

const scene = sceneForAll();

/** One whose plan agencies carry out, one that has only just appealed, one in danger. */
let carriedOut: HttpLife;
let assessed: HttpLife;
let threatened: HttpLife;

beforeAll(async () => {
  const { house, desk } = scene;
  [carriedOut, assessed, threatened] = await Promise.all([
    HttpLife.open(house, desk),
    HttpLife.open(house, desk),
    HttpLife.open(house, desk, { threat: true }),
  ]);
  const road = carriedOut.inMyWeeks(straightRoad());
  const acknowledged = road.findIndex((doing) => 'delivery' in doing);
  await carriedOut.live(road.slice(0, acknowledged));
}, HOUSE_WITHIN_MS);

interface Term {
  life: HttpLife;
  key: string;
  dueAt: number;
}

/** The case lives just before the end of that duty. */
async function bringClose(life: HttpLife, rule: string): Promise<Term> {
  const duty = (await life.stored()).duties.find((owed) => owed.rule === rule && owed.state === 'open');
  if (duty?.dueAt === undefined) throw new Error(`${rule} is not owed`);
  const { key, dueAt } = duty;
  await life.sleepUntil(dueAt - LEAD_MS - 1_000);
  await skipWithTimer(scene.house, life.caseId, dueAt - LEAD_MS);
  return { life, key, dueAt };
}

async function ends({ life, key }: Term): Promise<EntryOf<'DeadlineStepReached'>[]> {
  return (await life.ledger()).filter(
    (entry: Entry): entry is EntryOf<'DeadlineStepReached'> =>
      entry.type === 'DeadlineStepReached' && entry.data.dutyKey === key && entry.data.step === 'overdue',
  );
}

/** How the Center's backend was told of it. */
async function toldOf({ life: { caseId }, key }: Term): Promise<{ times: number }[]> {
  return (await scene.house.outside.centerWebhooks()).filter(({ id }) => id.startsWith(`${caseId}:${key}:overdue:`));
}

it(
  '256-13-2, P4: terms end in the outage and are recorded with their legal instant, at most the grace late; nothing is recorded twice when it is back',
  async () => {
    const { house, desk } = scene;
    const terms = [await bringClose(assessed, '256-13-2'), await bringClose(threatened, '256-13-1')];
    await house.killServer('temporal');

    const setbacks = desk.setbacks.length;
    const newcomer = await HttpLife.open(house, desk);
    expect(await desk.registerAppeal({ ...NEW_FAMILY, applicant: undefined, householdId: newcomer.appeal.householdId })).toMatchObject({ attached: true });
    for (const { caseId } of [newcomer, assessed, threatened, carriedOut])
      await desk.command(caseId, { token: 'dev-manager', path: 'interview', body: { note: 'A synthetic note.' } });
    const report = {
      agency: 'employment',
      deliveryId: `${carriedOut.caseId}:away`,
      caseId: carriedOut.caseId,
      measureId: carriedOut.idOf('m-job'),
      outcome: 'performed',
    };
    expect(await desk.report(report)).toMatchObject({ duplicate: false, state: 'recorded' });
    expect(await desk.report(report)).toMatchObject({ duplicate: true, state: 'recorded' });
    expect(desk.setbacks).toHaveLength(setbacks);

    for (const term of terms) {
      const [end] = await eventually(
        async () => {
          const steps = await ends(term);
          return steps.length > 0 ? steps : undefined;
        },
        'the end of the term is recorded',
        PATIENCE_MS,
      );
      expect(end).toMatchObject({ occurredAt: term.dueAt, data: { moment: term.dueAt, dueAt: term.dueAt } });
      expect(end?.at).toBeGreaterThan(term.dueAt);
      expect(end?.at).toBeLessThan(term.dueAt + LATE_MS);
    }
    await alertsAreDelivered(house);
    for (const term of terms) expect(await toldOf(term)).toMatchObject([{ times: 1 }]);
    const kinds = async (): Promise<string[]> =>
      (await house.rows<{ kind: string }>('select kind from alarm where cleared_at is null')).map(({ kind }) => kind);
    await eventually(async () => ((await kinds()).includes('engine_away') ? true : undefined), 'the administrator hears of it', PATIENCE_MS);

    await house.restartServer('temporal');
    await eventually(async () => ((await kinds()).includes('engine_away') ? undefined : true), 'and of its return', PATIENCE_MS);
    expect(await faultsOf(house, desk)).toEqual([]);
    for (const term of terms) expect(await ends(term)).toHaveLength(1);
  },
  FAULT_WITHIN_MS,
);
