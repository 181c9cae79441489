/** The orders about the mobile group as the ledger of the Center tells them. */
import type { GroupOrder } from '../law/mobile-group.js';
import type { CenterFactData } from './facts.js';

export type GroupFactType = 'MobileGroupOrdered' | 'MobileGroupMemberLeft';

/** Of whatever a Center's ledger holds, what makes its group. */
export const GROUP_FACTS: readonly GroupFactType[] = ['MobileGroupOrdered', 'MobileGroupMemberLeft'];

export type GroupEntry = { [T in GroupFactType]: { type: T; data: CenterFactData[T] } }[GroupFactType];

/** @param entries in the order of the ledger */
export function ordersIn(entries: readonly GroupEntry[]): readonly GroupOrder[] {
  return entries.reduce<readonly GroupOrder[]>((orders, entry) => {
    if (entry.type === 'MobileGroupOrdered') return [...orders, entry.data];
    const { memberId, leftOn } = entry.data;
    return orders.map((order) => ({ ...order, members: order.members.map((member) => (member.memberId === memberId ? { ...member, leftOn } : member)) }));
  }, []);
}
