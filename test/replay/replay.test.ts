/** Every recorded history replays on this code, to the same ledger; a changed law or workflow does not. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { chainDigests, EMPTY_LEDGER } from '../../contracts/ledger-digest.js';
import { rebuild } from '../../domain/case/evolve.js';
import { injectedGround } from '../stack/ground.js';
import { readAdoptions, readCorpus, type RecordedAdoption } from './corpus.js';

const corpus = await readCorpus();
const adoptions = await readAdoptions();

interface Bundle {
  code: string;
}

/** Replays every run of a case. @returns the errors, none when all went the recorded way */
async function replay(recorded: RecordedAdoption, workflowBundle: Bundle | { codePath: string }): Promise<Error[]> {
  const results = await Promise.allSettled(
    recorded.runs.map(({ history, workflowId }) => Worker.runReplayHistory({ workflowBundle }, history, workflowId)),
  );
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
}

/** The workflow code with one place of one file changed, as a wrong deploy would have it. */
async function bundleWith(file: RegExp, from: string, to: string): Promise<Bundle> {
  const loader = createRequire(import.meta.url).resolve('./mutate.cjs');
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
    webpackConfigHook: (config) => {
      config.module?.rules?.push({ test: file, enforce: 'pre', use: [{ loader, options: { from, to } }] });
      return config;
    },
  });
}

describe('the replay corpus', () => {
  it.each(corpus)('$name replays to the same ledger', async ({ recorded }) => {
    expect(await replay(recorded, { codePath: injectedGround().workflowBundle })).toEqual([]);
  });

  it.each(corpus)('$name: the ledger alone rebuilds the recorded state', ({ recorded }) => {
    expect(rebuild(recorded.ledger, recorded.caseId)).toEqual(recorded.state);
    expect(chainDigests(EMPTY_LEDGER, recorded.ledger)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the recorded adoptions', () => {
  it.each(adoptions)('$name goes the recorded way', async ({ recorded }) => {
    expect(await replay(recorded, { codePath: injectedGround().workflowBundle })).toEqual([]);
  });

  it('a sweep that does not wait for cases that are just being opened goes another', async () => {
    const wrong = await bundleWith(/workflows\/law-adoption\/sweep\.ts$/, "await sleep(this.settleMs, { summary: 'cases that were just being opened' });", '');
    for (const { recorded } of adoptions) expect(await replay(recorded, wrong)).not.toEqual([]);
  });
});

describe('what must turn the replay red', () => {
  const straight = corpus.find(({ name }) => name.endsWith('-straight-road'))?.recorded;
  if (straight === undefined) throw new Error('the straight road is not in the corpus');

  it('a rule row changed under running cases: 256-13-2 with four working days', async () => {
    const wrong = await bundleWith(/rules\/intake\.ts$/, 'count: threat ? 1 : 3', 'count: threat ? 1 : 4');
    const errors = await replay(straight, wrong);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toMatch(/journal of case/);
  });

  it('an adoption that would move other dates than it moved', async () => {
    const adopted = corpus.find(({ name }) => name.endsWith('-adopted-road'))?.recorded;
    if (adopted === undefined) throw new Error('no recorded case has adopted a calendar');
    const wrong = await bundleWith(/domain\/law\/recomputation\.ts$/, "if (duty.state !== 'open') return [];", "if (duty.state !== 'open' || law.ref.calendar !== '') return [];");
    const errors = await replay(adopted, wrong);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0]?.message).toMatch(/journal of case/);
  });

  it('another order of the workflow’s commands: a second timer before the turn', async () => {
    const wrong = await bundleWith(/workflows\/case\/case-workflow\.ts$/, 'await shell.takeTurn();', 'await condition(() => false, 1); await shell.takeTurn();');
    expect(await replay(straight, wrong)).toHaveLength(straight.runs.length);
  });
});
