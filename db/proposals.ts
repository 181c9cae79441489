/** Acts that wait for a second administrator, and how they were decided. */
import type { Columns } from './columns.js';
import type { Actor } from '../domain/case/facts.js';
import type { Role } from '../domain/law/rule.js';
import type { Instant } from '../domain/law/calendar.js';
import type { ProposedKind, PROPOSAL_STATES } from '../contracts/http/proposals.js';
import { sameIin } from './blind-index.js';
import type { Queryable } from './pool.js';

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
  /** Of everything that was sent: the same act again is the same proposal. */
  digest: string;
  idempotencyKey: string | undefined;
  proposer: Actor;
}

export interface StoredProposal extends NewProposal {
  state: ProposalState;
  proposedAt: Instant;
  decidedBy?: string;
  decidedAt?: Instant;
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
] as const;
const COLUMNS = READ.join(', ');

type ProposalRow = Columns<
  'proposal',
  (typeof READ)[number],
  { kind: ProposedKind; target: Record<string, string>; body: Members; withheld: Members | null; proposer_role: Role; state: ProposalState }
>;

function proposalOf(row: ProposalRow): StoredProposal {
  const { id, kind, target, body, withheld, digest, state } = row;
  return {
    id,
    kind,
    target,
    body,
    withheld: withheld ?? {},
    digest,
    state,
    idempotencyKey: row.idempotency_key ?? undefined,
    proposer: { id: row.proposed_by, role: row.proposer_role, center: row.proposer_center },
    proposedAt: row.proposed_at.getTime(),
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
    ...(row.decided_at === null ? {} : { decidedAt: row.decided_at.getTime() }),
  };
}

/** Writes it, unless the same one waits already or its key was used: then nothing is written. */
export async function insertProposal(on: Queryable, proposal: NewProposal): Promise<boolean> {
  const { id, kind, target, body, withheld, digest, idempotencyKey, proposer } = proposal;
  const { rowCount } = await on.query(
    `insert into proposal (id, kind, target, body, withheld, digest, idempotency_key, proposed_by, proposer_role, proposer_center)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [
      id,
      kind,
      JSON.stringify(target),
      JSON.stringify(body),
      JSON.stringify(withheld),
      digest,
      idempotencyKey ?? null,
      proposer.id,
      proposer.role,
      proposer.center,
    ],
  );
  return rowCount === 1;
}

export async function readProposal(on: Queryable, id: string): Promise<StoredProposal | undefined> {
  const { rows } = await on.query<ProposalRow>(`select ${COLUMNS} from proposal where id = $1`, [id]);
  return rows[0] && proposalOf(rows[0]);
}

/** The same, held until the end of the transaction: two who decide at once decide one after the other. */
export async function holdProposal(on: Queryable, id: string): Promise<StoredProposal | undefined> {
  const { rows } = await on.query<ProposalRow>(`select ${COLUMNS} from proposal where id = $1 for update`, [id]);
  return rows[0] && proposalOf(rows[0]);
}

/** The latest of one person for one act, by its digest, in one of these states. */
export async function sameProposal(on: Queryable, proposedBy: string, digest: string, states: readonly ProposalState[]): Promise<StoredProposal | undefined> {
  const { rows } = await on.query<ProposalRow>(
    `select ${COLUMNS} from proposal where proposed_by = $1 and digest = $2 and state = any ($3) order by proposed_at desc limit 1`,
    [proposedBy, digest, states],
  );
  return rows[0] && proposalOf(rows[0]);
}

export async function proposalByKey(on: Queryable, proposedBy: string, idempotencyKey: string): Promise<StoredProposal | undefined> {
  const { rows } = await on.query<ProposalRow>(`select ${COLUMNS} from proposal where proposed_by = $1 and idempotency_key = $2`, [proposedBy, idempotencyKey]);
  return rows[0] && proposalOf(rows[0]);
}

/** The latest first. */
export async function listProposals(on: Queryable, state: ProposalState | undefined, limit: number): Promise<StoredProposal[]> {
  const { rows } = await on.query<ProposalRow>(
    `select ${COLUMNS} from proposal where $1::text is null or state = $1 order by proposed_at desc, id desc limit $2`,
    [state ?? null, limit],
  );
  return rows.map(proposalOf);
}

/** Decides one that is held; what was withheld is gone with it. */
export async function decideProposal(on: Queryable, id: string, state: Exclude<ProposalState, 'proposed'>, decidedBy: string): Promise<void> {
  await on.query('update proposal set state = $2, decided_by = $3, decided_at = clock_timestamp(), withheld = null where id = $1', [id, state, decidedBy]);
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
