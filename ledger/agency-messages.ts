/**
 * What the Center says to an agency. It is read from the ledger entry that ordered it, so that every attempt under a key says
 * the same, however the case has moved on; words and people come from the tables of personal data and never enter Temporal.
 * One thing is asked of the case as it is: a case with signs of violence says no word that anybody has written (P43), though
 * the message was ordered before.
 */
import { catalogueOf } from '../contracts/messages/catalogue.js';
import { present } from '../contracts/optional.js';
import { openerOf } from '../db/data-keys.js';
import { narrativePlace } from '../db/personal-data.js';
import type { Queryable } from '../db/pool.js';
import type { AgencyMessage, MinimalIdentity, Referral, ReferredMeasure, ResponseRequest, ReworkNotice } from '../contracts/agency-protocol.js';
import type { MessageForm } from '../domain/access/message-form.js';
import type { DispatchKind, DispatchRequest, Entry, EntryOf, FactType, PlannedMeasure } from '../domain/case/facts.js';
import { composeIdentificationReferral } from './identification-message.js';
import { composeMinorsNotice } from './minors-notice.js';

/** What is to be said, by whom it was ordered. */
export interface MessageOrder extends DispatchRequest {
  caseId: string;
}

/**
 * The message cannot be said as things are; `reason` is a code without personal data. `refused`: it never may be.
 * `not_ready`: something of ours is missing, which people or a restore can mend. `on_paper`: people bring it.
 */
export class Unsayable extends Error {
  override readonly name = 'Unsayable';
  readonly outcome: 'refused' | 'not_ready' | 'on_paper';
  readonly reason: string;
  constructor(outcome: 'refused' | 'not_ready' | 'on_paper', reason: string) {
    super(reason);
    this.outcome = outcome;
    this.reason = reason;
  }
}

/** A message, and what of the house stands in it. */
export interface Composed {
  message: AgencyMessage;
  form: MessageForm;
  /** Whose name and number it bears; absent where it bears neither. */
  personId?: string;
  /** Texts that it quotes. */
  textIds: readonly string[];
}

/** Of a message that is only shown: what stands in the place of words that are not written yet. */
export interface NotYetWritten {
  ownWords: string;
}

/** Who composes, of which case, and how much may be said. */
interface Desk {
  db: Queryable;
  order: MessageOrder;
  ledger: readonly Entry[];
  form: MessageForm;
  draft: NotYetWritten | undefined;
}

function refused(reason: string): Unsayable {
  return new Unsayable('refused', reason);
}

function notReady(reason: string): Unsayable {
  return new Unsayable('not_ready', reason);
}

/** The entries of which messages are made. */
const TOLD_OF: readonly FactType[] = [
  'AppealRegistered',
  'ConsentRecorded',
  'IprDrafted',
  'IprSent',
  'RevisionApproved',
  'RevisionSent',
  'ReportReturned',
  'DispatchSentAgain',
  'MinorsOccasionBegun',
  'ResponsePlanAdopted',
  'IdentificationOrdered',
];

/** In the order of the ledger. */
export async function readOrders(db: Queryable, caseId: string): Promise<readonly Entry[]> {
  const { rows } = await db.query<{ entry: Entry }>('select entry from ledger where subject_id = $1 and type = any ($2) order by seq', [caseId, TOLD_OF]);
  return rows.map((row) => row.entry);
}

/**
 * @param ledger as `readOrders` reads it, with the entry that orders the message
 * @throws Unsayable, KeysAway, and the errors of Postgres
 */
export function composeMessage(db: Queryable, order: MessageOrder, ledger: readonly Entry[], form: MessageForm, draft?: NotYetWritten): Promise<Composed> {
  return COMPOSERS[order.kind]({ db, order, ledger, form, draft });
}

/** Who composes the message of a kind: the other half of the table of effects (domain/case/effects.ts). */
const COMPOSERS: Readonly<Record<DispatchKind, (desk: Desk) => Promise<Composed>>> = {
  referral: composeReferral,
  rework_notice: composeReworkNotice,
  minors_notice: composeNotice,
  response_request: composeResponseRequest,
  identification_referral: composeIdentification,
};

