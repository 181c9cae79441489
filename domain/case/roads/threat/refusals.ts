export const THREAT_REFUSALS = {
  response_already_given: 'conflict',
  response_not_named: 'invalid',
  threat_not_answered: 'conflict',
  threat_not_recorded: 'conflict',
  threat_unknown: 'unknown',
} as const;
