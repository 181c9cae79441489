/** P4: a threat found at 23:48 is answered by 01:48, and nobody is told of 24:00 of a day or of days. */
import { createDesk } from '../../ledger/desk.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsole } from '../../console/router.js';
import { CaseDetail } from '../../contracts/http/cases.js';
import { DutyPage, Why } from '../../contracts/http/duties.js';
import { LANGUAGES, type Language } from '../../contracts/messages/language.js';
import { RecordedLife } from '../db/recorded-life.js';
import { CENTER, command, local, MANAGER } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { NO_ENGINE, startApiUnderTest, type ApiUnderTest } from './api-under-test.js';

const RESPONSE = '6f1d2c3b-0000-4000-8000-000000000004';
const KEY = `P4:${RESPONSE}`;
const FOUND_AT = local('2027-06-15', 23, 48);
const DUE_AT = '2027-06-15T20:48:00.000Z';

let database: TestDatabase;
let api: ApiUnderTest;
/** The answer is still owed. */
let owed: RecordedLife;
/** It was given at 05:00, three hours and twelve minutes late. */
let late: RecordedLife;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApiUnderTest({
    database,
    deps: {
      consoleRouter: createConsole({ pool: database.pool, desk: createDesk(database.pool, { proof: TEST_PROOF }), signIn: 'development_tokens', ...NO_ENGINE }),
    },
  });
  [owed, late] = [await threatened(), await threatened()];
  await late.sleepUntil(local('2027-06-16', 5));
  await late.turn(local('2027-06-16', 5), { kind: 'command', command: command('assignImmediateMeasures', { noteId: 'note-2' }) });
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

async function threatened(): Promise<RecordedLife> {
  const life = new RecordedLife(database.pool);
  await api.owner.query('insert into household (id) values ($1)', [life.householdId]);
  await life.open(local('2027-06-15'));
  await life.turn(FOUND_AT, { kind: 'command', command: command('recordThreat', { direct: true, noteId: 'note-1' }, MANAGER, RESPONSE) });
  return life;
}

async function whyOf({ caseId }: RecordedLife, language: Language = 'en') {
  return Why.parse((await api.get(`/v1/cases/${caseId}/duties/${KEY}/why`, { language })).body);
}

async function page(path: string, language: Language = 'en'): Promise<string> {
  const reply = await api.get(`/console${path}`, { token: undefined, language, headers: { cookie: 'tirek_key=dev-manager' } });
  expect(reply.status).toBe(200);
  return reply.text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('the API', () => {
  it('P4, P53: lists it first, by its instant, without a last day, with what is left', async () => {
    const [first] = DutyPage.parse((await api.get(`/v1/duties?center=${CENTER}`)).body).items;
    expect(first).toMatchObject({ key: KEY, caseId: owed.caseId, urgent: true, dueAt: DUE_AT, minutesLeft: 120 });
    expect(first).not.toHaveProperty('lastDay');
  });

  it('P4: shows it in the case as in the list', async () => {
    const { duties } = CaseDetail.parse((await api.get(`/v1/cases/${owed.caseId}`)).body);
    const answer = duties.find(({ key }) => key === KEY);
    expect(answer).toMatchObject({ urgent: true, dueAt: DUE_AT, minutesLeft: 120 });
    expect(answer).not.toHaveProperty('lastDay');
    expect(duties.find(({ rule }) => rule === '256-13-2T')).toMatchObject({ urgent: true, lastDay: '2027-06-16' });
  });

  it('P4: explains it without a day, early or late', async () => {
    for (const life of [owed, late]) {
      const why = await whyOf(life);
      expect(why).toMatchObject({ days: [], dueAt: DUE_AT });
      expect(why).not.toHaveProperty('lastDay');
    }
    expect((await whyOf(late)).lateness).toMatchObject({ late: true, minutes: 192 });
    expect((await whyOf(late)).lateness).not.toHaveProperty('workingDays');
  });

  it.each([
    ['en', /The term is 2 hours, round the clock\. The term ends 16 June 2027, 01:48, .+ late by 3 hours 12 minutes\./],
    ['ru', /Срок истекает 16 июня 2027 года, 01:48 .+ с опозданием: 3 часа 12 минут\./],
    ['kk', /2027 жылғы 16 маусым, 01:48 бітеді\. .+ кешігу: 3 сағат 12 минут\./],
  ] as const)('P4: can be read aloud in %s', async (language, sentence) => {
    const { text } = await whyOf(late, language);
    expect(text).toMatch(sentence);
    expect(text).not.toMatch(/24:00|working day|рабоч|жұмыс күні/);
  });
});

describe('the pages', () => {
  it('P4: what is due begins with the instant and with what is left', async () => {
    const text = await page('/duties');
    const [firstEnd = ''] = /\d{4}-\d\d-\d\d \d\d:\d\d/.exec(text) ?? [];
    expect(firstEnd).toBe('2027-06-16 01:48');
    expect(text).toContain('2027-06-16 01:48 (2 hours left)');
  });

  it.each(LANGUAGES)('P4: the case and the explanation say the instant, in %s', async (language) => {
    const told = await page(`/cases/${owed.caseId}`, language);
    expect(told).toContain('2027-06-16 01:48');
    const why = await page(`/cases/${owed.caseId}/duties/${KEY}`, language);
    expect(why).toContain('2027-06-16 01:48');
    expect(why).not.toContain('24:00');
  });

  it('P4: the alerts of it say their instants', async () => {
    const alerts = await page('/alerts');
    expect(alerts).toContain('2027-06-16 00:48 Immediate response measures P4');
    expect(alerts).toContain('2027-06-16 01:48 Immediate response measures P4');
  });
});