async function composeReferral({ db, order, ledger, form }: Desk): Promise<Composed> {
  const opening = ledger.findLast((entry) => entry.type === 'AppealRegistered');
  const sent = ledger.findLast((entry) => orderedIn(entry).some((wanted) => isOrdered(wanted, order)));
  const draft = ledger.findLast((entry) => entry.type === 'IprDrafted' && entry.seq < (sent?.seq ?? 0));
  if (opening?.type !== 'AppealRegistered' || sent === undefined || draft?.type !== 'IprDrafted') {
    throw notReady('dispatch_not_in_ledger');
  }
  const consent = ledger.findLast((entry) => entry.type === 'ConsentRecorded' && entry.seq < sent.seq);
  const planned = ownMeasures(revised(draft.data.measures, ledger, sent.seq), order);
  const identity = await readIdentity(db, opening, consent?.type === 'ConsentRecorded' ? consent.data.personId : undefined);
  const { measures, textIds } = await describe(db, order.caseId, planned, form);
  const message: Referral = {
    type: 'referral',
    ...envelopeOf(order, ledger, sent),
    center: opening.data.center,
    iprEndsOn: draft.data.endsOn,
    measures,
    person: identity.person,
  };
  return { message, form, textIds, ...(identity.personId === undefined ? {} : { personId: identity.personId }) };
}

/** The measures with the terms that were approved by then. */
function revised(planned: readonly PlannedMeasure[], ledger: readonly Entry[], before: number): PlannedMeasure[] {
  const terms = new Map(
    ledger.flatMap((entry) => (entry.type === 'RevisionApproved' && entry.seq < before ? [[entry.data.measureId, entry.data.dueOn] as const] : [])),
  );
  return planned.map((measure) => ({ ...measure, dueOn: terms.get(measure.measureId) ?? measure.dueOn }));
}

async function composeReworkNotice({ db, order, ledger, form, draft }: Desk): Promise<Composed> {
  const again = ledger.findLast((entry) => entry.type === 'DispatchSentAgain' && isOrdered(entry.data.dispatch, order));
  const returned = ledger.findLast(
    (entry) => entry.type === 'ReportReturned' && (isOrdered(entry.data.dispatch, order) || (again !== undefined && isAbout(entry, order))),
  );
  if (returned?.type !== 'ReportReturned') throw notReady('dispatch_not_in_ledger');
  const { measureId, reportId, newDueOn } = returned.data;
  const { norm, reason, textIds } = form === 'minimal' ? { ...SAID_BY_THE_CENTER, textIds: [] } : await wordsOf(db, order.caseId, returned, draft);
  const message: ReworkNotice = { type: 'rework_notice', ...envelopeOf(order, ledger, returned), measureId, reportId, norm, reason, newDueOn };
  return { message, form, textIds };
}

/** 256-22-2: of the plan that ordered it the organisation's own measures, and for whom; sent again it is the same plan. */
async function composeResponseRequest({ db, order, ledger, form }: Desk): Promise<Composed> {
  const opening = ledger.findLast((entry) => entry.type === 'AppealRegistered');
  const again = ledger.findLast((entry) => entry.type === 'DispatchSentAgain' && isOrdered(entry.data.dispatch, order));
  const firstKey = again?.type === 'DispatchSentAgain' ? firstKeyOf(again.data.instead, ledger) : order.key;
  const plan = ledger.findLast((entry) => entry.type === 'ResponsePlanAdopted' && entry.data.dispatches.some(({ key }) => key === firstKey));
  if (opening?.type !== 'AppealRegistered' || plan?.type !== 'ResponsePlanAdopted') throw notReady('dispatch_not_in_ledger');
  const consent = ledger.findLast((entry) => entry.type === 'ConsentRecorded' && entry.seq < plan.seq);
  const identity = await readIdentity(db, opening, consent?.type === 'ConsentRecorded' ? consent.data.personId : undefined);
  const { measures, textIds } = await describe(db, order.caseId, ownMeasures(plan.data.measures, order), form);
  const message: ResponseRequest = {
    type: 'response_request',
    ...envelopeOf(order, ledger, again ?? plan),
    center: opening.data.center,
    measures,
    person: identity.person,
  };
  return { message, form, textIds, ...(identity.personId === undefined ? {} : { personId: identity.personId }) };
}

