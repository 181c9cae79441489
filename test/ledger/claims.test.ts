import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claim } from '../../domain/case/decision.js';
import { takeTurn } from '../../domain/case/turn.js';
import { CORE, type Core } from '../../ledger/version.js';
import type { Desk } from '../../ledger/desk.js';
import { asking, inTurn, openCase, openHouse, type House } from './take-desk.js';

/**
 * A core in which an interview takes places: the note's id names the things it wants, so that a test says what is
 * scarce. Everything else is the real core.
 */
const wantedBy = new Map<string, readonly Claim[]>();

const scarce: Core['takeTurn'] = (state, inputs, given) => {
  const wishes = inputs.map((input) =>
    input.kind === 'command' && input.command.kind === 'recordInterview' ? (wantedBy.get(input.command.data.noteId) ?? []) : [],
  );
  const isLost = (claims: readonly Claim[]): boolean =>
    claims.some(({ kind, thing }) => (given.lost ?? []).some((lost) => lost.kind === kind && lost.thing === thing));
  const kept = inputs.filter((_, place) => !isLost(wishes[place] ?? []));
  const turn = takeTurn(state, kept, given);
  const answers = turn.answers.values();
  return {
    ...turn,
    claims: wishes.filter((claims) => !isLost(claims)).flat(),
    answers: wishes.map((claims) =>
      isLost(claims) ? { ok: false, refusal: { code: 'place_taken' } } : (answers.next().value ?? { ok: false, refusal: { code: 'case_not_open' } }),
    ),
  };
};

let house: House;

beforeAll(async () => {
  house = await openHouse({ deps: { core: { ...CORE, takeTurn: scarce } } });
});

afterAll(async () => {
  await house.stop();
});

function wanting(caseId: string, things: readonly string[], key?: string): ReturnType<typeof asking> {
  const noteId = randomUUID();
  wantedBy.set(
    noteId,
    things.map((thing) => ({ kind: 'place', thing })),
  );
  return asking(caseId, 'recordInterview', { noteId }, key === undefined ? {} : { key });
}

async function holders(thing: string): Promise<string[]> {
  return (await house.rows<{ subject_id: string }>(`select subject_id from claim where kind = 'place' and thing = $1`, thing)).map((row) => row.subject_id);
}

describe('what only one case may have', () => {
  it('goes to one of many at once; each loser is told so, not that a lock was late, with nothing written, and goes on', async () => {
    const cases = await Promise.all(Array.from({ length: 6 }, () => openCase(house.desk)));
    const desks: readonly [Desk, ...Desk[]] = [house.desk, house.another({ deps: { core: { ...CORE, takeTurn: scarce } } })];
    const place = randomUUID();
    const answers = await Promise.all(cases.map(({ caseId }, at) => inTurn(desks, at).ask(caseId, wanting(caseId, [place]))));
    const won = answers.filter((taken) => taken?.kind === 'answered' && taken.answer.ok);
    expect(won).toHaveLength(1);
    const lost = answers.filter((taken) => taken?.kind === 'answered' && !taken.answer.ok);
    expect(lost.map((taken) => taken?.kind === 'answered' && !taken.answer.ok && taken.answer.refusal.code)).toEqual(
      Array.from({ length: 5 }, () => 'place_taken'),
    );
    expect(await holders(place)).toHaveLength(1);
    const entries = await house.rows<{ n: number }>(
      'select count(*)::int as n from ledger where subject_id = any ($1::uuid[])',
      cases.map(({ caseId }) => caseId),
    );
    expect(entries).toEqual([{ n: 7 }]);
    const loser = cases[answers.indexOf(lost[0])]?.caseId ?? '';
    expect(await house.desk.ask(loser, wanting(loser, [randomUUID()]))).toMatchObject({ answer: { ok: true } });
  });

  it('a winner that repeats its own key at once gets its own answer, never "taken"', async () => {
    const { caseId } = await openCase(house.desk);
    const desks: readonly [Desk, ...Desk[]] = [house.desk, house.another({ deps: { core: { ...CORE, takeTurn: scarce } } })];
    const [place, key] = [randomUUID(), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => inTurn(desks, at).ask(caseId, wanting(caseId, [place], key))));
    expect(new Set(answers.map((taken) => JSON.stringify(taken))).size).toBe(1);
    expect(answers[0]).toMatchObject({ kind: 'answered', answer: { ok: true } });
  });

  it('two cases that want the same two things in opposite order wait for each other and never for ever', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [first, second] = await Promise.all([openCase(house.desk), openCase(house.desk)]);
      const other = house.another({ deps: { core: { ...CORE, takeTurn: scarce } } });
      const [a, b] = [randomUUID(), randomUUID()];
      const answers = await Promise.all([
        house.desk.ask(first.caseId, wanting(first.caseId, [a, b])),
        other.ask(second.caseId, wanting(second.caseId, [b, a])),
      ]);
      expect(answers.filter((taken) => taken?.kind === 'answered' && taken.answer.ok)).toHaveLength(1);
      expect([...(await holders(a)), ...(await holders(b))].every((holder, _, all) => holder === all[0])).toBe(true);
      await other.pool.end();
    }
  });

  it('is free again when its case is closed', async () => {
    const { caseId } = await openCase(house.desk);
    const place = randomUUID();
    await house.desk.ask(caseId, wanting(caseId, [place]));
    await house.desk.ask(caseId, asking(caseId, 'completeAssessment', { result: 'not_confirmed', grounds: [] }));
    expect(await holders(place)).toEqual([]);
    expect(await house.rows('select from claim where subject_id = $1', caseId)).toEqual([]);
  });
});
