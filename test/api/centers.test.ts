/** A Center over HTTP: what it owes, the akim's order, why a date; and its duties among those of its cases. */
import { createDesk } from '../../ledger/desk.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CenterDetail } from '../../contracts/http/centers.js';
import { DutyPage, Why } from '../../contracts/http/duties.js';
import { LANGUAGES } from '../../contracts/messages/language.js';
import { createConsole } from '../../console/router.js';
import { unfitGroups } from '../../db/mobile-groups.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { GROUP_PARTS } from '../../domain/law/mobile-group.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { CENTER } from '../lives/straight-road.js';
import { NO_ENGINE, startApiUnderTest, type ApiUnderTest, type Asking } from './api-under-test.js';

const PATH = `/v1/centers/${CENTER}`;
const ORDERS = `${PATH}/mobile-group-orders`;
const HEAD: Asking = { token: 'dev-head' };
const TODAY = legalDayOf(Date.now());
const MEMBERS = GROUP_PARTS.map((part, place) => ({ part, name: `Синтетическое лицо ${place}`, phone: `+7 700 000 00 0${place}` }));
const KEY = `256-21-2:${CENTER}`;

let database: TestDatabase;
let api: ApiUnderTest;
beforeAll(async () => {
  database = await createDatabase();
  api = await startApiUnderTest({
    database,
    deps: {
      consoleRouter: createConsole({ pool: database.pool, desk: createDesk(database.pool, { proof: TEST_PROOF }), signIn: 'development_tokens', ...NO_ENGINE }),
    },
  });
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

const center = async (): Promise<ReturnType<typeof CenterDetail.parse>> => CenterDetail.parse((await api.get<unknown>(PATH)).body);

describe('a Center', () => {
  it('P36: is shown to its people from the first question on, and owes its order today', async () => {
    const detail = await center();
    expect(detail).toMatchObject({ center: CENTER, seq: 1, overdue: 0, mobileGroupOrders: [] });
    expect(detail.orderInForce).toBeUndefined();
    expect(detail.duties).toMatchObject([
      { rule: '256-21-2', center: CENTER, standing: 'open', lastDay: TODAY, why: `${PATH}/duties/${encodeURIComponent(KEY)}/why` },
    ]);
    expect(detail.duties[0]).not.toHaveProperty('caseId');
  });

  it('256-21-2: its duty stands in the list of duties, among those of the cases', async () => {
    const { items } = DutyPage.parse((await api.get<unknown>('/v1/duties?owner=center_head')).body);
    expect(items).toMatchObject([{ rule: '256-21-2', center: CENTER, owner: 'center_head' }]);
  });

  it('is not shown to the people of another Center, and nothing of it is taken from them', async () => {
    const stranger: Asking = { token: 'dev-head-2' };
    expect(await api.get(PATH, stranger)).toMatchObject({ status: 404, body: { code: 'center_unknown' } });
    expect(await api.post(ORDERS, { number: '1', issuedOn: TODAY, members: MEMBERS }, stranger)).toMatchObject({
      status: 404,
      body: { code: 'center_unknown' },
    });
    expect(await api.get('/v1/centers/nowhere')).toMatchObject({ status: 404, body: { code: 'center_unknown' } });
  });
});

describe('the akim’s order', () => {
  const order = { number: '41-ө', issuedOn: TODAY, forYear: Number(TODAY.slice(0, 4)), members: MEMBERS };

  it.each([
    ['order_in_future', { number: '2', issuedOn: addDays(TODAY, 1), members: MEMBERS }, 422],
    ['order_expired', { number: '3', issuedOn: '2024-03-11', members: MEMBERS }, 422],
    ['order_year_not_allowed', { number: '4', issuedOn: '2026-02-01', forYear: 2031, members: MEMBERS }, 422],
    ['group_incomplete', { number: '5', issuedOn: TODAY, members: MEMBERS.slice(0, 2) }, 422],
  ])('%s: refused with a sentence and a remedy in each language', async (code, body, status) => {
    for (const language of LANGUAGES) {
      const reply = await api.post(ORDERS, body, { ...HEAD, language });
      expect(reply).toMatchObject({ status, body: { code } });
      expect(reply.body.detail).not.toMatch(/[{}]/);
    }
    expect((await center()).seq).toBe(1);
  });

  it('is not for everybody to record', async () => {
    expect(await api.post(ORDERS, order, { token: 'dev-manager' })).toMatchObject({ status: 403, body: { code: 'role_not_allowed' } });
  });

  it('P36: meets what is owed, and the next one is owed by 31 December of its year', async () => {
    const key = randomUUID();
    const first = await api.post<{ seq: number }>(ORDERS, order, { ...HEAD, key });
    expect(first).toMatchObject({ status: 200, body: { center: CENTER, seq: 2 } });
    expect((await api.post(ORDERS, order, { ...HEAD, key })).text).toBe(first.text);
    expect(await api.post(ORDERS, { ...order, number: '9' }, { ...HEAD, key })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await api.post(ORDERS, order, HEAD)).toMatchObject({ status: 409, body: { code: 'order_already_recorded' } });
    const detail = await center();
    expect(detail.orderInForce).toMatchObject({ number: '41-ө', validUntil: `${order.forYear}-12-31` });
    expect(detail.duties.map(({ standing, lastDay }) => [standing, lastDay])).toEqual([
      ['met', TODAY],
      ['open', `${order.forYear}-12-31`],
    ]);
  });

  it('the explanation tells why: the order, its year, the only reminder thirty days before', async () => {
    const why = Why.parse((await api.get<unknown>(`${PATH}/duties/${encodeURIComponent(`${KEY}:2`)}/why`)).body);
    expect(why).toMatchObject({
      center: CENTER,
      rule: { id: '256-21-2' },
      start: { type: 'MobileGroupOrdered' },
      term: { unit: 'until_day', day: `${order.forYear}-12-31` },
    });
    expect(why).not.toHaveProperty('caseId');
    expect(why.steps.map(({ step }) => step).filter((step) => step !== 'reminder')).toEqual(['overdue']);
    expect(await api.get(`${PATH}/duties/none/why`)).toMatchObject({ status: 404, body: { code: 'duty_unknown' } });
  });
});

describe('256-21-1: the mobile group', () => {
  it('has names and telephones for the people of the Center, and none of them in the ledger', async () => {
    const { orderInForce } = await center();
    expect(orderInForce?.members.map(({ part, name, phone }) => ({ part, name, phone }))).toEqual(MEMBERS);
    expect(orderInForce?.lacks).toEqual([]);
    const { rows } = await database.pool.query<{ all: string }>(`select string_agg(entry::text, ' ') as all from ledger`);
    const [row] = rows;
    expect(row?.all).toContain('MobileGroupOrdered');
    for (const { name, phone } of MEMBERS) expect([row?.all.includes(name), row?.all.includes(phone)]).toEqual([false, false]);
  });

  it('P36: whoever leaves is missed, which is an alarm until another order', async () => {
    const member = (await center()).orderInForce?.members.find(({ part }) => part === 'health');
    const leaving = `${PATH}/mobile-group-members/${member?.memberId ?? ''}/release`;
    expect(await api.post(leaving, {}, { token: 'dev-manager' })).toMatchObject({ status: 403, body: { code: 'role_not_allowed' } });
    expect(await api.post(leaving, {}, HEAD)).toMatchObject({ status: 200 });
    expect(await api.post(leaving, {}, HEAD)).toMatchObject({ status: 404, body: { code: 'group_member_unknown' } });
    expect((await center()).orderInForce?.lacks).toEqual(['health']);
    expect(await unfitGroups(database.pool, Date.now())).toMatchObject([{ center: CENTER, standing: 'incomplete', lacks: ['health'], calls: 0 }]);
    expect(await api.post(ORDERS, { number: '60-ө', issuedOn: TODAY, members: MEMBERS }, HEAD)).toMatchObject({ status: 200 });
    expect(await unfitGroups(database.pool, Date.now())).toEqual([]);
  });
});

describe('256-20: a visit without a threat', () => {
  it('is planned, held with findings, and read by the people of the Center', async () => {
    expect(await api.post(`${PATH}/outreach`, { plannedOn: TODAY, place: 'Синтетическое место' }, { token: 'dev-manager' })).toMatchObject({ status: 200 });
    const { plannedOutreach, orderInForce } = await center();
    expect(plannedOutreach).toMatchObject([{ plannedOn: TODAY, place: 'Синтетическое место' }]);
    const present = orderInForce?.members.slice(0, 2).map(({ memberId }) => memberId);
    const now = Date.now();
    const times = { departedAt: new Date(now - 60_000).toISOString(), arrivedAt: new Date(now - 30_000).toISOString() };
    const body = { visitId: plannedOutreach[0]?.visitId, ...times, present, findings: 'Синтетические выводы' };
    expect(await api.post(`${PATH}/outreach/visits`, body, { token: 'dev-manager' })).toMatchObject({ status: 200 });
    expect(await api.post(`${PATH}/outreach/visits`, body, { token: 'dev-manager' })).toMatchObject({ status: 404, body: { code: 'outreach_unknown' } });
    const after = await center();
    expect(after.plannedOutreach).toEqual([]);
    expect(after.heldOutreach).toMatchObject([{ ...times, present, findings: 'Синтетические выводы' }]);
  });
});

describe('the page of the Center', () => {
  it.each(LANGUAGES)('shows in %s the order in force and what is owed, and leads to why', async (language) => {
    const headers = { cookie: 'tirek_key=dev-head' };
    const page = await api.get(`/console/centers/${CENTER}?lang=${language}`, { token: undefined, headers });
    expect(page.status).toBe(200);
    expect(page.text).toContain('41-ө');
    const address = `/console/centers/${CENTER}/duties/${encodeURIComponent(`${KEY}:2`)}`;
    expect(page.text).toContain(address);
    const why = await api.get(`${address}?lang=${language}`, { token: undefined, headers });
    expect(why.status).toBe(200);
    expect(why.text).toContain('256-21-2');
    const lists = await api.get(`/console/duties?lang=${language}`, { token: undefined, headers });
    expect(lists.text).toContain(`/console/centers/${CENTER}`);
  });

  it('is nobody’s of another Center', async () => {
    expect((await api.get('/console/centers/shymkent-abay', { token: undefined, headers: { cookie: 'tirek_key=dev-head' } })).status).toBe(404);
  });
});
