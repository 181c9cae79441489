/** A database, a namespace, twelve agencies with a crisis centre, and a real worker: the engine without API and relay, driven at the ledger's own desk. */
import { putAdoptedInForce } from './adopted-law.js';
import { reportAct } from '../../ledger/proven.js';
import { proven, provenOpening, TEST_PROOF } from './test-proof.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { pino, type Logger } from 'pino';
import { DEVELOPMENT_SWITCH } from './development-switch.js';
import type { Config } from '../../process/config.js';
import {
  CASES_TASK_QUEUE,
  CASE_WORKFLOW,
  caseWorkflowId,
  CLOCK_VERSION,
  type ClockInput,
  type ClockOutcome,
  type RunLimits,
} from '../../contracts/case-clock.js';
import { createPool, transaction } from '../../db/pool.js';
import { seedDevelopment } from '../../db/seed.js';
import { CASE_MANAGERS } from '../fixtures/case-managers.js';
import type { Command } from '../../domain/case/commands.js';
import type { Delivery, Opening } from '../../domain/case/deliveries.js';
import type { Entry } from '../../domain/case/facts.js';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import type { CaseState } from '../../domain/case/state.js';
import type { Answer } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import { SECTORS } from '../../domain/law/sectors.js';
import { joinOrOpen } from '../../ledger/appeal-turn.js';
import { createDesk, type Desk } from '../../ledger/desk.js';
import { readLedgerCase } from '../../ledger/read-cases.js';
import { caseTime, fastForward } from '../../tools/demo/fast-forward.js';
import { until } from '../../process/deadline.js';
import { createSimulatorsClient, type SimulatorsClient } from '../../simulators/client.js';
import { startSimulators } from '../../simulators/start.js';
import { startWorker, type RunningWorker } from '../../worker.js';
import { withRealPapers } from '../fixtures/paper.js';
import type { Happening } from '../lives/adopted-road.js';
import { WIDE_BOUNDS } from '../../tools/bench/wide-bounds.js';
import { createDatabase, type TestDatabase } from './database.js';
import { injectedGround, type Ground } from './ground.js';
import { createNamespace } from './namespace.js';
import { eventually } from './eventually.js';
import { keepCalendar, putPlainCalendarInForce } from './plain-law.js';
import { startWakeSender, wakeClock } from './wake-sender.js';
import { TEST_KEYS, TEST_VAULT } from './keys.js';

/** Long enough for a first look on a busy machine. */
const BEGINS_WITHIN_MS = 5_000;

