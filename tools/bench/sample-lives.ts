/** Different lives of the simulation, lived until now and projected as the product does it: what a generated house is made of. */
import type { AlertRow, SubjectFileRow, ClockRow, DutyRow, EffectRow } from '../../db/projection.js';
import type { Entry } from '../../domain/case/facts.js';
import type { AnyState } from '../../domain/subject/subjects.js';
import type { Instant } from '../../domain/law/calendar.js';
import { changeOf, SNAPSHOT_EVERY, type CaseChange, type LedgerRow } from '../../ledger/writing.js';
import { coreOf, WRITTEN_VERSION } from '../../ledger/version.js';
import { liveLife, worldOf } from '../../simulation/what-if.js';
import { CURRENT_LAW } from '../../cli/commands/current-law.js';

/** A report that an agency sent in a life. */
export interface SampleReport {
  at: string;
  agency: string;
  payload: unknown;
}

export interface SampleLife {
  caseFile: SubjectFileRow & { clock_at: string; head: string; version: number };
  /** The stored state, and the entries after it: as many as there are between two stored ones. */
  stored: { seq: number; state: AnyState };
  tail: readonly LedgerRow[];
  duties: readonly DutyRow[];
  effects: readonly EffectRow[];
  alerts: readonly AlertRow[];
  clock: ClockRow;
  reports: readonly SampleReport[];
}

export interface WantedLives {
  /** Lives in which something may still happen, and lives that are over. */
  running: number;
  over: number;
  /** Wall time up to which they are lived; its year and the year before need a table of the calendar. */
  now: Instant;
  seed: number;
}

/** Years whose appeals are lived. A life of the year before is over as a rule, one of this year often is not. */
const YEARS_BACK = [0, 1] as const;
/** Of a seed so many are lived at most; four of five end within weeks as not confirmed. */
const MOST_LIVES = 20_000;

/**
 * The first lives of a seed, this year's and last year's in turn, until there are enough of both kinds.
 * @throws CalendarGap when the calendar has no table for those years; Error when the seed has too few
 */
export function sampleLives({ running, over, now, seed }: WantedLives): SampleLife[] {
  const worlds = YEARS_BACK.map((back) => worldOf(CURRENT_LAW, new Date(now).getUTCFullYear() - back));
  const found = { running: [] as SampleLife[], over: [] as SampleLife[] };
  for (let number = 0; number < MOST_LIVES; number += 1) {
    for (const world of worlds) {
      const life = livedUntil(number, seed, world, now);
      if (life === undefined) continue;
      const kind = life.caseFile.running ? found.running : found.over;
      if (kind.length < (life.caseFile.running ? running : over)) kind.push(life);
    }
    if (found.running.length === running && found.over.length === over) return [...found.running, ...found.over];
  }
  throw new Error(`seed ${seed} has too few lives that run and that are over`);
}

/** Undefined when its appeal is still to come. */
function livedUntil(number: number, seed: number, world: ReturnType<typeof worldOf>, now: Instant): SampleLife | undefined {
  const entries: Entry[] = [];
  const reports: SampleReport[] = [];
  liveLife(number, seed, world, {
    took: (at, input, made) => {
      if (at > now) return;
      entries.push(...made);
      if (input?.kind === 'delivery' && input.delivery.kind === 'report')
        reports.push({ at: new Date(at).toISOString(), agency: input.delivery.actor.id, payload: input.delivery.data });
    },
  });
  return entries.length === 0 ? undefined : projected(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`, entries, reports);
}

function projected(caseId: string, entries: readonly Entry[], reports: readonly SampleReport[]): SampleLife {
  const storedSeq = 1 + Math.floor((entries.length - 1) / SNAPSHOT_EVERY) * SNAPSHOT_EVERY;
  const whole = turnOf(caseId, entries);
  const { state } = turnOf(caseId, entries.slice(0, storedSeq));
  const last = entries.at(-1)?.at ?? state.openedAt;
  return {
    caseFile: { ...whole.file, clock_at: new Date(last).toISOString(), head: whole.head, version: WRITTEN_VERSION },
    stored: { seq: storedSeq, state },
    tail: whole.entries.slice(storedSeq),
    duties: whole.duties,
    effects: whole.effects,
    alerts: whole.alerts,
    clock: whole.clock,
    reports,
  };
}

/** All entries as one take: the rows are those of many takes, which is what a rebuild of the read model rests on. */
function turnOf(caseId: string, entries: readonly Entry[]): CaseChange {
  return changeOf({
    caseId,
    before: undefined,
    entries,
    skewMs: 0,
    version: WRITTEN_VERSION,
    core: coreOf('case'),
    turn: '00000000-0000-4000-8000-000000000000',
    decision: 'generated',
    // Rows to be read, not to be believed.
    seal: () => 'generated',
    clockLooks: true,
  });
}
