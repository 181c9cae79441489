/** A database, a namespace, twelve agencies and a real worker: the engine without API and relay, driven through Updates. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { pino, type Logger } from 'pino';
import type { Config } from '../../config.js';
import {
  ADOPT_LAW_UPDATE,
  CASES_TASK_QUEUE,
  CASE_WORKFLOW,
  DELIVER_UPDATE,
  caseWorkflowId,
  type CaseInput,
  type DeliverAnswers,
} from '../../contracts/case-workflow.js';
import { createPool } from '../../db/pool.js';
import { seedDevelopment } from '../../db/seed.js';
import type { Command } from '../../domain/case/commands.js';
import type { Entry } from '../../domain/case/facts.js';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import type { CaseState } from '../../domain/case/state.js';
import type { Answer, TurnInput } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import { SECTORS } from '../../domain/law/sectors.js';
import { caseTime, fastForward } from '../../scripts/demo/fast-forward.js';
import { createSimulatorsClient, type SimulatorsClient } from '../../simulators/client.js';
import { startSimulators } from '../../simulators/start.js';
import { startWorker } from '../../worker.js';
import type { Happening } from '../lives/adopted-road.js';
import { PLAIN_LAW_IN_FORCE } from '../lives/plain-calendar.js';
import { createDatabase, type TestDatabase } from './database.js';
import { injectedGround, type Ground } from './ground.js';
import { createNamespace } from './namespace.js';
import { eventually } from './eventually.js';

export interface Engine {
  client: Client;
  database: TestDatabase;
  simulators: SimulatorsClient;
  config: Config;
  stop(): Promise<void>;
}

/**
 * Starts an engine on the servers of the test run, or on others (the recorder of histories has its own).
 * @param log takes what the worker writes; default: nobody
 */
export async function startEngine(ground: Ground = injectedGround(), log: Logger = pino({ level: 'silent' })): Promise<Engine> {
  const address = ground.temporalAddress;
  const [database, namespace] = await Promise.all([createDatabase(ground), createNamespace(address)]);
  const agencies = SECTORS.map(({ code }) => ({ code, secret: `whsec_${randomBytes(24).toString('base64')}` }));
  const centerWebhookSecret = `whsec_${randomBytes(24).toString('base64')}`;
  const simulators = await startSimulators({ agencies, centerWebhookSecret });
  await seed(database, agencies.map(({ code, secret }) => ({ code, secret, endpointUrl: simulators.agencyUrl(code) })));
  const config: Config = {
    databaseUrl: database.appUrl,
    temporalAddress: address,
    temporalNamespace: namespace,
    host: '127.0.0.1',
    port: 0,
    workflowBundle: ground.workflowBundle,
    centerWebhookUrl: `${simulators.url}/center/webhooks`,
    centerWebhookSecret,
    smtpUrl: simulators.smtpUrl,
    logLevel: 'silent',
  };
  const worker = await startWorker(config, log);
  const connection = await Connection.connect({ address });
  return {
    client: new Client({ connection, namespace }),
    database,
    simulators: createSimulatorsClient(simulators.url),
    config,
    stop: async () => {
      await worker.stop();
      await connection.close();
      await simulators.stop();
      await database.drop();
    },
  };
}

async function seed(database: TestDatabase, agencies: readonly { code: string; secret: string; endpointUrl: string }[]): Promise<void> {
  const owner = createPool(database.ownerUrl, { applicationName: 'tirek-test-seed' });
  await seedDevelopment(owner, { agencies });
  await owner.end();
}

/** A case on the engine, driven by the same scripts as a `Life` in the pure core. */
export class EngineLife {
  readonly caseId: string;
  private readonly engine: Engine;
  private readonly handle: WorkflowHandle & { firstExecutionRunId: string };

  private constructor(engine: Engine, caseId: string, handle: WorkflowHandle & { firstExecutionRunId: string }) {
    this.engine = engine;
    this.caseId = caseId;
    this.handle = handle;
  }

  /** Starts the workflow so that it opens the case at `registeredAt`, an instant of the near future that is skipped to. */
  static async open(engine: Engine, input: Omit<CaseInput, 'caseId' | 'law'> & { opening: NonNullable<CaseInput['opening']> }): Promise<EngineLife> {
    const caseId = randomUUID();
    const handle = await engine.client.workflow.start(CASE_WORKFLOW, {
      workflowId: caseWorkflowId(caseId),
      taskQueue: CASES_TASK_QUEUE,
      args: [{ caseId, law: PLAIN_LAW_IN_FORCE, ...input } satisfies CaseInput],
      startDelay: Math.max(0, input.opening.registeredAt - Date.now()),
    });
    const life = new EngineLife(engine, caseId, handle);
    await life.sleepUntil(input.opening.registeredAt, true);
    await eventually(async () => ((await life.ledger()).length > 0 ? true : undefined), 'the case is opened');
    return life;
  }

