/** A link to Postgres that can be cut, can swallow everything, and can lose one answer. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Link {
  /** The database behind the link. */
  url: string;
  /** Connections that go through it now. */
  connections(): number;
  /** Ends every connection at once, as a failing switch does. */
  reset(): void;
  /** From now on these connections swallow what is sent and say nothing; new ones work. */
  blackHole(): void;
  /** Nothing gets through, new connections included, until `heal`. */
  pause(): void;
  heal(): void;
  /** The next request that contains these bytes is done by the server, and its answer never arrives. @returns resolves when that happened */
  loseAnswerOf(bytes: string): Promise<void>;
  stop(): Promise<void>;
}

interface Pair {
  near: Socket;
  far: Socket;
  isDead: boolean;
}

/** @param url the database itself */
export async function startLink(url: string): Promise<Link> {
  const target = new URL(url);
  const pairs = new Set<Pair>();
  const sockets = new Set<Socket>();
  let isPaused = false;
  let lost: { bytes: string; done: () => void } | undefined;

  const server = createServer((near) => {
    const far = connect({ host: target.hostname, port: Number(target.port) });
    const pair: Pair = { near, far, isDead: isPaused };
    pairs.add(pair);
    sockets.add(near).add(far);
    let losing: (() => void) | undefined;
    near.on('data', (chunk) => {
      if (pair.isDead || isPaused) return;
      if (lost !== undefined && chunk.includes(lost.bytes)) {
        losing = lost.done;
        lost = undefined;
      }
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (losing !== undefined) {
        losing();
        near.resetAndDestroy();
        return;
      }
      if (!pair.isDead && !isPaused) near.write(chunk);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => {
        pairs.delete(pair);
        sockets.delete(one);
        // A dead link does not tell its other end.
        if (!pair.isDead) other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.toString(),
    connections: () => pairs.size,
    reset: () => {
      for (const { near, far } of pairs) {
        near.resetAndDestroy();
        far.destroy();
      }
    },
    blackHole: () => {
      for (const pair of pairs) pair.isDead = true;
    },
    pause: () => {
      isPaused = true;
    },
    heal: () => {
      isPaused = false;
      // What was swallowed meanwhile is gone: such a connection never works again.
      for (const { near, far } of pairs) {
        near.resetAndDestroy();
        far.destroy();
      }
    },
    loseAnswerOf: (bytes) =>
      new Promise((done) => {
        lost = { bytes, done };
      }),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
