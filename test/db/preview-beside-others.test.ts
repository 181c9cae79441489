/** A preview over many cases beside other people's requests: it lets them in, holds a page, and ends with its client. */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { previewOf } from '../../office/law-preview.js';
import { readLawVersion, type StoredLawVersion } from '../../db/law-versions.js';
import { createPool, type Pool } from '../../db/pool.js';
import { generateAdoptions } from '../../tools/bench/generated-adoptions.js';
import { generateCases } from '../../tools/bench/generate-cases.js';
import { startApiUnderTest } from '../api/api-under-test.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { eventually } from '../stack/eventually.js';
import { TEST_VAULT } from '../stack/keys.js';

const CASES = 300;
/** Fewer states than a preview could hold at once. */
const MOST_AT_ONCE = 50;

let database: TestDatabase;
let version: StoredLawVersion;

beforeAll(async () => {
  database = await createDatabase();
  const owner = createPool(database.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-owner', statementTimeoutMs: 60_000 });
  await generateCases(owner, { cases: CASES, runningShare: 1, centers: 4, lives: 30 });
  await generateAdoptions(owner, 0);
  await owner.end();
  const stored = await readLawVersion(database.pool, 'calendar', 'generated');
  if (stored === undefined) throw new Error('the draft was not written');
  version = stored;
}, 120_000);
afterAll(() => database.drop());

/** The pool, with each page of states told of before it is read and counted after it. */
function watched(pool: Pool, onPage: () => void | Promise<void> = () => {}): { pool: Pool; pages: number[] } {
  const pages: number[] = [];
  const query = async (statement: string, values?: unknown[]) => {
    const isPage = typeof statement === 'string' && statement.includes('subject_state');
    if (isPage) await onPage();
    const result = await pool.query(statement, values);
    if (isPage) pages.push(result.rows.length);
    return result;
  };
  const listening = new Proxy(pool, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name, target)) });
  return { pool: listening, pages };
}

describe('a preview over many cases', () => {
  it('reads a page of states at a time, and what others had to do is done in between', async () => {
    const { pool, pages } = watched(database.pool);
    let turns = 0;
    const others = setInterval(() => (turns += 1), 0);
    const seen = await previewOf(pool, version, { recompute: 'own', limit: 5 }, Date.now());
    clearInterval(others);
    expect(seen.cases).toMatchObject({ open: CASES, notComputable: 0 });
    expect(pages.reduce((sum, rows) => sum + rows, 0)).toBe(CASES);
    expect(Math.max(...pages)).toBeLessThanOrEqual(MOST_AT_ONCE);
    expect(turns).toBeGreaterThanOrEqual(pages.length);
  });

  it('is given up when nobody waits for it any more', async () => {
    const gone = new AbortController();
    const reason = new Error('the client is gone');
    const { pool, pages } = watched(database.pool, () => {
      if (pages.length === 2) gone.abort(reason);
    });
    await expect(previewOf(pool, version, { recompute: 'own', limit: 5, signal: gone.signal }, Date.now())).rejects.toBe(reason);
    expect(pages.length).toBeLessThanOrEqual(3);
  });

  it('goes one at a time; the next one does not suffer by one that was given up', async () => {
    const { pool, pages } = watched(database.pool);
    const gone = new AbortController();
    gone.abort(new Error('gone before its turn'));
    const first = previewOf(pool, version, { recompute: 'own', limit: 5 }, Date.now()).then((body) => ({ body, pagesThen: pages.length }));
    const given = previewOf(pool, version, { recompute: 'own', limit: 5, signal: gone.signal }, Date.now());
    const second = previewOf(pool, version, { recompute: 'own', limit: 5 }, Date.now());
    await expect(given).rejects.toThrow('gone before its turn');
    const { body, pagesThen } = await first;
    expect((await second).cases).toEqual(body.cases);
    // Whatever the first one read stood before the second one's first page.
    expect(pagesThen).toBe(pages.length / 2);
  });
});

describe('GET /v1/law/calendars/{version}/preview', () => {
  it('ends with the client that hung up, and nothing is logged as a failure', async () => {
    const lines: string[] = [];
    let hangUp = (): void => {};
    const { pool, pages } = watched(database.house, async () => {
      if (pages.length !== 1) return;
      hangUp();
      await closed;
    });
    const api = await startApiUnderTest({
      database,
      log: pino({ level: 'info' }, { write: (line) => lines.push(line) }),
      pools: { house: pool, readers: database.readers },
    });
    const asked = httpRequest(`${api.url}/v1/law/calendars/generated/preview`, { headers: { authorization: 'Bearer dev-admin' } });
    hangUp = () => asked.destroy();
    const closed = new Promise<void>((resolve) => asked.once('close', resolve));
    // Hanging up is an error to who asked.
    asked.on('error', () => {});
    asked.end();
    await closed;
    // The next one is let in when the first has ended.
    const { status, body } = await api.get<{ cases: { open: number } }>('/v1/law/calendars/generated/preview?limit=0', { token: 'dev-admin' });
    expect({ status, open: body.cases.open }).toEqual({ status: 200, open: CASES });
    await eventually(() => Promise.resolve(lines.some((line) => line.includes('"status":200')) || undefined), 'the request is logged');
    expect(pages.length).toBeLessThan(2 * (CASES / 25));
    expect(lines.filter((line) => Number(JSON.parse(line).level) >= 40)).toEqual([]);
    await api.stop();
  });
});
