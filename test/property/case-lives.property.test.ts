/** What must hold in every life of a case: random lives, right and wrong, punctual and late, by seed. */
import { ROADS } from '../../domain/case/roads.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainDigests, EMPTY_LEDGER } from '../../contracts/ledger-digest.js';
import { nextMoment } from '../../domain/case/clock.js';
import { evolve, rebuild } from '../../domain/case/evolve.js';
import type { Entry, FactType } from '../../domain/case/facts.js';
import { isOver, STAGES, type CaseState } from '../../domain/case/state.js';
import { causeOf, takeTurn, type Answer, type Turn, type TurnInput } from '../../domain/case/turn.js';
import { addMonths, type Instant } from '../../domain/law/calendar.js';
import type { Duty } from '../../domain/law/duty.js';
import { countedIds } from '../lives/counted-ids.js';
import { CASE_ID, LAW } from '../lives/live.js';
import { live, randomLives, type LivedLife, type LivedTurn } from '../lives/random-life.js';
import { dueByLaw, ladderByLaw, owedNow, termByLaw } from '../lives/told-twice.js';

const SEED = 20_261_121;
const RUNS = 30;

/** Holds for every life; each test lives other lives than the next, and the same ones at every run. */
function always(check: (life: LivedLife) => void): void {
  const seed = String(expect.getState().currentTestName)
    .split('')
    .reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, SEED);
  fc.assert(
    fc.property(randomLives, (life) => check(live(life))),
    { seed, numRuns: RUNS },
  );
}

/** Holds after every turn of every life. */
function afterEveryTurn(check: (lived: LivedTurn, ledger: readonly Entry[]) => void): void {
  always(({ turns }) => {
    const ledger: Entry[] = [];
    for (const lived of turns) {
      ledger.push(...lived.turn.entries);
      check(lived, ledger);
    }
  });
}

const fromJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const takenAgain = ({ before, inputs, now, law, idsGiven }: LivedTurn, again: readonly TurnInput[] = inputs): Turn =>
  takeTurn(before, again, { subjectId: CASE_ID, law, now, newId: countedIds(idsGiven) });
const open = (state: CaseState): Duty[] => state.duties.filter((duty) => duty.state === 'open');
const textOf = ({ state, entries, answers }: Turn): string => JSON.stringify([state, entries, answers]);
const stepText = ({ step, at }: { step: string; at: Instant }): string => `${step} ${at}`;

function entryAt(entries: readonly Entry[], seq: number): Entry {
  const entry = entries[seq - 1];
  if (entry === undefined) throw new Error(`the ledger has no entry ${seq}`);
  return entry;
}

function stepsIn(entries: readonly Entry[], key: string): Extract<Entry, { type: 'DeadlineStepReached' }>[] {
  return entries.filter((entry) => entry.type === 'DeadlineStepReached' && entry.data.dutyKey === key) as Extract<Entry, { type: 'DeadlineStepReached' }>[];
}

/** By hand, or after an end only: what comes of them is lived in by-hand.test.ts and threat-response.test.ts. */
const SELDOM: ReadonlySet<FactType> = new Set(['DispatchSentAgain', 'CaseReopened', 'ReopeningConfirmed']);

it('the lives reach every stage, every fact but few, and most refusals: a timid generator would prove nothing', () => {
  const lives = fc.sample(randomLives, { seed: SEED, numRuns: 500 }).map((life) => live(life));
  const reached = new Set(lives.flatMap(({ turns }) => turns.map(({ state }) => state.stage)));
  expect([...reached].toSorted()).toEqual([...STAGES].toSorted());
  const types = new Set<FactType>(lives.flatMap(({ entries }) => entries.map(({ type }) => type)));
  const known = ['AppealRegistered', ...Object.values(ROADS).flatMap(({ facts }) => Object.keys(facts))] as FactType[];
  expect(known.filter((type) => !types.has(type) && !SELDOM.has(type))).toEqual([]);
  const codes = new Set(lives.flatMap(({ turns }) => turns.flatMap(({ turn }) => turn.answers.flatMap((answer) => (answer.ok ? [] : [answer.refusal.code])))));
  expect(codes.size).toBeGreaterThan(25);
  expect(lives.some(({ turns }) => turns.some(({ inputs }) => inputs.length > 3))).toBe(true);
});

