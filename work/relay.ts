/** The relay process: works the lists and watches over the clocks, whatever goes away and comes back. */
import { Anchoring } from './watch/anchoring.js';
import { ErasureFiles } from './watch/erasures.js';
import type { Proof } from '../contracts/proof/proof.js';
import type { Logger } from 'pino';
import { randomUUID } from 'node:crypto';
import { engineClient, type EnginePlace } from '../adapters/engine-client.js';
import { createPingHttp, createResendHttp } from '../adapters/agency-http.js';
import type { AgencyReach } from '../contracts/agency-reach.js';
import type { BoundSettings } from '../contracts/bounds.js';
import { raiseAlarm } from '../db/alarms.js';
import { startHeartbeat } from '../db/heartbeat.js';
import { createPool, type Pool } from '../db/pool.js';
import { watchRole, type RoleUnfit } from '../db/role-check.js';
import { createDesk, type Desk } from '../ledger/desk.js';
import { openCenters } from '../ledger/open-centers.js';
import { takeWaitingAppeal } from '../ledger/waiting-appeal.js';
import { tellTransfers } from '../ledger/transfer-questions.js';
import type { TakeOutcome } from '../ledger/take.js';
import { tellSteps } from '../ledger/recorded-steps.js';
import { UNWATCHED, type RelayObserver } from './relay-observer.js';
import { ensureNamespace } from '../process/temporal-namespace.js';
import { wakeAdoption } from './adoption-engine.js';
import { alarmList } from './alarms.js';
import { alertList } from './alerts.js';
import { listsAfter } from './bell.js';
import { createClockEngine, type ClockEngine } from './clock-engine.js';
import { digestList } from './digests.js';
import { readDueWork } from './due-work.js';
import { EngineGate } from './engine-gate.js';
import { keepHouse } from './housekeeping.js';
import { inboxList } from './inbox.js';
import { LaneLoop } from './lane-loop.js';
import { LEASE_MS, MOST_ATTEMPTS, type Leased } from './lease.js';
import { startListener } from './listener.js';
import { Progress, STUCK_AFTER_MS, type Standstill } from './progress.js';
import { resendList } from './resends.js';
import { vaultOfConfig, type KeysConfig } from '../vault/of-config.js';
import type { Vault } from '../vault/vault.js';
import { untakenList } from './untaken.js';
import { wakeList } from './wakes.js';
import { watchAdoptions } from './watch/adoption-watch.js';
import { watchCircuits } from './watch/circuits.js';
import { stuckCause, watchAlarms } from './watch/alarm-watch.js';
import { ENGINE_WATCH_TIMES, EngineWatch, type EngineWatchTimes } from './watch/engine-watch.js';
import { Ringing } from './watch/rings.js';
import { watchRestoredLedger } from './watch/restored-ledger.js';
import { startRounds, type Rounds } from './watch/rounds.js';
import { WatchTurn } from './watch/turn.js';
import { reasonOf, type Lane, type LaneOptions, type ListName, type WorkList, type WorkObserver } from './work-list.js';

export interface RelayConfig extends EnginePlace {
  databaseUrl: string;
  keys: KeysConfig;
  /** Signs as the relay. */
  proof: Proof;
  /** Folder outside of the database for the daily heads of the ledgers; absent: none are written. */
  anchorDir?: string;
  centerWebhookUrl?: string;
  centerWebhookSecret?: string;
  smtpUrl?: string;
  /** Origin at which people reach the pages, for the links of mails; absent: mails have none. */
  pagesUrl?: string;
  /** How long a person's digest waits for more after the last alert, in milliseconds; default a minute. */
  digestWindowMs?: number;
  /** Wall clock of the quiet hours, epoch milliseconds; default the machine's. */
  now?: () => number;
  /** Bound of one call to the engine, in milliseconds; default 5 000. */
  engineDeadlineMs?: number;
  /** Where organisations may be spoken to; default: at public addresses by https. */
  agencyReach?: AgencyReach;
  /** What callers of the API may ask for: who reaches it is an alarm. Default: its defaults. */
  bounds?: BoundSettings;
  times?: Partial<RelayTimes>;
}

