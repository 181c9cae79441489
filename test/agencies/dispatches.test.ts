import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDispatchActivities, type DispatchActivities } from '../../activities/dispatches.js';
import { Referral, ReworkNotice } from '../../contracts/agency-protocol.js';
import type { DispatchOrder } from '../../contracts/dispatch.js';
import { createPool } from '../../db/pool.js';
import type { DispatchRequest, Entry, PlannedMeasure } from '../../domain/case/facts.js';
import { PLAN_CATEGORIES } from '../../domain/law/plan-categories.js';
import { Life } from '../lives/live.js';
import { CENTER, HEAD, MANAGER, command, local, opening, report } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { startOutsideWorld, type OutsideWorld } from './outside-world.js';

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
let activities: DispatchActivities;

beforeAll(async () => {
  [database, world] = await Promise.all([createDatabase(), startOutsideWorld()]);
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`insert into center (id, name_kk, name_ru) values ($1, 'Синтетикалық орталық', 'Синтетический центр') on conflict do nothing`, [CENTER]);
  activities = createDispatchActivities({ pool: database.pool, agencyHttp: world.http });
});
beforeEach(async () => {
  await world.client.reset();
  await owner.query('delete from agency');
  for (const code of ['employment', 'health']) await connect(code);
});
afterAll(async () => {
  await owner.end();
  await Promise.all([database.drop(), world.stop()]);
});

async function connect(code: string): Promise<void> {
  const { endpointUrl, secret } = world.address(code);
  await owner.query('insert into agency (code, endpoint_url, secret) values ($1, $2, $3)', [code, endpointUrl, secret]);
}

interface Family {
  caseId: string;
  appealId: string;
  householdId: string;
  personId: string;
  measures: readonly PlannedMeasure[];
  entries: readonly Entry[];
}

/** A family whose plan was sent to two agencies; the first report of employment came back for rework. */
async function familyWithPlan(): Promise<Family> {
  const [caseId, appealId, householdId, personId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const [forEmployment, forHealth, reasonId] = [
    await narrative(caseId, FOR_EMPLOYMENT),
    await narrative(caseId, FOR_HEALTH),
    await narrative(caseId, REASON),
  ];
  const dueOn = '2026-03-02';
  const measures: PlannedMeasure[] = [
    { measureId: randomUUID(), kind: 'state', supportKind: 'job_search', agency: 'employment', dueOn, serviceCode: '00701001', descriptionId: forEmployment },
    { measureId: randomUUID(), kind: 'state', supportKind: 'screening', agency: 'health', coExecutors: ['employment'], dueOn, descriptionId: forHealth },
    { measureId: randomUUID(), kind: 'family', supportKind: 'attends_courses', dueOn, categories: PLAN_CATEGORIES },
  ];
  const entries = liveThrough({ caseId, appealId, householdId, personId, measures }, reasonId);
  await store(caseId, entries);
  await owner.query('insert into household (id) values ($1)', [householdId]);
  await owner.query('insert into person (id, household_id, full_name, iin, phone, address) values ($1, $2, $3, $4, $5, $6)', [personId, householdId, NAME, IIN, PHONE, ADDRESS]);
  return { caseId, appealId, householdId, personId, measures, entries };
}

function liveThrough(family: Omit<Family, 'entries'>, reasonId: string): readonly Entry[] {
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
    command('draftIpr', { iprId: randomUUID(), endsOn: '2026-06-30', specialists: ['psychologist'], measures }),
    command('signIpr', { party: 'employee', method: 'eds', documentId: randomUUID() }),
    command('signIpr', { party: 'family', method: 'paper', documentId: randomUUID() }),
    command('approveIpr', {}, HEAD),
    command('sendIpr', {}, MANAGER),
  ];
  doings.forEach((doing, minute) => life.turn(local('2026-01-12', 11, minute), { kind: 'command', command: doing }));
  const returned = measures[0]?.measureId ?? '';
  life.turn(local('2026-02-16'), { kind: 'delivery', delivery: report('employment', returned, {}, 0, caseId) });
  const back = command('returnReport', { reportId: `report-${caseId}`, norm: '192-11-3', reasonId });
  life.turn(local('2026-02-17'), { kind: 'command', command: back });
  const refusals = life.answers.filter((answer) => !answer.ok);
  if (refusals.length > 0) throw new Error(`the road was refused: ${JSON.stringify(refusals)}`);
  return life.entries;
}

async function store(caseId: string, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) {
    await owner.query(
      `insert into ledger (case_id, seq, type, at, occurred_at, cause, entry, digest)
       values ($1, $2, $3, to_timestamp($4::bigint / 1000), to_timestamp($5::bigint / 1000), $6, $7, '')`,
      [caseId, entry.seq, entry.type, entry.at, entry.occurredAt, entry.cause, JSON.stringify(entry)],
    );
  }
}

