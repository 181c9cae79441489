/** `tirek clock`, as somebody on call types it. */
import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addClockCommand } from '../../cli/commands/clock.js';
import { CommandFailure } from '../../cli/commands/terminal.js';
import { openCase, openHouse, planSent, type House } from '../ledger/take-desk.js';

let house: House;

beforeAll(async () => {
  house = await openHouse();
});

afterAll(() => house.stop());

/** @returns what was said, or the code of the failure */
async function tirek(...args: string[]): Promise<string> {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const program = new Command('tirek').exitOverride();
  addClockCommand(program, { out: say, err: say, env: { DATABASE_URL: house.database.urls.work } });
  try {
    await program.parseAsync(args, { from: 'user' });
    return said.join('\n');
  } catch (error) {
    if (error instanceof CommandFailure) return error.code;
    throw error;
  }
}

const wakes = (): Promise<{ rebuild: boolean; name: string }[]> => house.rows('select rebuild, name from wake order by rebuild, name');

describe('clock rebuild', () => {
  it('asks every running clock to start anew, threats too', async () => {
    await openCase(house.desk);
    await openCase(house.desk, { threat: true });
    await house.database.pool.query('delete from wake');
    expect(JSON.parse(await tirek('clock', 'rebuild', '--json'))).toEqual({ clocks: 2 });
    expect(await house.rows('select lane, rebuild, name from wake order by lane')).toEqual([
      { lane: 1, rebuild: true, name: 'ClockRebuilt' },
      { lane: 2, rebuild: true, name: 'ClockRebuilt' },
    ]);
  });

  it('of one case leaves the others alone; of no case it says so', async () => {
    const { caseId } = await openCase(house.desk);
    await house.database.pool.query('delete from wake');
    expect(await tirek('clock', 'rebuild', '--case', caseId)).toBe('clocks that are started anew: 1');
    expect(await wakes()).toEqual([{ rebuild: true, name: 'ClockRebuilt' }]);
    expect(await tirek('clock', 'rebuild', '--case', randomUUID())).toBe('case_unknown');
  });
});

describe('clock release', () => {
  it('lets go what is held, and asks the clocks of the cases that have something to send', async () => {
    const { caseId } = await planSent(house.desk);
    await house.database.pool.query('delete from wake');
    await house.database.pool.query(`insert into effects_hold (reason) values ('ledger_restored')`);
    expect(await tirek('clock', 'release')).toBe('Effects are released; cases with something to send: 1');
    expect(await house.rows('select from effects_hold')).toEqual([]);
    expect(await house.rows('select subject_id as "caseId", name from wake')).toEqual([{ caseId, name: 'EffectsReleased' }]);
    expect(await tirek('clock', 'release')).toBe('Nothing was held.');
  });
});
