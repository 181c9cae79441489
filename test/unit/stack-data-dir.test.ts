import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataDirOf, lockDataDir } from '../../tools/stack/data-dir.js';
import { identityOf } from '../../tools/stack/process-identity.js';

const quiet = (): void => {};
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A process that lives until its standard input closes. */
async function livingProcess(): Promise<{ pid: number; end(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await new Promise((resolve) => child.once('spawn', resolve));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    end: () => {
      child.stdin.end();
      return ended;
    },
  };
}

describe('the data folder', () => {
  it('is .tirek unless TIREK_DATA_DIR names another', () => {
    expect(dataDirOf({})).toMatch(/\.tirek$/);
    expect(dataDirOf({ TIREK_DATA_DIR: '/srv/tirek' })).toBe('/srv/tirek');
  });
});

describe('the lock of a data folder', () => {
  it('keeps a second stack out with a sentence that names the first', async () => {
    const other = await livingProcess();
    try {
      const holder = { pid: other.pid, identity: await identityOf(other.pid), since: '2026-11-21T10:00:00.000Z' };
      await writeFile(join(dir, 'lock'), JSON.stringify(holder));
      await expect(lockDataDir(dir, quiet)).rejects.toThrow(new RegExp(`process ${other.pid}.*TIREK_DATA_DIR`));
    } finally {
      await other.end();
    }
  });

  it('is taken over from a process that is gone', async () => {
    const other = await livingProcess();
    const holder = { pid: other.pid, identity: await identityOf(other.pid), since: '' };
    await other.end();
    await writeFile(join(dir, 'lock'), JSON.stringify(holder));
    await lockDataDir(dir, quiet);
    expect(await readFile(join(dir, 'lock'), 'utf8')).toContain(`"pid":${process.pid}`);
  });

  it('is taken over when its process id belongs to a later process', async () => {
    await writeFile(join(dir, 'lock'), JSON.stringify({ pid: process.pid, identity: 'an earlier boot', since: '' }));
    const lock = await lockDataDir(dir, quiet);
    lock.release();
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });

  it('is taken over when its writer was killed in the middle', async () => {
    await writeFile(join(dir, 'lock'), '{"pid":');
    const lock = await lockDataDir(dir, quiet);
    lock.release();
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });

  it('is waited for while its stack is stopping', async () => {
    const other = await livingProcess();
    const holder = { pid: other.pid, identity: await identityOf(other.pid), since: '', stopping: true };
    await writeFile(join(dir, 'lock'), JSON.stringify(holder));
    const told: string[] = [];
    await lockDataDir(dir, (line) => {
      told.push(line);
      void other.end();
    });
    expect(told).toEqual([`The stack that ran on this data folder (process ${other.pid}) is still stopping`]);
  });

  it('of another stack is not given back by this one', async () => {
    const lock = await lockDataDir(dir, quiet);
    await writeFile(join(dir, 'lock'), JSON.stringify({ pid: 1, identity: 'another', since: '' }));
    lock.release();
    expect(existsSync(join(dir, 'lock'))).toBe(true);
  });
});
