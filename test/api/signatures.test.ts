/** Signing over HTTP: a signature is brought to a document, verified at the door, and is somebody's (256-17-1, P42, P50, P58). */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { createDevelopmentVerifier, developmentSignature, type DevelopmentSigner } from '../../adapters/signatures/development-certificates.js';
import type { SignatureVerifier } from '../../adapters/signatures/verifier.js';
import { AppealRegistered } from '../../contracts/http/appeals.js';
import { CaseDetail } from '../../contracts/http/cases.js';
import { BroughtSignature, SignatureList } from '../../contracts/http/signatures.js';
import { developmentIin } from '../../db/development-iin.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { syntheticDocument } from '../../tools/demo/synthetic-document.js';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { rowCounts, startApiUnderTest, type ApiUnderTest, type Asking } from './api-under-test.js';
import { setIin } from '../fixtures/sealed.js';

const BYTES = syntheticDocument('A synthetic document: signed_ipr.');
const MANAGER_IIN = developmentIin('manager-almaty-auezov');
const HEAD_IIN = developmentIin('head-almaty-auezov');
const FAMILY_IIN = '900101100004';
const TODAY = legalDayOf(Date.now());

/** As the development verifier, unless it is told to be away. */
const real = createDevelopmentVerifier();
let away = false;
const verifier: SignatureVerifier = {
  name: 'development',
  verify: async (signed) => (away ? { verdict: 'away', reason: 'timeout' } : real.verify(signed)),
};

let api: ApiUnderTest;

beforeAll(async () => {
  api = await startApiUnderTest({ deps: { verifier } });
});
afterAll(() => api.stop());

const family = syntheticFamily();
const DRAFT = family.ipr({ endsOn: addDays(TODAY, 200), dueOn: addDays(TODAY, 60) }, ['employment']);

/** A case whose plan waits for its signatures; its person has that ИИН. */
async function drafted(iin?: string): Promise<{ caseId: string; personId: string }> {
  const { caseId, personId = '' } = AppealRegistered.parse((await api.post<unknown>('/v1/appeals', family.appeal())).body);
  await api.post(`/v1/cases/${caseId}/consent`, { given: true, personId });
  if (iin !== undefined) await setIin(api.owner, personId, iin);
  await api.post(`/v1/cases/${caseId}/assessment`, family.assessment());
  await api.post(`/v1/cases/${caseId}/needs`, family.needs());
  expect((await api.post(`/v1/cases/${caseId}/ipr`, DRAFT)).status).toBe(200);
  return { caseId, personId };
}

const sign = (caseId: string, body: unknown, asking?: Asking) => api.post(`/v1/cases/${caseId}/ipr/signatures`, body, asking);
const bring = (documentId: string, cms: Buffer, asking?: Asking) =>
  api.post<z.infer<typeof BroughtSignature> & { code: string }>(`/v1/documents/${documentId}/signatures`, { cms: cms.toString('base64') }, asking);
const cmsOf = (signer: DevelopmentSigner, bytes: Uint8Array = BYTES) => developmentSignature(bytes, signer);

async function planOf(caseId: string): Promise<z.infer<typeof CaseDetail>['ipr']> {
  return CaseDetail.parse((await api.get<unknown>(`/v1/cases/${caseId}`)).body).ipr;
}

