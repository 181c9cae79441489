/** One house in Postgres and one in memory, asked the same: what they answer, and the rows that they keep. */
import { ownProof } from '../../contracts/proof/own-proof.js';
import { provenOpening } from '../stack/test-proof.js';
import { canonicalJson } from '../../contracts/ledger-digest.js';
import { transaction, type Pool } from '../../db/pool.js';
import type { Opening } from '../../domain/case/deliveries.js';
import type { Claim } from '../../domain/case/decision.js';
import { NO_STAFFING } from '../../contracts/staffing.js';
import { developmentIin } from '../../db/development-iin.js';
import { insertStaffing } from '../../db/staffing.js';
import { termKey, type ReferenceList } from '../../domain/case/reference-lists.js';
import type { LegalDay } from '../../domain/law/calendar.js';
import type { StaffRecord } from '../../ledger/known-things.js';
import type { DocumentType } from '../../domain/case/documents.js';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { Law, LawRef } from '../../domain/law/law.js';
import { createPostgresStore } from '../../ledger/postgres-store.js';
import { recordAppeal } from '../../ledger/record-appeal.js';
import type { Asked, LawInForceRow, LedgerStore, LockedStore, Look, WaitingReport } from '../../ledger/store.js';
import type { Known } from '../../domain/case/references.js';
import { SEEN_PREVIEW } from '../../simulation/papers.js';
import type { TakeDeps } from '../../ledger/take.js';
import { createModelStore } from '../../simulation/machinery/model-store.js';
import { ModelHouse } from '../../simulation/machinery/model-house.js';
import { putPerson } from '../fixtures/sealed.js';
import { TEST_VAULT } from '../stack/keys.js';
import { narrativePlace } from '../../db/personal-data.js';
import { openerOf } from '../../db/data-keys.js';

/** What one message of an agency is, as the inbox keeps it. */
export interface Arrived extends WaitingReport {
  caseId: string;
}

/** What a document is, without its bytes. */
export interface Uploaded {
  id: string;
  caseId: string;
  center: string;
  type: DocumentType;
  sha256: string;
}

/** Whose a signature is. */
export interface Brought {
  id: string;
  documentId: string;
  sha256: string;
  by: { colleague: string } | { member: string };
}

export type Rows = Readonly<Record<string, readonly string[]>>;

export interface Side {
  store: LedgerStore;
  receive(report: Arrived): Promise<void>;
  /** Who answers for what at a Center, and a code that may be used. */
  staff(center: string, record: StaffRecord): Promise<void>;
  list(list: ReferenceList, code: string, from: LegalDay): Promise<void>;
  /** A document that was taken in. */
  keep(document: Uploaded): Promise<void>;
  /** Somebody of a family, under the family's own id. */
  member(householdId: string): Promise<void>;
  /** A signature that was brought to a document. */
  sign(signature: Brought): Promise<void>;
  adopt(row: LawInForceRow): Promise<void>;
  /** What a look does: it arms, and what it heard of is gone. */
  arm(caseId: string, at: Instant | null): Promise<void>;
  skip(caseId: string): Promise<void>;
  /** Every row, apart from the instants that the house reads on its own clock. */
  rows(): Promise<Rows>;
}

/** Both houses are told what time it is; their own clocks count for what waits only. */
export function atTime(store: LedgerStore, now: () => Instant): LedgerStore {
  // Messages are composed in one of them alone: both are told that they are what the sender saw.
  const uncomposed = ({ things, ...asked }: Asked): Asked => (things === undefined ? asked : { ...asked, things: { ...things, preview: [] } });
  const seenIn = ({ things }: Asked): Known['preview'] => Object.fromEntries((things?.preview ?? []).map((id) => [id, { digest: SEEN_PREVIEW }]));
  const told = async (looking: Promise<Look>, asked: Asked): Promise<Look> => {
    const look = await looking;
    return { ...look, now: now(), things: { ...look.things, preview: seenIn(asked) } };
  };
  return {
    look: (caseId, asked) => told(store.look(caseId, uncomposed(asked)), asked),
    write: (writing) => store.write(writing),
    locked: (caseId, work) => store.locked(caseId, (locked) => work({ ...locked, look: (asked) => told(locked.look(uncomposed(asked)), asked) })),
  };
}

