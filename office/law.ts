/** Calendars and policies of the administrator: drafts, preview, and the adoption that tells every open case. */
import { calendarByVersion, policyByVersion } from '../db/law.js';
import { adoptionAct } from '../ledger/proven.js';
import type { Proof } from '../contracts/proof/proof.js';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { z } from 'zod';
import {
  AdoptionBody,
  AdoptionStateBody,
  CalendarDraftBody,
  lawKindOf,
  PolicyDraftBody,
  VersionName,
  type Adoption,
  type Adoptions,
  type LawKind,
  type LawPreview,
  type LawVersion,
  type LawVersions,
  type VersionParameters,
} from '../contracts/http/law.js';
import { calendarFaults, policyFaults, policyFrom, type DraftFault } from '../contracts/law-draft.js';
import { present } from '../contracts/optional.js';
import { currentLaw, versionInForce } from '../db/law.js';
import * as adoptions from '../db/law-adoptions.js';
import { insertLawDraft, isRepeat, listLawVersions, readLawVersion, type LawDraft, type LawVersionItem, type StoredLawVersion } from '../db/law-versions.js';
import type { Pool } from '../db/pool.js';
import type { Actor } from '../domain/case/facts.js';
import { lawOf, type Law } from '../domain/law/law.js';
import { wakeAdoption } from '../work/adoption-engine.js';
import { iso, isoIf } from './instants.js';
import { previewOf, type PreviewOptions } from './law-preview.js';
import { loggableError } from './loggable-error.js';
import { problem } from './problem.js';
import { readBody, requireRight, type Asked, type AskedOnce } from './asked.js';

export interface LawDeps {
  pool: Pool;
  temporal: Client;
  log: Logger;
}

/** An adoption is signed by the API: no case takes another up. */
export type AdoptionDeps = LawDeps & { proof: Proof };

type Place = z.output<typeof VersionParameters>;

// ------------------------------------------------------------------ Drafts and versions

/** @throws ProblemError `request_invalid`, `calendar_invalid` with each fault, `law_version_taken` */
export async function draftCalendar(pool: Pool, { actor, body }: Asked, version: string): Promise<z.input<typeof LawVersion>> {
  requireDrafter(actor, version);
  const { act, years } = readBody(CalendarDraftBody, body);
  const data = { version, act, years };
  return draft(pool, actor, act, { kind: 'calendar', data }, (law) => calendarFaults(data, law.calendar));
}

/** @throws ProblemError `request_invalid`, `policy_invalid` with each fault, `law_version_taken` */
export async function draftPolicy(pool: Pool, { actor, body }: Asked, version: string): Promise<z.input<typeof LawVersion>> {
  requireDrafter(actor, version);
  const { act, ...given } = readBody(PolicyDraftBody, body);
  const law = lawOf(await currentLaw(pool));
  const data = policyFrom(version, given, law.policy);
  return draft(pool, actor, act, { kind: 'policy', data, given }, (inForce) => policyFaults(data, inForce));
}

function requireDrafter(actor: Actor, version: string): void {
  requireRight('keepLaw', actor);
  if (!VersionName.safeParse(version).success) throw problem('request_invalid', { issues: [{ field: 'version', code: 'wrong_format' }] });
}

async function draft(
  pool: Pool,
  actor: Actor,
  act: string | undefined,
  content: LawDraft['content'],
  faultsUnder: (inForce: Law) => readonly DraftFault[],
): Promise<z.input<typeof LawVersion>> {
  const { kind, data } = content;
  // A repeat is no new draft: what has come into force since does not make it wrong.
  if (!(await isRepeat(pool, content, act ?? null))) {
    const inForce = lawOf(await currentLaw(pool));
    if ((await readLawVersion(pool, kind, data.version)) !== undefined) throw problem('law_version_taken', { params: { version: data.version } });
    refuseFaults(kind, faultsUnder(inForce));
    const written = await insertLawDraft(pool, { basedOn: inForce.ref[kind], createdBy: actor.id, act, content });
    if (written === 'taken') throw problem('law_version_taken', { params: { version: data.version } });
  }
  return versionBody(pool, await knownVersion(pool, kind, data.version));
}

function refuseFaults(kind: LawKind, faults: readonly DraftFault[]): void {
  if (faults.length > 0) throw problem(kind === 'calendar' ? 'calendar_invalid' : 'policy_invalid', { issues: faults });
}

async function knownVersion(pool: Pool, kind: LawKind, version: string): Promise<StoredLawVersion> {
  const known = await readLawVersion(pool, kind, version);
  if (known === undefined) throw problem('law_version_unknown');
  return known;
}

