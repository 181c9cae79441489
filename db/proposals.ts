/** Acts that wait for a second administrator, and how they were decided. */
import { present } from '../contracts/optional.js';
import type { Columns } from './columns.js';
import type { Actor } from '../domain/case/facts.js';
import type { Role } from '../domain/law/rule.js';
import type { Instant } from '../domain/law/calendar.js';
import type { ProposedKind, PROPOSAL_STATES } from '../contracts/http/proposals.js';
import type { Place } from '../vault/cipher.js';
import { openerOf, sealerFor } from './data-keys.js';
import { vaultOf, type Queryable } from './pool.js';
import { sameIin } from './blind-index.js';

export type ProposalState = (typeof PROPOSAL_STATES)[number];
type Members = Readonly<Record<string, unknown>>;

export interface NewProposal {
  id: string;
  kind: ProposedKind;
  target: Readonly<Record<string, string>>;
  /** What was sent, but for what is withheld. */
  body: Members;
  /** Secrets of keys and what is personal: gone when it is decided. */
  withheld: Members;
  /** Whose key seals what is withheld: the organisation or the holder of its address. */
  withheldOf: string;
  /** `proposalDigest` of everything that was sent: the same act again is the same proposal. */
  digest: string;
  idempotencyKey: string | undefined;
  proposer: Actor;
}

export interface StoredProposal extends Omit<NewProposal, 'withheldOf'> {
  state: ProposalState;
  proposedAt: Instant;
  decidedBy?: string;
  decidedAt?: Instant;
  /** Why it was rejected. */
  reason?: string;
}

const READ = [
  'id',
  'kind',
  'target',
  'body',
  'withheld',
  'digest',
  'idempotency_key',
  'proposed_by',
  'proposer_role',
  'proposer_center',
  'proposed_at',
  'state',
  'decided_by',
  'decided_at',
  'reason',
] as const;
const COLUMNS = READ.join(', ');

type ProposalRow = Columns<
  'proposal',
  (typeof READ)[number],
  { kind: ProposedKind; target: Record<string, string>; body: Members; proposer_role: Role; state: ProposalState }
>;

function withheldPlace(id: string): Place {
  return { table: 'proposal', column: 'withheld', row: id };
}

function reasonPlace(id: string): Place {
  return { table: 'proposal', column: 'reason', row: id };
}

/** By it the same act again is known: keyed, because it stays, and whoever has a copy could try every ИИН against a plain one. @throws KeysAway */
export async function proposalDigest(on: Queryable, content: string): Promise<string> {
  return (await vaultOf(on).fingerprints()).content(content);
}

/** @throws KeysAway when something is withheld */
async function proposalsOf(on: Queryable, rows: readonly ProposalRow[]): Promise<StoredProposal[]> {
  const opener = await openerOf(
    on,
    rows.flatMap(({ withheld, reason }) => [withheld, reason]),
  );
  return rows.map((row) => ({
    ...proposalOf(row, opener.text(withheldPlace(row.id), row.withheld)),
    ...present({ reason: opener.text(reasonPlace(row.id), row.reason) }),
  }));
}

function proposalOf(row: ProposalRow, withheld: string | undefined): StoredProposal {
  const { id, kind, target, body, digest, state } = row;
  return {
    id,
    kind,
    target,
    body,
    withheld: withheld === undefined ? {} : (JSON.parse(withheld) as Members),
    digest,
    state,
    idempotencyKey: row.idempotency_key ?? undefined,
    proposer: { id: row.proposed_by, role: row.proposer_role, center: row.proposer_center },
    proposedAt: row.proposed_at.getTime(),
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
    ...(row.decided_at === null ? {} : { decidedAt: row.decided_at.getTime() }),
  };
}

/** Writes it, unless the same one waits already or its key was used: then nothing is written. @throws KeysAway */
export async function insertProposal(on: Queryable, proposal: NewProposal): Promise<boolean> {
  const { id, kind, target, body, withheld, withheldOf, digest, idempotencyKey, proposer } = proposal;
  const isNone = Object.keys(withheld).length === 0;
  const sealed = isNone ? null : (await sealerFor(on, { kind: 'holder', id: withheldOf }))(withheldPlace(id), JSON.stringify(withheld));
  const { rowCount } = await on.query(
    `insert into proposal (id, kind, target, body, withheld, digest, idempotency_key, proposed_by, proposer_role, proposer_center)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [id, kind, JSON.stringify(target), JSON.stringify(body), sealed, digest, idempotencyKey ?? null, proposer.id, proposer.role, proposer.center],
  );
  return rowCount === 1;
}

export async function readProposal(on: Queryable, id: string): Promise<StoredProposal | undefined> {
  const { rows } = await on.query<ProposalRow>(`select ${COLUMNS} from proposal where id = $1`, [id]);
  return (await proposalsOf(on, rows))[0];
}

/** The same, held until the end of the transaction: two who decide at once decide one after the other. */
export async function holdProposal(on: Queryable, id: string): Promise<StoredProposal | undefined> {
  const { rows } = await on.query<ProposalRow>(`select ${COLUMNS} from proposal where id = $1 for update`, [id]);
  return (await proposalsOf(on, rows))[0];
}

/** The latest of one person for one act, by its digest, in one of these states. */
export async function sameProposal(on: Queryable, proposedBy: string, digest: string, states: readonly ProposalState[]): Promise<StoredProposal | undefined> {
  const { rows } = await on.query<ProposalRow>(
    `select ${COLUMNS} from proposal where proposed_by = $1 and digest = $2 and state = any ($3) order by proposed_at desc limit 1`,
    [proposedBy, digest, states],
  );
  return (await proposalsOf(on, rows))[0];
}

export async function proposalByKey(on: Queryable, proposedBy: string, idempotencyKey: string): Promise<StoredProposal | undefined> {
  const { rows } = await on.query<ProposalRow>(`select ${COLUMNS} from proposal where proposed_by = $1 and idempotency_key = $2`, [proposedBy, idempotencyKey]);
  return (await proposalsOf(on, rows))[0];
}

/** The latest first. */
export async function listProposals(on: Queryable, state: ProposalState | undefined, limit: number): Promise<StoredProposal[]> {
  const { rows } = await on.query<ProposalRow>(
    `select ${COLUMNS} from proposal where $1::text is null or state = $1 order by proposed_at desc, id desc limit $2`,
    [state ?? null, limit],
  );
  return proposalsOf(on, rows);
}

export interface Deciding {
  state: Exclude<ProposalState, 'proposed'>;
  decidedBy: string;
  /** Why it was rejected, and whose key seals that. */
  reason?: { words: string; sealedFor: string } | undefined;
}

/** Decides one that is held; what was withheld is gone with it. @throws KeysAway */
export async function decideProposal(on: Queryable, id: string, { state, decidedBy, reason }: Deciding): Promise<void> {
  const sealed = reason && (await sealerFor(on, { kind: 'holder', id: reason.sealedFor }))(reasonPlace(id), reason.words);
  await on.query('update proposal set state = $2, decided_by = $3, decided_at = clock_timestamp(), withheld = null, reason = $4 where id = $1', [
    id,
    state,
    decidedBy,
    sealed ?? null,
  ]);
}

/** One person under two names of posts has one ИИН, where the staffing records have it. */
export async function isOnePerson(on: Queryable, one: string, other: string): Promise<boolean> {
  if (one === other) return true;
  const { rowCount } = await on.query(
    `select from staff first join staff second on ${sameIin('second', 'first')} where first.person = $1 and second.person = $2 limit 1`,
    [one, other],
  );
  return rowCount !== 0;
}
