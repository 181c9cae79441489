/** The ledger alone rebuilds the case, and its digest notices every change of it. */
import { describe, expect, it } from 'vitest';
import { EMPTY_LEDGER, canonicalJson, chainDigest, chainDigests } from '../../contracts/ledger-digest.js';
import { evolve, rebuild } from '../../domain/case/evolve.js';
import type { Entry } from '../../domain/case/facts.js';
import { appeal, ask, hear, lifeAfter, outcome, registered } from '../lives/acting.js';
import { CASE_ID, live, type Life } from '../lives/live.js';
import { local, report, straightRoad } from '../lives/straight-road.js';

const fromJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Everything at once: an attached appeal that tells of a threat, a breach, a parked and a refused dispatch, a rework. */
function eventfulLife(): Life {
  const life = lifeAfter('sendIpr');
  hear(life, local('2026-01-27', 11), appeal({ channel: 2, threat: true }));
  ask(life, local('2026-01-27', 11, 30), 'assignImmediateMeasures', { noteId: 'n' });
  const [employment, health] = life.caseState.dispatches.map(({ key }) => key) as [string, string];
  outcome(life, local('2026-01-27', 12), { key: employment, series: 1, outcome: 'unreachable', reason: 'timeout' });
  outcome(life, local('2026-01-27', 12), { key: health, series: 1, outcome: 'refused', reason: 'not_competent' });
  hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 3_600_000, 'd-1'));
  ask(life, local('2026-02-17'), 'returnReport', { reportId: 'report-d-1', norm: 'art. 4', reasonId: 'n' });
  life.sleepUntil(local('2026-05-01'));
  return life;
}

const roads: [string, Life][] = [
  ['the straight road', live(straightRoad())],
  ['an eventful life', eventfulLife()],
  ['a threat that nobody assesses', registered(local('2026-01-12'), { threat: true })],
];
roads[2]?.[1].sleepUntil(local('2026-01-16'));

describe('rebuilding', () => {
  it.each(roads)('%s: the entries, read back from JSON, make the same state', (_, life) => {
    expect(rebuild(fromJson(life.entries), CASE_ID)).toEqual(life.caseState);
  });

  it.each(roads)('%s: so they do one at a time, with the state read back from JSON between them', (_, life) => {
    const stepwise = life.entries.reduce<ReturnType<typeof rebuild>>((state, entry) => evolve(state && fromJson(state), fromJson(entry), CASE_ID), undefined);
    expect(stepwise).toEqual(life.caseState);
  });

  it.each(roads)('%s: the state is plain JSON', (_, life) => {
    expect(fromJson(life.caseState)).toEqual(life.caseState);
  });

  it('an empty ledger is no case', () => {
    expect(rebuild([], CASE_ID)).toBeUndefined();
  });

  it.each(roads)('%s: half of the entries make a state, and the other half on top of it the same case', (_, life) => {
    const half = life.entries.length >> 1;
    const tail = life.entries.slice(half);
    const goingOn = (entries: readonly Entry[]) =>
      entries.reduce<ReturnType<typeof rebuild>>((state, entry) => evolve(state, entry, CASE_ID), rebuild(life.entries.slice(0, half), CASE_ID));
    expect(goingOn(tail)).toEqual(life.caseState);
    expect(() => goingOn(tail.slice(1))).toThrow(`entry ${half + 2} where ${half + 1} was expected`);
    expect(() => goingOn(life.entries.slice(half - 1))).toThrow(`entry ${half} where ${half + 1} was expected`);
  });

  it('a ledger with a gap, a repeat, a second opening or none does not rebuild', () => {
    const entries = live(straightRoad()).entries;
    const [opening, second] = entries as [Entry, Entry];
    expect(() => rebuild([opening, ...entries.slice(2)], CASE_ID)).toThrow('entry 3 where 2 was expected');
    expect(() => rebuild([opening, second, second], CASE_ID)).toThrow('entry 2 where 3 was expected');
    expect(() => rebuild([opening, { ...opening, seq: 2 }], CASE_ID)).toThrow('a second opening at 2');
    expect(() => rebuild([{ ...second, seq: 1 }], CASE_ID)).toThrow('begins with CaseManagerAssigned');
  });
});

describe('the digest', () => {
  const { entries } = eventfulLife();
  const digest = chainDigests(EMPTY_LEDGER, entries);

  it('is 64 hexadecimal digits, and the same for the same ledger', () => {
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(chainDigests(EMPTY_LEDGER, fromJson(entries))).toBe(digest);
  });

  it('goes on from where it stood', () => {
    const half = chainDigests(EMPTY_LEDGER, entries.slice(0, 10));
    expect(chainDigests(half, entries.slice(10))).toBe(digest);
    expect(entries.reduce(chainDigest, EMPTY_LEDGER)).toBe(digest);
    expect(chainDigests(digest, [])).toBe(digest);
  });

  it('changes with every edit of any field of any entry', () => {
    for (const [index, entry] of entries.entries()) {
      const edits: Entry[] = [
        { ...entry, at: entry.at + 1 },
        { ...entry, occurredAt: entry.occurredAt - 1 },
        { ...entry, cause: `${entry.cause}x` },
        { ...entry, actor: { ...entry.actor, id: 'somebody-else' } },
        { ...entry, duties: [...entry.duties, { op: 'lapsed', key: 'D-CL:case', at: 0 }] },
        { ...entry, data: { ...entry.data, noteId: 'another' } } as Entry,
      ];
      expect(edits.map((edit) => chainDigests(EMPTY_LEDGER, entries.with(index, edit)))).not.toContain(digest);
    }
  });

  it('changes with the removal of any entry', () => {
    const shortened = entries.map((_, index) => chainDigests(EMPTY_LEDGER, entries.toSpliced(index, 1)));
    expect(shortened).not.toContain(digest);
  });

  it('changes when two neighbours change places', () => {
    const swapped = entries.slice(1).map((second, index) => {
      const [first] = entries.slice(index, index + 1) as [Entry];
      return chainDigests(EMPTY_LEDGER, entries.toSpliced(index, 2, second, first));
    });
    expect(swapped).toHaveLength(entries.length - 1);
    expect(swapped).not.toContain(digest);
  });
});

describe('canonical JSON', () => {
  it('is the same for keys in any order, at any depth', () => {
    const value = { b: [{ y: 1, x: 2 }], a: { d: null, c: 'қазақша' } };
    const shuffled = { a: { c: 'қазақша', d: null }, b: [{ x: 2, y: 1 }] };
    expect(canonicalJson(shuffled)).toBe(canonicalJson(value));
    expect(canonicalJson(value)).toBe('{"a":{"c":"қазақша","d":null},"b":[{"x":2,"y":1}]}');
  });

  it('keeps the order of lists, for there it means something', () => {
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });

  it('leaves out members without a value, as JSON does', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(canonicalJson([undefined, 1])).toBe('[null,1]');
  });

  it('does not take a text for the thing that it spells', () => {
    expect(canonicalJson({ a: '1' })).not.toBe(canonicalJson({ a: 1 }));
    expect(canonicalJson({ a: 'null' })).not.toBe(canonicalJson({ a: null }));
    expect(canonicalJson({ 'a":1,"b': 2 })).not.toBe(canonicalJson({ a: 1, b: 2 }));
  });

  it('parses back to what it was made of', () => {
    const { entries } = live(straightRoad());
    expect(JSON.parse(canonicalJson(entries))).toEqual(entries);
  });
});
