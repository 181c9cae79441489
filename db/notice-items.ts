/** What became of an alert on its way to its people, as the list of alerts shows it. */
import { present } from '../contracts/optional.js';
import type { Instant } from '../domain/law/calendar.js';
import type { Role } from '../domain/law/rule.js';

/** What became of an alert on its way to one person. */
export interface NoticeItem {
  person: string;
  roles: Role[];
  insteadOf?: string;
  channel: 'in_app' | 'mail';
  state: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  deliveredAt?: Instant;
  seenAt?: Instant;
}

/** The same inside of JSON, where Postgres writes instants as text. */
export interface NoticeRow extends Pick<NoticeItem, 'person' | 'roles' | 'channel' | 'state' | 'attempts'> {
  instead_of: string | null;
  delivered_at: string | null;
  seen_at: string | null;
}

export function noticeItem({ person, roles, channel, state, attempts, instead_of, delivered_at, seen_at }: NoticeRow): NoticeItem {
  return {
    person,
    roles,
    ...present({ insteadOf: instead_of ?? undefined }),
    channel,
    state,
    attempts,
    ...present({ deliveredAt: instantIn(delivered_at), seenAt: instantIn(seen_at) }),
  };
}

function instantIn(written: string | null): Instant | undefined {
  return written === null ? undefined : Date.parse(written);
}