async function narrative(caseId: string, body: string): Promise<string> {
  const id = randomUUID();
  await owner.query(`insert into narrative (id, case_id, kind, body) values ($1, $2, 'test', $3)`, [id, caseId, body]);
  return id;
}

async function recordAppeal({ appealId, caseId, householdId }: Family, personId: string): Promise<void> {
  await owner.query(
    `insert into appeal (appeal_id, journal_number, case_id, center, household_id, person_id, channel, threat, registered_by, received_at)
     values ($1, $2, $3, $4, $5, $6, 1, false, 'test', now())`,
    [appealId, `number-${appealId}`, caseId, CENTER, householdId, personId],
  );
}

function orderFor(family: Family, kind: DispatchRequest['kind'], agency: string, caseTime = local('2026-01-27')): DispatchOrder {
  const requests = family.entries.flatMap((entry) => {
    if (entry.type === 'IprSent') return entry.data.dispatches;
    return entry.type === 'ReportReturned' ? [entry.data.dispatch] : [];
  });
  const request = requests.find((candidate) => candidate.kind === kind && candidate.agency === agency);
  if (request === undefined) throw new Error(`no ${kind} for ${agency}`);
  return { ...request, caseId: family.caseId, caseTime };
}

const failureOf = async (order: DispatchOrder): Promise<ApplicationFailure> => {
  const failure: unknown = await activities.deliverDispatch(order).catch((error: unknown) => error);
  if (!(failure instanceof ApplicationFailure)) throw new Error(`no failure but ${String(failure)}`);
  return failure;
};

describe('192-9, P43: a referral is the agency\'s own measures and a minimal identity', () => {
  it('P43: carries name and ИИН, the measures of this agency, and nothing of the others', async () => {
    const family = await familyWithPlan();
    const [job, health] = family.measures;
    const { receiptId } = await activities.deliverDispatch(orderFor(family, 'referral', 'employment'));
    await activities.deliverDispatch(orderFor(family, 'referral', 'health'));
    const [toEmployment] = await world.client.referrals('employment');
    const [toHealth] = await world.client.referrals('health');
    expect(toEmployment?.receiptId).toBe(receiptId);
    expect(toEmployment?.message).toEqual({
      type: 'referral',
      dispatchKey: toEmployment?.idempotencyKey,
      caseId: family.caseId,
      agency: 'employment',
      caseTime: new Date(local('2026-01-12', 11, 10)).toISOString(),
      center: CENTER,
      iprEndsOn: '2026-06-30',
      measures: [{ measureId: job?.measureId, supportKind: 'job_search', dueOn: '2026-03-02', serviceCode: '00701001', description: FOR_EMPLOYMENT }],
      person: { fullName: NAME, iin: IIN },
    });
    expect(Referral.parse(toHealth?.message).measures.map(({ measureId }) => measureId)).toEqual([health?.measureId]);
    const [seenByEmployment, seenByHealth] = [JSON.stringify(toEmployment), JSON.stringify(toHealth)];
    for (const secret of [FOR_HEALTH, health?.measureId, ADDRESS, PHONE, 'attends_courses']) expect(seenByEmployment).not.toContain(secret);
    for (const secret of [FOR_EMPLOYMENT, job?.measureId, ADDRESS, PHONE, 'attends_courses']) expect(seenByHealth).not.toContain(secret);
  });

  it('P43: an order for a measure of another agency is refused before anything leaves', async () => {
    const family = await familyWithPlan();
    const order = orderFor(family, 'referral', 'employment');
    const foreign = family.measures[1]?.measureId ?? '';
    const failure = await failureOf({ ...order, measureIds: [...order.measureIds, foreign] });
    expect(failure).toMatchObject({ type: 'DispatchRefused', nonRetryable: true, message: 'measure_not_of_agency' });
    expect(await world.client.referrals('employment')).toEqual([]);
  });

  it('every attempt under a key says the same, whenever it is made', async () => {
    const family = await familyWithPlan();
    const first = await activities.deliverDispatch(orderFor(family, 'referral', 'employment', local('2026-01-27')));
    const later = await activities.deliverDispatch(orderFor(family, 'referral', 'employment', local('2026-02-27')));
    expect(later).toEqual(first);
    expect(await world.client.referrals('employment')).toMatchObject([{ times: 2 }]);
  });

  it('an erased person leaves the identity empty; the one who appealed stands in for nobody of another household', async () => {
    const family = await familyWithPlan();
    const stranger = await familyWithPlan();
    await owner.query('delete from person where id = $1', [family.personId]);
    await recordAppeal(family, stranger.personId);
    await activities.deliverDispatch(orderFor(family, 'referral', 'employment'));
    const [taken] = await world.client.referrals('employment');
    expect(Referral.parse(taken?.message).person).toEqual({});
  });

  it('the one who appealed is named when the one who consented is not known', async () => {
    const family = await familyWithPlan();
    const applicant = randomUUID();
    await owner.query('delete from person where id = $1', [family.personId]);
    await owner.query('insert into person (id, household_id, full_name) values ($1, $2, $3)', [applicant, family.householdId, 'Синтетический Заявитель']);
    await recordAppeal(family, applicant);
    await activities.deliverDispatch(orderFor(family, 'referral', 'employment'));
    const [taken] = await world.client.referrals('employment');
    expect(Referral.parse(taken?.message).person).toEqual({ fullName: 'Синтетический Заявитель' });
  });
});

