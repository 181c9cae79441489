/**
 * `GET /metrics` on a port of its own, so that no proxy which publishes the API publishes them too.
 * Loopback unless told otherwise; they hold counts and names of rules' steps, never a case or a person.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Logger } from 'pino';
import { collectDefaultMetrics, type Registry } from 'prom-client';

export interface MetricsAddress {
  host: string;
  /** 0 lets the system choose. */
  port: number;
}

export interface MetricsServer {
  url: string;
  stop(): Promise<void>;
}

/** Counts that are read at the moment of asking; it must not throw. */
export type Refresh = () => Promise<void>;

/**
 * Serves the registry, to which the process's own numbers are added: memory, event loop, garbage.
 * @throws the error of the system when the port is taken
 */
export async function serveMetrics(registry: Registry, { host, port }: MetricsAddress, refresh: Refresh = async () => {}): Promise<MetricsServer> {
  collectDefaultMetrics({ register: registry });
  const server = createServer((request, response) => {
    const asked = request.method === 'GET' && request.url?.split('?')[0] === '/metrics';
    if (!asked) return void response.writeHead(404).end();
    expose(registry, refresh).then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.requestTimeout = 10_000;
  server.listen(port, host);
  await once(server, 'listening');
  return { url: `http://${host}:${portOf(server)}/metrics`, stop: () => close(server) };
}

async function expose(registry: Registry, refresh: Refresh): Promise<string> {
  await refresh();
  return registry.metrics();
}

/**
 * The same for a process that must do its work whether it is measured or not: a port that is taken is
 * said in the log, and Prometheus sees that the process does not answer.
 */
export async function serveMetricsOrWarn(
  address: MetricsAddress | undefined,
  log: Logger,
  make: () => { registry: Registry; refresh?: Refresh },
): Promise<MetricsServer | undefined> {
  if (address === undefined) return undefined;
  try {
    const { registry, refresh } = make();
    const server = await serveMetrics(registry, address, refresh);
    log.info({ url: server.url }, 'metrics are served');
    return server;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error({ reason }, 'metrics are not served: set TIREK_METRICS_PORT to a free port and start again');
    return undefined;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the metrics server listens on no port');
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
