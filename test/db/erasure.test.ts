/**
 * A family whose every word bears a mark is walked through the API with a mark in each field that takes words or codes;
 * then its members are erased, and every column of every table is searched, by the owner of the tables.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listErasures } from '../../db/erasure.js';
import { readPersons } from '../../db/reads.js';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { AppealRegistered } from '../../contracts/http/appeals.js';
import { CaseDetail } from '../../contracts/http/cases.js';
import { developmentSignature } from '../../adapters/signatures/development-certificates.js';
import { syntheticDocument } from '../../tools/demo/synthetic-document.js';
import { sendReport, startApiUnderTest, type ApiUnderTest, type Asking } from '../api/api-under-test.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { textsOf } from '../fixtures/sealed.js';
import { TEST_KEYS_FILE } from '../stack/keys.js';
import { tirekIn, jsonOf, type Heard } from '../unit/cli-listen.js';

const IIN = '900101100500';
const MARK = 'Құпиягүл';
/** Each field bears one of these, whatever becomes of the size of its letters. */
const MARKS = ['құпиягүл', 'kupiyagul', '555 66 77', '5556677', IIN] as const;
const ADDRESS = `улица ${MARK}, дом 77`;
const PERSON = { fullName: `${MARK} Жасырынова`, iin: IIN, phone: '+7 701 555 66 77', address: ADDRESS, birthDate: '1990-01-01' } as const;
const words = (what: string): string => `${what}: ${MARK} звонила с +7 701 555 66 77, ИИН ${IIN}`;
const TODAY = legalDayOf(Date.now());

let api: ApiUnderTest;
let caseId: string;
let householdId: string;
let personId: string;
let sibling: string;

const tirek = (...args: string[]): Promise<Heard> => tirekIn({ DATABASE_OWNER_URL: api.database.ownerUrl, TIREK_KEYS_FILE: TEST_KEYS_FILE }, ...args, '--json');

const ERASE = ['--ground', 'court_decision', '--act', 'Decision 2-77 of 12.01.2026', '--by', 'officer'] as const;

/** What was asked was done, under a key that names the person as well. */
async function done(path: string, body: unknown, asking: Asking = {}): Promise<void> {
  const reply = await api.post<unknown>(path, body, { key: `Kupiyagul-${IIN}-${randomUUID()}`, ...asking });
  expect({ path, status: reply.status, body: reply.status < 300 ? undefined : reply.body }).toEqual({ path, status: reply.status, body: undefined });
}

beforeAll(async () => {
  api = await startApiUnderTest();
  const family = syntheticFamily();
  const opened = await api.post<unknown>('/v1/appeals', { ...family.appeal(), applicant: PERSON, text: words('обращение') });
  ({ caseId, householdId, personId = '' } = AppealRegistered.parse(opened.body));
  const of = `/v1/cases/${caseId}`;
  const paper = async (type: 'consent' | 'other', title?: string): Promise<string> => {
    const reply = await api.ask<{ documentId: string }>('POST', `${of}/documents?type=${type}`, {
      key: randomUUID(),
      raw: syntheticDocument(`Kupiyagul ${IIN}: ${type}`),
      headers: { 'content-type': 'application/pdf', ...(title === undefined ? {} : { 'document-title': encodeURIComponent(title) }) },
    });
    if (reply.status !== 201) throw new Error(`a document was answered with ${reply.status}`);
    return reply.body.documentId;
  };
  await paper('other', words('справка'));
  await done(`${of}/consent`, { given: true, personId, documentId: await paper('consent') });
  await done(`${of}/interview`, { note: words('беседа') });
  const { appeals, persons } = CaseDetail.parse((await api.get<unknown>(of)).body);
  if (persons[0]?.iin !== IIN) throw new Error('the family was not registered');
  await done(`${of}/triage`, { ...family.triage(appeals[0]?.appealId ?? ''), reason: words('причина') });
  await done(`${of}/members/${personId}/correction`, { address: `${ADDRESS}, кв. 5`, kinship: 'mother' });
  await done(`${of}/members`, { kinship: 'child', person: { fullName: 'Синтетический Брат', iin: '900101100004' } });
  sibling = await otherMember();
  await done(`${of}/assessment`, { ...family.assessment(), note: words('оценка') });
  await done(`${of}/needs`, { ...family.needs(), note: words('потребности') });
  const ipr = family.ipr({ endsOn: addDays(TODAY, 200), dueOn: addDays(TODAY, 60) }, ['employment']);
  await done(`${of}/ipr`, { ...ipr, measures: ipr.measures.map((measure) => ({ ...measure, description: words('мера') })) });
  await sign(of, IIN);
  const { measures } = CaseDetail.parse((await api.get<unknown>(of)).body);
  const report = { type: 'report', caseId, measureId: measures[0]?.measureId, outcome: 'performed', note: words('отчёт') };
  await sendReport(api, report, { id: `Kupiyagul-${IIN}` });
  await done('/v1/appeals', { channel: 1, threat: false, householdId, text: 'Текст, который никого не называет' });
});
afterAll(() => api.stop());

