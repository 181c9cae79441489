import { describe, expect, it } from 'vitest';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { lawOf } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { explainDeadline } from '../../cli/commands/deadline.js';
import { live } from '../lives/live.js';
import { REGISTERED_AT, straightRoad } from '../lives/straight-road.js';
import { jsonOf, tirek } from './cli-listen.js';

const FROM = '2026-12-15T10:00:00+05:00';

interface Answer {
  rule: string;
  from: string;
  dueAt: string;
  basis: {
    source: { order: string; paragraph: string };
    force: string;
    termForce: string;
    termSource: string | null;
    internal: boolean;
    edition: { name: string; from: string };
    term: object;
    days: { day: string; counted: boolean; reason: string; ordinal?: number }[];
    calendarVersion: string;
    official: boolean;
    reminders: string[];
    steps: { step: string; at: string; recipients: string[] }[];
  };
}
interface Failure {
  error: { code: string; message: string };
}

const ask = async (...args: string[]) => jsonOf(await tirek('deadline', ...args, '--json')) as Answer;
const failing = async (...args: string[]) => {
  const heard = await tirek('deadline', ...args, '--json');
  expect(heard.exitCode).toBe(1);
  return (jsonOf(heard) as Failure).error;
};

describe('tirek deadline --json', () => {
  it('256-13-2: three working days from the day after registration, the day off of 16 December skipped', async () => {
    const answer = await ask('--rule', '256-13-2', '--from', FROM);
    expect(answer).toMatchObject({ rule: '256-13-2', from: FROM, dueAt: '2026-12-21T19:00:00.000Z' });
    expect(answer.basis).toMatchObject({
      source: { order: '256', paragraph: 'п.13 2)' },
      force: 'law',
      termForce: 'law',
      internal: false,
      edition: { name: '256', from: '2024-06-14' },
      term: { unit: 'working_days', count: 3 },
      calendarVersion: CALENDAR_2026_11_21.version,
      official: true,
    });
    expect(answer.basis.days.map(({ day, reason }) => `${day} ${reason}`)).toEqual([
      '2026-12-15 event_day',
      '2026-12-16 day_off',
      '2026-12-17 counted',
      '2026-12-18 counted',
      '2026-12-19 weekend',
      '2026-12-20 weekend',
      '2026-12-21 counted',
    ]);
  });

  it('256-13-2: the ladder follows the term: reminder, overdue, +1 and +3 working days, end of the quarter', async () => {
    const { basis } = await ask('--rule', '256-13-2', '--from', FROM);
    expect(basis.reminders).toEqual(['2026-12-18T04:00:00.000Z']);
    expect(basis.steps).toEqual([
      { step: 'reminder', at: '2026-12-18T04:00:00.000Z', recipients: ['case_manager'] },
      { step: 'overdue', at: '2026-12-21T19:00:00.000Z', recipients: ['case_manager', 'unit_head'] },
      { step: 'head', at: '2026-12-22T19:00:00.000Z', recipients: ['center_head'] },
      { step: 'coordinator', at: '2026-12-24T19:00:00.000Z', recipients: ['coordinator'] },
      { step: 'quarter_end', at: '2026-12-31T19:00:00.000Z', recipients: ['center_head'] },
    ]);
  });

  it('256-13-3, P9: an internal term says so and climbs to the head at most', async () => {
    const { basis } = await ask('--rule', '256-13-3', '--from', FROM);
    expect(basis).toMatchObject({ force: 'law', termForce: 'internal', termSource: 'P9', internal: true });
    expect(basis.steps.map(({ step }) => step)).toEqual(['reminder', 'exceeded', 'head']);
  });

  it('192-11-1: a measure ends on its own date', async () => {
    const answer = await ask('--rule', '192-11-1', '--from', '2026-01-26T10:00:00+05:00', '--measure-date', '2026-03-02');
    expect(answer.dueAt).toBe('2026-03-02T19:00:00.000Z');
    expect(answer.basis.reminders).toEqual(['2026-02-13T04:00:00.000Z', '2026-02-26T04:00:00.000Z']);
  });

  it('D-MON: as many months as were chosen, moved from a day off to the next working day', async () => {
    // 8 March 2026 is a Sunday, and Monday the 9th is off for it.
    const answer = await ask('--rule', 'D-MON', '--from', '2025-12-08T12:00:00+05:00', '--months', '3');
    expect(answer.dueAt).toBe('2026-03-10T19:00:00.000Z');
    expect(answer.basis.days.at(-1)).toMatchObject({ day: '2026-03-10', reason: 'shifted' });
  });

  it('says that a date of 2027 rests on a calendar that is not official', async () => {
    expect((await ask('--rule', '256-13-2', '--from', '2027-05-12T10:00:00+05:00')).basis.official).toBe(false);
  });

  it('echoes the moment as written; without an offset it is Asia/Almaty', async () => {
    expect(await ask('--rule', '256-13-2', '--from', '2026-12-14T20:00:00Z')).toMatchObject({
      from: '2026-12-14T20:00:00Z',
      dueAt: '2026-12-21T19:00:00.000Z',
    });
    expect(await ask('--rule', '256-13-2', '--from', '2026-12-15T23:59')).toMatchObject({
      from: '2026-12-15T23:59:00+05:00',
      dueAt: '2026-12-21T19:00:00.000Z',
    });
    expect((await ask('--rule', '256-13-2', '--from', '2026-12-15')).dueAt).toBe('2026-12-21T19:00:00.000Z');
  });

  it('every timed row of the table gives a date, the same as the engine computes in a case', () => {
    const law = lawOf({ calendar: CALENDAR_2026_11_21, policy: DEFAULT_POLICY });
    const lived = live(straightRoad()).caseState.duties;
    let compared = 0;
    for (const { id, readings } of law.rules) {
      const spec = readings.at(-1)?.duty;
      if (spec === undefined || spec.term.unit === 'none') continue;
      const duty = lived.find(({ rule }) => rule === id);
      const from = new Date(duty?.startedAt ?? REGISTERED_AT).toISOString();
      const own = duty?.term?.unit === 'until_day' ? duty.term.day : '2026-06-30';
      const explained = explainDeadline(law, {
        rule: id,
        from,
        ...(spec.term.unit === 'own_date' ? { measureDate: own } : {}),
        ...(id === 'D-MON' ? { months: 3 } : {}),
      });
      if (duty === undefined) continue;
      compared += 1;
      expect(explained.duty).toMatchObject({ dueAt: duty.dueAt, steps: duty.steps, force: duty.force, owner: duty.owner });
    }
    expect(compared).toBeGreaterThan(12);
  });
});

