/**
 * One line per case in a process: who comes while a take of the case is under way waits, and is taken with the
 * others that wait, as one turn. Without it a dozen outcomes at once would beat each other and starve the pool.
 */

/** Longest line of one case: behind it the answer is "busy", which a repeat mends. */
const LONGEST = 200;
/** So many inputs make one turn at most. */
const MOST_AT_ONCE = 20;

interface Waiting<I, R> {
  input: I;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
  /** Epoch milliseconds; who waits longer is not taken any more. */
  deadline: number;
}

/** The line of a case is full, or the input's time was up before its turn came: nothing was done. */
export class LineBusy extends Error {
  override readonly name = 'LineBusy';
}

export class Line<I, R> {
  readonly #lines = new Map<string, Waiting<I, R>[]>();
  readonly #takeAll: (caseId: string, inputs: readonly I[]) => Promise<readonly R[]>;
  readonly #now: () => number;

  /** @param takeAll takes inputs of one case as one turn; results in their order */
  constructor(takeAll: (caseId: string, inputs: readonly I[]) => Promise<readonly R[]>, now: () => number = Date.now) {
    this.#takeAll = takeAll;
    this.#now = now;
  }

  /** True when nothing of that case is under way or waits here. */
  isIdle(caseId: string): boolean {
    return !this.#lines.has(caseId);
  }

  /** @throws LineBusy, or what the taking throws */
  stand(caseId: string, input: I, deadline: number): Promise<R> {
    const line = this.#lines.get(caseId);
    if (line !== undefined && line.length >= LONGEST) return Promise.reject(new LineBusy(`case ${caseId} has ${LONGEST} inputs waiting`));
    return new Promise((resolve, reject) => {
      const waiting = { input, resolve, reject, deadline };
      if (line !== undefined) {
        line.push(waiting);
        return;
      }
      this.#lines.set(caseId, [waiting]);
      void this.#serve(caseId);
    });
  }

  async #serve(caseId: string): Promise<void> {
    for (;;) {
      const line = this.#lines.get(caseId) ?? [];
      if (line.length === 0) {
        this.#lines.delete(caseId);
        return;
      }
      const batch = line.splice(0, MOST_AT_ONCE);
      await this.#take(
        caseId,
        batch.filter((waiting) => this.#isInTime(waiting)),
      );
    }
  }

  #isInTime({ deadline, reject }: Waiting<I, R>): boolean {
    if (this.#now() < deadline) return true;
    reject(new LineBusy('the turn did not come in time'));
    return false;
  }

  /** A batch that fails is taken one by one: what is wrong with one must not be the answer to the others. */
  async #take(caseId: string, batch: readonly Waiting<I, R>[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const results = await this.#takeAll(
        caseId,
        batch.map(({ input }) => input),
      );
      batch.forEach(({ resolve, reject }, place) => {
        const result = results[place];
        if (result === undefined) reject(new Error(`case ${caseId}: an input got no result`));
        else resolve(result);
      });
    } catch (error) {
      const [only] = batch;
      if (batch.length === 1) only?.reject(error);
      else for (const waiting of batch) await this.#take(caseId, [waiting]);
    }
  }
}
