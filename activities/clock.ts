/**
 * The clock's look: what of the case has come is recorded, and the clock is told what to do next. Only here a clock
 * is read, that of Postgres: comparing it with the engine's in the workflow would ring for nothing as long as they differ.
 */
import type { ClockKind, LookAnswer, LookRequest, Seen, WantedEffect } from '../contracts/case-clock.js';
import type { ProofReader } from '../contracts/proof/proof.js';
import { holdEffects, LEDGER_RESTORED, readClockSight, writeSeen, type ClockSight, type OpenEffect, type SeenByClock } from '../db/clock-look.js';
import type { Pool } from '../db/pool.js';
import type { AnyEntry } from '../domain/subject/subjects.js';
import type { Instant } from '../domain/law/calendar.js';
import type { Desk } from '../ledger/desk.js';
import { toldAct } from '../ledger/proven.js';
import { VersionUnknown } from '../ledger/version.js';
import type { Asker } from './clock-asker.js';
import { boardOf, momentInWords, stepInWords, toldRule } from './clock-board.js';
import { asTold } from './told-sight.js';

export interface ClockActivities {
  /**
   * Records what has come, and answers until when the clock sleeps, what it has sent, and what supervisors see.
   * @throws the errors of Postgres: then look again, nothing is lost
   */
  look(request: LookRequest): Promise<LookAnswer>;
}

/** The case is taken by others while it is looked at; more often than that in a row is a fault. */
const MOST_SIGHTS = 20;
/** A skip is told in whole seconds. */
const SAME_TIME_MS = 1_500;

/** Where a look reads what there is, and writes what it saw; Postgres, or the model of it that the machinery is simulated on. */
export interface ClockSights {
  /** Undefined when the ledger knows no such case. */
  read(caseId: string, toldSeq: number | undefined): Promise<ClockSight | undefined>;
  /** False when the case has gone on meanwhile: nothing was written. */
  write(seen: SeenByClock): Promise<boolean>;
  hold(reason: string): Promise<void>;
}

export interface ClockDependencies {
  desk: Pick<Desk, 'deps' | 'take'>;
  sights: ClockSights;
  /** Who asks (`askerOnEngine`); undefined: not the clock of that subject. */
  askerOf: (request: LookRequest) => Asker | undefined;
}

export function sightsIn(pool: Pool): ClockSights {
  return {
    read: (caseId, toldSeq) => readClockSight(pool, caseId, toldSeq),
    write: (seen) => writeSeen(pool, seen),
    hold: (reason) => holdEffects(pool, reason),
  };
}

export function createClockActivities({ desk, sights, askerOf }: ClockDependencies): ClockActivities {
  return {
    look: async (request) => {
      const asker = askerOf(request);
      // A workflow under an id of its own is the clock of nothing, whatever it was started with.
      if (asker === undefined) return { kind: 'ghost' };
      try {
        return await look({ desk, sights }, { ...request, runId: asker.runId }, asker.kind);
      } catch (error) {
        if (error instanceof VersionUnknown) return { kind: 'version_unknown', found: error.found, known: desk.deps.knows };
        throw error;
      }
    },
  };
}

async function look({ desk, sights }: Pick<ClockDependencies, 'desk' | 'sights'>, asked: LookRequest, kind: ClockKind): Promise<LookAnswer> {
  const request = believed(desk.deps.proof, asked);
  const { subjectId, told } = request;
  const rang: string[] = [];
  for (let count = 0; count < MOST_SIGHTS; count += 1) {
    const sight = await sights.read(subjectId, told?.seq);
    if (sight === undefined) return ghost(sights, request);
    if (sight.kind !== kind) return { kind: 'ghost' };
    if (sight.version > desk.deps.knows) return { kind: 'version_unknown', found: sight.version, known: desk.deps.knows };
    if (count === 0 && mustTake(sight, request)) {
      rang.push(...stepsIn((await desk.take(subjectId, [], { clockLooks: true, engineNow: request.engineNow })).entries));
      continue;
    }
    const restored = told !== undefined && sight.toldDigest !== told.head;
    if (restored) await sights.hold(LEDGER_RESTORED);
    const seen = { ...seenIn(restored ? { ...sight, isHeld: true } : sight, request, rang), seal: desk.deps.proof.sign(toldAct(subjectId, sight)) };
    if (await written(sights, sight, seen, request)) return restored ? { ...seen, restored } : seen;
  }
  throw new Error(`${subjectId} was taken ${MOST_SIGHTS} times while its clock looked`);
}

/** A place that no worker has told is none: by an invented one all sending would be held. */
function believed(proof: ProofReader, { told, ...request }: LookRequest): LookRequest {
  return told === undefined || proof.fault(toldAct(request.subjectId, told), told.seal) !== undefined ? request : { ...request, told };
}

