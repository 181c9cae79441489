/** Histories of the clock, recorded on the real server by this code and when its version was new, replay under it; under changed code they do not. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { afresh, shifted, weeksUntil, withUuids } from '../lives/shifted.js';
import { opening, REGISTERED_AT, straightRoad } from '../lives/straight-road.js';
import { EngineLife, startEngine, type Engine } from '../stack/engine.js';
import { eventually } from '../stack/eventually.js';
import { injectedGround } from '../stack/ground.js';
import { keepRecording, readRecording } from './clock-recording.js';

let engine: Engine;
let workflowId: string;
let history: History;

beforeAll(async () => {
  engine = await startEngine();
  const weeks = weeksUntil(REGISTERED_AT, Date.now());
  const registered = { ...withUuids(opening(REGISTERED_AT + weeks * 7 * 86_400_000)), householdId: randomUUID() };
  const life = await EngineLife.open(engine, { opening: registered });
  const road = straightRoad();
  const sent = 1 + road.findIndex((doing) => 'command' in doing && doing.command.kind === 'sendIpr');
  const script = afresh(withUuids(shifted(road.slice(0, sent + 2), weeks)));
  // Until both agencies have it, within the thirty days of one run: wakes, rings, effects sent and ended; one is put off, so that the timer is set for an earlier moment.
  await engine.simulators.behave('health', { unreachable: 'unavailable', retryAfterSeconds: 0 });
  await life.live(script.slice(0, sent));
  await eventually(async () => ((await life.stored()).dispatches.some(({ state }) => state === 'parked') ? true : undefined), 'one is put off');
  await engine.simulators.behave('health', {});
  await life.live(script.slice(sent));
  workflowId = life.workflowId;
  history = await engine.client.workflow.getHandle(workflowId).fetchHistory();
  if (process.env['TIREK_RECORD_CLOCK'] === '1') await keepRecording(history);
});
afterAll(() => engine.stop());

const replay = (code: string, of: History = history): Promise<void> => Worker.runReplayHistory({ workflowBundle: { code } }, of, workflowId);
const bundle = (): Promise<string> => readFile(injectedGround().workflowBundle, 'utf8');

describe('a recorded clock', () => {
  it('has all kinds of commands that a clock gives', () => {
    const kinds = new Set(
      (history.events ?? []).flatMap((event) =>
        Object.keys(event).filter((key) => key.endsWith('EventAttributes') && event[key as keyof typeof event] != null),
      ),
    );
    for (const kind of ['timerStarted', 'timerCanceled', 'activityTaskScheduled', 'markerRecorded', 'upsertWorkflowSearchAttributes'])
      expect(kinds).toContain(`${kind}EventAttributes`);
  });

  it('replays under the code that recorded it', async () => {
    await expect(replay(await bundle())).resolves.toBeUndefined();
  });

  it('of the day on which its version was new replays too: whoever changes the workflow so that it does not counts CLOCK_VERSION up', async () => {
    await expect(replay(await bundle(), await readRecording())).resolves.toBeUndefined();
  });

  it('does not replay under code that leaves its timer out: such a change rebuilds the clocks at the deploy', async () => {
    const code = await bundle();
    const changed = code.replace(/case 'arm':\s+return this\.arm\(command\);/, `case 'arm': return;`);
    expect(changed).not.toBe(code);
    await expect(replay(changed)).rejects.toThrow(DeterminismViolationError);
  });
});
