/**
 * Four eyes. What an administrator asks beyond the own Center is stored as it was sent, and done by the same use case when a
 * second one approves: in one transaction with the decision. It is tried out when it is proposed, and undone: what is wrong
 * with it is told to who asks, not to who decides.
 */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { PROPOSAL_STATES, RejectionBody, type ActProposal, type ActProposals, type ProposedKind } from '../contracts/http/proposals.js';
import { canonicalJson } from '../contracts/ledger-digest.js';
import { oneTransaction, undone } from '../db/pool-within.js';
import type { Pool } from '../db/pool.js';
import * as db from '../db/proposals.js';
import type { Actor } from '../domain/case/facts.js';
import { present } from '../contracts/optional.js';
import { iso, isoIf } from './instants.js';
import { problem } from './problem.js';
import { readBody, requireRight, type Asked, type AskedOnce } from './asked.js';
import { PROPOSED_ACTS, type ActDeps } from './proposed-acts.js';

type Shown = z.input<typeof ActProposal>;
type Target = Readonly<Record<string, string>>;

/** An answer that says: it waits for a second person. */
export class Proposed {
  readonly proposal: Shown;

  constructor(proposal: Shown) {
    this.proposal = proposal;
  }
}

/**
 * Tries the act out, and keeps it for a second administrator. The same again is the same proposal.
 * @throws ProblemError whatever the operation would refuse now
 */
export async function propose(deps: ActDeps, kind: ProposedKind, asked: Asked | AskedOnce, target: Target): Promise<Shown> {
  const { act, withheld: hidden, repeats } = PROPOSED_ACTS[kind];
  const { actor } = asked;
  requireRight(act, actor);
  const key = 'key' in asked ? asked.key : undefined;
  const known = key === undefined ? undefined : await db.proposalByKey(deps.pool, actor.id, key);
  const performing = { id: known?.id ?? randomUUID(), key, digest: known?.digest ?? '' };
  // One that waits already was tried; of what is in force the try gives the answer.
  const isTried = known === undefined || known.state === 'approved';
  const tried = isTried ? await undone(deps.pool, (pool) => perform({ ...deps, pool }, kind, asked, target, performing)) : undefined;
  const body = membersOf(asked.body);
  const digest = await db.proposalDigest(deps.pool, canonicalJson({ kind, target, body, key: key ?? null }));
  if (known !== undefined && known.digest !== digest) throw problem('idempotency_key_reused');
  const same = known ?? (await db.sameProposal(deps.pool, actor.id, digest, repeats === 'while_proposed' ? ['proposed'] : ['proposed', 'approved']));
  if (same !== undefined) return { ...shown(same), ...(same.state === 'approved' && tried !== undefined ? { result: tried } : {}) };
  const [open, withheld] = [without(body, hidden), only(body, hidden)];
  const id = randomUUID();
  await db.insertProposal(deps.pool, { id, kind, target, body: open, withheld, withheldOf: holderOf(target), digest, idempotencyKey: key, proposer: actor });
  // Whoever was faster with the same has written it.
  const written = (await db.readProposal(deps.pool, id)) ?? (await db.sameProposal(deps.pool, actor.id, digest, PROPOSAL_STATES));
  return shown(written ?? unknown());
}

interface Performing {
  /** Of the proposal. */
  id: string;
  key: string | undefined;
  digest: string;
}

function perform(deps: ActDeps, kind: ProposedKind, { actor, body, language }: Asked, target: Target, { id, key, digest }: Performing): Promise<unknown> {
  // The key is the proposal's where the operation has none: it is done once in any case.
  const once: AskedOnce = { actor, body, language, key: key ?? id, digestOf: () => digest };
  return PROPOSED_ACTS[kind].perform(deps, once, target, id);
}

/** @throws ProblemError `role_not_allowed` */
export async function listProposals(pool: Pool, actor: Actor, state: db.ProposalState | undefined): Promise<z.input<typeof ActProposals>> {
  requireRight('decideProposals', actor);
  return { items: (await db.listProposals(pool, state, 100)).map(summaryOf) };
}

/** @throws ProblemError `role_not_allowed`, `proposal_unknown` */
export async function showProposal(pool: Pool, actor: Actor, proposalId: string): Promise<Shown> {
  requireRight('decideProposals', actor);
  return shown((await db.readProposal(pool, proposalId)) ?? unknown());
}

