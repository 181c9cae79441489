/** Somebody who reaches the database or the desk without the keys of the house changes nothing unnoticed. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { canonicalJson, chainDigest, EMPTY_LEDGER } from '../../contracts/ledger-digest.js';
import { ownProof } from '../../contracts/proof/own-proof.js';
import { ActUnproven } from '../../contracts/proof/proof.js';
import { createPool, type Pool } from '../../db/pool.js';
import { takeWaitingAppeal } from '../../ledger/waiting-appeal.js';
import type { AnyEntry } from '../../domain/subject/subjects.js';
import { receiveReport } from '../../work/receive.js';
import { createDesk } from '../../ledger/desk.js';
import { TEST_VAULT } from '../stack/keys.js';
import { putAdoptedInForce } from '../stack/adopted-law.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { asking, MANAGER, openCase, openHouse, planSent, type House } from './take-desk.js';

let house: House;
let owner: Pool;

beforeAll(async () => {
  house = await openHouse();
  owner = createPool(house.database.ownerUrl, { applicationName: 'forger' });
});
afterAll(async () => {
  await owner.end();
  await house.stop();
});

const faultsOf = async (caseId: string): Promise<string[]> => {
  const { faults } = await verifyLedger(house.database.auditor, { caseId, proof: TEST_PROOF });
  return [...new Set(faults.map(({ code }) => code))].toSorted();
};

async function reported(): Promise<{ caseId: string; inboxId: string }> {
  const { caseId, measureId } = await planSent(house.desk);
  const { inboxId } = await receiveReport(house.desk, { agency: 'employment', deliveryId: randomUUID(), caseId, measureId, outcome: 'performed' });
  await house.desk.take(caseId, []);
  return { caseId, inboxId };
}

/** As a superuser may: past the trigger, the digests of the chain computed again behind the change. */
async function rewritten(caseId: string, change: (entries: AnyEntry[]) => AnyEntry[]): Promise<void> {
  const { rows } = await owner.query<{ entry: AnyEntry }>('select entry from ledger where subject_id = $1 order by seq', [caseId]);
  const entries = change(rows.map(({ entry }) => entry));
  await owner.query('alter table ledger disable trigger ledger_append_only');
  let head = EMPTY_LEDGER;
  for (const entry of entries) {
    head = chainDigest(head, entry);
    await owner.query('update ledger set entry = $3, digest = $4, type = $5, cause = $6 where subject_id = $1 and seq = $2', [
      caseId,
      entry.seq,
      JSON.stringify(entry),
      head,
      entry.type,
      entry.cause,
    ]);
  }
  await owner.query('update subject_file set head = $2 where subject_id = $1', [caseId, head]);
  await owner.query('alter table ledger enable trigger ledger_append_only');
}

describe('an act', () => {
  it('of the API, of the inbox and of the clock is proven by its signature, in every entry', async () => {
    const { caseId } = await reported();
    expect(await faultsOf(caseId)).toEqual([]);
  });

  it('that nobody has signed is not taken, and leaves nothing', async () => {
    const { caseId } = await openCase(house.desk);
    const forged = asking(caseId, 'recordInterview', { noteId: randomUUID() });
    if (!('request' in forged)) throw new Error('a command has a request');
    for (const act of ['', 'e30..AAAA', ownProof().sign({ act: 'report', id: '', source: '', subject: '', receivedAt: 0, payload: '' })]) {
      await expect(house.desk.take(caseId, [{ ...forged, request: { ...forged.request, act } }])).rejects.toThrow(ActUnproven);
    }
    expect(await house.rows('select from command where subject_id = $1', caseId)).toEqual([]);
  });

  it.each([
    ['another actor', (input: { command: { actor: object } }) => ({ ...input, command: { ...input.command, actor: { ...MANAGER, id: 'manager-2' } } })],
    ['another role', (input: { command: { actor: object } }) => ({ ...input, command: { ...input.command, actor: { ...MANAGER, role: 'center_head' } } })],
    ['other data', (input: { command: object }) => ({ ...input, command: { ...input.command, data: { noteId: randomUUID() } } })],
    ['another request', (input: { request: object }) => ({ ...input, request: { ...input.request, bodySha256: 'f'.repeat(64) } })],
  ])('that was signed for %s is not taken', async (_what, change) => {
    const { caseId } = await openCase(house.desk);
    const signed = asking(caseId, 'recordInterview', { noteId: randomUUID() });
    await expect(house.desk.take(caseId, [change(signed as never) as never])).rejects.toThrow('signature_differs');
  });

  it('of one case is not taken by another one', async () => {
    const [one, other] = [await openCase(house.desk), await openCase(house.desk)];
    await expect(house.desk.take(other.caseId, [asking(one.caseId, 'recordInterview', { noteId: randomUUID() })])).rejects.toThrow('signature_differs');
  });

  it('that a worker signed in the place of the API is not taken', async () => {
    const { caseId } = await openCase(house.desk);
    const asWorker = { ...TEST_PROOF, sign: (act: Parameters<typeof TEST_PROOF.sign>[0]) => TEST_PROOF.signAs('worker', act) };
    const given = asking(caseId, 'recordInterview', { noteId: randomUUID() }, { proof: asWorker });
    await expect(house.desk.take(caseId, [given])).rejects.toThrow('key_of_another');
  });
});

