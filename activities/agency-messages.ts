/**
 * What an effect says to its agency. It is read from the ledger entry that ordered it, so that every attempt under
 * a key says the same, however the case has moved on; words and people come from the tables of personal data and
 * never enter Temporal.
 */
import { present } from '../contracts/optional.js';
import { openerOf } from '../db/data-keys.js';
import { narrativePlace } from '../db/personal-data.js';
import { addressForMessages } from '../db/organisations.js';
import type { Pool } from '../db/pool.js';
import type { AgencyAddress } from '../adapters/agency-http.js';
import type {
  AgencyMessage,
  IdentificationReferral,
  MinimalIdentity,
  Referral,
  ReferredMeasure,
  ResponseRequest,
  ReworkNotice,
} from '../contracts/agency-protocol.js';
import type { DispatchKind, DispatchRequest, Entry, EntryOf, FactType, PlannedMeasure } from '../domain/case/facts.js';
import { composeIdentificationReferral } from './identification-message.js';

/** What is to be said, by whom it was ordered. */
export interface EffectOrder extends DispatchRequest {
  caseId: string;
  /** A threat of its case waits for its answer. */
  urgent: boolean;
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

export interface Sayable {
  agency: AgencyAddress;
  message: AgencyMessage;
}

/**
 * All that is read before anything is sent.
 * @throws Unsayable, and the errors of Postgres
 */
export async function composeFor(pool: Pool, order: EffectOrder): Promise<Sayable> {
  return { agency: await readAgency(pool, order.agency), message: await composeMessage(pool, order) };
}

function refused(reason: string): Unsayable {
  return new Unsayable('refused', reason);
}

function notReady(reason: string): Unsayable {
  return new Unsayable('not_ready', reason);
}

async function readAgency(pool: Pool, organisationId: string): Promise<AgencyAddress> {
  const address = await addressForMessages(pool, organisationId);
  if (address === undefined) throw notReady('agency_not_connected');
  if (address.endpointUrl === undefined) throw new Unsayable('on_paper', 'on_paper');
  return { code: address.code, endpointUrl: address.endpointUrl, secrets: address.secrets };
}

async function composeMessage(pool: Pool, order: EffectOrder): Promise<AgencyMessage> {
  const ledger = await readLedger(pool, order.caseId, [
    'AppealRegistered',
    'ConsentRecorded',
    'IprDrafted',
    'IprSent',
    'RevisionApproved',
    'RevisionSent',
    'ReportReturned',
    'DispatchSentAgain',
    'ResponsePlanAdopted',
    'IdentificationOrdered',
  ]);
  return COMPOSERS[order.kind](pool, order, ledger);
}

/** Who composes the message of a kind: the other half of the table of effects (domain/case/effects.ts). */
const COMPOSERS: Readonly<Record<DispatchKind, (pool: Pool, order: EffectOrder, ledger: readonly Entry[]) => Promise<AgencyMessage>>> = {
  referral: composeReferral,
  rework_notice: composeReworkNotice,
  response_request: composeResponseRequest,
  identification_referral: composeIdentification,
};

async function composeReferral(pool: Pool, order: EffectOrder, ledger: readonly Entry[]): Promise<Referral> {
  const opening = ledger.findLast((entry) => entry.type === 'AppealRegistered');
  const sent = ledger.findLast((entry) => orderedIn(entry).some((wanted) => isOrdered(wanted, order)));
  const draft = ledger.findLast((entry) => entry.type === 'IprDrafted' && entry.seq < (sent?.seq ?? 0));
  if (opening?.type !== 'AppealRegistered' || sent === undefined || draft?.type !== 'IprDrafted') {
    throw notReady('dispatch_not_in_ledger');
  }
  const consent = ledger.findLast((entry) => entry.type === 'ConsentRecorded' && entry.seq < sent.seq);
  const measures = ownMeasures(revised(draft.data.measures, ledger, sent.seq), order);
  return {
    type: 'referral',
    ...envelopeOf(order, ledger, sent),
    center: opening.data.center,
    iprEndsOn: draft.data.endsOn,
    measures: await describe(pool, order.caseId, measures),
    person: await readIdentity(pool, opening, consent?.type === 'ConsentRecorded' ? consent.data.personId : undefined),
  };
}

/** The measures with the terms that were approved by then. */
function revised(planned: readonly PlannedMeasure[], ledger: readonly Entry[], before: number): PlannedMeasure[] {
  const terms = new Map(
    ledger.flatMap((entry) => (entry.type === 'RevisionApproved' && entry.seq < before ? [[entry.data.measureId, entry.data.dueOn] as const] : [])),
  );
  return planned.map((measure) => ({ ...measure, dueOn: terms.get(measure.measureId) ?? measure.dueOn }));
}

async function composeReworkNotice(pool: Pool, order: EffectOrder, ledger: readonly Entry[]): Promise<ReworkNotice> {
  const again = ledger.findLast((entry) => entry.type === 'DispatchSentAgain' && isOrdered(entry.data.dispatch, order));
  const returned = ledger.findLast(
    (entry) => entry.type === 'ReportReturned' && (isOrdered(entry.data.dispatch, order) || (again !== undefined && isAbout(entry, order))),
  );
  if (returned?.type !== 'ReportReturned') throw notReady('dispatch_not_in_ledger');
  const { measureId, reportId, norm, reasonId, newDueOn } = returned.data;
  const reason = (await readNarratives(pool, order.caseId, [reasonId])).get(reasonId);
  // 192-11-3 returns a report with its reason: without the words the agency could not know what to mend.
  if (reason === undefined) throw notReady('reason_missing');
  return { type: 'rework_notice', ...envelopeOf(order, ledger, returned), measureId, reportId, norm, reason, newDueOn };
}

/** 256-22-2: of the plan that ordered it the organisation's own measures, and for whom; sent again it is the same plan. */
async function composeResponseRequest(pool: Pool, order: EffectOrder, ledger: readonly Entry[]): Promise<ResponseRequest> {
  const opening = ledger.findLast((entry) => entry.type === 'AppealRegistered');
  const again = ledger.findLast((entry) => entry.type === 'DispatchSentAgain' && isOrdered(entry.data.dispatch, order));
  const firstKey = again?.type === 'DispatchSentAgain' ? firstKeyOf(again.data.instead, ledger) : order.key;
  const plan = ledger.findLast((entry) => entry.type === 'ResponsePlanAdopted' && entry.data.dispatches.some(({ key }) => key === firstKey));
  if (opening?.type !== 'AppealRegistered' || plan?.type !== 'ResponsePlanAdopted') throw notReady('dispatch_not_in_ledger');
  const consent = ledger.findLast((entry) => entry.type === 'ConsentRecorded' && entry.seq < plan.seq);
  return {
    type: 'response_request',
    ...envelopeOf(order, ledger, again ?? plan),
    center: opening.data.center,
    measures: await describe(pool, order.caseId, ownMeasures(plan.data.measures, order)),
    person: await readIdentity(pool, opening, consent?.type === 'ConsentRecorded' ? consent.data.personId : undefined),
  };
}

/** 256-24: of the order that it began with, however often people have sent it again. The edition of the plan is nobody's there. */
async function composeIdentification(pool: Pool, order: EffectOrder, ledger: readonly Entry[]): Promise<IdentificationReferral> {
  const opening = ledger.findLast((entry) => entry.type === 'AppealRegistered');
  const firstKey = firstKeyOf(order.key, ledger);
  const ordered = ledger.findLast((entry) => entry.type === 'IdentificationOrdered' && entry.data.dispatch.key === firstKey);
  const again = ledger.findLast((entry) => entry.type === 'DispatchSentAgain' && entry.data.dispatch.key === order.key);
  if (opening?.type !== 'AppealRegistered' || ordered?.type !== 'IdentificationOrdered') throw notReady('dispatch_not_in_ledger');
  // P43, once more at the door.
  if (ordered.data.agency !== order.agency) throw refused('measure_not_of_agency');
  const { edition: _edition, ...envelope } = envelopeOf(order, ledger, again ?? ordered);
  return composeIdentificationReferral(pool, ordered, opening.data, envelope);
}

/** The key under which it was ordered at first, however often people have sent it again. */
function firstKeyOf(key: string, ledger: readonly Entry[]): string {
  const again = ledger.find((entry) => entry.type === 'DispatchSentAgain' && entry.data.dispatch.key === key);
  return again?.type === 'DispatchSentAgain' ? firstKeyOf(again.data.instead, ledger) : key;
}

/** Entries of the named types, in the order of the ledger. */
async function readLedger(pool: Pool, caseId: string, types: readonly FactType[]): Promise<readonly Entry[]> {
  const { rows } = await pool.query<{ entry: Entry }>('select entry from ledger where subject_id = $1 and type = any ($2) order by seq', [caseId, types]);
  return rows.map((row) => row.entry);
}

function isAbout({ data }: EntryOf<'ReportReturned'>, { reportId, agency }: EffectOrder): boolean {
  return data.reportId === reportId && data.agency === agency;
}

/** What an entry orders to be sent, of referrals. */
function orderedIn(entry: Entry): readonly DispatchRequest[] {
  if (entry.type === 'IprSent' || entry.type === 'RevisionSent') return entry.data.dispatches;
  return entry.type === 'DispatchSentAgain' ? [entry.data.dispatch] : [];
}

function isOrdered(wanted: DispatchRequest, order: EffectOrder): boolean {
  return wanted.key === order.key && wanted.kind === order.kind && wanted.agency === order.agency;
}

/**
 * Case time is that of the entry, not of the attempt: the agency may compare what comes under one key. Number and
 * edition let it recognise a twin: after a restore of our database the same thing may come under a new key.
 */
function envelopeOf(
  { key, caseId, agency }: EffectOrder,
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
function ownMeasures<M extends SaidMeasure>(planned: readonly M[], order: EffectOrder): readonly M[] {
  const own = planned.filter((measure) => measure.agency === order.agency && order.measureIds.includes(measure.measureId));
  if (own.length === 0 || own.length !== order.measureIds.length) throw refused('measure_not_of_agency');
  return own;
}

async function describe(pool: Pool, caseId: string, measures: readonly SaidMeasure[]): Promise<ReferredMeasure[]> {
  const texts = await readNarratives(
    pool,
    caseId,
    measures.flatMap((measure) => measure.descriptionId ?? []),
  );
  return measures.map(({ measureId, supportKind, dueOn, serviceCode, descriptionId }) => {
    const description = descriptionId === undefined ? undefined : texts.get(descriptionId);
    return {
      measureId,
      supportKind,
      dueOn,
      ...(serviceCode === undefined ? {} : { serviceCode }),
      ...(description === undefined ? {} : { description }),
    };
  });
}

/** Texts by id; one that was erased is absent. A text of another case is never read. */
async function readNarratives(pool: Pool, caseId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await pool.query<{ id: string; body: Buffer | null }>(
    'select id, body from narrative where id = any ($1::uuid[]) and (case_id = $2 or case_id is null)',
    [ids, caseId],
  );
  const opener = await openerOf(
    pool,
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
async function readIdentity(pool: Pool, opening: EntryOf<'AppealRegistered'>, consenting: string | undefined): Promise<MinimalIdentity> {
  const { rows } = await pool.query<{ id: string; full_name: Buffer | null; iin: Buffer | null }>(
    `select person.id, person.full_name, person.iin
       from person
      where person.household_id = $1
        and person.id in ($2::uuid, (select person_id from appeal where appeal_id = $3))
      order by person.id = $2::uuid desc nulls last
      limit 1`,
    [opening.data.householdId, consenting ?? null, opening.data.appealId],
  );
  const [person] = rows;
  if (person === undefined) return {};
  const opener = await openerOf(pool, [person.full_name, person.iin]);
  return present({
    fullName: opener.text({ table: 'person', column: 'full_name', row: person.id }, person.full_name),
    iin: opener.text({ table: 'person', column: 'iin', row: person.id }, person.iin),
  });
}
