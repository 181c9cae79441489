/**
 * The time of cases as the ledger has it, and whether their clocks have caught up with them. A case that skips time
 * is marked here; its own looks tell the ledger how far it is ahead, and where nobody looks at the end of a skip, the
 * tool does. One question to Postgres for all who wait.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { onClient, type Pool } from '../../db/pool.js';
import type { Instant } from '../../domain/law/calendar.js';

export interface CaseTime {
  /** Case time. */
  now: Instant;
  /** The nearest moment that the case waits for, in its own time. */
  next: Instant | undefined;
  /** False when nothing of the case can happen by itself any more. */
  running: boolean;
  /** The clock has heard of all that moves it, and has armed it: a skip passes no moment unseen. */
  settled: boolean;
}

interface TimeRow extends Omit<CaseTime, 'next'> {
  caseId: string;
  next: Instant | null;
}

interface Waiting {
  caseId: string;
  holds: (time: CaseTime) => boolean;
  until: number;
  resolve: (time: CaseTime | undefined) => void;
  reject: (error: unknown) => void;
}

const LOOK_EVERY_MS = 25;

/** What is told with the next look, or later, moves no clock. */
const READ = `
select filed.subject_id as "caseId", floor(extract(epoch from clock_timestamp()) * 1000)::float8 + filed.skew_ms as now,
       floor(extract(epoch from filed.next_moment) * 1000)::float8 as next, clock.running,
       clock.looked_at is not null and (clock.wakes_at is null or coalesce(clock.armed_at <= clock.wakes_at, false))
         and not exists (select from wake where wake.subject_id = filed.subject_id and (attempts > 0 or due_at <= clock_timestamp())) as settled
  from case_file filed join subject_clock clock using (subject_id) where filed.subject_id = any ($1::uuid[])`;

/** Under the lock of the case: a look tells the same in its take. */
const TELL = `
with filed as (
  select subject_id, greatest(0, $2::bigint - floor(extract(epoch from clock_timestamp()) * 1000)::bigint - skew_ms) as ahead
    from case_file where subject_id = $1 and skipping for update
), moved as (
  update case_file set skew_ms = skew_ms + filed.ahead from filed where case_file.subject_id = filed.subject_id and filed.ahead > 0
)
update subject_clock set rings_at = rings_at - filed.ahead * interval '1 millisecond', wakes_at = wakes_at - filed.ahead * interval '1 millisecond',
                      armed_at = armed_at - filed.ahead * interval '1 millisecond'
  from filed where subject_clock.subject_id = filed.subject_id and filed.ahead > 0`;

export class CaseTimes {
  readonly #pool: Pool;
  #waiting: Waiting[] = [];
  #looking = false;

  /** @param pool of the running stack */
  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The case lives in skipped time from now on: the time of its own engine is believed. Safe to repeat. */
  async mark(caseId: string): Promise<void> {
    await onClient(this.#pool, (client) => client.query('update case_file set skipping = true where subject_id = $1 and not skipping', [caseId]));
  }

  /**
   * At the end of a skip at which nothing rang: the case is there now. Only ever forwards; what its clock has armed
   * comes as much nearer in wall time.
   */
  async tell(caseId: string, engineNow: Instant): Promise<void> {
    await onClient(this.#pool, (client) => client.query({ name: 'tell-skipped', text: TELL, values: [caseId, engineNow] }));
  }

  /** @returns undefined when there is no such case */
  async read(caseId: string): Promise<CaseTime | undefined> {
    return (await this.#readAll([caseId])).get(caseId);
  }

  /** Waits until that holds. @returns undefined when it does not within the time */
  until(caseId: string, holds: (time: CaseTime) => boolean, withinMs: number): Promise<CaseTime | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ caseId, holds, until: performance.now() + withinMs, resolve, reject });
      if (!this.#looking) void this.#look();
    });
  }

  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#waiting.length > 0) {
      await this.#lookOnce().catch((error: unknown) => this.#failAll(error));
      if (this.#waiting.length > 0) await pause(LOOK_EVERY_MS);
    }
    this.#looking = false;
  }

  async #lookOnce(): Promise<void> {
    const asked = this.#waiting;
    const times = await this.#readAll(asked.map(({ caseId }) => caseId));
    for (const waiting of asked) {
      const time = times.get(waiting.caseId);
      const holds = time !== undefined && waiting.holds(time);
      if (!holds && performance.now() < waiting.until) continue;
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      waiting.resolve(holds ? time : undefined);
    }
  }

  #failAll(error: unknown): void {
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting = [];
  }

  async #readAll(caseIds: readonly string[]): Promise<Map<string, CaseTime>> {
    const { rows } = await onClient(this.#pool, (client) => client.query<TimeRow>({ name: 'case-times', text: READ, values: [caseIds] }));
    return new Map(rows.map(({ caseId, next, ...time }) => [caseId, { ...time, next: next ?? undefined }]));
  }
}
