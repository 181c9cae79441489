export const VIOLENCE_REFUSALS = {
  answer_day_impossible: 'invalid',
  help_in_future: 'invalid',
  identification_answered: 'conflict',
  identification_under_way: 'conflict',
  identification_unknown: 'unknown',
  noticed_in_future: 'invalid',
  not_your_identification: 'forbidden',
  organisation_identifies_nobody: 'invalid',
  violence_signs_missing: 'conflict',
  violence_signs_recorded: 'conflict',
} as const;
