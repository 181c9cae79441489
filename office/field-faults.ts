/** What is wrong with the fields of a request, as codes that every language has a word for. */
import type { z } from 'zod';
import { FIELD_CODES, type FieldCode } from '../contracts/http/problem-codes.js';

export interface FieldIssue {
  /** JSON Pointer. */
  field: string;
  code: FieldCode;
}

type Issue = z.core.$ZodIssue;

/** More than anybody reads at once, and a bound for a body made to fail everywhere. */
const MOST_ISSUES = 20;
const LONGEST_NAME = 64;

/**
 * Translates the faults that a schema found. Values are never repeated: they may be personal data.
 * @param value what was checked; it tells a missing field from one of a wrong type
 */
export function fieldIssues(issues: readonly Issue[], value: unknown): FieldIssue[] {
  return issues.flatMap((issue) => issuesOf(issue, value)).slice(0, MOST_ISSUES);
}

function issuesOf(issue: Issue, value: unknown): FieldIssue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: pointer([...issue.path, key]), code: 'unknown_field' }));
  }
  const path =
    issue.code === 'invalid_union' && issue.discriminator !== undefined && issue.path.at(-1) !== issue.discriminator
      ? [...issue.path, issue.discriminator]
      : issue.path;
  const missing = issue.code !== 'custom' && valueAt(value, path) === undefined;
  return [{ field: pointer(path), code: missing ? 'required' : codeOf(issue) }];
}

function codeOf(issue: Exclude<Issue, { code: 'unrecognized_keys' }>): FieldCode {
  switch (issue.code) {
    case 'invalid_type':
      return 'wrong_type';
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array' ? 'too_long' : 'too_large';
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array' ? 'too_short' : 'too_small';
    case 'invalid_value':
    case 'invalid_union':
      return 'value_not_allowed';
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
      return 'wrong_format';
    case 'custom':
      // The project's own checks name their fault in the message.
      return FIELD_CODES.find((code) => code === issue.message) ?? 'wrong_format';
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((current, name) => (typeof current === 'object' && current !== null ? Reflect.get(current, name) : undefined), value);
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((name) => `/${String(name).slice(0, LONGEST_NAME).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
