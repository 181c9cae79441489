/** The straight road over HTTP, no engine running: answers, refusals, repeats, and what they leave behind. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { AppealRegistered, CommandAnswer } from '../../contracts/http/appeals.js';
import { CaseDetail } from '../../contracts/http/cases.js';
import { COMMAND_ROUTES } from '../../contracts/http/roads.js';
import type { DoorCommandKind } from '../../domain/case/commands.js';
import type { StaffingBody } from '../../contracts/http/staffing.js';
import { CENTER } from '../lives/straight-road.js';
import { addDays, addMonths, legalDayOf } from '../../domain/law/calendar.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { eventually } from '../stack/eventually.js';
import { SHOWN_AS } from '../../office/case-body.js';
import { SECRETS, sendReport, startApiUnderTest, type ApiUnderTest, type Asking, type Reply } from './api-under-test.js';

type CaseBody = z.infer<typeof CaseDetail>;

let api: ApiUnderTest;

const today = legalDayOf(Date.now());
const DATES = { endsOn: addDays(today, 200), dueOn: addDays(today, 60) };
const HEAD = { token: 'dev-head' };

beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(() => api.stop());

async function give(caseId: string, kind: DoorCommandKind, body: unknown, asking?: Asking, parts: Record<string, string> = {}): Promise<Reply> {
  const path = COMMAND_ROUTES[kind].path.replaceAll(/\{(\w+)\}/g, (_part, name: string) => parts[name] ?? '');
  return api.post(`/v1/cases/${caseId}/${path}`, body, asking);
}

async function accepted(...asked: Parameters<typeof give>): Promise<z.infer<typeof CommandAnswer>> {
  const reply = await give(...asked);
  expect({ kind: asked[1], status: reply.status, body: reply.status === 200 ? undefined : reply.body }).toEqual({
    kind: asked[1],
    status: 200,
    body: undefined,
  });
  return CommandAnswer.parse(reply.body);
}

async function caseOf(caseId: string): Promise<CaseBody> {
  const { body } = await api.get<unknown>(`/v1/cases/${caseId}`, { token: 'dev-head' });
  return CaseDetail.parse(body);
}

/** Everything that a case leaves behind, counted; other cases of this file live on meanwhile. */
async function tracesOf(caseId: string): Promise<Record<string, number>> {
  const { rows } = await api.owner.query<Record<string, number>>(
    `select (select count(*)::int from ledger where subject_id = $1) as ledger,
            (select seq from case_file where subject_id = $1) as seq,
            (select count(*)::int from duty where subject_id = $1) as duty,
            (select count(*)::int from inbox where subject_id = $1) as inbox,
            (select count(*)::int from narrative where case_id = $1) as narrative,
            (select count(*)::int from person join case_file using (household_id) where subject_id = $1) as person,
            (select count(*)::int from command where subject_id = $1) as command`,
    [caseId],
  );
  return rows[0] ?? {};
}

/** A case that an appeal has just opened. */
async function opened(): Promise<{ caseId: string; appealId: string; family: ReturnType<typeof syntheticFamily> }> {
  const family = syntheticFamily();
  const { caseId, appealId } = AppealRegistered.parse((await api.post<unknown>('/v1/appeals', family.appeal())).body);
  return { caseId, appealId, family };
}

/** The head of the unit stands in for the head of the Center from today on. */
async function standsIn(order: { order: string; orderedOn: string }): Promise<void> {
  const { body } = await api.get<z.input<typeof StaffingBody> & { holder: string }>(`/v1/staffing/${CENTER}`, { token: 'dev-head' });
  const { holder: _holder, ...staffing } = body;
  const deputies = [{ absent: `head-${CENTER}`, deputy: `unit-head-${CENTER}`, from: today, to: today, ...order }];
  expect((await api.ask('PUT', `/v1/staffing/${CENTER}`, { token: 'dev-head', body: { ...staffing, deputies } })).status).toBe(200);
}

