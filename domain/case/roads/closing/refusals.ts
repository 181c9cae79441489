export const CLOSING_REFUSALS = {
  monitoring_months_out_of_range: 'invalid',
  monitoring_too_short: 'conflict',
  result_already_notified: 'conflict',
} as const;
