/** "Why this date" after another calendar was adopted: every reading of the date, in the API, in words and on the page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Why } from '../../contracts/http/duties.js';
import { LANGUAGES } from '../../contracts/messages/language.js';
import type { TurnInput } from '../../domain/case/turn.js';
import { amendCalendar, CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import type { Calendar, LegalDay } from '../../domain/law/calendar.js';
import { RecordedLife } from '../db/recorded-life.js';
import { local } from '../lives/straight-road.js';
import { startApiUnderTest, type ApiUnderTest, type Asking } from './api-under-test.js';

let api: ApiUnderTest;
/** Its assessment is due on 15 January 2026; on the 13th the 14th is declared off, on the 14th that is taken back. */
let moved: RecordedLife;
/** Its assessment was missed on 15 January; on the 19th the 14th is declared off. */
let missed: RecordedLife;

const DUTY = '256-13-2:case';

function dayOff(version: string, ...days: LegalDay[]): Calendar {
  return amendCalendar(CALENDAR_2026_11_21, { version, act: 'order of tests', changes: days.map((day) => ({ day, becomes: 'off' })) });
}

function adopting(calendar: Calendar): TurnInput {
  return { kind: 'adoption', adoption: { id: `adoption-of-${calendar.version}`, act: calendar.act ?? '', calendar, recompute: 'own' } };
}

beforeAll(async () => {
  api = await startApiUnderTest();
  [moved, missed] = [new RecordedLife(api.database.pool), new RecordedLife(api.database.pool)];
  const calendars = [dayOff('14-off', '2026-01-14'), dayOff('15-off', '2026-01-14', '2026-01-15'), dayOff('far-off', '2026-01-14', '2026-06-01')];
  const [first, second, third] = calendars as [Calendar, Calendar, Calendar];
  for (const { version, act, ...years } of calendars) {
    await api.owner.query('insert into calendar_version (version, data, act) values ($1, $2, $3)', [version, { version, act, ...years }, act]);
  }
  for (const life of [moved, missed]) {
    await api.owner.query('insert into household (id) values ($1)', [life.householdId]);
    await life.open();
  }
  await moved.turn(local('2026-01-13'), adopting(first));
  await moved.turn(local('2026-01-14'), adopting(third));
  await missed.sleepUntil(local('2026-01-19'));
  await missed.turn(local('2026-01-19'), adopting(second));
});
afterAll(() => api.stop());

async function why(life: RecordedLife, asking?: Asking): Promise<z.output<typeof Why>> {
  const reply = await api.get<unknown>(`/v1/cases/${life.caseId}/duties/${encodeURIComponent(DUTY)}/why`, asking);
  expect(reply.status).toBe(200);
  return Why.parse(reply.body);
}

describe('256-13-2 after an adoption', () => {
  it('is counted by the calendar that stands, and tells every reading with its act', async () => {
    const body = await why(moved);
    expect(body).toMatchObject({ lastDay: '2026-01-16', calendar: { version: 'far-off' } });
    expect(body.days.find(({ day }) => day === '2026-01-14')).toMatchObject({ counted: false, reason: 'day_off' });
    expect(body.readings).toMatchObject([
      { effect: 'set', calendar: '2026-11-21', dueAt: '2026-01-15T19:00:00.000Z' },
      { effect: 'moved', calendar: '14-off', act: 'order of tests', from: '2026-01-15T19:00:00.000Z', dueAt: '2026-01-16T19:00:00.000Z' },
      { effect: 'confirmed', calendar: 'far-off', dueAt: '2026-01-16T19:00:00.000Z' },
    ]);
  });

  it('that was missed before keeps its date and its counting, and tells the other reading beside it', async () => {
    const body = await why(missed);
    expect(body).toMatchObject({ lastDay: '2026-01-15', standing: 'overdue', calendar: { version: '2026-11-21' } });
    expect(body.readings.at(-1)).toMatchObject({ effect: 'kept', calendar: '15-off', dueAt: '2026-01-15T19:00:00.000Z', wouldBe: '2026-01-19T19:00:00.000Z' });
  });

  it.each([
    ['ru', /последний день перенесён с 15 января 2026 года на 16 января 2026 года\./],
    ['kk', /соңғы күн 2026 жылғы 15 қаңтар күнінен 2026 жылғы 16 қаңтар күніне ауыстырылды\./],
    ['en', /calendar 14-off was adopted \(order of tests\): the last day moved from 15 January 2026 to 16 January 2026\./],
  ] as const)('can be read aloud in %s', async (language, sentence) => {
    expect((await why(moved, { language })).text).toMatch(sentence);
  });

  it.each(LANGUAGES)('leaves no place unfilled in %s, missed or moved', async (language) => {
    for (const life of [moved, missed]) expect((await why(life, { language })).text).not.toMatch(/[{}]/);
  });

  it('calendar.md part 4: the timeline tells what the adoption changed', async () => {
    const reply = await api.get<{ items: { type: string; duties: object[] }[] }>(`/v1/cases/${missed.caseId}/timeline`);
    const adopted = reply.body.items.find(({ type }) => type === 'LawAdopted');
    expect(adopted?.duties).toContainEqual({
      op: 'kept',
      key: DUTY,
      title: 'Первичная оценка',
      at: '2026-01-19T05:00:00.000Z',
      dueAt: '2026-01-15T19:00:00.000Z',
      wouldBe: '2026-01-19T19:00:00.000Z',
    });
  });
});
