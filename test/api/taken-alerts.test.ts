/** P53: "I have it" over HTTP, by whom, once, and the list of telephones. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlertPage } from '../../contracts/http/duties.js';
import { PhoneList } from '../../contracts/http/centers.js';
import { AlertTakenAnswer, Staffing } from '../../contracts/http/staffing.js';
import { writeAlert, type AlertMade, type AlertWanted } from '../fixtures/told-alert.js';
import { GROUP_PARTS } from '../../domain/law/mobile-group.js';
import { startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';

const CENTER = 'almaty-auezov';
const HEAD = { token: 'dev-head' };
const PHONE = '+7 700 000 00 07';

let api: ApiUnderTest;

beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(async () => {
  await api.stop();
});

async function raised(wanted: Partial<AlertWanted> = {}): Promise<AlertMade> {
  return writeAlert(api.owner, { center: CENTER, ...wanted });
}

const take = ({ alertId }: AlertMade, token: string, language?: string): Promise<Reply> =>
  api.post(`/v1/alerts/${encodeURIComponent(alertId)}/taken`, {}, { token, ...(language === undefined ? {} : { language }) });

async function tell({ alertId }: AlertMade, person: string): Promise<void> {
  await api.owner.query(
    `insert into notice (alert_id, person, channel, holder, roles, state, recorded_at) values ($1, $2, 'in_app', $3, '{coordinator}', 'delivered', now())`,
    [alertId, person, CENTER],
  );
}

describe('P53: "I have it"', () => {
  it('is recorded once, shown in the list, and a repeat has the same answer', async () => {
    const made = await raised();
    const first = AlertTakenAnswer.parse((await take(made, 'dev-head')).body);
    expect(first).toMatchObject({ alertId: made.alertId, taken: { person: `head-${CENTER}`, role: 'center_head', way: 'signed_in' } });
    expect((await take(made, 'dev-head')).body).toEqual(first);
    const { items } = AlertPage.parse((await api.get<unknown>('/v1/alerts?limit=100', HEAD)).body);
    expect(items.find(({ id }) => id === made.alertId)).toMatchObject({ takeable: true, taken: first.taken });
    // The duty goes on.
    const { rows } = await api.owner.query('select ended_at from duty where subject_id = $1', [made.caseId]);
    expect(rows).toEqual([{ ended_at: null }]);
  });

  it.each([
    ['en', /^head-almaty-auezov took this alert/],
    ['ru', /взял на себя head-almaty-auezov/],
    ['kk', /head-almaty-auezov .* өз мойнына алған/],
  ])('a second person sees who has it and since when (%s)', async (language, sentence) => {
    const made = await raised();
    await take(made, 'dev-head');
    const second = await take(made, 'dev-manager', language);
    expect([second.status, second.body.code]).toEqual([409, 'alert_taken']);
    expect(second.body.detail).toMatch(sentence);
    expect(second.body.detail).toMatch(/20\d\d/);
  });

  it('stops the telling of the next', async () => {
    const made = await raised();
    await api.owner.query('insert into untaken_alert (alert_id, due_at) values ($1, now())', [made.alertId]);
    expect((await take(made, 'dev-head')).status).toBe(200);
    expect((await api.owner.query('select from untaken_alert where alert_id = $1', [made.alertId])).rowCount).toBe(0);
  });

  it('is of alarms of threat and duty alone, while they are owed', async () => {
    const ordinary = await raised({ ladder: 'standard' });
    expect((await take(ordinary, 'dev-head')).body).toMatchObject({ status: 409, code: 'alert_not_urgent' });
    const over = await raised();
    await api.owner.query('update duty set ended_at = now() where subject_id = $1', [over.caseId]);
    expect((await take(over, 'dev-head')).body).toMatchObject({ status: 409, code: 'alert_over' });
  });

  it('is nobody’s who may not read the alert: another Center’s, or of a case that is not theirs', async () => {
    const violence = await raised({ violence: true });
    for (const token of ['dev-head-2', 'dev-manager']) expect((await take(violence, token)).body).toMatchObject({ status: 404, code: 'alert_unknown' });
    expect((await api.post('/v1/alerts/nothing/taken', {}, HEAD)).body).toMatchObject({ status: 404, code: 'alert_unknown' });
    // Who was told may take it, whatever they see of the case.
    await tell(violence, `coordinator-${CENTER}`);
    expect((await take(violence, 'dev-coordinator')).status).toBe(200);
  });

  it('and the tries of two at one instant have one that keeps it', async () => {
    const made = await raised();
    const answers = await Promise.all(['dev-head', 'dev-manager', 'dev-unit-head', 'dev-head'].map((token) => take(made, token)));
    const winners = answers.filter(({ status }) => status === 200).map(({ text }) => text);
    expect(new Set(winners).size).toBe(1);
    expect(answers.filter(({ status }) => status === 409).length).toBe(4 - winners.length);
  });
});

describe('P53: the list of telephones', () => {
  it('has staff with their sealed numbers and then the mobile group, for the people of the Center', async () => {
    const { holder: _holder, ...now } = Staffing.parse((await api.get<unknown>(`/v1/staffing/${CENTER}`, HEAD)).body);
    const people = now.people.map((member) => (member.person === `head-${CENTER}` ? { ...member, phone: PHONE } : member));
    const put = await api.ask('PUT', `/v1/staffing/${CENTER}`, { ...HEAD, body: { ...now, people } });
    expect(put.status, put.text).toBe(200);
    expect(put.text).toContain(PHONE);
    const order = {
      number: '41-ө',
      issuedOn: new Date().toISOString().slice(0, 10),
      members: GROUP_PARTS.map((part) => ({ part, name: 'Синтетическое лицо', phone: '+7 700 000 00 01' })),
    };
    await api.post(`/v1/centers/${CENTER}/mobile-group-orders`, order, { ...HEAD, key: randomUUID() });
    const list = PhoneList.parse((await api.get<unknown>(`/v1/centers/${CENTER}/phone-list`, { token: 'dev-manager' })).body);
    expect(list.items.slice(0, 2)).toEqual([
      { post: 'center_head', person: `head-${CENTER}`, phone: PHONE },
      { post: 'coordinator', person: `coordinator-${CENTER}` },
    ]);
    expect(list.items.slice(2).map(({ post, part, phone }) => [post, part, phone])).toEqual(
      GROUP_PARTS.map((part) => ['mobile_group', part, '+7 700 000 00 01']),
    );
    const { rows } = await api.owner.query<{ phone: Buffer }>('select phone from staff where phone is not null');
    expect(rows.map(({ phone }) => phone.includes(PHONE))).toEqual([false]);
  });

  it('is another Center’s for its administrator alone', async () => {
    const path = `/v1/centers/${CENTER}/phone-list`;
    expect((await api.get(path, { token: 'dev-head-2' })).body).toMatchObject({ status: 404, code: 'actor_of_other_center' });
    expect((await api.get(path, { token: 'dev-admin-2' })).status).toBe(200);
    expect((await api.get('/v1/centers/nowhere/phone-list', { token: 'dev-admin' })).body).toMatchObject({ status: 404, code: 'center_unknown' });
  });
});
