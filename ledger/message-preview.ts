/**
 * What a command would have sent, before it is given: composed like the messages themselves, of the state as it is. What only
 * the sending itself makes (key and time) is left out.
 */
import { canonicalJson } from '../contracts/ledger-digest.js';
import { fieldsOfMessage, type AgencyMessage } from '../contracts/agency-protocol.js';
import { vaultOf, type Queryable } from '../db/pool.js';
import { formOf, type MessageForm } from '../domain/access/message-form.js';
import { ENGINE, type DispatchRequest, type Entry, type Fact } from '../domain/case/facts.js';
import {
  noticeOfRework,
  previewId,
  readPreviewId,
  referralOfRevision,
  referralsOfPlan,
  sentAnew,
  type KnownPreview,
  type Sending,
} from '../domain/case/sending.js';
import type { CaseState } from '../domain/case/state.js';
import { composeMessage, readOrders, Unsayable } from './agency-messages.js';

type Shown<M> = M extends AgencyMessage ? Omit<M, 'dispatchKey' | 'caseTime'> : never;

export interface PreviewedMessage {
  agency: string;
  form: MessageForm;
  fields: string[];
  message: Shown<AgencyMessage>;
}

export interface MessagePreview {
  messages: PreviewedMessage[];
  /** Carried by the command: of these messages, for this sender. Nobody makes it who was not shown them. */
  digest: string;
}

/** The words of a return are not known before it is given; they are shown as what the sender is about to write. */
export const OWN_WORDS = '…';
const NOT_YET = 'not yet';

/**
 * @returns undefined where the command would be refused for lack of anything to send
 * @throws Unsayable, KeysAway, and the errors of Postgres
 */
export async function previewOf(db: Queryable, state: CaseState, sending: Sending, actorId: string): Promise<MessagePreview | undefined> {
  const planned = plannedBy(state, sending);
  if (planned === undefined) return undefined;
  const { orders, entry } = planned;
  const ledger = [...(await readOrders(db, state.caseId)), ...(entry === undefined ? [] : [entry])];
  const form = formOf({ violence: state.violenceSince !== null });
  const messages: PreviewedMessage[] = [];
  for (const order of orders) {
    const { message } = await composeMessage(db, { ...order, caseId: state.caseId }, ledger, form, { ownWords: OWN_WORDS });
    const { dispatchKey: _key, caseTime: _time, ...shown } = message;
    messages.push({ agency: order.agency, form, fields: fieldsOfMessage(message), message: shown });
  }
  const { content } = await vaultOf(db).fingerprints();
  return { messages, digest: content(canonicalJson(['preview', state.caseId, sending, actorId, messages])) };
}

/** For a take: what previews are now, by their ids. One that cannot be composed is not known. */
export async function knownPreviews(db: Queryable, state: CaseState | undefined, ids: readonly string[]): Promise<Record<string, KnownPreview>> {
  const known: Record<string, KnownPreview> = {};
  for (const id of ids) {
    const { sending, actorId } = readPreviewId(id);
    const preview = state && (await composedIf(() => previewOf(db, state, sending, actorId)));
    if (preview !== undefined) known[previewId(sending, actorId)] = { digest: preview.digest };
  }
  return known;
}

async function composedIf<T>(compose: () => Promise<T>): Promise<T | undefined> {
  try {
    return await compose();
  } catch (error) {
    if (error instanceof Unsayable) return undefined;
    throw error;
  }
}

interface Planned {
  orders: readonly DispatchRequest[];
  /** The entry that would order them; absent where one has. */
  entry?: Entry;
}

function plannedBy(state: CaseState, sending: Sending): Planned | undefined {
  switch (sending.by) {
    case 'sendIpr':
      return plannedByPlan(state);
    case 'sendRevision':
      return plannedByRevision(state, sending.revisionId);
    case 'sendAgain':
      return plannedAgain(state, sending.dispatchKey);
    case 'returnReport':
      return plannedReturn(state, sending);
  }
}

const newId = (): string => NOT_YET;

function plannedByPlan(state: CaseState): Planned | undefined {
  if (state.ipr?.approvedOn === undefined || state.ipr.sent) return undefined;
  let place = 0;
  const dispatches = referralsOfPlan(state, () => `${NOT_YET} ${(place += 1)}`);
  return { orders: dispatches, entry: asIf(state, { type: 'IprSent', data: { iprId: state.ipr.iprId, dispatches } }) };
}

function plannedByRevision(state: CaseState, revisionId: string): Planned | undefined {
  const revision = state.revisions.find((each) => each.revisionId === revisionId);
  const measure = state.measures.find(({ measureId }) => measureId === revision?.measureId);
  if (revision?.approvedOn === undefined || revision.sent || measure?.agency === undefined) return undefined;
  const dispatches = [referralOfRevision(state, { measureId: measure.measureId, agency: measure.agency }, newId)];
  return { orders: dispatches, entry: asIf(state, { type: 'RevisionSent', data: { revisionId, dispatches } }) };
}

function plannedAgain(state: CaseState, key: string): Planned | undefined {
  const found = state.dispatches.find((dispatch) => dispatch.key === key);
  if (found === undefined || ['pending', 'delivered', 'withdrawn'].includes(found.state)) return undefined;
  if (found.state !== 'refused') return { orders: [found] };
  const dispatch = sentAnew(found, newId);
  return { orders: [dispatch], entry: asIf(state, { type: 'DispatchSentAgain', data: { instead: key, dispatch } }) };
}

function plannedReturn(state: CaseState, { reportId, newDueOn }: Extract<Sending, { by: 'returnReport' }>): Planned | undefined {
  const report = state.reports.find((each) => each.reportId === reportId);
  if (report === undefined || report.mark !== undefined || newDueOn === undefined) return undefined;
  const dispatch = noticeOfRework(report, newId);
  const { measureId, agency } = report;
  const data = { reportId, measureId, agency, norm: OWN_WORDS, reasonId: NOT_YET, newDueOn, timesReturned: 1, dispatch };
  return { orders: [dispatch], entry: asIf(state, { type: 'ReportReturned', data }) };
}

/** An entry that nobody has recorded: it stands behind the others, so that it is told of what they say. */
function asIf({ seq, center }: CaseState, fact: Fact): Entry {
  return { ...fact, seq: seq + 1, at: 0, occurredAt: 0, cause: NOT_YET, actor: { ...ENGINE, center }, duties: [] };
}
