/** What a supervisor finds and reads in the Temporal UI: the same calls that the UI makes. */
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import { nextMoment } from '../../domain/case/clock.js';
import { COMMAND_KINDS } from '../../domain/case/commands.js';
import type { LegalDay } from '../../domain/law/calendar.js';
import { CURRENT_RULES } from '../../domain/law/rules/tables.js';
import { almaty } from '../lives/reading.js';
import { eventually } from '../stack/eventually.js';
import { startTirek, type Tirek } from '../stack/tirek.js';
import { approvedCase, intake, WalkedCase } from './walked-case.js';

const CENTER = DEVELOPMENT_CENTERS[0]?.id ?? '';

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
  const ids = wanted.map(({ workflowId }) => workflowId).toSorted().join();
  await eventually(async () => ((await found(query)).toSorted().join() === ids ? true : undefined), `${query} finds ${ids || 'nothing'}`);
}

const handleOf = (walked: WalkedCase) => tirek.client.workflow.getHandle(walked.workflowId);

describe('the list of workflows', () => {
  it('finds cases by stage and center', async () => {
    await finds(`TirekStage = 'execution'`, [late]);
    await finds(`TirekStage = 'intake' AND TirekCenter = '${CENTER}'`, [fresh]);
    await finds(`TirekCenter = '${CENTER}'`, [fresh, late]);
    await finds(`TirekCenter = '${DEVELOPMENT_CENTERS[1]?.id}'`, []);
  });

  it('finds cases by what is missed, and by the agency that is waited for', async () => {
    await finds('TirekOverdue > 0', [late]);
    await finds(`TirekWaitingOn = 'employment'`, [late]);
    await finds(`TirekWaitingOn IN ('employment', 'health') AND TirekOverdue >= 2`, [late]);
    await finds(`TirekWaitingOn = 'housing'`, []);
    await finds(`TirekWaitingOn IS NULL AND TirekOverdue = 0`, [fresh]);
  });

  it('finds cases by their nearest deadline: 256-13-1 of the new one', async () => {
    const { duties } = await fresh.view();
    const dues = duties.flatMap(({ dueAt }) => (dueAt === undefined ? [] : [Date.parse(dueAt)]));
    const nearest = Math.min(...dues);
    const at = (instant: number): string => new Date(instant).toISOString();
    // By a span, as people look: the development server compares whole seconds as texts and never finds them equal.
    await finds(`TirekNextDeadline > '${at(nearest - 1000)}' AND TirekNextDeadline < '${at(nearest + 1000)}' AND TirekStage = 'intake'`, [fresh]);
    await finds(`TirekNextDeadline < '${at(nearest - 1000)}' AND TirekStage = 'intake'`, []);
  });

  it('shows as many missed terms as the case itself', async () => {
    const { overdue, waitingOn, duties } = await late.view();
    expect(duties.filter(({ standing }) => standing === 'overdue').map(({ rule, agency }) => `${rule} ${agency ?? ''}`).toSorted()).toEqual([
      '192-11-1 employment',
      '192-11-1 health',
      '192-9 ',
      '256-16-3 ',
    ]);
    const { typedSearchAttributes } = await handleOf(late).describe();
    const attributes = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    expect(attributes).toMatchObject({ TirekStage: 'execution', TirekCenter: CENTER, TirekOverdue: overdue, TirekWaitingOn: waitingOn });
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
    expect(await description.staticDetails()).toBe(
      [
        `Appeal **${fresh.appeal.journalNumber}**, center \`${CENTER}\`, channel 1 (256 п.12)`,
        `Registered ${fresh.appeal.registeredAt}`,
        `Law: ${CURRENT_RULES}, calendar plain, policy policy-1`,
      ].join('\n\n'),
    );
    expect(description.memo ?? {}).toEqual({});
  });

  it('tells now what is owed by whom until when, with the rule ids', async () => {
    const lines = (await detailsOf(late)).split('\n');
    const { seq } = await late.view();
    expect(lines[0]).toBe(`**execution** · ${late.appeal.journalNumber} · ledger ${seq} · law ${CURRENT_RULES}, calendar plain`);
    expect(lines).toEqual(
      expect.arrayContaining([
        `| 192-11-1 | employment | ${dueOn} 24:00 | overdue |`,
        `| 192-11-1 | health | ${dueOn} 24:00 | overdue |`,
        `| 256-16-3 | family | ${dueOn} 24:00 | overdue |`,
      ]),
    );
    const next = nextMoment(await late.stored());
    expect(lines).toContain(`Next moment: ${next?.what}, ${almaty(next?.at ?? 0)}`);
  });

  it('changes what it tells when something is met', async () => {
    expect(await detailsOf(fresh)).toMatch(/\| 256-13-1 \| case_manager \| \d{4}-\d\d-\d\d 24:00 \| open \|/);
    expect(await detailsOf(fresh)).toContain('| 256-13-INT | case_manager | no term | open |');
    await intake(fresh);
    const details = await detailsOf(fresh);
    expect(details).not.toContain('256-13-1');
    expect(details).not.toContain('256-13-INT');
    expect(details).toMatch(/\| 256-13-2 \| case_manager \| \d{4}-\d\d-\d\d 24:00 \| open \|/);
  });

  it('names every command that it takes', async () => {
    const { definition } = await metadataOf(late);
    expect(definition?.type).toBe('caseWorkflow');
    expect(definition?.updateDefinitions?.map(({ name, description }) => [name, description])).toEqual(
      expect.arrayContaining([...COMMAND_KINDS.map((kind) => [kind, `command ${kind}`]), ['deliver', 'messages from the inbox, a batch at a time']]),
    );
  });

});

describe('the history of a case', () => {
  it('says beside every timer which rule it waits for, and beside every referral to whom it goes', async () => {
    const { events } = await handleOf(late).fetchHistory();
    const timers = (events ?? []).filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes != null).map(summaryOf);
    expect(timers.length).toBeGreaterThan(3);
    for (const summary of timers) expect(summary).toMatch(/^\S+ (?:reminder|overdue|exceeded|head|coordinator|quarter_end) · \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(timers).toEqual(expect.arrayContaining([expect.stringMatching(/^192-9 overdue /)]));
    const activities = (events ?? []).filter(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes != null).map(summaryOf);
    expect(activities.toSorted()).toEqual(['referral to employment (1)', 'referral to health (1)']);
  });

  it('has one Update per command, under the command’s own name and id', async () => {
    const { events } = await handleOf(late).fetchHistory();
    const updates = (events ?? []).flatMap(({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => {
      const request = accepted?.acceptedRequest;
      return request == null ? [] : [`${request.input?.name} ${request.meta?.updateId}`];
    });
    const { rows } = await tirek.database.pool.query<{ named: string }>(`select kind || ' ' || id as named from command where case_id = $1 order by created_at`, [late.caseId]);
    expect(updates).toEqual(rows.map(({ named }) => named));
  });

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
      return details.startsWith(`**execution** · ${late.appeal.journalNumber} · ledger ${seen.seq} ·`) ? seen : undefined;
    }, 'the new run shows the case as it is');
    const rows = (await detailsOf(late)).split('\n');
    expect(rows.filter((row) => row.endsWith('| overdue |'))).toHaveLength(view.overdue);
    await finds(`TirekOverdue = ${view.overdue} AND TirekStage = 'execution' AND ExecutionStatus = 'Running'`, [late]);
  });
});
