/**
 * Referrals and notices of rework: one attempt of one dispatch. What is sent is read from the ledger
 * entry that ordered it, so that every attempt under a key says the same, however the case has moved
 * on; words and people come from the tables of personal data and never enter Temporal.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { Pool } from 'pg';
import type { AgencyAddress, AgencyHttp, SendOutcome } from '../adapters/agency-http.js';
import type { AgencyMessage, MinimalIdentity, Referral, ReferredMeasure, ReworkNotice } from '../contracts/agency-protocol.js';
import { DISPATCH_REFUSED, type DispatchOrder, type DispatchReceipt } from '../contracts/dispatch.js';
import type { DispatchRequest, Entry, EntryOf, FactType, PlannedMeasure } from '../domain/case/facts.js';

export interface DispatchActivities {
  /**
   * Sends what the order asks for to its agency, once.
   * @throws ApplicationFailure `DispatchRefused` (not retryable) when the agency, or P43, refuses the message;
   *   retryable ones when the agency was not reached or something of ours is missing. The message is a
   *   code without personal data.
   */
  deliverDispatch(order: DispatchOrder): Promise<DispatchReceipt>;
}

export interface DispatchDependencies {
  pool: Pool;
  agencyHttp: AgencyHttp;
}

export const AGENCY_UNREACHABLE = 'AgencyUnreachable';
/** Type of the failure when our own data do not (yet) allow the message: people or a restore can mend it. */
export const DISPATCH_NOT_READY = 'DispatchNotReady';

/**
 * The agency may ask for a pause, not for silence: a series of attempts lasts two minutes, and a longer
 * pause is the case's own to make, on its timer, where people see it.
 */
const LONGEST_ASKED_PAUSE_MS = 60_000;

/** Activities that speak with agencies; they run on each agency's own task queue. */
export function createDispatchActivities({ pool, agencyHttp }: DispatchDependencies): DispatchActivities {
  return {
    async deliverDispatch(order) {
      const { agency, message } = await prepare(pool, order);
      return receiptOf(await agencyHttp.send(agency, message));
    },
  };
}

function receiptOf(sent: SendOutcome): DispatchReceipt {
  switch (sent.outcome) {
    case 'accepted':
      return { receiptId: sent.receiptId };
    case 'refused':
      throw refused(sent.reason);
    case 'unreachable':
      throw ApplicationFailure.create({
        message: sent.reason,
        type: AGENCY_UNREACHABLE,
        ...(sent.retryAfterMs === undefined ? {} : { nextRetryDelay: Math.min(sent.retryAfterMs, LONGEST_ASKED_PAUSE_MS) }),
      });
  }
}

function refused(reason: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(reason, DISPATCH_REFUSED);
}

function notReady(reason: string): ApplicationFailure {
  return ApplicationFailure.create({ message: reason, type: DISPATCH_NOT_READY });
}

/** All that is read before anything is sent. A fault of the database keeps its words as the cause: the ledger gets a code. */
async function prepare(pool: Pool, order: DispatchOrder): Promise<{ agency: AgencyAddress; message: AgencyMessage }> {
  try {
    return { agency: await readAgency(pool, order.agency), message: await composeMessage(pool, order) };
  } catch (error) {
    if (error instanceof ApplicationFailure || !(error instanceof Error)) throw error;
    throw ApplicationFailure.create({ message: 'case_not_readable', type: DISPATCH_NOT_READY, cause: error });
  }
}

async function readAgency(pool: Pool, code: string): Promise<AgencyAddress> {
  const { rows } = await pool.query<AgencyAddress>(
    'select code, endpoint_url as "endpointUrl", secret from agency where code = $1',
    [code],
  );
  const [agency] = rows;
  if (agency === undefined) throw notReady('agency_not_connected');
  return agency;
}

function composeMessage(pool: Pool, order: DispatchOrder): Promise<AgencyMessage> {
  switch (order.kind) {
    case 'referral':
      return composeReferral(pool, order);
    case 'rework_notice':
      return composeReworkNotice(pool, order);
  }
}

