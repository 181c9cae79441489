/** The pages of the law: the rules with their wording, and the alarms to the administrator. */
import { createDesk } from '../../ledger/desk.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsole } from '../../console/router.js';
import { roadInWords, RULE_WORDS } from '../../console/rule-words.js';
import { catalogueOf } from '../../contracts/messages/catalogue.js';
import { LANGUAGES, type Language } from '../../contracts/messages/language.js';
import { ROADS } from '../../domain/law/rules/roads.js';
import { RULES } from '../../domain/law/rules/table.js';
import { watchAlarms } from '../../work/watch/alarm-watch.js';
import { NO_ENGINE, startApiUnderTest, type ApiUnderTest, type Reply } from '../api/api-under-test.js';
import { RecordedLife } from '../db/recorded-life.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';

let database: TestDatabase;
let api: ApiUnderTest;
let life: RecordedLife;

beforeAll(async () => {
  database = await createDatabase();
  const ruleTests = Promise.resolve(new Map([['256-13-2', { tests: [{ file: 'test/unit/term.test.ts', title: '256-13-2' }] }]]));
  api = await startApiUnderTest({
    database,
    deps: {
      consoleRouter: createConsole({
        pool: database.pool,
        desk: createDesk(database.pool, { proof: TEST_PROOF }),
        ruleTests,
        signIn: 'development_tokens',
        ...NO_ENGINE,
      }),
    },
  });
  life = new RecordedLife(database.pool);
  await life.open();
  await watchAlarms(database.pool, pino({ level: 'silent' }), Date.parse('2026-11-22T12:00:00+05:00'));
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

function page(path: string, language: Language, token = 'dev-head'): Promise<Reply> {
  return api.get(path, { token: undefined, language, headers: { cookie: `tirek_key=${token}` } });
}

/** What a person reads of a page. */
function textOf({ text }: Reply): string {
  const shown = text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'");
  return shown.replaceAll('&amp;', '&').replaceAll(/\s+/g, ' ');
}

const ROWS = RULES;

describe('the page of rules', () => {
  it.each(LANGUAGES)('has every row under its own address, with its title, its wording and its force, in %s', async (language) => {
    const reply = await page('/console/rules', language);
    expect(reply.status).toBe(200);
    const text = textOf(reply);
    for (const { id, title, wording } of ROWS) {
      expect(reply.text, id).toContain(`<section id="${id}">`);
      expect(text, id).toContain(`${title[language]} ${id}`);
      for (const words of [wording.kk, wording.ru]) expect(text, id).toContain((words ?? '').replaceAll(/\s+/g, ' '));
    }
    const { forces } = catalogueOf(language);
    for (const force of ['law', 'law_assumed', 'policy', 'repealed_pattern', 'internal'] as const) expect(text).toContain(forces[force]);
    expect(text).not.toMatch(/undefined|NaN|\[object|\{\w+\}/);
  });

  it('256-13-2: names where it is enforced, its term and how many tests exercise it', async () => {
    const text = textOf(await page('/console/rules', 'ru'));
    const row = text.slice(text.indexOf('256-13-2 '), text.indexOf('256-14-2 '));
    for (const words of ['3 рабочих дня', 'кейс-менеджер', 'соблюдается как обязанность: T-ASSESS', 'тестов: 1']) expect(row).toContain(words);
    expect(text).toContain('ни один тест не называет эту норму');
  });

  it('a row that waits for a road names it in the language of the reader', async () => {
    const waiting = ROWS.filter(({ enforced }) => enforced.as === 'not_built');
    expect(waiting.length).toBeGreaterThan(0);
    for (const language of LANGUAGES) {
      const text = textOf(await page('/console/rules', language));
      for (const { enforced } of waiting) expect(text).toContain(`${RULE_WORDS[language].enforced.not_built}: ${roadInWords(enforced.at, language)}`);
    }
    for (const road of Object.values(ROADS)) expect(roadInWords(road, 'ru')).toMatch(/\p{Script=Cyrillic}/u);
  });

  it('256-13-2: a date leads to the words of the law behind it', async () => {
    const address = 'href="/console/rules#256-13-2"';
    for (const path of ['/console/duties', `/console/cases/${life.caseId}`, `/console/cases/${life.caseId}/duties/256-13-2%3Acase`]) {
      expect((await page(path, 'kk')).text, path).toContain(address);
    }
    expect((await page('/console/cases', 'kk')).text).toContain('href="/console/rules"');
  });
});

describe('the page of alarms', () => {
  it.each([
    ['kk', 'ресми кестесі жоқ'],
    ['ru', 'нет официальной таблицы'],
    ['en', 'has no official table'],
  ] as const)('says what is wrong and what to do, in %s', async (language, words) => {
    const reply = await page('/console/alarms', language);
    expect(textOf(reply)).toContain(words);
    expect(reply.text).toContain(`<h1>${catalogueOf(language).words.alarms}</h1>`);
    expect(textOf(reply)).not.toMatch(/undefined|NaN|\[object|\{\w+\}/);
  });

  it('is linked and open for head and administrator alone', async () => {
    expect((await page('/console/cases', 'en', 'dev-admin')).text).toContain('href="/console/alarms"');
    expect((await page('/console/cases', 'en', 'dev-manager')).text).not.toContain('href="/console/alarms"');
    const refused = await page('/console/alarms', 'en', 'dev-manager');
    expect([refused.status, textOf(refused).includes('may not do this')]).toEqual([403, true]);
  });
});

describe('P6: a date without an official calendar', () => {
  it('256-13-2: is marked beside the date in the lists', async () => {
    const own = await createDatabase();
    const doubtful = await startApiUnderTest({
      database: own,
      deps: { consoleRouter: createConsole({ pool: own.pool, desk: createDesk(own.pool, { proof: TEST_PROOF }), signIn: 'development_tokens', ...NO_ENGINE }) },
    });
    try {
      // No version may change; this one is made doubtful before anybody has read it.
      await doubtful.owner.query('alter table calendar_version disable trigger user');
      await doubtful.owner.query(`update calendar_version set data = jsonb_set(data, '{years,2026,official}', 'false')`);
      const other = new RecordedLife(own.pool);
      await other.open();
      for (const path of ['/console/duties', `/console/cases/${other.caseId}`]) {
        const reply = await doubtful.get(path, { token: undefined, language: 'ru', headers: { cookie: 'tirek_key=dev-head' } });
        expect(textOf(reply), path).toContain('24:00 (неофициально)');
      }
    } finally {
      await doubtful.stop();
      await own.drop();
    }
    expect(textOf(await page('/console/duties', 'ru'))).not.toContain('неофициально');
  });
});