/** The case with a plan that both parties signed. */
async function signed(): Promise<{ caseId: string; family: ReturnType<typeof syntheticFamily> }> {
  const { caseId, family } = await opened();
  await accepted(caseId, 'recordConsent', family.consent());
  await accepted(caseId, 'completeAssessment', family.assessment());
  await accepted(caseId, 'determineNeeds', family.needs());
  await accepted(caseId, 'draftIpr', family.ipr(DATES, ['employment']));
  await accepted(caseId, 'signIpr', family.signature('employee', await api.signed(caseId)));
  await accepted(caseId, 'signIpr', family.signature('family', await api.signed(caseId)));
  return { caseId, family };
}

describe('the straight road', () => {
  it('goes from the appeal to monitoring, each answer naming the stage', async () => {
    const { caseId, appealId, family } = await opened();
    expect(await accepted(caseId, 'assignCaseManager', { caseManager: 'manager-2' }, HEAD)).toMatchObject({ caseId, stage: 'intake' });
    await accepted(caseId, 'recordConsent', family.consent({ documentId: await api.paper(caseId, 'consent') }));
    await accepted(caseId, 'recordInterview', family.interview());
    await accepted(caseId, 'recordTriage', family.triage(appealId));
    expect((await accepted(caseId, 'completeAssessment', family.assessment())).stage).toBe('needs');
    expect((await accepted(caseId, 'determineNeeds', family.needs())).stage).toBe('planning');
    await accepted(caseId, 'draftIpr', family.ipr(DATES, ['employment', 'health']));
    await accepted(caseId, 'signIpr', family.signature('employee', await api.signed(caseId)));
    await accepted(caseId, 'signIpr', family.signature('family', await api.signed(caseId)));
    expect((await accepted(caseId, 'approveIpr', {}, HEAD)).stage).toBe('execution');
    await accepted(caseId, 'sendIpr', {});

    const { measures } = await caseOf(caseId);
    const [job, health, own] = measures;
    expect(job?.description).toContain(family.name);
    const first = await reported(caseId, 'employment', job?.measureId ?? '', 'in_progress');
    await accepted(caseId, 'returnReport', family.returned(), {}, { reportId: first });
    const second = await reported(caseId, 'employment', job?.measureId ?? '');
    await accepted(caseId, 'markStatus', family.status('done', second), {}, { measureId: job?.measureId ?? '' });
    const third = await reported(caseId, 'health', health?.measureId ?? '');
    await accepted(caseId, 'markStatus', family.status('done', third), {}, { measureId: health?.measureId ?? '' });
    await accepted(caseId, 'markStatus', family.status('done'), {}, { measureId: own?.measureId ?? '' });
    expect((await accepted(caseId, 'markCompletion', {})).stage).toBe('completed');
    expect((await accepted(caseId, 'closeCase', { monitoringMonths: 3 }, HEAD)).stage).toBe('monitoring');
    await accepted(caseId, 'notifyResult', family.notice(await api.paper(caseId, 'result_notice')));
    await accepted(caseId, 'recordMonitoringContact', family.contact());
    expect(await give(caseId, 'endMonitoring', family.monitoringEnd())).toMatchObject({ status: 409, body: { code: 'monitoring_too_short', rule: 'D-MON' } });

    const body = await caseOf(caseId);
    expect(body).toMatchObject({ stage: 'monitoring', monitoringContacts: 1, inbox: { delivered: 3, waiting: 0 } });
    expect(body.measures.map(({ timesReturned }) => timesReturned)).toEqual([1, 0, 0]);
    expect(body.persons.map(({ fullName }) => fullName)).toContain(family.name);
    expect(body.cycle).toEqual({ n: 1, startedOn: today });
    // Of a case that has gone all the way, each member that is said to be shown is there (no completion is hidden, no threat was found).
    const shown = Object.values(SHOWN_AS).filter((name) => name !== 'hidden');
    expect(shown.filter((name) => body[name] === undefined)).toEqual([]);
  });

  it('A26-IPR, P56: a category without a measure is shown with its reason', async () => {
    const { caseId, family } = await opened();
    await accepted(caseId, 'recordConsent', family.consent());
    await accepted(caseId, 'completeAssessment', family.assessment());
    await accepted(caseId, 'determineNeeds', family.needs());
    const { measures, ...plan } = family.ipr(DATES, ['employment']);
    const served = ['social_rehabilitation', 'adaptation', 'repeated_hardship_risk'];
    const reason = `${family.name}: почему не нужно`;
    const body = {
      ...plan,
      measures: measures.map((each) => (each.kind === 'family' ? { ...each, categories: served } : each)),
      notNeeded: [{ category: 'offence_risk', reason }],
    };
    await accepted(caseId, 'draftIpr', body);
    const shown = await caseOf(caseId);
    expect(shown.ipr?.notNeeded).toEqual([{ category: 'offence_risk', reason }]);
    expect(shown.measures.map(({ categories }) => categories)).toEqual([undefined, served]);
  });

  it('P4, P5, P33: a threat found during intake, its response, and a delay that is none', async () => {
    const { caseId } = await opened();
    await accepted(caseId, 'recordThreat', { direct: true, note: 'Вымышленная угроза' });
    const owed = await caseOf(caseId);
    expect(owed.threats).toMatchObject([{ direct: true }]);
    const response = `P4:${owed.threats[0]?.responseId}`;
    const standings = Object.fromEntries(owed.duties.map(({ key, standing, force }) => [key, `${standing} ${force}`]));
    expect(standings).toMatchObject({ '256-13-2:case': 'lapsed law', [`256-13-2T:${owed.threats[0]?.responseId}`]: 'open law', [response]: 'open internal' });
    await accepted(caseId, 'assignImmediateMeasures', { note: 'Вымышленный ответ' });
    const answered = await caseOf(caseId);
    expect(answered.threats[0]?.answeredAt).toBeDefined();
    expect(answered.duties.find(({ key }) => key === response)?.standing).toBe('met');
    expect(answered.narratives.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['threat', 'immediate_measures']));
    const early = await give(caseId, 'explainDelay', { dutyKey: `256-13-2T:${owed.threats[0]?.responseId}`, reason: 'illness' });
    expect(early).toMatchObject({ status: 409, body: { code: 'delay_not_late', rule: 'P33' } });
    const unknown = await give(caseId, 'explainDelay', { dutyKey: '256-99:case', reason: 'illness' });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'delayed_duty_unknown', rule: 'P33' } });
    const untold = await give(caseId, 'explainDelay', { dutyKey: response, reason: 'other' });
    expect(untold).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ field: '/note', code: 'required' }] } });
  });

  it('256-17-3, P12: the term of a measure is revised and sent to its agency, over HTTP', async () => {
    const { caseId, family } = await signed();
    await accepted(caseId, 'approveIpr', {}, HEAD);
    await accepted(caseId, 'sendIpr', {});
    const measureId = (await caseOf(caseId)).measures[0]?.measureId ?? '';
    const proposal = { dueOn: addDays(today, 90), reason: `${family.name}: почему меняется срок` };
    await accepted(caseId, 'proposeRevision', proposal, {}, { measureId });
    const revisionId = (await caseOf(caseId)).revisions[0]?.revisionId ?? '';
    for (const party of ['employee', 'family'] as const)
      await accepted(caseId, 'signRevision', family.signature(party, await api.signed(caseId)), {}, { revisionId });
    await accepted(caseId, 'approveRevision', {}, HEAD, { revisionId });
    await accepted(caseId, 'sendRevision', {}, {}, { revisionId });
    const shown = await caseOf(caseId);
    expect(shown.revisions).toMatchObject([{ revisionId, measureId, dueOn: proposal.dueOn, approvedOn: today, sent: true }]);
    expect(shown.measures[0]?.dueOn).toBe(proposal.dueOn);
    expect(shown.dispatches.map(({ agency, state }) => `${agency} ${state}`)).toEqual(['employment withdrawn', 'employment pending']);
    expect(shown.narratives.map(({ kind }) => kind)).toContain('revision_reason');
    expect(await give(caseId, 'sendRevision', {}, {}, { revisionId })).toMatchObject({ status: 409, body: { code: 'revision_already_sent', rule: '192-9' } });
  });

  it('keeps names and words out of the ledger, and out of all that the engine is told', async () => {
    const { caseId, family } = await signed();
    const { rows } = await api.owner.query<{ text: string }>(
      `select concat((select json_agg(l) from ledger l), (select json_agg(w) from wake w), (select json_agg(e) from effect e), (select json_agg(c) from command c)) as text`,
    );
    expect(rows[0]?.text).toContain(caseId);
    expect(rows[0]?.text).toContain('IprDrafted');
    expect(rows[0]?.text).not.toContain(family.name);
    expect(rows[0]?.text).not.toContain('вымышленный');
  });
});

