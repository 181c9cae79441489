/** What a person hears while something is missing or lost on the way: in time, with what to do, and the repeat is safe. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poolForReaders } from '../../db/reading-as.js';
import { createPool, type Pool } from '../../db/pool.js';
import { createDesk } from '../../ledger/desk.js';
import { alone } from '../../office/signed-in.js';
import { RecordedLife } from '../db/recorded-life.js';
import { straightRoad } from '../lives/straight-road.js';
import { eventually } from '../stack/eventually.js';
import { openPostgresLink, type PostgresLink } from '../stack/postgres-link.js';
import { rowCounts, sendReport, startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';
import { TEST_VAULT } from '../stack/keys.js';

/** The API on its own connections; nothing of Temporal is there in any of these tests. */
let api: ApiUnderTest;
/** The same house behind a link in our hand. */
let link: PostgresLink;
let pool: Pool;
let raw: Pool;
let linked: ApiUnderTest;
let log = '';

beforeAll(async () => {
  api = await startApiUnderTest();
  link = await openPostgresLink(api.database.urls.api);
  pool = createPool(link.url, { vault: TEST_VAULT, applicationName: 'tirek-test-link', role: 'desk', max: 4, statementTimeoutMs: 2_000 });
  raw = createPool(link.url, { vault: TEST_VAULT, applicationName: 'tirek-test-link-readers', max: 4, statementTimeoutMs: 2_000 });
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString('utf8');
      done();
    },
  });
  linked = await startApiUnderTest({ database: api.database, log: pino({ level: 'warn' }, sink), pools: { house: pool, readers: poolForReaders(raw, pool) } });
});
afterAll(async () => {
  await linked.stop();
  await Promise.all([pool.end(), raw.end()]);
  await link.close();
  await api.stop();
});

async function opened(asked = api): Promise<string> {
  const { status, body } = await asked.post<{ caseId: string }>('/v1/appeals', { channel: 1, threat: false });
  expect(status).toBe(201);
  return body.caseId;
}

async function typesOf(caseId: string): Promise<string[]> {
  return (await api.owner.query<{ type: string }>('select type from ledger where subject_id = $1 order by seq', [caseId])).rows.map(({ type }) => type);
}

/** Every connection is given back and works. */
async function isWhole(): Promise<void> {
  await eventually(() => Promise.resolve((pool.idleCount === pool.totalCount && pool.waitingCount === 0) || undefined), 'every connection is back');
  expect((await linked.get('/v1/cases')).status).toBe(200);
}

const sameAnswer = ({ status, text }: Reply<unknown>): object => ({ status, text });

describe('an answer that is lost after the commit', () => {
  it('of a command is looked up on another connection and told as if nothing had happened; the repeat has the same', async () => {
    const caseId = await opened();
    const key = randomUUID();
    const ask = (asked: ApiUnderTest) => asked.post(`/v1/cases/${caseId}/interview`, { note: 'слова' }, { key });
    const lost = link.loseAnswerTo('go-on');
    const first = await ask(linked);
    await lost;
    expect(first).toMatchObject({ status: 200, body: { caseId, seq: 2, stage: 'intake' } });
    expect(sameAnswer(await ask(linked))).toEqual(sameAnswer(first));
    expect(sameAnswer(await ask(api))).toEqual(sameAnswer(first));
    expect(await typesOf(caseId)).toEqual(['AppealRegistered', 'InterviewHeld']);
    expect((await api.owner.query('select from narrative where case_id = $1', [caseId])).rowCount).toBe(1);
    expect(log).toContain('a command lost its connection');
    await isWhole();
  });

  it('of a refused command is looked up as well', async () => {
    const caseId = await opened();
    const key = randomUUID();
    const ask = (asked: ApiUnderTest) => asked.post(`/v1/cases/${caseId}/monitoring/end`, { note: 'слова' }, { key });
    const lost = link.loseAnswerTo('answer-only');
    const first = await ask(linked);
    await lost;
    expect(first).toMatchObject({ status: 409, body: { code: 'wrong_stage' } });
    expect(sameAnswer(await ask(api))).toEqual(sameAnswer(first));
  });

  it('of an appeal is told by the repeat: one number, one case', async () => {
    const key = randomUUID();
    const ask = (asked: ApiUnderTest) =>
      asked.post<{ journalNumber: string; caseId: string }>('/v1/appeals', { channel: 1, threat: false, text: 'слова' }, { key });
    const before = await rowCounts(api.owner);
    const lost = link.loseAnswerTo('commit');
    const first = await ask(linked);
    await lost;
    expect(first).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } });
    const [again, third] = [await ask(linked), await ask(api)];
    expect(again.status).toBe(201);
    expect(sameAnswer(third)).toEqual(sameAnswer(again));
    const after = await rowCounts(api.owner);
    const more = (table: string): number => (after[table] ?? 0) - (before[table] ?? 0);
    expect(['appeal', 'subject_file', 'ledger', 'command', 'narrative', 'household'].map(more)).toEqual([1, 1, 1, 1, 1, 1]);
    await isWhole();
  });

  it('of a report is told by its repeat as a duplicate: it was taken once', async () => {
    const [caseId, id] = [await opened(), randomUUID()];
    const message = { type: 'report', caseId, measureId: randomUUID(), outcome: 'performed' };
    const lost = link.loseAnswerTo('receive-report');
    expect(await sendReport(linked, message, { id })).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } });
    await lost;
    expect(await sendReport(linked, message, { id })).toMatchObject({ status: 202, body: { duplicate: true } });
  });
});

