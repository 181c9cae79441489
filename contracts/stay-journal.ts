/** The 14 columns of the journal of a temporary stay, in their order (J-FORM). */
export const STAY_COLUMNS = [
  'number',
  'status',
  'fullName',
  'birth',
  'sex',
  'address',
  'phone',
  'rehabilitation',
  'arrival',
  'temporaryLeave',
  'departure',
  'departureReason',
  'transfer',
  'destination',
] as const;

export type StayColumn = (typeof STAY_COLUMNS)[number];
