/** Notices about minor children over HTTP (256-26, P28): what an appeal says of a stay, what the operator orders, what is brought on paper. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeFor } from '../../activities/agency-messages.js';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { MinorsNotice } from '../../contracts/agency-protocol.js';
import { AppealRegistered } from '../../contracts/http/appeals.js';
import { CaseDetail } from '../../contracts/http/cases.js';
import { TaskPage } from '../../contracts/http/tasks.js';
import { developmentOrganisationId } from '../../db/development-organisations.js';
import { addDays, addMonths, legalDayOf, type LegalDay } from '../../domain/law/calendar.js';
import { textsOf } from '../fixtures/sealed.js';
import { startApiUnderTest, type ApiUnderTest } from './api-under-test.js';

const TODAY = legalDayOf(Date.now());
const MOTHER = { fullName: 'Синтетическая Мать', phone: '+7 700 000 00 01', address: 'Синтетическая улица, 1' };
const POLICE = developmentOrganisationId('internal_affairs');
const yearsAgo = (years: number, day: LegalDay = TODAY): LegalDay => addMonths(day, -12 * years);

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
  await register(POLICE, 'internal_affairs', '751310000');
  // Nobody of guardianship is in the district of the Center, and another region’s is not its own.
  await register('abay-guardianship', 'guardianship', '791110000');
});
afterAll(() => api.stop());

async function register(id: string, purpose: string, territory: string): Promise<void> {
  await api.owner.query(
    `insert into organisation (id, version, function, territory, name_kk, name_ru, protocol, endpoint_url, valid_from)
     values ($1, 1, $2, $3, $1, $1, 'http', 'http://127.0.0.1:9/', '2020-01-01')`,
    [id, purpose, territory],
  );
}

async function appeal(body: object): Promise<{ caseId: string; householdId: string; appealId: string }> {
  const reply = await api.post<unknown>('/v1/appeals', { channel: 1, threat: false, applicant: MOTHER, ...body });
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  return AppealRegistered.parse(reply.body);
}

const caseOf = async (caseId: string) => CaseDetail.parse((await api.get<unknown>(`/v1/cases/${caseId}`)).body);

describe('an appeal for a stay', () => {
  it.each([1, 2, 3, 4, 5])('256-26, P28: by channel %d, names the children, of whom two notices tell', async (channel) => {
    const girl = { fullName: 'Синтетическая Дочь', birthDate: yearsAgo(6) };
    const { caseId, appealId } = await appeal({ channel, stay: { children: [{ person: girl }] } });
    const { appeals, minors, dispatches, duties, persons } = await caseOf(caseId);
    const child = persons.find(({ fullName }) => fullName === girl.fullName)?.personId ?? '';
    expect(appeals[0]?.stay).toEqual({ children: [child] });
    expect(minors).toMatchObject([{ occasionId: appealId, by: 'appeal', children: [child], notices: [{ to: 'internal_affairs' }, { to: 'guardianship' }] }]);
    expect(dispatches.map(({ agency, state }) => [agency, state])).toEqual([
      [POLICE, 'pending'],
      ['nobody:guardianship', 'given_up'],
    ]);
    const owed = duties.filter(({ rule }) => rule === '256-26');
    expect(owed.map(({ owner, urgent }) => [owner, urgent])).toEqual([
      ['duty_officer', true],
      ['duty_officer', true],
    ]);
  });

  it('256-26: who is eighteen today is no child, who will be tomorrow is one, and of whom nothing is known is one', async () => {
    const companions = [
      { person: { fullName: 'Взрослый Сегодня', birthDate: yearsAgo(18) } },
      { person: { fullName: 'Взрослый Завтра', birthDate: yearsAgo(18, addDays(TODAY, 1)) } },
      { person: { fullName: 'Год Известен', bornAbout: Number(TODAY.slice(0, 4)) - 18 } },
      { person: { fullName: 'Ничего Неизвестно' } },
    ];
    const { caseId } = await appeal({ stay: { children: companions } });
    const { minors, persons } = await caseOf(caseId);
    const named = persons.filter(({ personId }) => minors[0]?.children.includes(personId)).flatMap(({ fullName }) => fullName ?? []);
    expect(named.toSorted()).toEqual(['Взрослый Завтра', 'Год Известен', 'Ничего Неизвестно']);
  });

  it('256-26: of adults alone nobody is notified', async () => {
    const { caseId } = await appeal({ stay: { children: [{ person: { fullName: 'Взрослый', birthDate: yearsAgo(30) } }] } });
    expect(await caseOf(caseId)).toMatchObject({ minors: [], dispatches: [], appeals: [{ stay: { children: [] } }] });
  });

  it('256-26: an attached appeal names a child whom the Center knows; somebody of another family is refused, and nothing is kept', async () => {
    const { caseId, householdId } = await appeal({ stay: { children: [{ person: { fullName: 'Дочь', birthDate: yearsAgo(3) } }] } });
    const [child] = (await caseOf(caseId)).minors[0]?.children ?? [];
    const stranger = await api.post('/v1/appeals', { channel: 2, threat: false, householdId, stay: { children: [{ personId: randomUUID() }] } });
    expect(stranger.body).toMatchObject({ code: 'member_unknown' });
    await appeal({ channel: 2, applicant: undefined, householdId, stay: { children: [{ personId: child }] } });
    const { minors, appeals } = await caseOf(caseId);
    expect(appeals).toHaveLength(2);
    expect(minors.map(({ children, notices }) => [children, notices.map(({ number }) => number.split('/')[1])])).toEqual([
      [[child], ['1', '2']],
      [[child], ['3', '4']],
    ]);
  });

  it('a child is named or described, one of the two', async () => {
    const both = { personId: randomUUID(), person: { fullName: 'Дочь' } };
    for (const child of [both, {}]) {
      const reply = await api.post('/v1/appeals', { channel: 1, threat: false, stay: { children: [child] } });
      expect([reply.status, reply.body.code]).toEqual([400, 'request_invalid']);
    }
  });
});

describe('what leaves the Center', () => {
  it('P43: number, Center, and who the children are; no address, no telephone, no word, and no adult', async () => {
    const children = [
      { person: { fullName: 'Синтетическая Дочь', birthDate: yearsAgo(6), address: MOTHER.address } },
      { person: { fullName: 'Синтетический Сын', bornAbout: Number(TODAY.slice(0, 4)) - 10 } },
    ];
    const { caseId } = await appeal({ stay: { children }, text: 'Муж угрожает, мы ушли из дома.' });
    await api.post(`/v1/cases/${caseId}/violence-signs`, { note: 'Следы побоев.' });
    const { rows } = await api.owner.query<{ key: string }>(`select key from effect where subject_id = $1 and agency = $2`, [caseId, POLICE]);
    const order = { key: rows[0]?.key ?? '', kind: 'minors_notice', agency: POLICE, measureIds: [], caseId, urgent: true } as const;
    const { message } = await composeFor(api.database.pool, order);
    expect(MinorsNotice.parse(message)).toEqual({
      type: 'minors_notice',
      dispatchKey: order.key,
      caseId,
      agency: POLICE,
      caseTime: expect.any(String),
      number: expect.stringMatching(/^almaty-auezov-\d{4}-\d{6}\/1$/),
      center: 'almaty-auezov',
      children: [
        { fullName: 'Синтетическая Дочь', birthDate: yearsAgo(6) },
        { fullName: 'Синтетический Сын', ageAtMost: 10 },
      ],
    });
  });
});

describe('a threat with a child', () => {
  it('P28: the operator has both bodies notified; an adult is none of the children', async () => {
    const { caseId } = await appeal({ threat: true });
    const member = async (birthDate: LegalDay): Promise<string> => {
      await api.post(`/v1/cases/${caseId}/members`, { person: { fullName: `Рождён ${birthDate}`, birthDate }, kinship: 'child' });
      return (await caseOf(caseId)).persons.find((person) => person.birthDate === birthDate)?.personId ?? '';
    };
    const [grown, child] = [await member(yearsAgo(18)), await member(yearsAgo(5))];
    const order = (children: string[]) => api.post(`/v1/cases/${caseId}/minors-notices`, { children }, { token: 'dev-specialist' });
    expect((await order([child, grown])).body).toMatchObject({ code: 'member_is_no_child', rule: '256-26' });
    expect((await order([randomUUID()])).body).toMatchObject({ code: 'member_unknown' });
    expect((await order([child])).status).toBe(200);
    expect((await order([child])).body).toMatchObject({ code: 'minors_notices_ordered' });
    expect(await caseOf(caseId)).toMatchObject({
      minors: [{ by: 'threat', children: [child] }],
      dispatches: [{ agency: POLICE }, { agency: 'nobody:guardianship' }],
    });
  });
});

describe('where the directory has nobody', () => {
  it('256-26: the notice is a task, in a closed case too, until it is recorded when and to whom it was handed over', async () => {
    const { caseId } = await appeal({ stay: { children: [{ person: { fullName: 'Дочь', birthDate: yearsAgo(6) } }] } });
    await api.post(`/v1/cases/${caseId}/assessment`, { result: 'not_confirmed', grounds: [] });
    const before = await caseOf(caseId);
    expect(before.stage).toBe('closed');
    const tasks = async () => TaskPage.parse((await api.get<unknown>('/v1/tasks?limit=200')).body).items.filter((task) => task.caseId === caseId);
    const [task, ...others] = await tasks();
    expect(others).toEqual([]);
    expect(task).toMatchObject({ kind: 'message_undelivered', dispatch: 'minors_notice', agency: 'nobody:guardianship', code: 'no_organisation' });
    const paper = `/v1/cases/${caseId}/dispatches/${task?.dispatchKey}/paper`;
    const documentId = await api.paper(caseId, 'delivery_proof');
    expect((await api.post(paper, { documentId })).body).toMatchObject({ code: 'delivery_not_told', rule: '256-26' });
    expect((await api.post(`/v1/cases/${caseId}/dispatches/${task?.dispatchKey}/again`, {})).body).toMatchObject({ code: 'notice_on_paper_alone' });
    const handed = { at: new Date().toISOString(), to: 'Дежурная инспектор опеки, кабинет 12' };
    expect((await api.post(paper, { documentId, handed: { ...handed, by: 'nobody-7' } })).body).toMatchObject({ code: 'colleague_unknown' });
    expect((await api.post(paper, { documentId, handed }, { token: 'dev-specialist' })).status).toBe(200);
    expect(await tasks()).toEqual([]);
    const { duties } = await caseOf(caseId);
    const owed = duties.find(({ key }) => key === `256-26:${task?.dispatchKey}`);
    expect([owed?.standing, owed?.endedAt]).toEqual(['met', handed.at]);
    expect(await textsOf(api.database.pool, caseId, 'delivery_receiver')).toEqual([handed.to]);
  });

  it('every ledger above proves: each appeal with its stay as its door has signed it, each decision made again', async () => {
    const { faults, cases } = await verifyLedger(api.database.pool);
    expect(faults).toEqual([]);
    expect(cases).toBeGreaterThan(10);
  });
});