async function otherMember(): Promise<string> {
  return (await readPersons(api.database.pool, householdId)).find((member) => member.personId !== personId)?.personId ?? '';
}

/** The plan is signed by the person with their ЭЦП; the bytes bear a mark, too. */
async function sign(of: string, iin: string): Promise<void> {
  const bytes = syntheticDocument(`Kupiyagul ${IIN}: the plan`);
  const uploaded = await api.ask<{ documentId: string }>('POST', `${of}/documents?type=signed_ipr`, {
    key: randomUUID(),
    raw: bytes,
    headers: { 'content-type': 'application/pdf' },
  });
  const { documentId } = uploaded.body;
  const cms = developmentSignature(bytes, { iin, commonName: MARK }).toString('base64');
  const brought = await api.post<{ signatureId: string }>(`/v1/documents/${documentId}/signatures`, { cms });
  await done(`${of}/ipr/signatures`, { party: 'family', method: 'eds', documentId, signatureId: brought.body.signatureId });
}

/** Every column of every table that can hold a word, whatever its type; bytes are read as text, too. */
async function columnsBearing(marks: readonly string[]): Promise<string[]> {
  const { rows: columns } = await api.owner.query<{ table: string; column: string; type: string }>(
    `select quote_ident(table_name) as table, quote_ident(column_name) as column, data_type as type from information_schema.columns
       join pg_tables on tablename = table_name and pg_tables.schemaname = table_schema
      where table_schema = 'public' and data_type in ('text', 'character varying', 'jsonb', 'json', 'bytea', 'ARRAY', 'date')`,
  );
  expect(columns.length).toBeGreaterThan(100);
  const bearing: string[] = [];
  for (const { table, column, type } of columns) {
    const { rows } = await api.owner.query<{ value: string | Buffer }>(
      `select ${type === 'bytea' ? column : `${column}::text`} as value from ${table} where ${column} is not null`,
    );
    const found = rows.some(({ value }) => {
      const text = value.toString('utf8').toLowerCase();
      return marks.some((mark) => text.includes(mark));
    });
    if (found) bearing.push(`${table}.${column}`);
  }
  return bearing;
}

/** Whatever still opens with the keys of the house. */
async function wordsThatOpen(): Promise<string> {
  const persons = await readPersons(api.database.pool, householdId);
  const page = await api.get<unknown>(`/v1/cases/${caseId}`);
  const history = await api.get<unknown>(`/v1/cases/${caseId}/members/${personId}/history`);
  const documents = await api.get<unknown>(`/v1/cases/${caseId}/documents`);
  const reports = await api.get<unknown>('/v1/reports');
  return [JSON.stringify(persons), page.text, history.text, documents.text, reports.text].join('\n').toLowerCase();
}

