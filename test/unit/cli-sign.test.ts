/** `tirek sign`: what it makes is good for the development verifier, and it says who may sign. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevelopmentVerifier } from '../../adapters/signatures/development-certificates.js';
import { runTirek } from '../../cli/tirek.js';
import { DEVELOPMENT_CENTERS, DEVELOPMENT_TOKENS } from '../../db/development-tokens.js';
import { developmentIin } from '../../db/development-iin.js';
import { isIin } from '../../domain/person/iin.js';

const DATA = Buffer.from('a plan');
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tirek-sign-'));
  file = join(folder, 'plan.pdf');
  await writeFile(file, DATA);
});
afterAll(() => rm(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await runTirek(args, { out: (text) => void (said.out += text), err: (text) => void (said.err += text), env: {} });
  return { code, ...said };
}

describe('a development signature over a file', () => {
  it.each([
    ['as whoever has a token', ['--as', 'dev-manager'], developmentIin('manager-almaty-auezov')],
    ['as somebody by ИИН', ['--iin', '900101100004'], '900101100004'],
  ])('is made %s', async (_who, args, iin) => {
    const { code, out } = await run('sign', file, ...args);
    expect(code).toBe(0);
    const verdict = await createDevelopmentVerifier().verify({ cms: Buffer.from(out, 'base64'), data: DATA });
    expect(verdict).toMatchObject({ verdict: 'good', signature: { iin } });
    const { cms } = JSON.parse((await run('sign', file, ...args, '--json')).out) as { cms: string };
    expect(Buffer.from(cms, 'base64').length).toBeGreaterThan(0);
  });

  it.each([
    ['signer_missing', []],
    ['signer_missing', ['--as', 'dev-manager', '--iin', '900101100004']],
    ['token_unknown', ['--as', 'dev-nobody']],
    ['iin_invalid', ['--iin', '900101100005']],
  ])('is refused as %s', async (refusal, args) => {
    const { code, out } = await run('sign', file, '--json', ...args);
    expect([code, (JSON.parse(out) as { error: { code: string } }).error.code]).toEqual([1, refusal]);
    expect((await run('sign', join(folder, 'none.pdf'), '--as', 'dev-manager')).err).toContain('cannot be read');
  });
});

describe('the ИИН of people who do not exist', () => {
  it('is possible, the same at every run, and another for each', () => {
    const people = DEVELOPMENT_TOKENS.map(({ actorId }) => developmentIin(actorId));
    expect(people.filter((iin) => !isIin(iin) || iin[6] !== '1')).toEqual([]);
    expect(new Set(people).size).toBe(DEVELOPMENT_CENTERS.length * 6);
  });
});
