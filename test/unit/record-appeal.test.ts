/** An appeal that joins a case takes first what has waited for it, on a store in memory. */
import { reportAct } from '../../ledger/proven.js';
import { proven, provenOpening, TEST_PROOF } from '../stack/test-proof.js';
import { NO_STAFFING } from '../../contracts/staffing.js';
import { TERMS } from '../../simulation/staff-record.js';
import { expect, it } from 'vitest';
import { referencesOf } from '../../domain/case/commands.js';
import { documentsAmong } from '../../domain/case/references.js';
import { recordAppeal } from '../../ledger/record-appeal.js';
import { take, type TakeDeps } from '../../ledger/take.js';
import { CORE } from '../../ledger/version.js';
import { ModelHouse } from '../../simulation/machinery/model-house.js';
import { createModelStore } from '../../simulation/machinery/model-store.js';
import { PAPER_SHA256, signatureFor } from '../../simulation/papers.js';
import { LAW } from '../lives/live.js';
import { CENTER, local, MANAGER, opening, REGISTERED_AT, straightRoad } from '../lives/straight-road.js';

const CASE = 'case-1';

/** The straight road up to the plan that was sent: m-job is due on Monday 2 March 2026. */
async function sentPlan() {
  const clock = { now: REGISTERED_AT };
  const house = new ModelHouse(() => clock.now);
  for (const kind of ['calendar', 'policy'] as const) house.tables.law.set(kind, { kind, version: LAW.ref[kind] });
  for (const [key, term] of TERMS) house.tables.term.set(key, term);
  house.tables.staffing.set(CENTER, {
    listed: [MANAGER.id, 'psychologist-almaty-auezov'],
    staffing: { ...NO_STAFFING, posts: [{ role: 'case_manager', person: MANAGER.id, from: '2020-01-01' }] },
  });
  let ids = 0;
  const newId = (): string => `id-${(ids += 1)}`;
  const store = createModelStore(house);
  const deps: TakeDeps = {
    store,
    lawOf: async () => LAW,
    adoptionOf: async () => undefined,
    newId,
    proof: TEST_PROOF,
    clock: () => clock.now,
    knows: 1,
    writes: 1,
    decision: 'test',
    core: CORE,
  };
  await store.locked(CASE, (locked) => recordAppeal(deps, locked, CASE, false, provenOpening(opening(REGISTERED_AT))));
  for (const doing of straightRoad().slice(0, 11)) {
    if (!('command' in doing)) continue;
    clock.now = doing.at;
    const { command } = doing;
    for (const { id, type } of documentsAmong(referencesOf(command)))
      house.tables.document.set(id, { type, sha256: PAPER_SHA256, case_id: CASE, center: command.actor.center, attached: false });
    for (const reference of referencesOf(command)) {
      if (reference.to === 'signature') house.tables.signature.set(reference.id, signatureFor(reference));
      if (reference.to === 'member') house.tables.person.set(reference.id, { id: reference.id, householdId: opening(0).householdId });
    }
    const request = { actorId: command.actor.id, idempotencyKey: command.id, bodySha256: '', caseId: CASE, persons: [], narratives: [] };
    const { taken } = await take(deps, CASE, [proven({ kind: 'command', command, request })]);
    expect(taken).toMatchObject([{ answer: { ok: true } }]);
  }
  return { clock, house, deps };
}

it('rule 192-11-1: a report that was received in time is not overdue when the next appeal finds it at the inbox', async () => {
  const { clock, house, deps } = await sentPlan();
  const payload = { measureId: 'm-job', outcome: 'performed' as const };
  const receivedAt = local('2026-03-02', 23);
  house.tables.inbox.set('report-1', {
    id: 'report-1',
    place: 1,
    source: 'employment',
    delivery_id: 'd-1',
    content_sha256: '',
    subject_id: CASE,
    payload,
    act: TEST_PROOF.sign(reportAct(CASE, { inboxId: 'report-1', receivedAt, source: 'employment', payload })),
    received_at: receivedAt,
    state: 'waiting',
    outcome: null,
    due_at: receivedAt,
  });
  clock.now = local('2026-03-03', 9);
  const given = opening(clock.now, { appealId: 'appeal-2', journalNumber: 'journal-2' });
  expect(await deps.store.locked(CASE, (locked) => recordAppeal(deps, locked, CASE, true, provenOpening(given)))).toBe(true);

  const entries = (house.tables.ledger.get(CASE) ?? []).map(({ entry }) => entry);
  expect(entries.find(({ type }) => type === 'ReportReceived')).toMatchObject({ cause: 'report-1', occurredAt: receivedAt });
  expect(house.tables.inbox.get('report-1')?.state).toBe('delivered');
  const overdue = entries.flatMap((entry) => (entry.type === 'DeadlineStepReached' && entry.data.step === 'overdue' ? [entry.data.dutyKey] : []));
  expect(overdue).toContain('192-11-1:m-health');
  expect(overdue).not.toContain('192-11-1:m-job');
  expect(entries.at(-1)).toMatchObject({ type: 'AppealAttached', cause: 'appeal-2' });
});