/** What a closed case still takes; of who may look at it there is no end. */
const AFTER_THE_END: ReadonlySet<string> = new Set([
  'notifyResult',
  'recordTriage',
  'explainDelay',
  'sendAgain',
  'deliverOnPaper',
  'addToTeam',
  'releaseFromTeam',
  'openInEmergency',
  'reviewEmergencyAccess',
  // Whoever has lost the paper.
  'withdrawFamilyCode',
  'recordThreat',
  'confirmReopening',
  'markStatus',
]);

describe('what is owed', () => {
  it('192-9, 192-11-1, 192-11-2, 192-11-3, 192-12, 256-16-3, 256-17-1, 256-17-2: is owed exactly while state and ledger say so', () =>
    afterEveryTurn(({ state }, ledger) => {
      expect(
        open(state)
          .map(({ rule, subject }) => `${rule}:${subject}`)
          .toSorted(),
      ).toEqual(owedNow(state, ledger));
    }));

  it('256-13-1, 256-13-2, 256-13-2T, P4, P5, D-MON, P24: every deadline is the one that the explanation of the term gives', () =>
    always(({ state, entries }) => {
      for (const duty of state.duties) {
        const cause = entryAt(entries, duty.startedSeq);
        const term = termByLaw(duty, cause);
        expect([duty.key, duty.startedAt, duty.term]).toEqual([duty.key, cause.occurredAt, term]);
        expect(duty.dueAt).toBe(term && dueByLaw(LAW.calendar, duty, term, entries));
      }
    }));

  it('keys of duties are their own, and an end names the entry that brought it', () =>
    always(({ state, entries }) => {
      expect(new Set(state.duties.map(({ key }) => key)).size).toBe(state.duties.length);
      for (const { key, state: standing, endedSeq } of state.duties) {
        const change = endedSeq === undefined ? undefined : entryAt(entries, endedSeq).duties.find((each) => each.op === standing && each.key === key);
        expect([key, change?.op ?? 'open']).toEqual([key, standing]);
      }
    }));

  it('256-15-1, 192-9: what is over owes nothing, and what is closed owes no more than the answer in writing, open appeals, notices about children and openings that nobody has judged', () =>
    always(({ state }) => {
      const left = open(state).filter(({ dueAt }) => dueAt !== undefined);
      expect(isOver(state)).toBe(state.stage === 'closed' && left.length === 0);
      const allowed = state.stage === 'closed' ? /^(D-CL|256-1[34]-1|256-26|P59):/ : /./;
      expect(left.map(({ key }) => key).filter((key) => !allowed.test(key))).toEqual([]);
    }));
});

describe('the ladder', () => {
  it('P52, P53: the planned moments are those of the law', () =>
    always(({ state, entries }) => {
      for (const duty of state.duties) {
        const term = termByLaw(duty, entryAt(entries, duty.startedSeq));
        const planned = duty.steps.filter(({ step }) => step !== 'repeat' && step !== 'refused').map(stepText);
        expect(planned).toEqual(term === undefined ? [] : ladderByLaw(LAW.calendar, duty, term, dueByLaw(LAW.calendar, duty, term, entries)));
      }
    }));

  it('P53: each moment is written once, in order, not before it came, and none after the end of its duty', () =>
    always(({ state, entries }) => {
      for (const duty of state.duties) {
        const written = stepsIn(entries, duty.key);
        expect(written.map(({ data }) => stepText({ step: data.step, at: data.moment }))).toEqual(duty.steps.slice(0, duty.reached).map(stepText));
        const astray = written.filter(
          ({ seq, at, occurredAt, data }) => at < data.moment || occurredAt !== data.moment || seq <= duty.startedSeq || seq > (duty.endedSeq ?? Infinity),
        );
        expect(astray).toEqual([]);
      }
    }));

  it('256-13-2T: no moment is skipped: what had come when a duty ended was written before its end', () =>
    always(({ state, entries, turns }) => {
      for (const duty of state.duties.filter(({ endedSeq }) => endedSeq !== undefined)) {
        // Of a message that waited at the inbox, its receipt: what came after it found the duty ended, but for what was heard before it.
        const end = entryAt(entries, duty.endedSeq ?? 0);
        const ending = turns.find(({ turn }) => turn.entries.includes(end));
        const had = duty.steps.filter(({ at }) => at <= heardBy(end, ending)).length;
        const written = stepsIn(entries, duty.key).filter(({ seq }) => seq < (ending?.turn.entries[0]?.seq ?? 0)).length;
        expect([duty.key, duty.reached]).toEqual([duty.key, Math.max(had, written)]);
      }
    }));

  it('after a turn nothing is due any more: the next moment lies ahead', () =>
    afterEveryTurn(({ state, now, underWay }) => {
      expect(open(state).filter(({ steps, reached }) => (steps[reached]?.at ?? Infinity) <= now)).toEqual([]);
      expect(nextMoment(state, underWay)?.at ?? Infinity).toBeGreaterThan(now);
    }));

  it('a late wake-up writes what punctual ones would have written, only later', () =>
    always(({ turns }) => {
      for (const lived of turns.filter(({ late }) => late)) {
        const { now, turn } = lived;
        const punctual = punctually(lived);
        expect(turn.entries).toEqual(punctual.entries.map((entry) => ({ ...entry, at: now })));
        expect(turn.state).toEqual(punctual.state);
      }
    }));
});

