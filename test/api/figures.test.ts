/** 192-4-4: figures by Center, district, region and country, for posts that see nothing else. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Figures } from '../../contracts/http/figures.js';
import { OPERATIONS, COMMAND_OPERATIONS } from '../../contracts/http/operations.js';
import type { OperationSpec } from '../../contracts/http/operation.js';
import { DEVELOPMENT_CENTERS, tokenDigest } from '../../db/development-tokens.js';
import { bandOf, FIGURE_LEVELS, FIGURES_UP_TO, isWithinFigures, type FigureLevel } from '../../domain/access/figures.js';
import { legalDayOf } from '../../domain/law/calendar.js';
import type { Role } from '../../domain/law/rule.js';
import { personWithPosts } from '../../office/signed-in.js';
import { agreed, startApiUnderTest, type ApiUnderTest } from './api-under-test.js';

type Body = z.output<typeof Figures>;

const [CENTER, ELSEWHERE] = DEVELOPMENT_CENTERS.map(({ id }) => id) as [string, string];
const READERS: readonly { token: string; role: Role; center: string; of: Readonly<Partial<Record<FigureLevel, readonly string[]>>> }[] = [
  { token: 'dev-head', role: 'center_head', center: CENTER, of: { center: [CENTER] } },
  { token: 'analyst', role: 'analyst', center: CENTER, of: { center: [CENTER] } },
  { token: 'dev-coordinator', role: 'coordinator', center: CENTER, of: { center: [CENTER], district: ['751300000'] } },
  {
    token: 'region',
    role: 'region_supervisor',
    center: 'region-75',
    of: { center: [CENTER], district: ['751300000'], region: ['750000000'] },
  },
  {
    token: 'ministry',
    role: 'ministry_supervisor',
    center: 'ministry',
    of: { center: [CENTER, ELSEWHERE], district: ['751300000', '791100000'], region: ['750000000', '790000000'], country: ['KZ'] },
  },
];
const SUPERVISORS = ['region', 'ministry'];

const DAY = 86_400_000;
const from = legalDayOf(Date.now() - 30 * DAY);
const to = legalDayOf(Date.now() + 60 * DAY);

let api: ApiUnderTest;
const registered: string[] = [];

beforeAll(async () => {
  api = await startApiUnderTest();
  for (const { token, role, center } of READERS.filter(({ token: given }) => !given.startsWith('dev-')))
    await api.owner.query('insert into access_token (token_sha256, actor_id, role, center) values ($1, $1 || $2, $3, $4)', [
      tokenDigest(token),
      '',
      role,
      center,
    ]);
  for (const token of ['dev-specialist', 'dev-specialist', 'dev-specialist', 'dev-specialist-2']) await register(token);
}, 120_000);
afterAll(() => api.stop());

async function register(token: string): Promise<string> {
  const reply = await api.post<{ caseId: string }>('/v1/appeals', { channel: 1, threat: false, applicant: { fullName: 'Синтетическая Особа' } }, { token });
  registered.push(reply.body.caseId);
  return reply.body.caseId;
}

function figures(token: string, level: FigureLevel): ReturnType<typeof api.get<Body>> {
  return api.get<Body>(`/v1/figures?level=${level}&from=${from}&to=${to}`, { token });
}

function ordinaryAt(body: Body, of: string): number | undefined {
  return body.items.find((row) => row.of === of)?.cases.find(({ stage }) => stage === 'intake')?.ordinary;
}

describe('who reads figures of what', () => {
  const every = READERS.flatMap((reader) => FIGURE_LEVELS.map((level) => ({ name: `${reader.role}, ${level}`, reader, level })));

  it.each(every)('192-4-4: $name', async ({ reader: { token, role, of }, level }) => {
    const reply = await figures(token, level);
    expect([reply.status, isWithinFigures(role, level)]).toEqual(of[level] === undefined ? [403, false] : [200, true]);
    if (of[level] !== undefined) expect(reply.body.items.map((row) => row.of).toSorted()).toEqual(of[level].toSorted());
  });

  it('every role that may is among them', () => {
    expect(READERS.map(({ role }) => role).toSorted()).toEqual(Object.keys(FIGURES_UP_TO).toSorted());
  });

  it.each(['dev-specialist', 'dev-manager', 'dev-unit-head', 'dev-admin'])('%s reads none', async (token) => {
    expect((await figures(token, 'center')).status).toBe(403);
  });

  it('a region without a Center of that name has no figures', async () => {
    await api.owner.query(`insert into access_token (token_sha256, actor_id, role, center) values ($1, 'r10', 'region_supervisor', 'region-10')`, [
      tokenDigest('region-10'),
    ]);
    expect((await figures('region-10', 'region')).body.items).toEqual([]);
  });
});

describe('posts of figures see nothing else', () => {
  const operations = [...Object.values(OPERATIONS as Record<string, OperationSpec>), ...COMMAND_OPERATIONS.map(({ spec }) => spec)].filter(
    (spec) => spec.access === 'token' && spec.act !== 'readFigures' && spec.act !== 'readOwnPosts' && spec.act !== 'keepOwnSessions',
  );

  it.each(operations.map((spec) => ({ name: `${spec.method} ${spec.path}`, spec })))('$name', async ({ spec }) => {
    const path = (spec.path.endsWith('/documents') && spec.method === 'post' ? `${spec.path}?type=other` : spec.path)
      .replace(/\/stay-journal.*$/, '$&?from=2026-01-01&to=2026-01-31&language=ru')
      .replace('{caseId}', registered[0] ?? '')
      .replace('{center}', CENTER)
      .replace('{holder}', CENTER)
      .replaceAll(/\{\w+\}/g, randomUUID());
    for (const token of SUPERVISORS) {
      const reply = await api.ask(spec.method.toUpperCase(), path, {
        token,
        key: randomUUID(),
        ...(spec.method === 'get' ? {} : { body: spec.body?.example ?? {} }),
      });
      expect([token, reply.status]).toEqual([token, expect.toBeOneOf([403, 404])]);
    }
  });
});

describe('what is counted', () => {
  it('open cases by stage and kind, what is due, and no name and no id of a case', async () => {
    const before = ordinaryAt((await figures('ministry', 'center')).body, CENTER);
    expect(before).toBeGreaterThanOrEqual(3);
    await register('dev-specialist');
    const reply = await figures('ministry', 'center');
    expect(ordinaryAt(reply.body, CENTER)).toBe((before ?? 0) + 1);
    expect(ordinaryAt((await figures('ministry', 'country')).body, 'KZ')).toBe((before ?? 0) + 2);
    const triage = reply.body.items.find((row) => row.of === CENTER)?.duties.filter(({ rule }) => rule === '256-13-1');
    expect(triage).toEqual([{ rule: '256-13-1', standing: 'open', count: (before ?? 0) + 1 }]);
    for (const caseId of registered) expect(reply.text).not.toContain(caseId);
    expect(reply.text).not.toContain('Синтетическая');
  });

  it('organisations: what was due, late, returned, and who is waited for', async () => {
    const caseId = registered[0] ?? '';
    const duty = async (key: string, rule: string, standing: string): Promise<void> => {
      await api.owner.query(
        `insert into duty (subject_id, key, rule, subject, owner, agency, force, ladder, urgent, center, started_at, due_at, standing)
         values ($1, $2, $3, $2, 'agency', 'auezov-health', 'law', 'agency', false, $4, now(), now(), $5)`,
        [caseId, key, rule, CENTER, standing],
      );
    };
    await duty('a', '192-11-1', 'overdue');
    await duty('b', '192-11-1', 'met_late');
    await duty('c', '192-11-1', 'met');
    await duty('d', '192-11-3', 'open');
    await api.owner.query(`update subject_file set waiting_on = array['auezov-health'] where subject_id = $1`, [caseId]);
    const [row] = (await figures('region', 'region')).body.items;
    expect(row?.organisations).toEqual([{ organisation: 'auezov-health', due: 3, late: 2, returned: 1, waiting: 1 }]);
    expect(row?.waiting).toBe(1);
  });

  it('P43: under five cases with violence nobody learns how many, and they are in no other figure', async () => {
    const before = (await figures('dev-head', 'center')).body;
    const own = ordinaryAt(before, CENTER) ?? 0;
    for (let made = 0; made < 4; made += 1) {
      await api.post(`/v1/cases/${await register('dev-specialist')}/violence-signs`, { note: 'Слова.' }, { token: 'dev-head' });
      const { items } = (await figures('dev-head', 'center')).body;
      expect(items.map((row) => [row.violence, row.duties])).toEqual(before.items.map((row) => [row.violence, row.duties]));
      expect(items[0]?.cases.map(({ violence }) => violence)).toEqual(Array.from({ length: 6 }, () => '<5'));
      expect(ordinaryAt({ ...before, items }, CENTER)).toBe(own);
    }
    await api.post(`/v1/cases/${await register('dev-specialist')}/violence-signs`, { note: 'Слова.' }, { token: 'dev-head' });
    const [row] = (await figures('dev-head', 'center')).body.items;
    expect(row?.cases.find(({ stage }) => stage === 'intake')?.violence).toBe('5-9');
  });

  it('the bands', () => {
    expect([0, 4, 5, 9, 10, 27].map(bandOf)).toEqual(['<5', '<5', '5-9', '5-9', '10-14', '25-29']);
  });

  it('a term that ends with the last day of the period is in it, the next one is not', async () => {
    const [{ due_at: dueAt } = { due_at: new Date() }] = (
      await api.owner.query<{ due_at: Date }>(`select due_at from duty where rule = '256-13-1' and subject_id = $1`, [registered[3] ?? ''])
    ).rows;
    // 24:00 of the last day is the first instant of the next.
    const last = legalDayOf(dueAt.getTime() - 1);
    const count = async (day: string): Promise<number> => {
      const reply = await api.get<Body>(`/v1/figures?level=center&from=${day}&to=${day}`, { token: 'ministry' });
      const row = reply.body.items.find(({ of }) => of === ELSEWHERE);
      return row?.duties.filter(({ rule }) => rule === '256-13-1').reduce((total, each) => total + each.count, 0) ?? 0;
    };
    expect(await count(last)).toBe(1);
    expect(await count(legalDayOf(dueAt.getTime() + DAY))).toBe(0);
  });

  it.each([
    ['reversed', '2026-03-02', '2026-03-01', 'dates_reversed'],
    ['longer than a year', '2026-01-01', '2027-06-01', 'too_large'],
  ])('a period that is %s', async (_name, first, last, code) => {
    const reply = await api.get(`/v1/figures?level=center&from=${first}&to=${last}`, { token: 'dev-head' });
    expect([reply.status, reply.body.errors?.map((each) => each.code)]).toEqual([400, [code]]);
  });
});

describe('staffing of a region and of the ministry', () => {
  it('is written like that of a Center, by two administrators; each body has its own post alone', async () => {
    const body = (role: string): object => ({
      version: 0,
      people: [{ person: 'watcher-1' }],
      posts: [{ role, person: 'watcher-1', from: '2026-01-01' }],
      deputies: [],
      rota: [],
    });
    const write = (holder: string, role: string): ReturnType<typeof agreed> =>
      agreed(api, api.ask('PUT', `/v1/staffing/${holder}`, { token: 'dev-admin', body: body(role) }));
    expect((await write('region-75', 'ministry_supervisor')).status).toBe(422);
    expect((await write('region-75', 'center_head')).status).toBe(422);
    expect((await write('region-10', 'region_supervisor')).status).toBe(404);
    expect((await write('region-75', 'region_supervisor')).status).toBe(200);
    const { posts } = await personWithPosts(api.database.pool, 'watcher-1', { stepUp: { until: 0, minutes: 0, acr: [] } });
    expect(posts).toEqual([{ id: 'watcher-1', role: 'region_supervisor', center: 'region-75' }]);
    expect((await write('ministry', 'ministry_supervisor')).status).toBe(200);
  });
});