/** Sends a report as the agency; the door decides it, at once or a moment later when the machine is busy. */
async function reported(caseId: string, agency: 'employment' | 'health', measureId: string, outcome = 'performed'): Promise<string> {
  const { status, body } = await sendReport(api, { type: 'report', caseId, measureId, outcome, note: 'сделано' }, { agency, secret: SECRETS[agency] });
  expect([status, body.state]).toEqual([202, expect.stringMatching(/^(?:recorded|waiting)$/)]);
  const arrived = async (): Promise<true | undefined> => (await caseOf(caseId)).reports.some(({ reportId }) => reportId === body.reportId) || undefined;
  await eventually(arrived, 'the report is in the ledger');
  return body.reportId;
}

describe('refusals of the law', () => {
  interface Refused {
    kind: DoorCommandKind;
    body: unknown;
    status: number;
    code: string;
    rule?: string;
    asking?: Asking;
  }

  interface Outcome extends Omit<Refused, 'body' | 'asking' | 'rule'> {
    rule: string | undefined;
    /** Tables with other numbers of rows than before, the refusal itself under its key apart. */
    changed: string[];
    remembered: number;
    reply: Reply;
  }

  async function outcomeOf(caseId: string, { kind, body, asking }: Refused): Promise<Outcome> {
    const before = await tracesOf(caseId);
    const reply = await give(caseId, kind, body, asking);
    const after = await tracesOf(caseId);
    const { code, rule } = reply.body;
    const changed = Object.keys(after).filter((table) => table !== 'command' && after[table] !== before[table]);
    return { kind, status: reply.status, code, rule, changed, remembered: (after['command'] ?? 0) - (before['command'] ?? 0), reply };
  }

  /** Refused by that rule; the ledger, what is owed and the personal data are as they were. Whoever may not ask at all is not remembered either. */
  function refused({ kind, status, code, rule }: Refused): Omit<Outcome, 'reply'> {
    return { kind, status, code, rule, changed: [], remembered: code === 'role_not_allowed' ? 0 : 1 };
  }

  it('a command in the wrong stage: 409, with the stages in the words of the reader', async () => {
    const { caseId, family } = await opened();
    const wrong: Refused = { kind: 'determineNeeds', body: family.needs(), status: 409, code: 'wrong_stage', asking: { language: 'kk' } };
    const { reply, ...outcome } = await outcomeOf(caseId, wrong);
    expect(outcome).toEqual(refused(wrong));
    expect(reply.body.detail).toBe('Іс «Қабылдау және бастапқы бағалау» кезеңінде, ал әрекет мына кезеңге жатады: Қажеттіліктерді анықтау.');
    expect(reply.body.params).toEqual({ stage: 'intake', expected: 'needs' });
  });

  it('256-17-2: approving is not the case manager’s: 403', async () => {
    const { caseId } = await opened();
    const wrong: Refused = { kind: 'approveIpr', body: {}, status: 403, code: 'role_not_allowed' };
    expect(await outcomeOf(caseId, wrong)).toMatchObject(refused(wrong));
  });

  it('256-13-CON: no needs without consent: 409', async () => {
    const { caseId, family } = await opened();
    await accepted(caseId, 'completeAssessment', family.assessment());
    const wrong: Refused = { kind: 'determineNeeds', body: family.needs(), status: 409, code: 'consent_required', rule: '256-13-CON' };
    expect(await outcomeOf(caseId, wrong)).toMatchObject(refused(wrong));
  });

  it('192-3-4: grounds that are none', async () => {
    const { caseId } = await opened();
    const result = 'difficult_life_situation';
    const wrong: Refused[] = [
      { kind: 'completeAssessment', body: { result, grounds: ['G99'] }, status: 422, code: 'ground_unknown', rule: '192-3-4' },
      { kind: 'completeAssessment', body: { result, grounds: [] }, status: 422, code: 'ground_required', rule: '192-3-4' },
    ];
    for (const one of wrong) expect(await outcomeOf(caseId, one)).toMatchObject(refused(one));
  });

  it('256-15-1 to 256-16-3: plans that the law does not allow', async () => {
    const { caseId, family } = await opened();
    await accepted(caseId, 'recordConsent', family.consent());
    await accepted(caseId, 'completeAssessment', family.assessment());
    await accepted(caseId, 'determineNeeds', family.needs());
    const plan = family.ipr(DATES, ['employment']);
    const [state, own] = plan.measures;
    // JSON has no undefined: a member that is set to it is not sent.
    const withoutTerm = { ...state, dueOn: undefined };
    const withoutAgency = { ...state, agency: undefined };
    const changed = (changes: object): object => ({ ...plan, ...changes });
    const wrong: (Omit<Refused, 'kind' | 'status'> & { status?: number })[] = [
      { body: changed({ endsOn: addDays(addMonths(today, 12), 1) }), code: 'plan_too_long', rule: '256-15-1' },
      { body: changed({ endsOn: addDays(today, -1) }), code: 'plan_ends_in_past', rule: '256-15-1' },
      { body: changed({ measures: [withoutTerm, own] }), code: 'measure_term_missing', rule: '256-16-3' },
      { body: changed({ measures: [{ ...state, dueOn: addDays(DATES.endsOn, 1) }, own] }), code: 'measure_after_plan_end', rule: '256-16-3' },
      { body: changed({ measures: [{ ...state, dueOn: addDays(today, -1) }, own] }), code: 'measure_term_in_past', rule: '256-16-3' },
      { body: changed({ measures: [{ ...state, agency: 'space' }, own] }), status: 404, code: 'organisation_unknown', rule: '192-2' },
      { body: changed({ measures: [withoutAgency, own] }), code: 'agency_required', rule: '256-16-1' },
      { body: changed({ measures: [state] }), code: 'family_measure_required', rule: '256-16-2' },
      { body: changed({ measures: [own] }), code: 'state_measure_required', rule: '256-16-1' },
      { body: changed({ measures: [state, { ...own, categories: ['adaptation'] }] }), code: 'category_not_addressed', rule: 'A26-IPR' },
      { body: changed({ notNeeded: [{ category: 'adaptation', reason: 'x' }] }), code: 'category_contradictory', rule: 'A26-IPR' },
    ];
    for (const one of wrong) {
      const asked: Refused = { kind: 'draftIpr', status: 422, ...one };
      expect(await outcomeOf(caseId, asked)).toMatchObject(refused(asked));
    }
    const tooLong = await give(caseId, 'draftIpr', changed({ endsOn: addDays(addMonths(today, 12), 1) }), { language: 'en' });
    expect(tooLong.body.detail).toMatch(/^A plan is drawn up for one year at most: it ends on \d+ \w+ \d{4} at the latest\.$/);
    await accepted(caseId, 'draftIpr', plan);
  });

  it('P50: the unit’s head approves by an order only, and nobody approves the own plan', async () => {
    const { caseId } = await signed();
    const wrong: Refused = { kind: 'approveIpr', body: {}, status: 422, code: 'acting_order_required', rule: 'P50', asking: { token: 'dev-unit-head' } };
    expect(await outcomeOf(caseId, wrong)).toMatchObject(refused(wrong));
    await standsIn({ order: '12-Н', orderedOn: today });
    const invented: Refused = { ...wrong, body: { actingOrder: { number: '999', date: '1999-01-01' } }, code: 'acting_order_unknown' };
    expect(await outcomeOf(caseId, invented)).toMatchObject(refused(invented));
    const answer = await accepted(caseId, 'approveIpr', {}, { token: 'dev-unit-head' });
    expect(answer.stage).toBe('execution');
    const { rows } = await api.owner.query(`select entry -> 'data' -> 'actingOrder' as by from ledger where subject_id = $1 and type = 'IprApproved'`, [
      caseId,
    ]);
    expect(rows).toEqual([{ by: { number: '12-Н', date: today } }]);
  });

  it('a measure and a report that are not of this case: 404', async () => {
    const { caseId, family } = await signed();
    await accepted(caseId, 'approveIpr', {}, HEAD);
    expect(await give(caseId, 'markStatus', family.status('done'), {}, { measureId: randomUUID() })).toMatchObject({
      status: 404,
      body: { code: 'measure_unknown' },
    });
    expect(await give(caseId, 'returnReport', family.returned(), {}, { reportId: randomUUID() })).toMatchObject({
      status: 404,
      body: { code: 'report_unknown' },
    });
  });
});