export interface Laws {
  lawOf: (ref: LawRef) => Law;
  adoptionOf: (row: LawInForceRow) => LawAdoption | undefined;
}

/** Its clock stands still: what both houses sign is the same to the byte. */
export const TIMELESS_PROOF = ownProof(() => 0);

/** @param desk no two desks make the same ids */
export function depsOf(store: LedgerStore, { lawOf, adoptionOf }: Laws, now: () => Instant, desk: number): TakeDeps {
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return uuid(desk, ids);
  };
  return {
    store,
    lawOf: async (ref) => lawOf(ref),
    adoptionOf: async (row) => adoptionOf(row),
    newId,
    proof: TIMELESS_PROOF,
    clock: now,
    knows: 1,
    writes: 1,
    decision: 'of tests',
  };
}

export function uuid(kind: number, count: number): string {
  return `00000000-0000-4000-8${String(kind).padStart(3, '0')}-${String(count).padStart(12, '0')}`;
}

/** As the registration does it: the family's claim, then the case. */
export function open(deps: TakeDeps, caseId: string, opening: Opening): Promise<string> {
  return deps.store.locked(caseId, async (locked: LockedStore) => {
    const lost = await locked.claim([{ kind: 'household', thing: opening.householdId }]);
    if (lost.length > 0) return 'lost';
    return String(await recordAppeal(deps, locked, caseId, false, provenOpening(opening, deps.proof)));
  });
}

export function attach(deps: TakeDeps, caseId: string, opening: Opening): Promise<string> {
  return deps.store.locked(caseId, async (locked) => String(await recordAppeal(deps, locked, caseId, true, provenOpening(opening, deps.proof))));
}

/** Claims things for a case; `hold` is awaited before the end of the transaction. */
export function claimFor(store: LedgerStore, caseId: string, claims: readonly Claim[], hold: () => Promise<void>): Promise<readonly Claim[]> {
  return store.locked(caseId, async (locked) => {
    const lost = await locked.claim(claims);
    await hold();
    return lost;
  });
}

export function postgresSide(pool: Pool, now: () => Instant): Side {
  return {
    store: atTime(createPostgresStore(pool), now),
    receive: async ({ inboxId, caseId, source, payload, receivedAt, act }) => {
      await pool.query(
        `insert into inbox (id, kind, source, delivery_id, content_sha256, subject_id, payload, received_at, act)
         values ($1, 'report', $2, $6, '', $3, $4, $5, $7)`,
        [inboxId, source, caseId, JSON.stringify(payload), new Date(receivedAt), inboxId, act],
      );
    },
    staff: (center, { listed, staffing }) =>
      transaction(pool, (client) =>
        insertStaffing(client, {
          holder: center,
          version: 90,
          staffing: staffing ?? NO_STAFFING,
          people: listed.map((person) => ({ person, iin: developmentIin(person) })),
          changedBy: 'test',
        }),
      ),
    list: async (list, code, from) => {
      await pool.query(
        `insert into reference_code (list, code, version, title_kk, title_ru, title_en, valid_from, changed_by) values ($1, $2, 9, 'x', 'x', 'x', $3, 'test')`,
        [list, code, from],
      );
    },
    keep: async ({ id, caseId, center, type, sha256 }) => {
      await pool.query(
        `insert into document (id, center, case_id, type, media_type, size, sha256, uploaded_by, uploaded_at, sealed_at)
         values ($1, $2, $3, $4, 'application/pdf', 1, $5, 'somebody', clock_timestamp(), clock_timestamp())`,
        [id, center, caseId, type, sha256],
      );
    },
    member: async (householdId) => {
      await putPerson(pool, householdId, { iin: developmentIin(householdId) }, householdId);
    },
    sign: async ({ id, documentId, sha256, by }) => {
      await pool.query(
        `with brought as (
           insert into signature (id, document_id, document_sha256, cms_sha256, valid_from, valid_to, revocation_checked_by, verified_by, brought_by)
           values ($1, $2, '', $3, now(), now(), 'OCSP', 'development', 'somebody') returning id
         )
         insert into signature_content (signature_id, iin_index, serial_number, cms) select id, $4, '', '' from brought`,
        [id, documentId, sha256, (await TEST_VAULT.fingerprints()).iin(developmentIin('colleague' in by ? by.colleague : by.member))],
      );
    },
    adopt: async ({ kind, version, adoption }) => {
      await pool.query(
        `insert into law_in_force (kind, version, adoption_id, act, recompute) values ($1, $2, $3, $4, $5) on conflict (kind)
         do update set version = excluded.version, adoption_id = excluded.adoption_id, act = excluded.act, recompute = excluded.recompute`,
        [kind, version, adoption?.id ?? null, adoption?.act ?? null, adoption?.recompute ?? null],
      );
    },
    arm: (caseId, at) =>
      transaction(pool, async (client) => {
        await client.query('update subject_clock set armed_at = $2 where subject_id = $1', [caseId, at === null ? null : new Date(at)]);
        await client.query('delete from wake where subject_id = $1', [caseId]);
      }),
    skip: async (caseId) => {
      await pool.query('update case_file set skipping = true where subject_id = $1', [caseId]);
    },
    rows: () => postgresRows(pool),
  };
}

