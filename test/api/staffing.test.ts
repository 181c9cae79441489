/** Who answers for what, over HTTP: the head for the own Center, the administrator for all; and the own list of alerts. */
import { randomUUID } from 'node:crypto';
import { isIin } from '../../domain/person/iin.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { AlertPage } from '../../contracts/http/duties.js';
import { AlertSeen, Staffing, type StaffingBody } from '../../contracts/http/staffing.js';
import { tellInApp } from '../../db/notices.js';
import { RecordedLife } from '../db/recorded-life.js';
import { CENTER, local } from '../lives/straight-road.js';
import { agreed, rowCounts, startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';

const PATH = `/v1/staffing/${CENTER}`;
const HEAD = 'dev-head';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(() => api.stop());

type Body = z.input<typeof StaffingBody>;

async function inForce(path = PATH, token = HEAD): Promise<z.output<typeof Staffing>> {
  const reply = await api.get<unknown>(path, { token });
  expect(reply.status).toBe(200);
  return Staffing.parse(reply.body);
}

/** What is in force, as it would be sent back with changes. */
async function changed(changes: Partial<Body>): Promise<Body> {
  const { holder: _holder, ...body } = await inForce();
  return { ...body, ...changes };
}

const put = (body: unknown, path = PATH, token = HEAD): Promise<Reply> => agreed(api, api.ask('PUT', path, { token, body }));

const turn = (from: string, to: string, person = `unit-head-${CENTER}`) => ({ person, from: `2026-12-${from}:00Z`, to: `2026-12-${to}:00Z` });

describe('posts, deputies and the duty rota', () => {
  it('P54: the head sets a rota for the own Center; the former versions are kept', async () => {
    const before = await inForce();
    const body = await changed({
      rota: [turn('20T13:30', '21T04:00')],
      deputies: [{ absent: `head-${CENTER}`, deputy: `unit-head-${CENTER}`, from: '2026-12-01', to: '2026-12-14', order: '12-қ', orderedOn: '2026-01-01' }],
    });
    const reply = await put(body);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ ...body, version: before.version + 1, rota: [turn('20T13:30', '21T04:00')] });
    expect(await inForce()).toMatchObject({ version: before.version + 1 });
    const { rows } = await api.owner.query('select version, changed_by from staffing where holder = $1 order by version', [CENTER]);
    expect(rows).toEqual([
      { version: 1, changed_by: 'seed' },
      { version: 2, changed_by: `head-${CENTER}` },
    ]);
  });

  it('a repeat of the same change has the same answer and writes nothing', async () => {
    const body = await changed({ rota: [turn('22T13:30', '23T04:00')] });
    const first = await put(body);
    const counts = await rowCounts(api.owner);
    const second = await put(body);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body).toEqual(first.body);
    expect(await rowCounts(api.owner)).toEqual(counts);
  });

  it('of two who read the same version, one writes and the other reads again', async () => {
    const body = await changed({});
    const replies = await Promise.all([put({ ...body, rota: [] }), put({ ...body, rota: [turn('24T13:30', '25T04:00')] })]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(replies.find(({ status }) => status === 409)?.body.code).toBe('staffing_changed');
  });

  it('keeps addresses of those who are listed, and forgets the others', async () => {
    const { people } = await inForce();
    await put(await changed({ people: [...people, { person: 'guest-1', mail: 'guest@center.example' }] }));
    expect((await inForce()).people).toContainEqual({ person: 'guest-1', mail: 'guest@center.example' });
    await put(await changed({ people }));
    expect((await inForce()).people).toEqual(people);
    const { rows } = await api.owner.query(`select from staff where mail = 'guest@center.example'
      union all select from staffing where data::text like '%guest@center.example%'`);
    expect(rows).toEqual([]);
  });

  it('256-17-1: keeps the ИИН by which a signature is somebody’s beside the document, not in it; two may change numbers', async () => {
    const { people } = await inForce();
    const [first, second, ...rest] = people;
    const swapped = [{ ...first!, iin: second!.iin }, { ...second!, iin: first!.iin }, ...rest];
    expect((await put(await changed({ people: swapped }))).status).toBe(200);
    expect((await inForce()).people).toEqual(swapped);
    await put(await changed({ people }));
    const { rows } = await api.owner.query('select from staffing where data::text like $1', [`%${first!.iin}%`]);
    expect([isIin(first!.iin ?? ''), rows]).toEqual([true, []]);
  });

  it.each<[string, Partial<Body>, string[]]>([
    [
      'one ИИН of two people',
      {
        posts: [],
        people: [
          { person: 'a', iin: '900101100004' },
          { person: 'b', iin: '900101100004' },
        ],
      },
      ['/people/1/iin duplicate'],
    ],
    ['P54: turns that overlap', { rota: [turn('20T13:30', '21T04:00'), turn('21T03:00', '21T12:00')] }, ['/rota/1 overlap']],
    ['a turn that ends before it begins', { rota: [turn('21T04:00', '20T13:30')] }, ['/rota/0/to dates_reversed']],
    [
      'two heads at a time',
      {
        posts: ['head-1', 'head-2'].map((person) => ({ role: 'center_head' as const, person, from: '2026-01-01' })),
        people: [{ person: 'head-1' }, { person: 'head-2' }],
      },
      ['/posts/1 overlap'],
    ],
    ['somebody who is not listed', { rota: [turn('20T13:30', '21T04:00', 'stranger-1')] }, ['/rota/0/person person_unlisted']],
    [
      'deputies in a circle',
      {
        deputies: [
          ['head', 'unit-head'],
          ['unit-head', 'head'],
        ].map(([absent, deputy]) => ({
          absent: `${absent}-${CENTER}`,
          deputy: `${deputy}-${CENTER}`,
          from: '2026-12-01',
          to: '2026-12-14',
          order: '12-қ',
          orderedOn: '2026-01-01',
        })),
      },
      ['/deputies/0/deputy circle', '/deputies/1/deputy circle'],
    ],
  ])('refuses %s with each place, and nothing changes', async (_what, changes, places) => {
    // A person who was listed for another change stays out of this one.
    const body = { ...(await changed({ deputies: [], rota: [] })), ...changes };
    const before = await rowCounts(api.owner);
    const reply = await put(body);
    expect([reply.status, reply.body.code]).toEqual([422, 'staffing_invalid']);
    expect(reply.body.errors?.map(({ field, code }) => `${field} ${code}`)).toEqual(places);
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it.each<[string, unknown, string]>([
    ['a day that does not exist', { posts: [{ role: 'unit_head', person: 'a', from: '2026-02-30' }] }, '/posts/0/from day_impossible'],
    ['an address that is none', { people: [{ person: 'a', mail: 'a at center' }] }, '/people/0/mail wrong_format'],
    ['an ИИН for an id', { people: [{ person: '900101100004' }] }, '/people/0/person wrong_format'],
    ['a duty officer as a post', { posts: [{ role: 'duty_officer', person: 'a', from: '2026-01-01' }] }, '/posts/0/role value_not_allowed'],
    ['an unknown field', { heads: [] }, '/heads unknown_field'],
  ])('refuses %s', async (_what, changes, fault) => {
    const reply = await put({ ...(await changed({})), ...(changes as object) });
    expect([reply.status, reply.body.code]).toEqual([400, 'request_invalid']);
    expect(reply.body.errors?.map(({ field, code }) => `${field} ${code}`)).toEqual([fault]);
  });
});

describe('who may', () => {
  it.each([
    ['dev-manager', PATH, 403, 'role_not_allowed'],
    ['dev-unit-head', PATH, 403, 'role_not_allowed'],
    ['dev-coordinator', PATH, 403, 'role_not_allowed'],
    ['dev-head-2', PATH, 404, 'actor_of_other_center'],
    ['dev-head', '/v1/staffing/health', 404, 'actor_of_other_center'],
    ['dev-admin', '/v1/staffing/nowhere', 404, 'holder_unknown'],
    ['dev-admin', `/v1/staffing/${'x'.repeat(101)}`, 404, 'holder_unknown'],
  ])('%s at %s: %i %s, to read and to write', async (token, path, status, code) => {
    for (const reply of [await api.get(path, { token }), await put({ version: 0 }, path, token)]) {
      expect([reply.status, reply.body.code]).toEqual([status, code]);
    }
  });

  it('the administrator, for every Center and every agency', async () => {
    for (const path of [PATH, '/v1/staffing/shymkent-abay', '/v1/staffing/health']) expect((await inForce(path, 'dev-admin')).posts.length).toBeGreaterThan(0);
    const { holder: _holder, ...body } = await inForce('/v1/staffing/health', 'dev-admin');
    expect((await put({ ...body, posts: body.posts.map((post) => ({ ...post, to: '2026-12-31' })) }, '/v1/staffing/health', 'dev-admin')).status).toBe(200);
  });
});

describe('the own list of alerts', () => {
  const MANAGER = `manager-${CENTER}`;
  let life: RecordedLife;
  let told: string[];

  beforeAll(async () => {
    life = new RecordedLife(api.database.pool);
    await life.open();
    await life.sleepUntil(local('2026-01-22'));
    const { items } = AlertPage.parse((await api.get<unknown>(`/v1/alerts?caseId=${life.caseId}`)).body);
    told = items.filter(({ recipients }) => recipients.includes('case_manager')).map(({ id }) => id);
    await tellInApp(
      api.database.pool,
      told.map((alertId) => ({ alertId, recipients: [{ person: MANAGER, holder: CENTER, roles: ['case_manager'] }] })),
    );
  });

  const mine = async (token: string, query = ''): Promise<z.output<typeof AlertPage>> =>
    AlertPage.parse((await api.get<unknown>(`/v1/alerts?mine=true${query}`, { token })).body);
  const seen = (id: string, token = 'dev-manager'): Promise<Reply> => api.ask('PUT', `/v1/alerts/${encodeURIComponent(id)}/seen`, { token });

  it('has what was told to the reader and nothing else', async () => {
    expect((await mine('dev-manager')).items.map(({ id }) => id).toSorted()).toEqual(told.toSorted());
    expect((await mine('dev-head')).items).toEqual([]);
    expect((await mine('dev-manager-2')).items).toEqual([]);
    expect((await api.get(`/v1/alerts?mine=perhaps`)).body.code).toBe('request_invalid');
  });

  it('pages like the list of all', async () => {
    const ids: string[] = [];
    let after = '';
    do {
      const { items, next } = await mine('dev-manager', `&limit=1${after}`);
      ids.push(...items.map(({ id }) => id));
      after = next === undefined ? '' : `&after=${encodeURIComponent(next)}`;
    } while (after !== '');
    expect(ids.toSorted()).toEqual(told.toSorted());
  });

  it('shows what each person saw, and since when: the first time stands', async () => {
    const [id = ''] = told;
    const first = AlertSeen.parse((await seen(id)).body);
    expect((await seen(id)).body).toEqual(first);
    const shown = (await mine('dev-manager')).items.find((item) => item.id === id);
    expect(shown).toMatchObject({ seenAt: first.seenAt, notices: [{ person: MANAGER, channel: 'in_app', state: 'delivered', seenAt: first.seenAt }] });
    const forHead = AlertPage.parse((await api.get<unknown>(`/v1/alerts?caseId=${life.caseId}`, { token: HEAD })).body).items.find((item) => item.id === id);
    expect(forHead?.seenAt).toBeUndefined();
    expect(forHead?.notices).toEqual(shown?.notices);
  });

  it('nobody marks what was told to somebody else, or to nobody', async () => {
    const [id = ''] = told;
    for (const reply of [await seen(id, HEAD), await seen(id, 'dev-manager-2'), await seen(randomUUID()), await seen('x'.repeat(401))]) {
      expect([reply.status, reply.body.code]).toEqual([404, 'alert_unknown']);
    }
  });
});
