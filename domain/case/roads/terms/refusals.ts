export const TERM_REFUSALS = {
  delay_already_explained: 'conflict',
  delay_not_late: 'conflict',
  delayed_duty_unknown: 'unknown',
} as const;