export interface Engine {
  client: Client;
  database: TestDatabase;
  /** A desk beside the worker's: as the API has one. */
  desk: Desk;
  simulators: SimulatorsClient;
  config: Config;
  /** Another worker in place of the one that runs, which is stopped first. */
  restartWorker(between?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface EngineOptions {
  /** The servers of the test run, or others. */
  ground?: Ground;
  /** Other settings than those of a test. */
  settings?: Partial<Config>;
  /** Takes what the worker writes; default: nobody. */
  log?: Logger;
  /** False when a relay runs beside it, which sends the wakes. */
  sendsWakes?: boolean;
}

/** Starts an engine; the law in force is that of the calendar without holidays. */
export async function startEngine({
  ground = injectedGround(),
  log = pino({ level: 'silent' }),
  settings = {},
  sendsWakes = true,
}: EngineOptions = {}): Promise<Engine> {
  const address = ground.temporalAddress;
  const [database, namespace] = await Promise.all([createDatabase(ground), createNamespace(address)]);
  const agencies = [...SECTORS.map(({ code }) => code), 'crisis_centre'].map((code) => ({ code, secret: `whsec_${randomBytes(24).toString('base64')}` }));
  const centerWebhookSecret = `whsec_${randomBytes(24).toString('base64')}`;
  const simulators = await startSimulators({ agencies, centerWebhookSecret });
  await seed(
    database,
    agencies.map(({ code, secret }) => ({ code, secret, endpointUrl: simulators.agencyUrl(code) })),
  );
  await putPlainCalendarInForce(database.pool);
  const config: Config = {
    databaseUrl: database.appUrl,
    keys: TEST_KEYS,
    temporalAddress: address,
    temporalNamespace: namespace,
    host: '127.0.0.1',
    port: 0,
    workflowBundle: ground.workflowBundle,
    centerWebhookUrl: `${simulators.url}/center/webhooks`,
    centerWebhookSecret,
    smtpUrl: simulators.smtpUrl,
    signIn: DEVELOPMENT_SWITCH,
    signatures: { by: 'ncanode', url: `${simulators.url}/ncanode` },
    proof: TEST_PROOF,
    logLevel: 'silent',
    bounds: WIDE_BOUNDS,
    agencyReach: { loopback: true },
    ...settings,
  };
  let worker: RunningWorker = await startWorker(config, log);
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const deskPool = createPool(database.appUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-desk' });
  const sender = sendsWakes ? startWakeSender(database.pool, client) : undefined;
  return {
    client,
    database,
    desk: createDesk(deskPool, { proof: TEST_PROOF }),
    simulators: createSimulatorsClient(simulators.url),
    config,
    restartWorker: async (between = async () => {}) => {
      await worker.stop();
      try {
        await between();
      } finally {
        worker = await startWorker(config, log);
      }
    },
    stop: async () => {
      await sender?.stop();
      await worker.stop();
      await connection.close();
      await simulators.stop();
      await deskPool.end();
      await database.drop();
    },
  };
}

async function seed(database: TestDatabase, agencies: readonly { code: string; secret: string; endpointUrl: string }[]): Promise<void> {
  const owner = createPool(database.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-seed' });
  await seedDevelopment(owner, { caseManagers: CASE_MANAGERS, agencies });
  await owner.end();
}

/** A case on the engine, driven by the same scripts as a `Life` in the pure core. */
export class EngineLife {
  readonly caseId: string;
  private readonly engine: Engine;
  private readonly firstRunId: string;

  private constructor(engine: Engine, caseId: string, firstRunId: string) {
    this.engine = engine;
    this.caseId = caseId;
    this.firstRunId = firstRunId;
  }

  /**
   * Opens the case at `registeredAt`, an instant of the near future to which its clock skips: the run waits for it
   * before it begins, and nobody may wake it before.
   */
  static async open(engine: Engine, { opening, limits }: { opening: Opening; limits?: RunLimits }): Promise<EngineLife> {
    const { caseId } = await transaction(engine.desk.pool, async (client) => {
      const placed = await joinOrOpen(engine.desk, client, opening.householdId, async () => provenOpening(opening));
      await client.query('update case_file set skipping = true where subject_id = $1', [placed.caseId]);
      await client.query('delete from wake where subject_id = $1', [placed.caseId]);
      return placed;
    });
    const handle = await engine.client.workflow.start(CASE_WORKFLOW, {
      workflowId: caseWorkflowId(caseId),
      taskQueue: CASES_TASK_QUEUE,
      args: [{ subjectId: caseId, clockVersion: CLOCK_VERSION, ...(limits === undefined ? {} : { limits }) } satisfies ClockInput],
      startDelay: Math.max(0, opening.registeredAt - Date.now()),
    });
    const life = new EngineLife(engine, caseId, handle.firstExecutionRunId);
    await life.skip(opening.registeredAt, true);
    await life.begins(opening.registeredAt);
    return life;
  }

  /** Moments on the way ring at their own instants; afterwards the case is taken at that time. */
  async sleepUntil(instant: Instant): Promise<void> {
    if (await this.isThere(instant)) return;
    await this.skip(instant);
    // Nothing may have rung on the way: then only a look tells the ledger how far its case has skipped.
    await wakeClock(this.engine.client, this.caseId, { name: 'TimeSkipped' });
    await this.hasCome(instant);
  }

  private async skip(instant: Instant, delayed = false): Promise<void> {
    const { client } = this.engine;
    const now = await caseTime(client, this.workflowId);
    if (instant <= now) return;
    await fastForward(client, this.workflowId, instant - now, delayed);
    // A run that makes way on the way may end a skip before its time: the rest is asked for again. A case that waits
    // for its start does not, and what its clock shows then is not yet its own.
    if (!delayed && (await caseTime(client, this.workflowId)) < instant) await this.skip(instant);
  }

  /**
   * Its first look tells that it has come. But on a busy machine a watch may have missed its clock and started it before
   * its time, and then nobody looks at the end of the skip.
   */
  private async begins(registeredAt: Instant): Promise<void> {
    const isThere = async (): Promise<true | undefined> => ((await this.isThere(registeredAt)) ? true : undefined);
    if (await until(isThere, BEGINS_WITHIN_MS, 20)) return;
    await this.sleepUntil(registeredAt);
  }

  private async hasCome(instant: Instant): Promise<void> {
    await eventually(async () => ((await this.isThere(instant)) ? true : undefined), 'the case has skipped there');
  }

  private async isThere(instant: Instant): Promise<boolean> {
    const { rows } = await this.engine.desk.pool.query<{ there: boolean }>(
      `select clock_timestamp() + skew_ms * interval '1 millisecond' >= $2 as there from case_file where subject_id = $1`,
      [this.caseId, new Date(instant)],
    );
    return rows[0]?.there ?? false;
  }

  async live(script: readonly Happening[]): Promise<void> {
    for (const doing of script) await this.does(doing);
  }

  async does(doing: Happening): Promise<Answer | undefined> {
    await this.sleepUntil(doing.at);
    if ('adoption' in doing) return this.adopt(doing.adoption);
    if ('command' in doing) return this.give(doing.command);
    if ('delivery' in doing) return doing.delivery.kind === 'report' ? this.report(doing.delivery) : missing('an appeal joins a case at its registration');
    await eventually(async () => {
      const dispatch = (await this.stored()).dispatches.findLast((wanted) => wanted.agency === doing.acknowledge);
      return dispatch?.state === 'delivered' ? true : undefined;
    }, `${doing.acknowledge} has acknowledged`);
    return undefined;
  }

  /** @throws Error when the ledger gives no answer */
  async give(command: Command): Promise<Answer> {
    const { id, actor } = command;
    // The words of a reason come with the command that refers to them; a notice of rework quotes them.
    const narratives = command.kind === 'returnReport' ? [{ id: command.data.reasonId, caseId: this.caseId, kind: 'reason', body: 'synthetic reason' }] : [];
    const request = { actorId: actor.id, idempotencyKey: id, bodySha256: id, caseId: this.caseId, persons: [], narratives };
    const asked = await withRealPapers(this.engine.desk.pool, this.caseId, command);
    const taken = await this.engine.desk.ask(this.caseId, proven({ kind: 'command', command: asked, request }));
    if (taken?.kind !== 'answered') throw new Error(`case ${this.caseId} gave no answer to ${command.kind}`);
    return taken.answer as Answer;
  }

  /** As an agency's report that was received and waits, then taken. */
  async report({ data: { reportId, ...payload }, actor }: Extract<Delivery, { kind: 'report' }>): Promise<Answer> {
    const receivedAt = Date.now();
    const act = TEST_PROOF.sign(reportAct(this.caseId, { inboxId: reportId, source: actor.id, receivedAt, payload }));
    await this.engine.desk.pool.query(
      `insert into inbox (id, kind, source, delivery_id, content_sha256, subject_id, payload, received_at, act) values ($1, 'report', $2, $3, '', $4, $5, $6, $7)`,
      [reportId, actor.id, randomUUID(), this.caseId, JSON.stringify(payload), new Date(receivedAt), act],
    );
    await this.engine.desk.take(this.caseId, []);
    const { rows } = await this.engine.desk.pool.query<{ outcome: Answer | null }>('select outcome from inbox where id = $1', [reportId]);
    return rows[0]?.outcome ?? missing(`report ${reportId} was not taken`);
  }

  /** Puts another calendar in force and takes the case, which makes it take the calendar up. */
  async adopt({ id, act, recompute, calendar }: LawAdoption): Promise<Answer> {
    const { pool } = this.engine.desk;
    if (calendar === undefined) throw new Error('a calendar was expected');
    await keepCalendar(pool, calendar);
    await putAdoptedInForce(pool, { id, kind: 'calendar', version: calendar.version, act, recompute });
    const { adoption, state } = await this.engine.desk.take(this.caseId, []);
    return (adoption ?? { ok: true, seq: state?.seq ?? 0, stage: state?.stage ?? 'closed' }) as Answer;
  }

  /** The state as the ledger makes it. */
  async stored(): Promise<CaseState> {
    return (await readLedgerCase(this.engine.desk.pool, this.caseId))?.state ?? missing(`case ${this.caseId} is not in the ledger`);
  }

  async ledger(): Promise<Entry[]> {
    const { rows } = await this.engine.database.pool.query<{ entry: Entry }>('select entry from ledger where subject_id = $1 order by seq', [this.caseId]);
    return rows.map(({ entry }) => entry);
  }

  /** Waits until the clock has ended: nothing of the case can happen by itself any more. */
  async ended(): Promise<ClockOutcome> {
    return this.engine.client.workflow.getHandle<Workflow<ClockOutcome>>(this.workflowId).result();
  }

  /** Run ids of the case, oldest first. */
  async runs(): Promise<string[]> {
    const ids: string[] = [];
    let runId: string | undefined = this.firstRunId;
    while (runId !== undefined) {
      ids.push(runId);
      const { events } = await this.engine.client.workflow.getHandle(this.workflowId, runId).fetchHistory();
      runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
    }
    return ids;
  }

  get workflowId(): string {
    return caseWorkflowId(this.caseId);
  }
}

type Workflow<R> = (input: ClockInput) => Promise<R>;

function missing(what: string): never {
  throw new Error(what);
}
