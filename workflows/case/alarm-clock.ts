/**
 * One durable timer, whatever the number of open duties. It is re-armed only when the nearest moment
 * changes: a cancel and a start are two events of history each time.
 */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

export class AlarmClock {
  private armedAt: number | undefined;
  private scope: CancellationScope | undefined;
  /** True from the moment the timer fired until a turn has acknowledged it. */
  rang = false;

  /** Arms the timer for that instant (UTC); `what` is shown to supervisors beside it. */
  set({ at, what }: { at: number; what: string }): void {
    if (this.rang || this.armedAt === at) return;
    this.scope?.cancel();
    this.armedAt = at;
    this.scope = new CancellationScope();
    void this.scope.run(() => this.ring(at, what)).catch((error: unknown) => {
      // A timer that was re-armed is cancelled; anything else is a defect and must fail the task.
      if (!isCancellation(error)) throw error;
    });
  }

  acknowledge(): void {
    if (!this.rang) return;
    this.rang = false;
    this.armedAt = undefined;
  }

  private async ring(at: number, what: string): Promise<void> {
    const summary = `${what} · ${new Date(at).toISOString()}`;
    // Never 0: a moment of the past still gets a real, if short, timer.
    await sleep(Math.max(1, at - Date.now()), { summary });
    this.rang = true;
  }
}
