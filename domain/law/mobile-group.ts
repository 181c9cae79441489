/** Who belongs into a mobile group, and how one is composed on a day: 256 п.21, P36, P37. */
import type { LegalDay } from './calendar.js';

/** 256-21-1: representatives of education, health and internal affairs, and the local body for social protection and employment that coordinates them. */
export const GROUP_PARTS = ['education', 'health', 'internal_affairs', 'coordinator'] as const;

export type GroupPart = (typeof GROUP_PARTS)[number];

export interface GroupMember {
  memberId: string;
  part: GroupPart;
  /** The legal day from which nobody can call them any more; absent while they are there. */
  leftOn?: LegalDay;
}

/** An order of the akim that approves a composition for one calendar year (256-21-2). */
export interface GroupOrder {
  number: string;
  issuedOn: LegalDay;
  /** The calendar year for which it approves the composition. */
  year: number;
  /** 31 December of that year (P36). */
  validUntil: LegalDay;
  members: readonly GroupMember[];
}

/** How the group stands when it is called. Whatever it is, it is called (P36). */
export type GroupStanding = 'in_force' | 'incomplete' | 'expired' | 'missing';

export const GROUP_STANDINGS: readonly GroupStanding[] = ['in_force', 'incomplete', 'expired', 'missing'];

export interface GroupComposition {
  standing: GroupStanding;
  /** By which it is composed; of an expired group the last one, and absent where there never was any. */
  order?: Pick<GroupOrder, 'number' | 'issuedOn' | 'validUntil'>;
  /** Parts that nobody stands for; absent where it is complete. */
  lacks?: readonly GroupPart[];
}

/** The order by which the group is composed on that day: the last recorded of those for its year. */
export function orderOn<O extends Pick<GroupOrder, 'year'>>(orders: readonly O[], day: LegalDay): O | undefined {
  return orders.findLast(({ year }) => String(year) === day.slice(0, 4));
}

/** 256-21-1: the parts that nobody stands for, in the order of the law. */
export function partsLacking(members: readonly Pick<GroupMember, 'part' | 'leftOn'>[]): GroupPart[] {
  return GROUP_PARTS.filter((part) => !members.some((member) => member.part === part && member.leftOn === undefined));
}

/** How the group of a Center with these orders is composed on that day. @param orders in the order in which they were recorded */
export function compositionOn(orders: readonly GroupOrder[], day: LegalDay): GroupComposition {
  const inForce = orderOn(orders, day);
  const order = inForce ?? orders.findLast(({ validUntil }) => validUntil < day);
  if (order === undefined) return { standing: 'missing' };
  return composed(order, inForce === undefined);
}

/** The composition that one order approves. */
export function composed({ number, issuedOn, validUntil, members }: GroupOrder, expired: boolean): GroupComposition {
  const lacks = partsLacking(members);
  return {
    standing: expired ? 'expired' : lacks.length > 0 ? 'incomplete' : 'in_force',
    order: { number, issuedOn, validUntil },
    ...(lacks.length > 0 ? { lacks } : {}),
  };
}