export async function listVersions(pool: Pool, actor: Actor): Promise<z.input<typeof LawVersions>> {
  requireRight('keepLaw', actor);
  const kinds = await Promise.all(
    (['calendar', 'policy'] as const).map(async (kind) => {
      const [inForce, versions] = await Promise.all([versionInForce(pool, kind), listLawVersions(pool, kind)]);
      return versions.map((version) => summaryOf(version, inForce));
    }),
  );
  return { items: kinds.flat() };
}

/** @throws ProblemError `law_version_unknown` */
export async function showVersion(pool: Pool, actor: Actor, { place, version }: Place): Promise<z.input<typeof LawVersion>> {
  requireRight('keepLaw', actor);
  return versionBody(pool, await knownVersion(pool, lawKindOf(place), version));
}

async function versionBody(pool: Pool, stored: StoredLawVersion): Promise<z.input<typeof LawVersion>> {
  return { ...summaryOf(stored, await versionInForce(pool, stored.kind)), content: { ...stored.data } };
}

function summaryOf(
  { kind, version, act, basedOn, createdBy, createdAt, adoptedAt, openCases }: LawVersionItem,
  inForce: string | undefined,
): z.input<typeof LawVersions>['items'][number] {
  const state = stateOf({ version, basedOn, adoptedAt }, inForce);
  return { kind, version, state, act, basedOn, createdBy, createdAt: iso(createdAt), adoptedAt: isoIf(adoptedAt), openCases };
}

type VersionStateOf = z.input<typeof LawVersions>['items'][number]['state'];

function stateOf(
  { version, basedOn, adoptedAt }: { version: string; basedOn: string | undefined; adoptedAt: number | undefined },
  inForce: string | undefined,
): VersionStateOf {
  if (version === inForce) return 'in_force';
  if (adoptedAt !== undefined) return 'superseded';
  return basedOn === inForce ? 'draft' : 'outdated';
}

// ------------------------------------------------------------------ Preview

/** @throws ProblemError `law_version_unknown`, and as an adoption of a version that is too old; ClientGone */
export async function previewVersion(pool: Pool, actor: Actor, { place, version }: Place, options: PreviewOptions): Promise<z.input<typeof LawPreview>> {
  requireRight('keepLaw', actor);
  const stored = await knownVersion(pool, lawKindOf(place), version);
  refuseOld(stored, await versionInForce(pool, stored.kind));
  return previewOf(pool, stored, options, Date.now());
}

function refuseOld({ version, basedOn, adoptedAt }: StoredLawVersion, inForce: string | undefined): void {
  const state = stateOf({ version, basedOn, adoptedAt }, inForce);
  if (state === 'superseded') throw problem('law_version_superseded', { params: { version } });
  if (state === 'outdated') throw problem('law_draft_outdated', { params: { basedOn: basedOn ?? '—', inForce: inForce ?? '—' } });
}

// ------------------------------------------------------------------ Adoption

/**
 * Asks for the adoption, when a second administrator has agreed (proposals.ts). The row is durable; `wake` is called when it
 * is committed, and should the engine be away, the relay starts the sweep when it is back.
 * @param id of the adoption
 * @throws ProblemError for a version that is unknown, in force, older, or faulty, and while another adoption is under way
 */
export async function requestAdoption(
  { pool, proof }: { pool: Pool; proof: Proof },
  request: AskedOnce,
  { place, version }: Place,
  id: string,
): Promise<z.input<typeof Adoption>> {
  const { actor, key: idempotencyKey } = request;
  requireRight('keepLaw', actor);
  const body = readBody(AdoptionBody, request.body);
  const bodySha256 = request.digestOf(body);
  const repeat = await findRepeat(pool, actor, idempotencyKey, bodySha256);
  if (repeat !== undefined) return adoptionBody(pool, repeat, Date.now());
  const asked = await adoptable(pool, lawKindOf(place), version, body);
  const signed = proof.sign(adoptionAct({ ...asked, id, version }, await dataOf(pool, asked.kind, version)));
  const written = await adoptions.insertAdoption(pool, { ...asked, id, version, proof: signed, requestedBy: actor.id, idempotencyKey, bodySha256 });
  const stored = await findRepeat(pool, actor, idempotencyKey, bodySha256);
  if (stored === undefined || (written === 'running' && stored.endedAt !== undefined)) throw problem('law_adoption_running');
  return adoptionBody(pool, stored, Date.now());
}

/** As it will be read by every take. */
function dataOf(pool: Pool, kind: LawKind, version: string): Promise<unknown> {
  return kind === 'calendar' ? calendarByVersion(pool, version) : policyByVersion(pool, version);
}

async function findRepeat(pool: Pool, actor: Actor, idempotencyKey: string, bodySha256: string): Promise<adoptions.StoredAdoption | undefined> {
  const stored = await adoptions.findAdoptionByKey(pool, actor.id, idempotencyKey);
  if (stored !== undefined && stored.bodySha256 !== bodySha256) throw problem('idempotency_key_reused');
  return stored;
}

