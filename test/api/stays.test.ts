/**
 * Temporary stay on the real server (256 п.23 5), п.25, D-SAN, J-EV-TEMP, J-RETURN, J-FORM, P27, P43): a mother with her child
 * comes by night on a referral of the police, goes for a while, comes back, leaves; who sees where they are; and the journal.
 */
import { randomUUID } from 'node:crypto';
import { unzipSync, strFromU8 } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import type { z } from 'zod';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { CaseDetail } from '../../contracts/http/cases.js';
import { Places, StayJournal } from '../../contracts/http/places.js';
import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import { addDays, addMonths, endOfDay, legalDayOf } from '../../domain/law/calendar.js';
import { watchAlarms } from '../../work/watch/alarm-watch.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { startApiUnderTest, type ApiUnderTest, type Asking, type Reply } from './api-under-test.js';

const CENTER = DEVELOPMENT_CENTERS[0]?.id ?? '';
const today = legalDayOf(Date.now());
const [POLICE, SCHOOL, CRISIS_CENTRE] = ['city-police', 'city-school', 'city-crisis-centre'];
const ORDER = { number: '17-ж', date: today };
const ALL_MET = { sanitary: true, architecture: true, construction: true, housing: true, utilities: true };
const HOME = 'Синтетическая улица, 1';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
  for (const [id, purpose] of [
    [POLICE, 'internal_affairs'],
    [SCHOOL, 'education'],
    [CRISIS_CENTRE, 'crisis_centre'],
  ])
    await api.owner.query(
      `insert into organisation (id, version, function, territory, name_kk, name_ru, protocol, valid_from) values ($1, 1, $2, '751310000', 'x', 'x', 'paper', '2026-01-01')`,
      [id, purpose],
    );
});
afterAll(() => api.stop());

interface Family {
  caseId: string;
  mother: string;
  child: string;
}

async function family(name = 'Синтетическая Мать'): Promise<Family> {
  const { body } = await api.post<{ caseId: string }>('/v1/appeals', {
    ...syntheticFamily().appeal(),
    applicant: { fullName: name, birthDate: '1990-01-01', phone: '+7 700 000 00 00', address: HOME },
  });
  const { caseId } = body;
  await api.post(`/v1/cases/${caseId}/members`, { person: { fullName: `${name}, ребёнок`, birthDate: addMonths(today, -60) }, kinship: 'child' });
  const [mother, child] = (await caseOf(caseId)).persons;
  return { caseId, mother: mother?.personId ?? '', child: child?.personId ?? '' };
}

async function caseOf(caseId: string, token = 'dev-manager'): Promise<z.output<typeof CaseDetail>> {
  return CaseDetail.parse((await api.get<unknown>(`/v1/cases/${caseId}`, { token })).body);
}

async function openRoom(capacity: number, changes: object = {}): Promise<string> {
  const room = `r-${randomUUID().slice(0, 8)}`;
  const written = await putRoom(room, { version: 0, forWhom: 'women_with_children', capacity, from: today, ...changes });
  expect(written.status).toBe(200);
  return room;
}

function putRoom(room: string, body: unknown, token = 'dev-head'): Promise<Reply> {
  return api.ask('PUT', `/v1/centers/${CENTER}/rooms/${room}`, { token, body });
}

function admit({ caseId, mother, child }: Family, room: string, changes: object = {}, asking: Asking = {}): Promise<Reply> {
  const persons = [mother, child].map((personId) => ({ personId, room }));
  return api.post(
    `/v1/cases/${caseId}/stays`,
    { persons, basis: { kind: 'application' }, order: ORDER, location: HOME, checklist: ALL_MET, ...changes },
    asking,
  );
}

async function stayOf(caseId: string): Promise<z.output<typeof CaseDetail>['stays'][number]> {
  const stay = (await caseOf(caseId)).stays.at(-1);
  if (stay === undefined) throw new Error('the case has no stay');
  return stay;
}

