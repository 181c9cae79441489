/** `tirek token`: a token of the development provider for curl and scripts, and names that other commands turn into tokens. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearerOf } from '../../cli/commands/bearer.js';
import { startProvider, type RunningProvider } from '../../tools/provider/provider.js';
import { freePort } from '../../tools/stack/free-port.js';
import { tirekIn } from './cli-listen.js';

let dataDir: string;
let provider: RunningProvider;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tirek-token-'));
  provider = await startProvider({ dataDir, port: await freePort(), pages: 'http://127.0.0.1:3000' });
  await writeFile(join(dataDir, 'endpoints.json'), JSON.stringify({ provider: provider.issuer }));
});
afterAll(async () => {
  await provider.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const token = (...args: string[]) => tirekIn({ TIREK_DATA_DIR: dataDir }, 'token', ...args);

describe('tirek token', () => {
  it('prints a token of a development person, for ten minutes', async () => {
    const { out, exitCode } = await token('--as', 'dev-manager');
    expect(exitCode).toBe(0);
    const claims = decodeJwt(out.trim());
    expect(claims).toMatchObject({ iss: provider.issuer, aud: 'tirek-api', sub: 'manager-almaty-auezov', acr: 'one_factor' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
    expect(decodeJwt((JSON.parse((await token('--as', 'head-shymkent-abay', '--json')).out) as { token: string }).token).sub).toBe('head-shymkent-abay');
  });

  it('prints a fresh one with a second factor where it is asked to, and one of the Center’s software', async () => {
    const fresh = decodeJwt((await token('--as', 'dev-head', '--fresh')).out.trim());
    expect(fresh).toMatchObject({ acr: 'two_factors' });
    expect(Math.abs(Number(fresh['auth_time']) - Date.now() / 1_000)).toBeLessThan(60);
    expect(decodeJwt((await token('--service')).out.trim())).toMatchObject({ sub: 'center-software', client_id: 'center-software' });
  });

  it.each([
    ['person_missing', []],
    ['person_missing', ['--as', 'dev-head', '--service']],
    ['token_unknown', ['--as', 'dev-nobody']],
  ])('refuses with %s', async (code, args) => {
    const { out, exitCode } = await token(...args, '--json');
    expect([exitCode, (JSON.parse(out) as { error: { code: string } }).error.code]).toEqual([1, code]);
  });

  it('says where a provider is to be had when none runs here', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'tirek-token-'));
    expect((await tirekIn({ TIREK_DATA_DIR: empty }, 'token', '--as', 'dev-head')).err).toContain('start the stack with "npm start"');
    await rm(empty, { recursive: true, force: true });
  });
});

describe('the name of a development person', () => {
  it('becomes a token where the provider runs, the same until it is about to end; a token stays what it is', async () => {
    const bearer = await bearerOf({ TIREK_DATA_DIR: dataDir });
    const first = await bearer('dev-admin');
    expect(decodeJwt(first).sub).toBe('admin-almaty-auezov');
    expect(await bearer('dev-admin')).toBe(first);
    expect(await bearer('eyJ.of.somebody')).toBe('eyJ.of.somebody');
  });

  it('is a token itself where none runs', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'tirek-token-'));
    expect(await (await bearerOf({ TIREK_DATA_DIR: empty }))('dev-admin')).toBe('dev-admin');
    await rm(empty, { recursive: true, force: true });
  });
});

describe('keys and secrets of the provider', () => {
  it('last over its next start, so that tokens of before it are still known', async () => {
    const keysOf = async ({ issuer }: RunningProvider): Promise<string[]> =>
      ((await (await fetch(`${issuer}/jwks`)).json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
    const [before, secrets] = [await keysOf(provider), provider.secrets];
    await provider.stop();
    provider = await startProvider({ dataDir, port: Number(new URL(provider.issuer).port), pages: 'http://127.0.0.1:3000' });
    expect([await keysOf(provider), provider.secrets]).toEqual([before, secrets]);
    await provider.rotate();
    const rotated = await keysOf(provider);
    expect([rotated.length, rotated[1]]).toEqual([2, before[0]]);
  });
});
