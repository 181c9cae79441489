/** Four eyes: what an administrator asks beyond the own Center waits for a second one, who is never the same person. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActProposal, ActProposals } from '../../contracts/http/proposals.js';
import { ORGANISATION_EXAMPLE } from '../../contracts/http/organisations.js';
import { readKeys } from '../../db/organisation-keys.js';
import { tokenDigest } from '../../db/development-tokens.js';
import { CENTER } from '../lives/straight-road.js';
import { rowCounts, startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';

const FIRST = { token: 'dev-admin' };
const SECOND = { token: 'dev-admin-2' };
const OTHER_CENTER = 'shymkent-abay';
const CODE = { version: 0, title: { kk: 'код', ru: 'код', en: 'code' }, from: '2026-12-01' };

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(() => api.stop());

type Asked = { token: string };
const decide = (id: string, how: 'approval' | 'rejection' | 'withdrawal', who: Asked = SECOND): Promise<Reply> =>
  api.ask('PUT', `/v1/proposals/${id}/${how}`, { ...who, language: 'en' });
const read = async (id: string, who: Asked = SECOND): Promise<ReturnType<typeof ActProposal.parse>> =>
  ActProposal.parse((await api.get<unknown>(`/v1/proposals/${id}`, who)).body);

/** Puts a code of a list, which is about all Centers. */
let codes = 0;
async function proposedCode(who: Asked = FIRST): Promise<{ id: string; path: string }> {
  codes += 1;
  const path = `/v1/reference/codes/need/code_${codes}`;
  const reply = await api.ask<unknown>('PUT', path, { ...who, body: CODE });
  expect(reply.status).toBe(202);
  return { id: ActProposal.parse(reply.body).proposalId, path };
}
const exists = async (path: string): Promise<boolean> => (await api.get(path)).status === 200;

/** Somebody who holds another post besides, under another token. */
async function token(name: string, actorId: string, role = 'administrator', center = OTHER_CENTER): Promise<Asked> {
  await api.owner.query('insert into access_token (token_sha256, actor_id, role, center) values ($1, $2, $3, $4)', [tokenDigest(name), actorId, role, center]);
  return { token: name };
}

