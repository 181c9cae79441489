/** What can happen to a Center. Facts are coded; nothing personal stands in them. */
import type { TermFacts } from '../case/roads/terms/facts.js';
import type { LegalDay } from '../law/calendar.js';
import type { LawRef } from '../law/law.js';
import type { GroupPart } from '../law/mobile-group.js';
import type { EntryFor, FactOf } from '../subject/facts.js';
import type { OutreachFacts } from './outreach.js';
import type { RegisteredMember } from './state.js';

export interface CenterFactData extends Pick<TermFacts, 'DeadlineStepReached' | 'LawAdopted'>, OutreachFacts {
  /** The Center is known to the house from now on. It has no mobile group's order: that is owed the same day (P36). */
  CenterRegistered: { center: string; registeredOn: LegalDay; law: LawRef };
  /**
   * 256-21-2: the akim's order that approves the composition of the mobile group for one calendar year. One that lasts
   * longer than those before is the new term; one that only changes the composition within their year moves nothing.
   */
  MobileGroupOrdered: {
    center: string;
    number: string;
    issuedOn: LegalDay;
    year: number;
    validUntil: LegalDay;
    renews: boolean;
    members: readonly RegisteredMember[];
  };
  /** Somebody of the composition can be called no more; the group is what is left of it until another order (P36). */
  MobileGroupMemberLeft: { memberId: string; part: GroupPart; leftOn: LegalDay };
}

export type CenterFact = FactOf<CenterFactData>;

export type CenterFactType = keyof CenterFactData;

export type CenterEntry = EntryFor<CenterFactData>;

export type CenterEntryOf<T extends CenterFactType> = Extract<CenterEntry, { type: T }>;
