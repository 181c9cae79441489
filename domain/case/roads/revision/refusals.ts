export const REVISION_REFUSALS = {
  measure_already_done: 'conflict',
  measure_term_unchanged: 'invalid',
  report_not_marked: 'conflict',
  revision_already_sent: 'conflict',
  revision_already_signed: 'conflict',
  revision_not_approved: 'conflict',
  revision_not_signed: 'conflict',
  revision_over: 'conflict',
  revision_unknown: 'unknown',
} as const;
