/** Alarms of the whole house, for those who can do something about them. */
import type { z } from 'zod';
import type { AlarmPage, AlarmQuery } from '../contracts/http/alarms.js';
import { alarmSentence } from '../contracts/messages/alarm-text.js';
import type { Language } from '../contracts/messages/language.js';
import { present } from '../contracts/optional.js';
import * as db from '../db/alarms.js';
import type { Pool } from '../db/pool.js';
import type { Actor } from '../domain/case/facts.js';
import { iso, isoIf } from './instants.js';
import { requireRight } from './asked.js';
import { withCursor } from './reads.js';

/** @throws ProblemError `role_not_allowed`, `cursor_invalid` */
export async function listAlarms(pool: Pool, actor: Actor, query: z.output<typeof AlarmQuery>, language: Language): Promise<z.input<typeof AlarmPage>> {
  requireRight('readAlarms', actor);
  const { items, next } = await withCursor(query.after, () => db.listAlarms(pool, present(query)));
  return {
    items: items.map(({ id, kind, params, raisedAt, clearedAt, deliveries }) => ({
      id,
      kind,
      params: { ...params },
      text: alarmSentence({ kind, params }, clearedAt === undefined ? 'raised' : 'cleared', language),
      raisedAt: iso(raisedAt),
      clearedAt: isoIf(clearedAt),
      deliveries: deliveries.map(({ deliveredAt, ...delivery }) => ({ ...delivery, deliveredAt: isoIf(deliveredAt) })),
    })),
    next,
  };
}
