/** Asks for activities of another queue, all at once, in the order given. */
import { proxyActivities } from '@temporalio/workflow';
import type { Priority } from '@temporalio/common';

export interface Asked {
  name: string;
  priority: Priority;
}

export async function asks(taskQueue: string, all: readonly Asked[]): Promise<void> {
  await Promise.all(
    all.map(({ name, priority }) => proxyActivities<{ note(name: string): Promise<void> }>({ taskQueue, startToCloseTimeout: '10s', priority }).note(name)),
  );
}