async function adoptable(
  pool: Pool,
  kind: LawKind,
  version: string,
  { recompute, act }: z.output<typeof AdoptionBody>,
): Promise<Pick<adoptions.AdoptionRequest, 'kind' | 'previous' | 'act' | 'recompute'>> {
  const stored = await knownVersion(pool, kind, version);
  const law = lawOf(await currentLaw(pool));
  const previous = law.ref[kind];
  if (version === previous) throw problem('law_version_in_force', { params: { version } });
  refuseOld(stored, previous);
  if (await adoptions.isAdoptionUnderWay(pool)) throw problem('law_adoption_running');
  // Once more: the row may have come into the table by another way than a draft.
  refuseFaults(kind, stored.kind === 'calendar' ? calendarFaults(stored.data, law.calendar) : policyFaults(stored.data, law));
  const cited = act ?? stored.act;
  if (cited === undefined) throw problem('law_act_missing');
  return { kind, previous, recompute, act: cited };
}

/** Best effort: the relay looks after adoptions that nobody has started. */
export async function wake({ temporal, log }: LawDeps, adoptionId: string): Promise<void> {
  await wakeAdoption(temporal, adoptionId).catch((error: unknown) =>
    log.warn({ adoptionId, error: loggableError(error) }, 'the engine could not be told of an adoption; the relay will'),
  );
}

export async function listLawAdoptions(pool: Pool, actor: Actor): Promise<z.input<typeof Adoptions>> {
  requireRight('keepLaw', actor);
  const now = Date.now();
  const stored = await adoptions.listAdoptions(pool, 20);
  return { items: await Promise.all(stored.map((adoption) => adoptionBody(pool, adoption, now))) };
}

/** @throws ProblemError `law_adoption_unknown` */
export async function showAdoption(pool: Pool, actor: Actor, adoptionId: string): Promise<z.input<typeof Adoption>> {
  requireRight('keepLaw', actor);
  return adoptionBody(pool, await knownAdoption(pool, adoptionId), Date.now());
}

/**
 * Pauses or resumes; a page of cases that is being told is told to its end.
 * @throws ProblemError `law_adoption_unknown`, `law_adoption_ended`
 */
export async function setState(deps: LawDeps, { actor, body }: Asked, adoptionId: string): Promise<z.input<typeof Adoption>> {
  const { pool } = deps;
  requireRight('keepLaw', actor);
  const { state } = readBody(AdoptionStateBody, body);
  await knownAdoption(pool, adoptionId);
  if (!(await adoptions.setAdoptionState(pool, adoptionId, state))) throw problem('law_adoption_ended');
  await wake(deps, adoptionId);
  return adoptionBody(pool, await knownAdoption(pool, adoptionId), Date.now());
}

/**
 * Gives up an adoption that is under way, when a second administrator has agreed (proposals.ts). New cases begin with the
 * former version again; cases that were moved stay as they are until another adoption.
 * @throws ProblemError `law_adoption_unknown`, `law_adoption_ended`
 */
export async function giveUpAdoption(pool: Pool, actor: Actor, adoptionId: string): Promise<z.input<typeof Adoption>> {
  requireRight('keepLaw', actor);
  const stored = await knownAdoption(pool, adoptionId);
  if (!(await adoptions.giveUpAdoption(pool, stored))) throw problem('law_adoption_ended');
  return adoptionBody(pool, await knownAdoption(pool, adoptionId), Date.now());
}

async function knownAdoption(pool: Pool, adoptionId: string): Promise<adoptions.StoredAdoption> {
  const stored = await adoptions.readAdoption(pool, adoptionId);
  if (stored === undefined) throw problem('law_adoption_unknown');
  return stored;
}

async function adoptionBody(pool: Pool, stored: adoptions.StoredAdoption, now: number): Promise<z.input<typeof Adoption>> {
  const { id, bodySha256: _digest, requestedAt, startedAt, endedAt, total, ...same } = stored;
  const { left, failures, ...figures } = await adoptions.adoptionFigures(pool, stored);
  // Until it has begun nobody has counted; a case that was just being opened joins those that are left.
  const all = startedAt === undefined ? left : Math.max(total, left);
  return {
    adoptionId: id,
    ...present(same),
    requestedAt: iso(requestedAt),
    startedAt: isoIf(startedAt),
    endedAt: isoIf(endedAt),
    seconds: startedAt === undefined ? undefined : ((endedAt ?? now) - startedAt) / 1_000,
    total: all,
    done: all - left,
    left,
    ...figures,
    failures: failures.map(({ lastAt, ...failure }) => ({ ...failure, lastAt: iso(lastAt) })),
  };
}
