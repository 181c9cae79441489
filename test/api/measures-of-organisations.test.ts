/** Measures of organisations over HTTP: a plan names them, the directory proposes them, a successor reports for whoever has ended. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppealRegistered } from '../../contracts/http/appeals.js';
import { CaseDetail } from '../../contracts/http/cases.js';
import { Proposals } from '../../contracts/http/organisations.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { addressForMessages } from '../../db/organisation-keys.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { agreed, sendReport, startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';

const ADMIN = 'dev-admin';
const HEAD = { token: 'dev-head' };
const today = legalDayOf(Date.now());
const DATES = { endsOn: addDays(today, 200), dueOn: addDays(today, 60) };
const secretOf = (word: string): string => `whsec_${Buffer.from(word.padEnd(24, '.')).toString('base64')}`;
const ABAY = '791110000';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(() => api.stop());

async function register(id: string, changes: Record<string, unknown> = {}): Promise<number> {
  const proposing = api.ask('PUT', `/v1/organisations/${id}`, {
    token: ADMIN,
    body: {
      version: 0,
      function: 'housing',
      territory: ABAY,
      nameKk: 'Тұрғын үй бөлімі',
      nameRu: 'Отдел жилищных отношений',
      protocol: 'http',
      endpointUrl: 'http://127.0.0.1:9/housing',
      secret: secretOf(id),
      validFrom: addDays(today, -30),
      ...changes,
    },
  });
  const reply = (await agreed(api, proposing)) as unknown as Reply<{ version: number }>;
  expect(reply.status).toBe(200);
  return reply.body.version;
}

const end = (id: string, body: unknown): Promise<Reply> => agreed(api, api.ask('PUT', `/v1/organisations/${id}/end`, { token: ADMIN, body }));

async function planning(): Promise<{ caseId: string; family: ReturnType<typeof syntheticFamily> }> {
  const family = syntheticFamily();
  const { caseId } = AppealRegistered.parse((await api.post<unknown>('/v1/appeals', family.appeal())).body);
  for (const [path, body] of [
    ['consent', family.consent()],
    ['assessment', family.assessment()],
    ['needs', family.needs()],
  ] as const) {
    expect((await api.post(`/v1/cases/${caseId}/${path}`, body)).status).toBe(200);
  }
  return { caseId, family };
}

/** The case whose plan was sent to the organisation; its one measure of the state. */
async function sentTo(organisationId: string): Promise<{ caseId: string; measureId: string }> {
  const { caseId, family } = await planning();
  const give = async (path: string, body: unknown, asking = {}): Promise<void> => {
    const reply = await api.post(`/v1/cases/${caseId}/${path}`, body, asking);
    expect({ path, status: reply.status, code: reply.body.code }).toEqual({ path, status: 200, code: undefined });
  };
  await give('ipr', family.ipr(DATES, [organisationId]));
  for (const party of ['employee', 'family'] as const) await give('ipr/signatures', family.signature(party, await api.signed(caseId)));
  await give('ipr/approval', {}, HEAD);
  await give('ipr/dispatch', {});
  const { measures } = CaseDetail.parse((await api.get<unknown>(`/v1/cases/${caseId}`)).body);
  return { caseId, measureId: measures[0]?.measureId ?? '' };
}

describe('a department of a second district', () => {
  it('192-2, 192-9: registered by the API alone, it is named by a plan, is to be sent its referral, and its signed report is taken', async () => {
    await register('abay-housing');
    const { caseId, measureId } = await sentTo('abay-housing');
    const detail = CaseDetail.parse((await api.get<unknown>(`/v1/cases/${caseId}`)).body);
    expect(detail.measures[0]).toMatchObject({ agency: 'abay-housing', function: 'housing' });
    expect(detail.dispatches).toMatchObject([{ kind: 'referral', agency: 'abay-housing', state: 'pending' }]);
    const sent = await sendReport(
      api,
      { type: 'report', caseId, measureId, outcome: 'performed' },
      { agency: 'abay-housing', secret: secretOf('abay-housing') },
    );
    expect([sent.status, sent.body.duplicate]).toEqual([202, false]);
    const others = await sendReport(api, { type: 'report', caseId, measureId, outcome: 'performed' });
    expect(others.body.state === 'waiting' ? 'not_your_measure' : others.body.code).toBe('not_your_measure');
  });

  it.each([
    ['nobody', 404, 'organisation_unknown'],
    ['tomorrow', 422, 'organisation_not_valid'],
    ['contact', 422, 'organisation_of_no_sector'],
  ])('192-2: a plan that names %s: %i %s, and nothing changes', async (agency, status, code) => {
    if (agency === 'tomorrow') await register('tomorrow', { function: 'youth', validFrom: addDays(today, 1) });
    if (agency === 'contact') await register('contact', { function: 'contact_centre_111' });
    const { caseId, family } = await planning();
    const reply = await api.post(`/v1/cases/${caseId}/ipr`, family.ipr(DATES, [agency]));
    expect([reply.status, reply.body.code, reply.body.rule]).toEqual([status, code, '192-2']);
    expect(CaseDetail.parse((await api.get<unknown>(`/v1/cases/${caseId}`)).body).measures).toEqual([]);
  });
});

