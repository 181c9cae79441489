/** What a look finds in the Center's staffing record and in the reference lists, as the core is handed it. */
import { actingOrderOf, NO_STAFFING, postsOf, type Staffing } from '../contracts/staffing.js';
import { GROUP_OF_TODAY, groupKey, type Known, type KnownMember, type KnownMobileGroup, type ThingIds } from '../domain/case/references.js';
import { ordersIn, type GroupEntry } from '../domain/center/group-orders.js';
import type { LegalDay } from '../domain/law/calendar.js';
import { composed, compositionOn, type GroupComposition, type GroupOrder } from '../domain/law/mobile-group.js';
import { isChildOn, type Birth } from '../domain/person/age.js';

/** Of one Center: whom it lists, and who answers for what. */
export interface StaffRecord {
  listed: readonly string[];
  staffing: Staffing | null;
}

/** A code and the days on which it may be used, both included. */
export interface TermRow {
  key: string;
  from: LegalDay;
  to: LegalDay | null;
}

/** @param today of wall time: posts, orders and codes are shared by all cases, and a case that skips time is one of them */
export function knownStaff(
  { listed, staffing }: StaffRecord,
  { colleague, order }: Pick<ThingIds, 'colleague' | 'order'>,
  today: LegalDay,
): Pick<Known, 'colleague' | 'order'> {
  const record = staffing ?? NO_STAFFING;
  return {
    colleague: Object.fromEntries(colleague.flatMap((person) => (listed.includes(person) ? [[person, { posts: postsOf(person, record, today) }]] : []))),
    order: Object.fromEntries(
      order.flatMap((person) => {
        const found = actingOrderOf(person, record, today);
        return found === undefined ? [] : [[person, found]];
      }),
    ),
  };
}

export function knownTerms(rows: readonly TermRow[], today: LegalDay): Known['term'] {
  return Object.fromEntries(rows.flatMap(({ key, from, to }) => (from <= today && (to === null || today <= to) ? [[key, true as const]] : [])));
}

/** A room, the days on which it is used, both included, and the places that somebody has. */
export interface RoomRow {
  code: string;
  capacity: number;
  from: LegalDay;
  to: LegalDay | null;
  taken: readonly number[];
}

/** @param today of wall time: places are shared by all cases */
export function knownRooms(rows: readonly RoomRow[], today: LegalDay): Known['room'] {
  return Object.fromEntries(
    rows.flatMap(({ code, capacity, from, to, taken }) => (from <= today && (to === null || today <= to) ? [[code, { capacity, taken }]] : [])),
  );
}

/** What is known of a member, and who of the Center has the same ИИН. */
export type MemberRow = Birth & Pick<KnownMember, 'colleague' | 'inside' | 'stayedBefore'>;

/** @param day of the case */
export function knownMembers(members: Readonly<Record<string, MemberRow>>, day: LegalDay): Known['member'] {
  return Object.fromEntries(
    Object.entries(members).map(([id, { birthDate, bornAbout, ...known }]) => {
      const isChild = isChildOn(day, { ...(birthDate === undefined ? {} : { birthDate }), ...(bornAbout === undefined ? {} : { bornAbout }) });
      return [id, { ...(isChild === undefined ? {} : { isChild }), ...known }];
    }),
  );
}

/** The groups that a command names. That of today is always known, if only as missing: nobody waits for an order (P36). @param today of wall time */
export function knownMobileGroups(entries: readonly GroupEntry[], ids: readonly string[], today: LegalDay): Known['mobileGroup'] {
  const orders = ordersIn(entries);
  const members = orders.flatMap((order) => order.members.map(({ memberId }) => memberId));
  return Object.fromEntries(
    ids.flatMap((id): [string, KnownMobileGroup][] => {
      const found = groupOf(orders, id, today);
      return found === undefined ? [] : [[id, { ...found, members }]];
    }),
  );
}

function groupOf(orders: readonly GroupOrder[], id: string, today: LegalDay): GroupComposition | undefined {
  if (id === GROUP_OF_TODAY) return compositionOn(orders, today);
  const named = orders.find((order) => groupKey(order) === id);
  return named && composed(named, named.validUntil < today);
}
