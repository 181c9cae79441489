/** P31: the members of a family, who represents whom, and the mending of mistakes about them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { CaseDetail, PersonHistory } from '../../contracts/http/cases.js';
import { addMonths, legalDayOf } from '../../domain/law/calendar.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { startApiUnderTest, type ApiUnderTest, type Asking, type Reply } from './api-under-test.js';

const today = legalDayOf(Date.now());
const EIGHTEEN_TODAY = addMonths(today, -12 * 18);
const CHILD = { fullName: 'Synthetic Child', birthDate: addMonths(today, -12 * 7) };

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(() => api.stop());

async function opened(): Promise<{ caseId: string; mother: string }> {
  const { body } = await api.post<{ caseId: string }>('/v1/appeals', {
    ...syntheticFamily().appeal(),
    applicant: { fullName: 'Synthetic Mother', bornAbout: 1990 },
  });
  return { caseId: body.caseId, mother: (await peopleOf(body.caseId))[0]?.personId ?? '' };
}

async function peopleOf(caseId: string): Promise<z.output<typeof CaseDetail>['persons']> {
  return CaseDetail.parse((await api.get<unknown>(`/v1/cases/${caseId}`)).body).persons;
}

const record = (caseId: string, body: unknown, asking?: Asking): Promise<Reply> => api.post(`/v1/cases/${caseId}/members`, body, asking);
const correct = (caseId: string, personId: string, body: unknown): Promise<Reply> => api.post(`/v1/cases/${caseId}/members/${personId}/correction`, body);

describe('a member of the family', () => {
  it('is recorded with day of birth, kinship and legal representative, once under one key', async () => {
    const { caseId, mother } = await opened();
    const key = randomUUID();
    const body = { person: CHILD, kinship: 'child', representativeId: mother };
    expect((await record(caseId, body, { key })).status).toBe(200);
    expect((await record(caseId, body, { key })).status).toBe(200);
    const people = await peopleOf(caseId);
    expect(people).toHaveLength(2);
    expect(people[0]).toMatchObject({ bornAbout: 1990, child: false });
    expect(people[1]).toMatchObject({ ...CHILD, kinship: 'child', representativeId: mother, child: true });
  });

  it('256-26: is a child until the day on which eighteen years are full', async () => {
    const { caseId } = await opened();
    await record(caseId, { person: { fullName: 'A', birthDate: EIGHTEEN_TODAY }, kinship: 'child' });
    await record(caseId, { person: { fullName: 'B', birthDate: addMonths(EIGHTEEN_TODAY, 1) }, kinship: 'child' });
    await record(caseId, { person: { fullName: 'C', bornAbout: Number(today.slice(0, 4)) - 18 }, kinship: 'child' });
    await record(caseId, { person: { fullName: 'D' }, kinship: 'child' });
    expect((await peopleOf(caseId)).slice(1).map(({ child }) => child)).toEqual([false, true, true, undefined]);
  });

  it('is not recorded with a kinship that is not listed, a stranger or a child as representative, or a day that is to come', async () => {
    const { caseId } = await opened();
    const stranger = await opened();
    await record(caseId, { person: CHILD, kinship: 'child' });
    const child = (await peopleOf(caseId))[1]?.personId ?? '';
    const wrong: [unknown, number, string][] = [
      [{ person: CHILD, kinship: 'witch' }, 422, 'code_unknown'],
      [{ person: CHILD, kinship: 'child', representativeId: stranger.mother }, 404, 'member_unknown'],
      [{ person: CHILD, kinship: 'child', representativeId: child }, 422, 'representative_is_child'],
      [{ person: { birthDate: addMonths(today, 1) }, kinship: 'child' }, 400, 'request_invalid'],
      [{ person: { ...CHILD, bornAbout: 2019 }, kinship: 'child' }, 400, 'request_invalid'],
    ];
    for (const [body, status, code] of wrong) expect(await record(caseId, body), code).toMatchObject({ status, body: { code } });
    expect(await peopleOf(caseId)).toHaveLength(2);
  });
});

describe('a correction', () => {
  it('changes what it says, removes what it says is not, leaves the rest, and keeps what was', async () => {
    const { caseId, mother } = await opened();
    expect((await correct(caseId, mother, { phone: '+7 700 000 00 01', kinship: 'mother' })).status).toBe(200);
    expect((await correct(caseId, mother, { phone: null, birthDate: '1991-03-04' })).status).toBe(200);
    const [person] = await peopleOf(caseId);
    expect(person).toEqual({ personId: mother, fullName: 'Synthetic Mother', birthDate: '1991-03-04', kinship: 'mother', child: false });
    const { body } = await api.get<unknown>(`/v1/cases/${caseId}/members/${mother}/history`);
    expect(PersonHistory.parse(body).items.map(({ version, was }) => [version, was])).toEqual([
      [2, { fullName: 'Synthetic Mother', phone: '+7 700 000 00 01', bornAbout: 1990, kinship: 'mother' }],
      [1, { fullName: 'Synthetic Mother', bornAbout: 1990 }],
    ]);
  });

  it('of a stranger is refused, and changes nothing', async () => {
    const [{ caseId }, stranger] = [await opened(), await opened()];
    expect(await correct(caseId, stranger.mother, { phone: null })).toMatchObject({ status: 404, body: { code: 'member_unknown' } });
    expect((await peopleOf(stranger.caseId))[0]).toMatchObject({ fullName: 'Synthetic Mother' });
  });

  it('nothing of it is in the ledger but who, what and that', async () => {
    const { caseId, mother } = await opened();
    await correct(caseId, mother, { fullName: 'Corrected Name', iin: '900101100004' });
    const { rows } = await api.owner.query(`select entry -> 'data' as data from ledger where subject_id = $1 and type = 'MemberCorrected'`, [caseId]);
    expect(rows).toEqual([{ data: { personId: mother, fields: ['fullName', 'iin'] } }]);
  });
});