/** 256-24: of the order that it began with, however often people have sent it again. It quotes nothing, whatever the form; the edition of the plan is nobody's there. */
async function composeIdentification({ db, order, ledger, form }: Desk): Promise<Composed> {
  const opening = ledger.findLast((entry) => entry.type === 'AppealRegistered');
  const firstKey = firstKeyOf(order.key, ledger);
  const ordered = ledger.findLast((entry) => entry.type === 'IdentificationOrdered' && entry.data.dispatch.key === firstKey);
  const again = ledger.findLast((entry) => entry.type === 'DispatchSentAgain' && entry.data.dispatch.key === order.key);
  if (opening?.type !== 'AppealRegistered' || ordered?.type !== 'IdentificationOrdered') throw notReady('dispatch_not_in_ledger');
  // P43, once more at the door.
  if (ordered.data.agency !== order.agency) throw refused('measure_not_of_agency');
  const { edition: _edition, ...envelope } = envelopeOf(order, ledger, again ?? ordered);
  return { form, textIds: [], ...(await composeIdentificationReferral(db, ordered, opening.data, envelope)) };
}

/** 256-26: number, Center and who the children are, in either form: it has no word that anybody has written. */
async function composeNotice({ db, order, ledger, form }: Desk): Promise<Composed> {
  const message = await composeMinorsNotice(db, order, ledger);
  if (message === undefined) throw notReady('dispatch_not_in_ledger');
  return { message, form, textIds: [] };
}

/** The key under which it was ordered at first, however often people have sent it again. */
function firstKeyOf(key: string, ledger: readonly Entry[]): string {
  const again = ledger.find((entry) => entry.type === 'DispatchSentAgain' && entry.data.dispatch.key === key);
  return again?.type === 'DispatchSentAgain' ? firstKeyOf(again.data.instead, ledger) : key;
}

/** Both are written by hand. In their place stands what says nothing of the case, not even why it says nothing: any case may say so. */
const SAID_BY_THE_CENTER = {
  norm: '192-11-3',
  reason: `${catalogueOf('kk').words.toldByCenter} / ${catalogueOf('ru').words.toldByCenter}`,
};

async function wordsOf(
  db: Queryable,
  caseId: string,
  { data: { norm, reasonId } }: EntryOf<'ReportReturned'>,
  draft: NotYetWritten | undefined,
): Promise<{ norm: string; reason: string; textIds: string[] }> {
  // Of a return that was given before, the words are there.
  if (draft !== undefined && norm === draft.ownWords) return { norm, reason: draft.ownWords, textIds: [] };
  const reason = (await readNarratives(db, caseId, [reasonId])).get(reasonId);
  // 192-11-3 returns a report with its reason: without the words the agency could not know what to mend.
  if (reason === undefined) throw notReady('reason_missing');
  return { norm, reason, textIds: [reasonId] };
}

function isAbout({ data }: EntryOf<'ReportReturned'>, { reportId, agency }: MessageOrder): boolean {
  return data.reportId === reportId && data.agency === agency;
}

/** What an entry orders to be sent, of referrals. */
function orderedIn(entry: Entry): readonly DispatchRequest[] {
  if (entry.type === 'IprSent' || entry.type === 'RevisionSent') return entry.data.dispatches;
  return entry.type === 'DispatchSentAgain' ? [entry.data.dispatch] : [];
}

function isOrdered(wanted: DispatchRequest, order: MessageOrder): boolean {
  return wanted.key === order.key && wanted.kind === order.kind && wanted.agency === order.agency;
}

/**
 * Case time is that of the entry, not of the attempt: the agency may compare what comes under one key. Number and
 * edition let it recognise a twin: after a restore of our database the same thing may come under a new key.
 */