async function event({ caseId }: Family, path: string, body: object = { order: ORDER }): Promise<Reply> {
  const { stayId } = await stayOf(caseId);
  return api.post(`/v1/cases/${caseId}/stays/${stayId}/${path}`, body);
}

const ARRIVAL = { medicalExamination: true, sanitaryTreatment: true };
const leaving = (changes: object = {}): object => ({ order: ORDER, reason: 'housing_found', destination: 'Алматы, Медеуский район', ...changes });

async function inside(room: string, of?: Family): Promise<Family> {
  const admitted = of ?? (await family());
  expect((await admit(admitted, room)).status).toBe(200);
  expect((await event(admitted, 'arrival', ARRIVAL)).status).toBe(200);
  return admitted;
}

async function places(token = 'dev-manager', query = ''): Promise<z.output<typeof Places>> {
  return Places.parse((await api.get<unknown>(`/v1/centers/${CENTER}/places${query}`, { token })).body);
}

async function placesOf(room: string, token?: string): Promise<z.output<typeof Places>['rooms'][number]['places']> {
  return (await places(token)).rooms.find((each) => each.room === room)?.places ?? [];
}

describe('256 п.25: the rooms of the Center', () => {
  it('are kept by the head, version by version; a repeat changes nothing, and an old version is refused', async () => {
    const body = { version: 0, forWhom: 'families', capacity: 4, from: today };
    const first = await putRoom('201', body);
    expect(first).toMatchObject({ status: 200, body: { version: 1, capacity: 4 } });
    expect(await putRoom('201', body)).toMatchObject({ status: 200, text: first.text });
    expect(await putRoom('201', { ...body, capacity: 5 })).toMatchObject({ status: 409, body: { code: 'room_changed' } });
    expect(await putRoom('201', { ...body, version: 1, to: addDays(today, -1) })).toMatchObject({ status: 422, body: { code: 'room_invalid' } });
    expect(await putRoom('201', { ...body, version: 1 }, 'dev-manager')).toMatchObject({ status: 403, body: { code: 'role_not_allowed' } });
    const other = await api.ask('PUT', `/v1/centers/elsewhere/rooms/201`, { token: 'dev-head', body });
    expect(other).toMatchObject({ status: 404, body: { code: 'center_unknown' } });
  });

  it('take nobody before they are opened, or when they are closed', async () => {
    const tomorrow = await openRoom(2, { from: addDays(today, 1) });
    expect(await admit(await family(), tomorrow)).toMatchObject({ status: 422, body: { code: 'room_unknown' } });
  });
});

