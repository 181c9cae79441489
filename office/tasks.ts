/** What people have to look after: who has it in hand, and how it ended. */
import type { z } from 'zod';
import { TaskEndBody, type Task as TaskShown, type TaskPage, type TaskQuery } from '../contracts/http/tasks.js';
import type { Language } from '../contracts/messages/language.js';
import { reportRefusalInWords } from './refused-report.js';
import { present } from '../contracts/optional.js';
import type { Pool } from '../db/pool.js';
import { houseOf } from '../db/reading-as.js';
import * as db from '../db/tasks.js';
import { may } from '../domain/access/rights.js';
import type { Actor } from '../domain/case/facts.js';
import { readBody, requireRight, type Asked } from './asked.js';
import { iso, isoIf } from './instants.js';
import { problem } from './problem.js';
import { withCursor } from './reads.js';
import { readsOf, viewerOf } from './viewer.js';

/** @throws ProblemError `cursor_invalid` */
export async function listTasks(pool: Pool, actor: Actor, query: z.output<typeof TaskQuery>, language: Language): Promise<z.input<typeof TaskPage>> {
  const seenBy = await viewerOf(pool, actor);
  const wanted = { ...present(query), seenBy, center: actor.center, orphans: may('handleOrphanReports', actor) };
  const { items, next } = await withCursor(query.after, () => db.listTasks(readsOf(pool, seenBy), wanted));
  return { items: items.map((task) => shown(task, language)), next };
}

/** @throws ProblemError `task_unknown` for one that is mended or another Center's, `task_not_yours` */
export async function takeTask(pool: Pool, { actor, language }: Asked, taskId: string): Promise<z.input<typeof TaskShown>> {
  await known(pool, actor, taskId);
  if (!(await db.takeTask(houseOf(pool), taskId, actor.id))) throw problem('task_not_yours');
  return shown(await known(pool, actor, taskId), language);
}

/** @throws ProblemError as `takeTask` */
export async function endTask(pool: Pool, { actor, body, language }: Asked, taskId: string): Promise<z.input<typeof TaskShown>> {
  const { how } = readBody(TaskEndBody, body);
  await known(pool, actor, taskId);
  if (!(await db.endTask(houseOf(pool), taskId, actor.id, how))) throw problem('task_not_yours');
  return shown(await known(pool, actor, taskId), language);
}

async function known(pool: Pool, actor: Actor, taskId: string): Promise<db.Task> {
  requireRight('handleTask', actor);
  const viewer = await viewerOf(pool, actor);
  const task = await db.findTask(readsOf(pool, viewer), viewer, may('handleOrphanReports', actor), taskId);
  if (task === undefined) throw problem('task_unknown');
  return task;
}

function shown({ refusal, reason, since, takenAt, endedAt, ...task }: db.Task, language: Language): z.input<typeof TaskShown> {
  const code = refusal?.code ?? reason;
  return {
    ...task,
    since: iso(since),
    takenAt: isoIf(takenAt),
    endedAt: isoIf(endedAt),
    ...(code === undefined ? {} : { code }),
    ...(refusal === undefined ? {} : { reason: reportRefusalInWords(refusal, language) }),
  };
}