/** Rows of both sides, table by table, with the columns of the key first. */
const SELECTS: Readonly<Record<string, string>> = {
  ledger: 'select subject_id, seq, type, at, occurred_at, cause, entry, digest, turn, decision, seal from ledger',
  subjectFile: `select subject_id, kind, center, household_id, case_manager, team, violence, open_threat, emergencies, transfers, family_code, stage, opened_at, clock_at, next_moment, overdue, waiting_on, seq, head, calendar, policy,
             running, version, skipping, skew_ms::float8 from subject_file`,
  subjectState: 'select subject_id, seq, state from subject_state',
  duty: `select subject_id, key, rule, subject, owner, agency, force, ladder, urgent, center, case_manager, started_at, due_at, standing, ended_at from duty`,
  effect: 'select key, subject_id, kind, agency, measure_ids, report_id, seq, state, series, retry_at from effect',
  alert: 'select id, subject_id, seq, turn, center, case_manager, duty_key, rule, force, step, moment, due_at, raised_at, recipients from alert',
  alertDelivery: 'select alert_id, channel, turn, lane, state, attempts from alert_delivery',
  claim: 'select kind, thing, subject_id from claim',
  placeUse: 'select stay_id, person_id, subject_id, center, room, place, until is not null as over from place_use',
  command: 'select id, actor_id, idempotency_key, body_sha256, subject_id, kind, act, payload, known, answer from command',
  document: 'select id, case_id, center, type, sha256, attached_at is not null as attached from document',
  inbox: 'select id, source, subject_id, payload, state, outcome from inbox',
  subjectClock: 'select subject_id, lane, running, rings_at, rings_for, wakes_at, armed_at from subject_clock',
  wake: `select subject_id, lane, name, seq, rebuild, attempts, due_at <= now() + interval '5 minutes' as due from wake`,
};

async function postgresRows(pool: Pool): Promise<Rows> {
  const tables: [string, string[]][] = [];
  for (const [table, select] of Object.entries(SELECTS)) tables.push([table, texts((await pool.query<object>(select)).rows)]);
  tables.push(['narrative', texts(await openNarratives(pool))]);
  return Object.fromEntries(tables);
}

/** Words are sealed in Postgres alone. */
async function openNarratives(pool: Pool): Promise<object[]> {
  const { rows } = await pool.query<{ id: string; kind: string; body: Buffer; case_id: string }>('select id, kind, body, case_id from narrative');
  const opener = await openerOf(
    pool,
    rows.map(({ body }) => body),
  );
  return rows.map((row) => ({ ...row, body: opener.text(narrativePlace(row.id), row.body) }));
}

