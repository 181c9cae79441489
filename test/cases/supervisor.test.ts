/** What a supervisor finds and reads in the Temporal UI: the same calls that the UI makes. */
import { CASE_WORKFLOW, CENTER_WORKFLOW, clockWorkflowId } from '../../contracts/case-clock.js';
import { findCenter } from '../../db/centers.js';
import { wakeCases } from '../../db/clocks.js';
import { defaultPayloadConverter, defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import protos, { type temporal } from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToldFacts } from '../../contracts/case-clock.js';
import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import { nextMoment } from '../../domain/case/clock.js';
import type { LegalDay } from '../../domain/law/calendar.js';
import { almaty } from '../lives/reading.js';
import { eventually } from '../stack/eventually.js';
import { startTirek, type Tirek } from '../stack/tirek.js';
import { wakeClock } from '../stack/wake-sender.js';
import { approvedCase, intake, WalkedCase } from './walked-case.js';

const CENTER = DEVELOPMENT_CENTERS[0]?.id ?? '';
const { History } = protos.temporal.api.history.v1;
const { DescribeWorkflowExecutionResponse } = protos.temporal.api.workflowservice.v1;

let tirek: Tirek;
/** One case at its beginning, one whose agencies have let their term pass. */
let fresh: WalkedCase;
let late: WalkedCase;
let dueOn: LegalDay;

beforeAll(async () => {
  tirek = await startTirek();
  fresh = await WalkedCase.open(tirek);
  ({ walked: late, dueOn } = await approvedCase(tirek, { agencies: ['employment', 'health'], dueInDays: 10 }));
  await tirek.simulators.behave('health', { refuse: 'not_competent' });
  await late.give('sendIpr');
  await late.until('both agencies have answered', ({ dispatches }) => dispatches.every(({ state }) => state !== 'pending'));
  await late.clock.forwardTo(await late.clock.workingDay(11));
});
afterAll(() => tirek.stop());