/**
 * Does what was proposed, as who proposed it, and says so, both or neither.
 * @throws ProblemError `proposal_unknown`, `proposal_decided`, `proposal_own`, and whatever the operation refuses: then it stays proposed
 */
export async function approveProposal(deps: ActDeps, { actor, language }: Asked, proposalId: string): Promise<Shown> {
  const { decided, result } = await oneTransaction(deps.pool, async (pool) => {
    const stored = await held(pool, actor, proposalId);
    if (stored.state !== 'proposed') return { decided: repeated(stored, 'approved', actor), result: undefined };
    if (await db.isOnePerson(pool, stored.proposer.id, actor.id)) throw problem('proposal_own');
    const { kind, target, id, digest, proposer, idempotencyKey: key } = stored;
    const asked = { actor: proposer, body: { ...stored.body, ...stored.withheld }, language };
    const done = await perform({ ...deps, pool }, kind, asked, target, { id, key, digest });
    await db.decideProposal(pool, id, { state: 'approved', decidedBy: actor.id });
    return { decided: (await db.readProposal(pool, id)) ?? unknown(), result: done };
  });
  // Behind the commit: who is told looks for what was written.
  await PROPOSED_ACTS[decided.kind].afterwards?.(deps, decided.target, decided.id);
  return { ...shown(decided), ...(result === undefined ? {} : { result }) };
}

/** @throws ProblemError `proposal_unknown`, `proposal_decided`, `proposal_own`: the own one is withdrawn; KeysAway when its reason cannot be sealed */
export async function rejectProposal(pool: Pool, { actor, body }: Asked, proposalId: string): Promise<Shown> {
  const { reason } = readBody(RejectionBody, body);
  return oneTransaction(pool, async (within) => {
    const stored = await held(within, actor, proposalId);
    if (stored.state !== 'proposed') return shown(repeated(stored, 'rejected', actor));
    if (stored.proposer.id === actor.id) throw problem('proposal_own');
    const why = reason === undefined ? undefined : { words: reason, sealedFor: holderOf(stored.target) };
    await db.decideProposal(within, proposalId, { state: 'rejected', decidedBy: actor.id, reason: why });
    return shown((await db.readProposal(within, proposalId)) ?? unknown());
  });
}

/** @throws ProblemError `proposal_unknown`, `proposal_decided`, `proposal_of_another` */
export function withdrawProposal(pool: Pool, { actor }: Asked, proposalId: string): Promise<Shown> {
  return oneTransaction(pool, async (within) => {
    const stored = await held(within, actor, proposalId);
    if (stored.proposer.id !== actor.id) throw problem('proposal_of_another');
    if (stored.state !== 'proposed') return shown(repeated(stored, 'withdrawn', actor));
    await db.decideProposal(within, proposalId, { state: 'withdrawn', decidedBy: actor.id });
    return shown((await db.readProposal(within, proposalId)) ?? unknown());
  });
}

async function held(pool: Pool, actor: Actor, proposalId: string): Promise<db.StoredProposal> {
  requireRight('decideProposals', actor);
  const stored = (await db.holdProposal(pool, proposalId)) ?? unknown();
  requireRight(PROPOSED_ACTS[stored.kind].act, actor);
  return stored;
}

/** One that was decided so by the same person has the same answer. */
function repeated(stored: db.StoredProposal, state: db.ProposalState, actor: Actor): db.StoredProposal {
  if (stored.state !== state || stored.decidedBy !== actor.id) throw problem('proposal_decided', { params: { state: stored.state } });
  return stored;
}

function unknown(): never {
  throw problem('proposal_unknown');
}

function summaryOf({ id, kind, target, state, proposer, proposedAt, decidedBy, decidedAt }: db.StoredProposal): z.input<typeof ActProposals>['items'][number] {
  return { proposalId: id, kind, target, state, proposedBy: proposer.id, proposedAt: iso(proposedAt), decidedBy, decidedAt: isoIf(decidedAt) };
}

function shown(stored: db.StoredProposal): Shown {
  const { secrets } = PROPOSED_ACTS[stored.kind];
  return { ...summaryOf(stored), ...present({ reason: stored.reason }), body: { ...stored.body, ...without(stored.withheld, secrets) } };
}

/** A body that a schema of an operation took is an object. */
function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

function without(members: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

function only(members: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => names.includes(name)));
}

/** Whose key seals what an act withholds; what names neither withholds nothing. */
function holderOf(target: Target): string {
  return target['organisationId'] ?? target['holder'] ?? 'proposals';
}
