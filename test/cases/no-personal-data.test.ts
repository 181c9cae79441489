/**
 * Invariant 6. A family whose every word is unmistakable goes the whole road; then everything that is
 * kept, sent or written down is searched for it. It may stand where it belongs and nowhere else.
 */
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { defaultPayloadConverter } from '@temporalio/common';
import protos from '@temporalio/proto';
import { DefaultLogger } from '@temporalio/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { caseWorkflowId } from '../../contracts/case-clock.js';
import { createPool } from '../../db/pool.js';
import { RULES } from '../../domain/law/rules/table.js';
import type { CaseView } from '../../tools/demo/center-api.js';
import { syntheticFamily, type SyntheticFamily } from '../fixtures/synthetic-family.js';
import { eventually } from '../stack/eventually.js';
import { startTirek, type ProcessName, type Tirek } from '../stack/tirek.js';
import { approvedCase, TOKENS, type WalkedCase } from './walked-case.js';
import { TEST_VAULT } from '../stack/keys.js';
import { readNarratives } from '../../db/reads.js';
import { membersOf } from '../fixtures/sealed.js';

const { History, HistoryEvent } = protos.temporal.api.history.v1;
const { DescribeWorkflowExecutionResponse, ListWorkflowExecutionsResponse } = protos.temporal.api.workflowservice.v1;

/** A bound for busy machines, not an expectation: the whole road is walked before the first question is asked. */
const ROAD_WITHIN_MS = 180_000;
const AGENCIES = ['employment', 'health', 'education'] as const;
const IIN = '900101100500';
/** Every text of the family holds one of these, whatever becomes of its letters' size. */
const MARKS = ['құпия', 'жасырын', 'zhasyryn', 'невидимая', '701 555 66 77', '77015556677', IIN] as const;

const PERSON = { fullName: 'Жасырынов Құпиябек', iin: IIN, phone: '+7 701 555 66 77', address: 'улица Невидимая, дом 77' } as const;
const OTHER_PERSON = { ...PERSON, fullName: 'Жасырынова Құпиягүл' } as const;

const words = (what: string): string => `Құпия сөз: ${what}, ${PERSON.fullName}, ИИН ${IIN}`;

/** What the API takes and keeps, by its kind. */
const TEXTS = {
  appeal: words('обращение'),
  interview: words('беседа'),
  triage_reason: words('причина'),
  assessment: words('оценка'),
  needs: words('потребности'),
  measure_description: words('мера employment'),
  report_note: words('отчёт органа'),
  return_reason: words('чего не хватает'),
  monitoring_contact: words('встреча'),
  monitoring_end: words('итог'),
} as const;
const REFUSED_NOTE = words('отклонено');

let tirek: Tirek;
let walked: WalkedCase;
let second: string;
const logs: Record<ProcessName | 'sdk', string[]> = { worker: [], relay: [], api: [], sdk: [] };

beforeAll(async () => {
  // What the SDK itself would write at its most talkative, past the level that keeps test runs quiet.
  vi.spyOn(DefaultLogger.prototype, 'log').mockImplementation((level, message, meta) => {
    logs.sdk.push(`${level} ${message} ${inspect(meta, { depth: null })}`);
  });
  tirek = await startTirek({ logOf: (process) => pino({ level: 'trace', name: process }, { write: (line) => void logs[process].push(line) }) });
  await wholeRoad();
  await badRequests();
  await eventually(async () => ((await waitingDeliveries()) === 0 ? true : undefined), 'every alert is delivered');
}, ROAD_WITHIN_MS);
afterAll(() => tirek.stop());