function envelopeOf(
  { key, caseId, agency }: MessageOrder,
  ledger: readonly Entry[],
  entry: Entry,
): Pick<Referral, 'dispatchKey' | 'caseId' | 'agency' | 'caseTime' | 'journalNumber' | 'edition'> {
  const opening = ledger.find(({ type }) => type === 'AppealRegistered');
  const edition = ledger.filter(({ type, seq }) => (type === 'IprDrafted' || type === 'RevisionApproved') && seq < entry.seq).length;
  return {
    dispatchKey: key,
    caseId,
    agency,
    caseTime: new Date(entry.at).toISOString(),
    ...(opening?.type === 'AppealRegistered' ? { journalNumber: opening.data.journalNumber } : {}),
    ...(edition === 0 ? {} : { edition }),
  };
}

/** A measure of a plan of work, or of a response plan. */
type SaidMeasure = Pick<PlannedMeasure, 'measureId' | 'supportKind' | 'dueOn' | 'agency' | 'serviceCode' | 'descriptionId'>;

/** P43, once more at the door: a measure of another agency leaves the Center under no order. */
function ownMeasures<M extends SaidMeasure>(planned: readonly M[], order: MessageOrder): readonly M[] {
  const own = planned.filter((measure) => measure.agency === order.agency && order.measureIds.includes(measure.measureId));
  if (own.length === 0 || own.length !== order.measureIds.length) throw refused('measure_not_of_agency');
  return own;
}

async function describe(
  db: Queryable,
  caseId: string,
  planned: readonly SaidMeasure[],
  form: MessageForm,
): Promise<{ measures: ReferredMeasure[]; textIds: string[] }> {
  const wanted = form === 'minimal' ? [] : planned.flatMap((measure) => measure.descriptionId ?? []);
  const texts = await readNarratives(db, caseId, wanted);
  const measures = planned.map(({ measureId, supportKind, dueOn, serviceCode, descriptionId }) => {
    const description = descriptionId === undefined ? undefined : texts.get(descriptionId);
    return {
      measureId,
      supportKind,
      dueOn,
      ...(serviceCode === undefined ? {} : { serviceCode }),
      ...(description === undefined ? {} : { description }),
    };
  });
  return { measures, textIds: [...texts.keys()] };
}

/** Texts by id; one that was erased is absent. A text of another case is never read. */
async function readNarratives(db: Queryable, caseId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: string; body: Buffer | null }>(
    'select id, body from narrative where id = any ($1::uuid[]) and (case_id = $2 or case_id is null)',
    [ids, caseId],
  );
  const opener = await openerOf(
    db,
    rows.map(({ body }) => body),
  );
  return new Map(
    rows.flatMap(({ id, body }) => {
      const text = opener.text(narrativePlace(id), body);
      return text === undefined ? [] : [[id, text] as const];
    }),
  );
}

/**
 * Name and ИИН of the person who gave consent (P29), else of the one who appealed; of this household
 * only. Empty when neither is known or both were erased: the agency then asks the Center.
 */
async function readIdentity(
  db: Queryable,
  opening: EntryOf<'AppealRegistered'>,
  consenting: string | undefined,
): Promise<{ person: MinimalIdentity; personId?: string }> {
  const { rows } = await db.query<{ id: string; full_name: Buffer | null; iin: Buffer | null }>(
    `select person.id, person.full_name, person.iin
       from person
      where person.household_id = $1
        and person.id in ($2::uuid, (select person_id from appeal where appeal_id = $3))
      order by person.id = $2::uuid desc nulls last
      limit 1`,
    [opening.data.householdId, consenting ?? null, opening.data.appealId],
  );
  const [person] = rows;
  if (person === undefined) return { person: {} };
  const opener = await openerOf(db, [person.full_name, person.iin]);
  const named = present({
    fullName: opener.text({ table: 'person', column: 'full_name', row: person.id }, person.full_name),
    iin: opener.text({ table: 'person', column: 'iin', row: person.id }, person.iin),
  });
  return Object.keys(named).length === 0 ? { person: named } : { person: named, personId: person.id };
}
