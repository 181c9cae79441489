/**
 * 256 п.23, п.24 over HTTP on the real engine: signs are seen, help is offered, the person is redirected to a crisis centre that
 * does not answer at first; its answer comes back. Then everything that left is searched for a word of it.
 */
import { randomUUID } from 'node:crypto';
import protos from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MessagePreview } from '../../contracts/http/messages.js';
import { TaskPage } from '../../contracts/http/tasks.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { eventually } from '../stack/eventually.js';
import { startTirek, type Tirek } from '../stack/tirek.js';
import { TOKENS, WalkedCase } from './walked-case.js';

const { History } = protos.temporal.api.history.v1;

const SIGNS = 'Күйеуі ұрады, балаларымен қашып кетті: бұл сөздер ешқайда шықпайды';
const HELP = 'Отвезли к сестре на Тимирязева';
const REFUSED = 'Боится, что муж узнает';
const ADDRESS = 'Синтетическая улица 77';
/** What tells of it, whoever reads: words, stems in three languages, and rows of the law. */
const TELLING = /violen|насили|зорлық|ұрады|Тимирязева|муж узнает|улица 77|256-23|256-24|crisis|identif/i;

let tirek: Tirek;
beforeAll(async () => {
  tirek = await startTirek();
});
afterAll(() => tirek.stop());

const standingOf = async (walked: WalkedCase) => (await walked.view()).duties.find(({ rule }) => rule === '256-24')?.standing;
const redirectionOf = async (walked: WalkedCase) => (await walked.view()).violence?.identifications.at(-1);

/** A case with signs, whose applicant has an address. */
async function hiding(): Promise<{ walked: WalkedCase; personId: string }> {
  const family = syntheticFamily();
  const appeal = family.appeal();
  const walked = await WalkedCase.open(tirek, family, { ...appeal, applicant: { ...appeal.applicant, address: ADDRESS } });
  await walked.give('recordViolenceSigns', { toldBy: 'self', noticedAt: new Date(Date.now() - 86_400_000).toISOString(), note: SIGNS }, { token: TOKENS.head });
  await walked.give('assignCaseManager', { caseManager: 'manager-almaty-auezov' }, { token: TOKENS.head });
  return { walked, personId: (await walked.view()).persons[0]?.personId ?? '' };
}

const ordered = (personId: string) => ({ personId, organisation: 'crisis_centre', supportKind: 'psychological_help' });

async function historyOf(walked: WalkedCase): Promise<string> {
  const histories: string[] = [];
  for await (const { runId } of tirek.client.workflow.list({ query: `WorkflowId = '${walked.workflowId}'` }))
    histories.push(Buffer.from(History.encode(await tirek.client.workflow.getHandle(walked.workflowId, runId).fetchHistory()).finish()).toString('utf8'));
  return histories.join('\n');
}

describe('a person with signs of violence', () => {
  let walked: WalkedCase;
  let personId: string;

  it('256-24: is owed the redirection from the signs on; 256-23-1, 256-23-3: help is written down item by item', async () => {
    ({ walked, personId } = await hiding());
    expect(await standingOf(walked)).toBe('open');
    const on = new Date(Date.now()).toISOString().slice(0, 10);
    await walked.give('recordVictimHelp', { kind: 'legal', colleague: 'manager-almaty-auezov', on, result: 'given', note: HELP });
    await walked.give('recordVictimHelp', { kind: 'medical_care', organisation: 'health', on, result: 'referred' });
    const { violence } = await walked.view();
    expect(violence?.signs).toMatchObject({ toldBy: 'self' });
    expect(violence?.help).toMatchObject([
      { kind: 'legal', by: { colleague: 'manager-almaty-auezov' }, result: 'given' },
      { kind: 'medical_care', by: { organisation: 'health', function: 'health' }, result: 'referred' },
    ]);
  });

  it('256-24: a crisis centre that is away has the duty open; when it answers, its taking meets it', async () => {
    await tirek.simulators.behave('crisis_centre', { unreachable: 'unavailable' });
    await walked.give('orderIdentification', ordered(personId));
    await walked.until('the message waits', ({ dispatches }) => dispatches.some(({ kind, state }) => kind === 'identification_referral' && state === 'parked'));
    expect(await standingOf(walked)).toBe('open');
    await tirek.simulators.behave('crisis_centre', {});
    await walked.until('the crisis centre has taken it', ({ violence }) => violence?.identifications[0]?.takenAt !== undefined);
    expect(await standingOf(walked)).toBe('met');
  });

  it('P43: it was told who, and the support by its code, and no word more', async () => {
    const taken = await tirek.simulators.identificationReferrals('crisis_centre');
    expect(taken).toHaveLength(1);
    const [{ message }] = taken as [(typeof taken)[number]];
    const { fullName, iin } = (await walked.view()).persons[0] ?? {};
    const { dispatchKey: _key, caseTime: _time, ...said } = message;
    expect(said).toEqual({
      type: 'identification_referral',
      caseId: walked.caseId,
      agency: 'crisis_centre',
      center: 'almaty-auezov',
      journalNumber: walked.appeal.journalNumber,
      referralId: (await redirectionOf(walked))?.referralId,
      supportKind: 'psychological_help',
      person: { fullName, ...(iin === undefined ? {} : { iin }) },
    });
    expect(TELLING.exec(JSON.stringify({ ...message, type: '', agency: '' }))?.[0]).toBeUndefined();
  });

  it('256-24: its signed answer comes back, once, and stands with the redirection', async () => {
    const { referralId = '' } = (await redirectionOf(walked)) ?? {};
    await tirek.simulators.behave('crisis_centre', { duplicates: 2 });
    await tirek.simulators.answerIdentification('crisis_centre', { referralId, identified: true });
    await walked.until('the answer is in the case', ({ violence }) => violence?.identifications[0]?.answer?.identified === true);
    const sent = await eventually(
      async () => (await tirek.simulators.reports('crisis_centre')).find(({ accepted }) => accepted === 3),
      'every copy is accepted',
    );
    expect(sent.referralId).toBe(referralId);
    expect((await walked.ledger()).filter(({ type }) => type === 'IdentificationAnswered')).toHaveLength(1);
    // Under another id it is another message: the case has its answer.
    await tirek.simulators.behave('crisis_centre', {});
    await tirek.simulators.answerIdentification('crisis_centre', { referralId, identified: false });
    const refused = await eventually(async () => {
      const { json } = await tirek.ask('GET', '/v1/reports?state=refused', { token: TOKENS.head });
      return (json as { items: { code?: string; referralId?: string }[] }).items[0];
    }, 'the second answer is refused');
    expect(refused).toMatchObject({ code: 'identification_answered', referralId });
  });

  it('every act stands with its entry, the signed answer too, and today’s code decides the same', async () => {
    const verdict = await verifyLedger(tirek.database.pool, { caseId: walked.caseId, proof: TEST_PROOF });
    expect([verdict.faults, verdict.decidedAgain > 5]).toEqual([[], true]);
  });

  it('P43: the engine has read no word of it: not the rows of the law, not what anybody has written', async () => {
    const written = await historyOf(walked);
    expect(written).toContain('Noted');
    expect(TELLING.exec(written)?.[0]).toBeUndefined();
    const details = await tirek.client.workflow.getHandle(walked.workflowId).query<object>('__temporal_workflow_metadata');
    expect(TELLING.exec(JSON.stringify(details))?.[0]).toBeUndefined();
  });
});

