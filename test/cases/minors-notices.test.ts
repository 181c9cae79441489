/**
 * 256-26 on real servers, told as it goes: a mother asks by telephone for a place for the night, with her daughter and a son
 * who is eighteen today. The police's line is down, guardianship turns the notice away; the case is closed before the morning.
 */
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { MinorsNotice } from '../../contracts/agency-protocol.js';
import { AlertPage } from '../../contracts/http/duties.js';
import { addMonths, legalDayOf } from '../../domain/law/calendar.js';
import { createSimulatorsClient, type SimulatorsClient } from '../../simulators/client.js';
import { startSimulators, type RunningSimulators } from '../../simulators/start.js';
import { connectOrganisation } from '../fixtures/connected.js';
import { eventually } from '../stack/eventually.js';
import { startTirek, type Tirek } from '../stack/tirek.js';
import { TOKENS, WalkedCase } from './walked-case.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { openerOf } from '../../db/data-keys.js';

const HOUR = 3_600_000;
/** A bound for a busy machine: the night has more than a hundred attempts. */
const NIGHT_WITHIN_MS = 240_000;
const SECRET = 'whsec_Z3VhcmRpYW5zaGlwLW9mLXRoZS1kaXN0cmljdA==';
const PLACE = 'Синтетическая улица, 1';

let tirek: Tirek;
let body: RunningSimulators;
let guardianship: SimulatorsClient;
let walked: WalkedCase;

beforeAll(async () => {
  [tirek, body] = await Promise.all([
    startTirek(),
    startSimulators({ agencies: [{ code: 'guardianship', secret: SECRET }], centerWebhookSecret: 'whsec_bm9ib2R5LWxpc3RlbnMtdGhlcmUh' }),
  ]);
  guardianship = createSimulatorsClient(body.url);
  const owner = new Client({ connectionString: tirek.database.ownerUrl });
  await owner.connect();
  await connectOrganisation(owner, { code: 'guardianship', endpointUrl: body.agencyUrl('guardianship'), secrets: [SECRET] });
  await owner.end();
});
afterAll(async () => {
  await tirek.stop();
  await body.stop();
});

const noticeTo = async (to: string) => {
  const { minors, dispatches, duties } = await walked.view();
  const { key = '', number = '' } = minors[0]?.notices.find((notice) => notice.to === to) ?? {};
  const found = dispatches.find((dispatch) => dispatch.key === key);
  return { key, number, dispatch: found, duty: duties.find((duty) => duty.key === `256-26:${key}`) };
};

const attempts = async (key: string): Promise<number> =>
  (await tirek.database.pool.query<{ series: number }>('select series from effect where key = $1', [key])).rows[0]?.series ?? 0;

it('256-26: the appeal is registered, and from that instant both notices run; neither body takes its own', { timeout: NIGHT_WITHIN_MS }, async () => {
  await tirek.simulators.behave('internal_affairs', { unreachable: 'reset' });
  await guardianship.behave('guardianship', { refuse: 'not_competent' });
  const today = legalDayOf(Date.now());
  const children = [
    { person: { fullName: 'Синтетическая Дочь', birthDate: addMonths(today, -72), address: PLACE } },
    { person: { fullName: 'Синтетический Сын', birthDate: addMonths(today, -216) } },
  ];
  const family = syntheticFamily();
  walked = await WalkedCase.open(tirek, family, { ...family.appeal({ channel: 2 }), stay: { children } });
  const { minors, appeals } = await walked.view();
  expect(minors).toMatchObject([{ by: 'appeal', begunAt: appeals[0]?.registeredAt, children: [expect.any(String)] }]);
  await walked.until('both were tried', ({ dispatches }) => dispatches.every(({ state }) => state === 'parked'));
  const { duty } = await noticeTo('internal_affairs');
  expect(Date.parse(duty?.dueAt ?? '') - Date.parse(minors[0]?.begunAt ?? '')).toBe(24 * HOUR);
});

