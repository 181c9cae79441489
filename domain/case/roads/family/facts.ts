/** P31: who belongs to the family of a case. Names and days of birth lie beside the ledger; it holds who, as what, and that it was corrected. */
import { changesNothing, type FactRows } from '../../road.js';

/** What is known of a person; a correction names those that it changes. */
export const MEMBER_FIELDS = ['fullName', 'iin', 'phone', 'address', 'birthDate', 'bornAbout', 'kinship', 'representativeId'] as const;

export type MemberField = (typeof MEMBER_FIELDS)[number];

export interface FamilyFacts {
  MemberRecorded: { personId: string; kinship: string; representativeId?: string };
  MemberCorrected: { personId: string; fields: readonly MemberField[]; kinship?: string; representativeId?: string };
}

/** The household is older than its cases and outlives them: people are read from it, and not from the state. */
export const FAMILY_FACTS: FactRows<keyof FamilyFacts> = {
  MemberRecorded: changesNothing,
  MemberCorrected: changesNothing,
};
