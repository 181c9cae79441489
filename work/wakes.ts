/**
 * "The clock must look": each wake is signalled again after ten seconds, a minute, ten minutes, then hourly,
 * and deleted only by the look that heard it. Signalling it at every patrol would make a case deaf within
 * hours: a run takes ten thousand signals and no more.
 */
import { toldName } from '../contracts/told-names.js';
import type { Logger } from 'pino';
import type { ClockKind, Lane } from '../contracts/case-clock.js';
import { onClient, type Pool } from '../db/pool.js';
import { EngineAway, lacksNamespace, RunIsDeaf, type ClockEngine, type WakeToSend } from './clock-engine.js';
import type { EngineGate } from './engine-gate.js';
import { inMs, isFree, type Leased } from './lease.js';
import { reasonOf, type LaneOptions, type WorkList } from './work-list.js';

/** `seq`: the place of the ledger that it tells of. */
export type WakePiece = WakeToSend & Leased & { seq: number };

export interface WakeDependencies {
  pool: Pool;
  engine: ClockEngine;
  /** One for each lane: a lane that looks for the engine says nothing of another. */
  gateOf: (lane: Lane) => EngineGate;
  log: Logger;
  lanes: readonly LaneOptions[];
  leaseMs: number;
  /** The server lacks namespace or attributes: somebody should make them. */
  onLack?: () => void;
}

interface WakeRow {
  caseId: string;
  token: string;
  name: string;
  facts: { seq: number; type: string }[];
  rebuild: boolean;
  seq: number;
  lane: Lane;
  toldLane: Lane | null;
  kind: ClockKind;
  center: string;
  stage: string;
  calendar: string;
  policy: string;
  overdue: number;
  waitingOn: string[];
  journalNumber: string | null;
  nextRule: string | null;
  nextDueAt: Date | null;
}

/** Until the next signal, after so many. */
const PLAN = `case attempts when 1 then interval '10 seconds' when 2 then interval '1 minute' when 3 then interval '10 minutes' else interval '1 hour' end`;

/** Facts in one signal: the history of a run has its bounds. */
const MOST_TOLD = 20;

const takeSql = (leaseMs: number): string => `
with wanted as (
  select subject_id from wake where lane = $1 and due_at <= statement_timestamp() and ${isFree('wake', leaseMs)}
   order by due_at limit $2 for update skip locked
), taken as (
  update wake set lease_token = gen_random_uuid(), lease_until = ${inMs(leaseMs)}, attempts = attempts + 1
    from wanted where wake.subject_id = wanted.subject_id
  returning wake.subject_id, lease_token, name, rebuild, wake.seq
)
select taken.subject_id as "caseId", lease_token as token, name, told.facts, rebuild, taken.seq, clock.lane, told_lane as "toldLane",
       kind, center, stage, calendar, policy, overdue, waiting_on as "waitingOn", opened.journal_number as "journalNumber", next.rule as "nextRule", next.due_at as "nextDueAt"
  from taken join subject_clock clock using (subject_id) join subject_file using (subject_id)
  left join lateral (select journal_number from appeal where appeal.case_id = taken.subject_id order by received_at limit 1) opened on true
  cross join lateral (
    select coalesce(json_agg(untold order by untold.seq), '[]') as facts
      from (select seq, type from ledger where ledger.subject_id = taken.subject_id and ledger.seq > clock.told_seq and ledger.seq <= taken.seq
             order by seq desc limit ${MOST_TOLD}) untold
  ) told
  left join lateral (
    select rule, due_at from duty where duty.subject_id = taken.subject_id and standing = 'open' and due_at is not null order by due_at limit 1
  ) next on true`;

/**
 * A signal that was sent puts the next one off, and nothing else does: of whoever dies before, the lease runs out,
 * and the signal repeats. What came since it was taken, or was asked anew (no attempts), has not been told. A run that was told of its lane is not told again.
 */
const END = `
with ended as (
  update wake set lease_token = null, lease_until = null, rebuild = rebuild and not $3,
         due_at = case when seq > $5 or attempts = 0 then statement_timestamp() else statement_timestamp() + ${PLAN} end
   where subject_id = $1 and lease_token = $2
)
update subject_clock set told_lane = $4, told_seq = greatest(told_seq, $5) where subject_id = $1 and (told_lane is distinct from $4 or told_seq < $5)`;

/** The engine is away: that was no signal, and the row is due as it was. */
const GIVE_BACK = `update wake set lease_token = null, lease_until = null, attempts = greatest(0, attempts - 1)
  where subject_id = $1 and lease_token = $2`;

/** What ails one case alone waits for its next turn in the plan. */
const PUT_OFF = `update wake set lease_token = null, lease_until = null, due_at = statement_timestamp() + ${PLAN} where subject_id = $1 and lease_token = $2`;

/** A run that takes no more signals is replaced, at once. */
const REPLACE = `update wake set lease_token = null, lease_until = null, rebuild = true, due_at = statement_timestamp() where subject_id = $1 and lease_token = $2`;

export function wakeList({ pool, engine, gateOf, log, lanes, leaseMs, onLack = () => {} }: WakeDependencies): WorkList<WakePiece & { listLane: Lane }> {
  const run = (text: string, values: unknown[]): Promise<number> =>
    onClient(pool, (client) => client.query(text, values)).then(({ rowCount }) => rowCount ?? 0);
  return {
    name: 'wakes',
    lanes,
    leaseMs,
    withinMs: 12_000,
    take: async (lane, most) => {
      const allowed = gateOf(lane).allows(most);
      if (allowed === 0) return [];
      const { rows } = await onClient(pool, (client) => client.query<WakeRow>({ name: 'take-wakes', text: takeSql(leaseMs), values: [lane, allowed] }));
      return rows.map((row) => ({ ...pieceOf(row), listLane: lane }));
    },
    renew: async ({ caseId, token }) =>
      (await run(`update wake set lease_until = ${inMs(leaseMs)} where subject_id = $1 and lease_token = $2`, [caseId, token])) > 0,
    do: async (wake) => {
      const lane = await engine.wake(wake);
      gateOf(wake.listLane).answered();
      await run(END, [wake.caseId, wake.token, wake.rebuild, lane, wake.seq]);
    },
    failed: async ({ caseId, token, listLane }, error) => {
      if (error instanceof EngineAway) {
        gateOf(listLane).away();
        if (lacksNamespace(error)) onLack();
        await run(GIVE_BACK, [caseId, token]);
        return;
      }
      log.warn({ caseId, reason: reasonOf(error) }, 'a clock could not be woken');
      await run(error instanceof RunIsDeaf ? REPLACE : PUT_OFF, [caseId, token]);
    },
  };
}

function pieceOf({ nextRule, nextDueAt, toldLane, journalNumber, caseId, kind, token, name, facts, rebuild, seq, lane, ...start }: WakeRow): WakePiece {
  return {
    kind,
    caseId,
    token,
    name,
    told: { stage: start.stage, facts: facts.map(({ seq: place, type }) => ({ seq: place, type: toldName(type) })) },
    rebuild,
    seq,
    lane,
    toldLane: toldLane ?? undefined,
    start: {
      ...start,
      journalNumber: journalNumber ?? undefined,
      next: nextRule === null || nextDueAt === null ? undefined : { rule: nextRule, dueAt: nextDueAt.getTime() },
    },
  };
}
