/** The metrics of a process: on a port of their own, without a case or a person in them. */
import { signingEnv } from '../stack/signing-env.js';
import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../process/config.js';
import { createRegistry } from '../../metrics/registry.js';
import { houseGauges } from '../../metrics/house-gauges.js';
import { serveMetrics, serveMetricsOrWarn, type MetricsServer } from '../../metrics/server.js';
import { stepLateness } from '../../metrics/step-lateness.js';
import { createPool } from '../../db/pool.js';

const ANYWHERE = { host: '127.0.0.1', port: 0 };
const SILENT = pino({ level: 'silent' });

let server: MetricsServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function textOf(url: string): Promise<string> {
  const reply = await fetch(url);
  expect(reply.status).toBe(200);
  return reply.text();
}

describe('the endpoint', () => {
  it('P52: shows the lateness of steps by step and force, and the process itself', async () => {
    const registry = createRegistry('worker');
    const observe = stepLateness(registry);
    observe({ step: 'reminder', force: 'law', latenessMs: 400 });
    observe({ step: 'reminder', force: 'law', latenessMs: 61_000 });
    server = await serveMetrics(registry, ANYWHERE);
    const text = await textOf(server.url);
    const labels = 'process="worker",step="reminder",force="law"';
    expect(text).toContain(`tirek_step_lateness_seconds_bucket{le="0.5",${labels}} 1`);
    expect(text).toContain(`tirek_step_lateness_seconds_bucket{le="60",${labels}} 1`);
    expect(text).toContain(`tirek_step_lateness_seconds_bucket{le="120",${labels}} 2`);
    expect(text).toContain(`tirek_step_lateness_seconds_sum{${labels}} 61.4`);
    expect(text).toMatch(/^process_resident_memory_bytes\{process="worker"\} \d+$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds\{process="worker"\} /m);
  });

  it('has one address and takes no orders', async () => {
    server = await serveMetrics(createRegistry('relay'), ANYWHERE);
    expect((await fetch(server.url.replace('/metrics', '/'))).status).toBe(404);
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(404);
  });

  it('a port that is taken is said in the log and stops nobody', async () => {
    server = await serveMetrics(createRegistry('relay'), ANYWHERE);
    const lines: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
    const port = Number(new URL(server.url).port);
    expect(await serveMetricsOrWarn({ host: '127.0.0.1', port }, log, () => ({ registry: createRegistry('relay') }))).toBeUndefined();
    expect(lines.join()).toContain('TIREK_METRICS_PORT');
    expect(await serveMetricsOrWarn(undefined, log, () => ({ registry: createRegistry('relay') }))).toBeUndefined();
    expect(lines).toHaveLength(1);
  });

  it('without Postgres it shows that, and no numbers of before', async () => {
    const pool = createPool('postgres://nobody@127.0.0.1:1/none', { applicationName: 'tirek-test' });
    const registry = createRegistry('api');
    server = await serveMetrics(registry, ANYWHERE, houseGauges(registry, pool, SILENT));
    const text = await textOf(server.url);
    expect(text).toContain('tirek_database_readable{process="api"} 0');
    expect(text).toContain('tirek_open_cases_with_past_moment{process="api"} Nan');
    expect(text).not.toMatch(/^tirek_inbox_waiting\{/m);
    await pool.end();
  });
});

describe('the configuration', () => {
  let needed: NodeJS.ProcessEnv;
  beforeAll(async () => {
    needed = { DATABASE_URL: 'postgres://app@127.0.0.1/tirek', ...(await signingEnv('worker')) };
  });

  it.each([undefined, '0'])('serves nothing with the port %s', (port) => {
    expect(readConfig({ ...needed, TIREK_METRICS_PORT: port }, 'worker').metrics).toBeUndefined();
  });

  it('serves on the loopback address unless told otherwise', () => {
    expect(readConfig({ ...needed, TIREK_METRICS_PORT: '9464' }, 'worker').metrics).toEqual({ host: '127.0.0.1', port: 9464 });
    expect(readConfig({ ...needed, TIREK_METRICS_PORT: '9464', TIREK_METRICS_HOST: '0.0.0.0' }, 'worker').metrics?.host).toBe('0.0.0.0');
  });
});

describe('the rules of Prometheus', () => {
  it('ask for series that exist', async () => {
    const rules = await readFile(new URL('../../deploy/prometheus-alerts.yml', import.meta.url), 'utf8');
    const registry = createRegistry('api');
    stepLateness(registry);
    houseGauges(registry, createPool('postgres://nobody@127.0.0.1:1/none', { applicationName: 'tirek-test' }), SILENT);
    const served = registry.getMetricsAsArray().map(({ name }) => name);
    const asked = [...rules.matchAll(/\btirek_[a-z_]+/g)].map(([name]) => name.replace(/_bucket$/, ''));
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((name) => !served.includes(name))).toEqual([]);
  });
});
