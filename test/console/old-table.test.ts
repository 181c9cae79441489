/** A case whose ledger names a rule table that the code has no more, and a row that today's table has no more. */
import { createDesk } from '../../ledger/desk.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsole } from '../../console/router.js';
import { Why } from '../../contracts/http/duties.js';
import { catalogueOf } from '../../contracts/messages/catalogue.js';
import { LANGUAGES } from '../../contracts/messages/language.js';
import type { Law } from '../../domain/law/law.js';
import { NO_ENGINE, startApiUnderTest, type ApiUnderTest } from '../api/api-under-test.js';
import { RecordedLife } from '../db/recorded-life.js';
import { LAW } from '../lives/live.js';
import { local } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';

const GONE = '256-99';

/** The table of that day: 256-13-2 stood there twice, once under an id that went away. */
function oldLaw(): Law {
  const rules = LAW.rules.flatMap((rule) => (rule.id === '256-13-2' ? [rule, { ...rule, id: GONE }] : [rule]));
  return { ...LAW, ref: { ...LAW.ref, rules: 'rules-0' }, rules };
}

let database: TestDatabase;
let api: ApiUnderTest;
let life: RecordedLife;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApiUnderTest({
    database,
    deps: {
      consoleRouter: createConsole({ pool: database.pool, desk: createDesk(database.pool, { proof: TEST_PROOF }), signIn: 'development_tokens', ...NO_ENGINE }),
    },
  });
  life = new RecordedLife(database.pool, undefined, oldLaw());
  await life.open();
  await life.sleepUntil(local('2026-01-17'));
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

describe('why this date, of a duty from an old table', () => {
  it.each(LANGUAGES)('256-13-2: a row that stands is told as ever, in %s', async (language) => {
    expect(life.caseState.law.rules).toBe('rules-0');
    const reply = await api.get<unknown>(`/v1/cases/${life.caseId}/duties/256-13-2:case/why`, { language });
    expect(Why.parse(reply.body)).toMatchObject({ rule: { id: '256-13-2' }, lastDay: '2026-01-15', standing: 'overdue' });
  });

  it.each(LANGUAGES)('a row that is gone leaves the date, its days and its steps, and says so, in %s', async (language) => {
    const { status, body } = await api.get<unknown>(`/v1/cases/${life.caseId}/duties/${GONE}:case/why`, { language });
    expect(status).toBe(200);
    const why = Why.parse(body);
    expect(why).not.toHaveProperty('rule');
    expect(why).toMatchObject({ lastDay: '2026-01-15', standing: 'overdue', term: { unit: 'working_days', count: 3, force: 'law', source: GONE } });
    expect(why.steps.filter(({ reached }) => reached).map(({ step }) => step)).toEqual(['reminder', 'overdue', 'head']);
    const { forces, why: words } = catalogueOf(language);
    expect(why.text).toContain(words.ruleGone.replace('{rule}', GONE).replace('{force}', forces.law));
    expect(why.text).not.toMatch(/[{}]|undefined/);
  });

  it.each(LANGUAGES)('and so do its page and the lists that lead there, in %s', async (language) => {
    const asking = { token: undefined, language, headers: { cookie: 'tirek_key=dev-head' } };
    for (const path of [`/console/cases/${life.caseId}/duties/${GONE}:case`, `/console/cases/${life.caseId}`, '/console/duties', '/console/alerts']) {
      const { status, text } = await api.get(path, asking);
      expect([path, status, text.includes(GONE)]).toEqual([path, 200, true]);
      expect(text).not.toMatch(/undefined|NaN|\[object/);
    }
  });
});
