/** `tirek fast-forward <case> <duration>`: the clock of one case goes on; development server only. */
import type { Command } from 'commander';
import type { Instant } from '../../domain/law/calendar.js';
import type { CaseView, CenterApi, LedgerLine } from '../../tools/demo/center-api.js';
import { reasonOf } from '../../process/failure.js';
import { localTime } from '../../domain/law/written-time.js';
import { readMoment } from './almaty-time.js';
import { bearerOf, type BearerOf } from './bearer.js';
import { readCaseId } from './case-id.js';
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
      const api = await centerApi(stack, options.token, await bearerOf(terminal.env));
      const { seq } = await api.look(caseId);
      const way = await moveOn(stack, caseId, { duration, to: options.to });
      const view = await api.look(caseId);
      const lines = await api.timeline(caseId, seq);
      if (options.json) outJson(terminal, { caseId, from: iso(way.from), to: iso(way.to), fired: lines });
      else await tellWay(terminal, way, lines, view);
    });
}

/** The API with its refusals as sentences for the console. */
async function centerApi(
  { api: url }: RunningStack,
  token: string,
  bearer: BearerOf,
): Promise<Pick<CenterApi, 'timeline'> & { look(caseId: string): Promise<CaseView> }> {
  const { createCenterApi, ApiRefusal } = await import('../../tools/demo/center-api.js');
  const api = createCenterApi(url, token, bearer);
  const look = async (caseId: string): Promise<CaseView> => {
    const view = await api.readCase(caseId).catch((error: unknown) => {
      throw error instanceof ApiRefusal ? refused(error) : new CommandFailure('api_unreachable', reasonOf(error));
    });
    if (view === undefined) throw new CommandFailure('case_not_started_yet', `Case ${caseId} is not open yet: try again in a moment.`);
    return view;
  };
  return {
    look,
    timeline: (caseId, afterSeq) => api.timeline(caseId, afterSeq),
  };
}

function refused({ code, detail }: { code: string; detail: string }): CommandFailure {
  return new CommandFailure(code, `The API refuses (${code}): ${detail} Check the id of the case, and with --token that the person belongs to its Center.`);
}

async function moveOn(stack: RunningStack, caseId: string, wish: { duration: string | undefined; to: string | undefined }): Promise<Way> {
  const { Client, Connection } = await import('@temporalio/client');
  const { createPool } = await import('../../db/pool.js');
  const { CaseClock } = await import('../../tools/demo/case-clock.js');
  const { CaseTimes } = await import('../../tools/demo/case-times.js');
  const connection = await Connection.connect({ address: stack.temporal, connectTimeout: '3s' }).catch(() => {
    throw new CommandFailure('temporal_unreachable', `No Temporal server answers at ${stack.temporal}: start the stack with "npm start".`);
  });
  const pool = createPool(stack.postgresOwner, { applicationName: 'tirek-fast-forward', max: 2 });
  try {
    const clock = new CaseClock(new Client({ connection, namespace: stack.namespace }), new CaseTimes(pool), caseId, CURRENT_LAW.calendar);
    const from = await clock.now();
    await clock.skipTo(from + distance(from, wish), true);
    return { from, to: await clock.now() };
  } catch (error) {
    throw await inWords(error);
  } finally {
    await Promise.all([connection.close(), pool.end()]);
  }
}

async function inWords(error: unknown): Promise<unknown> {
  const { CaseNotRunning, TimeSkippingUnavailable } = await import('../../tools/demo/fast-forward.js');
  if (error instanceof CaseNotRunning) return new CommandFailure('case_not_running', error.message);
  if (error instanceof TimeSkippingUnavailable) return new CommandFailure('time_skipping_unavailable', error.message);
  return error;
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

async function tellWay(terminal: Terminal, { from, to }: Way, lines: readonly LedgerLine[], view: CaseView): Promise<void> {
  const { Story } = await import('../../tools/demo/story.js');
  terminal.out(`From ${localTime(from)} to ${localTime(to)} (Asia/Almaty)`);
  if (lines.length === 0) terminal.out('Nothing fell due on the way.');
  else new Story(terminal.out).tell(lines, view);
}

function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}
