/** What organisations are told of a case: before it goes, and for the record (192-7-3, P43). */
import type { z } from 'zod';
import type { MessagePreview, PreviewQuery, SentMessages } from '../contracts/http/messages.js';
import { lawByRef } from '../db/law.js';
import type { Pool } from '../db/pool.js';
import { readMessageEntries, readSaidTexts, type SaidText } from '../db/sent-messages.js';
import { MESSAGE_FORMS } from '../domain/access/message-form.js';
import type { Actor, DispatchRequest, Entry } from '../domain/case/facts.js';
import { termOfRework } from '../domain/case/roads/execution/commands.js';
import type { Said } from '../domain/case/roads/execution/facts.js';
import type { Sending } from '../domain/case/sending.js';
import type { Dispatch } from '../domain/case/state.js';
import { lawOf } from '../domain/law/law.js';
import { Unsayable } from '../ledger/agency-messages.js';
import { previewOf } from '../ledger/message-preview.js';
import { readLedgerCase, type ReadCase } from '../ledger/read-cases.js';
import { readableCase } from './case-access.js';
import { hiddenFrom } from './case-mask.js';
import { iso } from './instants.js';
import { problem } from './problem.js';

const SHOWN = ['plan', 'identity', 'narrative'] as const;

/**
 * The messages of a command that was not given yet.
 * @throws ProblemError `fields_not_yours` for who may not see all that would go, `nothing_to_send`
 */
export async function previewMessages(pool: Pool, actor: Actor, caseId: string, query: z.output<typeof PreviewQuery>): Promise<z.input<typeof MessagePreview>> {
  const { fields } = await readableCase(pool, actor, caseId, { act: 'readCases', needs: 'identity', shows: SHOWN });
  const read = await readLedgerCase(pool, caseId);
  if (read === undefined) throw problem('case_not_started_yet');
  const sending = await sendingOf(pool, read, query);
  const preview = await previewOf(pool, read.state, sending, actor.id).catch(nothingFor);
  if (preview === undefined) throw problem('nothing_to_send');
  if (!fields.has('narrative') && preview.messages.some(({ form }) => form === 'full')) throw problem('fields_not_yours');
  return {
    items: preview.messages.map(({ agency, form, fields: carried, message }) => ({ organisation: agency, form, fields: carried, message: { ...message } })),
    ...(sending.by === 'returnReport' && sending.newDueOn !== undefined ? { newDueOn: sending.newDueOn } : {}),
    digest: preview.digest,
  };
}

/** What cannot be said as things are has no preview either: people see why at the message itself. */
function nothingFor(error: unknown): undefined {
  if (!(error instanceof Unsayable)) throw error;
}

/** @throws ProblemError `request_invalid` where the command is about something that is not named */
async function sendingOf(pool: Pool, read: ReadCase, query: z.output<typeof PreviewQuery>): Promise<Sending> {
  const { command = 'sendIpr', revisionId, dispatchKey, reportId } = query;
  switch (command) {
    case 'sendIpr':
      return { by: command };
    case 'sendRevision':
      return { by: command, revisionId: named('/revisionId', revisionId) };
    case 'sendAgain':
      return { by: command, dispatchKey: named('/dispatchKey', dispatchKey) };
    case 'returnReport':
      return { by: command, reportId: named('/reportId', reportId), newDueOn: query.newDueOn ?? (await reworkTerm(pool, read)) };
  }
}

function named(field: string, value: string | undefined): string {
  if (value === undefined) throw problem('request_invalid', { issues: [{ field, code: 'required' }] });
  return value;
}

/** As the command would count it now. */
async function reworkTerm(pool: Pool, { state, clockAt }: ReadCase): Promise<string> {
  return termOfRework(state, { now: Math.max(Date.now(), clockAt), law: lawOf(await lawByRef(pool, state.law)) });
}

