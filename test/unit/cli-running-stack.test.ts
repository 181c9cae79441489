import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonOf, tirekIn } from './cli-listen.js';

const CASE = '3f0c1c52-6f0e-4d55-9d52-0a6f6f1f7a10';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tirek-cli-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** Addresses at which nothing answers. */
const NOWHERE = {
  api: 'http://127.0.0.1:1',
  temporal: '127.0.0.1:1',
  databases: {
    api: 'postgresql://somebody:secret-word@127.0.0.1:1/tirek',
    clock: 'postgresql://somebody:secret-word@127.0.0.1:1/tirek',
    work: 'postgresql://somebody:secret-word@127.0.0.1:1/tirek',
    auditor: 'postgresql://somebody:secret-word@127.0.0.1:1/tirek',
  },
  postgresOwner: 'postgresql://somebody:secret-word@127.0.0.1:1/tirek',
  simulators: 'http://127.0.0.1:1',
};

const failing = async (...args: string[]) => {
  const heard = await tirekIn({ TIREK_DATA_DIR: dataDir }, ...args, '--json');
  expect(heard.exitCode).toBe(1);
  return { ...(jsonOf(heard) as { error: { code: string; message: string } }).error, heard };
};

describe('commands that need the running stack', () => {
  it.each([
    ['demo', ['demo']],
    ['fast-forward', ['fast-forward', CASE, '3d']],
    ['deadline --case', ['deadline', '--case', CASE]],
    ['ledger verify', ['ledger', 'verify']],
  ])('%s: says how to start one where none has run', async (_name, args) => {
    const { code, message } = await failing(...args);
    expect(code).toBe('stack_not_running');
    expect(message).toContain('npm start');
    expect(message).toContain(dataDir);
  });

  it.each([
    ['demo', ['demo'], 'demo_failed'],
    ['fast-forward', ['fast-forward', CASE, '3d'], 'api_unreachable'],
    ['deadline --case', ['deadline', '--case', CASE, '--duty', '256-13-2:case'], 'api_unreachable'],
    ['ledger verify', ['ledger', 'verify'], 'database_unreadable'],
  ])('%s: one sentence when the stack is down, and no password in it', async (_name, args, expected) => {
    await writeFile(join(dataDir, 'endpoints.json'), JSON.stringify(NOWHERE));
    const { code, message, heard } = await failing(...args);
    expect(code).toBe(expected);
    expect(message.split('\n')).toHaveLength(1);
    expect(heard.out + heard.err).not.toContain('secret-word');
  });

  it.each([
    ['what is no case', ['fast-forward', 'abc', '3d'], 'case_id_invalid'],
    ['a ledger of what is no case', ['ledger', 'verify', '--case', 'abc'], 'case_id_invalid'],
    ['an address that is no URL', ['ledger', 'verify', '--database', 'nowhere'], 'database_invalid'],
  ])('refuses %s before it looks for a stack', async (_what, args, expected) => {
    expect((await failing(...args)).code).toBe(expected);
  });
});
