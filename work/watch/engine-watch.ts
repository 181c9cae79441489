/**
 * The reconciler: what the ledger wants of the engine and what the engine has, both ways. It judges by the ledger: a
 * running workflow is not a working clock. An empty server under the old name has its clocks again from the
 * ledger; runs that nothing stands behind are ended, but not many at once, for then it may be the ledger that is wrong.
 */
import type { Logger } from 'pino';
import type { AlarmCause, AlarmKind } from '../../contracts/alarm.js';
import { CLOCK_VERSION } from '../../contracts/case-clock.js';
import {
  casesBehindRuns,
  clocksWithoutRun,
  countClocksExpected,
  mendSteppedClock,
  missingClocks,
  readEngineSeen,
  replaceDeafClocks,
  wakeCases,
  wakeEveryClock,
  writeEngineSeen,
  type EngineSeen,
} from '../../db/clocks.js';
import type { Pool } from '../../db/pool.js';
import type { Instant } from '../../domain/law/calendar.js';
import { EngineAway, type ClockEngine, type RunningClock } from '../clock-engine.js';
import { reasonOf } from '../work-list.js';

/** No clock; another server; fewer runs than cases; another version of the clock's code. */
export type WokenWhy = 'missing' | 'rebuilt' | 'fewer' | 'version';

export interface EngineWatchDependencies {
  pool: Pool;
  engine: ClockEngine;
  namespace: string;
  log: Logger;
  times: EngineWatchTimes;
  /** Of this release; default `CLOCK_VERSION`. */
  clockVersion?: number;
  /** Wakes are written: somebody should look at the list. */
  onWoken?: (why: WokenWhy, clocks: number) => void;
  onGhostsEnded?: (runs: number) => void;
  /** Wall time, epoch milliseconds. */
  now?: () => Instant;
}

/** In milliseconds. */
export interface EngineWatchTimes {
  /** A moment that passed so long ago, and that no clock looked at, has no clock. */
  graceMs: number;
  /** The engine unreachable for so long is an alarm. */
  awayMs: number;
  /** Between two looks at what the engine runs. */
  countEveryMs: number;
  ghostsEveryMs: number;
  /** Namespace and search attributes are looked at so often. */
  ensureEveryMs: number;
  /** A run, and a case, that is younger may just not be known to the other side yet. */
  settledForMs: number;
}

export const ENGINE_WATCH_TIMES: EngineWatchTimes = {
  graceMs: 60_000,
  awayMs: 60_000,
  countEveryMs: 30_000,
  ghostsEveryMs: 5 * 60_000,
  ensureEveryMs: 60_000,
  settledForMs: 60_000,
};

const MOST_MISSING = 2_000;
/** How long an alarm stays about something that was mended at once. */
const TOLD_FOR_MS = 10 * 60_000;
/** More ghosts than that within ten minutes, and none is ended. */
const GHOSTS_SHARE = 0.01;
/** Of a small house one per cent is less than one. */
const GHOSTS_AT_LEAST = 3;
const GHOSTS_WITHIN_MS = 10 * 60_000;

export class EngineWatch {
  readonly #deps: EngineWatchDependencies;
  readonly #now: () => Instant;
  #awaySince: Instant | undefined;
  #asked = false;
  readonly #clockVersion: number;
  /** A relay looks once at whose clocks run: two releases side by side would else set them by turns for ever. */
  #versionCompared = false;
  #suspects: ReadonlySet<string> = new Set();
  /** Cases that the engine had no run for when it was asked last. */
  #without: ReadonlySet<string> = new Set();
  #fewer = false;
  #next = { count: 0, ghosts: 0, ensure: 0, queues: 0 };
  #unserved: readonly string[] = [];
  readonly #noted = new Map<AlarmKind, { cause: AlarmCause; until: Instant }>();
  #ended: { at: Instant; runs: number }[] = [];

  constructor(deps: EngineWatchDependencies) {
    this.#deps = deps;
    this.#now = deps.now ?? Date.now;
    this.#clockVersion = deps.clockVersion ?? CLOCK_VERSION;
  }