describe('256-25-1, 256-25-2: an admission', () => {
  it('256-25-1: on a referral of the police, brought as a document; used once, and of no other kind of body', async () => {
    const room = await openRoom(2);
    const mother = await family();
    const documentId = await api.paper(mother.caseId, 'referral');
    const basis = { kind: 'referral', organisation: POLICE, number: '5', issuedOn: today, documentId };
    expect(await admit(mother, room, { basis: { ...basis, organisation: SCHOOL } })).toMatchObject({
      status: 422,
      body: { code: 'referral_of_other_body', rule: '256-25-1' },
    });
    expect((await admit(mother, room, { basis })).status).toBe(200);
    expect((await stayOf(mother.caseId)).basis).toMatchObject({ kind: 'referral', organisation: POLICE, function: 'internal_affairs', documentId });
    await event(mother, 'arrival', ARRIVAL);
    await event(mother, 'departure', leaving());
    expect(await admit(mother, room, { basis })).toMatchObject({ status: 409, body: { code: 'referral_used' } });
  });

  it('256-23-5: is a month to the day, whatever day that is; D-SAN is answered', async () => {
    const room = await openRoom(2);
    const mother = await family();
    const { checklist: _, ...unanswered } = { checklist: ALL_MET };
    expect(await admit(mother, room, { ...unanswered, checklist: undefined })).toMatchObject({
      status: 422,
      body: { code: 'checklist_unanswered', rule: 'D-SAN' },
    });
    await admit(mother, room);
    const { duties } = await caseOf(mother.caseId);
    const month = duties.find(({ rule }) => rule === '256-23-5');
    expect(month).toMatchObject({ force: 'law', standing: 'open', dueAt: new Date(endOfDay(addMonths(today, 1))).toISOString() });
  });

  it('takes the family whole or not at all, and whoever is inside is not admitted again, here or at another Center', async () => {
    const [room, other] = [await openRoom(1), await openRoom(4)];
    const mother = await family();
    expect(await admit(mother, room)).toMatchObject({ status: 409, body: { code: 'places_insufficient' } });
    expect((await placesOf(room)).map(({ taken }) => taken)).toEqual([false]);
    await inside(other, mother);
    expect(await admit(mother, other)).toMatchObject({ status: 409, body: { code: 'already_in_stay' } });
    expect((await placesOf(other)).map(({ taken }) => taken)).toEqual([true, true, false, false]);
  });

  it('an admission that is sent again under its key has its first answer, and takes no other place', async () => {
    const room = await openRoom(4);
    const [mother, key] = [await family(), randomUUID()];
    const answers = [await admit(mother, room, {}, { key }), await admit(mother, room, {}, { key })];
    expect(answers[1]?.text).toBe(answers[0]?.text);
    expect((await placesOf(room)).filter(({ taken }) => taken)).toHaveLength(2);
  });
});