it('256-26, P53: of the refusal the head hears at once, by mail too; of the silence nobody need hear yet', { timeout: NIGHT_WITHIN_MS }, async () => {
  const [turnedAway, silent] = [await noticeTo('guardianship'), await noticeTo('internal_affairs')];
  expect([turnedAway.dispatch?.refusals, silent.dispatch?.refusals]).toEqual([['not_competent'], undefined]);
  const alert = await eventually(async () => {
    const { items } = await tirek.read(AlertPage, `/v1/alerts?caseId=${walked.caseId}`, { token: TOKENS.head });
    return items.find(({ step }) => step === 'refused');
  }, 'the refusal is an alert');
  expect(alert).toMatchObject({ rule: '256-26', recipients: ['center_head', 'duty_officer'] });
  await eventually(async () => ((await tirek.simulators.mail()).length > 0 ? true : undefined), 'the head has mail');
});

it('256-26: the case is closed, the night goes by, and both are asked every ten minutes', { timeout: NIGHT_WITHIN_MS }, async () => {
  await walked.give('completeAssessment', { result: 'not_confirmed', grounds: [] });
  expect((await walked.view()).stage).toBe('closed');
  const [police, other] = [await noticeTo('internal_affairs'), await noticeTo('guardianship')];
  const before = await attempts(police.key);
  await walked.clock.skipTo((await walked.clock.now()) + 9 * HOUR);
  await eventually(async () => ((await attempts(police.key)) >= before + 50 ? true : undefined), 'the police were asked on and on');
  const [still, refused] = [await noticeTo('internal_affairs'), await noticeTo('guardianship')];
  expect([still.dispatch?.state, still.duty?.standing, refused.duty?.standing]).toEqual([expect.stringMatching(/parked|pending/), 'open', 'open']);
  expect(await attempts(other.key)).toBeGreaterThan(1);
  const { items } = await tirek.read(AlertPage, `/v1/alerts?caseId=${walked.caseId}`, { token: TOKENS.head });
  // The same answer every ten minutes is no news.
  expect(items.filter(({ step }) => step === 'refused')).toHaveLength(1);
});

it('256-26: in the morning the notice to the police is brought on paper, and its duty is met when it was handed over', {
  timeout: NIGHT_WITHIN_MS,
}, async () => {
  const { key } = await noticeTo('internal_affairs');
  const at = (await walked.view()).clockAt;
  const documentId = await walked.paper('delivery_proof');
  await walked.give('deliverOnPaper', { documentId, handed: { at, to: 'Дежурный по отделу, журнал № 14' } }, { parameters: { dispatchKey: key } });
  const { dispatch, duty } = await noticeTo('internal_affairs');
  expect([dispatch?.state, duty?.standing, duty?.endedAt]).toEqual(['delivered', 'met', at]);
  expect(await tirek.simulators.minorsNotices('internal_affairs')).toEqual([]);
});

it('256-26, P43: guardianship is telephoned, the notice is sent by hand, and its receipt meets the duty', { timeout: NIGHT_WITHIN_MS }, async () => {
  const { key, number } = await noticeTo('guardianship');
  await guardianship.behave('guardianship', {});
  // It may be under way just now by itself.
  await tirek.ask('POST', `/v1/cases/${walked.caseId}/dispatches/${key}/again`, { key: crypto.randomUUID(), body: {} });
  await walked.until('guardianship has taken it', ({ dispatches }) => dispatches.every(({ state }) => state === 'delivered'));
  const [taken, ...more] = await guardianship.minorsNotices('guardianship');
  expect(more).toEqual([]);
  expect(MinorsNotice.parse(taken?.message)).toMatchObject({ number, center: 'almaty-auezov', children: [{ fullName: 'Синтетическая Дочь' }] });
  expect(JSON.stringify(taken)).not.toContain(PLACE);
  const { rows } = await tirek.database.pool.query<{ words: Buffer }>('select words from receipt where effect_key = $1', [key]);
  const opener = await openerOf(tirek.database.pool, [rows[0]?.words ?? null]);
  expect(opener.text({ table: 'receipt', column: 'words', row: key }, rows[0]?.words)).toBe(taken?.receiptId);
  expect((await noticeTo('guardianship')).duty?.standing).toBe('met');
});

it('the ledger proves, and holds no word of the family', async () => {
  expect((await verifyLedger(tirek.database.pool, { caseId: walked.caseId })).faults).toEqual([]);
  expect(JSON.stringify(await walked.ledger())).not.toMatch(/Синтетическ|Дежурный/);
});
