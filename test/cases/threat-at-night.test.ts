/** 256 п.13 2), п.22 over HTTP on the real engine: a threat in the night, answered beside whatever runs. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { CenterCommandAnswer, CenterDetail } from '../../contracts/http/centers.js';
import { legalDayOf } from '../../domain/law/calendar.js';
import { GROUP_PARTS } from '../../domain/law/mobile-group.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { eventually } from '../stack/eventually.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { startTirek, type Tirek } from '../stack/tirek.js';
import { approvedCase, sent, TOKENS, WalkedCase } from './walked-case.js';

const CENTER = '/v1/centers/almaty-auezov';

let tirek: Tirek;
beforeAll(async () => {
  tirek = await startTirek();
});
afterAll(() => tirek.stop());

const standingsOf = async (walked: WalkedCase, responseId: string): Promise<Record<string, string>> =>
  Object.fromEntries((await walked.view()).duties.filter(({ subject }) => subject === responseId).map(({ rule, standing }) => [rule, standing]));

describe('a threat at the opening', () => {
  let walked: WalkedCase;
  let responseId: string;

  it('256-13-2T, 256-22-1, 256-22-2, P4: owes its measures, its assessment, the group and a plan', async () => {
    const family = syntheticFamily();
    walked = await WalkedCase.open(tirek, family, family.appeal({ threat: true }));
    responseId = walked.appeal.appealId;
    expect(await standingsOf(walked, responseId)).toMatchObject({ '256-13-2T': 'open', '256-22-1': 'open', '256-22-2': 'open', P4: 'open' });
  });

  it('256-22-1, P36: the group is called though nobody ever recorded its order, and its head hears of that', async () => {
    await walked.give('assignImmediateMeasures', { note: 'synthetic' });
    await walked.give('callMobileGroup', { note: 'synthetic' });
    const { threats } = await walked.view();
    expect(threats[0]?.calls).toMatchObject([{ force: 'policy', group: { standing: 'missing' } }]);
    const raised = await eventually(async () => {
      const { rows } = await tirek.database.pool.query(`select params from alarm where kind = 'mobile_group_unfit' and cleared_at is null`);
      return rows.length > 0 ? rows : undefined;
    }, 'the alarm of a group without an order');
    expect(raised).toMatchObject([{ params: { center: 'almaty-auezov', standing: 'missing', calls: 1 } }]);
  });

  it('256-21-1, 256-22-1: whoever was on the spot is of the composition that the akim approved', async () => {
    const members = GROUP_PARTS.map((part) => ({ part, name: 'Синтетическое лицо', phone: '+7 700 000 00 00' }));
    const order = { number: '41-ө', issuedOn: legalDayOf(Date.now()), members };
    const recorded = await tirek.ask('POST', `${CENTER}/mobile-group-orders`, { token: TOKENS.head, key: randomUUID(), body: order });
    expect(CenterCommandAnswer.parse(recorded.json).center).toBe('almaty-auezov');
    const { orderInForce } = await tirek.read(CenterDetail, CENTER);
    const present = orderInForce?.members.map(({ memberId }) => memberId) ?? [];
    const now = Date.now();
    const times = { departedAt: new Date(now - 60_000).toISOString(), arrivedAt: new Date(now - 1_000).toISOString() };
    await walked.give('recordGroupVisit', { ...times, present, findings: 'synthetic' });
    expect((await walked.view()).threats[0]?.visits).toMatchObject([{ ...times, present }]);
  });

  it('256-22-2, P43: the police has its own measure and no other within moments', async () => {
    const dueOn = legalDayOf(Date.now());
    const own = { supportKind: 'psychological_help', dueOn };
    const measures = [
      { measureId: 'own', ...own },
      { measureId: 'watch', agency: 'internal_affairs', ...own, description: 'synthetic' },
    ];
    await walked.give('adoptResponsePlan', { measures });
    await walked.until('the police has taken it', ({ dispatches }) =>
      dispatches.some(({ kind, state }) => kind === 'response_request' && state === 'delivered'),
    );
    const taken = await tirek.simulators.responseRequests('internal_affairs');
    expect(taken.map(({ message }) => message)).toMatchObject([
      { type: 'response_request', caseId: walked.caseId, measures: [{ measureId: 'watch', dueOn }], journalNumber: walked.appeal.journalNumber },
    ]);
  });

  it('256-13-2T: the primary assessment is that of the threat, and nothing of it is left', async () => {
    await walked.give('completeAssessment', walked.family.assessment());
    expect(await standingsOf(walked, responseId)).toMatchObject({ '256-13-2T': 'met', '256-22-1': 'met', '256-22-2': 'met', P4: 'met' });
  });

  it('256-22-2: the plan that ordered messages is decided the same again', async () => {
    expect((await verifyLedger(tirek.database.pool, { caseId: walked.caseId, proof: TEST_PROOF })).faults).toEqual([]);
  });
});

describe('a threat while the plan runs', () => {
  it('P6, 256-13-2T, 256-22-1: two threats are two responses beside the plan, which goes on; the case is not closed meanwhile', async () => {
    const { walked } = await approvedCase(tirek, { agencies: ['health'], dueInDays: 30 });
    await sent(walked);
    await walked.give('recordThreat', { direct: true, note: 'synthetic' });
    await walked.give('recordThreat', { direct: false, note: 'synthetic' });
    const [first, second] = (await walked.view()).threats;
    const direct = { responseId: first?.responseId };
    await expect(walked.give('callMobileGroup', {})).rejects.toMatchObject({ code: 'response_not_named' });
    await walked.give('callMobileGroup', direct);
    await walked.give('assignImmediateMeasures', { ...direct, note: 'synthetic' });
    await walked.give('assessThreat', { ...direct, confirmed: true, note: 'synthetic' });
    expect(await standingsOf(walked, first?.responseId ?? '')).toEqual({ '256-13-2T': 'met', '256-22-1': 'met', '256-22-2': 'open', P4: 'met' });
    expect(await standingsOf(walked, second?.responseId ?? '')).toMatchObject({ '256-13-2T': 'open', P4: 'open' });
    const view = await walked.view();
    expect([view.stage, view.threats[0]?.calls[0]?.force]).toEqual(['execution', 'law']);
  });
});