describe('a report', () => {
  it.each([
    ['that no door has received', 'act = null'],
    ['whose content was changed while it waited', `payload = jsonb_set(payload, '{outcome}', '"not_performed"')`],
    ['that was dated back while it waited', `received_at = received_at - interval '1 day'`],
    ['of which another sender was made', `source = 'health'`],
  ])('%s is set apart for people and changes nothing', async (_what, forgery) => {
    const { caseId, measureId } = await planSent(house.desk);
    const { inboxId } = await receiveReport(house.desk, { agency: 'employment', deliveryId: randomUUID(), caseId, measureId, outcome: 'performed' });
    await house.rows(`update inbox set ${forgery} where id = $1`, inboxId);
    const { entries } = await house.desk.take(caseId, []);
    expect(entries).toEqual([]);
    expect(await house.rows(`select state, outcome -> 'refusal' ->> 'code' as code from inbox where id = $1`, inboxId)).toEqual([
      { state: 'rejected', code: 'report_unproven' },
    ]);
  });
});

it('P51: an appeal that was changed while it waited for its calendar opens no case', async () => {
  const { caseId, appealId } = await openCase(house.desk);
  const forged = {
    opens: false,
    opening: { appealId, householdId: randomUUID(), actor: MANAGER, channel: 1, threat: true, registeredAt: 0, journalNumber: 'x', center: MANAGER.center },
    body: '',
    act: '',
  };
  const id = randomUUID();
  await house.rows(
    `insert into inbox (id, kind, source, delivery_id, content_sha256, subject_id, payload) values ($1, 'appeal', 'appeals', $2, '', $3, $4)`,
    id,
    randomUUID(),
    caseId,
    JSON.stringify(forged),
  );
  await expect(takeWaitingAppeal(house.desk, id)).rejects.toThrow(ActUnproven);
});

describe('another law', () => {
  const VERSION = 'forged-policy';
  const inForce = async (): Promise<object[]> => house.rows(`select version, adoption_id, act, recompute from law_in_force where kind = 'policy'`);

  it('that somebody has put in force past the API is taken up by no case; neither is the signed one, of whose version something else was made', async () => {
    const { caseId } = await openCase(house.desk);
    const [before] = (await inForce()) as { version: string }[];
    await owner.query(
      `insert into policy_version (version, data, adopted_at) select $1, data || jsonb_build_object('version', $1::text), now() from policy_version limit 1`,
      [VERSION],
    );
    const id = randomUUID();
    await house.rows(`update law_in_force set version = $1, adoption_id = $2, act = 'an order', recompute = 'own' where kind = 'policy'`, VERSION, id);
    expect((await house.desk.take(caseId, [])).entries).toEqual([]);
    await house.rows(`update law_in_force set version = $1 where kind = 'policy'`, before?.version);
    await putAdoptedInForce(owner, { id, kind: 'policy', version: VERSION, act: 'an order', recompute: 'own' });
    await house.rows(`update law_in_force set recompute = 'adopted' where kind = 'policy'`);
    expect((await house.another().take(caseId, [])).entries).toEqual([]);
    await house.rows(`update law_in_force set recompute = 'own' where kind = 'policy'`);
    expect((await house.another().take(caseId, [])).entries).toMatchObject([{ type: 'LawAdopted', cause: id }]);
    expect(await faultsOf(caseId)).toEqual([]);
    await owner.query(`update law_adoption set act = 'another order' where id = $1`, [id]);
    expect(await faultsOf(caseId)).toEqual(['act_unproven']);
    await house.rows(`update law_in_force set version = $1, adoption_id = null, act = null, recompute = null where kind = 'policy'`, before?.version);
  });
});