/** Ids of the workflows that a filter of the list finds. */
async function found(query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of tirek.client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

/** Visibility is written a moment later than the history. */
async function finds(query: string, wanted: readonly WalkedCase[]): Promise<void> {
  const ids = wanted
    .map(({ workflowId }) => workflowId)
    .toSorted()
    .join();
  await eventually(async () => ((await found(query)).toSorted().join() === ids ? true : undefined), `${query} finds ${ids || 'nothing'}`);
}

/** A Center has a clock, too, and is found by its own type. */
const IS_CASE = `WorkflowType = '${CASE_WORKFLOW}'`;

const handleOf = (walked: WalkedCase) => tirek.client.workflow.getHandle(walked.workflowId);

describe('the list of workflows', () => {
  it('finds cases by stage and center', async () => {
    await finds(`TirekStage = 'execution'`, [late]);
    await finds(`TirekStage = 'intake' AND TirekCenter = '${CENTER}'`, [fresh]);
    await finds(`TirekCenter = '${CENTER}' AND ${IS_CASE}`, [fresh, late]);
    await finds(`TirekCenter = '${DEVELOPMENT_CENTERS[1]?.id}' AND ${IS_CASE}`, []);
    await finds(`TirekNumber = '${fresh.appeal.journalNumber}'`, [fresh]);
  });

  it('finds the Center itself beside its cases, by its own type of workflow', async () => {
    for (const { id } of DEVELOPMENT_CENTERS) {
      const center = await findCenter(tirek.database.pool, id);
      const query = `TirekCenter = '${id}' AND WorkflowType = '${CENTER_WORKFLOW}'`;
      const run = clockWorkflowId('center', center?.subjectId ?? '');
      await eventually(async () => ((await found(query)).join() === run ? true : undefined), `${query} finds ${run}`);
    }
  });

  it('finds cases by what is missed, and by the agency that is waited for', async () => {
    await finds('TirekOverdue > 0', [late]);
    await finds(`TirekWaitingOn = 'employment'`, [late]);
    await finds(`TirekWaitingOn IN ('employment', 'health') AND TirekOverdue >= 2`, [late]);
    await finds(`TirekWaitingOn = 'housing'`, []);
    await finds(`TirekWaitingOn IS NULL AND TirekOverdue = 0 AND ${IS_CASE}`, [fresh]);
  });

  it('finds cases by their next term and the rule that it comes from: 256-13-1 of the new one', async () => {
    const { duties } = await fresh.view();
    const dues = duties.flatMap(({ dueAt }) => (dueAt === undefined ? [] : [Date.parse(dueAt)]));
    const nearest = Math.min(...dues);
    const at = (instant: number): string => new Date(instant).toISOString();
    // By a span, as people look: the development server compares whole seconds as texts and never finds them equal.
    await finds(`TirekNextTerm > '${at(nearest - 1000)}' AND TirekNextTerm < '${at(nearest + 1000)}' AND TirekStage = 'intake'`, [fresh]);
    await finds(`TirekNextTerm < '${at(nearest - 1000)}' AND TirekStage = 'intake'`, []);
  });

  it('shows no missed term as the next one', async () => {
    const { duties } = await late.view();
    const now = await late.clock.now();
    const dues = duties.flatMap(({ standing, dueAt }) =>
      ['open', 'overdue', 'exceeded'].includes(standing) && dueAt !== undefined ? [Date.parse(dueAt)] : [],
    );
    expect(Math.min(...dues)).toBeLessThan(now);
    const { typedSearchAttributes } = await handleOf(late).describe();
    const next = typedSearchAttributes.get(defineSearchAttributeKey('TirekNextTerm', SearchAttributeType.DATETIME));
    const ahead = dues.filter((due) => due > now);
    expect(next?.getTime()).toBe(ahead.length === 0 ? undefined : Math.min(...ahead));
  });

  it('shows as many missed terms as the case itself', async () => {
    const { overdue, waitingOn, duties } = await late.view();
    expect(
      duties
        .filter(({ standing }) => standing === 'overdue')
        .map(({ rule, agency }) => `${rule} ${agency ?? ''}`)
        .toSorted(),
    ).toEqual(['192-11-1 employment', '192-11-1 health', '192-9 ', '256-16-3 ']);
    const { typedSearchAttributes } = await handleOf(late).describe();
    const attributes = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    expect(attributes).toMatchObject({
      TirekNumber: late.appeal.journalNumber,
      TirekStage: 'execution',
      TirekCenter: CENTER,
      TirekLane: 'usual',
      TirekOverdue: overdue,
      TirekWaitingOn: waitingOn,
    });
  });
});

async function metadataOf(walked: WalkedCase): Promise<temporal.api.sdk.v1.IWorkflowMetadata> {
  return handleOf(walked).query<temporal.api.sdk.v1.IWorkflowMetadata>('__temporal_workflow_metadata');
}

async function detailsOf(walked: WalkedCase): Promise<string> {
  return (await metadataOf(walked)).currentDetails ?? '';
}

describe('one workflow', () => {
  it('is named by its case, and its summary by the journal number', async () => {
    const description = await handleOf(fresh).describe();
    expect(description.workflowId).toBe(`case-${fresh.caseId}`);
    expect(await description.staticSummary()).toBe(`Case ${fresh.appeal.journalNumber}`);
    expect(await description.staticDetails()).toContain(`Appeal **${fresh.appeal.journalNumber}**, center \`${CENTER}\``);
    expect(description.memo ?? {}).toEqual({});
  });

  it('tells now what is owed by whom until when, in words before the rule ids', async () => {
    const lines = (await detailsOf(late)).split('\n');
    expect(lines[0]).toBe(`**Execution of the IPR** · ${late.appeal.journalNumber}`);
    expect(lines).toContain('Waiting on: employment, health');
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`^\\| \\D.* \\(192-11-1\\) \\| employment, health \\| ${dueOn} 24:00 \\| overdue \\|$`)),
        expect.stringMatching(new RegExp(`^\\| \\D.* \\(256-16-3\\) \\| person \\(family\\) \\| ${dueOn} 24:00 \\| overdue \\|$`)),
      ]),
    );
    const next = nextMoment(await late.stored());
    expect(lines.find((line) => line.startsWith('Next: '))).toMatch(new RegExp(`\\(${next?.what.split(' ')[0]}\\): .* · ${almaty(next?.at ?? 0)}$`));
  });

  it('changes what it tells with the next wake after something is met', async () => {
    expect(await detailsOf(fresh)).toMatch(/\| Consultation and\/or redirection \(256-13-1\) \| case manager \| \d{4}-\d\d-\d\d 24:00 \| within the term \|/);
    expect(await detailsOf(fresh)).toMatch(/\| Interview \(256-13-INT\) \| case manager \| no term \| open \|/);
    await intake(fresh);
    // What moves no clock is told with the next wake, after an hour at the latest.
    await wakeClock(tirek.client, fresh.caseId);
    const details = await eventually(async () => {
      const shown = await detailsOf(fresh);
      return /\(256-13-2\) \| case manager \| \d{4}-\d\d-\d\d 24:00 \| within the term \|/.test(shown) && !shown.includes('256-13-1)') ? shown : undefined;
    }, 'the clock was told');
    expect(details).not.toContain('256-13-INT');
  });
});