  async sleepUntil(instant: Instant, delayed = false): Promise<void> {
    const { client } = this.engine;
    const now = await caseTime(client, this.handle.workflowId);
    if (instant <= now) return;
    await fastForward(client, this.handle.workflowId, instant - now, delayed);
    // A run that makes way on the way may end a skip before its time: the rest is asked for again. A case that waits
    // for its start does not, and what its clock shows then is not yet its own.
    if (!delayed && (await caseTime(client, this.handle.workflowId)) < instant) await this.sleepUntil(instant);
  }

  async live(script: readonly Happening[]): Promise<void> {
    for (const doing of script) await this.does(doing);
  }

  async does(doing: Happening): Promise<Answer | undefined> {
    await this.sleepUntil(doing.at);
    if ('adoption' in doing) return this.adopt(doing.adoption);
    if ('command' in doing) {
      await this.writeReason(doing.command);
      return this.update({ kind: 'command', command: doing.command });
    }
    if ('delivery' in doing) return this.update({ kind: 'delivery', delivery: doing.delivery });
    await eventually(async () => {
      const dispatch = (await this.stored()).dispatches.findLast((wanted) => wanted.agency === doing.acknowledge);
      return dispatch?.state === 'delivered' ? true : undefined;
    }, `${doing.acknowledge} has acknowledged`);
    return undefined;
  }

  /** The edge writes the words of a reason before the command that refers to them; a notice of rework quotes them. */
  private async writeReason(command: Command): Promise<void> {
    if (command.kind !== 'returnReport') return;
    await this.engine.database.pool.query(`insert into narrative (id, case_id, kind, body) values ($1, $2, 'reason', 'synthetic reason') on conflict do nothing`, [
      command.data.reasonId,
      this.caseId,
    ]);
  }

  async update(input: Extract<TurnInput, { kind: 'command' | 'delivery' }>): Promise<Answer> {
    // By id without a run: the case may have continued as new since it was opened.
    const handle = this.engine.client.workflow.getHandle(this.handle.workflowId);
    if (input.kind === 'command') {
      const { command } = input;
      return handle.executeUpdate<Answer, [typeof command]>(command.kind, { args: [command], updateId: command.id });
    }
    const { delivery } = input;
    const [answer] = await handle.executeUpdate<DeliverAnswers, [{ deliveries: (typeof delivery)[] }]>(DELIVER_UPDATE, {
      args: [{ deliveries: [delivery] }],
      updateId: delivery.deliveryId,
    });
    if (answer === undefined) throw new Error('a delivery got no answer');
    return answer;
  }

  /** Another calendar or policy, as the sweep of an adoption tells it. */
  async adopt(adoption: LawAdoption): Promise<Answer> {
    const handle = this.engine.client.workflow.getHandle(this.handle.workflowId);
    return handle.executeUpdate<Answer, [LawAdoption]>(ADOPT_LAW_UPDATE, { args: [adoption], updateId: adoption.id });
  }

  /** The state as the read model holds it. */
  async stored(): Promise<CaseState> {
    const { rows } = await this.engine.database.pool.query<{ state: CaseState }>('select state from case_file where case_id = $1', [this.caseId]);
    if (rows[0] === undefined) throw new Error(`case ${this.caseId} is not in the read model`);
    return rows[0].state;
  }

  async ledger(): Promise<Entry[]> {
    const { rows } = await this.engine.database.pool.query<{ entry: Entry }>('select entry from ledger where case_id = $1 order by seq', [this.caseId]);
    return rows.map(({ entry }) => entry);
  }

  /** Run ids of the case, oldest first. */
  async runs(): Promise<string[]> {
    const ids: string[] = [];
    let runId: string | undefined = this.handle.firstExecutionRunId;
    while (runId !== undefined) {
      ids.push(runId);
      const { events } = await this.engine.client.workflow.getHandle(this.handle.workflowId, runId).fetchHistory();
      runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
    }
    return ids;
  }

  get workflowId(): string {
    return this.handle.workflowId;
  }
}
