/** Workflow code as it must not be, and a case beside it that must not suffer. */
import { condition, defineSignal, setHandler, sleep } from '@temporalio/workflow';

/** Never gives the thread back. */
export async function runsAway(): Promise<void> {
  for (;;);
}

/** Rejects where nobody waits. */
export async function forgetsAPromise(): Promise<void> {
  void sleep(1).then(() => Promise.reject(new Error('nobody waited for this')));
  await condition(() => false);
}

/** Ends when it is told to. */
export async function waits(): Promise<string> {
  let told = false;
  setHandler(defineSignal('go'), () => {
    told = true;
  });
  await condition(() => told);
  return 'went on';
}
