/** What a ledger entry makes of a case. Needs no law and no clock: the ledger alone rebuilds the state. */
import { legalDayOf } from '../law/calendar.js';
import { applyDutyChanges } from '../law/duty.js';
import type { Entry, FactType } from './facts.js';
import type { Evolve, FactRows } from './road.js';
import { ROADS, type OfAllRoads } from './roads.js';
import { opened } from './roads/intake/facts.js';
import type { TeamMember } from './roads/team/members.js';
import type { CaseState } from './state.js';

/** Every fact but the one that opens a case, by the roads. */
const FACTS = Object.assign({}, ...Object.values(ROADS).map(({ facts }) => facts)) as FactRows<Exclude<FactType, 'AppealRegistered'>>;

/** What each road keeps of a case that opens. */
const BEGINNINGS = Object.assign({}, ...Object.values(ROADS).map(({ begins }) => begins)) as OfAllRoads<'state'>;

/** A state that was put away, by an older release perhaps: what a road of today keeps of a case and nobody knew then begins now. */
export function takenUp(state: CaseState): CaseState {
  return { ...BEGINNINGS, ...state };
}

/**
 * The state after one more entry.
 * @throws Error when the entry does not continue the ledger (a gap, a repeat, or a first entry that opens nothing)
 */
export function evolve(state: CaseState | undefined, entry: Entry, caseId: string): CaseState {
  const expected = (state?.seq ?? 0) + 1;
  if (entry.seq !== expected) throw new Error(`ledger of ${caseId}: entry ${entry.seq} where ${expected} was expected`);
  const next = state === undefined ? openCase(entry, caseId) : goOn(state, entry);
  return { ...next, seq: entry.seq, duties: applyDutyChanges(next.duties, entry.duties, entry.seq) };
}

/** Rebuilds a case from its whole ledger; undefined when it is empty. */
export function rebuild(entries: readonly Entry[], caseId: string): CaseState | undefined {
  return entries.reduce<CaseState | undefined>((state, entry) => evolve(state, entry, caseId), undefined);
}

function openCase(entry: Entry, caseId: string): CaseState {
  if (entry.type !== 'AppealRegistered') throw new Error(`ledger of ${caseId}: begins with ${entry.type}`);
  return { ...BEGINNINGS, ...opened(entry, caseId), team: [registrar(entry)] };
}

/** Whoever took the family in knows it, and goes on with it until somebody lets them go. */
function registrar({ actor: { id, role }, occurredAt }: Entry): TeamMember {
  return { person: id, post: role, from: legalDayOf(occurredAt) };
}

function goOn(state: CaseState, entry: Entry): CaseState {
  if (entry.type === 'AppealRegistered') throw new Error(`ledger of ${state.caseId}: a second opening at ${entry.seq}`);
  // The row and the entry are of one type, which the compiler cannot follow through the union.
  return (FACTS[entry.type] as Evolve<FactType>)(state, entry);
}
