/** `tirek fast-forward <case> <duration>`: the clock of one case goes on; development server only. */
import type { Command } from 'commander';
import { caseWorkflowId } from '../../contracts/case-workflow.js';
import type { Instant } from '../../domain/law/calendar.js';
import { localTime, readMoment } from './almaty-time.js';
import { CURRENT_LAW } from './current-law.js';
import { durationMs } from './duration.js';
import { findRunningStack, type RunningStack } from './running-stack.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

interface Options {
  to?: string;
  token: string;
  json?: true;
}

interface Way {
  from: Instant;
  to: Instant;
}

const CASE_ID = /^(?:case-)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export function addFastForwardCommand(program: Command, terminal: Terminal): void {
  program
    .command('fast-forward')
    .description('move the clock of one case on and show what fired on the way (development server only)')
    .argument('<case>', 'id of the case')
    .argument('[duration]', 'for example 3d, 36h, 2wd (working days), PT36H')
    .option('--to <moment>', 'instead of a duration: the moment to go to, for example 2026-12-31T09:00+05:00')
    .option('--token <token>', 'token of the person who looks at the case', 'dev-head')
    .option('--json', 'one JSON object')
    .action(async (caseText: string, duration: string | undefined, options: Options) => {
      const caseId = readCaseId(caseText);
      const stack = await findRunningStack(terminal.env);
      const { timelineAfter } = await lookAt(stack, caseId, options.token);
      const way = await moveOn(stack, caseId, { duration, to: options.to });
      const fired = await timelineAfter();
      if (options.json) outJson(terminal, { caseId, from: iso(way.from), to: iso(way.to), fired: fired.lines });
      else await tellWay(terminal, way, fired);
    });
}

function readCaseId(text: string): string {
  const caseId = CASE_ID.exec(text)?.[1];
  if (caseId === undefined) {
    throw new CommandFailure('case_id_invalid', `"${text}" is no id of a case: take it from the list of cases or from the Temporal UI (case-…).`);
  }
  return caseId;
}

/** Remembers where the ledger stood, so that afterwards the new lines are known. */
async function lookAt(stack: RunningStack, caseId: string, token: string) {
  const { createCenterApi, ApiRefusal } = await import('../demo/center-api.js');
  const api = createCenterApi(stack.api, token);
  try {
    const before = await api.readCase(caseId);
    if (before === undefined) throw new CommandFailure('case_not_started_yet', `Case ${caseId} is not open yet: try again in a moment.`);
    const timelineAfter = async () => {
      const lines = await api.timeline(caseId, before.seq);
      return { lines, view: (await api.readCase(caseId)) ?? before };
    };
    return { timelineAfter };
  } catch (error) {
    if (error instanceof ApiRefusal) throw new CommandFailure(error.code, error.message);
    throw error;
  }
}

async function moveOn(stack: RunningStack, caseId: string, wish: { duration: string | undefined; to: string | undefined }): Promise<Way> {
  const { Client, Connection } = await import('@temporalio/client');
  const { CaseNotRunning, TimeSkippingUnavailable, caseTime, fastForward } = await import('../demo/fast-forward.js');
  const connection = await Connection.connect({ address: stack.temporal }).catch(() => {
    throw new CommandFailure('temporal_unreachable', `No Temporal server answers at ${stack.temporal}: start the stack with "npm start".`);
  });
  try {
    const client = new Client({ connection, namespace: stack.namespace });
    const workflowId = caseWorkflowId(caseId);
    const from = await caseTime(client, workflowId);
    await fastForward(client, workflowId, distance(from, wish));
    return { from, to: await caseTime(client, workflowId) };
  } catch (error) {
    if (error instanceof CaseNotRunning) throw new CommandFailure('case_not_running', error.message);
    if (error instanceof TimeSkippingUnavailable) throw new CommandFailure('time_skipping_unavailable', error.message);
    throw error;
  } finally {
    await connection.close();
  }
}

function distance(from: Instant, { duration, to }: { duration: string | undefined; to: string | undefined }): number {
  if ((duration === undefined) === (to === undefined)) {
    throw new CommandFailure('usage', 'Say how far: either a duration (3d, 36h, 2wd, PT36H) or --to with a moment.');
  }
  if (duration !== undefined) return durationMs(duration, from, CURRENT_LAW.calendar);
  const ms = readMoment(to ?? '').instant - from;
  if (ms <= 0) throw new CommandFailure('moment_in_past', `The case is at ${localTime(from)} already: give a later --to.`);
  return ms;
}

async function tellWay(terminal: Terminal, { from, to }: Way, { lines, view }: Awaited<ReturnType<Awaited<ReturnType<typeof lookAt>>['timelineAfter']>>): Promise<void> {
  const { Story } = await import('../demo/story.js');
  terminal.out(`From ${localTime(from)} to ${localTime(to)} (Asia/Almaty)`);
  if (lines.length === 0) terminal.out('Nothing fell due on the way.');
  else new Story(terminal.out).tell(lines, view);
}

function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}
