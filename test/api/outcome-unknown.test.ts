/** What a person hears while something is missing: in time, and with what to do. */
import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporalClient } from '../../api/temporal-client.js';
import { CASE_WORKFLOW, CASES_TASK_QUEUE, caseWorkflowId } from '../../contracts/case-workflow.js';
import { createPool } from '../../db/pool.js';
import { RecordedLife } from '../db/recorded-life.js';
import { straightRoad } from '../lives/straight-road.js';
import { createNamespace } from '../stack/namespace.js';
import { injectedGround } from '../stack/ground.js';
import { startApiUnderTest, type ApiUnderTest } from './api-under-test.js';

const LIMIT_MS = 1_500;

let temporal: Client;
let disconnect: () => Promise<void>;
/** A real server without any worker: whatever is asked waits. */
let api: ApiUnderTest;
let running: RecordedLife;

beforeAll(async () => {
  const { temporalAddress } = injectedGround();
  const namespace = await createNamespace(temporalAddress);
  ({ client: temporal, close: disconnect } = temporalClient({ temporalAddress, temporalNamespace: namespace }));
  api = await startApiUnderTest({ temporal, deps: { commandTimeoutMs: LIMIT_MS } });
  running = new RecordedLife(api.database.pool);
  await running.open();
  await temporal.workflow.start(CASE_WORKFLOW, { workflowId: caseWorkflowId(running.caseId), taskQueue: CASES_TASK_QUEUE, args: [{}] });
});
afterAll(async () => {
  await temporal.workflow.getHandle(caseWorkflowId(running.caseId)).terminate();
  await api.stop();
  await disconnect();
});

interface CommandRow {
  id: string;
  payload: { noteId: string };
  answer: unknown;
}

async function commandsOf(caseId: string): Promise<CommandRow[]> {
  const { rows } = await api.owner.query<CommandRow>('select id, payload, answer from command where case_id = $1 order by created_at', [caseId]);
  return rows;
}

describe('503 outcome_unknown', () => {
  it('comes within the limit when no worker answers, and the repeat goes on with the same command', async () => {
    const key = randomUUID();
    const path = `/v1/cases/${running.caseId}/interview`;
    const begun = Date.now();
    const first = await api.post(path, { note: 'что сказано' }, { key });
    expect(first).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
    expect(first.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(first.body.detail).toContain('Idempotency-Key');
    // A bound, not a measurement: without one the call hangs for minutes.
    expect(Date.now() - begun).toBeLessThan(LIMIT_MS * 4);
    const [taken] = await commandsOf(running.caseId);
    await api.post(path, { note: 'что сказано' }, { key });
    expect(await commandsOf(running.caseId)).toEqual([taken]);
  });

  it('becomes the answer that the journal wrote meanwhile', async () => {
    const key = randomUUID();
    const path = `/v1/cases/${running.caseId}/manager`;
    const body = { caseManager: 'manager-2' };
    expect((await api.post(path, body, { key, token: 'dev-head' })).status).toBe(503);
    const command = (await commandsOf(running.caseId)).at(-1);
    await api.owner.query('update command set answer = $2 where id = $1', [command?.id, { ok: true, seq: 7, stage: 'intake' }]);
    const repeat = await api.post<unknown>(path, body, { key, token: 'dev-head' });
    expect(repeat).toMatchObject({ status: 200, body: { caseId: running.caseId, seq: 7, stage: 'intake', commandId: command?.id } });
  });
});

describe('Temporal is away', () => {
  let alone: ApiUnderTest;
  beforeAll(async () => {
    alone = await startApiUnderTest({ database: api.database, deps: { commandTimeoutMs: LIMIT_MS } });
  });
  afterAll(() => alone.stop());

  it('a command hears it within the limit', async () => {
    const reply = await alone.post(`/v1/cases/${running.caseId}/interview`, { note: 'x' }, { language: 'kk' });
    expect(reply).toMatchObject({ status: 503, body: { code: 'outcome_unknown', title: 'Уақытша қолжетімсіз' } });
  });

  it('an appeal is registered and a case is read all the same', async () => {
    expect((await alone.post('/v1/appeals', { channel: 1, threat: false })).status).toBe(201);
    expect((await alone.get(`/v1/cases/${running.caseId}`)).status).toBe(200);
  });
});

describe('no run of the case takes commands', () => {
  it('an appeal whose case is not open yet: 503 case_not_started_yet, the same key later', async () => {
    const { caseId } = (await api.post<{ caseId: string }>('/v1/appeals', { channel: 1, threat: false })).body;
    const reply = await api.post(`/v1/cases/${caseId}/interview`, { note: 'x' });
    expect(reply).toMatchObject({ status: 503, body: { code: 'case_not_started_yet' } });
    expect(reply.headers.get('retry-after')).not.toBeNull();
  });

  it('a closed case: 409 case_not_open, remembered, and what it brought is removed', async () => {
    const whole = new RecordedLife(api.database.pool);
    await whole.open();
    await whole.live(straightRoad());
    const key = randomUUID();
    const ask = () => api.post(`/v1/cases/${whole.caseId}/monitoring/contacts`, { situation: 'stable', note: 'слова' }, { key });
    const first = await ask();
    expect(first).toMatchObject({ status: 409, body: { code: 'case_not_open' } });
    expect((await ask()).text).toBe(first.text);
    const { rows } = await api.owner.query('select 1 from narrative where case_id = $1', [whole.caseId]);
    expect(rows).toEqual([]);
    expect(await commandsOf(whole.caseId)).toMatchObject([{ answer: { ok: false, refusal: { code: 'case_not_open' } } }]);
  });

  it('a case that should run and does not is no refusal: an operator must look', async () => {
    const lost = new RecordedLife(api.database.pool);
    await lost.open();
    const reply = await api.post(`/v1/cases/${lost.caseId}/interview`, { note: 'x' });
    expect(reply).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
  });
});

describe('Postgres is away', () => {
  it('every operation that needs it says so with 503, and nothing of the inside shows', async () => {
    // A port that was free a moment ago and has no listener now.
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const pool = createPool(`postgres://tirek:secret@127.0.0.1:${port}/tirek`, { applicationName: 'tirek-test-away' });
    const blind = await startApiUnderTest({ database: api.database, deps: { pool, authenticate: async () => ({ id: 'a', role: 'case_manager', center: 'c' }) } });
    const replies = [
      await blind.get('/v1/cases'),
      await blind.post('/v1/appeals', { channel: 1, threat: false }),
      await blind.post(`/v1/cases/${randomUUID()}/interview`, { note: 'x' }),
    ];
    await blind.stop();
    await pool.end();
    for (const { status, body, text } of replies) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'storage_unavailable' });
      expect(text).not.toMatch(/ECONNREFUSED|secret|postgres:/);
    }
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