describe('Idempotency-Key of a command', () => {
  it('the same key and body: the same answer to the byte, and one entry, also after a restart', async () => {
    const { caseId, family } = await opened();
    const asking = { key: randomUUID() };
    const body = family.interview();
    const first = await give(caseId, 'recordInterview', body, asking);
    const { seq } = await caseOf(caseId);
    const again = await give(caseId, 'recordInterview', body, asking);
    const restarted = await startApiUnderTest({ database: api.database });
    const later = await restarted.post(`/v1/cases/${caseId}/interview`, body, asking);
    await restarted.stop();
    expect([again.status, later.status, again.text, later.text]).toEqual([200, 200, first.text, first.text]);
    expect((await caseOf(caseId)).seq).toBe(seq);
  });

  it('a refusal is remembered as well: the same after the case has moved on', async () => {
    const { caseId, family } = await opened();
    const asking = { key: randomUUID() };
    const body = family.needs();
    const first = await give(caseId, 'determineNeeds', body, asking);
    expect(first).toMatchObject({ status: 409, body: { code: 'wrong_stage' } });
    await accepted(caseId, 'recordConsent', family.consent());
    await accepted(caseId, 'completeAssessment', family.assessment());
    const again = await give(caseId, 'determineNeeds', body, asking);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    await accepted(caseId, 'determineNeeds', body);
  });

  it('another body, another address or another command under the same key: 422, nothing changed', async () => {
    const { caseId, family } = await opened();
    const asking = { key: randomUUID() };
    await accepted(caseId, 'recordInterview', { note: 'одно' }, asking);
    const before = await tracesOf(caseId);
    const reused = { status: 422, body: { code: 'idempotency_key_reused' } };
    expect(await give(caseId, 'recordInterview', { note: 'другое' }, asking)).toMatchObject(reused);
    expect(await give(caseId, 'recordConsent', family.consent(), asking)).toMatchObject(reused);
    expect(await tracesOf(caseId)).toEqual(before);
    const other = await opened();
    expect(await give(other.caseId, 'recordInterview', { note: 'одно' }, asking)).toMatchObject(reused);
  });

  it('ten requests at once with one key are one command', async () => {
    const { caseId, family } = await opened();
    const asking = { key: randomUUID() };
    const body = family.consent();
    const replies = await Promise.all(Array.from({ length: 10 }, () => give(caseId, 'recordConsent', body, asking)));
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(200);
    const { rows } = await api.owner.query(`select 1 from ledger where subject_id = $1 and type = 'ConsentRecorded'`, [caseId]);
    expect(rows).toHaveLength(1);
    expect((await caseOf(caseId)).persons.filter(({ fullName }) => fullName === family.name)).toHaveLength(2);
  });
});

describe('who may', () => {
  it('another Center’s staff find no such case, and nothing of theirs is kept', async () => {
    const { caseId, family } = await opened();
    const before = await tracesOf(caseId);
    expect(await give(caseId, 'recordInterview', family.interview(), { token: 'dev-manager-2' })).toMatchObject({
      status: 404,
      body: { code: 'case_unknown' },
    });
    expect(await tracesOf(caseId)).toEqual(before);
  });

  it('the actor of the ledger is the actor of the token', async () => {
    const { caseId, family } = await opened();
    await accepted(caseId, 'recordInterview', family.interview(), { token: 'dev-specialist' });
    const { rows } = await api.owner.query(`select entry -> 'actor' as actor from ledger where subject_id = $1 and type = 'InterviewHeld'`, [caseId]);
    expect(rows).toEqual([{ actor: { id: 'specialist-almaty-auezov', role: 'social_work_specialist', center: 'almaty-auezov' } }]);
  });
});
