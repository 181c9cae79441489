/**
 * 192-7-3: who sees what of which case. The principals, the kinds of cases and what is expected are made of the table
 * (`domain/access/sight.ts`); the answers come from the server.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { CaseDetail } from '../../contracts/http/cases.js';
import type { LookPage } from '../../contracts/http/looks.js';
import { CENTER_POSTS } from '../../contracts/staffing.js';
import { UNUSUAL_LOOKS } from '../../work/watch/alarm-watch.js';
import { busyViewers } from '../../db/access-log.js';
import { DEVELOPMENT_CENTERS, tokenDigest } from '../../db/development-tokens.js';
import { readStaffing, writeStaffing } from '../../db/staffing.js';
import { CASE_KINDS, type CaseKind } from '../../domain/access/case-kind.js';
import { may } from '../../domain/access/rights.js';
import { FIELDS, RELATIONS, SIGHT, type Field, type Relation } from '../../domain/access/sight.js';
import { COMMANDS } from '../../domain/case/commands.js';
import type { Role } from '../../domain/law/rule.js';
import { startApiUnderTest, type ApiUnderTest } from './api-under-test.js';

const [CENTER, ELSEWHERE] = DEVELOPMENT_CENTERS.map(({ id }) => id) as [string, string];
const ROLES: readonly Role[] = [...CENTER_POSTS, 'duty_officer'];

interface Principal {
  person: string;
  role: Role;
  center: string;
  /** Undefined: of another Center. */
  relation: Relation | undefined;
}

/** Each role by each relation that the table knows for it, once without any nearer one, and once at another Center. */
const PRINCIPALS: readonly Principal[] = ROLES.flatMap((role) => [
  ...RELATIONS.filter((relation) => relation === 'center' || (relation !== 'emergency' && SIGHT[role]?.[relation] !== undefined)).map(
    (relation): Principal => ({ person: `${role}-${relation}`.replaceAll('_', '-'), role, center: CENTER, relation }),
  ),
  { person: `${role}-elsewhere`.replaceAll('_', '-'), role, center: ELSEWHERE, relation: undefined },
]);

let api: ApiUnderTest;
const cases = new Map<CaseKind, FamilyCase>();

interface FamilyCase {
  caseId: string;
  documentId: string;
  memberId: string | undefined;
  /** Of something that is owed. */
  dutyKey: string | undefined;
}

beforeAll(async () => {
  api = await startApiUnderTest();
  for (const { person, role, center } of PRINCIPALS)
    await api.owner.query('insert into access_token (token_sha256, actor_id, role, center) values ($1, $2, $3, $4)', [
      tokenDigest(person),
      person,
      role,
      center,
    ]);
  await staff();
  for (const kind of CASE_KINDS) cases.set(kind, await caseOf(kind));
}, 120_000);
afterAll(() => api.stop());

/** Somebody of the unit `u1` is on every team; its head is the one by whose unit a case is seen. Nobody of `u3` is on any. */
async function staff(): Promise<void> {
  const { version, staffing, people } = await readStaffing(api.owner, CENTER);
  const posts = PRINCIPALS.filter(({ center, role }) => center === CENTER && role !== 'duty_officer' && role !== 'center_head').map(
    ({ person, role, relation }) => ({
      role: role as (typeof CENTER_POSTS)[number],
      person,
      from: '2026-01-01',
      unit: relation === 'unit' || person === 'psychologist-assigned' ? 'u1' : person === 'unit-head-center' ? 'u3' : 'u2',
    }),
  );
  const written = await writeStaffing(api.owner, {
    holder: CENTER,
    version,
    staffing: { ...staffing, posts: [...staffing.posts, ...posts] },
    people: [...people, ...posts.map(({ person }) => ({ person }))],
    changedBy: 'test',
  });
  if (written === 'changed_meanwhile') throw new Error('the staffing record was written by somebody else');
}