describe('before anybody is erased', () => {
  it('no column shows a word of the family but the id that an agency chose for its message; with the keys all of it opens', async () => {
    expect(await columnsBearing(MARKS)).toEqual(['inbox.delivery_id']);
    const opened = await wordsThatOpen();
    expect(MARKS.filter((mark) => opened.includes(mark))).toEqual(expect.arrayContaining(['құпиягүл', IIN]));
  });
});

describe('erasing a person', () => {
  it('is refused without its choices, for nobody, and for a code that is no ground', async () => {
    expect(await tirek('erase', '--person', personId, ...ERASE)).toMatchObject({ exitCode: 1 });
    expect(jsonOf(await tirek('erase', '--person', randomUUID(), ...ERASE, '--texts', 'keep', '--documents', 'keep'))).toMatchObject({
      error: { code: 'person_unknown' },
    });
    expect(await tirek('erase', '--person', personId, '--ground', 'mood', '--act', 'x', '--texts', 'keep', '--documents', 'keep')).toMatchObject({
      exitCode: 1,
    });
    await expect(api.database.pool.query(`update data_key set wrapped = null, destroyed_at = now()`)).rejects.toMatchObject({ code: '42501' });
  });

  it('is refused while a legal hold stands, and nothing is erased', async () => {
    const { holdId } = jsonOf(await tirek('hold', 'set', '--household', householdId, '--act', 'Court inquiry 12', '--by', 'officer')) as { holdId: string };
    const refused = await tirek('erase', '--person', personId, ...ERASE, '--texts', 'redact', '--documents', 'erase');
    expect(jsonOf(refused)).toMatchObject({ error: { code: 'legal_hold', message: expect.stringContaining('Court inquiry 12') } });
    expect(await readPersons(api.database.pool, householdId)).toMatchObject([{ personId, iin: IIN }, { personId: sibling }]);
    expect(jsonOf(await tirek('hold', 'list'))).toMatchObject([{ holdId, householdId, act: 'Court inquiry 12' }]);
    expect(await tirek('hold', 'release', '--hold', holdId, '--act', 'Inquiry 12 has ended', '--by', 'officer')).toMatchObject({ exitCode: 0 });
    expect(jsonOf(await tirek('hold', 'list'))).toEqual([]);
  });

  it('leaves no mark in any column, and nothing of the person that any key opens; the act is recorded with what was chosen', async () => {
    const before = await verifyLedger(api.database.auditor, { caseId });
    const { counts } = jsonOf(await tirek('erase', '--person', personId, ...ERASE, '--texts', 'redact', '--documents', 'erase')) as {
      counts: Record<string, number>;
    };
    expect(counts).toMatchObject({
      titlesRedacted: 1,
      documentsOwn: 2,
      documentsErased: 2,
      signatures: 1,
      versions: 1,
      messageIds: 1,
      familyKeys: 0,
      openCases: 1,
    });
    expect(counts.textsRedacted).toBe(counts.textsNaming);
    expect(counts.textsNaming).toBeGreaterThanOrEqual(7);
    expect(await columnsBearing(MARKS)).toEqual([]);
    const opened = await wordsThatOpen();
    expect(MARKS.filter((mark) => opened.includes(mark))).toEqual([]);
    expect(await listErasures(api.owner)).toMatchObject([
      { personId, ground: 'court_decision', act: 'Decision 2-77 of 12.01.2026', texts: 'redact', documents: 'erase', erasedBy: 'officer' },
    ]);
    expect(await verifyLedger(api.database.auditor, { caseId })).toEqual(before);
  });

  it('destroys the key for good, and leaves the others of the family and texts that do not name the person', async () => {
    const { rows } = await api.owner.query<{ wrapped: string | null }>(`select wrapped from data_key where owner_kind = 'person' and owner_id = $1`, [
      personId,
    ]);
    expect(rows).toEqual([{ wrapped: null }]);
    for (const sql of [`update data_key set wrapped = 'file:v1:x', destroyed_at = null where wrapped is null`, 'delete from data_key', 'delete from erasure'])
      await expect(api.owner.query(sql)).rejects.toMatchObject({ code: '42501' });
    expect(await textsOf(api.database.pool, caseId)).toContain('Текст, который никого не называет');
    expect(await readPersons(api.database.pool, householdId)).toEqual([{ personId }, expect.objectContaining({ personId: sibling, iin: '900101100004' })]);
  });

  it('cannot be done twice, and nothing is written of an erased person any more', async () => {
    expect(jsonOf(await tirek('erase', '--person', personId, ...ERASE, '--texts', 'keep', '--documents', 'keep'))).toMatchObject({
      error: { code: 'erased_before' },
    });
    const corrected = await api.post(`/v1/cases/${caseId}/members/${personId}/correction`, { fullName: MARK });
    expect(corrected.status).toBeGreaterThanOrEqual(400);
    expect(corrected.status).toBeLessThan(500);
    expect(await columnsBearing(MARKS)).toEqual([]);
  });

  it('keeps texts where that was chosen, and says how many there are', async () => {
    await done('/v1/appeals', { channel: 1, threat: false, householdId, text: 'Брат был на беседе' });
    const outcome = jsonOf(await tirek('erase', '--person', sibling, ...ERASE, '--texts', 'keep', '--documents', 'keep')) as { counts: Record<string, number> };
    expect(outcome.counts).toMatchObject({ textsNaming: 1, textsRedacted: 0, documentsErased: 0, familyKeys: 0 });
    expect(await textsOf(api.database.pool, caseId)).toContain('Брат был на беседе');
  });
});

