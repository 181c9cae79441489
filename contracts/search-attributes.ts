/** Search attributes of a case, for supervisors in the Temporal UI; lists of the product come from Postgres. */
export const SEARCH_ATTRIBUTES = [
  { name: 'TirekStage', type: 'Keyword' },
  { name: 'TirekCenter', type: 'Keyword' },
  { name: 'TirekNextDeadline', type: 'Datetime' },
  { name: 'TirekOverdue', type: 'Int' },
  { name: 'TirekWaitingOn', type: 'KeywordList' },
] as const;
