/** The heads of the ledgers lie outside of the database, too: what is rewritten, cut off or removed behind them is found. */
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { readAnchors, type AnchorBook } from '../../contracts/proof/anchors.js';
import { ownProof } from '../../contracts/proof/own-proof.js';
import { createPool, type Pool } from '../../db/pool.js';
import { readAnchorFiles } from '../../process/anchor-files.js';
import { Anchoring } from '../../work/watch/anchoring.js';
import { asking, openCase, openHouse, type House } from '../ledger/take-desk.js';
import { TEST_PROOF } from '../stack/test-proof.js';

const DAY = 86_400_000;
let house: House;
let owner: Pool;
let dir: string;
let today: number;
let anchoring: Anchoring;

beforeAll(async () => {
  house = await openHouse();
  owner = createPool(house.database.ownerUrl, { applicationName: 'forger' });
});
afterAll(async () => {
  await owner.end();
  await house.stop();
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-anchors-'));
  today = Date.now();
  anchoring = new Anchoring({ pool: house.database.pool, proof: TEST_PROOF, dir, log: pino({ level: 'silent' }), clock: () => today });
  return () => rm(dir, { recursive: true, force: true });
});

const book = async (): Promise<AnchorBook> => readAnchors(await readAnchorFiles(dir), TEST_PROOF);
const reason = (): unknown => anchoring.causes()[0]?.params['reason'];

async function found(caseId: string): Promise<string[]> {
  const { faults } = await verifyLedger(house.database.auditor, { proof: TEST_PROOF, anchors: await book(), caseId });
  return [...new Set(faults.map(({ code }) => code))].toSorted();
}

async function unprotected(sql: string, values: unknown[]): Promise<void> {
  await owner.query('alter table ledger disable trigger ledger_append_only');
  await owner.query(sql, values);
  await owner.query('alter table ledger enable trigger ledger_append_only');
}

async function interview(caseId: string): Promise<void> {
  await house.desk.take(caseId, [asking(caseId, 'recordInterview', { noteId: randomUUID() })]);
}

describe('the anchor of a day', () => {
  it('is written once, with what has moved since the day before, and names the one before it', async () => {
    const { caseId } = await openCase(house.desk);
    await anchoring.round();
    await anchoring.round();
    expect(await readdir(dir)).toHaveLength(1);
    await interview(caseId);
    today += DAY;
    await anchoring.round();
    const [, second] = await readAnchorFiles(dir);
    expect(second?.text.split('\n').filter((line) => line.startsWith('["'))).toEqual([expect.stringContaining(caseId)]);
    const { heads, faults } = await book();
    expect({ faults, seq: heads.get(caseId)?.seq }).toEqual({ faults: [], seq: 2 });
    expect(await found(caseId)).toEqual([]);
    expect(anchoring.causes()).toEqual([]);
  });

  it('still holds when the case has gone on since', async () => {
    const { caseId } = await openCase(house.desk);
    await anchoring.round();
    await interview(caseId);
    expect(await found(caseId)).toEqual([]);
  });

  it('that cannot be written is an alarm', async () => {
    await writeFile(join(dir, 'file'), '');
    const nowhere = new Anchoring({ pool: house.database.pool, proof: TEST_PROOF, dir: join(dir, 'file'), log: pino({ level: 'silent' }) });
    await nowhere.round();
    expect(nowhere.causes()).toMatchObject([{ kind: 'anchor_missing', params: { reason: 'unwritable' } }]);
  });

  it.each([
    ['changed', (text: string) => text.replace(/"(\w)/, '"f$1'), 'anchor_broken'],
    ['written by a stranger', undefined, 'anchor_unproven'],
  ])('that was %s is found, and none is written after it', async (_what, change, code) => {
    await openCase(house.desk);
    const stranger = new Anchoring({ pool: house.database.pool, proof: { ...TEST_PROOF, sign: ownProof().sign }, dir, log: pino({ level: 'silent' }) });
    await (change === undefined ? stranger : anchoring).round();
    const [file] = await readdir(dir);
    const [{ text } = { text: '' }] = await readAnchorFiles(dir);
    await chmod(join(dir, file ?? ''), 0o600);
    await writeFile(join(dir, file ?? ''), change === undefined ? text : change(text));
    expect((await book()).faults.map((fault) => fault.code)).toEqual([code]);
    today += DAY;
    await anchoring.round();
    expect({ reason: reason(), files: (await readdir(dir)).length }).toEqual({ reason: 'files_changed', files: 1 });
  });

  it('that is missing between two others is found', async () => {
    const { caseId } = await openCase(house.desk);
    for (let count = 0; count < 3; count += 1) {
      await interview(caseId);
      await anchoring.round();
      today += DAY;
    }
    const [, second] = (await readdir(dir)).toSorted();
    await rm(join(dir, second ?? ''));
    expect((await book()).faults.map(({ code }) => code)).toEqual(['anchor_chain_broken']);
  });
});

describe('a ledger behind its anchor', () => {
  it('that was cut off is found and is not anchored over', async () => {
    const { caseId } = await openCase(house.desk);
    await interview(caseId);
    await anchoring.round();
    await unprotected('delete from ledger where subject_id = $1 and seq = 2', [caseId]);
    await owner.query('update subject_file set seq = 1, head = (select digest from ledger where subject_id = $1) where subject_id = $1', [caseId]);
    expect(await found(caseId)).toContain('anchor_differs');
    today += DAY;
    await anchoring.round();
    expect({ reason: reason(), files: (await readdir(dir)).length }).toEqual({ reason: 'ledger_behind', files: 1 });
    await removeCase(caseId);
  });

  it('of which nothing at all is left is found', async () => {
    const { caseId } = await openCase(house.desk);
    await anchoring.round();
    await removeCase(caseId);
    const { faults } = await verifyLedger(house.database.auditor, { proof: TEST_PROOF, anchors: await book() });
    expect(faults.filter((fault) => fault.caseId === caseId).map(({ code }) => code)).toEqual(['anchored_case_missing']);
  });
});

async function removeCase(caseId: string): Promise<void> {
  await unprotected('delete from ledger where subject_id = $1', [caseId]);
  for (const table of ['duty', 'effect', 'subject_state', 'subject_clock', 'wake', 'claim', 'subject_file']) {
    await owner.query(`delete from ${table} where subject_id = $1`, [caseId]);
  }
}