/** @throws ProblemError `fields_not_yours` for who sees nothing of the plan */
export async function listMessages(pool: Pool, actor: Actor, caseId: string): Promise<z.input<typeof SentMessages>> {
  const { fields } = await readableCase(pool, actor, caseId, { act: 'readCases', needs: 'plan', shows: SHOWN });
  const [read, entries, texts] = await Promise.all([
    readLedgerCase(pool, caseId),
    readMessageEntries(pool, caseId),
    readSaidTexts(pool, caseId, fields.has('identity')),
  ]);
  if (read === undefined) throw problem('case_not_started_yet');
  const asFarAsSeen = texts.map((text) => shownTo(text, fields.has('narrative') || isMinimal(text, entries)));
  return { items: entries.flatMap(orderedIn).map(({ request, at }) => messageBody(request, at, read, entries, asFarAsSeen)), hidden: hiddenFrom(fields) };
}

/** What was said in full may quote texts: who may see the people and not the texts is told the fields alone. */
function shownTo({ text, ...said }: SaidText, mayRead: boolean): SaidText {
  return mayRead && text !== undefined ? { ...said, text } : said;
}

function isMinimal({ digest }: SaidText, entries: readonly Entry[]): boolean {
  const [, minimal] = MESSAGE_FORMS;
  return entries.some((entry) => saidIn(entry)?.digest === digest && saidIn(entry)?.form === minimal);
}

function saidIn(entry: Entry): Said | undefined {
  return 'said' in entry.data ? entry.data.said : undefined;
}

function orderedIn(entry: Entry): { request: DispatchRequest; at: number }[] {
  const { at } = entry;
  switch (entry.type) {
    case 'IprSent':
    case 'RevisionSent':
      return entry.data.dispatches.map((request) => ({ request, at }));
    case 'ReportReturned':
    case 'DispatchSentAgain':
      return [{ request: entry.data.dispatch, at }];
    default:
      return [];
  }
}

type Body = z.input<typeof SentMessages>['items'][number];

function messageBody(request: DispatchRequest, at: number, { state }: ReadCase, entries: readonly Entry[], texts: readonly SaidText[]): Body {
  const { key, kind, agency, measureIds, reportId } = request;
  return {
    dispatchKey: key,
    organisation: agency,
    kind,
    measureIds: [...measureIds],
    reportId,
    orderedAt: iso(at),
    state: stateOf(state.dispatches, key),
    attempts: entries.flatMap((entry) => attemptIn(entry, key)),
    texts: texts.filter((text) => text.key === key).map(textBody),
  };
}

function stateOf(dispatches: readonly Dispatch[], key: string): Dispatch['state'] {
  const found = dispatches.find((dispatch) => dispatch.key === key);
  // Whatever an entry has ordered is in the state that follows from it.
  if (found === undefined) throw new Error(`the message ${key} was ordered and is not there`);
  return found.state;
}

const OUTCOMES = { DispatchDelivered: 'delivered', DispatchParked: 'unreachable', DispatchRefused: 'refused', DispatchGivenUp: 'given_up' } as const;

function attemptIn(entry: Entry, key: string): Body['attempts'] {
  const { type, data, at } = entry;
  if (!(type in OUTCOMES) || !('key' in data) || data.key !== key) return [];
  const { form, fields, personId, textIds, digest } = saidIn(entry) ?? {};
  return [
    {
      at: iso(at),
      outcome: OUTCOMES[type as keyof typeof OUTCOMES],
      reason: 'reason' in data ? data.reason : undefined,
      form,
      fields: fields && [...fields],
      personId,
      textIds: textIds && [...textIds],
      digest,
      documentId: 'documentId' in data ? data.documentId : undefined,
    },
  ];
}

function textBody({ digest, times, firstAt, lastAt, text }: SaidText): Body['texts'][number] {
  const message = text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
  return { digest, times, firstAt: iso(firstAt), lastAt: iso(lastAt), message };
}