/** A ledger that lost a case which it had is one that was restored, too: nothing may be sent from there. */
async function ghost(sights: ClockSights, { told }: LookRequest): Promise<LookAnswer> {
  if (told !== undefined) await sights.hold(LEDGER_RESTORED);
  return { kind: 'ghost' };
}

/** A moment has come, another law is in force, or a case in skipped time has gone on: far, or past a moment. */
function mustTake(sight: ClockSight, { engineNow }: LookRequest): boolean {
  const { running, isBehind, ringsAt, now, skipping, skewMs } = sight;
  if (running && isBehind) return true;
  if (skipping && engineNow > now + skewMs && isAhead(sight, engineNow)) return true;
  return ringsAt !== null && ringsAt <= now;
}

/** The engine and the ledger never agree to the millisecond. */
function isAhead({ ringsAt, now, skewMs }: ClockSight, engineNow: Instant): boolean {
  return engineNow - (now + skewMs) > SAME_TIME_MS || (ringsAt !== null && ringsAt + skewMs <= engineNow);
}

function stepsIn(entries: readonly AnyEntry[]): string[] {
  return entries.flatMap((entry) => (entry.type === 'DeadlineStepReached' ? [`${toldRule(entry.data.rule)} ${entry.data.step}`] : []));
}

/** Case time: never behind an entry of the case, for the clock of a machine may step back. */
function caseNow({ now, skewMs, clockAt }: ClockSight): Instant {
  return Math.max(now + skewMs, clockAt);
}

function seenIn(whole: ClockSight, request: LookRequest, rang: readonly string[]): Omit<Seen, 'seal'> {
  const sight = asTold(whole);
  const { seq, head, running, isHeld } = sight;
  const now = caseNow(sight);
  const idle = isHeld ? [] : sight.effects.filter(({ key }) => !request.underWay.includes(key));
  const isDue = ({ state, retryAt }: OpenEffect): boolean => state === 'pending' || (retryAt !== null && retryAt <= now);
  const next = nextMoment(
    sight,
    idle.filter((effect) => !isDue(effect)),
  );
  const armed = armedAfter(next, request.armedAt, now);
  const board = boardOf(sight, next?.what ?? null, now);
  return {
    kind: 'seen',
    seq,
    head,
    armedAt: armed?.at ?? null,
    sleepMs: armed === undefined ? 0 : armed.at - now,
    waitsFor: armed?.what ?? '',
    effects: idle.filter(isDue).map((effect) => wantedEffect(sight, effect)),
    ...(board.digest === request.shown ? {} : { board }),
    over: !running,
    rang,
  };
}

interface Moment {
  at: Instant;
  what: string;
}

/** Of the steps of ladders and of what is to be sent again; case time. */
function nextMoment({ ringsAt, ringsFor, skewMs }: ClockSight, parked: readonly OpenEffect[]): Moment | undefined {
  const step = ringsAt === null ? [] : [{ at: ringsAt + skewMs, what: stepInWords(ringsFor ?? '') }];
  const retries = parked.flatMap(({ retryAt, kind, agency }) => (retryAt === null ? [] : [{ at: retryAt, what: `${kind} to ${agency} again` }]));
  const [first] = [...step, ...retries].toSorted((a, b) => a.at - b.at);
  return first && { at: first.at, what: `${first.what} · ${momentInWords(first.at)}` };
}

/**
 * Nobody is woken because a moment moved further away. But who looks anyway sets the timer for it: that costs two events,
 * a ring for nothing a whole turn. With nothing ahead the timer is left alone.
 */
function armedAfter(next: Moment | undefined, armedAt: Instant | null, now: Instant): Moment | undefined {
  if (next !== undefined || armedAt === null || armedAt <= now) return next;
  return { at: armedAt, what: '' };
}

function wantedEffect({ center, lane }: ClockSight, { key, series, kind, agency, measures }: OpenEffect): WantedEffect {
  const again = series === 1 ? '' : `, attempt ${series}`;
  return { key, series, kind, agency, center, lane, summary: `${kind} to ${agency} (${measures})${again}` };
}

/** Nothing is written when the row says it already and nobody waits to be heard. */
async function written(sights: ClockSights, sight: ClockSight, seen: Seen, { subjectId, runId, isFirst }: LookRequest): Promise<boolean> {
  const armedAt = seen.armedAt === null ? null : seen.armedAt - sight.skewMs;
  const same = sight.armedAt === armedAt && sight.runId === runId && sight.seenSeq === sight.seq && sight.wakeSeq === null;
  return same || (await sights.write({ caseId: subjectId, seq: sight.seq, armedAt, runId, isFirst }));
}
