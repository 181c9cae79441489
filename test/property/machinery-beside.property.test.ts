/** The other half of the thousand lives of machinery.property.test.ts, so that two processes share them. */
import { expect, it } from 'vitest';
import { FAULT_KINDS } from '../../simulation/machinery/faults.js';
import { simulate } from '../../simulation/machinery/simulate.js';

const SEED = 20_271_126;
const LIVES = 500;

it(`${LIVES} lives more: nothing accepted is lost or taken twice, no moment is missed, and everything comes to rest`, { timeout: 240_000 }, async () => {
  const { broken, lives, faults } = await simulate({ lives: LIVES, seed: SEED });
  expect(broken).toBeUndefined();
  expect(lives).toBeGreaterThanOrEqual(LIVES);
  for (const kind of FAULT_KINDS) expect(faults[kind], kind).toBeGreaterThan(0);
});
