/** Documents of a case over real HTTP and Postgres: taken in, told of, handed out; what is refused; what is gone after a day. */
import { createHash, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DocumentPage, DocumentRecord, UploadedDocument } from '../../contracts/http/documents.js';
import { MOST_BYTES } from '../../domain/case/documents.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { syntheticDocument } from '../../tools/demo/synthetic-document.js';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { keepHouse } from '../../work/housekeeping.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { eventually } from '../stack/eventually.js';
import { startApiUnderTest, type ApiUnderTest, type Asking, type Reply } from './api-under-test.js';

let api: ApiUnderTest;
let caseId: string;

beforeAll(async () => {
  api = await startApiUnderTest();
  caseId = await openCase();
});
afterAll(() => api.stop());

const PDF = syntheticDocument('A synthetic consent.');
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
/** Of another Center than the manager's. */
const ELSEWHERE = 'dev-manager-2';

async function openCase(): Promise<string> {
  const { body } = await api.post<{ caseId: string }>('/v1/appeals', syntheticFamily().appeal());
  return body.caseId;
}

interface Sending extends Asking {
  of?: string;
  type?: string;
  title?: string;
  as?: string;
}

function send(bytes: Buffer | string, { of = caseId, type = 'consent', title, as = 'application/pdf', headers = {}, ...asking }: Sending = {}): Promise<Reply> {
  const named = title === undefined ? {} : { 'document-title': encodeURIComponent(title) };
  return api.ask('POST', `/v1/cases/${of}/documents?type=${type}`, {
    key: randomUUID(),
    raw: bytes,
    headers: { 'content-type': as, ...named, ...headers },
    ...asking,
  });
}

async function sent(bytes: Buffer = PDF, sending: Sending = {}): Promise<ReturnType<typeof UploadedDocument.parse>> {
  const reply = await send(bytes, sending);
  expect({ status: reply.status, text: reply.status === 201 ? '' : reply.text }).toEqual({ status: 201, text: '' });
  return UploadedDocument.parse(reply.body);
}

async function rowsOf(of: string): Promise<number> {
  const { rows } = await api.owner.query<{ n: number }>('select count(*)::int as n from document where case_id = $1', [of]);
  return rows[0]?.n ?? 0;
}

const download = (documentId: string, asking?: Asking): Promise<Reply> => api.get(`/v1/documents/${documentId}/content`, asking);

