/** The straight road lived in the pure core and written down turn by turn, as the engine does it. */
import { randomUUID } from 'node:crypto';

import type { JournalActivities } from '../../activities/journal.js';
import { createJournalActivities } from '../../activities/journal.js';
import { EMPTY_LEDGER } from '../../contracts/ledger-digest.js';
import type { JournalTurn } from '../../contracts/journal.js';
import type { Pool } from '../../db/pool.js';
import { nextMoment } from '../../domain/case/clock.js';
import type { CaseState } from '../../domain/case/state.js';
import { takeTurn, type Remembered, type TurnInput } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { Law } from '../../domain/law/law.js';
import { inputOf, LAW } from '../lives/live.js';
import { opening, REGISTERED_AT, straightRoad, type Doing } from '../lives/straight-road.js';

export class RecordedLife {
  readonly caseId = randomUUID();
  readonly householdId: string;
  readonly turns: JournalTurn[] = [];
  state: CaseState | undefined;
  head = EMPTY_LEDGER;
  readonly journal: JournalActivities;
  private remembered: Remembered = [];
  private law: Law;

  constructor(pool: Pool, householdId: string = randomUUID(), law: Law = LAW) {
    this.journal = createJournalActivities({ pool });
    this.householdId = householdId;
    this.law = law;
  }

  get caseState(): CaseState {
    if (this.state === undefined) throw new Error('the case was not opened');
    return this.state;
  }

  async open(registeredAt: Instant = REGISTERED_AT): Promise<void> {
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

  /** A turn as it would be journaled, without journaling it. */
  prepare(now: Instant, ...inputs: TurnInput[]): { turn: JournalTurn; adopt: (head: string) => void } {
    const { caseId, state, remembered, law } = this;
    const taken = takeTurn({ state, remembered }, inputs, { caseId, law, now });
    const turn: JournalTurn = { caseId, previousHead: this.head, entries: taken.entries, answers: [] };
    const adopt = (head: string): void => {
      this.state = taken.state;
      this.remembered = taken.remembered;
      this.law = taken.law;
      this.head = head;
      this.turns.push(turn);
    };
    return { turn, adopt };
  }

  async turn(now: Instant, ...inputs: TurnInput[]): Promise<void> {
    const { turn, adopt } = this.prepare(now, ...inputs);
    if (turn.entries.length === 0) return;
    adopt((await this.journal.recordTurn(turn)).head);
  }
}

/** The whole road; the case is closed at its end. */
export async function liveTheStraightRoad(pool: Pool): Promise<RecordedLife> {
  const life = new RecordedLife(pool);
  await life.open();
  await life.live(straightRoad());
  return life;
}