describe('192-11-3: a notice of rework', () => {
  it('192-11-3: names the report, the norm, the reason and the new term', async () => {
    const family = await familyWithPlan();
    const { receiptId } = await activities.deliverDispatch(orderFor(family, 'rework_notice', 'employment'));
    const [taken] = await world.client.reworkNotices('employment');
    expect(taken?.receiptId).toBe(receiptId);
    expect(ReworkNotice.parse(taken?.message)).toMatchObject({
      caseId: family.caseId,
      measureId: family.measures[0]?.measureId,
      reportId: `report-${family.caseId}`,
      norm: '192-11-3',
      reason: REASON,
      newDueOn: expect.stringMatching(/^2026-02-\d\d$/),
      caseTime: new Date(local('2026-02-17')).toISOString(),
    });
  });

  it('without its reason it does not go out, and may later', async () => {
    const family = await familyWithPlan();
    await owner.query('delete from narrative where body = $1 and case_id = $2', [REASON, family.caseId]);
    const failure = await failureOf(orderFor(family, 'rework_notice', 'employment'));
    expect(failure).toMatchObject({ type: 'DispatchNotReady', message: 'reason_missing' });
    expect(failure.nonRetryable).toBeFalsy();
  });
});

describe('failures say a code and no person', () => {
  it('a refusal by the agency is final', async () => {
    await world.client.behave('employment', { refuse: 'person_not_found' });
    const failure = await failureOf(orderFor(await familyWithPlan(), 'referral', 'employment'));
    expect(failure).toMatchObject({ type: 'DispatchRefused', nonRetryable: true, message: 'person_not_found' });
  });

  it('an unreachable agency is tried again, after the pause that it asks for, within bounds', async () => {
    const order = orderFor(await familyWithPlan(), 'referral', 'employment');
    await world.client.behave('employment', { unreachable: 'unavailable', retryAfterSeconds: 5 });
    const soon = await failureOf(order);
    expect(soon).toMatchObject({ type: 'AgencyUnreachable', message: 'http_503', nextRetryDelay: 5_000 });
    expect(soon.nonRetryable).toBeFalsy();
    await world.client.behave('employment', { unreachable: 'unavailable', retryAfterSeconds: 86_400 });
    expect(await failureOf(order)).toMatchObject({ nextRetryDelay: 60_000 });
    await world.client.behave('employment', { unreachable: 'reset' });
    const reset = await failureOf(order);
    expect(reset).toMatchObject({ type: 'AgencyUnreachable', message: 'connection_reset' });
    expect(reset.nextRetryDelay).toBeUndefined();
  });

  it('an agency that is not connected and an order that is not in the ledger can be mended', async () => {
    const family = await familyWithPlan();
    const order = orderFor(family, 'referral', 'employment');
    expect(await failureOf({ ...order, key: `${order.key}x` })).toMatchObject({ type: 'DispatchNotReady', message: 'dispatch_not_in_ledger' });
    await owner.query(`delete from agency where code = 'employment'`);
    expect(await failureOf(order)).toMatchObject({ type: 'DispatchNotReady', message: 'agency_not_connected' });
    await connect('employment');
    expect(await activities.deliverDispatch(order)).toEqual({ receiptId: expect.any(String) });
  });

  it('a database that is away is a code, and tried again', async () => {
    const order = orderFor(await familyWithPlan(), 'referral', 'employment');
    const away = createPool('postgres://nobody@127.0.0.1:1/nothing', { applicationName: 'tirek-test' });
    const failure: unknown = await createDispatchActivities({ pool: away, agencyHttp: world.http })
      .deliverDispatch(order)
      .catch((error: unknown) => error);
    await away.end();
    expect(failure).toMatchObject({ type: 'DispatchNotReady', message: 'case_not_readable', cause: expect.any(Error) });
    expect(await world.client.referrals('employment')).toEqual([]);
  });
});
