export const INTAKE_REFUSALS = {
  appeal_already_triaged: 'conflict',
  appeal_unknown: 'unknown',
  ground_required: 'invalid',
  ground_text_required: 'invalid',
  ground_unknown: 'invalid',
} as const;
