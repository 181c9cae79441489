/** `tirek resend`: after a restored backup agencies are asked to send again what they had sent. */
import type { Command } from 'commander';
import type { Asked, ResendRequestItem } from '../../db/resend-requests.js';
import type { Instant } from '../../domain/law/calendar.js';
import { readMoment } from './almaty-time.js';
import { databaseOption, onDatabase } from './database.js';
import { table, wrap } from './layout.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

interface Options {
  database?: string;
  json?: true;
}

interface AskOptions extends Options {
  since: string;
  agency: string[];
}

export function addResendCommand(program: Command, terminal: Terminal): void {
  const resend = program
    .command('resend')
    .description('ask agencies to send again, under its own id, each report that they have delivered since an instant: after a restored backup')
    .enablePositionalOptions()
    .option('--since <instant>', 'the instant of the backup, or somewhat before; YYYY-MM-DDTHH:MM:SS+05:00')
    .option('--agency <code>', 'this agency, may be repeated; default: all that are connected', (code: string, codes: string[]) => [...codes, code], [])
    .option(...databaseOption('work'))
    .option('--json', 'one JSON object')
    .action(async (options: Partial<AskOptions>) => {
      if (options.since === undefined)
        throw new CommandFailure('since_missing', 'Say since when: --since 2026-11-26T03:00:00+05:00, the instant of the backup or somewhat before.');
      await ask(terminal, { ...options, since: options.since, agency: options.agency ?? [] });
    });
  resend
    .command('list')
    .description('who was asked, since when, and what became of it')
    .option(...databaseOption('work'))
    .option('--json', 'a JSON list')
    .action((options: Options) => list(terminal, options));
  resend
    .command('done')
    .description('an agency that could not be asked by machine has been asked by a person: the task and its alarm end')
    .requiredOption('--agency <code>', 'the agency')
    .option(...databaseOption('work'))
    .option('--json', 'one JSON object')
    .action((options: Options & { agency: string }) => done(terminal, options));
}

async function ask(terminal: Terminal, { since: text, agency, database, json }: AskOptions): Promise<void> {
  const since = readMoment(text).instant;
  if (since > Date.now()) throw new CommandFailure('since_ahead', `${iso(since)} has not come yet: give the instant of the backup.`);
  const asked = await onDatabase(terminal, 'work', database, async (pool) => {
    const { askForResend } = await import('../../db/resend-requests.js');
    return askForResend(pool, since, 'by_hand', agency.length === 0 ? undefined : agency);
  });
  if (asked.unknown.length > 0) {
    throw new CommandFailure(
      'agency_not_connected',
      `Not connected: ${asked.unknown.join(', ')}. Nobody was asked; without --agency all that are connected are.`,
    );
  }
  if (json) outJson(terminal, { since: iso(since), asked: asked.asked, askedBefore: asked.before });
  else terminal.out(askedText(since, asked));
}

function askedText(since: Instant, { asked, before }: Asked): string {
  const lines = [
    asked.length === 0 ? 'Nobody is asked now.' : `The relay asks for what was sent since ${iso(since)}: ${asked.join(', ')}.`,
    ...(before.length === 0 ? [] : [`Asked for the same time before, and not again: ${before.join(', ')}.`]),
    '"npm run tirek -- resend list" shows what becomes of it.',
  ];
  return lines.map((line) => wrap(line)).join('\n');
}

async function list(terminal: Terminal, { database, json }: Options): Promise<void> {
  const requests = await onDatabase(terminal, 'work', database, async (pool) => {
    const { listResendRequests } = await import('../../db/resend-requests.js');
    return listResendRequests(pool);
  });
  if (json)
    outJson(
      terminal,
      requests.map(({ since, createdAt, settledAt, ...rest }) => ({
        ...rest,
        since: iso(since),
        createdAt: iso(createdAt),
        ...(settledAt === undefined ? {} : { settledAt: iso(settledAt) }),
      })),
    );
  else terminal.out(requests.length === 0 ? 'No agency was asked to send anything again.' : table([HEAD, ...requests.map(rowOf)]));
}

const HEAD = ['AGENCY', 'SINCE', 'ASKED ON', 'ATTEMPTS', 'STANDING'];

function rowOf(request: ResendRequestItem): string[] {
  const { agency, since, createdAt, attempts } = request;
  return [agency, iso(since), iso(createdAt), String(attempts), standingOf(request)];
}

function standingOf({ state, settledAt, lastError }: ResendRequestItem): string {
  const why = lastError === undefined ? '' : ` (${lastError})`;
  switch (state) {
    case 'waiting':
      return `waits to be asked${why}`;
    case 'asked':
      return 'will send again';
    case 'unspoken':
    case 'failed':
      return settledAt === undefined ? `TASK: ask its people${why}, then "resend done"` : `asked by a person${why}`;
  }
}

async function done(terminal: Terminal, { agency, database, json }: Options & { agency: string }): Promise<void> {
  const ended = await onDatabase(terminal, 'work', database, async (pool) => {
    const { endResendTasks } = await import('../../db/resend-requests.js');
    return endResendTasks(pool, agency);
  });
  if (ended === 0) throw new CommandFailure('no_task', `There is no task to ask ${agency}: "npm run tirek -- resend list" shows those that there are.`);
  if (json) outJson(terminal, { agency, ended });
  else terminal.out(`The task to ask ${agency} is ended; its alarm is cleared within a minute.`);
}

function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}
