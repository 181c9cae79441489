/** What commands may name: codes that are data, and colleagues of the staffing record. What does not exist is refused, and changes nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { CodeHistory, Colleagues, ReferenceCode, ReferenceCodes, type CodeBody } from '../../contracts/http/reference-codes.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { CENTER } from '../lives/straight-road.js';
import { agreed, startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';

const ADMINISTRATOR = 'dev-admin';
const today = legalDayOf(Date.now());

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(() => api.stop());

const NEW: z.input<typeof CodeBody> = { version: 0, title: { kk: 'логопед көмегі', ru: 'помощь логопеда', en: 'speech therapy' }, from: today };

const put = (path: string, body: unknown, token = ADMINISTRATOR): Promise<Reply> => agreed(api, api.ask('PUT', `/v1/reference/codes/${path}`, { token, body }));

async function inUse(list: string, on?: string): Promise<string[]> {
  const { body } = await api.get<unknown>(`/v1/reference/codes/${list}${on === undefined ? '' : `?on=${on}`}`);
  return ReferenceCodes.parse(body).items.map(({ code }) => code);
}

describe('a reference list', () => {
  it('256-13-3, 256-16: an installation begins with needs and kinds of support in three languages, and with no service', async () => {
    expect(await inUse('need')).toContain('housing');
    expect(await inUse('support_kind')).toContain('employment_assistance');
    expect(await inUse('service')).toEqual([]);
    const { body } = await api.get<unknown>('/v1/reference/codes/need');
    expect(ReferenceCodes.parse(body).items.find(({ code }) => code === 'housing')?.title).toEqual({ kk: 'тұрғын үй', ru: 'жильё', en: 'housing' });
  });

  it('gets a code by the administrator, mended and ended by later versions; the former ones are kept', async () => {
    const added = await put('support_kind/speech_therapy', NEW);
    expect(ReferenceCode.parse(added.body)).toMatchObject({ version: 1, changedBy: `admin-${CENTER}` });
    expect(await put('support_kind/speech_therapy', NEW)).toMatchObject({ status: 200, body: added.body });
    const ended = await put('support_kind/speech_therapy', { ...NEW, version: 1, to: addDays(today, 9) });
    expect(ended).toMatchObject({ status: 200, body: { version: 2, to: addDays(today, 9) } });
    expect(await inUse('support_kind', addDays(today, 9))).toContain('speech_therapy');
    expect(await inUse('support_kind', addDays(today, 10))).not.toContain('speech_therapy');
    const { body } = await api.get<unknown>('/v1/reference/codes/support_kind/speech_therapy');
    expect(CodeHistory.parse(body).items.map(({ version, to }) => [version, to])).toEqual([
      [2, addDays(today, 9)],
      [1, undefined],
    ]);
  });

  it('is not changed by anybody else, on an old version, or to an end before its beginning', async () => {
    expect(await put('need/speech', NEW, 'dev-head')).toMatchObject({ status: 403, body: { code: 'role_not_allowed' } });
    await put('need/speech', NEW);
    expect(await put('need/speech', { ...NEW, title: { ...NEW.title, en: 'x' } })).toMatchObject({ status: 409, body: { code: 'code_changed' } });
    const reversed = await put('need/speech', { ...NEW, version: 1, to: addDays(today, -1) });
    expect(reversed).toMatchObject({ status: 422, body: { code: 'code_invalid', errors: [{ field: '/to' }] } });
    expect(await api.get('/v1/reference/codes/need/none')).toMatchObject({ status: 422, body: { code: 'code_unknown' } });
  });

  it('P46: a service of the register is known by its number once it is listed', async () => {
    expect((await put('service/00701001', NEW)).status).toBe(200);
    expect(await inUse('service')).toEqual(['00701001']);
  });
});

describe('colleagues', () => {
  it('are those of the staffing record of the own Center, with their posts of today and their load', async () => {
    const { body } = await api.get<unknown>('/v1/colleagues');
    const { center, items } = Colleagues.parse(body);
    expect(center).toBe(CENTER);
    expect(items.find(({ person }) => person === `manager-${CENTER}`)).toEqual({ person: `manager-${CENTER}`, posts: ['case_manager'], openCases: 0 });
    expect(items.find(({ person }) => person === `psychologist-${CENTER}`)).toMatchObject({ posts: [] });
  });

  it('who are not there, or lead no cases, get no case: 422, and nothing is changed', async () => {
    const { body: appeal } = await api.post<{ caseId: string }>('/v1/appeals', syntheticFamily().appeal());
    const { caseId } = appeal;
    const give = (caseManager: string): Promise<Reply> => api.post(`/v1/cases/${caseId}/manager`, { caseManager }, { token: 'dev-head' });
    expect(await give('case-manager-7')).toMatchObject({ status: 422, body: { code: 'colleague_unknown' } });
    expect(await give(`psychologist-${CENTER}`)).toMatchObject({ status: 422, body: { code: 'colleague_without_post' } });
    expect((await give(`manager-${CENTER}`)).status).toBe(200);
    const { body } = await api.get<unknown>('/v1/colleagues');
    expect(Colleagues.parse(body).items.find(({ person }) => person === `manager-${CENTER}`)).toMatchObject({ openCases: 1 });
  });
});
