/** Somebody who reaches Temporal's port and has none of our code: starts, signals and answers as the API of the server lets anybody. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import protos, { type temporal } from '@temporalio/proto';
import Long from 'long';
import { eventually } from '../stack/eventually.js';

const { CommandType } = protos.temporal.api.enums.v1;

/** What came of an activity that the attacker had our worker do. */
export type Done = { result: unknown } | { failure: string };

/** Who the attacker is to the server: a workflow of that type, under that id. */
export interface Disguise {
  workflowId?: string;
  workflowType?: string;
}

export class Attacker {
  private readonly client: Client;
  private readonly namespace: string;

  constructor(client: Client) {
    this.client = client;
    this.namespace = client.options.namespace;
  }

  /** Has our worker do one of its activities, with any argument, for a workflow that the attacker's own worker leads. */
  async call(activity: string, queue: string, argument: unknown, { workflowId = `evil-${randomUUID()}`, workflowType = 'evil' }: Disguise = {}): Promise<Done> {
    const own = `evil-${randomUUID()}`;
    const handle = await this.client.workflow.start(workflowType, { workflowId, taskQueue: own, workflowIdConflictPolicy: 'TERMINATE_EXISTING' });
    try {
      await this.lead(own, activity, queue, argument);
      return await eventually(async () => doneIn((await handle.fetchHistory()).events ?? []), `${activity} is done`);
    } finally {
      await handle.terminate('the attacker has what it wanted');
    }
  }

  /** One workflow task, answered with one command. */
  private async lead(own: string, activity: string, queue: string, argument: unknown): Promise<void> {
    const { client, namespace } = this;
    const { taskToken } = await client.withDeadline(Date.now() + 20_000, () =>
      client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: own }, identity: 'evil' }),
    );
    const scheduleActivityTaskCommandAttributes = {
      activityId: '1',
      activityType: { name: activity },
      taskQueue: { name: queue },
      input: { payloads: [defaultPayloadConverter.toPayload(argument)] },
      startToCloseTimeout: { seconds: Long.fromNumber(15) },
      retryPolicy: { maximumAttempts: 1 },
    };
    const commands = [{ commandType: CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK, scheduleActivityTaskCommandAttributes }];
    await client.workflowService.respondWorkflowTaskCompleted({ namespace, taskToken, identity: 'evil', commands });
  }

  /** Ids of the activities of a workflow that our worker has in hand. */
  async inHand(workflowId: string): Promise<string[]> {
    const { raw } = await this.client.workflow.getHandle(workflowId).describe();
    const { PENDING_ACTIVITY_STATE_STARTED } = protos.temporal.api.enums.v1.PendingActivityState;
    return (raw.pendingActivities ?? []).flatMap(({ state, activityId }) =>
      state === PENDING_ACTIVITY_STATE_STARTED && activityId != null ? [activityId] : [],
    );
  }
}

function doneIn(events: readonly temporal.api.history.v1.IHistoryEvent[]): Done | undefined {
  for (const { activityTaskCompletedEventAttributes: completed, activityTaskFailedEventAttributes: failed } of events) {
    const payload = completed?.result?.payloads?.[0];
    if (payload != null) return { result: defaultPayloadConverter.fromPayload(payload) };
    if (failed != null) return { failure: failed.failure?.applicationFailureInfo?.type ?? 'without a type' };
  }
  return undefined;
}