async function composeReferral(pool: Pool, order: DispatchOrder): Promise<Referral> {
  const ledger = await readLedger(pool, order.caseId, ['AppealRegistered', 'ConsentRecorded', 'IprDrafted', 'IprSent']);
  const opening = ledger.findLast((entry) => entry.type === 'AppealRegistered');
  const sent = ledger.findLast((entry) => entry.type === 'IprSent' && entry.data.dispatches.some((wanted) => isOrdered(wanted, order)));
  const draft = ledger.findLast((entry) => entry.type === 'IprDrafted' && entry.seq < (sent?.seq ?? 0));
  if (opening?.type !== 'AppealRegistered' || sent?.type !== 'IprSent' || draft?.type !== 'IprDrafted') {
    throw notReady('dispatch_not_in_ledger');
  }
  const consent = ledger.findLast((entry) => entry.type === 'ConsentRecorded' && entry.seq < sent.seq);
  const measures = ownMeasures(draft.data.measures, order);
  return {
    type: 'referral',
    ...envelopeOf(order, sent),
    center: opening.data.center,
    iprEndsOn: draft.data.endsOn,
    measures: await describe(pool, order.caseId, measures),
    person: await readIdentity(pool, opening, consent?.type === 'ConsentRecorded' ? consent.data.personId : undefined),
  };
}

async function composeReworkNotice(pool: Pool, order: DispatchOrder): Promise<ReworkNotice> {
  const ledger = await readLedger(pool, order.caseId, ['ReportReturned']);
  const returned = ledger.findLast((entry) => entry.type === 'ReportReturned' && isOrdered(entry.data.dispatch, order));
  if (returned?.type !== 'ReportReturned') throw notReady('dispatch_not_in_ledger');
  const { measureId, reportId, norm, reasonId, newDueOn } = returned.data;
  const reason = (await readNarratives(pool, order.caseId, [reasonId])).get(reasonId);
  // 192-11-3 returns a report with its reason: without the words the agency could not know what to mend.
  if (reason === undefined) throw notReady('reason_missing');
  return { type: 'rework_notice', ...envelopeOf(order, returned), measureId, reportId, norm, reason, newDueOn };
}

/** Entries of the named types, in the order of the ledger. */
async function readLedger(pool: Pool, caseId: string, types: readonly FactType[]): Promise<readonly Entry[]> {
  const { rows } = await pool.query<{ entry: Entry }>(
    'select entry from ledger where case_id = $1 and type = any ($2) order by seq',
    [caseId, types],
  );
  return rows.map((row) => row.entry);
}

function isOrdered(wanted: DispatchRequest, order: DispatchOrder): boolean {
  return wanted.key === order.key && wanted.kind === order.kind && wanted.agency === order.agency;
}

/** Case time is that of the entry, not of the attempt: the agency may compare what comes under one key. */
function envelopeOf(order: DispatchOrder, entry: Entry): Pick<Referral, 'dispatchKey' | 'caseId' | 'agency' | 'caseTime'> {
  return { dispatchKey: order.key, caseId: order.caseId, agency: order.agency, caseTime: new Date(entry.at).toISOString() };
}

/** P43, once more at the door: a measure of another agency leaves the Center under no order. */
function ownMeasures(planned: readonly PlannedMeasure[], order: DispatchOrder): readonly PlannedMeasure[] {
  const own = planned.filter((measure) => measure.agency === order.agency && order.measureIds.includes(measure.measureId));
  if (own.length === 0 || own.length !== order.measureIds.length) throw refused('measure_not_of_agency');
  return own;
}

async function describe(pool: Pool, caseId: string, measures: readonly PlannedMeasure[]): Promise<ReferredMeasure[]> {
  const texts = await readNarratives(pool, caseId, measures.flatMap((measure) => measure.descriptionId ?? []));
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
  const { rows } = await pool.query<{ id: string; body: string }>(
    'select id, body from narrative where id = any ($1::uuid[]) and (case_id = $2 or case_id is null)',
    [ids, caseId],
  );
  return new Map(rows.map((row) => [row.id, row.body]));
}

/**
 * Name and ИИН of the person who gave consent (P29), else of the one who appealed; of this household
 * only. Empty when neither is known or both were erased: the agency then asks the Center.
 */
async function readIdentity(
  pool: Pool,
  opening: EntryOf<'AppealRegistered'>,
  consenting: string | undefined,
): Promise<MinimalIdentity> {
  const { rows } = await pool.query<{ full_name: string | null; iin: string | null }>(
    `select person.full_name, person.iin
       from person
      where person.household_id = $1
        and person.id in ($2::uuid, (select person_id from appeal where appeal_id = $3))
      order by person.id = $2::uuid desc nulls last
      limit 1`,
    [opening.data.householdId, consenting ?? null, opening.data.appealId],
  );
  const [person] = rows;
  return {
    ...(person?.full_name ? { fullName: person.full_name } : {}),
    ...(person?.iin ? { iin: person.iin } : {}),
  };
}
