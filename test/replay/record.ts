/**
 * Records the corpus anew: `npx tsx test/replay/record.ts`. Run it when a release changes what new
 * cases write, and commit the new files beside the old ones under the new release's prefix.
 */
import { randomUUID } from 'node:crypto';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { RunLimits } from '../../contracts/case-workflow.js';
import { lawAdoptionWorkflowId, PROGRESS_QUERY, type AdoptionProgress } from '../../contracts/law-adoption.js';
import { insertAdoption, setAdoptionState } from '../../db/law-adoptions.js';
import { rebuild } from '../../domain/case/evolve.js';
import type { Calendar } from '../../domain/law/calendar.js';
import { wakeAdoption } from '../../inbox/adoption-engine.js';
import { adoptedRoad, type Happening } from '../lives/adopted-road.js';
import { lateRoad } from '../lives/late-road.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { shifted, weeksUntil, withUuids } from '../lives/shifted.js';
import { opening, REGISTERED_AT, straightRoad, type Doing } from '../lives/straight-road.js';
import { EngineLife, startEngine, type Engine } from '../stack/engine.js';
import { eventually } from '../stack/eventually.js';
import { layGround } from '../stack/lay-ground.js';
import { writeRecorded, writeRecordedAdoption, type RecordedAdoption, type RecordedCase, type RecordedRun } from './corpus.js';

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

async function lived(engine: Engine, { script, limits }: Pick<Recording, 'script' | 'limits'>): Promise<EngineLife> {
  const weeks = weeksUntil(REGISTERED_AT, Date.now());
  const registered = { ...withUuids(opening(REGISTERED_AT + weeks * 7 * 86_400_000)), householdId: randomUUID() };
  const life = await EngineLife.open(engine, { opening: registered, ...(limits === undefined ? {} : { limits }) });
  await life.live(script(weeks));
  return life;
}

async function runOf({ client }: Engine, workflowId: string, runId?: string): Promise<RecordedRun> {
  return { workflowId, history: JSON.parse(historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory())) as unknown };
}

async function record(engine: Engine, recording: Recording): Promise<RecordedCase> {
  const { what } = recording;
  const life = await lived(engine, recording);
  const runs = await Promise.all((await life.runs()).map((runId) => runOf(engine, life.workflowId, runId)));
  const ledger = await life.ledger();
  const state = rebuild(ledger, life.caseId);
  if (state === undefined) throw new Error('nothing was recorded');
  return { caseId: life.caseId, what, runs, ledger, state };
}

/** A calendar adopted over a few open cases; paused before its first pass, and resumed. */
async function recordAdoption(engine: Engine): Promise<RecordedAdoption> {
  const { client, database: { pool } } = engine;
  for (let doings = 0; doings < 3; doings += 1) await lived(engine, { script: inWeeks(straightRoad().slice(0, doings)) });
  const calendar: Calendar = { ...PLAIN_LAW.calendar, version: 'plain-recorded', act: 'order of tests' };
  await pool.query('insert into calendar_version (version, data, act) values ($1, $2, $3)', [calendar.version, calendar, calendar.act]);
  const id = randomUUID();
  const { version, act = '' } = calendar;
  await insertAdoption(pool, { id, kind: 'calendar', version, previous: 'plain', act, recompute: 'own', requestedBy: 'admin', idempotencyKey: id, bodySha256: '' });
  await setAdoptionState(pool, id, 'paused');
  await wakeAdoption(client, id);
  const handle = client.workflow.getHandle(lawAdoptionWorkflowId(id));
  await eventually(async () => ((await handle.query<AdoptionProgress>(PROGRESS_QUERY)).phase === 'paused' ? true : undefined), 'the adoption is paused');
  await setAdoptionState(pool, id, 'running');
  await wakeAdoption(client, id);
  await handle.result();
  return { what: 'a calendar adopted over three open cases, paused and resumed', runs: [await runOf(engine, handle.workflowId)] };
}

Runtime.install({ logger: new DefaultLogger('ERROR') });
const { ground, leave } = await layGround();
const engine = await startEngine(ground);
for (const recording of RECORDINGS) {
  const recorded = await record(engine, recording);
  const file = await writeRecorded(`${RELEASE}-${recording.name}`, recorded);
  console.log(`${file}: ${recorded.runs.length} runs, ${recorded.ledger.length} entries`);
}
console.log(await writeRecordedAdoption(`${RELEASE}-paused-and-resumed`, await recordAdoption(engine)));
await engine.stop();
await leave();