describe('a crisis centre that refuses', () => {
  it('256-24, P43: is a task of people; what was seen before is sent again, under another key and as the same redirection', async () => {
    const { walked, personId } = await hiding();
    await tirek.simulators.behave('crisis_centre', { refuse: 'not_competent' });
    await walked.give('orderIdentification', ordered(personId));
    const { dispatches } = await walked.until('it is refused', (view) => view.dispatches[0]?.state === 'refused');
    const dispatchKey = dispatches[0]?.key ?? '';
    const { items } = await tirek.read(TaskPage, '/v1/tasks?kind=message_refused', { token: TOKENS.head });
    expect(items).toMatchObject([{ caseId: walked.caseId, dispatch: 'identification_referral', dispatchKey, code: 'not_competent' }]);
    await tirek.simulators.behave('crisis_centre', {});
    const parameters = { dispatchKey };
    await expect(walked.give('sendAgain', {}, { parameters })).rejects.toMatchObject({ code: 'preview_missing' });
    const seen = await tirek.read(MessagePreview, `/v1/cases/${walked.caseId}/messages/preview?command=sendAgain&dispatchKey=${dispatchKey}`);
    expect(TELLING.exec(JSON.stringify(seen.items).replaceAll(/"(?:agency|type|organisation)":"[a-z_]+"/g, ''))?.[0]).toBeUndefined();
    await walked.give('sendAgain', { preview: seen.digest }, { parameters });
    const view = await walked.until('it is taken', ({ violence }) => violence?.identifications[0]?.takenAt !== undefined);
    expect([view.dispatches.map(({ state }) => state), await standingOf(walked)]).toEqual([['withdrawn', 'delivered'], 'met']);
    const taken = (await tirek.simulators.identificationReferrals('crisis_centre')).filter(({ message }) => message.caseId === walked.caseId);
    expect(taken).toMatchObject([{ message: { referralId: view.violence?.identifications[0]?.referralId } }]);
  });
});

describe('a person who does not want it', () => {
  it('256-11: nobody is told of them, the duty is over without a breach, and an answer of nobody is refused', async () => {
    const { walked, personId } = await hiding();
    await tirek.simulators.behave('crisis_centre', { unreachable: 'unavailable' });
    await walked.give('orderIdentification', ordered(personId));
    await walked.until('the message waits', ({ dispatches }) => dispatches.some(({ state }) => state === 'parked'));
    await walked.give('refuseIdentification', { personId, note: REFUSED });
    expect([await standingOf(walked), (await walked.view()).dispatches[0]?.state]).toEqual(['lapsed', 'withdrawn']);
    await tirek.simulators.behave('crisis_centre', {});
    const path = `/v1/cases/${walked.caseId}/dispatches/${(await walked.view()).dispatches[0]?.key}/again`;
    expect(await tirek.ask('POST', path, { key: randomUUID(), body: {}, token: TOKENS.head })).toMatchObject({ status: 409 });
    expect((await tirek.simulators.identificationReferrals('crisis_centre')).filter(({ message }) => message.caseId === walked.caseId)).toEqual([]);
    expect(TELLING.exec(await historyOf(walked))?.[0]).toBeUndefined();
  });
});