describe('a proposal', () => {
  it('takes effect when a second administrator approves it, in the name of who proposed it, and says so with the answer', async () => {
    const { id, path } = await proposedCode();
    expect(await exists(path)).toBe(false);
    expect(await read(id)).toMatchObject({ kind: 'replaceCode', state: 'proposed', proposedBy: `admin-${CENTER}`, body: CODE });
    const approved = ActProposal.parse((await decide(id, 'approval')).body);
    expect(approved).toMatchObject({ state: 'approved', decidedBy: `admin-${OTHER_CENTER}`, result: { version: 1, changedBy: `admin-${CENTER}` } });
    expect(await exists(path)).toBe(true);
    expect(await read(id)).toMatchObject({ state: 'approved', decidedBy: `admin-${OTHER_CENTER}` });
  });

  it('is listed for every administrator, by its state, and for nobody else', async () => {
    const { id } = await proposedCode();
    const listed = async (query: string): Promise<string[]> =>
      ActProposals.parse((await api.get<unknown>(`/v1/proposals${query}`, SECOND)).body).items.map(({ proposalId }) => proposalId);
    expect((await listed('?state=proposed'))[0]).toBe(id);
    expect(await listed('?state=withdrawn')).not.toContain(id);
    for (const who of ['dev-head', 'dev-manager', 'dev-coordinator'])
      expect((await api.get('/v1/proposals', { token: who })).body.code).toBe('role_not_allowed');
  });

  it('that would be refused is refused at once, and nothing is kept', async () => {
    const before = await rowCounts(api.owner);
    const reply = await api.ask('PUT', '/v1/reference/codes/need/backwards', { ...FIRST, body: { ...CODE, to: '2026-11-01' } });
    expect(reply).toMatchObject({ status: 422, body: { code: 'code_invalid' } });
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it('is one, however often it is sent; approved, its repeat says so', async () => {
    const { id, path } = await proposedCode();
    const again = await api.ask<unknown>('PUT', path, { ...FIRST, body: CODE });
    expect(ActProposal.parse(again.body).proposalId).toBe(id);
    await decide(id, 'approval');
    const before = await rowCounts(api.owner);
    const after = ActProposal.parse((await api.ask<unknown>('PUT', path, { ...FIRST, body: CODE })).body);
    expect(after).toMatchObject({ proposalId: id, state: 'approved', result: { version: 1 } });
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it('that another change has overtaken is refused when it is approved, and stays proposed', async () => {
    const { id, path } = await proposedCode();
    const other = ActProposal.parse((await api.ask<unknown>('PUT', path, { ...SECOND, body: { ...CODE, title: { ...CODE.title, en: 'other' } } })).body);
    expect((await decide(other.proposalId, 'approval', FIRST)).status).toBe(200);
    expect(await decide(id, 'approval')).toMatchObject({ status: 409, body: { code: 'code_changed' } });
    expect((await read(id)).state).toBe('proposed');
  });

  it('is never approved by who proposed it', async () => {
    const { id, path } = await proposedCode();
    const own = await decide(id, 'approval', FIRST);
    expect(own).toMatchObject({ status: 403, body: { code: 'proposal_own' } });
    expect(own.body.detail).toContain('another administrator');
    expect(await exists(path)).toBe(false);
  });

  it('is not approved by the same person under another post: by the same id, or by the same ИИН in the staffing records', async () => {
    const { id, path } = await proposedCode();
    const sameId = await token('other-post', `admin-${CENTER}`);
    expect((await decide(id, 'approval', sameId)).body.code).toBe('proposal_own');
    const sameIin = await token('other-name', 'second-name');
    const { rowCount } = await api.owner.query(
      'insert into staff (holder, person, iin, iin_index) select $1, $2, iin, iin_index from staff where holder = $3 and person = $4 and iin_index is not null',
      [OTHER_CENTER, 'second-name', CENTER, `admin-${CENTER}`],
    );
    expect(rowCount).toBe(1);
    expect((await decide(id, 'approval', sameIin)).body.code).toBe('proposal_own');
    expect(await exists(path)).toBe(false);
    await api.owner.query('delete from staff where holder = $1 and person = $2', [OTHER_CENTER, 'second-name']);
  });

  it('is rejected by another, withdrawn by the own, each once; decided it stays as it is', async () => {
    const [rejected, withdrawn] = [await proposedCode(), await proposedCode()];
    expect((await decide(rejected.id, 'rejection', FIRST)).body.code).toBe('proposal_own');
    expect((await decide(withdrawn.id, 'withdrawal')).body.code).toBe('proposal_of_another');
    for (const _ of [1, 2]) {
      expect(await decide(rejected.id, 'rejection')).toMatchObject({ status: 200, body: { state: 'rejected' } });
      expect(await decide(withdrawn.id, 'withdrawal', FIRST)).toMatchObject({ status: 200, body: { state: 'withdrawn' } });
    }
    for (const { id, path } of [rejected, withdrawn]) {
      expect(await decide(id, 'approval')).toMatchObject({ status: 409, body: { code: 'proposal_decided' } });
      expect(await exists(path)).toBe(false);
    }
    expect(await decide(randomUUID(), 'approval')).toMatchObject({ status: 404, body: { code: 'proposal_unknown' } });
  });

  it('is done once when it is approved twice at the same instant', async () => {
    const { id, path } = await proposedCode();
    const replies = await Promise.all([decide(id, 'approval'), decide(id, 'approval')]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    const { rows } = await api.owner.query('select version from reference_code where code = $1', [path.split('/').at(-1)]);
    expect(rows).toHaveLength(1);
  });
});

describe('the secret of a key', () => {
  const register = (id: string, function_: string): Promise<Reply<unknown>> =>
    api.ask<unknown>('PUT', `/v1/organisations/${id}`, { ...FIRST, body: { ...ORGANISATION_EXAMPLE, function: function_ } });

  it('is shown to nobody who lists, reads or decides, and is gone from the proposal when it is decided', async () => {
    const replies = [await register('abay-housing', 'housing')];
    const { proposalId } = ActProposal.parse(replies[0]?.body);
    for (const path of ['', `/${proposalId}`]) replies.push(await api.get<unknown>(`/v1/proposals${path}`, SECOND));
    const waiting = await api.owner.query('select withheld from proposal where id = $1', [proposalId]);
    const [{ withheld }] = waiting.rows as [{ withheld: Buffer }];
    expect(withheld.length).toBeGreaterThan(29);
    expect(withheld.toString('latin1')).not.toContain('whsec_');
    replies.push(await decide(proposalId, 'approval'));
    replies.push(await api.get<unknown>(`/v1/proposals/${proposalId}`, SECOND));
    for (const { text, status } of replies) {
      expect(status).toBeLessThan(300);
      expect(text).not.toContain('whsec_');
    }
    const { rows } = await api.owner.query('select * from proposal where id = $1', [proposalId]);
    expect(JSON.stringify(rows)).not.toContain('whsec_');
    const keys = await api.owner.query<{ secret: Buffer }>(`select secret from organisation_key where organisation_id = 'abay-housing'`);
    expect(keys.rows.map(({ secret }) => secret.toString('latin1')).join()).not.toContain('whsec_');
    expect(await readKeys(api.owner, 'abay-housing')).toMatchObject([{ keyId: 'first', secret: ORGANISATION_EXAMPLE.secret }]);
  });

  it('does not stay in one that was rejected either', async () => {
    const { proposalId } = ActProposal.parse((await register('abay-sports', 'sports')).body);
    await decide(proposalId, 'rejection');
    const { rows } = await api.owner.query('select * from proposal where id = $1', [proposalId]);
    expect(JSON.stringify(rows)).not.toContain('whsec_');
    expect((await api.get('/v1/organisations/abay-sports')).status).toBe(404);
  });

  it('a second key waits for a second person like the first', async () => {
    const path = '/v1/organisations/abay-housing/keys/second';
    const reply = await api.ask<unknown>('PUT', path, {
      ...FIRST,
      body: { secret: 'whsec_YW5vdGhlci1zZWNyZXQtb2YtYS1rZXk=', validFrom: '2027-01-01T00:00:00Z' },
    });
    const { proposalId } = ActProposal.parse(reply.body);
    expect(reply.text).not.toContain('whsec_');
    const keysNow = async (): Promise<number> => (await api.owner.query(`select from organisation_key where organisation_id = 'abay-housing'`)).rowCount ?? 0;
    expect(await keysNow()).toBe(1);
    expect((await decide(proposalId, 'approval')).status).toBe(200);
    expect(await keysNow()).toBe(2);
  });
});

describe('staffing', () => {
  const staffing = async (holder: string): Promise<Record<string, unknown>> => {
    const { holder: _holder, ...body } = (await api.get<Record<string, unknown>>(`/v1/staffing/${holder}`, FIRST)).body;
    return { ...body, rota: [] };
  };
  const put = async (holder: string): Promise<Reply<unknown>> => api.ask<unknown>('PUT', `/v1/staffing/${holder}`, { ...FIRST, body: await staffing(holder) });

  it('of the own Center an administrator keeps alone', async () => {
    expect((await put(CENTER)).status).toBe(200);
  });

  it('of another Center, and of an agency, waits for a second one; its people are gone from the proposal when it is decided', async () => {
    for (const holder of [OTHER_CENTER, 'health']) {
      const reply = await put(holder);
      expect(reply.status).toBe(202);
      const { proposalId, body } = ActProposal.parse(reply.body);
      expect(body['people']).toEqual((await staffing(holder))['people']);
      const waiting = await api.owner.query<{ body: unknown; withheld: Buffer }>('select body, withheld from proposal where id = $1', [proposalId]);
      expect(waiting.rows.map((row) => JSON.stringify(row.body) + row.withheld.toString('latin1')).join()).not.toMatch(/\.example|"iin"|"mail"/);
      expect((await decide(proposalId, 'approval')).status).toBe(200);
      const { rows } = await api.owner.query('select body, withheld from proposal where id = $1', [proposalId]);
      expect(rows).toMatchObject([{ withheld: null }]);
      expect(JSON.stringify(rows)).not.toMatch(/@|"iin"/);
    }
  });
});