describe('J-EV-TEMP, J-RETURN: what happens in a stay', () => {
  it('nobody leaves before they have come; who did not come frees the places', async () => {
    const room = await openRoom(2);
    const mother = await family();
    await admit(mother, room);
    expect(await event(mother, 'departure', leaving())).toMatchObject({ status: 409, body: { code: 'stay_not_arrived' } });
    expect((await event(mother, 'cancellation', { order: ORDER, reason: 'not_arrived' })).status).toBe(200);
    expect((await placesOf(room)).some(({ taken }) => taken)).toBe(false);
    expect((await stayOf(mother.caseId)).standing).toBe('cancelled');
  });

  it('the places stay theirs while they are away; they are free when they have left; the case is not closed before', async () => {
    const room = await openRoom(2);
    const mother = await inside(room);
    expect((await event(mother, 'temporary-leave', { order: ORDER, reason: 'hospital' })).status).toBe(200);
    expect((await placesOf(room)).every(({ taken }) => taken)).toBe(true);
    expect((await event(mother, 'return')).status).toBe(200);
    const close = (): Promise<Reply> => api.post(`/v1/cases/${mother.caseId}/assessment`, { result: 'not_confirmed', grounds: [] });
    expect(await close()).toMatchObject({ status: 409, body: { code: 'stay_not_ended', rule: 'P27' } });
    expect((await event(mother, 'departure', leaving())).status).toBe(200);
    expect((await placesOf(room)).some(({ taken }) => taken)).toBe(false);
    expect((await close()).status).toBe(200);
    const { rows } = await api.owner.query(`select count(*)::int as n from claim where subject_id = $1`, [mother.caseId]);
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('P27: a transfer ends it; to come again is a new decision, of which the head hears, and the mark «қайта оралды»', async () => {
    const room = await openRoom(2);
    const mother = await inside(room);
    const transfer = { order: ORDER, reason: 'to_organisation', organisation: CRISIS_CENTRE };
    expect((await event(mother, 'transfer', transfer)).status).toBe(200);
    await inside(room, mother);
    expect(await stayOf(mother.caseId)).toMatchObject({ decision: 2, returned: true, standing: 'inside' });
    const { duties } = await caseOf(mother.caseId);
    expect(duties.filter(({ rule }) => rule === '256-23-5').map(({ standing }) => standing)).toEqual(['met', 'open']);
    const { rows } = await api.owner.query(`select recipients from alert where subject_id = $1 and step = 'decided_again'`, [mother.caseId]);
    expect(rows).toEqual([{ recipients: ['center_head', 'coordinator'] }]);
    await watchAlarms(api.owner, pino({ level: 'silent' }));
    const alarmed = async (): Promise<string[]> =>
      (await api.owner.query<{ key: string }>(`select key from alarm where kind = 'stay_decided_anew' and cleared_at is null`)).rows.map(({ key }) => key);
    expect(await alarmed()).toEqual([`stay_decided_anew:${CENTER}`]);
    await event(mother, 'departure', leaving());
    await watchAlarms(api.owner, pino({ level: 'silent' }));
    expect(await alarmed()).toEqual([]);
  });
});

describe('who sees where somebody is', () => {
  it('everybody at the Center how many places are free, and each day; a name only whose family is theirs to see', async () => {
    const room = await openRoom(3);
    const mother = await inside(room);
    const seen = await placesOf(room, 'dev-head');
    expect(seen.map(({ fullName }) => fullName)).toEqual(['Синтетическая Мать', 'Синтетическая Мать, ребёнок', undefined]);
    expect(seen[0]).toMatchObject({ taken: true, caseId: mother.caseId, until: expect.any(String) });
    const coordinator = await placesOf(room, 'dev-coordinator');
    expect(coordinator.map((place) => Object.keys(place).toSorted())).toEqual([
      ['place', 'taken'],
      ['place', 'taken'],
      ['place', 'taken'],
    ]);
    const { days } = await places('dev-coordinator', `?from=${today}&to=${addDays(today, 40)}`);
    const taken = (day: string): number => days.find((each) => each.day === day)?.taken ?? -1;
    expect(taken(today)).toBeGreaterThanOrEqual(2);
    // Of the month that ends nobody knows more than its end.
    expect(taken(addMonths(today, 1))).toBeGreaterThanOrEqual(2);
    expect(taken(addDays(addMonths(today, 1), 1))).toBe(0);
    expect(days.every(({ places: all, taken: some, free }) => all - some === free)).toBe(true);
    expect(await api.get(`/v1/centers/${CENTER}/places?from=${today}&to=${addDays(today, 400)}`)).toMatchObject({
      status: 422,
      body: { code: 'period_invalid' },
    });
  });

  it('P43: of a family with signs of violence nobody who is not on the team learns more than that the place is taken', async () => {
    const room = await openRoom(2);
    const mother = await inside(room);
    await api.post(`/v1/cases/${mother.caseId}/violence-signs`, { note: 'Слова о признаках.' });
    expect((await placesOf(room, 'dev-specialist')).map((place) => Object.keys(place))).toEqual([
      ['place', 'taken'],
      ['place', 'taken'],
    ]);
    expect((await placesOf(room, 'dev-head'))[0]?.caseId).toBe(mother.caseId);
    const looks = await api.get<{ items: { act: string }[] }>(`/v1/cases/${mother.caseId}/looks`, { token: 'dev-head' });
    expect(looks.body.items.map(({ act }) => act)).toContain('readPlaces');
  });
});

describe('J-FORM: the journal of temporary stays', () => {
  const path = (format = '', language = 'kk', from = today): string =>
    `/v1/centers/${CENTER}/stay-journal${format}?from=${from}&to=${today}&language=${language}`;

  async function journal(language: string, token = 'dev-head'): Promise<z.output<typeof StayJournal>> {
    return StayJournal.parse((await api.get<unknown>(path('', language), { token })).body);
  }

  it('has its 14 columns in kk and ru, the names of the Center in both, and each event with its order', async () => {
    const mother = await inside(await openRoom(2), await family('Синтетическая Гостья'));
    await event(mother, 'temporary-leave', { order: ORDER, reason: 'hospital' });
    await event(mother, 'return');
    await event(mother, 'departure', leaving());
    const kk = await journal('kk');
    expect(kk.columns).toHaveLength(14);
    expect(kk.columns[7]).toBe('Мүгедектігі бар адамды оңалтудың жеке бағдарламасының мерзімі');
    const ru = await journal('ru');
    expect(ru.columns[7]).toBe('Срок индивидуальной программы реабилитации лица с инвалидностью');
    expect([kk.nameKk, kk.nameRu].every((name) => name.length > 0)).toBe(true);
    const row = kk.rows.find(({ personId }) => personId === mother.mother)?.cells ?? [];
    const day = today.split('-').toReversed().join('.');
    expect(row.slice(1)).toEqual([
      'шықты',
      'Синтетическая Гостья',
      expect.stringMatching(/^01\.01\.1990, \d+ жас$/),
      '',
      HOME,
      '+7 700 000 00 00',
      '',
      `${day}, ${day} № 17-ж бұйрық; ${day}, ${day} № 17-ж бұйрық (қайта оралды)`,
      `${day}, ${day} № 17-ж бұйрық`,
      `${day}, ${day} № 17-ж бұйрық`,
      'тұрғын үйдің табылуы',
      '',
      'Алматы, Медеуский район',
    ]);
  });

  it('P43: where violence is known the home address is the head’s alone; what is not theirs to see is counted and not told', async () => {
    const mother = await inside(await openRoom(2), await family('Скрытая Семья'));
    await api.post(`/v1/cases/${mother.caseId}/violence-signs`, { note: 'Слова о признаках.' });
    const addressOf = ({ rows }: z.output<typeof StayJournal>): string | undefined => rows.find(({ personId }) => personId === mother.mother)?.cells[5];
    expect(addressOf(await journal('ru'))).toBe(HOME);
    // Who registered the case is on its team.
    const manager = await journal('ru', 'dev-manager');
    expect(addressOf(manager)).toBe('');
    const specialist = await journal('ru', 'dev-specialist');
    expect(JSON.stringify(specialist)).not.toContain('Скрытая Семья');
    expect(specialist.withheld).toBeGreaterThan(0);
    expect(await api.get(path(), { token: 'dev-admin' })).toMatchObject({ status: 200 });
  });

  it('comes as a sheet with the same cells, all of them texts', async () => {
    const response = await fetch(`${api.url}${path('/xlsx', 'ru')}`, { headers: { authorization: 'Bearer dev-head' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet']);
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const words = Object.entries(files)
      .filter(([name]) => name.endsWith('.xml'))
      .map(([, bytes]) => strFromU8(bytes))
      .join('\n');
    const { columns, rows, nameKk, nameRu, title } = await journal('ru');
    for (const text of [title, nameKk, nameRu, ...columns, ...rows.flatMap(({ cells }) => cells)]) expect(words).toContain(escaped(text));
    expect(words).not.toMatch(/<f>/);
  });

  it('is of a period that ends after it begins, and of the own Center', async () => {
    expect(await api.get(path('', 'kk', addDays(today, 1)))).toMatchObject({ status: 422, body: { code: 'period_invalid' } });
    expect(await api.get(`/v1/centers/elsewhere/stay-journal?from=${today}&to=${today}`)).toMatchObject({ status: 404, body: { code: 'center_unknown' } });
  });
});

describe('the ledger behind it', () => {
  it('explains every place and every claim, and decides each stay again to the same; a place without its claim is found', async () => {
    const { faults, decidedAgain } = await verifyLedger(api.database.pool, { proof: TEST_PROOF });
    expect(faults).toEqual([]);
    expect(decidedAgain).toBeGreaterThan(20);
    const { caseId } = await inside(await openRoom(2));
    await api.owner.query(`delete from claim where subject_id = $1 and kind = 'place' and thing like '%/1'`, [caseId]);
    const found = await verifyLedger(api.database.pool, { caseId });
    expect(found.faults.map(({ code }) => code)).toEqual(['place_differs']);
  });
});

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