  /** One round. @throws the errors of Postgres; that the engine is away is no error */
  async round(): Promise<void> {
    const { pool, log } = this.#deps;
    const mended = await mendSteppedClock(pool);
    if (mended > 0) log.warn({ rows: mended }, 'the clock of Postgres stepped back; what waited for it is due now');
    await this.#missing();
    const replaced = await replaceDeafClocks(pool);
    if (replaced > 0) log.warn({ clocks: replaced }, 'clocks heard nothing while others did; their runs are replaced');
    try {
      await this.#askEngine();
      if (this.#awaySince !== undefined) log.info('Temporal can be reached again');
      this.#awaySince = undefined;
    } catch (error) {
      if (!(error instanceof EngineAway)) throw error;
      if (this.#awaySince === undefined) log.warn({ reason: reasonOf(error) }, 'Temporal cannot be reached; the clocks are woken when it is back');
      this.#awaySince ??= this.#now();
    }
    this.#asked = true;
  }

  /** The server lacks something: the next round makes it. */
  hurry(): void {
    this.#next.ensure = 0;
  }

  /** What it knows to be wrong; kinds that it cannot judge yet. */
  causes(): { causes: AlarmCause[]; unknown: AlarmKind[] } {
    const now = this.#now();
    for (const [kind, { until }] of this.#noted) if (until < now) this.#noted.delete(kind);
    const causes = [...this.#noted.values()].map(({ cause }) => cause);
    if (this.#awaySince !== undefined && now - this.#awaySince > this.#deps.times.awayMs) {
      causes.push({ key: 'engine_away', kind: 'engine_away', params: { since: new Date(this.#awaySince).toISOString() } });
    }
    return { causes, unknown: this.#asked ? [] : ['engine_away', 'clocks_missing', 'ghosts_many', 'queue_without_worker'] };
  }

  /** Undefined before the first answer. */
  isReachable(): boolean | undefined {
    return this.#asked ? this.#awaySince === undefined : undefined;
  }

  /** Seen missing twice in a row: between a look and what it armed lies a moment. */
  async #missing(): Promise<void> {
    const { pool, times } = this.#deps;
    const missing = await missingClocks(pool, times.graceMs, MOST_MISSING);
    const certain = missing.filter((caseId) => this.#suspects.has(caseId));
    this.#suspects = new Set(missing);
    await this.#wakeMissing(certain);
  }

  async #wakeMissing(caseIds: readonly string[]): Promise<void> {
    const { pool, log, onWoken = () => {} } = this.#deps;
    if (caseIds.length === 0) return;
    const clocks = await wakeCases(pool, caseIds, 'ClockMissing');
    onWoken('missing', clocks);
    // With the engine away every moment that comes is missed: that is another alarm.
    if (this.#awaySince !== undefined) return;
    log.error({ clocks }, 'running cases had no clock; they are woken');
    this.#note({ key: 'clocks_missing', kind: 'clocks_missing', params: { clocks } });
  }

  #note(cause: AlarmCause): void {
    this.#noted.set(cause.kind, { cause, until: this.#now() + TOLD_FOR_MS });
  }

  async #askEngine(): Promise<void> {
    const { engine, times } = this.#deps;
    const namespaceId = await engine.namespaceId();
    if (namespaceId === undefined || this.#isTime('ensure', times.ensureEveryMs)) await engine.ensure();
    await this.#compareServer(namespaceId ?? (await engine.namespaceId()));
    if (this.#isTime('count', times.countEveryMs)) await this.#compareCounts();
    if (this.#isTime('ghosts', times.ghostsEveryMs)) await this.#compareRuns();
    if (this.#isTime('queues', times.countEveryMs)) await this.#compareQueues();
  }

  /** Seen twice in a row: a worker that is started anew is away for a moment. */
  async #compareQueues(): Promise<void> {
    const { engine, log } = this.#deps;
    const found = await engine.queuesWithoutWorker();
    const certain = found.filter((queue) => this.#unserved.includes(queue));
    this.#unserved = found;
    if (certain.length === 0) return void this.#noted.delete('queue_without_worker');
    log.error({ queues: certain }, 'nobody takes from task queues');
    this.#note({ key: 'queue_without_worker', kind: 'queue_without_worker', params: { queues: certain.join(', ') } });
  }

  #isTime(what: 'count' | 'ghosts' | 'ensure' | 'queues', everyMs: number): boolean {
    const now = performance.now();
    if (now < this.#next[what]) return false;
    this.#next = { ...this.#next, [what]: now + everyMs };
    return true;
  }

  /** Another id under the old name is an empty server: all clocks are set anew, threats first. */
  async #compareServer(namespaceId: string | undefined): Promise<void> {
    const { pool, engine, namespace, log, onWoken = () => {} } = this.#deps;
    if (namespaceId === undefined) throw new EngineAway(`Temporal has no namespace ${namespace}`);
    const seen = await readEngineSeen(pool, namespace);
    if (seen?.namespaceId === namespaceId) return this.#compareVersion(seen);
    await engine.ensure();
    // Heard by new runs alone: a look for a run of the lost server may still be on its way to say that all is armed.
    const clocks = await wakeEveryClock(pool, { name: 'ClockRestored', rebuild: seen !== undefined, forget: true });
    // Last: who dies on the way begins again.
    await writeEngineSeen(pool, namespace, { namespaceId, clockVersion: this.#clockVersion });
    this.#versionCompared = true;
    if (seen !== undefined) log.error({ clocks }, 'another Temporal server answers under the name; every clock is set anew');
    onWoken('rebuilt', clocks);
  }

  /** Runs of another version, older or after a step back newer, would not replay: they are replaced from the ledger, threats first. */
  async #compareVersion({ namespaceId, clockVersion }: EngineSeen): Promise<void> {
    const { pool, namespace, log, onWoken = () => {} } = this.#deps;
    if (this.#versionCompared) return;
    if (clockVersion !== this.#clockVersion) {
      const clocks = await wakeEveryClock(pool, { name: 'ClockRebuilt', rebuild: true, forget: false });
      log.warn({ clocks, before: clockVersion, now: this.#clockVersion }, 'the clocks are of another version than this release; every clock is set anew');
      await writeEngineSeen(pool, namespace, { namespaceId, clockVersion: this.#clockVersion });
      onWoken('version', clocks);
    }
    this.#versionCompared = true;
  }

  /** A server that was restored to an earlier state keeps its id. Its index is some seconds late: twice in a row counts. */
  async #compareCounts(): Promise<void> {
    const { pool, engine, log, onWoken = () => {} } = this.#deps;
    const [runs, cases] = [await engine.countRunning(), await countClocksExpected(pool)];
    const fewer = cases - runs > Math.max(10, cases / 10);
    if (fewer && this.#fewer) {
      const clocks = await wakeEveryClock(pool, { name: 'ClockMissing', rebuild: true, forget: true });
      log.error({ runs, cases }, 'the engine runs far fewer clocks than there are cases; every clock is set anew');
      onWoken('fewer', clocks);
      this.#note({ key: 'clocks_missing', kind: 'clocks_missing', params: { clocks: cases - runs } });
    }
    this.#fewer = fewer && !this.#fewer;
  }

  /** Both ways: runs that no case stands behind, and cases without a run, whatever they had armed. */
  async #compareRuns(): Promise<void> {
    const { pool, engine, times } = this.#deps;
    const ghosts: RunningClock[] = [];
    const running = new Set<string>();
    for await (const page of engine.running()) {
      for (const { caseId } of page) running.add(caseId);
      const old = page.filter(({ startedAt }) => startedAt < this.#now() - times.settledForMs);
      const ids = old.map(({ caseId }) => caseId);
      const behind = await casesBehindRuns(pool, ids, times.settledForMs);
      ghosts.push(...old.filter(({ caseId }) => !behind.has(caseId)));
    }
    await this.#endGhosts(ghosts, running.size);
    // The index is some seconds late: seen so twice counts.
    const without = await clocksWithoutRun(pool, running, times.settledForMs);
    await this.#wakeMissing(without.filter((caseId) => this.#without.has(caseId)));
    this.#without = new Set(without);
  }

  async #endGhosts(ghosts: readonly RunningClock[], runs: number): Promise<void> {
    const { engine, log, onGhostsEnded = () => {} } = this.#deps;
    if (ghosts.length === 0) return void this.#noted.delete('ghosts_many');
    const now = this.#now();
    this.#ended = this.#ended.filter(({ at }) => at > now - GHOSTS_WITHIN_MS);
    const endedBefore = this.#ended.reduce((sum, { runs: each }) => sum + each, 0);
    if (ghosts.length + endedBefore > Math.max(GHOSTS_AT_LEAST, runs * GHOSTS_SHARE)) {
      log.error({ ghosts: ghosts.length, runs }, 'the engine runs many clocks that no running case stands behind; none is ended');
      this.#note({ key: 'ghosts_many', kind: 'ghosts_many', params: { ghosts: ghosts.length, running: runs } });
      return;
    }
    for (const run of ghosts) await engine.end(run, 'nothing that runs stands behind this clock');
    this.#ended.push({ at: now, runs: ghosts.length });
    this.#noted.delete('ghosts_many');
    log.warn({ ghosts: ghosts.length }, 'ended clocks that no running case stands behind');
    onGhostsEnded(ghosts.length);
  }
}
