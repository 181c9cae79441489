/** A workflow that does what a clock does, for measuring the sandbox alone: woken, one local activity, one timer. */
import { condition, defineSignal, proxyLocalActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';

const { look } = proxyLocalActivities<{ look(seen: number): Promise<{ board: string }> }>({ startToCloseTimeout: '10s' });

export async function clock(): Promise<void> {
  let woken = 0;
  setHandler(defineSignal('wake'), () => {
    woken += 1;
  });
  for (;;) {
    const seen = woken;
    const { board } = await look(seen);
    setCurrentDetails(board);
    await condition(() => woken > seen, '1h', { summary: 'next moment' });
  }
}
