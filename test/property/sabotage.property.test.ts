/** A simulation that finds nothing when something is broken proves nothing: here something is broken. */
import { describe, expect, it } from 'vitest';
import type { LookRequest } from '../../contracts/case-clock.js';
import { takeTurn } from '../../domain/case/turn.js';
import type { LedgerStore } from '../../ledger/store.js';
import { simulate } from '../../simulation/machinery/simulate.js';
import type { Sabotage } from '../../simulation/machinery/world.js';

const SEED = 20_261_126;

describe('sabotage is found', () => {
  const sabotages: readonly [string, Sabotage][] = [
    [
      'a take does not wake the clock',
      {
        storeOf: (store) =>
          writing(store, (write, given) => write(given.change === undefined ? given : { ...given, change: { ...given.change, wake: undefined } })),
      },
    ],
    ['a write that was beaten is taken for written', { storeOf: (store) => writing(store, async (write, given) => (await write(given), 'written')) }],
    ['moments are rung before their time', { turn: (state, inputs, given) => takeTurn(state, inputs, { ...given, now: given.now + 3_600_000 }) }],
    [
      'an outcome never reaches the clock',
      { handsOf: (hands) => ({ ...hands, sendEffect: async (request) => (await hands.sendEffect(request), { mustLook: false }) }) },
    ],
    ['a look forgets that it had been told of more', { handsOf: (hands) => ({ ...hands, look: (request) => hands.look(forgetful(request)) }) }],
  ];

  it.each(sabotages)('%s', { timeout: 60_000 }, async (_, sabotage) => {
    const { broken } = await simulate({ lives: 400, seed: SEED, sabotage });
    expect(broken?.violations.length).toBeGreaterThan(0);
  });
});

type Write = LedgerStore['write'];

function writing(store: LedgerStore, write: (inner: Write, given: Parameters<Write>[0]) => ReturnType<Write>): LedgerStore {
  return { ...store, write: (given) => write((inner) => store.write(inner), given) };
}

function forgetful(request: LookRequest): LookRequest {
  const { told, ...rest } = request;
  return told === undefined ? request : rest;
}
