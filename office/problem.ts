/** What a use case says when it does not do what was asked: thrown where it is found, put into words by the doors. */
import type { Refusal } from '../domain/case/refusal.js';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import { fill, type Params } from '../contracts/messages/fill.js';
import type { Language } from '../contracts/messages/language.js';
import { refusalInWords } from '../contracts/messages/wording.js';
import { PROBLEM_STATUS, type ProblemBody } from '../contracts/http/problem.js';
import type { EdgeCode } from '../contracts/http/problem-codes.js';
import type { FieldIssue } from './field-faults.js';

interface EdgeProblem {
  code: EdgeCode;
  params?: Params;
  issues?: readonly FieldIssue[];
  headers?: Readonly<Record<string, string>>;
}

/** A problem on its way to the client; nothing about it is logged but its code. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: EdgeProblem | { refusal: Refusal };

  constructor(problem: EdgeProblem | { refusal: Refusal }) {
    super('refusal' in problem ? problem.refusal.code : problem.code);
    this.problem = problem;
  }
}

/** Nobody waits for the answer any more, so the work for it was given up. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** A problem that the edge found. */
export function problem(code: EdgeCode, more: Omit<EdgeProblem, 'code'> = {}): ProblemError {
  return new ProblemError({ code, ...more });
}

/** Whether it is the problem of that code. */
export function isOf({ problem }: ProblemError, code: EdgeCode): boolean {
  return 'code' in problem && problem.code === code;
}

/** A refusal of the core as the answer of a request. */
export function refused(refusal: Refusal): ProblemError {
  return new ProblemError({ refusal });
}

/** Status of a problem and its sentence in the reader's language. */
export function problemInWords({ problem }: ProblemError, language: Language): Pick<ProblemBody, 'status' | 'detail'> {
  if ('refusal' in problem) return { status: PROBLEM_STATUS[problem.refusal.code], detail: refusalInWords(problem.refusal, language) };
  const { code, params } = problem;
  return { status: PROBLEM_STATUS[code], detail: fill(catalogueOf(language).problems[code], params ?? {}, language) };
}
