import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { opening, MANAGER, command } from '../lives/straight-road.js';
import { startCase, startEngine, stateOf, type Engine } from '../stack/engine.js';

let engine: Engine;
beforeAll(async () => { engine = await startEngine(); });
afterAll(() => engine.stop());

it('opens', async () => {
  const caseId = randomUUID(); 
  const handle = await startCase(engine, { caseId, opening: opening(Date.now(), { appealId: randomUUID(), householdId: randomUUID() }) });
  const cmd = command('recordInterview', { noteId: 'n' }, MANAGER, randomUUID());
  const a = await handle.executeUpdate('recordInterview', { args: [cmd], updateId: cmd.id });
  console.log(a, (await stateOf(handle)).seq);
  const h = await handle.fetchHistory();
  console.log(h.events?.map(e => Object.keys(e).find(k => k.endsWith('EventAttributes'))).join('\n'));
  console.log((await engine.database.pool.query('select seq,type,digest from ledger')).rows);
  expect(a).toMatchObject({ ok: true });
});