/** In milliseconds, where nothing else is said; tests shorten them. */
export interface RelayTimes {
  leaseMs: number;
  /** Work that is due and not taken for so long ends the process. */
  stuckAfterMs: number;
  /** Bound of a statement on this side of the link. */
  answerWithinMs: number;
  mostAttempts: number;
  /** Of the pauses between attempts of what goes outside. */
  pauseUnitMs: number;
  ringEveryMs: number;
  /** How late a clock may be before the watchman rings for it. */
  graceMs: number;
  reconcileEveryMs: number;
  alarmsEveryMs: number;
  /** Adoptions that nobody carries on are looked for so often. */
  adoptionsEveryMs: number;
  /** Centers that have no ledger yet, and questions between Centers, are looked for so often. */
  centersEveryMs: number;
  /** Whether organisations answer again, and what waits for them. */
  circuitsEveryMs: number;
  /** Whether today's anchor is there. */
  anchorsEveryMs: number;
  engine: EngineWatchTimes;
}

const TIMES: RelayTimes = {
  leaseMs: LEASE_MS,
  stuckAfterMs: STUCK_AFTER_MS,
  answerWithinMs: 5_000,
  mostAttempts: MOST_ATTEMPTS,
  pauseUnitMs: 1_000,
  ringEveryMs: 500,
  graceMs: 30_000,
  reconcileEveryMs: 5_000,
  alarmsEveryMs: 15_000,
  adoptionsEveryMs: 15_000,
  centersEveryMs: 5_000,
  circuitsEveryMs: 2_000,
  anchorsEveryMs: 60_000,
  engine: ENGINE_WATCH_TIMES,
};

export interface RelayHooks {
  observer?: RelayObserver;
  /** This process stands still: whoever runs it must end it. Called once. */
  onStuck?: (standstills: readonly Standstill[]) => void;
  /** Its role of the database, which did not answer at the start, is not the relay's: likewise. */
  onUnfit?: (reason: RoleUnfit) => void;
}

export interface Relay {
  /** Finishes the work in hand, then closes its connections. */
  stop(): Promise<void>;
}

/** A wake or a report waits for a server and hardly computes: more at once than there are cores. */
const LANES: Readonly<Record<ListName, readonly LaneOptions[]>> = {
  wakes: [
    { lane: 1, places: 8, everyMs: 500 },
    { lane: 2, places: 8, everyMs: 1_000 },
    { lane: 3, places: 2, everyMs: 2_000 },
  ],
  inbox: [
    { lane: 1, places: 3, everyMs: 500 },
    { lane: 2, places: 3, everyMs: 1_000 },
    { lane: 3, places: 1, everyMs: 2_000 },
  ],
  alerts: [
    { lane: 1, places: 3, everyMs: 1_000 },
    { lane: 2, places: 3, everyMs: 2_000 },
  ],
  digests: [
    { lane: 1, places: 2, everyMs: 1_000 },
    { lane: 2, places: 2, everyMs: 2_000 },
  ],
  // Threats and minors alone: nothing else is taken round the clock.
  untaken: [{ lane: 1, places: 2, everyMs: 1_000 }],
  alarms: [{ lane: 2, places: 2, everyMs: 1_000 }],
  resends: [{ lane: 2, places: 4, everyMs: 2_000 }],
};

/** More moments at one instant than that are rung by the ledger itself. */
const HERD = 50;
/** Fifty a second at most, so that workers that are merely late are not loaded twice. */
const WATCHMAN_PER_SECOND = 50;
const HOUSE_EVERY_MS = 60_000;
/** A round of the moments is short by itself; the others may go through every case of the house. */
const MOMENTS_WITHIN_MS = 40_000;
const ROUND_WITHIN_MS = 5 * 60_000;
const DIGEST_WINDOW_MS = 60_000;
/** So many windows at most, however many alerts keep coming. */
const MOST_WINDOWS = 5;
/** Most places wait for a server and hold no connection; rounds and the herd's takes need some. */
const CONNECTIONS = 16;