async function bytesOf(documentId: string): Promise<Buffer> {
  const response = await fetch(`${api.url}/v1/documents/${documentId}/content`, { headers: { authorization: 'Bearer dev-manager' } });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** Makes a document as old as if it had been uploaded so long ago; the trigger lets nobody else. */
async function aged(documentId: string, hours: number): Promise<void> {
  await api.owner.query('alter table document disable trigger document_immutable');
  await api.owner.query(`update document set uploaded_at = uploaded_at - $2 * interval '1 hour' where id = $1`, [documentId, hours]);
  await api.owner.query('alter table document enable trigger document_immutable');
}

describe('192-4-2: a document of a case', () => {
  it('is taken in, told of and handed out as it came, with its digest', async () => {
    const uploaded = await sent();
    const sha256 = createHash('sha256').update(PDF).digest('hex');
    expect(uploaded).toMatchObject({ size: PDF.length, sha256 });
    expect(Math.abs(Date.parse(uploaded.uploadedAt) - Date.now())).toBeLessThan(60_000);
    const { body } = await api.get<unknown>(`/v1/documents/${uploaded.documentId}`, { language: 'en' });
    expect(DocumentRecord.parse(body)).toMatchObject({
      documentId: uploaded.documentId,
      caseId,
      type: 'consent',
      what: 'consent to personal-data processing',
      mediaType: 'application/pdf',
      size: PDF.length,
      sha256,
      uploadedBy: 'manager-almaty-auezov',
      attached: false,
    });
    expect((await bytesOf(uploaded.documentId)).equals(PDF)).toBe(true);
  });

  it('of many parts comes back whole, and so does the largest that there may be', async () => {
    const large = Buffer.concat([PDF, Buffer.alloc(MOST_BYTES - PDF.length, 'scan')]);
    const { documentId, size } = await sent(large);
    expect(size).toBe(MOST_BYTES);
    expect((await bytesOf(documentId)).equals(large)).toBe(true);
  });

  it('is handed out as a file to be saved, which runs nowhere', async () => {
    const { documentId } = await sent(PNG, { as: 'image/png' });
    const { headers } = await download(documentId);
    expect(
      Object.fromEntries(
        ['content-type', 'content-length', 'content-disposition', 'x-content-type-options', 'content-security-policy', 'cache-control'].map((name) => [
          name,
          headers.get(name),
        ]),
      ),
    ).toEqual({
      'content-type': 'image/png',
      'content-length': String(PNG.length),
      'content-disposition': `attachment; filename="${documentId}.png"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'cache-control': 'no-store',
    });
    const head = await api.ask('HEAD', `/v1/documents/${documentId}/content`);
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', String(PNG.length)]);
  });

  it('of the type "other" has a title, which no address and no log carries, and belongs to its case at once', async () => {
    const { documentId } = await sent(PDF, { type: 'other', title: 'Туу туралы куәлік' });
    const record = DocumentRecord.parse((await api.get<unknown>(`/v1/documents/${documentId}`)).body);
    expect(record).toMatchObject({ title: 'Туу туралы куәлік', attached: true });
    expect(record).not.toHaveProperty('expiresAt');
    const { rows } = await api.owner.query<{ text: string }>("select string_agg(answer::text, '') as text from command where subject_id = $1", [caseId]);
    expect(rows[0]?.text).not.toContain('куәлік');
  });

  it('is listed with the others of its case, the last uploaded first, page by page', async () => {
    const of = await openCase();
    const ids: string[] = [];
    for (const type of ['consent', 'signed_ipr', 'result_notice']) ids.unshift((await sent(PDF, { of, type })).documentId);
    const first = DocumentPage.parse((await api.get<unknown>(`/v1/cases/${of}/documents?limit=2`)).body);
    const second = DocumentPage.parse((await api.get<unknown>(`/v1/cases/${of}/documents?limit=2&after=${first.next ?? ''}`)).body);
    expect([...first.items, ...second.items].map(({ documentId }) => documentId)).toEqual(ids);
    expect(second.next).toBeUndefined();
    expect((await api.get(`/v1/cases/${of}/documents?after=x`)).body.code).toBe('cursor_invalid');
  });
});

describe('an upload that is repeated', () => {
  it('under the same key has the same answer, and there is one document', async () => {
    const of = await openCase();
    const asking = { of, key: randomUUID() };
    const first = await send(PDF, asking);
    const again = await send(PDF, asking);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(await rowsOf(of)).toBe(1);
  });

  it('ten times at once leaves one document, and every sender has its answer', async () => {
    const of = await openCase();
    const asking = { of, key: randomUUID() };
    const replies = await Promise.all(Array.from({ length: 10 }, () => send(PDF, asking)));
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(201);
    expect(await rowsOf(of)).toBe(1);
  });

  it.each<[string, Buffer, Sending]>([
    ['other bytes', syntheticDocument('Another synthetic consent.'), {}],
    ['another type', PDF, { type: 'signed_ipr' }],
    ['a title', PDF, { title: 'Consent' }],
  ])('under the same key with %s is refused', async (_what, bytes, changes) => {
    const key = randomUUID();
    await sent(PDF, { key });
    expect(await send(bytes, { key, ...changes })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  it('under the key of a command is refused', async () => {
    const key = randomUUID();
    expect((await api.post(`/v1/cases/${caseId}/interview`, syntheticFamily().interview(), { key })).status).toBe(200);
    expect((await send(PDF, { key })).body.code).toBe('idempotency_key_reused');
  });
});

describe('what is no document', () => {
  it.each<[string, number, string, Buffer | string, Sending]>([
    ['an empty one', 422, 'document_empty', Buffer.alloc(0), {}],
    ['one of another type than declared', 422, 'document_kind_differs', PNG, {}],
    ['a page that is called a PDF', 415, 'document_kind_refused', '<!doctype html><script>1</script>', {}],
    ['a drawing with a script that is called a PNG', 415, 'document_kind_refused', '<svg onload="x()"/>', { as: 'image/png' }],
    ['a program that is called a PDF', 415, 'document_kind_refused', Buffer.from('7f454c4602010100', 'hex'), {}],
    ['one that is declared as a page', 415, 'document_kind_refused', PDF, { as: 'text/html' }],
    ['one that is declared as a drawing', 415, 'document_kind_refused', PDF, { as: 'image/svg+xml' }],
    ['one of no known type of document', 400, 'request_invalid', PDF, { type: 'poem' }],
    ['another document without a title', 400, 'request_invalid', PDF, { type: 'other' }],
    ['another document with a broken title', 400, 'request_invalid', PDF, { type: 'other', headers: { 'document-title': '%E0%A4%A' } }],
    ['one for a case that is not there', 404, 'case_unknown', PDF, { of: randomUUID() }],
    ['one for a case of another Center', 404, 'case_unknown', PDF, { token: ELSEWHERE }],
    ['one from somebody who only reads', 403, 'role_not_allowed', PDF, { token: 'dev-admin' }],
    ['one from nobody', 401, 'unauthenticated', PDF, { token: undefined }],
  ])('%s is refused (%i %s), readable in each language, and nothing is kept', async (_what, status, code, bytes, sending) => {
    const before = await rowsOf(caseId);
    for (const language of ['kk', 'ru', 'en']) {
      const reply = await send(bytes, { ...sending, language });
      expect(reply).toMatchObject({ status, body: { code } });
      expect(reply.body.detail).not.toMatch(/\{\w+\}/);
    }
    expect(await rowsOf(caseId)).toBe(before);
  });

  it('one without a key is refused', async () => {
    const reply = await api.ask('POST', `/v1/cases/${caseId}/documents?type=consent`, { raw: PDF, headers: { 'content-type': 'application/pdf' } });
    expect(reply.body.code).toBe('idempotency_key_missing');
  });

  it('one byte too many is refused, said beforehand or not, and nothing is kept', async () => {
    const before = await rowsOf(caseId);
    const tooLarge = Buffer.concat([PDF, Buffer.alloc(MOST_BYTES - PDF.length + 1)]);
    expect(await send(tooLarge)).toMatchObject({ status: 413, body: { code: 'document_too_large' } });
    const streamed = await fetch(`${api.url}/v1/cases/${caseId}/documents?type=consent`, {
      method: 'POST',
      duplex: 'half',
      body: new Blob([new Uint8Array(tooLarge)]).stream(),
      headers: { authorization: 'Bearer dev-manager', 'idempotency-key': randomUUID(), 'content-type': 'application/pdf' },
    } as RequestInit);
    expect([streamed.status, ((await streamed.json()) as { code: string }).code]).toEqual([413, 'document_too_large']);
    expect(await rowsOf(caseId)).toBe(before);
  });

  it('one whose sender goes away on the way leaves nothing', async () => {
    const of = await openCase();
    await new Promise<void>((resolve) => {
      const sending = httpRequest(`${api.url}/v1/cases/${of}/documents?type=consent`, {
        method: 'POST',
        headers: { authorization: 'Bearer dev-manager', 'idempotency-key': randomUUID(), 'content-type': 'application/pdf', 'content-length': MOST_BYTES },
      });
      sending.once('error', () => resolve());
      sending.write(
        Buffer.concat([PDF, Buffer.alloc(600_000)]),
        () => void eventually(async () => ((await rowsOf(of)) === 1 ? true : undefined), 'the upload has begun').then(() => sending.destroy()),
      );
    });
    await eventually(async () => ((await rowsOf(of)) === 0 ? true : undefined), 'nothing is left of it');
  });
});

describe('a document of another Center', () => {
  it('does not exist: neither what is known of it, nor its bytes, nor the list of its case', async () => {
    const { documentId } = await sent();
    for (const path of [`/v1/documents/${documentId}`, `/v1/documents/${documentId}/content`, '/v1/documents/not-an-id']) {
      expect(await api.get(path, { token: ELSEWHERE })).toMatchObject({ status: 404, body: { code: 'document_unknown' } });
    }
    expect(await api.get(`/v1/cases/${caseId}/documents`, { token: ELSEWHERE })).toMatchObject({ status: 404, body: { code: 'case_unknown' } });
  });
});

describe('a document never changes', () => {
  it.each([
    `update document set sha256 = repeat('0', 64)`,
    `update document set case_id = gen_random_uuid()`,
    `update document_content set bytes = 'other'`,
    `insert into document_content (document_id, place, bytes) select id, 99, 'more' from document where sealed_at is not null`,
  ])('not even by the owner of the tables: %s', async (sql) => {
    await sent();
    await expect(api.owner.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('one of a case is removed by nobody', async () => {
    const { documentId } = await sent(PDF, { type: 'other', title: 'Title' });
    for (const pool of [api.owner, api.database.pool])
      await expect(pool.query('delete from document where id = $1', [documentId])).rejects.toMatchObject({ code: '42501' });
  });

  it('one whose bytes were changed past the triggers is not handed out', async () => {
    const { documentId } = await sent();
    await api.owner.query('alter table document_content disable trigger document_content_immutable');
    await api.owner.query(`update document_content set bytes = '%PDF-1.4 forged' where document_id = $1`, [documentId]);
    await api.owner.query('alter table document_content enable trigger document_content_immutable');
    expect(await download(documentId)).toMatchObject({ status: 500, body: { code: 'document_damaged' } });
  });

  it('its bytes and its title can be erased; what is recorded of it stays', async () => {
    const { documentId, sha256 } = await sent(PDF, { type: 'other', title: 'Title' });
    await api.owner.query('delete from document_content where document_id = $1', [documentId]);
    await api.owner.query('update document set title = null where id = $1', [documentId]);
    expect(await download(documentId)).toMatchObject({ status: 410, body: { code: 'document_erased' } });
    const record = DocumentRecord.parse((await api.get<unknown>(`/v1/documents/${documentId}`)).body);
    expect(record).toMatchObject({ sha256 });
    expect(record).not.toHaveProperty('title');
  });
});

describe('a command that refers to a document', () => {
  const FAMILY = syntheticFamily();
  const consent = (of: string, documentId: string, asking?: Asking): Promise<Reply> =>
    api.post(`/v1/cases/${of}/consent`, FAMILY.consent({ documentId }), asking);

  async function entriesOf(of: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
    return (
      await api.owner.query<{ type: string; data: Record<string, unknown> }>(
        `select type, entry -> 'data' as data from ledger where subject_id = $1 order by seq`,
        [of],
      )
    ).rows;
  }

  it('256-13-CON: is recorded with the digest of its bytes, and the document belongs to the case for good', async () => {
    const of = await openCase();
    const { documentId, sha256 } = await sent(PDF, { of });
    expect((await consent(of, documentId)).status).toBe(200);
    expect((await entriesOf(of)).at(-1)).toMatchObject({ type: 'ConsentRecorded', data: { documentId, documentSha256: sha256 } });
    const record = DocumentRecord.parse((await api.get<unknown>(`/v1/documents/${documentId}`)).body);
    expect(record.attached).toBe(true);
    expect(record).not.toHaveProperty('expiresAt');
    await expect(api.owner.query('delete from document where id = $1', [documentId])).rejects.toMatchObject({ code: '42501' });
  });

  it('256-17-1: one scan may carry both signatures', async () => {
    const of = await openCase();
    const today = legalDayOf(Date.now());
    await Promise.all([consent(of, await api.paper(of, 'consent')), api.post(`/v1/cases/${of}/assessment`, FAMILY.assessment())]);
    expect((await api.post(`/v1/cases/${of}/needs`, FAMILY.needs())).status).toBe(200);
    expect((await api.post(`/v1/cases/${of}/ipr`, FAMILY.ipr({ endsOn: addDays(today, 200), dueOn: addDays(today, 60) }, ['employment']))).status).toBe(200);
    const scan = await api.signed(of);
    for (const party of ['employee', 'family'] as const)
      expect((await api.post(`/v1/cases/${of}/ipr/signatures`, FAMILY.signature(party, scan, 'paper'))).status).toBe(200);
    const verdict = await verifyLedger(api.database.auditor, { caseId: of });
    expect(verdict).toMatchObject({ cases: 1, faults: [], notComparable: 0 });
    // What was known is kept with the command: it is decided again without the bytes, too.
    await api.owner.query('delete from document_content where document_id = $1', [scan.documentId]);
    await api.owner.query('delete from signature_content where signature_id = $1', [scan.signatureId]);
    expect(await verifyLedger(api.database.auditor, { caseId: of })).toEqual(verdict);
  });

  it('is refused when it does not exist, is not of the case or of the Center, or is of another type: nothing is changed', async () => {
    const of = await openCase();
    const other = await openCase();
    const foreign = (await api.post<{ caseId: string }>('/v1/appeals', syntheticFamily().appeal(), { token: ELSEWHERE })).body.caseId;
    const before = await entriesOf(of);
    const wrong: [number, string, string][] = [
      [404, 'document_unknown', randomUUID()],
      [422, 'document_of_other_case', await api.paper(other, 'consent')],
      [404, 'document_unknown', await api.paper(foreign, 'consent', { token: ELSEWHERE })],
      [422, 'document_type_wrong', await api.paper(of, 'result_notice')],
    ];
    for (const [status, code, documentId] of wrong) {
      for (const language of ['kk', 'ru', 'en']) {
        const reply = await consent(of, documentId, { language });
        expect(reply).toMatchObject({ status, body: { code } });
        expect(reply.body.detail).not.toMatch(/\{\w+\}|_/);
      }
      expect((await api.owner.query('select from document where id = $1 and attached_at is not null', [documentId])).rowCount).toBe(0);
    }
    expect(await entriesOf(of)).toEqual(before);
    expect((await api.owner.query('select from person join case_file using (household_id) where subject_id = $1', [of])).rowCount).toBe(1);
  });

  it('is refused when nobody referred to it within its day, and has the same answer under its key later', async () => {
    const of = await openCase();
    const { documentId } = await sent(PDF, { of });
    await aged(documentId, 25);
    const key = randomUUID();
    const first = await consent(of, documentId, { key });
    expect(first.body.code).toBe('document_unknown');
    await keepHouse(api.database.pool, pino({ level: 'silent' }));
    expect((await consent(of, documentId, { key })).text).toBe(first.text);
  });

  it('may stand behind several commands that come at the same time', async () => {
    const of = await openCase();
    const documentId = await api.paper(of, 'consent');
    const replies = await Promise.all(Array.from({ length: 6 }, () => consent(of, documentId)));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 200));
    expect((await entriesOf(of)).filter(({ type }) => type === 'ConsentRecorded')).toHaveLength(6);
    expect((await verifyLedger(api.database.auditor, { caseId: of })).faults).toEqual([]);
  });
});

describe('a document to which no command refers', () => {
  const silent = pino({ level: 'silent' });

  it('is there for a day, then for nobody, and then its bytes are gone; one that belongs to its case stays', async () => {
    const of = await openCase();
    const { documentId } = await sent(PDF, { of });
    const { documentId: other } = await sent(PDF, { of, type: 'other', title: 'Title' });
    const { body } = await api.get<{ expiresAt: string; uploadedAt: string }>(`/v1/documents/${documentId}`);
    expect(Date.parse(body.expiresAt) - Date.parse(body.uploadedAt)).toBe(24 * 3_600_000);
    await aged(documentId, 23);
    await aged(other, 1_000);
    expect((await api.get(`/v1/documents/${documentId}`)).status).toBe(200);
    await aged(documentId, 1);
    expect(await download(documentId)).toMatchObject({ status: 404, body: { code: 'document_unknown' } });
    await keepHouse(api.database.pool, silent);
    // A take that has just seen it may still attach it: it goes an hour later.
    expect(await rowsOf(of)).toBe(2);
    await aged(documentId, 1);
    await keepHouse(api.database.pool, silent);
    expect((await api.owner.query('select from document_content where document_id = $1', [documentId])).rowCount).toBe(0);
    expect((await bytesOf(other)).equals(PDF)).toBe(true);
    expect(await rowsOf(of)).toBe(1);
  });
});
