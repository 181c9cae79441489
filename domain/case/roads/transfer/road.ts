/**
 * P32: the same person is in an open case of another Center. The house asks both heads whether the cases belong together; each
 * answers for the own one. Which other case it is stands beside the ledger: it may be one that hides.
 */
import type { CommandOf } from '../../commands.js';
import { accept, type Decision } from '../../decision.js';
import { refuse } from '../../refusal.js';
import { WHILE_OPEN, type CommandRows, type FactRows, type RoadTables } from '../../road.js';
import type { CaseState } from '../../state.js';

/** `join`: the cases belong together, which waits for the move between Centers. `keep`: each goes on, by where the person in fact is. */
export type TransferAnswer = 'join' | 'keep';

export interface TransferQuestion {
  questionId: string;
  answer?: TransferAnswer;
  /** Nobody has to answer it any more: the other case has ended, or nobody elsewhere may know of it. */
  withdrawn?: true;
}

interface TransferCommands {
  raiseTransferQuestion: { questionId: string };
  withdrawTransferQuestion: { questionId: string };
  answerTransferQuestion: { questionId: string; answer: TransferAnswer; noteId?: string };
}

interface TransferFacts {
  TransferQuestionRaised: { questionId: string };
  TransferQuestionWithdrawn: { questionId: string };
  TransferQuestionAnswered: { questionId: string; answer: TransferAnswer; noteId?: string };
}

const REFUSALS = {
  transfer_question_answered: 'conflict',
  transfer_question_raised: 'conflict',
  transfer_question_unknown: 'unknown',
  transfer_question_withdrawn: 'conflict',
} as const;

export interface TransferRoad {
  commands: TransferCommands;
  facts: TransferFacts;
  refusals: keyof typeof REFUSALS;
  state: { transfers: readonly TransferQuestion[] };
}

const STRAND = 'transfer';
const BECAUSE = 'P32: the person may turn to another Center at any stage';

const COMMANDS: CommandRows<keyof TransferCommands> = {
  raiseTransferQuestion: { roles: ['system'], strand: STRAND, during: WHILE_OPEN, because: BECAUSE, decide: decideRaising },
  withdrawTransferQuestion: { roles: ['system'], strand: STRAND, during: WHILE_OPEN, because: BECAUSE, decide: decideWithdrawal },
  answerTransferQuestion: { roles: ['center_head'], strand: STRAND, during: WHILE_OPEN, because: BECAUSE, decide: decideAnswer },
};

const FACTS: FactRows<keyof TransferFacts> = {
  TransferQuestionRaised: (state, { data: { questionId } }) => ({ ...state, transfers: [...state.transfers, { questionId }] }),
  TransferQuestionWithdrawn: (state, { data: { questionId } }) => changed(state, questionId, { withdrawn: true }),
  TransferQuestionAnswered: (state, { data: { questionId, answer } }) => changed(state, questionId, { answer }),
};

function decideRaising({ transfers }: CaseState, { data }: CommandOf<'raiseTransferQuestion'>): Decision {
  const isThere = transfers.some(({ questionId }) => questionId === data.questionId);
  return isThere ? refuse('transfer_question_raised', 'P32') : accept({ type: 'TransferQuestionRaised', data });
}

function decideWithdrawal(state: CaseState, { data }: CommandOf<'withdrawTransferQuestion'>): Decision {
  return refusalOf(state, data.questionId) ?? accept({ type: 'TransferQuestionWithdrawn', data });
}

function decideAnswer(state: CaseState, { data }: CommandOf<'answerTransferQuestion'>): Decision {
  return refusalOf(state, data.questionId) ?? accept({ type: 'TransferQuestionAnswered', data });
}

/** The first answer stands; what was withdrawn is asked of nobody. */
function refusalOf({ transfers }: CaseState, questionId: string): Decision | undefined {
  const question = transfers.find((each) => each.questionId === questionId);
  if (question === undefined) return refuse('transfer_question_unknown', 'P32');
  if (question.withdrawn) return refuse('transfer_question_withdrawn', 'P32');
  return question.answer === undefined ? undefined : refuse('transfer_question_answered', 'P32');
}

function changed(state: CaseState, questionId: string, change: Partial<TransferQuestion>): CaseState {
  return { ...state, transfers: state.transfers.map((each) => (each.questionId === questionId ? { ...each, ...change } : each)) };
}

export const TRANSFER_ROAD: RoadTables<TransferRoad> = {
  stages: [],
  commands: COMMANDS,
  facts: FACTS,
  refusals: REFUSALS,
  begins: { transfers: [] },
};