/** Up to which instant a turn had come when it wrote an entry: the latest of what was taken before it in that turn, and of what it is about. */
function heardBy({ cause, occurredAt }: Entry, lived: LivedTurn | undefined): Instant {
  if (lived === undefined) return occurredAt;
  const { inputs, now } = lived;
  const receipts = inputs.map((input) => (input.kind === 'delivery' ? now - Math.max(0, input.delivery.ageMs) : now));
  const place = inputs.findIndex((input) => causeOf(input) === cause);
  // The law that is taken up comes before whatever waits with it.
  const bounds = inputs.map(({ kind }, at) => (kind === 'adoption' ? Math.min(...receipts) : (receipts[at] ?? now)));
  return Math.max(occurredAt, ...(place === -1 ? bounds : bounds.slice(0, place + 1)));
}

/** The same turn after one turn at each moment before it; before a message that waited at the inbox, up to its receipt. */
function punctually(lived: LivedTurn): Pick<Turn, 'state' | 'entries'> {
  const ages = lived.inputs.map((input) => (input.kind === 'delivery' ? input.delivery.ageMs : 0));
  const until = lived.now - Math.max(0, ...ages);
  let state = lived.before;
  const entries: Entry[] = [];
  const asleep = new Set(state?.dispatches.map(({ key }) => key));
  for (;;) {
    const next = state && nextMoment(state, asleep);
    if (next === undefined || next.at > until) break;
    const woken = takenAgain({ ...lived, before: state, now: next.at }, []);
    state = woken.state;
    entries.push(...woken.entries);
  }
  const turn = takenAgain({ ...lived, before: state });
  return { state: turn.state, entries: [...entries, ...turn.entries] };
}

describe('the ledger', () => {
  it('alone rebuilds the case', () =>
    always(({ entries, state }) => {
      expect(rebuild(fromJson(entries), CASE_ID)).toEqual(state);
    }));

  it('goes on from a state that was put away at any turn: a tail of entries on top of it makes the same case', () =>
    afterEveryTurn(({ before, turn, state }) => {
      const put = before && fromJson(before);
      expect(fromJson(turn.entries).reduce<CaseState | undefined>((replayed, entry) => evolve(replayed, entry, CASE_ID), put)).toEqual(state);
    }));

  it('replayed to its half and then to its end makes the case that stood there', () =>
    always(({ entries, turns, state }) => {
      const half = turns[Math.floor(turns.length / 2)];
      if (half === undefined) throw new Error('a life has turns');
      const first = rebuild(fromJson(entries.slice(0, half.state.seq)), CASE_ID);
      expect(first).toEqual(half.state);
      expect(entries.slice(half.state.seq).reduce<CaseState | undefined>((replayed, entry) => evolve(replayed, entry, CASE_ID), first)).toEqual(state);
    }));

  it('has no gaps, goes forward in time, and knows nothing of the future', () =>
    always(({ entries, turns }) => {
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
      const astray = turns.flatMap(({ now, turn }) => turn.entries.filter(({ at, occurredAt }) => at !== now || occurredAt > at));
      expect(astray).toEqual([]);
      expect(chainDigests(EMPTY_LEDGER, fromJson(entries))).toBe(chainDigests(EMPTY_LEDGER, entries));
    }));

  it('P50, P11, P19, P43: keeps the law whatever was asked', () =>
    always(({ entries }) => {
      expect(entries.flatMap((entry, index) => breachesOf(entry, entries.slice(0, index)))).toEqual([]);
    }));
});