describe('retention', () => {
  it('has no term by default: all is kept, and told of', async () => {
    const { classes, people } = jsonOf(await tirek('retention')) as { classes: { class: string; months?: number; due: number }[]; people: unknown[] };
    expect(classes.map((row) => row.class)).toContain('people');
    expect(classes.every(({ months, due }) => months === undefined && due === 0)).toBe(true);
    expect(people).toEqual([]);
  });

  it('with a term names who is due: members of families whose last case ended so long ago, and none that is held', async () => {
    await tirek('retention', 'set', 'people', '--months', '12', '--act', 'Order 7', '--by', 'officer');
    const reply = await api.post<{ caseId: string; householdId: string; personId: string }>('/v1/appeals', {
      ...syntheticFamily().appeal(),
      applicant: { fullName: 'Синтетическая Давняя' },
    });
    const { caseId: old, householdId: family, personId: due } = reply.body;
    await api.owner.query(`update subject_file set stage = 'closed', running = false, clock_at = now() - interval '14 months' where subject_id = $1`, [old]);
    const listed = async (): Promise<unknown[]> => (jsonOf(await tirek('retention')) as { people: unknown[] }).people;
    expect(await listed()).toMatchObject([{ personId: due, householdId: family }]);
    await tirek('hold', 'set', '--person', due, '--act', 'Claim 3');
    expect(await listed()).toEqual([]);
    await tirek('retention', 'unset', 'people');
    expect(await listed()).toEqual([]);
  });
});

describe('the last of a family', () => {
  it('takes the key of the family with it, when its cases are closed and nothing was to be kept', async () => {
    const { body } = await api.post<{ caseId: string; householdId: string; personId: string }>('/v1/appeals', {
      ...syntheticFamily().appeal(),
      applicant: { fullName: 'Синтетическая Одна' },
      text: 'Слова без имён',
    });
    await api.owner.query(`update subject_file set stage = 'closed', running = false where subject_id = $1`, [body.caseId]);
    const { counts } = jsonOf(await tirek('erase', '--person', body.personId, ...ERASE, '--texts', 'redact', '--documents', 'erase')) as {
      counts: Record<string, number>;
    };
    expect(counts).toMatchObject({ textsNaming: 0, familyKeys: 1 });
    expect(await textsOf(api.database.pool, body.caseId)).toEqual([]);
  });
});