describe('an organisation that ends', () => {
  it('names the measures on which it owes information and asks for its successor, who gets the messages and reports', async () => {
    const version = await register('abay-health', { function: 'health' });
    const { caseId, measureId } = await sentTo('abay-health');
    const owed = await end('abay-health', { version, lastDay: addDays(today, -1) });
    expect([owed.status, owed.body.code]).toEqual([409, 'organisation_owes']);
    expect(owed.body.detail).toContain(`${caseId} ${measureId}`);
    await register('abay-health-2', { function: 'health', validFrom: today, territory: '791210000' });
    expect((await end('abay-health', { version, lastDay: addDays(today, -1), successor: 'abay-health-2' })).status).toBe(200);
    expect(await addressForMessages(api.database.pool, 'abay-health')).toMatchObject({ code: 'abay-health-2', secrets: [secretOf('abay-health-2')] });
    const id = randomUUID();
    const sent = await sendReport(
      api,
      { type: 'report', caseId, measureId, outcome: 'performed' },
      { agency: 'abay-health-2', secret: secretOf('abay-health-2'), id },
    );
    expect(sent.status).toBe(202);
    const { rows } = await api.owner.query<{ state: string; payload: unknown }>('select state, payload from inbox where delivery_id = $1', [id]);
    expect(rows).toMatchObject([{ payload: { measureId, standsFor: ['abay-health'] } }]);
    expect(sent.body.code).toBeUndefined();
  });

  it('may end by itself when it owes nothing', async () => {
    const version = await register('abay-sports', { function: 'sports' });
    expect((await end('abay-sports', { version, lastDay: today })).status).toBe(200);
  });
});

describe('proposals', () => {
  it('192-2: by where the family lives, of the nearest territory; who must come at once, by where it is now', async () => {
    await register('abay-education', { function: 'education' });
    await register('shymkent-culture', { function: 'culture', territory: '790000000' });
    await register('auezov-police', { function: 'internal_affairs', territory: '751310000' });
    const family = syntheticFamily();
    const appeal = { ...family.appeal(), residenceTerritory: ABAY, locationTerritory: '751310000' };
    const { caseId } = AppealRegistered.parse((await api.post<unknown>('/v1/appeals', appeal)).body);
    const { items } = Proposals.parse((await api.get<unknown>(`/v1/cases/${caseId}/organisations`)).body);
    const of = (code: string): unknown => {
      const found = items.find((item) => item.function === code);
      return [found?.ground, found?.territory, found?.organisation?.organisationId];
    };
    expect(of('education')).toEqual(['residence', ABAY, 'abay-education']);
    expect(of('culture')).toEqual(['residence', ABAY, 'shymkent-culture']);
    expect(of('internal_affairs')).toEqual(['location', '751310000', 'auezov-police']);
    expect(of('tourism')).toEqual(['residence', ABAY, undefined]);
  });

  it('192-9: where the directory has nobody, a case manager names one on paper, once, and a plan may name it', async () => {
    const { caseId, family } = await planning();
    const put = (code: string, token?: string): Promise<Reply<Record<string, unknown>>> =>
      api.ask('PUT', `/v1/cases/${caseId}/organisations/${code}/paper`, token === undefined ? {} : { token });
    const named = await put('tourism');
    expect(named).toMatchObject({
      status: 200,
      body: { function: 'tourism', protocol: 'paper', organisationId: expect.stringMatching(/^paper-tourism-\d{9}$/) },
    });
    expect((await put('tourism')).body).toEqual(named.body);
    expect((await put('employment')).body).toMatchObject({ organisationId: 'employment', protocol: 'http' });
    expect((await put('tourism', 'dev-specialist')).status).toBe(403);
    expect((await put('tourism', 'dev-manager-2')).status).toBe(404);
    const plan = family.ipr(DATES, [String(named.body['organisationId'])]);
    expect((await api.post(`/v1/cases/${caseId}/ipr`, plan)).status).toBe(200);
  });

  it('where nothing is known of the family by the territory of its Center; a code that is none is refused', async () => {
    const { caseId } = await planning();
    const { items } = Proposals.parse((await api.get<unknown>(`/v1/cases/${caseId}/organisations`)).body);
    expect(items.find((item) => item.function === 'employment')).toMatchObject({ ground: 'center', organisation: { organisationId: 'employment' } });
    const wrong = await api.post('/v1/appeals', { ...syntheticFamily().appeal(), residenceTerritory: 'Ауэзов' });
    expect(wrong.body.errors).toMatchObject([{ field: '/residenceTerritory', code: 'wrong_format' }]);
    expect((await api.get(`/v1/cases/${caseId}/organisations`, { token: 'dev-manager-2' })).body.code).toBe('case_unknown');
  });
});
