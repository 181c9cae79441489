/** A refusal is an answer, not an exception: a code, the rule that refuses, and the values a sentence needs. */
import type { CENTER_REFUSALS } from '../center/refusals.js';
import type { Role } from '../law/rule.js';
import type { Actor } from './facts.js';
import type { Road, Roads } from './roads.js';

/** What it means for who asked: there is no such thing; another person must do it; not now; not so. */
export type RefusalKind = 'unknown' | 'forbidden' | 'conflict' | 'invalid';

/** What any road may answer. */
export const REFUSALS_OF_ALL = {
  actor_of_other_center: 'unknown',
  calendar_year_missing: 'invalid',
  case_not_open: 'conflict',
  code_unknown: 'invalid',
  colleague_unknown: 'invalid',
  colleague_without_post: 'invalid',
  date_in_future: 'invalid',
  day_impossible: 'invalid',
  delivery_malformed: 'invalid',
  document_of_other_case: 'invalid',
  document_type_wrong: 'invalid',
  document_unknown: 'unknown',
  organisation_unknown: 'unknown',
  place_taken: 'conflict',
  role_not_allowed: 'forbidden',
  signature_foreign: 'invalid',
  signature_of_other_document: 'invalid',
  signature_unknown: 'unknown',
  wrong_stage: 'conflict',
} as const satisfies Readonly<Record<string, RefusalKind>>;

/** What a case may answer. */
export type CaseRefusalCode = keyof typeof REFUSALS_OF_ALL | Roads[Road]['refusals'];

export type RefusalCode = CaseRefusalCode | keyof typeof CENTER_REFUSALS;

export interface Refusal {
  code: RefusalCode;
  /** Rule or decision that refuses, where one does. */
  rule?: string;
  /** Coded values for the sentence: ids, days, numbers; never personal data. */
  params?: Readonly<Record<string, string | number>>;
}

export function refuse(code: RefusalCode, rule?: string, params?: Refusal['params']): { ok: false; refusal: Refusal } {
  return {
    ok: false,
    refusal: { code, ...(rule === undefined ? {} : { rule }), ...(params === undefined ? {} : { params }) },
  };
}

/** The one check of a role, for commands and for the table of rights: the refusal of who holds none of these; undefined of who does. */
export function refusalOfRole(roles: readonly Role[], { role }: Pick<Actor, 'role'>): Refusal | undefined {
  return roles.includes(role) ? undefined : { code: 'role_not_allowed', params: { role } };
}