/**
 * Starts the relay. It needs neither Postgres nor Temporal to be there: it says so in the log and
 * tries again until they are.
 */
export async function startRelay(
  config: RelayConfig,
  log: Logger,
  { observer = UNWATCHED, onStuck = () => {}, onUnfit = () => {} }: RelayHooks = {},
): Promise<Relay> {
  const times = { ...TIMES, ...config.times };
  const vault = vaultOfConfig(config.keys);
  if (!vault.holds('violence')) log.info('the key of families with signs of violence is not held: nothing that this process does needs it');
  const pool = openPool(config.databaseUrl, vault, times, log, CONNECTIONS);
  // Liveness asks on connections of its own: those of the lists may be what is stuck.
  const ownPool = openPool(config.databaseUrl, vault, times, log, 2);
  const roleWatch = await watchRole(ownPool, 'work', onUnfit).catch(async (error: unknown) => {
    await Promise.all([pool.end(), ownPool.end()]);
    throw error;
  });
  const { client, close } = engineClient(config);
  const engine = createClockEngine(client, () => ensureNamespace(client.connection, config.temporalNamespace), config.engineDeadlineMs);
  const progress = new Progress(times.stuckAfterMs);
  const loops: LaneLoop<Leased>[] = [];
  const ring = (name: ListName): void => loops.forEach((loop) => loop.list === name && loop.ring());
  const desk = createDesk(pool, {
    proof: config.proof,
    onTaken: (outcome) => {
      tellSteps(outcome, observer.step);
      listsAfter(outcome).forEach(ring);
    },
  });
  const parts: Parts = {
    config,
    progress,
    times,
    pool,
    desk,
    engine,
    observer,
    log,
    ring,
    wakeAdoption: (id) => wakeAdoption(client, id, config.engineDeadlineMs),
  };
  const watch = engineWatch(parts);
  const watched: WorkObserver = {
    ...observer,
    taken: (list, lane, pieces) => (progress.moved(list, lane), observer.taken(list, lane, pieces)),
    ended: (list, lane, how) => (progress.moved(list, lane), observer.ended(list, lane, how)),
  };
  for (const list of workLists(parts, () => watch.hurry())) for (const options of list.lanes) loops.push(new LaneLoop(list, options, watched, log));
  const listener = startListener(config.databaseUrl, ring, log);
  const rounds = startWatch(parts, watch);
  const liveness = startLiveness({ pool: ownPool, times, progress, rounds, log, onStuck });
  const stop = async (): Promise<void> => {
    roleWatch();
    await Promise.all([rounds.stop(), listener.stop(), ...loops.map((loop) => loop.stop())]);
    await liveness.stop();
    await Promise.all([pool.end(), ownPool.end(), close()]);
  };
  let stopping: Promise<void> | undefined;
  return { stop: () => (stopping ??= stop()) };
}

interface Parts {
  config: RelayConfig;
  progress: Progress;
  times: RelayTimes;
  pool: Pool;
  desk: Desk;
  engine: ClockEngine;
  observer: RelayObserver;
  log: Logger;
  /** Something came for a list of this process. */
  ring: (list: ListName) => void;
  wakeAdoption: (adoptionId: string) => Promise<void>;
}

function openPool(url: string, vault: Vault, { answerWithinMs }: RelayTimes, log: Logger, max: number): Pool {
  return createPool(url, {
    applicationName: 'tirek relay',
    vault,
    max,
    statementTimeoutMs: answerWithinMs,
    onBrokenConnection: (error) => log.warn({ reason: error.message }, 'a database connection broke; it is replaced'),
  });
}

function reachOf({ agencyReach: reach }: RelayConfig): { reach?: AgencyReach } {
  return reach === undefined ? {} : { reach };
}

