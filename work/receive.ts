/** The inbox: what agencies send is durable before it is answered, whatever else is up. */
import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { present } from '../contracts/optional.js';
import type { Instant } from '../domain/law/calendar.js';
import { canonicalJson } from '../contracts/ledger-digest.js';
import { TODAY } from '../db/organisation-keys.js';
import { findFamily, sealerFor } from '../db/data-keys.js';
import { narrativePlace } from '../db/personal-data.js';
import { onClient, vaultOf, type Pool } from '../db/pool.js';
import type { Proof } from '../contracts/proof/proof.js';
import type { ReportOutcome } from '../domain/case/facts.js';
import { reportAct } from '../ledger/proven.js';
import type { ReportPayload } from '../ledger/store.js';
import type { Fingerprints } from '../vault/fingerprints.js';

export type ReceivedReport = {
  /** Id of the organisation whose signature was verified. */
  agency: string;
  /** The agency's own id of the message: the same one twice is one report. */
  deliveryId: string;
  caseId: string;
} & (
  | {
      measureId: string;
      outcome: ReportOutcome;
      /** Words of the agency: personal data, kept apart from the message. */
      note?: string;
    }
  /** 256-24: what it found of a person who was redirected to it. */
  | { referralId: string; identified: boolean }
);

export type Receipt =
  /** `duplicate`: the same content came before under that id; it is counted and nothing else. */
  | { outcome: 'received'; inboxId: string; duplicate: boolean }
  /** The id belongs to another content: refused to its sender, and shown to people. */
  | { outcome: 'conflict'; inboxId: string };

interface Arrived {
  id: string;
  fresh: boolean;
  same: boolean;
}

/** The instant of a receipt by Postgres's clock, and for whom the sender stands: what is signed of it with its content. */
const ARRIVAL = `
with recursive predecessor as (
  -- Those that had ended when it came, and whose successor the sender is: it reports on their measures.
  select id from organisation where successor = $1 and valid_to < ${TODAY}
  union
  select earlier.id from predecessor join organisation earlier on earlier.successor = predecessor.id
)
select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as "receivedAt", (select array_agg(id order by id) from predecessor) as "standsFor"`;

/** One statement, so that one commit makes the message and its words durable together. */
const RECEIVE = `
with arrived as (
  insert into inbox (id, kind, source, delivery_id, content_sha256, subject_id, payload, lane, received_at, act)
  values ($1, 'report', $2, $3, $4, $5, $6, coalesce((select lane from subject_clock where subject_clock.subject_id = $5), 2), to_timestamp($9::float8 / 1000), $10)
  on conflict (source, delivery_id) do update
    set duplicates = inbox.duplicates + case when inbox.content_sha256 = excluded.content_sha256 then 1 else 0 end
  returning id, id = $1 as fresh, content_sha256 = $4 as same
), words as (
  insert into narrative (id, case_id, kind, body)
  select $7::uuid, $5, 'report_note', $8 from arrived where fresh and $7::uuid is not null
), conflicting as (
  insert into inbox_conflict (inbox_id, content_sha256) select id, $4 from arrived where not same on conflict do nothing
)
select id, fresh, same from arrived`;

/** Who receives: where it is kept, and the door's signature. */
export interface Receiver {
  pool: Pool;
  deps: { proof: Proof };
}

/** Receives an agency's report: durable when this returns. @throws KeysAway; then nothing was kept, and it is sent again */
export async function receiveReport({ pool, deps: { proof } }: Receiver, report: ReceivedReport): Promise<Receipt> {
  const { agency, deliveryId, caseId } = report;
  const note = 'note' in report ? report.note : undefined;
  const inboxId = randomUUID();
  const noteId = note === undefined ? undefined : randomUUID();
  const prints = await vaultOf(pool).fingerprints();
  const words = note === undefined || noteId === undefined ? null : await sealedNote(pool, report, noteId, note);
  const { rows } = await onClient(pool, async (client) => {
    const { receivedAt, standsFor } = await arrivalOf(client, agency);
    const payload = payloadOf(report, { noteId, standsFor });
    const act = proof.sign(reportAct(caseId, { inboxId, receivedAt, source: agency, payload }));
    return client.query<Arrived>({
      name: 'receive-report',
      text: RECEIVE,
      values: [inboxId, agency, deliveryId, contentDigest(prints, report), caseId, JSON.stringify(payload), noteId ?? null, words, receivedAt, act],
    });
  });
  const [row] = rows;
  if (row === undefined) throw new Error('the inbox took a report without a row');
  return row.same ? { outcome: 'received', inboxId: row.id, duplicate: !row.fresh } : { outcome: 'conflict', inboxId: row.id };
}

function payloadOf(report: ReceivedReport, { noteId, standsFor }: { noteId: string | undefined; standsFor: string[] | undefined }): ReportPayload {
  if ('measureId' in report) return { measureId: report.measureId, outcome: report.outcome, ...present({ noteId, standsFor }) };
  return { referralId: report.referralId, identified: report.identified, ...present({ standsFor }) };
}

/** Under the key of the family; of a case that nobody knows, under that of its sender. */
async function sealedNote(pool: Pool, { agency, caseId }: ReceivedReport, noteId: string, note: string): Promise<Buffer> {
  const owner = (await findFamily(pool, caseId)) ?? { kind: 'holder' as const, id: agency };
  return (await sealerFor(pool, owner))(narrativePlace(noteId), note);
}

async function arrivalOf(client: PoolClient, agency: string): Promise<{ receivedAt: Instant; standsFor: string[] | undefined }> {
  const { rows } = await client.query<{ receivedAt: Instant; standsFor: string[] | null }>({ name: 'report-arrival', text: ARRIVAL, values: [agency] });
  const [row] = rows;
  if (row === undefined) throw new Error('the inbox has no clock');
  return { receivedAt: row.receivedAt, standsFor: row.standsFor ?? undefined };
}

/** Of the parsed fields, not of the bytes: another order of members is the same message. Keyed, for a short note can be guessed. */
function contentDigest(prints: Fingerprints, { agency: _agency, deliveryId: _deliveryId, ...said }: ReceivedReport): string {
  return prints.content(canonicalJson(said));
}

/** What became of a report: taken, refused with a code, or not yet. */
export type ReportStanding = { state: 'recorded' } | { state: 'refused'; code: string } | { state: 'waiting' };

interface StandingRow {
  state: 'waiting' | 'delivered' | 'rejected' | 'orphan';
  outcome: { refusal?: { code?: string } } | null;
}

/** What became of a report of that agency; undefined when it sent none of that id. */
export async function readStanding(pool: Pool, agency: string, inboxId: string): Promise<ReportStanding | undefined> {
  const { rows } = await onClient(pool, (client) =>
    client.query<StandingRow>({
      name: 'report-standing',
      text: `select state, outcome from inbox where id = $1 and source = $2 and kind = 'report'`,
      values: [inboxId, agency],
    }),
  );
  return rows[0] && standingOf(rows[0]);
}

export function standingOf({ state, outcome }: StandingRow): ReportStanding {
  switch (state) {
    case 'waiting':
      return { state: 'waiting' };
    case 'delivered':
      return { state: 'recorded' };
    case 'rejected':
      return { state: 'refused', code: outcome?.refusal?.code ?? 'refused' };
    case 'orphan':
      return { state: 'refused', code: 'case_unknown' };
  }
}
