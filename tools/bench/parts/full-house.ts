/** Part "lists": reads of a house full of cases, and a preview over many open ones while others use the same API. */
import { ownProof } from '../../../contracts/proof/own-proof.js';
import { createDesk } from '../../../ledger/desk.js';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { WIDE_BOUNDS } from '../wide-bounds.js';
import { authenticateByToken } from '../../../api/authenticate.js';
import { createApi } from '../../../api/server.js';
import { engineClient } from '../../../adapters/engine-client.js';
import type { Pool } from '../../../db/pool.js';
import type { BenchPostgres } from '../bench-stack.js';
import { generateAdoptions } from '../generated-adoptions.js';
import { generateCases, GENERATED_TABLES } from '../generate-cases.js';
import { HOUSE_PATROLS, HOUSE_READS, viewpointOf, type HouseRead, type Viewpoint } from '../house-reads.js';
import { ownDatabase, type OwnDatabase } from '../own-database.js';
import { plansOf, type PlanSummary } from '../query-plan.js';
import { percentile } from '../statistics.js';

/** Aim of the design for the slowest of a hundred reads, and for what a preview adds to anybody's request. */
export const MOST_MS_P99 = 50;

export interface FullHouseOptions {
  cases: number;
  /** Open cases of the house that is previewed. */
  previewed: number;
  /** Times that each read is done. */
  times: number;
}

export interface TimedRead {
  name: string;
  p50: number;
  p99: number;
  /** Absent for a request: what it reads stands among the reads. */
  plan?: PlanSummary;
}

export interface PreviewFigures {
  cases: number;
  seconds: number;
  beside: Crowd;
  /** The same without a preview: what the machine and the one who asks cost by themselves. */
  without: Crowd;
}

/** All in milliseconds. */
export interface Crowd {
  /** How late the process of the API came to whatever it had to do. */
  loopDelayP50: number;
  loopDelayP99: number;
  longestLoopDelay: number;
  /** A list of the Center, asked for again and again. */
  requestP50: number;
  requestP99: number;
}

export interface FullHouse {
  cases: number;
  running: number;
  generatedInSeconds: number;
  sizeGiB: number;
  reads: TimedRead[];
  requests: TimedRead[];
  preview: PreviewFigures;
}

const PAGE = 50;
/** Cases that an adoption has told, where there are so many. */
const TOLD = 10_000;

export async function measureFullHouse(postgres: BenchPostgres, options: FullHouseOptions, tell: (line: string) => void): Promise<FullHouse> {
  const house = await ownDatabase(postgres.database);
  try {
    tell(`Lists: a house of ${options.cases} cases is made`);
    const owner = house.owner;
    const { running, seconds } = await generateCases(owner, { cases: options.cases, tell });
    const adoptions = await generateAdoptions(owner, Math.min(TOLD, options.cases - running));
    const from = await viewpointOf(owner, adoptions, { now: Date.now(), limit: PAGE });
    const { rows } = await owner.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
    const reads: TimedRead[] = [];
    for (const read of [...HOUSE_READS, ...HOUSE_PATROLS]) reads.push(await timedRead(house.pool, read, from, options.times));
    tell('Lists: requests');
    const requests = await timedRequests(house, from, options.times);
    const sizeGiB = Number(rows[0]?.bytes ?? 0) / 2 ** 30;
    const preview = await measurePreview(postgres, options, tell);
    return { cases: options.cases, running, generatedInSeconds: seconds, sizeGiB, reads, requests, preview };
  } finally {
    await house.drop();
  }
}

/** True when it read none of the large tables from end to end; what holds only what waits just now may be. */
export function hasIndex({ scanned }: PlanSummary): boolean {
  return !scanned.some((table) => table !== 'wake' && (GENERATED_TABLES as readonly string[]).includes(table));
}

async function timedRead(pool: Pool, { name, read }: HouseRead, from: Viewpoint, times: number): Promise<TimedRead> {
  const plan = await plansOf(pool, (each) => read(each, from));
  return { name, ...(await timed(() => read(pool, from), times)), plan };
}

/** The first tries, which warm code and cache, are not counted. */
async function timed(act: () => Promise<unknown>, times: number): Promise<{ p50: number; p99: number }> {
  const took: number[] = [];
  for (let time = -3; time < times; time += 1) {
    const begun = performance.now();
    await act();
    if (time >= 0) took.push(performance.now() - begun);
  }
  return { p50: percentile(took, 0.5) ?? 0, p99: percentile(took, 0.99) ?? 0 };
}