function tellingFamily(): SyntheticFamily {
  const plain = syntheticFamily();
  return {
    ...plain,
    appeal: () => ({ ...plain.appeal(), applicant: PERSON, text: TEXTS.appeal }),
    consent: (decision) => ({ ...plain.consent(decision), person: OTHER_PERSON }),
    interview: () => ({ note: TEXTS.interview }),
    triage: (appealId) => ({ ...plain.triage(appealId), reason: TEXTS.triage_reason }),
    assessment: () => ({ ...plain.assessment(), note: TEXTS.assessment }),
    needs: () => ({ ...plain.needs(), note: TEXTS.needs }),
    ipr: (dates, agencies = []) => {
      const ipr = plain.ipr(dates, agencies);
      return {
        ...ipr,
        measures: ipr.measures.map((measure) => ({ ...measure, description: words(`мера ${measure.kind === 'state' ? measure.agency : 'семьи'}`) })),
      };
    },
    returned: () => ({ ...plain.returned(), reason: TEXTS.return_reason }),
    contact: () => ({ ...plain.contact(), note: TEXTS.monitoring_contact }),
    monitoringEnd: () => ({ note: TEXTS.monitoring_end }),
  };
}

/** The road with a refused referral, a returned report, missed terms, alerts that fail at first, an attached appeal and several runs. */
async function wholeRoad(): Promise<void> {
  const family = tellingFamily();
  ({ walked } = await approvedCase(tirek, { agencies: AGENCIES, dueInDays: 12 }, family));
  await tirek.simulators.behave('education', { refuse: 'person_not_found' });
  await walked.give('sendIpr');
  await walked.until('every agency has answered', ({ dispatches }) => dispatches.every(({ state }) => state !== 'pending'));
  await Promise.all([tirek.simulators.failMail({ failNext: 1 }), tirek.simulators.failCenter({ failNext: 1 })]);
  await walked.report({ agency: 'employment', note: TEXTS.report_note, deliveryId: `Zhasyrynov-${IIN}` });
  const [report] = (await walked.view()).reports;
  await walked.give('returnReport', family.returned(), { parameters: { reportId: report?.reportId ?? '' } });
  ({ caseId: second } = await tirek.center.registerAppeal(TOKENS.manager, { ...family.appeal(), channel: 5 }));
  await walked.until('the appeal is attached', ({ appeals }) => appeals.length === 2);
  await walked.clock.forwardTo(await walked.clock.workingDay(14));
  for (const agency of AGENCIES) await walked.markDone(agency, await walked.report({ agency, note: TEXTS.report_note }));
  await walked.markDone(undefined);
  await walked.give('markCompletion');
  await walked.give('closeCase', { monitoringMonths: 3 }, { token: TOKENS.head });
  await walked.give('recordMonitoringContact', family.contact());
  await walked.clock.forwardTo((await walked.view()).duties.find(({ rule }) => rule === 'D-MON')?.lastDay ?? '');
  const untriaged = (await walked.view()).appeals.find(({ triaged }) => !triaged);
  await walked.give('recordTriage', family.triage(untriaged?.appealId ?? ''));
  await walked.give('endMonitoring', family.monitoringEnd());
}

/** Whatever a client may do wrong with personal data in its hands. */
async function badRequests(): Promise<void> {
  const path = `/v1/cases/${walked.caseId}/interview`;
  const key = `Zhasyrynov-${IIN}`;
  const name = encodeURIComponent(PERSON.fullName);
  const asked: readonly [method: string, path: string, asking: Parameters<Tirek['ask']>[2], status: number][] = [
    ['POST', path, { key, body: { note: REFUSED_NOTE } }, 409],
    ['POST', path, { key: randomUUID(), body: { [PERSON.fullName]: IIN } }, 400],
    ['POST', path, { key: randomUUID(), raw: `{"note": "${REFUSED_NOTE}` }, 400],
    ['POST', path, { key: IIN.repeat(20), body: { note: REFUSED_NOTE } }, 400],
    ['POST', `/v1/cases/${walked.caseId}/manager`, { token: 'dev-head', key: randomUUID(), body: { caseManager: IIN } }, 400],
    ['POST', `/v1/cases/${IIN}/interview`, { key: randomUUID(), body: { note: REFUSED_NOTE } }, 404],
    ['GET', `/v1/cases/${IIN}`, {}, 404],
    ['GET', `/v1/cases/${name}/timeline`, {}, 404],
    ['GET', `/${name}/${IIN}?who=${name}`, {}, 404],
    ['GET', `/v1/duties?owner=${name}`, {}, 400],
    ['GET', `/v1/cases/${walked.caseId}/duties/${name}/why`, {}, 404],
    ['GET', '/v1/cases', { token: `Zhasyrynov-${IIN}` }, 401],
    ['POST', `/webhooks/agencies/${name}`, { token: null, body: {} }, 404],
    ['GET', `/console/cases/${name}`, { headers: { cookie: 'tirek_key=dev-manager' } }, 404],
    ['GET', `/console/cases/${IIN}`, { headers: { cookie: 'tirek_key=dev-manager' } }, 404],
  ];
  for (const [method, where, asking, status] of asked) {
    expect(await tirek.ask(method, where, asking), `${method} ${where}`).toMatchObject({ status });
  }
  await expect(tirek.report({ agency: 'health', caseId: walked.caseId, measureId: `Zhasyrynov.${IIN}` })).rejects.toThrow('was answered with 400');
}

