/**
 * The namespace that processes work in, with its retention and search attributes. A process makes what is missing itself:
 * a server that lost its data, or was replaced by an empty one, leaves every poller healthy and every case without a
 * clock, and an upsert of an attribute that is not registered fails its workflow task for ever.
 */
import type { ConnectionLike } from '@temporalio/client';
import protos from '@temporalio/proto';
import Long from 'long';
import { SEARCH_ATTRIBUTES, type SearchAttributeKind, type SearchAttributeRow } from '../contracts/search-attributes.js';
import { until } from './deadline.js';
import { StartFailure, reasonOf } from './failure.js';

/** What is needed of a connection; a client's and a worker's both have it. */
export type TemporalConnection = Pick<ConnectionLike, 'workflowService' | 'operatorService' | 'withDeadline'>;

export interface NamespaceOptions {
  /** Default: those of cases. */
  searchAttributes?: readonly SearchAttributeRow[];
  /** Milliseconds for everything together; default 30 s, for the server's caches learn of a namespace or attribute a while later. */
  withinMs?: number;
}

/** Thirty days in seconds: how long the server keeps the history of a closed run. A longer retention is somebody's wish and stays. */
const RETENTION_SECONDS = 30 * 24 * 60 * 60;

const { IndexedValueType } = protos.temporal.api.enums.v1;

const KIND = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  KeywordList: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
  Datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  Int: IndexedValueType.INDEXED_VALUE_TYPE_INT,
} as const satisfies Record<SearchAttributeKind, number>;

const GRPC_INVALID_ARGUMENT = 3;
const GRPC_NOT_FOUND = 5;
const GRPC_ALREADY_EXISTS = 6;
const GRPC_PERMISSION_DENIED = 7;
const GRPC_UNIMPLEMENTED = 12;
const GRPC_UNAUTHENTICATED = 16;

/** Answers that the same question gets again. */
const FINAL: ReadonlySet<number | undefined> = new Set([GRPC_INVALID_ARGUMENT, GRPC_PERMISSION_DENIED, GRPC_UNIMPLEMENTED, GRPC_UNAUTHENTICATED]);

function codeOf(error: unknown): number | undefined {
  return (error as { code?: number }).code;
}

/** Whether the server knows the namespace. */
export async function namespaceExists(connection: TemporalConnection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch (error) {
    if (codeOf(error) === GRPC_NOT_FOUND) return false;
    throw error;
  }
}

/**
 * Makes the namespace, thirty days of retention and the search attributes where they are missing, and waits until cases
 * may be started. What is there already is left alone, so any number of processes may call it, at any time.
 * @throws StartFailure with what to run instead, when the server refuses, has an attribute of another type, or does not get
 *   ready within `withinMs`
 */
export async function ensureNamespace(connection: TemporalConnection, namespace: string, options: NamespaceOptions = {}): Promise<void> {
  const { searchAttributes = SEARCH_ATTRIBUTES, withinMs = 30_000 } = options;
  const end = Date.now() + withinMs;
  try {
    await connection.withDeadline(end, async () => {
      await ensureExists(connection, namespace);
      await ensureAttributes(connection, namespace, searchAttributes, end);
    });
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    throw new StartFailure(
      `The Temporal namespace "${namespace}" could not be made ready within ${withinMs / 1000} s (${reasonOf(error)}): start again when the server answers.`,
    );
  }
}

async function ensureExists(connection: TemporalConnection, namespace: string): Promise<void> {
  const retention = { seconds: Long.fromNumber(RETENTION_SECONDS) };
  try {
    if (!(await namespaceExists(connection, namespace))) {
      await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention });
      return;
    }
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) >= RETENTION_SECONDS) return;
    await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } });
  } catch (error) {
    if (codeOf(error) === GRPC_ALREADY_EXISTS) return; // another process was quicker
    if (!FINAL.has(codeOf(error))) throw error;
    throw new StartFailure(
      `Temporal does not let this process make the namespace "${namespace}" or set its retention (${reasonOf(error)}): have its operator run ` +
        `"temporal operator namespace create --retention 720h ${namespace}" (or "update"), or set TEMPORAL_NAMESPACE.`,
    );
  }
}

/** Registering is tried until a query may use every attribute: two processes that register at once may each undo a part of the other's. */
async function ensureAttributes(connection: TemporalConnection, namespace: string, wanted: readonly SearchAttributeRow[], end: number): Promise<void> {
  if (wanted.length === 0) return;
  let last: unknown;
  const usable = await until(async () => {
    try {
      await registerMissing(connection, namespace, wanted);
      await connection.workflowService.countWorkflowExecutions({ namespace, query: wanted.map(({ name }) => `\`${name}\` IS NULL`).join(' AND ') });
      return true;
    } catch (error) {
      if (error instanceof StartFailure) throw error;
      last = error;
      return undefined;
    }
  }, end - Date.now());
  if (usable) return;
  throw new StartFailure(
    `Temporal cannot use the search attributes of namespace "${namespace}" yet (${reasonOf(last)}): start again in a minute, and if that does not help have its operator run "${remedy(namespace, wanted)}".`,
  );
}

async function registerMissing(connection: TemporalConnection, namespace: string, wanted: readonly SearchAttributeRow[]): Promise<void> {
  const missing = await missingOf(connection, namespace, wanted);
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map(({ name, type }) => [name, KIND[type]]));
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    if (!FINAL.has(codeOf(error))) throw error;
    const why = codeOf(error) === GRPC_UNIMPLEMENTED ? 'it does not offer that to clients' : reasonOf(error);
    throw new StartFailure(`Temporal refused to register search attributes (${why}): have its operator run "${remedy(namespace, missing)}".`);
  }
}

/** @throws StartFailure when one exists with another type */
async function missingOf(connection: TemporalConnection, namespace: string, wanted: readonly SearchAttributeRow[]): Promise<readonly SearchAttributeRow[]> {
  const present = await registered(connection, namespace);
  if (present === undefined) return [];
  return wanted.filter(({ name, type }) => {
    if (present[name] === undefined) return true;
    if (present[name] === KIND[type]) return false;
    throw new StartFailure(
      `The search attribute ${name} exists in namespace ${namespace} with another type than ${type}: remove it there or set TEMPORAL_NAMESPACE to another namespace.`,
    );
  });
}

/** Nothing when clients may not ask: then only a query tells whether they are there. */
async function registered(
  connection: TemporalConnection,
  namespace: string,
): Promise<Readonly<Record<string, protos.temporal.api.enums.v1.IndexedValueType>> | undefined> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return customAttributes ?? {};
  } catch (error) {
    if (codeOf(error) !== GRPC_INVALID_ARGUMENT && FINAL.has(codeOf(error))) return undefined;
    throw error;
  }
}

function remedy(namespace: string, attributes: readonly SearchAttributeRow[]): string {
  const commands = attributes.map(({ name, type }) => `--name ${name} --type ${type}`).join(' ');
  return `temporal operator search-attribute create --namespace ${namespace} ${commands}`;
}