describe('the check of the ledger finds', () => {
  it('an entry that was rewritten with the whole chain behind it', async () => {
    const { caseId } = await reported();
    await rewritten(caseId, (entries) => entries.map((entry) => (entry.seq === 1 ? { ...entry, actor: { ...entry.actor, id: 'somebody' } } : entry)));
    expect(await faultsOf(caseId)).toEqual(expect.arrayContaining(['act_unproven', 'turn_unproven']));
    expect(await faultsOf(caseId)).not.toContain('digest_differs');
  });

  it.each([
    ['api', 'desk'],
    ['clock', undefined],
    ['work', undefined],
  ] as const)('an entry that somebody with the login of %s has added, state and read model made to fit', async (login, role) => {
    const { caseId } = await openCase(house.desk);
    const stolen = createPool(house.database.urls[login], { vault: TEST_VAULT, applicationName: 'forger', ...(role === undefined ? {} : { role }) });
    // The forger has our code and the role's password, and no key that anybody knows.
    const forger = createDesk(stolen, { proof: ownProof() });
    const input = asking(caseId, 'recordInterview', { noteId: randomUUID() }, { proof: forger.deps.proof });
    await forger.take(caseId, [input]);
    await stolen.end();
    const { faults } = await verifyLedger(house.database.auditor, { caseId });
    expect(faults).toEqual([]);
    expect(await faultsOf(caseId)).toEqual(['act_unproven', 'turn_unproven']);
  });

  it('a turn that was put behind another one', async () => {
    const [one, other] = [await openCase(house.desk), await openCase(house.desk)];
    const { rows } = await owner.query<{ seal: string }>('select seal from ledger where subject_id = $1', [one.caseId]);
    await owner.query('alter table ledger disable trigger ledger_append_only');
    await owner.query('update ledger set seal = $2 where subject_id = $1', [other.caseId, rows[0]?.seal]);
    await owner.query('alter table ledger enable trigger ledger_append_only');
    expect(await faultsOf(other.caseId)).toEqual(['turn_unproven']);
  });

  it('a command that is gone, one of which something else was made, and one that nothing follows from', async () => {
    const { caseId } = await planSent(house.desk);
    await owner.query(`delete from command where subject_id = $1 and kind = 'recordConsent'`, [caseId]);
    expect(await faultsOf(caseId)).toEqual(['act_missing']);
    await owner.query(`update command set body_sha256 = '' where subject_id = $1 and kind = 'draftIpr'`, [caseId]);
    expect(await faultsOf(caseId)).toEqual(['act_missing', 'act_unproven']);
    await owner.query(
      `insert into command (id, actor_id, idempotency_key, body_sha256, subject_id, kind, payload, answer) values ($1, 'x', 'y', '', $2, 'approveIpr', '{}', '{"ok": true}')`,
      [randomUUID(), caseId],
    );
    expect(await faultsOf(caseId)).toEqual(['act_missing', 'act_unproven', 'entry_missing']);
  });

  it('a report of which something else was made after it was taken', async () => {
    const { caseId, inboxId } = await reported();
    await owner.query(`update inbox set payload = jsonb_set(payload, '{measureId}', '"other"') where id = $1`, [inboxId]);
    expect(await faultsOf(caseId)).toContain('act_differs');
  });

  it('an appeal that stands in the journal and in no ledger', async () => {
    const { caseId, appealId } = await openCase(house.desk);
    await owner.query(
      `insert into appeal (appeal_id, journal_number, case_id, center, household_id, channel, threat, registered_by, received_at)
       select $1, $2, case_id, center, household_id, channel, threat, registered_by, received_at from appeal where appeal_id = $3`,
      [randomUUID(), randomUUID(), appealId],
    );
    expect(await faultsOf(caseId)).toEqual(['entry_missing']);
  });
});

it('what is signed of an entry is the same from memory and from Postgres', async () => {
  const { caseId } = await reported();
  const { rows } = await owner.query<{ entry: AnyEntry; digest: string }>('select entry, digest from ledger where subject_id = $1 order by seq', [caseId]);
  expect(rows.reduce((head, { entry }) => chainDigest(head, JSON.parse(canonicalJson(entry)) as AnyEntry), EMPTY_LEDGER)).toBe(rows.at(-1)?.digest);
});
