/**
 * 192-4-1: the family sees where its case stands, by a code that the Center hands over on paper. One code of a case at a time: another
 * takes its place. What the code is, no ledger knows.
 */
import type { Instant } from '../../../law/calendar.js';
import { familyCodeDaysOf } from '../../../law/policy.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import type { Fact } from '../../facts.js';
import { refuse } from '../../refusal.js';
import { CASE_WORK, WHILE_OPEN, ALWAYS, type CommandRows, type FactRows, type RoadTables } from '../../road.js';
import type { CaseState } from '../../state.js';

export interface FamilyCode {
  codeId: string;
  /** Case time. */
  until: Instant;
}

interface FamilyViewCommands {
  /** Of a case with violence only when she asks for it herself and was told what it means when somebody finds the paper. */
  issueFamilyCode: { askedByFamily?: true; toldRisk?: true };
  withdrawFamilyCode: object;
}

interface FamilyViewFacts {
  FamilyCodeIssued: { codeId: string; until: Instant; askedByFamily?: true; toldRisk?: true };
  FamilyCodeWithdrawn: { codeId: string };
}

const REFUSALS = {
  family_code_at_risk: 'conflict',
  family_code_none: 'conflict',
} as const;

export interface FamilyViewRoad {
  commands: FamilyViewCommands;
  facts: FamilyViewFacts;
  refusals: keyof typeof REFUSALS;
  state: { familyCode: FamilyCode | null };
}

const COMMANDS: CommandRows<keyof FamilyViewCommands> = {
  issueFamilyCode: {
    roles: CASE_WORK,
    during: WHILE_OPEN,
    because: '192-4-1: the family may see its case at every stage',
    decide: decideIssue,
  },
  withdrawFamilyCode: {
    roles: CASE_WORK,
    during: ALWAYS,
    because: 'a paper may be lost whatever became of the case',
    decide: ({ familyCode }) => (familyCode === null ? refuse('family_code_none', '192-4-1') : accept(...withdrawalOf(familyCode))),
  },
};

const FACTS: FactRows<keyof FamilyViewFacts> = {
  FamilyCodeIssued: (state, { data: { codeId, until } }) => ({ ...state, familyCode: { codeId, until } }),
  FamilyCodeWithdrawn: (state) => ({ ...state, familyCode: null }),
};

function decideIssue({ violenceSince }: CaseState, { id, data }: CommandOf<'issueFamilyCode'>, { now, law }: Moment): Decision {
  const atRisk = violenceSince !== null && !(data.askedByFamily && data.toldRisk);
  if (atRisk) return refuse('family_code_at_risk', '192-4-1');
  const until = now + familyCodeDaysOf(law.policy) * 24 * 3_600_000;
  return accept({ type: 'FamilyCodeIssued', data: { codeId: id, until, ...data } });
}

/** What makes a code that is out there worth nothing: signs of violence do, and whoever takes it back. */
export function withdrawalOf(code: FamilyCode | null): Fact[] {
  return code === null ? [] : [{ type: 'FamilyCodeWithdrawn', data: { codeId: code.codeId } }];
}

export const FAMILY_VIEW_ROAD: RoadTables<FamilyViewRoad> = {
  stages: [],
  commands: COMMANDS,
  facts: FACTS,
  refusals: REFUSALS,
  begins: { familyCode: null },
};