function workLists({ config, times, pool, desk, engine, log, ring }: Parts, onLack: () => void): WorkList<Leased>[] {
  const { pagesUrl: pages, centerWebhookUrl: url, centerWebhookSecret: secret, smtpUrl, digestWindowMs: quietMs = DIGEST_WINDOW_MS, now = Date.now } = config;
  const { leaseMs, mostAttempts, pauseUnitMs } = times;
  const gates = new Map<Lane, EngineGate>();
  const gateOf = (lane: Lane): EngineGate => {
    const gate = gates.get(lane) ?? new EngineGate();
    gates.set(lane, gate);
    return gate;
  };
  const shared = { pool, log, leaseMs };
  const outside = {
    ...shared,
    mostAttempts,
    pauseUnitMs,
    ...(url === undefined || secret === undefined ? {} : { centerWebhook: { url, secret } }),
    ...(smtpUrl === undefined ? {} : { smtpUrl }),
  };
  const window = { quietMs, longestMs: MOST_WINDOWS * quietMs };
  const take = (caseId: string): Promise<TakeOutcome> => desk.take(caseId, []);
  return [
    wakeList({ ...shared, engine, gateOf, onLack, lanes: LANES.wakes }),
    inboxList({ ...shared, take, takeAppeal: (inboxId) => takeWaitingAppeal(desk, inboxId), lanes: LANES.inbox }),
    alertList({ ...outside, now, window, onPosted: () => ring('digests'), lanes: LANES.alerts }),
    untakenList({ ...shared, pauseUnitMs, now, window, onTold: () => ring('digests'), lanes: LANES.untaken }),
    digestList({ ...outside, ...(pages === undefined ? {} : { takingLinks: { pages, proof: config.proof } }), lanes: LANES.digests }),
    alarmList({ ...outside, lanes: LANES.alarms }),
    resendList({ ...shared, mostAttempts, pauseUnitMs, http: createResendHttp(reachOf(config)), lanes: LANES.resends }),
  ];
}

function engineWatch({ config, times, pool, engine, observer, log, ring }: Parts): EngineWatch {
  return new EngineWatch({
    pool,
    engine,
    namespace: config.temporalNamespace,
    log,
    times: times.engine,
    onWoken: (why, clocks) => {
      observer.woken(why, clocks);
      ring('wakes');
    },
    onGhostsEnded: (runs) => observer.ghostsEnded(runs),
  });
}

