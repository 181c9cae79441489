/** Waiting for the inbox: one question to Postgres for all who wait, however many lives go on at once. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from '../../db/pool.js';

const LOOK_EVERY_MS = 40;

interface Row {
  id: string;
  state: string;
  outcome: unknown;
}

interface Waiting {
  ids: readonly string[];
  until: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export class InboxWatch {
  private readonly pool: Pool;
  private waiting: Waiting[] = [];
  private looking = false;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /**
   * Resolves when the case has taken all these messages.
   * @throws Error when one of them was not taken, or still waits after `withinMs`
   */
  taken(ids: readonly string[], withinMs = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ids, until: Date.now() + withinMs, resolve, reject });
      if (!this.looking) void this.look();
    });
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.waiting.length > 0) {
      await this.lookOnce().catch((error: unknown) => this.failAll(error));
      await pause(LOOK_EVERY_MS);
    }
    this.looking = false;
  }

  private async lookOnce(): Promise<void> {
    const asked = this.waiting;
    const { rows } = await this.pool.query<Row>({
      name: 'bench-inbox',
      text: `select id, state, outcome from inbox where id = any($1::uuid[]) and state <> 'delivered'`,
      values: [asked.flatMap(({ ids }) => ids)],
    });
    const notTaken = new Map(rows.map((row) => [row.id, row]));
    const now = Date.now();
    for (const waiting of asked) {
      const left = waiting.ids.flatMap((id) => notTaken.get(id) ?? []);
      const refused = left.find(({ state }) => state !== 'waiting');
      if (left.length === 0) waiting.resolve();
      else if (refused !== undefined) waiting.reject(new Error(`a message was settled as ${refused.state}: ${JSON.stringify(refused.outcome)}`));
      else if (now > waiting.until) waiting.reject(new Error(`${left.length} of ${waiting.ids.length} messages still wait in the inbox`));
      else continue;
      this.waiting = this.waiting.filter((other) => other !== waiting);
    }
  }

  private failAll(error: unknown): void {
    for (const { reject } of this.waiting) reject(error);
    this.waiting = [];
  }
}
