import type { Connection } from '@temporalio/client';
import protos from '@temporalio/proto';
import Long from 'long';

import { until } from './deadline.js';
import { StartFailure, reasonOf } from './failure.js';

/** Kinds of search attributes that the engine uses. */
export type SearchAttributeKind = 'Keyword' | 'KeywordList' | 'Datetime' | 'Int';

export interface SearchAttributeRow {
  readonly name: string;
  readonly type: SearchAttributeKind;
}

/** Thirty days in seconds: how long the server keeps the history of a closed run. */
const RETENTION_SECONDS = 30 * 24 * 60 * 60;

const { IndexedValueType } = protos.temporal.api.enums.v1;

const KIND = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  KeywordList: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
  Datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  Int: IndexedValueType.INDEXED_VALUE_TYPE_INT,
} as const satisfies Record<SearchAttributeKind, number>;

const GRPC_NOT_FOUND = 5;
const GRPC_ALREADY_EXISTS = 6;
const GRPC_UNIMPLEMENTED = 12;

function codeOf(error: unknown): number | undefined {
  return (error as { code?: number }).code;
}

/** Whether the server knows the namespace. */
export async function namespaceExists(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch (error) {
    if (codeOf(error) === GRPC_NOT_FOUND) return false;
    throw error;
  }
}

/** Sets the retention of closed runs to 30 days; the development server's own default is one day. */
export async function keepClosedRunsThirtyDays(connection: Connection, namespace: string): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) === RETENTION_SECONDS) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: { seconds: Long.fromNumber(RETENTION_SECONDS) } },
  });
}

/**
 * Registers the search attributes that the namespace lacks and waits until a query may use them
 * all: the server's caches learn of them a moment later, and a case started before would fail.
 *
 * @throws StartFailure when one exists with another type, or the server refuses
 */
export async function registerSearchAttributes(
  connection: Connection,
  namespace: string,
  wanted: readonly SearchAttributeRow[],
): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = wanted.filter(({ name, type }) => {
    const present = customAttributes?.[name];
    if (present === undefined) return true;
    if (present === KIND[type]) return false;
    throw new StartFailure(
      `The search attribute ${name} exists in namespace ${namespace} with another type than ${type}: remove it there or set TEMPORAL_NAMESPACE to another namespace.`,
    );
  });
  if (missing.length > 0) await addAttributes(connection, namespace, missing);
  await waitUntilUsable(connection, namespace, wanted);
}

async function addAttributes(
  connection: Connection,
  namespace: string,
  missing: readonly SearchAttributeRow[],
): Promise<void> {
  const searchAttributes = Object.fromEntries(missing.map(({ name, type }) => [name, KIND[type]]));
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    if (codeOf(error) === GRPC_ALREADY_EXISTS) return; // another start was quicker
    const commands = missing.map(({ name, type }) => `--name ${name} --type ${type}`).join(' ');
    const remedy = `temporal operator search-attribute create --namespace ${namespace} ${commands}`;
    const why = codeOf(error) === GRPC_UNIMPLEMENTED ? 'it does not offer that to clients' : reasonOf(error);
    throw new StartFailure(`Temporal refused to register search attributes (${why}): have its operator run "${remedy}".`);
  }
}

async function waitUntilUsable(
  connection: Connection,
  namespace: string,
  wanted: readonly SearchAttributeRow[],
): Promise<void> {
  if (wanted.length === 0) return;
  const query = wanted.map(({ name }) => `\`${name}\` IS NULL`).join(' AND ');
  let last: unknown;
  const usable = await until(async () => {
    try {
      await connection.workflowService.countWorkflowExecutions({ namespace, query });
      return true;
    } catch (error) {
      last = error;
      return undefined;
    }
  }, 30_000);
  if (usable) return;
  throw new StartFailure(`Temporal registered the search attributes but cannot use them yet (${reasonOf(last)}): start again in a minute.`);
}
