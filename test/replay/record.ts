/**
 * Records the corpus anew: `npx tsx test/replay/record.ts`. Run it when a release changes what new
 * cases write, and commit the new files beside the old ones under the new release's prefix.
 */
import { randomUUID } from 'node:crypto';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { RunLimits } from '../../contracts/case-workflow.js';
import { rebuild } from '../../domain/case/evolve.js';
import { adoptedRoad, type Happening } from '../lives/adopted-road.js';
import { lateRoad } from '../lives/late-road.js';
import { shifted, weeksUntil, withUuids } from '../lives/shifted.js';
import { opening, REGISTERED_AT, straightRoad, type Doing } from '../lives/straight-road.js';
import { EngineLife, startEngine, type Engine } from '../stack/engine.js';
import { layGround } from '../stack/lay-ground.js';
import { writeRecorded, type RecordedCase } from './corpus.js';

const RELEASE = '0.2';

interface Recording {
  name: string;
  what: string;
  /** The script, moved on by whole weeks. */
  script: (weeks: number) => readonly Happening[];
  limits?: RunLimits;
}

const inWeeks = (script: readonly Doing[]) => (weeks: number): Doing[] => withUuids(shifted(script, weeks));

const RECORDINGS: Recording[] = [
  { name: 'straight-road', what: 'the whole straight road in one run', script: inWeeks(straightRoad()) },
  {
    name: 'straight-road-continued',
    what: 'the straight road, continued as new every twenty events',
    script: inWeeks(straightRoad()),
    limits: { events: 20, ageMs: Number.MAX_SAFE_INTEGER },
  },
  { name: 'late-road', what: 'missed terms, a return for rework, ladders; still open', script: inWeeks(lateRoad()) },
  { name: 'fan-out', what: 'open, in the middle of the fan-out', script: inWeeks(straightRoad().slice(0, 14)) },
  { name: 'adopted-road', what: 'three calendars adopted on the way', script: adoptedRoad },
];

async function record(engine: Engine, { what, script, limits }: Recording): Promise<RecordedCase> {
  const weeks = weeksUntil(REGISTERED_AT, Date.now());
  const registered = { ...withUuids(opening(REGISTERED_AT + weeks * 7 * 86_400_000)), householdId: randomUUID() };
  const life = await EngineLife.open(engine, { opening: registered, ...(limits === undefined ? {} : { limits }) });
  await life.live(script(weeks));
  const runs = await Promise.all(
    (await life.runs()).map(async (runId) => ({
      workflowId: life.workflowId,
      history: JSON.parse(historyToJSON(await engine.client.workflow.getHandle(life.workflowId, runId).fetchHistory())) as unknown,
    })),
  );
  const ledger = await life.ledger();
  const state = rebuild(ledger, life.caseId);
  if (state === undefined) throw new Error('nothing was recorded');
  return { caseId: life.caseId, what, runs, ledger, state };
}

Runtime.install({ logger: new DefaultLogger('ERROR') });
const { ground, leave } = await layGround();
const engine = await startEngine(ground);
for (const recording of RECORDINGS) {
  const recorded = await record(engine, recording);
  const file = await writeRecorded(`${RELEASE}-${recording.name}`, recorded);
  console.log(`${file}: ${recorded.runs.length} runs, ${recorded.ledger.length} entries`);
}
await engine.stop();
await leave();