describe('a Postgres that accepts and never answers', () => {
  it('is told as 503 within a client’s patience, and what was asked for is not done behind its back', async () => {
    const caseId = await opened();
    await isWhole();
    const [key, appealKey] = [randomUUID(), randomUUID()];
    const interview = (asked: ApiUnderTest) => asked.post(`/v1/cases/${caseId}/interview`, { note: 'x' }, { key });
    const appeal = (asked: ApiUnderTest) => asked.post('/v1/appeals', { channel: 1, threat: false }, { key: appealKey });
    link.silence();
    const begun = Date.now();
    const report = { type: 'report', caseId, measureId: randomUUID(), outcome: 'performed' };
    const replies = await Promise.all([interview(linked), appeal(linked), linked.get('/v1/cases'), sendReport(linked, report)]);
    // Clients wait ten seconds and more.
    expect(Date.now() - begun).toBeLessThan(10_000);
    for (const { status, body, headers } of replies) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'storage_unavailable' });
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
    }
    link.heal();
    expect(await typesOf(caseId)).toEqual(['AppealRegistered']);
    expect([(await interview(linked)).status, (await appeal(linked)).status]).toEqual([200, 201]);
    await isWhole();
  }, 30_000);

  it('that falls silent in the middle of a command is told as 503 in time, and the repeat is done once', async () => {
    const caseId = await opened();
    await isWhole();
    const key = randomUUID();
    const ask = () => linked.post(`/v1/cases/${caseId}/interview`, { note: 'x' }, { key });
    link.silenceAt('go-on');
    const begun = Date.now();
    expect(await ask()).toMatchObject({ status: 503, body: { code: 'storage_unavailable', detail: expect.stringContaining('Idempotency-Key') } });
    expect(Date.now() - begun).toBeLessThan(10_000);
    link.heal();
    expect(await ask()).toMatchObject({ status: 200, body: { seq: 2 } });
    expect(await typesOf(caseId)).toEqual(['AppealRegistered', 'InterviewHeld']);
    await isWhole();
  }, 30_000);
});

describe('a Postgres that is away', () => {
  it('every operation that needs it says so with 503, and nothing of the inside shows', async () => {
    // A port that was free a moment ago and has no listener now.
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const away = createPool(`postgres://tirek:secret@127.0.0.1:${port}/tirek`, { vault: TEST_VAULT, applicationName: 'tirek-test-away' });
    const blind = await startApiUnderTest({
      database: api.database,
      pools: { house: away, readers: poolForReaders(away, away) },
      deps: { authenticate: async () => alone({ id: 'a', role: 'case_manager', center: 'c' }) },
    });
    const replies = [
      await blind.get('/v1/cases'),
      await blind.post('/v1/appeals', { channel: 1, threat: false }),
      await blind.post(`/v1/cases/${randomUUID()}/interview`, { note: 'x' }),
      await sendReport(blind, { type: 'report', caseId: randomUUID(), measureId: randomUUID(), outcome: 'performed' }),
    ];
    await blind.stop();
    await away.end();
    for (const { status, body, text, headers } of replies) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'storage_unavailable' });
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
      expect(text).not.toMatch(/ECONNREFUSED|secret|postgres:/);
    }
  });

  it('for a moment: 503 at most, and the repeats with the same key are done once', async () => {
    const caseId = await opened();
    const key = randomUUID();
    await api.database.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tirek-test-link'`);
    const done = await eventually(async () => {
      const reply = await linked.post(`/v1/cases/${caseId}/interview`, { note: 'x' }, { key });
      if (reply.status !== 200) expect(reply).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } });
      return reply.status === 200 || undefined;
    }, 'a repeat is done');
    expect(done).toBe(true);
    expect(await typesOf(caseId)).toEqual(['AppealRegistered', 'InterviewHeld']);
    await isWhole();
  });
});

