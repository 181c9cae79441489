/** The kinds of subjects, and what is of one of them without saying which. */
import { nextMoment } from '../case/clock.js';
import type { Entry } from '../case/facts.js';
import type { CaseState } from '../case/state.js';
import type { Answer, TurnInput } from '../case/turn.js';
import type { CenterEntry } from '../center/facts.js';
import type { CenterState } from '../center/state.js';
import type { CenterAnswer, CenterInput } from '../center/turn.js';
import type { Instant } from '../law/calendar.js';
import type { LawRef } from '../law/law.js';
import type { SubjectKind } from './state.js';
import { nextStepMoment } from './steps.js';

export type AnyState = CaseState | CenterState;
export type AnyEntry = Entry | CenterEntry;
export type AnyInput = TurnInput | CenterInput;
export type AnyAnswer = Answer | CenterAnswer;

export function isCase(state: AnyState): state is CaseState {
  return 'caseId' in state;
}

/** Of whoever can only be a case. @throws Error when it is none */
export function asCase(state: AnyState): CaseState {
  if (isCase(state)) return state;
  throw new Error(`${state.subjectId} is no case`);
}

export function kindOf(state: AnyState): SubjectKind {
  return isCase(state) ? 'case' : 'center';
}

export function subjectIdOf(state: AnyState): string {
  return isCase(state) ? state.caseId : state.subjectId;
}

/** What a ledger is of, by the entry with which it begins. */
export function kindByEntry({ type }: Pick<AnyEntry, 'type'>): SubjectKind {
  return type === 'CenterRegistered' ? 'center' : 'case';
}

/** The law that an entry brings: that of the beginning, and each that was adopted. */
export function lawIn(entry: AnyEntry): LawRef | undefined {
  return entry.type === 'AppealRegistered' || entry.type === 'CenterRegistered' || entry.type === 'LawAdopted' ? entry.data.law : undefined;
}

/** The nearest moment at which something must happen by itself, or undefined when nothing is awaited. */
export function momentOf(state: AnyState): { at: Instant; what: string } | undefined {
  return isCase(state) ? nextMoment(state) : nextStepMoment(state);
}
