/** A link to Postgres in the hand of a test: it can fall silent, keep answers back, or be cut. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface PostgresLink {
  /** Of the same database, through this link. */
  url: string;
  /** From now on nothing passes either way, and connections are still accepted: nobody is told of anything. */
  silence(): void;
  /** The same from the first request on that holds the text: it does not arrive any more. */
  silenceAt(text: string): void;
  /**
   * What is asked gets through, and no answer comes back once a request holds that text; the connections are cut
   * when the answer to it is there. So the work is done and nobody knows.
   */
  loseAnswerTo(text: string): Promise<void>;
  /** Passes everything again; what fell silent is cut. */
  heal(): void;
  close(): Promise<void>;
}

export async function openPostgresLink(databaseUrl: string): Promise<PostgresLink> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  /** Something of theirs was swallowed: they are of no use any more. */
  const broken = new Set<Socket>();
  let silent = false;
  let silentAt: string | undefined;
  let losing: { text: string; lost: () => void } | undefined;
  const server = createServer((near) => {
    sockets.add(near);
    near.on('error', () => {}).on('close', () => [sockets, broken].forEach((set) => set.delete(near)));
    const far = connect(Number(target.port), target.hostname);
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    let asked = false;
    near.on('data', (bytes: Buffer) => {
      if (silentAt !== undefined && bytes.includes(silentAt)) silent = true;
      if (silent) return void broken.add(near);
      if (losing !== undefined && bytes.includes(losing.text)) asked = true;
      far.write(bytes);
    });
    far.on('data', (bytes: Buffer) => {
      if (silent) return void broken.add(near);
      if (!asked || losing === undefined) {
        near.write(bytes);
        return;
      }
      losing.lost();
      losing = undefined;
      near.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const cut = (which: ReadonlySet<Socket>): void => {
    for (const socket of which) socket.destroy();
  };
  return {
    url: url.toString(),
    silence: () => void (silent = true),
    silenceAt: (text) => void (silentAt = text),
    loseAnswerTo: (text) => new Promise((lost) => (losing = { text, lost })),
    heal: () => {
      silent = false;
      silentAt = undefined;
      cut(broken);
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      cut(sockets);
      await closed;
    },
  };
}