/** What an entry breaks of the law, judged by what the ledger held before it. */
function breachesOf(entry: Entry, before: readonly Entry[]): string[] {
  const draft = before.findLast((each) => each.type === 'IprDrafted');
  if (entry.type === 'IprApproved') {
    return [
      ...(entry.actor.id === draft?.actor.id ? ['P50: approved by its author'] : []),
      ...(entry.data.endsOn > addMonths(entry.data.approvedOn, 12) ? ['P11: longer than a year'] : []),
    ];
  }
  if (entry.type === 'IprSent') {
    const wanted = draft?.type === 'IprDrafted' ? draft.data.measures.filter(({ kind }) => kind === 'state') : [];
    const sent = entry.data.dispatches.flatMap(({ agency, measureIds }) => measureIds.map((id) => `${agency} ${id}`));
    const own = wanted.map(({ agency, measureId }) => `${agency} ${measureId}`);
    return sent.toSorted().join() === own.toSorted().join() ? [] : ['P43: an agency was sent other measures than its own'];
  }
  if (entry.type !== 'CompletionMarked') return [];
  const done = rebuild(before, CASE_ID)?.measures.every(({ status }) => status === 'done');
  return done === true ? [] : ['P19: completed with an open measure'];
}

describe('input', () => {
  it('that is refused changes nothing', () =>
    afterEveryTurn((lived) => {
      const { inputs, turn } = lived;
      const taken = inputs.filter((_, index) => turn.answers[index]?.ok === true);
      if (taken.length === inputs.length) return;
      const without = takenAgain(lived, taken);
      expect(turn.state).toEqual(without.state);
      expect(turn.entries).toEqual(without.entries);
    }));

  it('of an attempt is told once: the same outcome again writes nothing', () =>
    afterEveryTurn((lived) => {
      for (const outcome of lived.inputs.filter(({ kind }) => kind === 'dispatch')) {
        const again = takenAgain({ ...lived, before: lived.state, law: lived.turn.law }, [outcome]);
        expect(again.entries).toEqual([]);
        expect(again.state).toEqual(lived.state);
      }
    }));

  it('makes the same in one turn as in several at the same instant', () =>
    afterEveryTurn(({ before, inputs, now, law, idsGiven, underWay, turn }) => {
      // A report that waited goes before a moment that comes now; the turn before it would have rung that first.
      const hasWaited = inputs.some((input) => input.kind === 'delivery' && input.delivery.ageMs > 0);
      if (inputs.length > 1 && hasWaited && before !== undefined && (nextMoment(before, underWay)?.at ?? Infinity) <= now) return;
      const given = { subjectId: CASE_ID, now, newId: countedIds(idsGiven) };
      let last: Pick<Turn, 'state' | 'law'> = { state: before, law };
      const entries: Entry[] = [];
      const answers: Answer[] = [];
      for (const input of inputs.length === 0 ? [[]] : inputs.map((each) => [each])) {
        const alone = takeTurn(last.state, input, { ...given, law: last.law });
        last = alone;
        entries.push(...alone.entries);
        answers.push(...alone.answers);
      }
      expect([last.state, last.law.ref]).toEqual([turn.state, turn.law.ref]);
      expect(entries).toEqual(turn.entries);
      expect(answers).toEqual(turn.answers);
    }));

  it('makes the same of a case that was put away as JSON and taken up again', () =>
    afterEveryTurn((lived) => {
      const { before, inputs, turn } = lived;
      expect(textOf(takenAgain({ ...lived, before: before && fromJson(before) }, fromJson(inputs)))).toBe(textOf(turn));
    }));

  it('finds a closed case closed: only the answer in writing, the triage of an appeal that waits, the reason of a delay, notices about children, and who may look are taken', () =>
    afterEveryTurn(({ before, inputs, turn }) => {
      if (before?.stage !== 'closed') return;
      const taken = inputs.filter((_, index) => turn.answers[index]?.ok === true);
      const astray = taken.filter((input) => input.kind === 'delivery' || (input.kind === 'command' && !AFTER_THE_END.has(input.command.kind)));
      expect(astray).toEqual([]);
    }));
});
