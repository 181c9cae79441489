import { describe, expect, it } from 'vitest';
import { cpuMsEach, parseStat, secondsByName, spentBetween, type ProcessRow } from '../../tools/bench/cpu-time.js';

const SELF = 10;
const row = (pid: number, parent: number, ticks: number, command: string): ProcessRow => ({ pid, parent, ticks, command });

describe('CPU time by process', () => {
  it('adds descendants to the child that they come from, and leaves out what is none of ours', () => {
    const rows = [
      row(SELF, 1, 50, 'node --import tsx tools/bench.ts'),
      row(11, SELF, 100, 'node --import loader.mjs /srv/tirek/worker.ts'),
      row(12, SELF, 200, '/opt/temporal server start-dev --port 1'),
      row(13, SELF, 300, '/opt/native/bin/postgres -D /tmp/cluster'),
      row(14, 13, 40, 'postgres: tirek_app tirek 127.0.0.1 idle'),
      row(15, SELF, 70, '/bin/sh -c read -r _ tirek-watch INT 13'),
      row(16, 11, 30, 'esbuild --service'),
      row(17, 1, 9_999, 'node --import loader.mjs /srv/other/worker.ts'),
    ];
    expect(secondsByName(rows, SELF)).toEqual({ 'this client': 0.5, worker: 1.3, temporal: 2, postgres: 3.4 });
  });

  it('reads a line of the kernel whose program name has brackets and spaces', () => {
    const stat = '42 (a (b) c) S 7 42 42 0 -1 4194560 100 200 0 0 11 5 3 1 20 0 1 0 100 1000 50';
    expect(parseStat(42, stat, 'a')).toEqual({ pid: 42, parent: 7, ticks: 11 + 5 + 3 + 1, command: 'a' });
  });

  it('a process that began in between counts from its beginning', () => {
    expect(spentBetween({ worker: 2 }, { worker: 5, api: 1 })).toEqual({ worker: 3, api: 1 });
    expect(spentBetween(undefined, { worker: 5 })).toBeUndefined();
  });

  it('one of many: by the number of things done in its own run', () => {
    const each = cpuMsEach([
      { cpu: { worker: 2 }, done: 10 },
      { cpu: { worker: 1 }, done: 10 },
      { cpu: { worker: 9 }, done: 0 },
      { cpu: undefined, done: 10 },
    ]);
    expect(each).toEqual({ worker: { median: 150, min: 100, max: 200, of: 2 } });
  });
});
