/** What a ledger entry makes of a Center. Needs no law and no clock: the ledger alone rebuilds the state. */
import { applyDutyChanges, reachStep } from '../law/duty.js';
import type { CenterEntry, CenterEntryOf, CenterFactType } from './facts.js';
import type { CenterState } from './state.js';

type EvolveCenter<T extends CenterFactType> = (state: CenterState, entry: CenterEntryOf<T>) => CenterState;

const FACTS: { readonly [T in Exclude<CenterFactType, 'CenterRegistered'>]: EvolveCenter<T> } = {
  MobileGroupOrdered: (state, { seq, data: { number, issuedOn, year, validUntil, members } }) => ({
    ...state,
    mobileGroupOrders: [...state.mobileGroupOrders, { number, issuedOn, year, validUntil, members, seq }],
  }),
  MobileGroupMemberLeft: withoutMember,
  OutreachPlanned: (state, { data }) => ({ ...state, plannedOutreach: [...state.plannedOutreach, data] }),
  OutreachHeld: (state, { data }) => ({ ...state, plannedOutreach: state.plannedOutreach.filter(({ visitId }) => visitId !== data.visitId) }),
  DeadlineStepReached: (state, { data }) => ({ ...state, duties: reachStep(state.duties, data.dutyKey) }),
  LawAdopted: (state, { data }) => ({ ...state, law: data.law }),
};

function withoutMember(state: CenterState, { data: { memberId, leftOn } }: CenterEntryOf<'MobileGroupMemberLeft'>): CenterState {
  const mobileGroupOrders = state.mobileGroupOrders.map((order) => ({
    ...order,
    members: order.members.map((member) => (member.memberId === memberId ? { ...member, leftOn } : member)),
  }));
  return { ...state, mobileGroupOrders };
}

/**
 * The state after one more entry.
 * @throws Error when the entry does not continue the ledger (a gap, a repeat, or a first entry that registers nothing)
 */
export function evolveCenter(state: CenterState | undefined, entry: CenterEntry, subjectId: string): CenterState {
  const expected = (state?.seq ?? 0) + 1;
  if (entry.seq !== expected) throw new Error(`ledger of ${subjectId}: entry ${entry.seq} where ${expected} was expected`);
  const next = state === undefined ? registered(entry, subjectId) : goOn(state, entry);
  return { ...next, seq: entry.seq, duties: applyDutyChanges(next.duties, entry.duties, entry.seq) };
}

/** Rebuilds a Center from its whole ledger; undefined when it is empty. */
export function rebuildCenter(entries: readonly CenterEntry[], subjectId: string): CenterState | undefined {
  return entries.reduce<CenterState | undefined>((state, entry) => evolveCenter(state, entry, subjectId), undefined);
}

function registered(entry: CenterEntry, subjectId: string): CenterState {
  if (entry.type !== 'CenterRegistered') throw new Error(`ledger of ${subjectId}: begins with ${entry.type}`);
  const { data, seq, occurredAt } = entry;
  return {
    schema: 1,
    subjectId,
    center: data.center,
    stage: 'working',
    seq,
    law: data.law,
    openedAt: occurredAt,
    mobileGroupOrders: [],
    plannedOutreach: [],
    duties: [],
  };
}

function goOn(state: CenterState, entry: CenterEntry): CenterState {
  if (entry.type === 'CenterRegistered') throw new Error(`ledger of ${state.subjectId}: a second registration at ${entry.seq}`);
  // The row and the entry are of one type, which the compiler cannot follow through the union.
  return (FACTS[entry.type] as EvolveCenter<CenterFactType>)(state, entry);
}
