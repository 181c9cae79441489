/**
 * 192-7-3, P43: what organisations are told stands on record, byte by byte; the sender sees it before it goes; of a family with
 * signs of violence no word that anybody has written leaves the Center.
 */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEffectActivities, type EffectActivities } from '../../activities/effects.js';
import { createAgencyHttp } from '../../adapters/agency-http.js';
import { developmentIin } from '../../db/development-iin.js';
import { erasePerson } from '../../db/erasure.js';
import { createPool } from '../../db/pool.js';
import type { Actor, Entry } from '../../domain/case/facts.js';
import { createDesk } from '../../ledger/desk.js';
import { listMessages, previewMessages } from '../../office/messages.js';
import { receiveReport } from '../../work/receive.js';
import { connectOrganisation, disconnectAll } from '../fixtures/connected.js';
import { accepted, asking, CENTER, HEAD_OF, MANAGER, openHouse, planApproved, type House } from '../ledger/take-desk.js';
import { TEST_VAULT } from '../stack/keys.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { startOutsideWorld, type OutsideWorld } from './outside-world.js';

const NAME = 'Синтетическая Персона';
const MARK = {
  address: 'улица-метка',
  phone: '+77010000077',
  description: 'описание-метка',
  signs: 'признаки-метка',
  reason: 'причина-метка',
  norm: 'норма-метка',
};

let house: House;
let owner: Client;
let world: OutsideWorld;
/** The bytes as they left, in order. */
let left: string[];
let activities: EffectActivities;

beforeAll(async () => {
  [house, world] = await Promise.all([openHouse(), startOutsideWorld()]);
  owner = new Client({ connectionString: house.database.ownerUrl });
  await owner.connect();
  const listening: typeof fetch = (url, init) => {
    if (typeof init?.body === 'string') left.push(init.body);
    return fetch(url, init);
  };
  activities = createEffectActivities({ desk: house.desk, agencyHttp: createAgencyHttp({ reach: { loopback: true }, fetch: listening }) });
});
beforeEach(async () => {
  left = [];
  await world.client.reset();
  await disconnectAll(owner);
  for (const code of ['employment', 'health']) await connectOrganisation(owner, world.address(code));
});
afterAll(async () => {
  await owner.end();
  await Promise.all([house.stop(), world.stop()]);
});

/** Each family has an ИИН of its own: of one that is known the appeals are one case. */
const approved = () =>
  planApproved(house.desk, {
    applicant: { fullName: NAME, iin: developmentIin(randomUUID()), phone: MARK.phone, address: MARK.address },
    description: MARK.description,
  });

async function recordSigns(caseId: string): Promise<void> {
  const text = { id: randomUUID(), body: MARK.signs };
  await accepted(house.desk, caseId, asking(caseId, 'recordViolenceSigns', { noteId: text.id }, { texts: [text] }));
}

const preview = (caseId: string, actor: Actor = MANAGER) => previewMessages(house.database.pool, actor, caseId, {});

async function sendSeen(caseId: string): Promise<void> {
  await accepted(house.desk, caseId, asking(caseId, 'sendIpr', { preview: (await preview(caseId)).digest }));
}

/** Every message of the case that is wanted now, one attempt each. */
async function attemptAll(caseId: string): Promise<void> {
  await house.rows('update effect set retry_at = to_timestamp(0) where subject_id = $1 and retry_at is not null', caseId);
  const rows = await house.rows<{ key: string; series: number }>(
    `select key, series from effect where subject_id = $1 and state in ('pending', 'parked')`,
    caseId,
  );
  for (const { key, series } of rows) await activities.sendEffect({ caseId, key, series });
}

async function codeOf(caseId: string, given: { preview?: string }, actor: Actor = MANAGER): Promise<string> {
  const taken = await house.desk.ask(caseId, asking(caseId, 'sendIpr', given, { actor }));
  if (taken?.kind !== 'answered') throw new Error(JSON.stringify(taken));
  return taken.answer.ok ? 'accepted' : taken.answer.refusal.code;
}

const problemOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'shown',
    (error: unknown) => (error as Error).message,
  );

const withoutMarks = (texts: readonly string[]): void => {
  for (const mark of Object.values(MARK)) expect(texts.join()).not.toContain(mark);
};

