/**
 * What an installation runs: compiled entry points, each the first process of its container. Such a process gets no
 * signal but those that it asked for, so one that forgot SIGTERM would be killed at each deploy with work in hand.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../stack/eventually.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, openHouse, PATIENCE_MS, type House, type ProcessName } from './house.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Inside the project, so that its packages are found. */
const DIST = join(ROOT, `.tirek-build-${randomUUID()}`);

let house: House;
const left: ChildProcess[] = [];

beforeAll(async () => {
  [house] = await Promise.all([openHouse(), promisify(execFile)(process.execPath, [join(ROOT, 'tools/build.mjs'), DIST])]);
}, HOUSE_WITHIN_MS);
afterAll(async () => {
  for (const child of left) child.kill('SIGKILL');
  await house.close();
  await rm(DIST, { recursive: true, force: true });
});

interface Started {
  /** All that it has written. */
  log: () => string;
  /** Its exit code, once it has ended. */
  code: () => number | null | undefined;
  signal: (name: NodeJS.Signals) => Promise<void>;
}

/** Starts an entry point as the first process of a namespace of its own. */
function startFirst(entry: string): Started {
  const { TIREK_WORKFLOW_BUNDLE: _ofTheTests, ...env } = house.envOf(entry.replace('.js', '') as ProcessName);
  const around = spawn('unshare', ['--pid', '--fork', '--kill-child', process.execPath, join(DIST, entry)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  left.push(around);
  let log = '';
  let code: number | null | undefined;
  for (const stream of [around.stdout, around.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  around.on('exit', (ended) => (code = ended));
  return {
    log: () => log,
    code: () => code,
    signal: async (name) => {
      const { pid } = around;
      const first = Number((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim());
      process.kill(first, name);
    },
  };
}

describe('a compiled process that is process 1', () => {
  it.each([
    ['worker.js', 'worker is running', 'worker has drained'],
    ['relay.js', 'the relay is working', 'relay has drained'],
    ['api.js', 'api is listening', 'api has drained'],
  ])(
    '%s starts without a compiler and ends in order when it is told to',
    async (entry, begun, drained) => {
      const started = startFirst(entry);
      await eventually(async () => (started.log().includes(begun) || started.code() !== undefined ? true : undefined), `${entry} has begun`, PATIENCE_MS);
      expect({ log: started.log(), code: started.code() }).toMatchObject({ log: expect.stringContaining(begun) as string, code: undefined });
      await started.signal('SIGTERM');
      await eventually(async () => (started.code() === undefined ? undefined : true), `${entry} has ended`, PATIENCE_MS);
      expect({ code: started.code(), log: started.log() }).toMatchObject({ code: 0, log: expect.stringContaining(drained) as string });
    },
    FAULT_WITHIN_MS,
  );

  it('migrate.js brings a database to the present schema', async () => {
    const { ownerUrl } = house.servers;
    const { stdout } = await promisify(execFile)(process.execPath, [join(DIST, 'migrate.js')], { env: { ...house.env, DATABASE_OWNER_URL: ownerUrl } });
    expect(stdout).toContain('The schema is up to date.');
  });
});
