import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { jsonOf, tirek, type Heard } from './cli-listen.js';

const folder = mkdtempSync(join(tmpdir(), 'tirek-what-if-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

/** A file with that content, text as it is and anything else as JSON. */
function file(content: unknown): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const FEW = ['--lives', '60', '--seed', '3'] as const;
const whatIf = (...args: string[]): Promise<Heard> => tirek('what-if', ...args);

interface Answer {
  lives: number;
  year: number;
  today: { law: { policy: string; calendar: string }; obligations: { internal: { exceeded: number } } };
  changed: { law: { policy: string; calendar: string }; obligations: { internal: { exceeded: number } }; byRule: Record<string, { opened: number }> };
  change: { obligations: { internal: { exceeded: number } } };
}

describe('tirek what-if', () => {
  it('says the same every time, in JSON with nothing else on stdout', async () => {
    const heard = await whatIf(...FEW, '--json');
    expect(heard.exitCode).toBe(0);
    expect((await whatIf(...FEW, '--json')).out).toBe(heard.out);
    expect(jsonOf(heard)).toMatchObject({ lives: 60, seed: 3, year: 2025, today: { law: { policy: 'policy-1' }, lives: { lived: 60 } } });
  });

  it('192-8: compares a policy of a few lines with today’s', async () => {
    const policy = file({ version: 'quick', serviceLevels: { ipr_drafting: 1 }, disabled: ['D-MON'] });
    const answer = jsonOf(await whatIf('--lives', '300', '--seed', '3', '--policy', policy, '--json')) as Answer;
    expect([answer.today.law.policy, answer.changed.law.policy]).toEqual(['policy-1', 'quick']);
    expect(answer.change.obligations.internal.exceeded).toBeGreaterThan(0);
    expect(answer.changed.byRule['D-MON']?.opened).toBe(0);
  });

  it.each(['2025-12-10', '2024-04-17', '2026-11-21'])('takes the calendar version %s by its name', async (version) => {
    const answer = jsonOf(await whatIf(...FEW, '--calendar', version, '--json')) as Answer;
    expect(answer.changed.law.calendar).toBe(version);
  });

  it('takes a calendar from a file', async () => {
    const calendar = file({ ...CALENDAR_2026_11_21, version: 'mine' });
    const answer = jsonOf(await whatIf(...FEW, '--calendar', calendar, '--json')) as Answer;
    expect([answer.changed.law.calendar, answer.change.obligations.internal.exceeded]).toEqual(['mine', 0]);
  });

  it('prints a page of at most 100 columns with both laws side by side', async () => {
    const { out } = await whatIf(...FEW, '--policy', file({ version: 'quick', serviceLevels: { ipr_drafting: 1 } }));
    expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(out).toMatch(/today +changed +change/);
    expect(out).toMatch(/192-8 +exceeded +\d+ +\d+ +\+\d+/);
    expect(out).toContain('Not official yet: the calendar of 2027.');
  });

  it('D-MON: names what the changed law says otherwise', async () => {
    const policy = file({ version: 'quick', serviceLevels: { ipr_drafting: 1, rework: 3 }, disabled: ['D-MON'], monitoringMonths: { min: 3, max: 12 } });
    const { out } = await whatIf(...FEW, '--policy', policy, '--calendar', '2025-12-10');
    expect(out.replaceAll(/\s+/g, ' ')).toContain('differs ipr_drafting 5 → 1; longest monitoring 6 → 12; switched off nothing → D-MON; 2026-08-31 is off');
    expect((await whatIf(...FEW)).out).toContain('differs  in nothing');
  });

  it('tells of lives that reach a year without a table', async () => {
    expect((await whatIf(...FEW, '--year', '2027')).out).toMatch(/ended early: calendar_year_missing +\d+/);
  });

  it('says how long it took, apart from the answer', async () => {
    expect((await whatIf(...FEW, '--json')).err).toMatch(/^60 lives under two laws: [\d.]+ s of one core, [\d.]+ s on the clock\.\n$/);
  });
});

describe('what cannot be used is refused in one sentence', () => {
  const sound = { version: 'x' };
  const year = { official: true, off: [], worked: [] };

  it.each<[string, string, string[], RegExp]>([
    ['an unknown calendar', 'calendar_unreadable', ['--calendar', '2031-01-01'], /2025-12-10/],
    ['a policy that is not there', 'policy_unreadable', ['--policy', join(folder, 'none.json')], /path of a JSON file/],
    ['a folder', 'policy_unreadable', ['--policy', folder], /path of a JSON file/],
    ['no JSON', 'policy_unreadable', ['--policy', file('{"version":')], /no JSON/],
    ['a list', 'policy_invalid', ['--policy', file([])], /expected object/],
    ['a policy without a name', 'policy_invalid', ['--policy', file({})], /version/],
    ['a setting that is not known', 'policy_invalid', ['--policy', file({ ...sound, serviceLevel: {} })], /serviceLevel/],
    ['a service level that is not known', 'policy_invalid', ['--policy', file({ ...sound, serviceLevels: { drafting: 3 } })], /drafting/],
    ['a service level of nothing', 'policy_invalid', ['--policy', file({ ...sound, serviceLevels: { ipr_drafting: 0 } })], /serviceLevels\.ipr_drafting/],
    ['half a day', 'policy_invalid', ['--policy', file({ ...sound, serviceLevels: { ipr_drafting: 2.5 } })], /serviceLevels\.ipr_drafting/],
    ['months upside down', 'policy_invalid', ['--policy', file({ ...sound, monitoringMonths: { min: 6, max: 3 } })], /min must not be greater/],
    ['an alarm without a pause', 'policy_invalid', ['--policy', file({ ...sound, repeatThreatHours: 0 })], /repeatThreatHours/],
    ['256-13-2 switched off: it is law', 'policy_invalid', ['--policy', file({ ...sound, disabled: ['256-13-2'] })], /force law, and only .*D-MON/],
    ['P24 switched off: it goes with D-MON', 'policy_invalid', ['--policy', file({ ...sound, disabled: ['P24'] })], /force internal/],
    ['a rule that is not there', 'policy_invalid', ['--policy', file({ ...sound, disabled: ['D-NONE'] })], /no rule "D-NONE"/],
    ['a calendar without years', 'calendar_invalid', ['--calendar', file({ version: 'x' })], /years/],
    ['a calendar without any year', 'calendar_invalid', ['--calendar', file({ version: 'x', years: {} })], /no year/],
    ['a calendar without a name', 'calendar_invalid', ['--calendar', file({ version: ' ', years: { '2025': year } })], /no version/],
    ['a date that does not exist', 'calendar_invalid', ['--calendar', file({ version: 'x', years: { '2025': { ...year, off: ['02-30'] } } })], /2025-02-30/],
    ['a weekday worked', 'calendar_invalid', ['--calendar', file({ version: 'x', years: { '2025': { ...year, worked: ['06-18'] } } })], /weekday/],
    [
      'a calendar without the year of the appeals',
      'calendar_year_missing',
      ['--calendar', file({ version: 'x', years: { '2024': year } })],
      /no table for 2025/,
    ],
    ['a year without a table', 'calendar_year_missing', ['--year', '2031'], /no table for 2031/],
    ['a year that is none', 'usage', ['--year', '25'], /whole number/],
    ['no lives', 'usage', ['--lives', '0'], /whole number from 1/],
    ['too many lives', 'usage', ['--lives', '10000001'], /whole number from 1/],
    ['lives in words', 'usage', ['--lives', 'many'], /whole number from 1/],
    ['a seed below zero', 'usage', ['--seed', '-1'], /whole number from 0/],
    ['a seed with a point', 'usage', ['--seed', '1.5'], /whole number from 0/],
  ])('%s', async (_, code, args, sentence) => {
    const inJson = await whatIf(...FEW, ...args, '--json');
    expect(inJson.exitCode).toBe(1);
    expect(jsonOf(inJson)).toMatchObject({ error: { code } });
    const heard = await whatIf(...FEW, ...args);
    expect([heard.exitCode, heard.out]).toEqual([1, '']);
    expect(heard.err.trimEnd()).toMatch(sentence);
    expect(heard.err.trimEnd()).not.toContain('\n');
  });

  it('lives and seed must be named', async () => {
    expect((await whatIf('--lives', '5')).err).toContain('--seed');
    expect((await whatIf('--seed', '5')).err).toContain('--lives');
  });
});
