/** A database, a namespace and a real worker: the engine without its edges, driven through Updates. */
import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { pino } from 'pino';
import { inject } from 'vitest';
import type { Config } from '../../config.js';
import { CASES_TASK_QUEUE, CASE_WORKFLOW, STATE_QUERY, caseWorkflowId, type CaseInput } from '../../contracts/case-workflow.js';
import { currentLaw } from '../../db/law.js';
import type { CaseState } from '../../domain/case/state.js';
import { startWorker } from '../../worker.js';
import { createDatabase, type TestDatabase } from './database.js';
import { createNamespace } from './namespace.js';

export interface Engine {
  client: Client;
  database: TestDatabase;
  config: Config;
  stop(): Promise<void>;
}

export async function startEngine(): Promise<Engine> {
  const address = inject('temporalAddress');
  const [database, namespace] = await Promise.all([createDatabase(), createNamespace(address)]);
  const config: Config = {
    databaseUrl: database.appUrl,
    temporalAddress: address,
    temporalNamespace: namespace,
    port: 0,
    workflowBundle: inject('workflowBundle'),
    logLevel: 'silent',
  };
  const worker = await startWorker(config, pino({ level: 'silent' }));
  const connection = await Connection.connect({ address });
  return {
    client: new Client({ connection, namespace }),
    database,
    config,
    stop: async () => {
      await worker.stop();
      await connection.close();
      await database.drop();
    },
  };
}

/** Starts a case's workflow as the relay does; `changes` override the input. */
export async function startCase(engine: Engine, changes: Partial<CaseInput> = {}): Promise<WorkflowHandle> {
  const caseId = changes.caseId ?? randomUUID();
  const law = await currentLaw(engine.database.pool);
  return engine.client.workflow.start(CASE_WORKFLOW, {
    workflowId: caseWorkflowId(caseId),
    taskQueue: CASES_TASK_QUEUE,
    args: [{ caseId, law, ...changes }],
  });
}

export async function stateOf(handle: WorkflowHandle): Promise<CaseState> {
  return handle.query<CaseState>(STATE_QUERY);
}
