/** Ready means that everything really answers: each part is asked, none is believed. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import { READY_PARTS, type ReadyPart, type Readiness } from '../contracts/http/reference.js';
import type { Pool } from '../db/pool.js';
import { problem } from '../office/problem.js';

const ANSWER_WITHIN_MS = 2_000;

/** Worker and relay write a heartbeat every two seconds; one that is older belongs to a dead process. */
const HEARTBEAT_FRESH = '10 seconds';

type PartBody = { ok: boolean; lastSeenAt?: string };

/** @throws ProblemError `not_ready` that names the parts which do not answer */
export async function checkReadiness(pool: Pool, temporal: Client): Promise<z.input<typeof Readiness>> {
  const [heartbeats, temporalOk] = await Promise.all([inTime(readHeartbeats(pool)), inTime(askTemporal(temporal))]);
  const missing: PartBody = { ok: false };
  const parts: Record<ReadyPart, PartBody> = {
    worker: heartbeats?.get('worker') ?? missing,
    relay: heartbeats?.get('relay') ?? missing,
    temporal: { ok: temporalOk === true },
    postgres: { ok: heartbeats !== undefined },
  };
  const silent = READY_PARTS.filter((part) => !parts[part].ok);
  if (silent.length > 0) throw problem('not_ready', { params: { missing: silent.join(', ') } });
  return { ready: true, parts };
}

async function readHeartbeats(pool: Pool): Promise<Map<string, PartBody>> {
  const { rows } = await pool.query<{ process: string; at: Date; fresh: boolean }>(
    `select process, max(at) as at, max(at) > clock_timestamp() - $1::interval as fresh from heartbeat group by process`,
    [HEARTBEAT_FRESH],
  );
  return new Map(rows.map(({ process, at, fresh }) => [process, { ok: fresh, lastSeenAt: at.toISOString() }]));
}

async function askTemporal(client: Client): Promise<true> {
  const { namespace } = client.options;
  await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => client.workflowService.describeNamespace({ namespace }));
  return true;
}

/** Undefined when the part fails or takes too long: why is the affair of its own log. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const late = pause(ANSWER_WITHIN_MS, undefined, { signal: timer.signal, ref: false });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return undefined;
  } finally {
    timer.abort();
  }
}