async function timedRequests(house: Pick<OwnDatabase, 'pool' | 'readers'>, { caseId, deep, center }: Viewpoint, times: number): Promise<TimedRead[]> {
  const manager = `manager-${center}`;
  const paths = [
    '/v1/cases',
    `/v1/cases?after=${deep.cases}`,
    `/v1/cases?caseManager=${manager}`,
    '/v1/cases?stage=execution',
    `/v1/cases/${caseId}`,
    '/v1/duties',
    `/v1/duties?after=${deep.owed}`,
    '/v1/duties?standing=met',
    '/v1/duties?standing=overdue',
    '/v1/alerts',
    '/v1/alerts?mine=true',
    `/v1/alerts?caseId=${caseId}`,
  ];
  return withApi(house, async (ask) => {
    const figures: TimedRead[] = [];
    for (const path of paths)
      figures.push({ name: `GET ${path.replace(/after=.*/, 'after=…').replace(caseId, '…')}`, ...(await timed(() => ask(path), times)) });
    return figures;
  });
}

type Ask = (path: string, token?: string) => Promise<unknown>;

/** The real API, in this process: client and API share its one thread, as many clients share the API's. */
async function withApi<T>({ pool, readers }: Pick<OwnDatabase, 'pool' | 'readers'>, work: (ask: Ask) => Promise<T>): Promise<T> {
  const temporal = engineClient({ temporalAddress: '127.0.0.1:9', temporalNamespace: 'none' });
  const server: Server = createServer(
    createApi({
      readers,
      desk: createDesk(pool, { proof: ownProof() }),
      temporal: temporal.client,
      log: pino({ level: 'silent' }),
      boundSettings: WIDE_BOUNDS,
      authenticate: authenticateByToken(pool),
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask: Ask = async (path, token = 'dev-manager') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body: unknown = await response.json();
    if (response.status !== 200) throw new Error(`GET ${path} was answered with ${response.status}: ${JSON.stringify(body)}`);
    return body;
  };
  try {
    return await work(ask);
  } finally {
    server.closeAllConnections();
    server.close();
    await temporal.close();
  }
}

const PROBE_EVERY_MS = 20;
/** So long without a preview, to compare with. */
const QUIET_MS = 3_000;

async function measurePreview(postgres: BenchPostgres, { previewed, times }: FullHouseOptions, tell: (line: string) => void): Promise<PreviewFigures> {
  const house = await ownDatabase(postgres.database);
  try {
    tell(`Lists: a house of ${previewed} open cases is made and previewed`);
    await generateCases(house.owner, { cases: previewed, runningShare: 1 });
    await generateAdoptions(house.owner, 0);
    return await withApi(house, async (ask) => {
      await timed(() => ask('/v1/duties'), Math.min(20, times));
      return previewUnderProbes(ask);
    });
  } finally {
    await house.drop();
  }
}

async function previewUnderProbes(ask: Ask): Promise<PreviewFigures> {
  const { crowd: without } = await beside(ask, setTimeout(QUIET_MS));
  const { crowd, result } = await beside(ask, ask('/v1/law/calendars/generated/preview?limit=0', 'dev-admin'));
  const { cases, seconds } = result as { cases: { open: number }; seconds: number };
  return { cases: cases.open, seconds, beside: crowd, without };
}

async function beside(ask: Ask, work: Promise<unknown>): Promise<{ crowd: Crowd; result: unknown }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const over = new AbortController();
  delay.enable();
  const [result, requests] = await Promise.all([work.finally(() => over.abort()), probed(ask, over.signal)]);
  delay.disable();
  const [loopDelayP50, loopDelayP99] = [50, 99].map((share) => delay.percentile(share) / 1e6) as [number, number];
  const crowd = {
    loopDelayP50,
    loopDelayP99,
    longestLoopDelay: delay.max / 1e6,
    requestP50: percentile(requests, 0.5) ?? 0,
    requestP99: percentile(requests, 0.99) ?? 0,
  };
  return { crowd, result };
}

/** A list, asked for again and again until then. @returns how long each answer took, in milliseconds */
async function probed(ask: Ask, over: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  while (!over.aborted) {
    const begun = performance.now();
    await ask('/v1/duties');
    took.push(performance.now() - begun);
    await setTimeout(PROBE_EVERY_MS);
  }
  return took;
}
