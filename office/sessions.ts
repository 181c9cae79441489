/** Sessions of the pages, as people see and end them: the own ones, and an administrator those of somebody of the own Center. */
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { OwnSessions, SessionsEnded } from '../contracts/http/sessions.js';
import type { Pool } from '../db/pool.js';
import { endSessionsAt, endSessionsOf, openSessions } from '../db/sessions.js';
import type { Actor } from '../domain/case/facts.js';
import { requireRight } from './asked.js';
import { iso } from './instants.js';

export interface SessionDeps {
  pool: Pool;
  /** Who ended how many, and of no name: an end is an event that whoever watches must be able to see. */
  log: Logger;
}

/** @throws ProblemError `role_not_allowed` */
export async function listOwnSessions({ pool }: SessionDeps, actor: Actor): Promise<z.input<typeof OwnSessions>> {
  requireRight('keepOwnSessions', actor);
  const sessions = await openSessions(pool, actor.id);
  return {
    items: sessions.map(({ id, createdAt, lastSeenAt, endsAt, ...session }) => ({
      sessionId: id,
      ...session,
      createdAt: iso(createdAt),
      lastSeenAt: iso(lastSeenAt),
      endsAt: iso(endsAt),
    })),
  };
}

/**
 * Ends own sessions; one that is over, or somebody else's, is none.
 * @param which one of them alone, or all but one
 * @throws ProblemError `role_not_allowed`
 */
export async function endOwnSessions(
  { pool, log }: SessionDeps,
  actor: Actor,
  which: { only?: string; but?: string } = {},
): Promise<z.input<typeof SessionsEnded>> {
  requireRight('keepOwnSessions', actor);
  const ended = await endSessionsOf(pool, actor.id, which);
  log.info({ event: 'sessions_ended', by: 'person', sessions: ended }, 'somebody has ended own sessions');
  return { ended };
}

/**
 * Ends those of somebody of the Center, e.g. whose telephone was stolen; of somebody of elsewhere there are none.
 * @throws ProblemError `role_not_allowed`, `actor_of_other_center`
 */
export async function endSessionsOfColleague({ pool, log }: SessionDeps, actor: Actor, center: string, person: string): Promise<z.input<typeof SessionsEnded>> {
  requireRight('endSessions', actor, center);
  const ended = await endSessionsAt(pool, center, person);
  log.warn({ event: 'sessions_ended', by: 'administrator', center, sessions: ended }, 'an administrator has ended the sessions of somebody');
  return { ended };
}
