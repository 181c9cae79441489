/**
 * The one door to a case: may this actor see it, and how much? By the table of `domain/access/sight.ts`; who may not see a
 * case is told that there is none (404). Every look is recorded before anything is shown, a refused one too.
 */
import { recordLook } from '../db/access-log.js';
import type { Pool } from '../db/pool.js';
import { houseOf } from '../db/reading-as.js';
import { findPlace, findPlaces } from '../db/sight.js';
import type { CaseKind } from '../domain/access/case-kind.js';
import type { Act } from '../domain/access/rights.js';
import { FIELDS, fieldsSeen, isWithinWork, relationOf, type Field, type Relation } from '../domain/access/sight.js';
import type { Actor } from '../domain/case/facts.js';
import type { Stage } from '../domain/case/state.js';
import type { RefusalCode } from '../domain/case/refusal.js';
import { isOf, problem, ProblemError, refused } from './problem.js';
import { readsOf, viewerOf } from './viewer.js';

export interface CaseAccess {
  caseId: string;
  householdId: string;
  /** Absent while the appeal waits for a calendar (P51): then nothing of the case is in the ledger. */
  stage?: Stage;
  /** What of it is theirs to see, and by which relation. */
  fields: ReadonlySet<Field>;
  relation?: Relation;
  /** By which it is read for them, held to what they may see at most. */
  reads: Pool;
}

/**
 * What is asked of the case: the right, and the fields without which the answer would be empty.
 * A command is recorded in the ledger; here only its refusal is.
 */
export interface Asking {
  act: Act;
  needs?: Field;
  /** What of it the answer shows at most; all that they may see, where nothing is said. */
  shows?: readonly Field[];
  /** A case of the own Center will do, seen or not (P59). */
  unseen?: true;
}

/** @throws ProblemError `case_unknown` when there is no such case for the actor, `fields_not_yours`; the try is recorded */
export async function caseAccess(pool: Pool, actor: Actor, caseId: string, { act, needs, unseen }: Asking): Promise<CaseAccess> {
  const access = await foundBy(pool, actor, caseId);
  if (access === undefined) throw problem('case_unknown');
  const { fields, relation } = access;
  if (unseen && relation !== undefined) return access;
  if (fields.has('skeleton') && (needs === undefined || fields.has(needs))) return access;
  await recordLook(houseOf(pool), { actor, act, cases: [caseId], fields: [], outcome: 'refused', withinWork: false });
  throw problem(fields.has('skeleton') ? 'fields_not_yours' : 'case_unknown');
}

/**
 * The same for something of a case that is asked for by its own id: where the case is not theirs to see, there is no such thing.
 * @throws ProblemError as `caseAccess`, with that refusal in the place of `case_unknown`
 */
export function accessTo(pool: Pool, actor: Actor, caseId: string, asking: Asking, unknown: RefusalCode): Promise<CaseAccess> {
  return caseAccess(pool, actor, caseId, asking).catch((error: unknown) => {
    throw error instanceof ProblemError && isOf(error, 'case_unknown') ? refused({ code: unknown }) : error;
  });
}

/**
 * Whether the case of an alert is theirs to see at all: where it is not, there is no such alert.
 * @throws ProblemError `alert_unknown`; the try is recorded
 */
export async function accessForAlert(pool: Pool, actor: Actor, caseId: string): Promise<void> {
  await caseAccess(pool, actor, caseId, { act: 'takeAlert' }).catch((error: unknown) => {
    throw error instanceof ProblemError && isOf(error, 'case_unknown') ? problem('alert_unknown') : error;
  });
}

/**
 * The case for a reader. The look stands in the log before this returns.
 * @throws ProblemError as `caseAccess`, and `case_not_started_yet` while there is nothing to read
 */
export async function readableCase(pool: Pool, actor: Actor, caseId: string, asking: Asking): Promise<CaseAccess> {
  const access = await caseAccess(pool, actor, caseId, asking);
  if (access.stage === undefined) throw problem('case_not_started_yet');
  await noteLook(pool, actor, access, asking);
  return access;
}

/** Records what is about to be shown. */
export async function noteLook(pool: Pool, actor: Actor, { caseId, fields, relation }: CaseAccess, { act, shows = FIELDS }: Asking): Promise<void> {
  const shown = shows.filter((field) => fields.has(field));
  await recordLook(houseOf(pool), { actor, act, cases: [caseId], fields: shown, relation, outcome: 'shown', withinWork: isWithinWork(actor.role, relation) });
}

/** A list shows of each case its skeleton. */
export async function noteListed(pool: Pool, actor: Actor, act: Act, caseIds: readonly (string | undefined)[]): Promise<void> {
  const cases = [...new Set(caseIds.filter((id) => id !== undefined))];
  if (cases.length > 0) await recordLook(houseOf(pool), { actor, act, cases, fields: ['skeleton'], outcome: 'shown', withinWork: true });
}

async function foundBy(pool: Pool, actor: Actor, caseId: string): Promise<CaseAccess | undefined> {
  // Where it is, is asked before it is known whether they may see it: a try that is refused is recorded, too.
  const [place, viewer] = await Promise.all([findPlace(houseOf(pool), caseId), viewerOf(pool, actor)]);
  if (place === undefined) return undefined;
  const { householdId, stage } = place;
  const relation = relationOf(viewer, place);
  return {
    caseId,
    householdId,
    ...(stage === undefined ? {} : { stage }),
    fields: fieldsSeen(viewer, place),
    reads: readsOf(pool, viewer),
    ...(relation === undefined ? {} : { relation }),
  };
}

/** A case of a list, as its reader sees it. */
export interface CaseSight {
  householdId: string;
  kind: CaseKind;
  fields: ReadonlySet<Field>;
}

/** How much of each the reader sees; those of which they see nothing are not there. Nothing is recorded: whoever shows it does. */
export async function sightsOf(pool: Pool, actor: Actor, caseIds: readonly string[]): Promise<ReadonlyMap<string, CaseSight>> {
  const [places, viewer] = await Promise.all([findPlaces(houseOf(pool), [...new Set(caseIds)]), viewerOf(pool, actor)]);
  const sights = [...places].map(([id, place]): [string, CaseSight] => [
    id,
    { householdId: place.householdId, kind: place.kind, fields: fieldsSeen(viewer, place) },
  ]);
  return new Map(sights.filter(([, { fields }]) => fields.has('skeleton')));
}

/** A list is of the actor's own center; naming another one is refused like another's case. */
export function ownCenter(actor: Actor, asked: string | undefined): string {
  if (asked !== undefined && asked !== actor.center) throw refused({ code: 'actor_of_other_center' });
  return actor.center;
}
