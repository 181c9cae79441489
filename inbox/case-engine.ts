/** The relay's words with Temporal: start a case, hand over messages. Every call has a deadline. */
import { createHash } from 'node:crypto';

import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';

import { refusalIn } from '../adapters/refused-update.js';
import {
  CASE_WORKFLOW,
  CASES_TASK_QUEUE,
  caseWorkflowId,
  commandUpdate,
  DELIVER_UPDATE,
  type CaseInput,
  type DeliverAnswers,
  type DeliverBatch,
} from '../contracts/case-workflow.js';
import type { SEARCH_ATTRIBUTES } from '../contracts/search-attributes.js';
import type { Command } from '../domain/case/commands.js';
import type { Delivery, Opening } from '../domain/case/deliveries.js';
import type { Refusal } from '../domain/case/refusal.js';
import type { CaseState } from '../domain/case/state.js';
import type { Answer } from '../domain/case/turn.js';

/** Without a worker a call hangs for minutes: the same call is made again later, under the same id. */
const DEADLINE_MS = 8_000;

type AttributeName = (typeof SEARCH_ATTRIBUTES)[number]['name'];

export type HandOver =
  /** One answer per message, in their order. */
  | { outcome: 'answered'; answers: DeliverAnswers }
  /** The case refused the batch as a whole, before it entered its history. */
  | { outcome: 'refused'; refusal: Refusal }
  /** No case of that id runs. */
  | { outcome: 'no_such_case' };

export interface CaseEngine {
  /**
   * Starts the workflow of a case. Starting a case that runs, or has run, changes nothing.
   * @param state the case as the opening will make it, for what supervisors see at once
   * @throws when the engine cannot be reached; the start may have happened
   */
  startCase(input: CaseInput & { opening: Opening }, state: CaseState): Promise<void>;
  /**
   * Hands messages over in one Update, whose id follows from theirs: the same batch again is answered
   * and not done again.
   * @throws when the outcome is not known: hand the same messages over again
   */
  handOver(caseId: string, deliveries: readonly Delivery[]): Promise<HandOver>;
  /**
   * Asks a case again for a command that the ledger has already: the case answers from what it knows,
   * or takes up the ledger first. What it answers was answered before.
   * @throws when the engine cannot be reached, or gave no answer in time
   */
  askAgain(caseId: string, command: Command): Promise<'answered' | 'no_such_case'>;
}

/** @param deadlineMs bound of one call */
export function createCaseEngine(client: Client, deadlineMs: number = DEADLINE_MS): CaseEngine {
  const bounded = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + deadlineMs, call);
  return {
    startCase: (input, state) => bounded(() => start(client, input, state)),
    handOver: (caseId, deliveries) => handOver(caseId, deliveries, () => bounded(() => update(client, caseId, deliveries))),
    askAgain: (caseId, command) => bounded(() => askAgain(client, caseId, command)),
  };
}

async function start(client: Client, input: CaseInput & { opening: Opening }, state: CaseState): Promise<void> {
  const { caseId, opening } = input;
  const started = client.workflow.start(CASE_WORKFLOW, {
    workflowId: caseWorkflowId(caseId),
    taskQueue: CASES_TASK_QUEUE,
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    args: [input],
    staticSummary: `Case ${opening.journalNumber}`,
    staticDetails: detailsOf(opening, state),
    typedSearchAttributes: attributesOf(state),
  });
  await started.catch((error: unknown) => {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  });
}

/** Markdown for supervisors in the Temporal UI: numbers and codes, nothing personal. */
function detailsOf({ journalNumber, center, channel, threat, registeredAt }: Opening, state: CaseState): string {
  return [
    `Appeal **${journalNumber}**, center \`${center}\`, channel ${channel} (256 п.12)${threat ? ', **threat**' : ''}`,
    `Registered ${new Date(registeredAt).toISOString()}`,
    `Law: ${state.law.rules}, calendar ${state.law.calendar}, policy ${state.law.policy}`,
  ].join('\n\n');
}

/** Attributes are free at the start; the case itself writes only what changes later. */
function attributesOf(state: CaseState): SearchAttributePair[] {
  const dues = state.duties.flatMap((duty) => (duty.state === 'open' ? (duty.dueAt ?? []) : []));
  const keyword = (name: AttributeName) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
  const nextDeadline = defineSearchAttributeKey('TirekNextDeadline' satisfies AttributeName, SearchAttributeType.DATETIME);
  const overdue = defineSearchAttributeKey('TirekOverdue' satisfies AttributeName, SearchAttributeType.INT);
  return [
    { key: keyword('TirekStage'), value: state.stage },
    { key: keyword('TirekCenter'), value: state.center },
    { key: overdue, value: 0 },
    ...(dues.length === 0 ? [] : [{ key: nextDeadline, value: new Date(Math.min(...dues)) }]),
  ];
}

function update(client: Client, caseId: string, deliveries: readonly Delivery[]): Promise<DeliverAnswers> {
  return client.workflow
    .getHandle(caseWorkflowId(caseId))
    .executeUpdate<DeliverAnswers, [DeliverBatch]>(DELIVER_UPDATE, { updateId: batchId(deliveries), args: [{ deliveries }] });
}

async function handOver(caseId: string, deliveries: readonly Delivery[], call: () => Promise<DeliverAnswers>): Promise<HandOver> {
  try {
    const answers = await call();
    if (answers.length !== deliveries.length) throw new Error(`case ${caseId} gave ${answers.length} answers to ${deliveries.length} messages`);
    return { outcome: 'answered', answers };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { outcome: 'no_such_case' };
    // Only our own refusal is an answer; an Update that failed because its run ended is asked again.
    const refusal = refusalIn(error);
    if (refusal) return { outcome: 'refused', refusal };
    throw error;
  }
}

async function askAgain(client: Client, caseId: string, command: Command): Promise<'answered' | 'no_such_case'> {
  const handle = client.workflow.getHandle(caseWorkflowId(caseId));
  try {
    await handle.executeUpdate<Answer, [Command]>(commandUpdate(command.kind), { updateId: command.id, args: [command] });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'no_such_case';
    if (refusalIn(error) === undefined) throw error;
  }
  return 'answered';
}

/** Ids in the Update's id would be too long; their digest is as stable. */
export function batchId(deliveries: readonly Pick<Delivery, 'deliveryId'>[]): string {
  const ids = deliveries.map(({ deliveryId }) => deliveryId).join('\n');
  return `deliver-${createHash('sha256').update(ids).digest('hex').slice(0, 32)}`;
}