describe('tirek deadline in text', () => {
  it('256-13-2: shows each day, the due moment as 24:00, the calendar and its force', async () => {
    const { out, err, exitCode } = await tirek('deadline', '--rule', '256-13-2', '--from', FROM);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('2026-12-21 24:00 (Asia/Almaty) = 2026-12-21T19:00:00.000Z');
    expect(out).toMatch(/2026-12-16 +Wednesday +- +public holiday/);
    expect(out).toMatch(/2026-12-21 +Monday +3 +working day/);
    expect(out).toContain('version 2026-11-21 (official)');
    expect(out).toMatch(/^Primary assessment · 256-13-2 · order of .+ paragraph 13 item 2\) · law$/m);
    expect(out).toContain('бастапқы бағалау жүргізіледі');
  });

  it('P9: an internal term is never shown without its mark, in any language', async () => {
    for (const language of ['kk', 'ru', 'en']) {
      const { out } = await tirek('deadline', '--rule', '256-13-3', '--from', FROM, '--lang', language);
      expect(out).toContain('ішкі мерзім / внутренний срок');
    }
    expect((await tirek('deadline', '--rule', '256-13-2', '--from', FROM)).out).not.toContain('ішкі мерзім');
  });

  it('stays within 100 columns in every language', async () => {
    for (const language of ['kk', 'ru', 'en']) {
      const { out } = await tirek('deadline', '--rule', '192-11-2', '--from', FROM, '--lang', language);
      expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
    }
  });
});

describe('tirek deadline refuses with one sentence and the remedy', () => {
  it.each([
    ['an unknown rule', ['--rule', '256-99', '--from', FROM], 'rule_unknown', 'rules'],
    ['a rule without a term', ['--rule', '256-13-CON', '--from', FROM], 'rule_without_term', 'no term'],
    ['a duty without a term', ['--rule', '256-13-INT', '--from', FROM], 'rule_without_term', 'no term'],
    ['what is no date', ['--rule', '256-13-2', '--from', 'tomorrow'], 'date_invalid', 'YYYY-MM-DD'],
    ['a day that does not exist', ['--rule', '256-13-2', '--from', '2026-02-30T10:00:00+05:00'], 'date_invalid', 'YYYY-MM-DD'],
    ['an hour that does not exist', ['--rule', '256-13-2', '--from', '2026-02-20T25:00:00+05:00'], 'date_invalid', 'YYYY-MM-DD'],
    ['a measure without its date', ['--rule', '192-11-1', '--from', FROM], 'measure_date_required', '--measure-date'],
    ['a measure that ended before it began', ['--rule', '192-11-1', '--from', FROM, '--measure-date', '2026-12-01'], 'measure_date_in_past', '--measure-date'],
    ['monitoring of two months', ['--rule', 'D-MON', '--from', FROM, '--months', '2'], 'months_required', 'from 3 to 6'],
    ['a value that the rule does not take', ['--rule', '256-13-2', '--from', FROM, '--months', '3'], 'option_not_applicable', '--months'],
    ['a year without a table', ['--rule', '256-13-2', '--from', '2027-12-31T10:00:00+05:00'], 'calendar_year_missing', 'adopt'],
    ['a day before the order', ['--rule', '256-13-2', '--from', '2024-06-13T10:00:00+05:00'], 'rule_not_in_force', '2024-06-14'],
    ['a missing option', ['--rule', '256-13-2'], 'usage', '--from'],
    ['an unknown language', ['--rule', '256-13-2', '--from', FROM, '--lang', 'de'], 'usage', 'kk, ru or en'],
  ])('%s', async (_what, args, code, remedy) => {
    const error = await failing(...args);
    expect(error.code).toBe(code);
    expect(error.message).toContain(remedy);
    const plain = await tirek('deadline', ...args);
    expect(plain).toMatchObject({ exitCode: 1, out: '' });
    expect(plain.err.trim()).toBe(error.message);
  });
});
