/** Whom to telephone at a Center, in the order in which to try, with the numbers where they are known (P53). */
import type { z } from 'zod';
import type { PhoneList } from '../contracts/http/centers.js';
import { peopleToCall } from '../contracts/next-in-line.js';
import { present } from '../contracts/optional.js';
import { findCenter } from '../db/centers.js';
import type { Pool } from '../db/pool.js';
import { readNarratives } from '../db/reads.js';
import { readHolder, readStaffing } from '../db/staffing.js';
import type { Actor } from '../domain/case/facts.js';
import { orderInForce } from '../domain/center/state.js';
import { legalDayOf, type Instant } from '../domain/law/calendar.js';
import { readLedgerCenter } from '../ledger/read-centers.js';
import { requireRight } from './asked.js';
import { iso } from './instants.js';
import { refused } from './problem.js';

type Entry = z.input<typeof PhoneList>['items'][number];

/** @throws ProblemError `center_unknown`, `actor_of_other_center` */
export async function showPhoneList(pool: Pool, actor: Actor, id: string, now: Instant = Date.now()): Promise<z.input<typeof PhoneList>> {
  requireRight('readPhoneList', actor, id);
  const center = await findCenter(pool, id);
  if (center === undefined) throw refused({ code: 'center_unknown' });
  const [holder, { people }, group] = await Promise.all([readHolder(pool, id), readStaffing(pool, id), groupToCall(pool, center.subjectId)]);
  const phones = new Map(people.map(({ person, phone }) => [person, phone]));
  const staff = peopleToCall(holder, now).map((each): Entry => ({ ...each, ...present({ phone: phones.get(each.person) }) }));
  return { center: id, at: iso(now), items: [...staff, ...group] };
}

/** The mobile group by the order in force, in its order; who has left is not called. */
async function groupToCall(pool: Pool, subjectId: string): Promise<Entry[]> {
  const read = await readLedgerCenter(pool, subjectId);
  const order = read === undefined ? undefined : orderInForce(read.state, read.now);
  if (read === undefined || order === undefined) return [];
  const today = legalDayOf(read.now);
  const texts = new Map((await readNarratives(pool, subjectId)).map(({ id, body }) => [id, body]));
  return order.members
    .filter(({ leftOn }) => leftOn === undefined || leftOn > today)
    .map(
      ({ memberId, part, nameId, phoneId }): Entry => ({
        post: 'mobile_group',
        person: memberId,
        part,
        ...present({ name: texts.get(nameId), phone: texts.get(phoneId) }),
      }),
    );
}