function texts(rows: Iterable<object>): string[] {
  return [...rows].map((row) => canonicalJson(withIsoDates(row))).toSorted();
}

function withIsoDates(row: object): object {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, value instanceof Date ? value.toISOString() : value]));
}

export function modelSide(now: () => Instant): Side {
  const house = new ModelHouse(Date.now);
  const { tables } = house;
  return {
    store: atTime(createModelStore(house), now),
    receive: async ({ inboxId: id, caseId, source, payload, receivedAt, act }) => {
      tables.inbox.set(id, {
        id,
        place: house.nextPlace++,
        source,
        delivery_id: id,
        content_sha256: '',
        subject_id: caseId,
        payload,
        act,
        received_at: receivedAt,
        state: 'waiting',
        outcome: null,
        due_at: receivedAt,
      });
    },
    staff: async (center, record) => void tables.staffing.set(center, record),
    list: async (list, code, from) => void tables.term.set(termKey(list, code), { key: termKey(list, code), from, to: null }),
    keep: async ({ id, caseId: case_id, ...rest }) => void tables.document.set(id, { ...rest, case_id, attached: false }),
    member: async (householdId) => void tables.person.set(householdId, { id: householdId, householdId }),
    sign: async ({ id, documentId, sha256, by }) => void tables.signature.set(id, { documentId, sha256, ...by }),
    adopt: async (row) => void tables.law.set(row.kind, row),
    arm: async (caseId, at) => {
      const clock = tables.subjectClock.get(caseId);
      if (clock !== undefined) tables.subjectClock.set(caseId, { ...clock, armed_at: at });
      tables.wake.delete(caseId);
    },
    skip: async (caseId) => {
      const filed = tables.subjectFile.get(caseId);
      if (filed !== undefined) tables.subjectFile.set(caseId, { ...filed, skipping: true });
    },
    rows: async () => modelRows(house),
  };
}

function modelRows({ tables }: ModelHouse): Rows {
  const soon = Date.now() + 300_000;
  const iso = (at: Instant | null): Date | null => (at === null ? null : new Date(at));
  return {
    ledger: texts([...tables.ledger.values()].flat()),
    subjectFile: texts(tables.subjectFile.values()),
    subjectState: texts([...tables.subjectState].map(([subject_id, row]) => ({ subject_id, ...row }))),
    duty: texts(tables.duty.values()),
    effect: texts(tables.effect.values()),
    alert: texts(tables.alert.values()),
    alertDelivery: texts(
      [...tables.alertDelivery.values(), ...tables.alertDelivered.values()].map(({ alert_id, channel, turn, lane, state, attempts }) => ({
        alert_id,
        channel,
        turn,
        lane,
        state,
        attempts,
      })),
    ),
    claim: texts([...tables.claim].map(([key, subject_id]) => ({ kind: key.split(' ')[0], thing: key.split(' ')[1], subject_id }))),
    placeUse: texts(tables.placeUse.values()),
    command: texts(tables.command.values()),
    document: texts([...tables.document].map(([id, row]) => ({ id, ...row }))),
    inbox: texts(
      [...tables.inbox.values()].map(({ id, source, subject_id, payload, state, outcome }) => ({ id, source, subject_id, payload, state, outcome })),
    ),
    subjectClock: texts(
      [...tables.subjectClock].map(([subject_id, { lane, running, rings_at, rings_for, wakes_at, armed_at }]) => ({
        subject_id,
        lane,
        running,
        rings_at,
        rings_for,
        wakes_at,
        armed_at: iso(armed_at),
      })),
    ),
    wake: texts(
      [...tables.wake].map(([subject_id, { lane, name, seq, rebuild, attempts, due_at }]) => ({
        subject_id,
        lane,
        name,
        seq,
        rebuild,
        attempts,
        due: due_at <= soon,
      })),
    ),
    narrative: texts([...tables.narrative.values()].map(({ id, kind, body, caseId }) => ({ id, kind, body, case_id: caseId ?? null }))),
  };
}
