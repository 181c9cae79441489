/** An organisation that is registered while everything runs: it gets its referral, and its signed report is taken. Nothing is started for it. */
import { ActProposal } from '../../contracts/http/proposals.js';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifySignature } from '../../adapters/standard-webhooks.js';
import { Referral } from '../../contracts/agency-protocol.js';
import { AppealRegistered } from '../../contracts/http/appeals.js';
import { CaseDetail } from '../../contracts/http/cases.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { eventually } from '../stack/eventually.js';
import { startTirek, type Tirek } from '../stack/tirek.js';

const SECRET = `whsec_${Buffer.from('a synthetic key of tests').toString('base64')}`;
const today = legalDayOf(Date.now());

let tirek: Tirek;
let department: Server;
const taken: { path: string | undefined; signed: boolean; content: unknown }[] = [];

beforeAll(async () => {
  tirek = await startTirek();
  department = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      taken.push({ path: request.url, signed: verifySignature(SECRET, request.headers, body).ok, content: JSON.parse(body.toString('utf8')) as unknown });
      response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ receiptId: '15-04/812' }));
    });
  }).listen(0, '127.0.0.1');
  await once(department, 'listening');
});
afterAll(async () => {
  department.close();
  await tirek.stop();
});

async function give(path: string, body: unknown, token?: string): Promise<unknown> {
  const reply = await tirek.ask('POST', path, { key: crypto.randomUUID(), body, ...(token === undefined ? {} : { token }) });
  if (reply.status >= 300) throw new Error(`${path}: ${reply.status} ${reply.text}`);
  return reply.json;
}

it('192-9, 192-11-1: a housing department of another district, by the API alone', async () => {
  const address = department.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const registered = await tirek.ask('PUT', '/v1/organisations/abay-housing-department', {
    token: 'dev-admin',
    body: {
      version: 0,
      function: 'housing',
      territory: '791110000',
      nameKk: 'Тұрғын үй бөлімі',
      nameRu: 'Отдел жилищных отношений',
      protocol: 'http',
      endpointUrl: `http://127.0.0.1:${port}/tirek`,
      secret: SECRET,
      validFrom: today,
    },
  });
  expect(registered.status).toBe(202);
  const { proposalId } = ActProposal.parse(registered.json);
  expect((await tirek.ask('PUT', `/v1/proposals/${proposalId}/approval`, { token: 'dev-admin-2' })).status).toBe(200);

  const family = syntheticFamily();
  const { caseId } = AppealRegistered.parse(await give('/v1/appeals', family.appeal()));
  const cases = `/v1/cases/${caseId}`;
  await give(`${cases}/consent`, family.consent());
  await give(`${cases}/assessment`, family.assessment());
  await give(`${cases}/needs`, family.needs());
  await give(`${cases}/ipr`, family.ipr({ endsOn: addDays(today, 200), dueOn: addDays(today, 60) }, ['abay-housing-department']));
  const personId = (await tirek.read(CaseDetail, cases)).persons[0]?.personId ?? '';
  const scan = { ...(await tirek.center.uploadSigned(caseId, 'dev-manager')), personId };
  for (const party of ['employee', 'family'] as const) await give(`${cases}/ipr/signatures`, family.signature(party, scan));
  await give(`${cases}/ipr/approval`, {}, 'dev-head');
  await give(`${cases}/ipr/dispatch`, {});

  const [message] = await eventually(async () => (taken.length > 0 ? taken : undefined), 'the department has its referral');
  expect(message).toMatchObject({ path: '/tirek/referrals', signed: true });
  const referral = Referral.parse(message?.content);
  expect(referral).toMatchObject({ caseId, agency: 'abay-housing-department' });

  const accepted = await tirek.report({ agency: 'abay-housing-department', caseId, measureId: referral.measures[0]?.measureId ?? '' });
  const detail = await eventually(async () => {
    const read = await tirek.read(CaseDetail, cases);
    return read.reports.length > 0 && read.dispatches[0]?.state === 'delivered' ? read : undefined;
  }, 'its report is in the case');
  expect(detail.reports).toMatchObject([{ reportId: accepted.reportId, agency: 'abay-housing-department', outcome: 'performed' }]);
});
