/** Search attributes of a case, for supervisors in the Temporal UI; lists of the product come from Postgres. */

/** Kinds that are in use. A server on SQL has room for 10 Keyword and 3 of each other kind. */
export type SearchAttributeKind = 'Keyword' | 'KeywordList' | 'Datetime' | 'Int';

export interface SearchAttributeRow {
  readonly name: string;
  readonly type: SearchAttributeKind;
}

export const SEARCH_ATTRIBUTES = [
  /** Journal number of the appeal that opened the case. */
  { name: 'TirekNumber', type: 'Keyword' },
  { name: 'TirekStage', type: 'Keyword' },
  { name: 'TirekCenter', type: 'Keyword' },
  /** How urgent: `threat`, `minors` or `usual`. */
  { name: 'TirekLane', type: 'Keyword' },
  /** The nearest legal end that is not yet missed, and the rule that it comes from. */
  { name: 'TirekNextTerm', type: 'Datetime' },
  { name: 'TirekNextRule', type: 'Keyword' },
  /** How many open duties are past their end. */
  { name: 'TirekOverdue', type: 'Int' },
  /** Codes of the agencies that owe something. */
  { name: 'TirekWaitingOn', type: 'KeywordList' },
  /** The nearest end of any open duty, missed ones too: what `caseWorkflow` writes until it writes `TirekNextTerm`. */
  { name: 'TirekNextDeadline', type: 'Datetime' },
] as const satisfies readonly SearchAttributeRow[];

export type SearchAttributeName = (typeof SEARCH_ATTRIBUTES)[number]['name'];