describe('a process that must not decide', () => {
  it('one that is older than the rows of the case: 503 release_outdated, nothing changed, and a newer one does it', async () => {
    const caseId = await opened();
    await api.owner.query('update case_file set version = 2 where subject_id = $1', [caseId]);
    const key = randomUUID();
    const ask = (asked: ApiUnderTest) => asked.post(`/v1/cases/${caseId}/interview`, { note: 'x' }, { key });
    const before = await rowCounts(api.owner);
    const reply = await ask(api);
    expect(reply).toMatchObject({ status: 503, body: { code: 'release_outdated' } });
    expect(reply.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await rowCounts(api.owner)).toEqual(before);
    const newer = await startApiUnderTest({
      database: api.database,
      deps: { desk: createDesk(api.database.pool, { proof: TEST_PROOF, deps: { knows: 2, writes: 2 } }) },
    });
    expect((await ask(newer)).status).toBe(200);
    await newer.stop();
  });

  it('an older one registers no appeal into such a case either, and a report waits for the newer', async () => {
    const applicant = { iin: '900101100004' };
    const { caseId } = (await api.post<{ caseId: string }>('/v1/appeals', { channel: 1, threat: false, applicant })).body;
    await api.owner.query('update case_file set version = 2 where subject_id = $1', [caseId]);
    const before = await rowCounts(api.owner);
    expect(await api.post('/v1/appeals', { channel: 1, threat: false, applicant })).toMatchObject({ status: 503, body: { code: 'release_outdated' } });
    expect(await rowCounts(api.owner)).toEqual(before);
    const report = { type: 'report', caseId, measureId: randomUUID(), outcome: 'performed' };
    expect(await sendReport(api, report)).toMatchObject({ status: 202, body: { state: 'waiting' } });
  });

  it.each([-31_000, 31_000])('one whose clock differs by %d ms from that of Postgres: 503 clocks_disagree, no date is counted', async (byMs) => {
    const caseId = await opened();
    const clock = (): number => Date.now() + byMs;
    const wrong = await startApiUnderTest({ database: api.database, deps: { desk: createDesk(api.database.pool, { proof: TEST_PROOF, deps: { clock } }) } });
    const before = await rowCounts(api.owner);
    const replies = [await wrong.post(`/v1/cases/${caseId}/interview`, { note: 'x' }), await wrong.post('/v1/appeals', { channel: 1, threat: false })];
    await wrong.stop();
    for (const { status, body, headers } of replies) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'clocks_disagree' });
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect(await rowCounts(api.owner)).toEqual(before);
  });
});

describe('what is no fault of the house', () => {
  it('Temporal away: commands, appeals and reads go on', async () => {
    const caseId = await opened();
    expect((await api.post(`/v1/cases/${caseId}/interview`, { note: 'x' })).status).toBe(200);
    expect((await api.get(`/v1/cases/${caseId}`)).status).toBe(200);
  });

  it('P51: an appeal whose year has no calendar is registered; its case answers 503 case_not_started_yet until it opens', async () => {
    const early = await startApiUnderTest();
    try {
      // No version may change; this one loses its years before anybody has read it.
      await early.owner.query('alter table calendar_version disable trigger user');
      await early.owner.query(`update calendar_version set data = jsonb_set(data, '{years}', '{}')`);
      const { status, body } = await early.post<{ caseId: string; journalNumber: string }>('/v1/appeals', { channel: 1, threat: false });
      expect([status, body.journalNumber]).toEqual([201, expect.stringMatching(/-000001$/)]);
      const replies = [await early.get(`/v1/cases/${body.caseId}`), await early.post(`/v1/cases/${body.caseId}/interview`, { note: 'x' })];
      for (const reply of replies) {
        expect(reply).toMatchObject({ status: 503, body: { code: 'case_not_started_yet' } });
        expect(reply.headers.get('retry-after')).not.toBeNull();
      }
      expect((await early.owner.query('select from command where subject_id = $1', [body.caseId])).rowCount).toBe(0);
    } finally {
      await early.stop();
    }
  });

  it('a closed case: 409 case_not_open, remembered, and nothing that it brought is kept', async () => {
    const whole = new RecordedLife(api.database.pool);
    await whole.open();
    await whole.live(straightRoad());
    const key = randomUUID();
    const ask = () => api.post(`/v1/cases/${whole.caseId}/monitoring/contacts`, { situation: 'stable', note: 'слова' }, { key });
    const first = await ask();
    expect(first).toMatchObject({ status: 409, body: { code: 'case_not_open' } });
    expect((await ask()).text).toBe(first.text);
    expect((await api.owner.query('select from narrative where case_id = $1', [whole.caseId])).rowCount).toBe(0);
    const { rows } = await api.owner.query('select payload, answer from command where subject_id = $1', [whole.caseId]);
    expect(rows).toMatchObject([{ payload: null, answer: { ok: false, refusal: { code: 'case_not_open' } } }]);
  });

  it('somebody who is never recognised hears 503 in time, whoever is to vouch', async () => {
    const deaf = await startApiUnderTest({ database: api.database, deps: { authenticate: () => new Promise(() => {}) } });
    const begun = Date.now();
    expect(await deaf.post('/v1/appeals', { channel: 1, threat: false })).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } });
    expect(Date.now() - begun).toBeLessThan(10_000);
    await deaf.stop();
  });

  it('an unexpected error shows a number and nothing else', async () => {
    const broken = await startApiUnderTest({
      database: api.database,
      deps: { authenticate: () => Promise.reject(new Error('a secret of the inside')) },
    });
    const reply = await broken.get('/v1/cases', { language: 'en' });
    await broken.stop();
    expect(reply).toMatchObject({ status: 500, body: { code: 'internal', detail: expect.stringMatching(/number [0-9a-f-]{36}/) } });
    expect(reply.text).not.toContain('secret');
  });
});
