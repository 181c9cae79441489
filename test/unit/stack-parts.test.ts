import { createServer, type Server } from 'node:net';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEndpoints, runningCasesUrl, writeEndpoints, type Endpoints } from '../../tools/stack/endpoints.js';
import { freePorts, isPortFree, portOrFree } from '../../tools/stack/free-port.js';
import { Persistence } from '../../tools/stack/keep-running.js';
import { obtainPostgres } from '../../tools/stack/postgres.js';
import { lastLines, lastWords } from '../../tools/stack/run-command.js';
import { centerWebhookSecret, writeAgencies } from '../../tools/stack/secrets.js';
import { noteStart } from '../../tools/stack/start-times.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-stack-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function holdPort(host: string): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, server };
}

function given(env: NodeJS.ProcessEnv): Promise<unknown> {
  return obtainPostgres({ dataDir: dir, env, report: () => {} });
}

describe('ports', () => {
  it('asked for together are all different', async () => {
    expect(new Set(await freePorts(8)).size).toBe(8);
  });

  it('are none that the system gives to outgoing calls: a server that ended finds its own again', async () => {
    const ports = await freePorts(64);
    expect(ports.filter((port) => port < 15_000 || port >= 32_000)).toEqual([]);
  });

  it.each(['127.0.0.1', '0.0.0.0'])('one that somebody holds on %s moves to a free one', async (host) => {
    const { port, server } = await holdPort(host);
    try {
      expect(await isPortFree(port)).toBe(false);
      expect(await portOrFree(port)).not.toBe(port);
    } finally {
      server.close();
    }
  });

  it('a wanted one that is free is kept', async () => {
    const [port] = await freePorts(1);
    expect(await portOrFree(port)).toBe(port);
  });
});

describe('addresses of the stack', () => {
  const endpoints: Endpoints = {
    api: 'http://127.0.0.1:3000',
    openapi: 'http://127.0.0.1:3000/docs',
    console: 'http://127.0.0.1:3000/console',
    temporal: '127.0.0.1:7233',
    temporalUi: null,
    databases: {
      api: 'postgresql://tirek_api:word@127.0.0.1:5432/tirek',
      clock: 'postgresql://tirek_clock:word@127.0.0.1:5432/tirek',
      work: 'postgresql://tirek_work:word@127.0.0.1:5432/tirek',
      auditor: 'postgresql://tirek_auditor:word@127.0.0.1:5432/tirek',
    },
    postgresOwner: 'postgresql://owner:word@127.0.0.1:5432/tirek',
    provider: 'http://127.0.0.1:4001',
    simulators: 'http://127.0.0.1:4000',
    metrics: { worker: 'http://127.0.0.1:9464/metrics', relay: 'http://127.0.0.1:9465/metrics', api: 'http://127.0.0.1:9466/metrics' },
  };

  it('are read as they were written, and by their owner alone', async () => {
    expect(await readEndpoints(dir)).toBeUndefined();
    await writeEndpoints(dir, endpoints);
    expect(await readEndpoints(dir)).toEqual(endpoints);
    expect((await stat(join(dir, 'endpoints.json'))).mode & 0o777).toBe(0o600);
  });

  it('the link to the running cases survives the browser', () => {
    const url = new URL(runningCasesUrl('http://127.0.0.1:8233', 'default', 'caseWorkflow'));
    expect(url.pathname).toBe('/namespaces/default/workflows');
    expect(url.searchParams.get('query')).toBe('`WorkflowType`="caseWorkflow" AND `ExecutionStatus`="Running"');
  });
});

describe('secrets of the stack', () => {
  it('an agency keeps its secret when its address changes, and a new agency gets its own', async () => {
    const first = await writeAgencies(dir, ['education'], (code) => `http://127.0.0.1:1/agencies/${code}`);
    const second = await writeAgencies(dir, ['education', 'health'], (code) => `http://127.0.0.1:2/agencies/${code}`);
    expect(second.agencies[0]).toEqual({ ...first.agencies[0], endpointUrl: 'http://127.0.0.1:2/agencies/education' });
    expect(second.agencies[1]?.secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(second.agencies[1]?.secret).not.toBe(second.agencies[0]?.secret);
    expect((await stat(second.file)).mode & 0o777).toBe(0o600);
  });

  it('the key of the Center webhook is made once', async () => {
    expect(await centerWebhookSecret(dir)).toBe(await centerWebhookSecret(dir));
  });
});

describe('a part that ends unasked', () => {
  it('is started again at once, then with growing pauses, and not more than five times a minute', () => {
    const persistence = new Persistence();
    const pauses = [0, 1, 2, 3, 4, 5].map((second) => persistence.afterEnd(second * 1000));
    expect(pauses).toEqual([0, 500, 1000, 2000, 4000, undefined]);
    expect(new Persistence().afterEnd(0)).toBe(0);
  });

  it('starts afresh after a quiet minute', () => {
    const persistence = new Persistence();
    persistence.afterEnd(0);
    expect(persistence.afterEnd(60_001)).toBe(0);
  });
});

describe('sentences about what ended', () => {
  it('name the error and leave out the stack trace', () => {
    const output = '/x/worker.ts:3\n  throw new Error("no");\n  ^\n\nError: PORT is not set: set it.\n    at main (/x/worker.ts:3:9)\n\nNode.js v20.20.2\n';
    expect(lastWords(output)).toBe('Error: PORT is not set: set it.');
    expect(lastWords('The configuration is not complete.\n')).toBe('The configuration is not complete.');
    expect(lastLines('one\n\n  two  \nthree\n', 2)).toBe('two | three');
  });

  it('both starts of a data folder are told as measured', async () => {
    expect(await noteStart(dir, 14_200, 9_800)).toBe('First start of this data folder: 14.2 s, of which 9.8 s fetching the Temporal server.');
    expect(await noteStart(dir, 4_100, 0)).toBe('Started again in 4.1 s; the first start took 14.2 s.');
  });
});

describe('a given database', () => {
  it('needs the role of the owner and that of every process', async () => {
    await expect(given({ DATABASE_URL: 'postgres://a@127.0.0.1/x' })).rejects.toThrow(/is of one process.*DATABASE_OWNER_URL/);
    await expect(given({ DATABASE_OWNER_URL: 'postgres://a@127.0.0.1/x' })).rejects.toThrow(/DATABASE_API_URL.*is not set.*unset them all/);
  });

  it('that does not answer is told with the remedy and without the password', async () => {
    const [port] = await freePorts(1);
    const url = `postgres://a:hidden@127.0.0.1:${port}/x`;
    const env = { DATABASE_OWNER_URL: url, DATABASE_API_URL: url, DATABASE_CLOCK_URL: url, DATABASE_WORK_URL: url, DATABASE_AUDITOR_URL: url };
    const failure = await given(env).catch((error: unknown) => String(error));
    expect(failure).toMatch(/does not answer.*start it, correct the URL, or unset/);
    expect(failure).not.toContain('hidden');
  });
});
