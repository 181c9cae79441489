export const FAMILY_REFUSALS = {
  member_unknown: 'unknown',
  own_representative: 'invalid',
  representative_is_child: 'invalid',
} as const;
