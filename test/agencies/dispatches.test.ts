/** What the Center says to an agency: composed from the ledger, sent once, read as taken, refused or not reached. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { composeFor, Unsayable, type EffectOrder } from '../../activities/agency-messages.js';
import type { SendOutcome } from '../../adapters/agency-http.js';
import { Referral, ReworkNotice } from '../../contracts/agency-protocol.js';
import type { DispatchRequest, Entry, PlannedMeasure } from '../../domain/case/facts.js';
import { PLAN_CATEGORIES } from '../../domain/law/plan-categories.js';
import { withPapers } from '../../simulation/papers.js';
import { Life } from '../lives/live.js';
import { CENTER, HEAD, MANAGER, command, local, opening, report } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { connectOrganisation, disconnect, disconnectAll } from '../fixtures/connected.js';
import { startOutsideWorld, type OutsideWorld } from './outside-world.js';
import { putNarrative, putPerson } from '../fixtures/sealed.js';

const NAME = 'Синтетическая Персона';
const IIN = '900101100004';
const ADDRESS = 'Синтетическая улица, 1';
const PHONE = '+77000000000';
const FOR_EMPLOYMENT = 'Описание меры занятости';
const FOR_HEALTH = 'Описание меры здравоохранения';
const REASON = 'Нет сведений о результате';

let database: TestDatabase;
let owner: Client;
let world: OutsideWorld;

beforeAll(async () => {
  [database, world] = await Promise.all([createDatabase(), startOutsideWorld()]);
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(
    `insert into center (id, name_kk, name_ru, territory) values ($1, 'Синтетикалық орталық', 'Синтетический центр', '751310000') on conflict do nothing`,
    [CENTER],
  );
});
beforeEach(async () => {
  await world.client.reset();
  await disconnectAll(owner);
  for (const code of ['employment', 'health']) await connect(code);
});
afterAll(async () => {
  await owner.end();
  await Promise.all([database.drop(), world.stop()]);
});

const connect = (code: string): Promise<void> => connectOrganisation(owner, world.address(code));

interface Family {
  caseId: string;
  appealId: string;
  householdId: string;
  personId: string;
  reasonId: string;
  measures: readonly PlannedMeasure[];
  entries: readonly Entry[];
}

/** A family whose plan was sent to two agencies; the first report of employment came back for rework. */
async function familyWithPlan(revised: readonly string[] = []): Promise<Family> {
  const [caseId, appealId, householdId, personId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const said = (body: string): Promise<string> => putNarrative(database.pool, { caseId, householdId, body });
  const [forEmployment, forHealth, reasonId] = [await said(FOR_EMPLOYMENT), await said(FOR_HEALTH), await said(REASON)];
  const dueOn = '2026-03-02';
  const measures: PlannedMeasure[] = [
    { measureId: randomUUID(), kind: 'state', supportKind: 'job_search', agency: 'employment', dueOn, serviceCode: '00701001', descriptionId: forEmployment },
    {
      measureId: randomUUID(),
      kind: 'state',
      supportKind: 'medical_examination',
      agency: 'health',
      coExecutors: ['employment'],
      dueOn,
      descriptionId: forHealth,
    },
    { measureId: randomUUID(), kind: 'family', supportKind: 'parenting_course', dueOn, categories: PLAN_CATEGORIES },
  ];
  const entries = liveThrough({ caseId, appealId, householdId, personId, measures }, reasonId, revised);
  await store(caseId, entries);
  await putPerson(database.pool, householdId, { fullName: NAME, iin: IIN, phone: PHONE, address: ADDRESS }, personId);
  return { caseId, appealId, householdId, personId, reasonId, measures, entries };
}

function liveThrough(family: Omit<Family, 'entries' | 'reasonId'>, reasonId: string, revised: readonly string[]): readonly Entry[] {
  const { caseId, appealId, householdId, personId, measures } = family;
  const life = new Life(undefined, caseId);
  const registeredAt = local('2026-01-12');
  life.turn(registeredAt, { kind: 'opening', opening: opening(registeredAt, { appealId, householdId }) });
  const doings = [
    command('recordConsent', { given: true, personId }),
    command('recordInterview', { noteId: randomUUID() }),
    command('recordTriage', { appealId, route: 'assessment', reasonId: randomUUID() }),
    command('completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] }),
    command('determineNeeds', { needs: ['employment'] }),
    command('draftIpr', { iprId: randomUUID(), endsOn: '2026-12-31', specialists: [], measures: measures.slice(0, 1).concat(measures.slice(2)) }),
    command('draftIpr', { iprId: randomUUID(), endsOn: '2026-06-30', specialists: ['psychologist-almaty-auezov'], measures }),
    command('signIpr', { party: 'employee', method: 'eds', documentId: randomUUID(), signatureId: 'sig-1' }),
    command('signIpr', { party: 'family', method: 'paper', documentId: randomUUID(), signatureId: 'sig-2', personId: 'person-1' }),
    command('approveIpr', {}, HEAD),
    command('sendIpr', {}, MANAGER),
  ];
  doings.forEach((doing, minute) => life.turn(local('2026-01-12', 11, minute), withPapers(doing)));
  const returned = measures[0]?.measureId ?? '';
  life.turn(local('2026-02-16'), { kind: 'delivery', delivery: report('employment', returned, {}, 0, caseId) });
  const back = command('returnReport', { reportId: `report-${caseId}`, norm: '192-11-3', reasonId });
  life.turn(local('2026-02-17'), { kind: 'command', command: back });
  revised.forEach((dueOn) => revise(life, measures[1]?.measureId ?? '', dueOn));
  const refusals = life.answers.filter((answer) => !answer.ok);
  if (refusals.length > 0) throw new Error(`the road was refused: ${JSON.stringify(refusals)}`);
  return life.entries;
}

/** Another term of a measure, proposed, signed, approved and sent within a day. */
function revise(life: Life, measureId: string, dueOn: string): void {
  const revisionId = randomUUID();
  const sign = (party: 'employee' | 'family') =>
    command('signRevision', { revisionId, party, method: 'paper', documentId: randomUUID(), signatureId: 'sig', personId: 'person-1' });
  const doings = [
    command('proposeRevision', { measureId, dueOn, reasonId: randomUUID() }, MANAGER, revisionId),
    sign('employee'),
    sign('family'),
    command('approveRevision', { revisionId }, HEAD),
    command('sendRevision', { revisionId }),
  ];
  for (const doing of doings) life.turn(local('2026-02-18'), withPapers(doing));
}

async function store(caseId: string, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) {
    await owner.query(
      `insert into ledger (subject_id, seq, type, at, occurred_at, cause, entry, digest, turn, decision)
       values ($1, $2, $3, to_timestamp($4::bigint / 1000), to_timestamp($5::bigint / 1000), $6, $7, '', $1, '')`,
      [caseId, entry.seq, entry.type, entry.at, entry.occurredAt, entry.cause, JSON.stringify(entry)],
    );
  }
}

async function recordAppeal({ appealId, caseId, householdId }: Family, personId: string): Promise<void> {
  await owner.query(
    `insert into appeal (appeal_id, journal_number, case_id, center, household_id, person_id, channel, threat, registered_by, received_at)
     values ($1, $2, $3, $4, $5, $6, 1, false, 'test', now())`,
    [appealId, `number-${appealId}`, caseId, CENTER, householdId, personId],
  );
}

function orderFor(family: Family, kind: DispatchRequest['kind'], agency: string, which: 'first' | 'last' = 'first'): EffectOrder {
  const requests = family.entries.flatMap((entry) => {
    if (entry.type === 'IprSent' || entry.type === 'RevisionSent') return entry.data.dispatches;
    return entry.type === 'ReportReturned' ? [entry.data.dispatch] : [];
  });
  const request = requests.filter((candidate) => candidate.kind === kind && candidate.agency === agency).at(which === 'first' ? 0 : -1);
  if (request === undefined) throw new Error(`no ${kind} for ${agency}`);
  return { ...request, caseId: family.caseId, urgent: false };
}

/** One attempt, whatever the ledger says of the effect by now. */
async function send(order: EffectOrder): Promise<SendOutcome> {
  const { agency, message } = await composeFor(database.pool, order);
  return world.http.send(agency, message);
}

async function receiptOf(order: EffectOrder): Promise<string> {
  const sent = await send(order);
  if (sent.outcome !== 'accepted') throw new Error(`not taken: ${JSON.stringify(sent)}`);
  return sent.receipt ?? '';
}

const unsayable = async (order: EffectOrder): Promise<Unsayable> => {
  const failure: unknown = await send(order).catch((error: unknown) => error);
  if (!(failure instanceof Unsayable)) throw new Error(`no failure but ${JSON.stringify(failure)}`);
  return failure;
};

describe('256-17-3, P12: a revised term', () => {
  it('goes to the agency of the measure under a key and an edition of its own, with the new date', async () => {
    const family = await familyWithPlan(['2026-05-20']);
    await recordAppeal(family, family.personId);
    await receiptOf(orderFor(family, 'referral', 'health', 'last'));
    const [sent] = await world.client.referrals('health');
    expect(sent?.message).toMatchObject({ edition: 3, measures: [{ measureId: family.measures[1]?.measureId, dueOn: '2026-05-20' }] });
  });

  it('is not told by the order that came before it: every attempt under a key says the same', async () => {
    const family = await familyWithPlan(['2026-05-20']);
    await recordAppeal(family, family.personId);
    await receiptOf(orderFor(family, 'referral', 'health'));
    const [sent] = await world.client.referrals('health');
    expect(sent?.message).toMatchObject({ edition: 2, measures: [{ dueOn: '2026-03-02' }] });
  });
});

describe("192-9, P43: a referral is the agency's own measures and a minimal identity", () => {
  it('P43: carries name and ИИН, the measures of this agency, and nothing of the others', async () => {
    const family = await familyWithPlan();
    const [job, health] = family.measures;
    const receiptId = await receiptOf(orderFor(family, 'referral', 'employment'));
    await receiptOf(orderFor(family, 'referral', 'health'));
    const [toEmployment] = await world.client.referrals('employment');
    const [toHealth] = await world.client.referrals('health');
    expect(toEmployment?.receiptId).toBe(receiptId);
    expect(toEmployment?.message).toEqual({
      type: 'referral',
      dispatchKey: toEmployment?.idempotencyKey,
      caseId: family.caseId,
      agency: 'employment',
      caseTime: new Date(local('2026-01-12', 11, 10)).toISOString(),
      journalNumber: `${CENTER}-2026-000001`,
      edition: 2,
      center: CENTER,
      iprEndsOn: '2026-06-30',
      measures: [{ measureId: job?.measureId, supportKind: 'job_search', dueOn: '2026-03-02', serviceCode: '00701001', description: FOR_EMPLOYMENT }],
      person: { fullName: NAME, iin: IIN },
    });
    expect(Referral.parse(toHealth?.message).measures.map(({ measureId }) => measureId)).toEqual([health?.measureId]);
    const [seenByEmployment, seenByHealth] = [JSON.stringify(toEmployment), JSON.stringify(toHealth)];
    for (const secret of [FOR_HEALTH, health?.measureId, ADDRESS, PHONE, 'parenting_course']) expect(seenByEmployment).not.toContain(secret);
    for (const secret of [FOR_EMPLOYMENT, job?.measureId, ADDRESS, PHONE, 'parenting_course']) expect(seenByHealth).not.toContain(secret);
  });

  it('P43: an order for a measure of another agency is refused before anything leaves', async () => {
    const family = await familyWithPlan();
    const order = orderFor(family, 'referral', 'employment');
    const foreign = family.measures[1]?.measureId ?? '';
    const failure = await unsayable({ ...order, measureIds: [...order.measureIds, foreign] });
    expect(failure).toMatchObject({ outcome: 'refused', reason: 'measure_not_of_agency' });
    expect(await world.client.referrals('employment')).toEqual([]);
  });

  it('every attempt under a key says the same, and is answered with the same receipt', async () => {
    const family = await familyWithPlan();
    const order = orderFor(family, 'referral', 'employment');
    expect(await receiptOf(order)).toBe(await receiptOf(order));
    expect(await world.client.referrals('employment')).toMatchObject([{ times: 2 }]);
  });

  it('an erased person leaves the identity empty; the one who appealed stands in for nobody of another household', async () => {
    const family = await familyWithPlan();
    const stranger = await familyWithPlan();
    await owner.query('delete from person where id = $1', [family.personId]);
    await recordAppeal(family, stranger.personId);
    await receiptOf(orderFor(family, 'referral', 'employment'));
    const [taken] = await world.client.referrals('employment');
    expect(Referral.parse(taken?.message).person).toEqual({});
  });

  it('the one who appealed is named when the one who consented is not known', async () => {
    const family = await familyWithPlan();
    const applicant = randomUUID();
    await owner.query('delete from person where id = $1', [family.personId]);
    await putPerson(database.pool, family.householdId, { fullName: 'Синтетический Заявитель' }, applicant);
    await recordAppeal(family, applicant);
    await receiptOf(orderFor(family, 'referral', 'employment'));
    const [taken] = await world.client.referrals('employment');
    expect(Referral.parse(taken?.message).person).toEqual({ fullName: 'Синтетический Заявитель' });
  });
});

describe('192-11-3: a notice of rework', () => {
  it('192-11-3: names the report, the norm, the reason and the new term', async () => {
    const family = await familyWithPlan();
    const receiptId = await receiptOf(orderFor(family, 'rework_notice', 'employment'));
    const [taken] = await world.client.reworkNotices('employment');
    expect(taken?.receiptId).toBe(receiptId);
    expect(ReworkNotice.parse(taken?.message)).toMatchObject({
      caseId: family.caseId,
      measureId: family.measures[0]?.measureId,
      reportId: `report-${family.caseId}`,
      norm: '192-11-3',
      reason: REASON,
      newDueOn: expect.stringMatching(/^2026-02-\d\d$/),
      journalNumber: `${CENTER}-2026-000001`,
      edition: 2,
      caseTime: new Date(local('2026-02-17')).toISOString(),
    });
  });

  it('without its reason it does not go out, and may later', async () => {
    const family = await familyWithPlan();
    await owner.query('delete from narrative where id = $1', [family.reasonId]);
    expect(await unsayable(orderFor(family, 'rework_notice', 'employment'))).toMatchObject({ outcome: 'not_ready', reason: 'reason_missing' });
  });
});

describe('failures say a code and no person', () => {
  it('a refusal by the agency is final, and never read as an agency that was not reached', async () => {
    await world.client.behave('employment', { refuse: 'person_not_found' });
    expect(await send(orderFor(await familyWithPlan(), 'referral', 'employment'))).toEqual({ outcome: 'refused', reason: 'person_not_found' });
  });

  it('an unreachable agency is never read as one that refused; the pause that it asks for is told', async () => {
    const order = orderFor(await familyWithPlan(), 'referral', 'employment');
    await world.client.behave('employment', { unreachable: 'unavailable', retryAfterSeconds: 5 });
    expect(await send(order)).toEqual({ outcome: 'unreachable', reason: 'http_503', retryAfterMs: 5_000 });
    await world.client.behave('employment', { unreachable: 'reset' });
    expect(await send(order)).toEqual({ outcome: 'unreachable', reason: 'connection_reset' });
  });

  it('an agency that is not connected and an order that is not in the ledger can be mended', async () => {
    const family = await familyWithPlan();
    const order = orderFor(family, 'referral', 'employment');
    expect(await unsayable({ ...order, key: `${order.key}x` })).toMatchObject({ outcome: 'not_ready', reason: 'dispatch_not_in_ledger' });
    await disconnect(owner, 'employment');
    expect(await unsayable(order)).toMatchObject({ outcome: 'not_ready', reason: 'agency_not_connected' });
    await connect('employment');
    expect(await receiptOf(order)).toEqual(expect.any(String));
  });
});
