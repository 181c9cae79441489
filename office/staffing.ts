/** Who answers for what: the head of a Center for the own one, an administrator for all. */
import type { z } from 'zod';
import { StaffingBody, type AlertSeen, type Staffing } from '../contracts/http/staffing.js';
import { iinFaults, staffingFaults, type HolderKind } from '../contracts/staffing.js';
import { markSeen } from '../db/notices.js';
import type { Pool } from '../db/pool.js';
import { holderKind, readStaffing, writeStaffing, type StoredStaffing } from '../db/staffing.js';
import type { Actor } from '../domain/case/facts.js';
import { iso } from './instants.js';
import { problem } from './problem.js';
import { readBody, requireRight, type Asked } from './asked.js';

/** @throws ProblemError `role_not_allowed`, `actor_of_other_center`, `holder_unknown` */
export async function showStaffing(pool: Pool, actor: Actor, holder: string): Promise<z.input<typeof Staffing>> {
  await holderFor(pool, actor, holder);
  return staffingBody(holder, await readStaffing(pool, holder));
}

/**
 * Replaces the document; a repeat has the same answer.
 * @throws ProblemError as `showStaffing`, and `staffing_invalid` with each fault, `staffing_changed` when another version is in force
 */
export async function replaceStaffing(pool: Pool, { actor, body }: Asked, holder: string): Promise<z.input<typeof Staffing>> {
  const kind = await holderFor(pool, actor, holder);
  const { version, people, ...staffing } = readBody(StaffingBody, body);
  const listed = people.map(({ person }) => person);
  const issues = [...staffingFaults(staffing, listed, kind), ...iinFaults(people)];
  if (issues.length > 0) throw problem('staffing_invalid', { issues });
  const written = await writeStaffing(pool, { holder, version, staffing, people, changedBy: actor.id });
  if (written === 'changed_meanwhile') throw problem('staffing_changed');
  return staffingBody(holder, written);
}

async function holderFor(pool: Pool, actor: Actor, holder: string): Promise<HolderKind> {
  requireRight('keepStaffing', actor, holder);
  const kind = await holderKind(pool, holder);
  if (kind === undefined) throw problem('holder_unknown');
  return kind;
}

function staffingBody(holder: string, { version, staffing, people }: StoredStaffing): z.input<typeof Staffing> {
  const { posts, deputies, rota } = staffing;
  return { holder, version, people: [...people], posts: [...posts], deputies: [...deputies], rota: [...rota] };
}

/** @throws ProblemError `alert_unknown` for an alert that the reader was not told of */
export async function seeAlert(pool: Pool, actor: Actor, alertId: string): Promise<z.input<typeof AlertSeen>> {
  const seenAt = await markSeen(pool, alertId, actor.id, actor.center);
  if (seenAt === undefined) throw problem('alert_unknown');
  return { alertId, seenAt: iso(seenAt) };
}