function startWatch({ progress, config, times, pool, desk, observer, log, ring, wakeAdoption: wake }: Parts, watch: EngineWatch): Rounds {
  const turn = new WatchTurn(pool, times.leaseMs);
  const ringing = new Ringing({
    pool,
    ring: (caseId) => desk.take(caseId, [], { clockLooks: true }),
    hold: () => turn.hold(),
    herd: HERD,
    graceMs: times.graceMs,
    perRound: Math.ceil((WATCHMAN_PER_SECOND * times.ringEveryMs) / 1_000),
    onRung: (by, cases) => {
      observer.rung(by, cases);
      ring('wakes');
    },
    log,
  });
  const { proof, anchorDir: dir } = config;
  const anchoring = dir === undefined ? undefined : new Anchoring({ pool, proof, dir, log });
  const erasures = dir === undefined ? undefined : new ErasureFiles({ pool, proof, dir, log });
  if (anchoring === undefined) log.warn('the heads of the ledgers, and erasures, are written nowhere outside of the database: set TIREK_ANCHOR_DIR');
  const reconcile = async (): Promise<void> => {
    await watch.round();
    observer.engine(watch.isReachable());
  };
  const alarms = async (): Promise<void> => {
    // The alarm that it stands still is for its successor to clear.
    if (progress.stands) return;
    await watchAlarms(pool, log, Date.now(), {
      findings: watch.causes(),
      namespace: config.temporalNamespace,
      anchors: [...(anchoring?.causes() ?? []), ...(erasures?.causes() ?? [])],
      ...(config.bounds === undefined ? {} : { bounds: config.bounds }),
    });
    ring('alarms');
  };
  const restored = async (): Promise<void> => {
    if (await watchRestoredLedger(pool, log)) ring('resends');
  };
  const centers = async (): Promise<void> => {
    const opened = await openCenters(desk);
    if (opened > 0) log.info({ centers: opened }, 'Centers were registered: each has its ledger and its clock now');
  };
  const transfers = async (): Promise<void> => {
    await tellTransfers(desk, undefined, (error) =>
      log.warn({ reason: reasonOf(error) }, 'a case was not told of a question between Centers; it is tried again'),
    );
  };
  const http = createPingHttp(reachOf(config));
  const circuits = async (): Promise<void> => {
    await watchCircuits({ pool, desk, http, newId: randomUUID, log });
  };
  return startRounds(
    turn,
    [
      { name: 'moments', everyMs: times.ringEveryMs, withinMs: MOMENTS_WITHIN_MS, go: () => ringing.round() },
      { name: 'engine', everyMs: times.reconcileEveryMs, withinMs: ROUND_WITHIN_MS, go: reconcile },
      { name: 'alarms', everyMs: times.alarmsEveryMs, withinMs: ROUND_WITHIN_MS, go: alarms },
      { name: 'restored', everyMs: times.alarmsEveryMs, withinMs: ROUND_WITHIN_MS, go: restored },
      { name: 'centers', everyMs: times.centersEveryMs, withinMs: ROUND_WITHIN_MS, go: centers },
      { name: 'transfers', everyMs: times.centersEveryMs, withinMs: ROUND_WITHIN_MS, go: transfers },
      { name: 'circuits', everyMs: times.circuitsEveryMs, withinMs: ROUND_WITHIN_MS, go: circuits },
      ...(anchoring === undefined ? [] : [{ name: 'anchors', everyMs: times.anchorsEveryMs, withinMs: ROUND_WITHIN_MS, go: () => anchoring.round() }]),
      ...(erasures === undefined ? [] : [{ name: 'erasures', everyMs: times.anchorsEveryMs, withinMs: ROUND_WITHIN_MS, go: () => erasures.round() }]),
      { name: 'house', everyMs: HOUSE_EVERY_MS, withinMs: ROUND_WITHIN_MS, go: () => keepHouse(pool, log) },
      // It speaks with the engine, which may be away.
      { name: 'adoptions', everyMs: times.adoptionsEveryMs, withinMs: ROUND_WITHIN_MS, go: () => watchAdoptions(pool, wake, log) },
    ],
    log,
  );
}

interface LivenessParts {
  pool: Pool;
  times: RelayTimes;
  progress: Progress;
  rounds: Rounds;
  log: Logger;
  onStuck: (standstills: readonly Standstill[]) => void;
}

/** The heartbeat says that work is done, not that a process exists. */
function startLiveness({ pool, times, progress, rounds, log, onStuck }: LivenessParts): { stop(): Promise<void> } {
  let said: 'nothing' | 'working' | 'stuck' = 'nothing';
  const moves = async (): Promise<boolean> => {
    if (said === 'stuck') return false;
    const standstills = progress.standstills(await readDueWork(pool, times.leaseMs));
    const hanging = rounds.hanging();
    if (standstills.length === 0 && hanging.length === 0) {
      if (said === 'nothing') log.info('the relay is working');
      said = 'working';
      return true;
    }
    said = 'stuck';
    log.fatal({ standstills, hanging }, 'work is due and this process takes none of it');
    // Its successor may find the work done before it looks for what stands: that there was silence is told all the same.
    for (const { list, dueMs } of standstills)
      await raiseAlarm(pool, stuckCause(list, dueMs), Date.now()).catch((error: unknown) =>
        log.error({ reason: reasonOf(error) }, 'the alarm could not be raised'),
      );
    onStuck(standstills);
    return false;
  };
  return startHeartbeat(pool, 'relay', moves, log);
}
