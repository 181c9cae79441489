import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Listens on a port, or gives the error code with which the system refused. */
function listen(port: number, host: string | undefined): Promise<Server | string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has no port');
  return address.port;
}

/**
 * Where ports for servers are taken from. Below what Linux (32768), macOS and Windows (49152) give to outgoing calls: a port
 * from that range may be some client's a moment later, and a server that is started again on its old port finds it taken.
 */
const FIRST_PORT = 15_000;
const PORTS = 17_000;
const MOST_TRIES = 1_000;

/**
 * Free TCP ports on the loopback address, all different, outside the range of outgoing calls: they are held open together
 * and only then let go, so that none is found twice. Drawn at random, so that two starts at once rarely meet.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  try {
    for (let tries = 0; servers.length < count; tries += 1) {
      if (tries === MOST_TRIES) throw new Error(`no free port on ${LOOPBACK} between ${FIRST_PORT} and ${FIRST_PORT + PORTS - 1}`);
      const server = await listen(FIRST_PORT + randomInt(PORTS), LOOPBACK);
      if (typeof server !== 'string') servers.push(server);
    }
    return servers.map((server) => portOf(server));
  } finally {
    await Promise.all(servers.map((server) => close(server)));
  }
}

/** One free TCP port on the loopback address. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error('no free port');
  return port;
}

/**
 * Whether a server may listen on this port on every address of the machine. Both the wildcard and
 * the loopback address are tried: some systems let the two be held by different programs, and the
 * second to come would silently get no calls.
 */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of [undefined, LOOPBACK]) {
    const server = await listen(port, host);
    if (typeof server === 'string') return false;
    await close(server);
  }
  return true;
}

/** The wanted port if nobody has it, else any free one. */
export async function portOrFree(wanted: number | undefined): Promise<number> {
  if (wanted !== undefined && wanted > 0 && (await isPortFree(wanted))) return wanted;
  return freePort();
}