describe('256-17-1: a signature over a document', () => {
  it('is verified, kept once, told of with whose it is, and never changes', async () => {
    const { caseId, personId } = await drafted(FAMILY_IIN);
    const documentId = await api.paper(caseId, 'signed_ipr');
    const key = randomUUID();
    const first = await bring(documentId, cmsOf({ iin: FAMILY_IIN, serialNumber: 'ab12', stampedAt: Date.now() - 1_000 }), { key });
    expect(first.status).toBe(201);
    BroughtSignature.parse(first.body);
    const again = cmsOf({ iin: FAMILY_IIN, serialNumber: 'cd' });
    const brought = await bring(documentId, again);
    expect((await bring(documentId, again)).body).toEqual(brought.body);
    expect(await bring(documentId, again, { key })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    const { items } = SignatureList.parse((await api.get<unknown>(`/v1/documents/${documentId}/signatures`)).body);
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ member: personId, serialNumber: 'ab12', revocationCheckedBy: 'OCSP', verifiedBy: 'development' });
    expect(items[0]?.timeStamp?.at).toBeDefined();
    await expect(api.owner.query('update signature_content set iin_index = $1', [Buffer.from(MANAGER_IIN)])).rejects.toMatchObject({ code: '42501' });
    // What is kept with the key and written to the log of acts names nobody.
    const { rows } = await api.owner.query<{ text: string }>(`select json_agg(command)::text as text from command where kind = 'bringSignature'`);
    expect(rows[0]?.text).not.toContain(FAMILY_IIN);
  });

  it.each<[string, Buffer]>([
    ['signature_changed', cmsOf({ iin: MANAGER_IIN }, Buffer.from('another plan'))],
    ['certificate_expired', cmsOf({ iin: MANAGER_IIN, validTo: Date.now() - 1_000 })],
    ['certificate_revoked', cmsOf({ iin: MANAGER_IIN, serialNumber: 'dead' })],
    ['certificate_untrusted', cmsOf({ iin: MANAGER_IIN, authority: 'a stranger' })],
    ['signature_unreadable', Buffer.from('MIIB')],
  ])('is refused as %s, and nothing is kept', async (code, cms) => {
    const { caseId } = await drafted();
    const documentId = await api.paper(caseId, 'signed_ipr');
    const before = await rowCounts(api.owner);
    expect(await bring(documentId, cms)).toMatchObject({ status: 422, body: { code } });
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it('waits while nobody can tell: 503, nothing changed, and the same key is safe', async () => {
    const { caseId } = await drafted();
    const documentId = await api.paper(caseId, 'signed_ipr');
    const before = await rowCounts(api.owner);
    const key = randomUUID();
    away = true;
    expect(await bring(documentId, cmsOf({ iin: MANAGER_IIN }), { key })).toMatchObject({ status: 503, body: { code: 'signature_verifier_away' } });
    away = false;
    expect(await rowCounts(api.owner)).toEqual(before);
    expect((await bring(documentId, cmsOf({ iin: MANAGER_IIN }), { key })).status).toBe(201);
  });

  it('is brought to no document of another Center', async () => {
    const { caseId } = await drafted();
    const documentId = await api.paper(caseId, 'signed_ipr');
    expect(await bring(documentId, cmsOf({ iin: MANAGER_IIN }), { token: 'dev-manager-2' })).toMatchObject({ status: 404, body: { code: 'document_unknown' } });
    expect((await bring(documentId, cmsOf({ iin: MANAGER_IIN }), { token: 'dev-coordinator' })).status).toBe(403);
  });
});

describe('256-17-1, P42: the two parties of a plan', () => {
  it('sign by their own ЭЦП, and the case says who they were', async () => {
    const { caseId, personId } = await drafted(FAMILY_IIN);
    const own = await api.signed(caseId);
    expect((await sign(caseId, family.signature('employee', own))).status).toBe(200);
    const theirs = await api.signed(caseId, { iin: FAMILY_IIN });
    expect((await sign(caseId, family.signature('family', theirs, 'eds'))).status).toBe(200);
    expect((await planOf(caseId))?.signatures).toEqual([
      { party: 'employee', by: 'manager-almaty-auezov' },
      { party: 'family', by: personId },
    ]);
    expect((await api.post(`/v1/cases/${caseId}/ipr/approval`, {}, { token: 'dev-head' })).status).toBe(200);
    expect(await verifyLedger(api.database.auditor, { caseId })).toMatchObject({ cases: 1, faults: [], notComparable: 0 });
  });

  it('are refused by a signature of somebody else, of another document, of nobody, and without one', async () => {
    const { caseId, personId } = await drafted();
    const [own, other] = [await api.signed(caseId), await api.signed(caseId)];
    const strangers = await api.signed(caseId, { iin: FAMILY_IIN });
    const wrong: [number, string, object][] = [
      [422, 'signature_foreign', family.signature('employee', strangers)],
      [422, 'signature_foreign', family.signature('family', own, 'eds')],
      [422, 'signature_of_other_document', family.signature('employee', { ...own, documentId: other.documentId })],
      [404, 'signature_unknown', family.signature('employee', { ...own, signatureId: randomUUID() })],
      [422, 'signature_required', { party: 'employee', method: 'eds', documentId: own.documentId }],
      [422, 'signature_required', { party: 'family', method: 'paper', documentId: own.documentId, personId }],
      [422, 'signer_unnamed', { party: 'family', method: 'paper', documentId: own.documentId, signatureId: own.signatureId }],
      [404, 'member_unknown', family.signature('family', { ...own, personId: randomUUID() })],
      [400, 'request_invalid', { ...family.signature('employee', own), personId }],
    ];
    for (const [status, code, body] of wrong) expect(await sign(caseId, body), code).toMatchObject({ status, body: { code } });
    expect((await planOf(caseId))?.signatures).toEqual([]);
  });

  it('are two people: the employee who is of the family does not sign for both', async () => {
    const { caseId } = await drafted(MANAGER_IIN);
    const scan = await api.signed(caseId);
    expect((await sign(caseId, family.signature('employee', scan))).status).toBe(200);
    for (const method of ['paper', 'eds'] as const)
      expect(await sign(caseId, family.signature('family', scan, method))).toMatchObject({
        status: 422,
        body: { code: 'parties_not_different', rule: '256-17-1' },
      });
  });

  it('P50: whoever has signed does not approve, for the Center or as one of the family', async () => {
    const asEmployee = await drafted();
    await sign(asEmployee.caseId, family.signature('employee', await api.signed(asEmployee.caseId, { token: 'dev-head' })), { token: 'dev-head' });
    await sign(asEmployee.caseId, family.signature('family', await api.signed(asEmployee.caseId)));
    const asFamily = await drafted(HEAD_IIN);
    for (const party of ['employee', 'family'] as const) await sign(asFamily.caseId, family.signature(party, await api.signed(asFamily.caseId)));
    for (const { caseId } of [asEmployee, asFamily]) {
      expect((await planOf(caseId))?.signatures).toHaveLength(2);
      expect(await api.post(`/v1/cases/${caseId}/ipr/approval`, {}, { token: 'dev-head' })).toMatchObject({
        status: 403,
        body: { code: 'signer_approves', rule: 'P50' },
      });
    }
  });
});