describe('192-7-3: what was sent stands on record', () => {
  it('the ledger names fields, ids and a digest and no value; the exact bytes open for who may see them', async () => {
    const { caseId } = await approved();
    await accepted(house.desk, caseId, asking(caseId, 'sendIpr', {}));
    await attemptAll(caseId);
    const { items } = await listMessages(house.database.pool, MANAGER, caseId);
    expect(items.map(({ organisation, state }) => `${organisation} ${state}`).toSorted()).toEqual(['employment delivered', 'health delivered']);
    for (const { attempts, texts } of items) {
      expect(attempts).toMatchObject([{ outcome: 'delivered', form: 'full', textIds: [expect.any(String)], digest: texts[0]?.digest }]);
      expect(attempts[0]?.fields).toEqual(expect.arrayContaining(['measures.description', 'measures.dueOn', 'person.fullName', 'person.iin']));
      expect(left).toContain(JSON.stringify(texts[0]?.message));
    }
    const iin = /"iin":"(\d{12})"/.exec(left[0] ?? '')?.[1] ?? 'none';
    const entries = await house.rows<{ entry: Entry }>('select entry from ledger where subject_id = $1', caseId);
    for (const value of [NAME, iin, ...Object.values(MARK)]) expect(JSON.stringify(entries)).not.toContain(value);
  });

  it('each attempt is on record, the first and the later ones, also one whose outcome was lost', async () => {
    const { caseId } = await approved();
    await accepted(house.desk, caseId, asking(caseId, 'sendIpr', {}));
    await world.client.behave('employment', { unreachable: 'reset' });
    await attemptAll(caseId);
    await world.client.behave('employment', {});
    const cut = createDesk(house.database.pool, { proof: TEST_PROOF, deps: { store: { look: away, write: away, locked: away } } });
    const [row] = await house.rows<{ key: string; series: number }>(`select key, series from effect where subject_id = $1 and agency = 'employment'`, caseId);
    await house.rows('update effect set retry_at = to_timestamp(0) where key = $1', row?.key);
    const unwritten = createEffectActivities({ desk: cut, agencyHttp: world.http });
    await expect(unwritten.sendEffect({ caseId, key: row?.key ?? '', series: row?.series ?? 0 })).rejects.toThrow('outcome_not_journaled');
    await attemptAll(caseId);
    const { items } = await listMessages(house.database.pool, MANAGER, caseId);
    const told = items.find(({ organisation }) => organisation === 'employment');
    expect(told?.attempts.map(({ outcome }) => outcome)).toEqual(['unreachable', 'delivered']);
    expect(new Set(told?.attempts.map(({ digest }) => digest)).size).toBe(1);
    expect(told?.texts).toMatchObject([{ times: 3 }]);
  });

  it('what never left carries nothing', async () => {
    const { caseId } = await approved();
    await accepted(house.desk, caseId, asking(caseId, 'sendIpr', {}));
    await disconnectAll(owner);
    await attemptAll(caseId);
    const { items } = await listMessages(house.database.pool, MANAGER, caseId);
    for (const { attempts, texts } of items) {
      expect(texts).toEqual([]);
      expect(attempts).toMatchObject([{ outcome: 'unreachable', reason: 'agency_not_connected', fields: undefined, digest: undefined }]);
    }
  });

  it('who sees no people is told the fields and no message; who sees nothing of the plan nothing', async () => {
    const { caseId } = await approved();
    await accepted(house.desk, caseId, asking(caseId, 'sendIpr', {}));
    await attemptAll(caseId);
    const colleague: Actor = { id: 'manager-9', role: 'case_manager', center: CENTER };
    const { items } = await listMessages(house.database.pool, colleague, caseId);
    expect(items.flatMap(({ texts }) => texts.map(({ message }) => message))).toEqual([undefined, undefined]);
    expect(items[0]?.attempts[0]?.fields).toContain('person.iin');
    expect(await problemOf(listMessages(house.database.pool, { id: 'worker-9', role: 'social_worker', center: CENTER }, caseId))).toBe('fields_not_yours');
    expect(await problemOf(preview(caseId, colleague))).toBe('nothing_to_send');
  });

  it('goes with the person; fields and digest stay', async () => {
    const { caseId } = await approved();
    await accepted(house.desk, caseId, asking(caseId, 'sendIpr', {}));
    await attemptAll(caseId);
    const [said] = (await listMessages(house.database.pool, MANAGER, caseId)).items.flatMap(({ attempts }) => attempts);
    const owned = createPool(house.database.ownerUrl, { vault: TEST_VAULT, applicationName: 'test' });
    await erasePerson(owned, { personId: said?.personId ?? '', ground: 'consent_withdrawn', act: 'test', texts: 'keep', documents: 'keep', erasedBy: 'test' });
    await owned.end();
    const { items } = await listMessages(house.database.pool, MANAGER, caseId);
    expect(items.flatMap(({ texts }) => texts.map(({ message }) => message))).toEqual([undefined, undefined]);
    expect(items[0]?.attempts[0]?.digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('P43: the preview', () => {
  it('is the message that goes, but for key and time', async () => {
    const { caseId } = await approved();
    const { items } = await preview(caseId);
    await sendSeen(caseId);
    await attemptAll(caseId);
    const gone = left.map((body) => {
      const { dispatchKey: _key, caseTime: _time, ...message } = JSON.parse(body) as Record<string, unknown>;
      return message;
    });
    expect(items.map(({ message }) => message)).toEqual(expect.arrayContaining(gone));
    expect(gone).toHaveLength(items.length);
    expect(JSON.stringify(gone)).toContain(MARK.description);
  });

  it('of an ordinary case is free; one that is given and is not what goes is refused', async () => {
    const { caseId } = await approved();
    expect(await codeOf(caseId, { preview: 'a'.repeat(64) })).toBe('preview_stale');
    expect(await codeOf(caseId, {})).toBe('accepted');
  });

  it('of a case of violence must have been seen by the sender, as the messages are now', async () => {
    const { caseId } = await approved();
    const before = await preview(caseId);
    await recordSigns(caseId);
    expect(await codeOf(caseId, {})).toBe('preview_missing');
    expect(await codeOf(caseId, { preview: before.digest })).toBe('preview_stale');
    const ofHead = await preview(caseId, HEAD_OF);
    expect(await codeOf(caseId, { preview: ofHead.digest })).toBe('preview_stale');
    expect(await codeOf(caseId, { preview: (await preview(caseId)).digest })).toBe('accepted');
  });
});

describe('P43: of a case of violence', () => {
  it('no word that anybody has written reaches an organisation; support, term and who it is for do', async () => {
    const { caseId } = await approved();
    await recordSigns(caseId);
    const shown = await preview(caseId);
    expect(shown.items).toMatchObject([{ form: 'minimal' }, { form: 'minimal' }]);
    await sendSeen(caseId);
    await attemptAll(caseId);
    expect(left).toHaveLength(2);
    withoutMarks([...left, JSON.stringify(shown)]);
    expect(left.join()).toContain(NAME);
    expect(left.join()).toContain('dueOn');
    const received = JSON.stringify([...(await world.client.referrals('employment')), ...(await world.client.referrals('health'))]);
    withoutMarks([received]);
  });

  it('what was ordered before the signs goes in the minimal form, also a later attempt of what went in full', async () => {
    const { caseId } = await approved();
    await accepted(house.desk, caseId, asking(caseId, 'sendIpr', {}));
    await world.client.behave('employment', { unreachable: 'unavailable' });
    await attemptAll(caseId);
    expect(left.join()).toContain(MARK.description);
    left = [];
    await recordSigns(caseId);
    await world.client.behave('employment', {});
    await attemptAll(caseId);
    expect(left).toHaveLength(1);
    withoutMarks(left);
    const told = (await listMessages(house.database.pool, MANAGER, caseId)).items.find(({ organisation }) => organisation === 'employment');
    expect(told?.attempts.map(({ form, outcome }) => `${form} ${outcome}`)).toEqual(['full unreachable', 'minimal delivered']);
    expect(told?.texts).toHaveLength(2);
  });

  it('192-11-3: a return says neither norm nor reason, which the Center tells; its new term it does', async () => {
    const { caseId, measureId } = await approved();
    await recordSigns(caseId);
    await sendSeen(caseId);
    await attemptAll(caseId);
    const reportId = await reported(caseId, measureId);
    const { newDueOn = '', digest, items } = await previewMessages(house.database.pool, MANAGER, caseId, { command: 'returnReport', reportId });
    left = [];
    const text = { id: randomUUID(), body: MARK.reason };
    const data = { reportId, norm: MARK.norm, reasonId: text.id, newDueOn, preview: digest };
    await accepted(house.desk, caseId, asking(caseId, 'returnReport', data, { texts: [text] }));
    await attemptAll(caseId);
    withoutMarks(left);
    expect(left.map((body) => JSON.parse(body) as object)).toMatchObject([
      { type: 'rework_notice', reportId, newDueOn, reason: expect.stringContaining('Центр') },
    ]);
    expect(items).toMatchObject([{ message: { newDueOn } }]);
  });

  it('192-11-3: of an ordinary case the return says both', async () => {
    const { caseId, measureId } = await approved();
    await accepted(house.desk, caseId, asking(caseId, 'sendIpr', {}));
    await attemptAll(caseId);
    const reportId = await reported(caseId, measureId);
    left = [];
    const text = { id: randomUUID(), body: MARK.reason };
    await accepted(house.desk, caseId, asking(caseId, 'returnReport', { reportId, norm: MARK.norm, reasonId: text.id }, { texts: [text] }));
    await attemptAll(caseId);
    expect(left.map((body) => JSON.parse(body) as object)).toMatchObject([{ norm: MARK.norm, reason: MARK.reason }]);
  });
});

/** Information on the measure of `employment`, as it sends it. */
async function reported(caseId: string, measureId: string): Promise<string> {
  const receipt = await receiveReport(house.desk, { agency: 'employment', deliveryId: randomUUID(), caseId, measureId, outcome: 'performed' });
  if (receipt.outcome !== 'received') throw new Error(`not received: ${receipt.outcome}`);
  await house.desk.take(caseId, []);
  return receipt.inboxId;
}

function away(): Promise<never> {
  return Promise.reject(new Error('the database is away'));
}
