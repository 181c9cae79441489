import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { jsonOf, tirek } from './cli-listen.js';

const run = promisify(execFile);

describe('tirek calendar', () => {
  it('2026: the working days of each month as the Ministry published them', async () => {
    const answer = jsonOf(await tirek('calendar', '2026', '--json'));
    expect(answer).toEqual({
      year: 2026,
      workingDays: [19, 20, 18, 22, 17, 22, 22, 21, 22, 21, 21, 22],
      total: 247,
      official: true,
      version: '2026-11-21',
    });
  });

  it('2027: says that the table is not official', async () => {
    expect(jsonOf(await tirek('calendar', '2027', '--json'))).toMatchObject({ official: false });
    expect((await tirek('calendar', '2027')).out).toContain('NOT official');
  });

  it('2024: names the weekend day that was worked by transfer', async () => {
    expect((await tirek('calendar', '2024')).out).toMatch(/May +\d+ +off on weekdays: 1, 7, 8, 9; worked weekend days: 4/);
  });

  it('2030: a year without a table is refused, never taken for Monday to Friday', async () => {
    const heard = await tirek('calendar', '2030', '--json');
    expect(heard.exitCode).toBe(1);
    expect(jsonOf(heard)).toMatchObject({ error: { code: 'calendar_year_missing' } });
  });

  it('refuses what is no year', async () => {
    expect(jsonOf(await tirek('calendar', '26', '--json'))).toMatchObject({ error: { code: 'year_invalid' } });
  });
});

describe('tirek rules', () => {
  it('lists every row with its source, force and place', async () => {
    const { rules } = jsonOf(await tirek('rules', '--json')) as { rules: { id: string }[] };
    expect(rules.find(({ id }) => id === '192-12')).toMatchObject({
      force: 'law_assumed',
      source: { order: '192', paragraph: 'п.12' },
      owner: 'case_manager',
      term: { unit: 'working_days', count: 1 },
      enforced: { as: 'duty', at: 'T-COMPLETE' },
    });
    const { out } = await tirek('rules');
    expect(
      out
        .split('\n')
        .map((line) => line.split(' ')[0])
        .filter((id) => id !== '' && id !== 'Rules'),
    ).toEqual(rules.map(({ id }) => id));
    expect(out.split('\n').filter((line) => line.length > 100 && !line.startsWith('Rules '))).toEqual([]);
  });

  it('256-13-3: each row names the tests that exercise it, this one among them', async () => {
    const { rules } = jsonOf(await tirek('rules', '--json')) as { rules: { id: string; tests: { file: string; title: string }[] }[] };
    expect(rules.find(({ id }) => id === '256-13-3')?.tests).toContainEqual({
      file: 'test/unit/cli-calendar.test.ts',
      title: '256-13-3: each row names the tests that exercise it, this one among them',
    });
    expect((await tirek('rules')).out).toMatch(/^Rules .*, \d+ named by tests, \d+ held by nothing/);
  });

  it('192-11-1: one row in full, with its readings by edition and its wording in both languages', async () => {
    const { out } = await tirek('rules', '--id', '192-11-1');
    expect(out).toMatch(/^title {7}Орындау туралы ақпарат ұсыну \/ Информация о выполнении \/ Information on performance\nrule {8}192-11-1$/m);
    expect(out).toMatch(/^reading {5}law \(192-2024, 2024-06-14 – 2026-03-09\)$/m);
    expect(out).toMatch(/^reading {5}law_assumed \(192-2026, 2026-03-10 – …\)$/m);
    expect(out).toMatch(/^kk {10}\S/m);
    expect(out).toMatch(/^ru {10}\S/m);
    expect(out).toMatch(/^tests {7}\d+$/m);
    const { rules } = jsonOf(await tirek('rules', '--id', '192-11-1', '--json')) as { rules: { id: string }[] };
    expect(rules.map(({ id }) => id)).toEqual(['192-11-1']);
  });

  it('P9: a term that the Center set itself says so', async () => {
    expect((await tirek('rules', '--id', '256-17-1')).out).toMatch(/^term {8}\d+ working days \(internal term, P9\)$/m);
  });

  it('refuses a rule that is none', async () => {
    expect(jsonOf(await tirek('rules', '--id', '256-99', '--json'))).toMatchObject({ error: { code: 'rule_unknown' } });
  });
});

describe('the program itself', () => {
  const entry = fileURLToPath(new URL('../../cli/tirek.ts', import.meta.url));
  const started = (...args: string[]) => run(process.execPath, ['--import', 'tsx', entry, ...args]);

  it('writes JSON alone on stdout and leaves with 0', async () => {
    const { stdout } = await started('calendar', '2026', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ total: 247 });
  });

  it('leaves with 1 on a failure', async () => {
    await expect(started('calendar', '2030')).rejects.toMatchObject({ code: 1, stdout: '' });
  });
});