async function waitingDeliveries(): Promise<number> {
  const { rows } = await tirek.database.pool.query<{ waiting: number }>(`select count(*)::int as waiting from alert_delivery where state = 'waiting'`);
  return rows[0]?.waiting ?? 0;
}

/** What stands in the columns of bytes, as text. */
function bytesIn(row: object): string {
  return Object.values(row)
    .flatMap((value: unknown) => (typeof value === 'string' && value.startsWith('\\x') ? [Buffer.from(value.slice(2), 'hex').toString('utf8')] : []))
    .join('\n');
}

/** The marks that a text bears. */
function marksIn(text: string): string[] {
  const lower = text.toLowerCase();
  return MARKS.filter((mark) => lower.includes(mark));
}

describe('nothing personal is', () => {
  it('in the histories of the workflow: payloads, raw bytes, ids, summaries', async () => {
    const runs = await runsOf(caseWorkflowId(walked.caseId));
    expect(runs.length).toBeGreaterThan(1);
    let payloads = 0;
    for (const history of runs) {
      const raw = Buffer.from(History.encode(History.fromObject(history)).finish());
      expect(raw.includes(walked.caseId)).toBe(true);
      expect(marksIn(raw.toString('utf8'))).toEqual([]);
      const decoded = (history.events ?? []).flatMap((event) => payloadsOf(HistoryEvent.fromObject(event).toJSON()));
      payloads += decoded.length;
      expect(marksIn(decoded.join('\n'))).toEqual([]);
    }
    // How many there are in each depends on when a run makes way for the next.
    expect(payloads).toBeGreaterThan(10 * runs.length);
  });

  it('in payloads, which hold ids, codes, moments and numbers alone: no word of anybody finds a place in them', async () => {
    const runs = await runsOf(caseWorkflowId(walked.caseId));
    const contents = runs.flatMap(({ events }) => (events ?? []).flatMap((event) => contentsOf(HistoryEvent.fromObject(event).toJSON())));
    const texts = contents.flatMap(textsIn);
    expect(contents.length).toBeGreaterThan(10);
    expect(texts).toContain(walked.caseId);
    expect(texts.filter((text) => !ID_OR_CODE.test(text.replaceAll(UUID, 'id')))).toEqual([]);
  });

  it('in what the list and the page of a workflow show: memo, search attributes, details', async () => {
    const { workflowService, options } = tirek.client;
    const { namespace } = options;
    const execution = { workflowId: caseWorkflowId(walked.caseId) };
    const described = DescribeWorkflowExecutionResponse.encode(await workflowService.describeWorkflowExecution({ namespace, execution })).finish();
    const listed = ListWorkflowExecutionsResponse.encode(await workflowService.listWorkflowExecutions({ namespace, query: '' })).finish();
    const details = await tirek.client.workflow.getHandle(execution.workflowId).query<object>('__temporal_workflow_metadata');
    for (const shown of [Buffer.from(described).toString(), Buffer.from(listed).toString(), inspect(details, { depth: null })])
      expect(marksIn(shown)).toEqual([]);
    expect(Buffer.from(described).toString()).toContain('TirekStage');
    expect(inspect(details, { depth: null })).toContain(walked.appeal.journalNumber);
  });

  it('in any column of any table, be it text, a document or a digest: those of people and their words are sealed', async () => {
    const owner = createPool(tirek.database.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-owner', max: 2 });
    try {
      const tables = await tablesOf(owner);
      expect(tables).toEqual(
        expect.arrayContaining([
          'ledger',
          'subject_file',
          'duty',
          'alert',
          'alert_delivery',
          'notice',
          'digest',
          'staffing',
          'staff',
          'command',
          'inbox',
          'wake',
          'subject_clock',
        ]),
      );
      const bearing: string[] = [];
      for (const table of tables) {
        // An agency's id of its message is the agency's to choose; it stays where it arrived, until who it names is erased.
        const { rows } = await owner.query<{ row: object }>(`select to_jsonb(t) - 'delivery_id' as row from ${table} t`);
        if (rows.some(({ row }) => marksIn(JSON.stringify(row) + bytesIn(row)).length > 0)) bearing.push(table);
      }
      expect(bearing).toEqual([]);
    } finally {
      await owner.end();
    }
  });

  it('in alerts on their way: webhooks to the Center, mails and their subjects', async () => {
    const webhooks = await tirek.simulators.centerWebhooks();
    const mails = (await tirek.simulators.mail()).filter(({ subject }) => subject.startsWith('Tirek: '));
    expect(webhooks.length).toBeGreaterThan(3);
    expect(mails.length).toBeGreaterThan(3);
    expect(marksIn(JSON.stringify({ webhooks, mails }))).toEqual([]);
    // A number, what the first alert is about, and rules: not even the case.
    const titled = new Set(RULES.map(({ id, title }) => `${title.kk} / ${title.ru} (${id})`));
    for (const { subject } of mails) {
      const [, first = ''] = /^Tirek: \d+ · (.+ \([A-Z0-9-]+\))(?:, [A-Z0-9-]+){0,2}(?:, …)?$/.exec(subject) ?? [];
      expect(titled.has(first), subject).toBe(true);
    }
  });

  it('in the logs of worker, relay and API, at their most talkative', () => {
    expect(logs.api.join('')).toContain(`/v1/cases/${walked.caseId}/interview`);
    expect(logs.relay.join('')).toContain('an alert was not delivered');
    expect(logs.sdk.length).toBeGreaterThan(0);
    for (const [process, lines] of Object.entries(logs)) {
      expect(
        lines.filter((line) => marksIn(line).length > 0),
        process,
      ).toEqual([]);
    }
  });
});

describe('what belongs to people', () => {
  it('is kept where it can be erased, each word once', async () => {
    const texts = (await readNarratives(tirek.database.pool, walked.caseId)).map(({ kind, body }) => ({ kind, body }));
    for (const [kind, body] of Object.entries(TEXTS)) expect(texts).toContainEqual({ kind, body });
    expect(texts.filter(({ body }) => body === REFUSED_NOTE)).toEqual([]);
    expect((await tirek.database.pool.query('select from narrative')).rowCount).toBe(texts.length);
    expect(await membersOf(tirek.database.pool, walked.appeal.householdId)).toEqual([PERSON, OTHER_PERSON]);
  });

  it('is shown to the actors of the case’s own Center', async () => {
    const { persons, narratives, measures }: CaseView = await walked.view();
    expect(persons.map(({ personId: _id, ...person }) => person)).toEqual([PERSON, OTHER_PERSON]);
    expect(narratives.map(({ text }) => text)).toEqual(expect.arrayContaining(Object.values(TEXTS)));
    expect(measures.map(({ description }) => description)).toContain(TEXTS.measure_description);
    expect(second).toBe(walked.caseId);
  });

  it('is not shown to the actors of another Center, for whom the case does not exist', async () => {
    const asCookie = { token: null, headers: { cookie: 'tirek_key=dev-manager-2' } };
    const theirs: readonly [path: string, status: number, asking: Parameters<Tirek['ask']>[2]][] = [
      [`/v1/cases/${walked.caseId}`, 404, { token: 'dev-manager-2' }],
      [`/v1/cases/${walked.caseId}/timeline`, 404, { token: 'dev-head-2' }],
      [`/v1/cases/${walked.caseId}/duties/256-13-2:case/why`, 404, { token: 'dev-coordinator-2' }],
      ['/v1/cases', 200, { token: 'dev-manager-2' }],
      ['/v1/duties?standing=met', 200, { token: 'dev-admin-2' }],
      ['/v1/alerts', 200, { token: 'dev-head-2' }],
      [`/v1/alerts?caseId=${walked.caseId}`, 200, { token: 'dev-head-2' }],
      [`/console/cases/${walked.caseId}`, 404, asCookie],
      ['/console/cases', 200, asCookie],
    ];
    for (const [path, status, asking] of theirs) {
      const reply = await tirek.ask('GET', path, asking);
      expect(reply.status, path).toBe(status);
      expect(marksIn(reply.text), path).toEqual([]);
      if (status === 200 && path.startsWith('/v1')) expect(reply.json, path).toEqual({ items: [] });
    }
  });

  it('P43: goes to an agency as far as its own measure needs', async () => {
    const [referral] = await tirek.simulators.referrals('employment');
    expect(referral?.message).toMatchObject({ person: { fullName: OTHER_PERSON.fullName, iin: IIN }, measures: [{ description: TEXTS.measure_description }] });
    const sentToIt = JSON.stringify(referral?.message);
    for (const foreign of [PERSON.phone, PERSON.address, words('мера health'), words('мера семьи'), TEXTS.interview]) expect(sentToIt).not.toContain(foreign);
  });
});

/** Histories of all runs of a workflow, the latest first. */
async function runsOf(workflowId: string): Promise<protos.temporal.api.history.v1.IHistory[]> {
  const histories: protos.temporal.api.history.v1.IHistory[] = [];
  for await (const { runId } of tirek.client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    histories.push(await tirek.client.workflow.getHandle(workflowId, runId).fetchHistory());
  }
  return histories;
}

/** By chance the last part of one is twelve digits. */
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** An id, a digest, an instant, a code, or a rule with its step: no more digits in a row than an instant in milliseconds has, unless they are of a digest. */
const ID_OR_CODE = /^(?!.*(?<![0-9a-f])\d{12}(?![0-9a-f]))[\w.:/@+-]{1,300}(?: [a-z_]{1,20})?$/;

/** What the UI shows beside a run: looked at above. */
const SHOWN_BESIDE = new Set(['userMetadata', 'searchAttributes', 'memo', 'upsertedMemo']);

/** What workflows and activities handed to each other. */
function contentsOf(event: unknown): unknown[] {
  if (typeof event !== 'object' || event === null) return [];
  if ('metadata' in event && 'data' in event) return payloadsOf(event).map(parsedOrText);
  return Object.entries(event).flatMap(([field, value]) => (SHOWN_BESIDE.has(field) ? [] : contentsOf(value)));
}

function parsedOrText(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return content;
  }
}

/** Lines for supervisors, made of the titles of rules: what no person's words can come into. The marks are looked for in them above. */
const LINES_OF_OURS = new Set(['board', 'summary', 'waitsFor']);

/** All texts in a value, names of members included, but for the lines of our own. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => (LINES_OF_OURS.has(name) ? [] : [name, ...textsIn(each)]));
}

/** Every payload inside of an event, as the value that was put into it. */
function payloadsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('metadata' in value && 'data' in value) {
    return [JSON.stringify(defaultPayloadConverter.fromPayload(protos.temporal.api.common.v1.Payload.fromObject(value)))];
  }
  return Object.values(value).flatMap(payloadsOf);
}

async function tablesOf(owner: ReturnType<typeof createPool>): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(`select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`);
  return rows.map(({ name }) => name);
}
