/** What a Center may answer, beside what every subject may. */
export const CENTER_REFUSALS = {
  center_unknown: 'unknown',
  group_incomplete: 'invalid',
  group_member_unknown: 'unknown',
  order_already_recorded: 'conflict',
  order_expired: 'invalid',
  order_in_future: 'invalid',
  order_year_not_allowed: 'invalid',
  outreach_in_past: 'invalid',
  outreach_times_impossible: 'invalid',
  outreach_unknown: 'unknown',
} as const;
