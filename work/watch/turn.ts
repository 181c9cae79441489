/** Rounds that one relay at a time goes. The turn is a row with a lease: a relay that died or hangs has lost it when its time is up. */
import { randomUUID } from 'node:crypto';
import { onClient, type Pool } from '../../db/pool.js';
import { inMs, isFree } from '../lease.js';

export class WatchTurn {
  readonly #pool: Pool;
  readonly #leaseMs: number;
  readonly #token = randomUUID();

  constructor(pool: Pool, leaseMs: number) {
    this.#pool = pool;
    this.#leaseMs = leaseMs;
  }

  /** Takes the turn or keeps it. @returns false while another relay has it */
  async hold(): Promise<boolean> {
    const { rowCount } = await onClient(this.#pool, (client) =>
      client.query({
        name: 'hold-watch-turn',
        text: `insert into watch_turn (name, lease_token, lease_until) values ('watch', $1, ${inMs(this.#leaseMs)})
               on conflict (name) do update set lease_token = excluded.lease_token, lease_until = excluded.lease_until
                 where watch_turn.lease_token = excluded.lease_token or ${isFree('watch_turn', this.#leaseMs)}`,
        values: [this.#token],
      }),
    );
    return rowCount === 1;
  }

  /** Gives it to whoever asks next. */
  async leave(): Promise<void> {
    await onClient(this.#pool, (client) => client.query('delete from watch_turn where lease_token = $1', [this.#token]));
  }
}
