/** When a relay ends itself: it stands still while work is due. Not when it was held up with everybody else, or is slow. */
import { describe, expect, it } from 'vitest';
import type { DueWork } from '../../work/work-list.js';
import { LOOKS_MISSED_AFTER_MS, Progress, STUCK_AFTER_MS } from '../../work/progress.js';

const LOOK_EVERY_MS = 2_000;

class Watched {
  now = 0;
  readonly progress = new Progress(STUCK_AFTER_MS, () => this.now);

  /** Looks every two seconds for so long, at work that fell due at `dueAt`; when it was first called a standstill. */
  lookFor(ms: number, dueAt: number, meanwhile: () => void = () => {}): number | undefined {
    const end = this.now + ms;
    while (this.now < end) {
      this.now += LOOK_EVERY_MS;
      meanwhile();
      if (this.look(dueAt)) return this.now;
    }
    return undefined;
  }

  look(dueAt: number): boolean {
    const due: DueWork[] = [{ list: 'inbox', lane: 2, rows: 1, oldestMs: this.now - dueAt }];
    return this.progress.standstills(due).length > 0;
  }
}

describe('a relay stands still', () => {
  it('when work has been due for longer than it may, and it moves none', () => {
    expect(new Watched().lookFor(60_000, 0)).toBe(STUCK_AFTER_MS + LOOK_EVERY_MS);
  });

  it('also when other lanes move', () => {
    const relay = new Watched();
    expect(relay.lookFor(60_000, 0, () => relay.progress.moved('inbox', 1))).toBeDefined();
  });

  it('not while it takes, or ends, something now and then: every place may be busy for long', () => {
    const relay = new Watched();
    let looks = 0;
    const slowly = (): void => {
      looks += 1;
      if (looks % 9 === 0) relay.progress.moved('inbox', 2);
    };
    expect(relay.lookFor(300_000, 0, slowly)).toBeUndefined();
  });

  it('not when nobody could look meanwhile: Postgres was away, or the process had no time; it gets the whole time anew, and then no more', () => {
    const relay = new Watched();
    expect(relay.lookFor(10_000, 0)).toBeUndefined();
    relay.now += 30_000;
    const back = relay.now;
    expect(relay.look(0)).toBe(false);
    expect(relay.lookFor(60_000, 0)).toBe(back + STUCK_AFTER_MS + LOOK_EVERY_MS);
  });

  it('all the same when single looks come late', () => {
    const relay = new Watched();
    relay.lookFor(10_000, 0);
    relay.now += LOOKS_MISSED_AFTER_MS - LOOK_EVERY_MS;
    expect(relay.lookFor(60_000, 0)).toBeLessThan(STUCK_AFTER_MS + 2 * LOOK_EVERY_MS);
  });
});
