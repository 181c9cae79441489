/** A life lived in the pure core at chosen times, each turn written as a take writes it. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { EMPTY_LEDGER } from '../../contracts/ledger-digest.js';
import type { Pool } from '../../db/pool.js';
import { nextMoment } from '../../domain/case/clock.js';
import type { Entry } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';
import { takeTurn, type Answer, type TurnInput } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { Law } from '../../domain/law/law.js';
import { createPostgresStore } from '../../ledger/postgres-store.js';
import type { LedgerStore } from '../../ledger/store.js';
import { coreOf, WRITTEN_VERSION } from '../../ledger/version.js';
import { changeOf, type CaseChange, type CaseWriting, type ChangeInput } from '../../ledger/writing.js';
import { inputOf, LAW } from '../lives/live.js';
import { opening, REGISTERED_AT, straightRoad, type Doing } from '../lives/straight-road.js';

/** A turn as a take would write it. What was asked is not kept beside it, so no check can decide it again. */
export function turnToWrite({ caseId, before, entries }: Pick<ChangeInput, 'caseId' | 'before' | 'entries'>): CaseWriting & { change: CaseChange } {
  const change = changeOf({
    caseId,
    before,
    entries,
    skewMs: 0,
    version: WRITTEN_VERSION,
    core: coreOf('case'),
    turn: randomUUID(),
    decision: 'a recorded life',
    seal: TEST_PROOF.sign,
    clockLooks: false,
  });
  return { caseId, decidedAt: before?.state.seq, change, skewMs: undefined, commands: [], settled: [] };
}

export class RecordedLife {
  readonly caseId = randomUUID();
  readonly householdId: string;
  readonly entries: Entry[] = [];
  state: CaseState | undefined;
  head = EMPTY_LEDGER;
  private snapshotSeq = 0;
  private law: Law;
  private readonly pool: Pool;
  private readonly store: LedgerStore;

  constructor(pool: Pool, householdId: string = randomUUID(), law: Law = LAW) {
    this.pool = pool;
    this.store = createPostgresStore(pool);
    this.householdId = householdId;
    this.law = law;
  }

  get caseState(): CaseState {
    if (this.state === undefined) throw new Error('the case was not opened');
    return this.state;
  }

  /** With the claim of its family, which the closing gives back. */
  async open(registeredAt: Instant = REGISTERED_AT): Promise<void> {
    await this.pool.query(`insert into claim (kind, thing, subject_id) values ('household', $1, $2)`, [this.householdId, this.caseId]);
    await this.turn(registeredAt, { kind: 'opening', opening: opening(registeredAt, { householdId: this.householdId }) });
  }

  /** What the script says, each doing after every moment of the ladder before it. */
  async live(script: readonly Doing[]): Promise<void> {
    for (const doing of script) {
      await this.sleepUntil(doing.at);
      await this.turn(doing.at, inputOf(doing, this));
    }
  }

  async sleepUntil(now: Instant): Promise<void> {
    for (;;) {
      const next = this.state === undefined ? undefined : nextMoment(this.state);
      if (next === undefined || next.at > now) return;
      const before = this.head;
      await this.turn(next.at);
      if (this.head === before) throw new Error(`the case woke for ${next.what} and did nothing`);
    }
  }

  async turn(now: Instant, ...inputs: TurnInput[]): Promise<readonly Answer[]> {
    const { caseId, state, law, head, snapshotSeq } = this;
    const turn = takeTurn(state, inputs, { subjectId: caseId, law, now, newId: randomUUID });
    if (turn.entries.length === 0) return turn.answers;
    const writing = turnToWrite({ caseId, before: state && { state, head, snapshotSeq }, entries: turn.entries });
    const { change } = writing;
    if ((await this.store.write(writing)) !== 'written') throw new Error('somebody else wrote this life');
    this.state = turn.state;
    this.head = change.head;
    this.law = turn.law;
    this.snapshotSeq = change.snapshot ? change.state.seq : change.snapshotSeq;
    this.entries.push(...turn.entries);
    return turn.answers;
  }
}

/** The whole road; the case is closed at its end. */
export async function liveTheStraightRoad(pool: Pool): Promise<RecordedLife> {
  const life = new RecordedLife(pool);
  await life.open();
  await life.live(straightRoad());
  return life;
}