async function caseOf(kind: CaseKind): Promise<FamilyCase> {
  const registered = await api.post<{ caseId: string }>(
    '/v1/appeals',
    { channel: 1, threat: kind === 'threat', applicant: { fullName: 'Синтетическая Особа', address: 'Синтетическая улица, 1' }, text: 'Слова семьи.' },
    { token: 'dev-specialist' },
  );
  const { caseId } = registered.body;
  const give = async (path: string, body: unknown, token = 'dev-head'): Promise<void> => {
    const reply = await api.post(`/v1/cases/${caseId}/${path}`, body, { token });
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.text}`);
  };
  if (kind === 'minors') await give('members', { person: { fullName: 'Ребёнок', birthDate: '2019-04-12' }, kinship: 'child' });
  if (kind === 'violence') await give('violence-signs', { note: 'Слова о признаках.' });
  for (const { person, role, relation } of PRINCIPALS) if (relation === 'assigned') await give('team', { person, post: role });
  const documentId = await api.paper(caseId, 'consent', { token: 'dev-specialist' });
  const { persons, duties } = (await api.get<z.output<typeof CaseDetail>>(`/v1/cases/${caseId}`, { token: 'dev-head' })).body;
  return { caseId, documentId, memberId: persons[0]?.personId, dutyKey: duties[0]?.key };
}

/** By the table: what they see of a case of the Center. */
function seenBy({ role, relation }: Principal, kind: CaseKind): Field[] {
  if (relation === undefined) return [];
  const rows = SIGHT[role] ?? {};
  return FIELDS.filter((field) => rows[relation]?.[kind].includes(field) === true || rows.center?.[kind].includes(field) === true);
}

/** What a door answers by the table, where it needs that field of the case. */
function expected(principal: Principal, kind: CaseKind, needs: Field, right: 'readCases' | 'readDocuments'): number {
  if (!may(right, { id: principal.person, ...principal })) return 403;
  const fields = seenBy(principal, kind);
  if (!fields.includes('skeleton')) return 404;
  return fields.includes(needs) ? 200 : 403;
}

const EVERY = PRINCIPALS.flatMap((principal) => CASE_KINDS.map((kind) => ({ name: `${principal.person}, ${kind}`, principal, kind })));

describe('192-7-3, P43: one case', () => {
  it.each(EVERY)('$name: the case, its timeline and why of a date', async ({ principal, kind }) => {
    const { caseId, dutyKey } = cases.get(kind)!;
    const token = principal.person;
    const status = expected(principal, kind, 'skeleton', 'readCases');
    const reply = await api.get<z.output<typeof CaseDetail>>(`/v1/cases/${caseId}`, { token });
    expect(reply.status).toBe(status);
    for (const path of ['timeline', `duties/${dutyKey}/why`]) {
      expect([path, (await api.get(`/v1/cases/${caseId}/${path}`, { token })).status]).toEqual([path, status]);
    }
    if (status !== 200) return;
    const fields = seenBy(principal, kind);
    expect(reply.body.hidden).toEqual(FIELDS.filter((field) => !fields.includes(field)));
    expect(reply.body.persons.length > 0).toBe(fields.includes('identity'));
    expect(reply.text.includes('Синтетическая Особа')).toBe(fields.includes('identity'));
    expect(reply.text.includes('Синтетическая улица')).toBe(fields.includes('address'));
    expect(reply.body.narratives.length > 0).toBe(fields.includes('narrative'));
  });

  it.each(EVERY)('$name: documents, and what was said of a member before', async ({ principal, kind }) => {
    const { caseId, documentId, memberId } = cases.get(kind)!;
    const token = principal.person;
    const status = async (path: string): Promise<number> => (await api.get(path, { token })).status;
    const ofDocuments = expected(principal, kind, 'narrative', 'readDocuments');
    expect(await status(`/v1/cases/${caseId}/documents`)).toBe(ofDocuments);
    expect(await status(`/v1/documents/${documentId}`)).toBe(ofDocuments);
    expect(await status(`/v1/documents/${documentId}/content`)).toBe(ofDocuments);
    expect(await status(`/v1/documents/${documentId}/signatures`)).toBe(ofDocuments);
    expect(await status(`/v1/cases/${caseId}/members/${memberId}/history`)).toBe(expected(principal, kind, 'identity', 'readCases'));
  });

  it.each(EVERY)('$name: an act on what is not seen finds no case', async ({ principal, kind }) => {
    const { caseId } = cases.get(kind)!;
    const reply = await api.post(`/v1/cases/${caseId}/interview`, { note: 'Беседа.' }, { token: principal.person });
    if (!COMMANDS.recordInterview.roles.includes(principal.role)) expect(reply.status).toBe(403);
    else expect(reply.status).toBe(seenBy(principal, kind).includes('skeleton') ? 200 : 404);
  });
});

describe('192-7-3: lists', () => {
  it.each(PRINCIPALS.map((principal) => ({ name: principal.person, principal })))('$name: cases and what is owed', async ({ principal }) => {
    const token = principal.person;
    const shown = CASE_KINDS.filter((kind) => seenBy(principal, kind).includes('skeleton')).map((kind) => cases.get(kind)!.caseId);
    for (const list of ['cases', 'duties']) {
      const reply = await api.get<{ items: { caseId?: string }[] }>(`/v1/${list}?limit=100`, { token });
      expect(reply.status).toBe(may('readCases', { id: token, ...principal }) ? 200 : 403);
      if (reply.status !== 200) continue;
      const listed = new Set(reply.body.items.flatMap(({ caseId }) => caseId ?? []));
      expect([list, [...listed].toSorted()]).toEqual([list, shown.toSorted()]);
    }
  });
});

describe('the team', () => {
  it('a deputy sees what the absent colleague sees, on these days', async () => {
    const { caseId } = cases.get('violence')!;
    const token = 'lawyer-center';
    expect((await api.get(`/v1/cases/${caseId}`, { token })).status).toBe(404);
    const { version, staffing, people } = await readStaffing(api.owner, CENTER);
    const deputies = [{ absent: 'psychologist-assigned', deputy: token, from: '2026-01-01', to: '2099-12-31', order: '12-қ', orderedOn: '2026-01-01' }];
    await writeStaffing(api.owner, { holder: CENTER, version, staffing: { ...staffing, deputies }, people, changedBy: 'test' });
    expect((await api.get(`/v1/cases/${caseId}`, { token })).status).toBe(200);
    await writeStaffing(api.owner, { holder: CENTER, version: version + 1, staffing, people, changedBy: 'test' });
    expect((await api.get(`/v1/cases/${caseId}`, { token })).status).toBe(404);
  });

  it('whoever is let go sees no more than the Center; nobody lets himself in', async () => {
    const { caseId } = cases.get('ordinary')!;
    const token = 'lawyer-assigned';
    const hidden = async (): Promise<readonly string[]> => (await api.get<z.output<typeof CaseDetail>>(`/v1/cases/${caseId}`, { token })).body.hidden;
    expect(await hidden()).toEqual([]);
    expect((await api.post(`/v1/cases/${caseId}/team/release`, { person: token }, { token: 'dev-head' })).status).toBe(200);
    expect(await hidden()).toEqual(['plan', 'narrative', 'address']);
    const back = await api.post(`/v1/cases/${caseId}/team`, { person: token, post: 'lawyer' }, { token });
    expect([back.status, back.body.code]).toEqual([403, 'team_only']);
    expect((await api.post(`/v1/cases/${caseId}/team`, { person: token, post: 'lawyer' }, { token: 'dev-specialist' })).status).toBe(200);
  });
});

describe('P59: a case that is opened in an emergency', () => {
  const token = 'social-work-specialist-center';
  type Emergency = z.output<typeof CaseDetail>['emergencies'][number];

  it('is shown to the one who opened it, with the reason, and to nobody else; the head owes the judgement', async () => {
    const { caseId } = cases.get('violence')!;
    expect((await api.get(`/v1/cases/${caseId}`, { token })).status).toBe(404);
    expect((await api.post(`/v1/cases/${caseId}/emergency-access`, { reason: 'Она стоит у двери.' }, { token })).status).toBe(200);
    const opened = await api.get<z.output<typeof CaseDetail>>(`/v1/cases/${caseId}`, { token });
    expect(opened.body.hidden).toEqual([]);
    expect(opened.body.duties).toEqual(expect.arrayContaining([expect.objectContaining({ rule: 'P59', owner: 'center_head', standing: 'open' })]));
    const { items } = (await api.get<z.output<typeof LookPage>>(`/v1/cases/${caseId}/looks?limit=1`, { token: 'dev-head' })).body;
    expect(items).toMatchObject([{ person: token, relation: 'emergency', outcome: 'shown' }]);
    expect((await api.get(`/v1/cases/${caseId}`, { token: 'lawyer-center' })).status).toBe(404);
    const listed = await api.get<{ items: { caseId: string }[] }>('/v1/cases?limit=100', { token });
    expect(listed.body.items.map((item) => item.caseId)).not.toContain(caseId);
    const again = await api.post(`/v1/cases/${caseId}/emergency-access`, { reason: 'Ещё раз.' }, { token });
    expect([again.status, again.body.code]).toEqual([409, 'emergency_access_open']);
  });

  it('is closed to them after two hours, whether it was judged or not', async () => {
    const { caseId } = cases.get('violence')!;
    const { emergencies } = (await api.get<z.output<typeof CaseDetail>>(`/v1/cases/${caseId}`, { token })).body;
    const [{ accessId, from, to }] = emergencies as [Emergency];
    expect(Date.parse(to) - Date.parse(from)).toBe(2 * 3_600_000);
    const review = { finding: 'justified', note: 'Да.' };
    expect((await api.post(`/v1/cases/${caseId}/emergency-access/${accessId}/review`, review, { token })).status).toBe(403);
    expect((await api.post(`/v1/cases/${caseId}/emergency-access/${accessId}/review`, review, { token: 'dev-head' })).status).toBe(200);
    expect((await api.get(`/v1/cases/${caseId}`, { token })).status).toBe(200);
    await api.owner.query(
      `update subject_file set emergencies = jsonb_set(emergencies, '{0,to}', to_jsonb(clock_timestamp() - interval '1 second')) where subject_id = $1`,
      [caseId],
    );
    expect((await api.get(`/v1/cases/${caseId}`, { token })).status).toBe(404);
  });

  it('does not exist for another Center, emergency or not', async () => {
    const reply = await api.post(
      `/v1/cases/${cases.get('violence')!.caseId}/emergency-access`,
      { reason: 'Слова.' },
      { token: 'social-work-specialist-elsewhere' },
    );
    expect([reply.status, reply.body.code]).toEqual([404, 'case_unknown']);
  });
});

describe('192-7-3: every look is recorded', () => {
  async function looksAt(caseId: string, token = 'dev-head'): Promise<z.output<typeof LookPage>['items']> {
    return (await api.get<z.output<typeof LookPage>>(`/v1/cases/${caseId}/looks?limit=100`, { token })).body.items;
  }

  it('who, in which post, by what right, what was shown; refused tries of other Centers, too', async () => {
    const { caseId } = cases.get('violence')!;
    await api.get(`/v1/cases/${caseId}`, { token: 'case-manager-assigned' });
    await api.get(`/v1/cases/${caseId}`, { token: 'case-manager-center' });
    await api.get(`/v1/cases/${caseId}`, { token: 'center-head-elsewhere' });
    const [elsewhere, refused, shown] = await looksAt(caseId);
    expect(shown).toMatchObject({
      person: 'case-manager-assigned',
      role: 'case_manager',
      act: 'readCases',
      relation: 'assigned',
      outcome: 'shown',
      withinWork: true,
      fields: [...FIELDS],
    });
    expect(refused).toMatchObject({ person: 'case-manager-center', outcome: 'refused', fields: [], withinWork: false });
    expect(elsewhere).toMatchObject({ person: 'center-head-elsewhere', center: ELSEWHERE, outcome: 'refused' });
  });

  it('the head of the Center and its auditor read them, and nobody else', async () => {
    const { caseId } = cases.get('violence')!;
    const path = `/v1/cases/${caseId}/looks`;
    expect((await api.get(path, { token: 'auditor-center' })).status).toBe(200);
    expect((await api.get(path, { token: 'auditor-elsewhere' })).status).toBe(404);
    expect((await api.get(path, { token: 'case-manager-assigned' })).status).toBe(403);
    expect((await api.get(`/v1/cases/${randomUUID()}/looks`, { token: 'auditor-center' })).status).toBe(404);
  });

  it('a list says which cases it showed', async () => {
    await api.get('/v1/cases', { token: 'analyst-center' });
    expect(await looksAt(cases.get('ordinary')!.caseId)).toEqual(
      expect.arrayContaining([expect.objectContaining({ person: 'analyst-center', act: 'readCases', fields: ['skeleton'] })]),
    );
  });

  it('nothing of the log is changed or removed, by the processes or by the owner', async () => {
    for (const pool of [api.database.pool, api.owner]) {
      await expect(pool.query(`update access_log set person = 'nobody'`)).rejects.toThrow(/append-only|permission denied/);
      await expect(pool.query('delete from access_log')).rejects.toThrow(/append-only|permission denied/);
    }
  });

  it('unusual looking is found: more families than work explains', async () => {
    expect((await busyViewers(api.database.pool, UNUSUAL_LOOKS)).map(({ person }) => person)).not.toContain('social-work-specialist-center');
    for (let count = 0; count <= UNUSUAL_LOOKS.outside; count += 1) {
      const { body } = await api.post<{ caseId: string }>('/v1/appeals', { channel: 1, threat: false, text: 'Слова.' }, { token: 'dev-specialist' });
      await api.get(`/v1/cases/${body.caseId}`, { token: 'social-work-specialist-center' });
    }
    expect(await busyViewers(api.database.pool, UNUSUAL_LOOKS)).toEqual(
      expect.arrayContaining([expect.objectContaining({ person: 'social-work-specialist-center', center: CENTER })]),
    );
  });
});
