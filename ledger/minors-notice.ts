/** What the two bodies are told of minor children (256 п.26): number, Center, and who the children are. Nothing else leaves it (P43). */
import type { MinorsNotice } from '../contracts/agency-protocol.js';
import { present } from '../contracts/optional.js';
import { openerOf } from '../db/data-keys.js';
import type { Queryable } from '../db/pool.js';
import type { DispatchRequest, Entry } from '../domain/case/facts.js';
import { legalDayOf, type LegalDay } from '../domain/law/calendar.js';

/** @returns undefined when the ledger has ordered no such notice */
export async function composeMinorsNotice(
  db: Queryable,
  { key, caseId, agency }: DispatchRequest & { caseId: string },
  ledger: readonly Entry[],
): Promise<MinorsNotice | undefined> {
  const opening = ledger.find((entry) => entry.type === 'AppealRegistered');
  const occasion = ledger.find((entry) => entry.type === 'MinorsOccasionBegun' && entry.data.notices.some((notice) => notice.key === key));
  if (opening?.type !== 'AppealRegistered' || occasion?.type !== 'MinorsOccasionBegun') return undefined;
  const { data, occurredAt } = occasion;
  return {
    type: 'minors_notice',
    dispatchKey: key,
    caseId,
    agency,
    caseTime: new Date(occurredAt).toISOString(),
    number: data.notices.find((notice) => notice.key === key)?.number ?? '',
    center: opening.data.center,
    children: await readChildren(db, opening.data.householdId, data.children, legalDayOf(occurredAt)),
  };
}

type NoticedChild = MinorsNotice['children'][number];

/** Of this household only. Of somebody who was erased meanwhile it says that there is a child, and no more. */
async function readChildren(db: Queryable, householdId: string, ids: readonly string[], day: LegalDay): Promise<NoticedChild[]> {
  const { rows } = await db.query<{ id: string; full_name: Buffer | null; birth_date: Buffer | null; born_about: number | null }>(
    'select id, full_name, birth_date, born_about from person where household_id = $1 and id = any ($2::uuid[])',
    [householdId, ids],
  );
  const opener = await openerOf(
    db,
    rows.flatMap(({ full_name, birth_date }) => [full_name, birth_date]),
  );
  return ids.map((id) => {
    const row = rows.find((each) => each.id === id);
    if (row === undefined) return {};
    const birthDate = opener.text({ table: 'person', column: 'birth_date', row: id }, row.birth_date);
    const fullName = opener.text({ table: 'person', column: 'full_name', row: id }, row.full_name);
    return present({ fullName, birthDate, ageAtMost: birthDate === undefined ? ageAtMost(row.born_about, day) : undefined });
  });
}

function ageAtMost(bornAbout: number | null, day: LegalDay): number | undefined {
  return bornAbout === null ? undefined : Math.max(0, Number(day.slice(0, 4)) - bornAbout);
}