describe('the history of a case', () => {
  it('says beside every timer which rule it waits for and until when in Almaty, and beside every referral to whom it goes', async () => {
    const { events } = await handleOf(late).fetchHistory();
    const timers = (events ?? []).filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes != null).map(summaryOf);
    expect(timers.length).toBeGreaterThan(3);
    for (const summary of timers) expect(summary).toMatch(/^\D.* \(\S+\): .+ · \d{4}-\d\d-\d\d \d\d:\d\d$/);
    const activities = (events ?? []).filter(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes != null).map(summaryOf);
    expect(activities.toSorted()).toEqual(['referral to employment (1)', 'referral to health (1)']);
  });

  it('tells the road: wakes under the names of what happened, with place and stage', async () => {
    // What a look saw before its signal was sent is told with the next wake; another one is asked for, so that there is a next.
    const told = await eventually(async () => {
      await wakeCases(tirek.database.pool, [late.caseId], 'IprSent');
      const { events } = await handleOf(late).fetchHistory();
      const signals = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
        signal == null ? [] : [{ name: signal.signalName ?? '', facts: signal.input?.payloads?.[0] }],
      );
      return factsIn(signals).some(({ type }) => type === 'IprSent') ? signals : undefined;
    }, 'the sending of the plan was told');
    const names = told.map(({ name }) => name).filter((name) => name !== 'TimeSkipped');
    expect(names[0]).toBe('AppealRegistered');
    const ledger = await late.ledger();
    for (const name of names) expect(ledger.map(({ type }) => type)).toContain(name);
    const facts = factsIn(told);
    for (const { seq, type } of facts) expect(ledger.find((entry) => entry.seq === seq)?.type).toBe(type);
    expect(facts.map(({ type }) => type)).toEqual(expect.arrayContaining(['AppealRegistered', 'IprSent']));
  });

  function factsIn(signals: readonly { facts?: temporal.api.common.v1.IPayload | undefined }[]): ToldFacts['facts'] {
    return signals.flatMap(({ facts: payload }) => (payload === undefined ? [] : defaultPayloadConverter.fromPayload<ToldFacts>(payload).facts));
  }

  function summaryOf({ userMetadata }: temporal.api.history.v1.IHistoryEvent): string {
    const summary = userMetadata?.summary;
    return summary == null ? '' : defaultPayloadConverter.fromPayload<string>(summary);
  }
});

describe('a case that has continued as new', () => {
  it('shows the same as before: details, attributes and the number of its appeal', async () => {
    const { runId: firstRun } = await handleOf(late).describe();
    // A run makes way after thirty days of the case's time, when something happens: here a moment of a ladder.
    for (let run = firstRun; run === firstRun; run = (await handleOf(late).describe()).runId) await late.nextMoment();
    const view = await eventually(async () => {
      const [details, seen] = [await detailsOf(late), await late.view()];
      return details.startsWith(`**Execution of the IPR** · ${late.appeal.journalNumber}`) ? seen : undefined;
    }, 'the new run shows the case as it is');
    const rows = (await detailsOf(late)).split('\n');
    // Those of one rule and one day are one row, with everybody who owes it.
    const overdue = rows.filter((row) => row.endsWith('| overdue |')).flatMap((row) => (row.split(' | ')[1] ?? '').split(', '));
    expect(overdue).toHaveLength(view.overdue);
    await finds(`TirekOverdue = ${view.overdue} AND TirekStage = 'execution' AND ExecutionStatus = 'Running'`, [late]);
  });
});

describe('P43: a case with signs of violence', () => {
  /** Stems in three languages, and the rows of the law that are about it. */
  const TELLING = /violen|насили|зорлық|256-6-4|256-23|256-24|256-25/i;

  it('says nothing of it to the engine: not in signals, details, attributes or summaries', async () => {
    const hidden = await WalkedCase.open(tirek);
    await hidden.give('recordViolenceSigns', { note: 'Зорлық-зомбылық белгілері.' });
    const history = await eventually(async () => {
      await wakeCases(tirek.database.pool, [hidden.caseId], 'Look');
      const written = Buffer.from(History.encode(await handleOf(hidden).fetchHistory()).finish()).toString('utf8');
      return written.includes('Noted') && written.includes(hidden.appeal.journalNumber) ? written : undefined;
    }, 'the fact was told, under a word that says nothing');
    expect(TELLING.exec(history)?.[0]).toBeUndefined();
    const { workflowService, options } = tirek.client;
    const described = await workflowService.describeWorkflowExecution({ namespace: options.namespace, execution: { workflowId: hidden.workflowId } });
    const page = Buffer.from(DescribeWorkflowExecutionResponse.encode(described).finish()).toString('utf8');
    expect(page).toContain('TirekStage');
    expect(TELLING.exec(`${page}\n${await detailsOf(hidden)}`)?.[0]).toBeUndefined();
  });
});
