/**
 * 256-24 in the reading of P43: for whom somebody is redirected, and the support by its code. Of the person their name and number
 * alone; nothing is read here that people have written, so nothing of it can leave.
 */
import { present } from '../contracts/optional.js';
import type { IdentificationReferral, MinimalIdentity } from '../contracts/agency-protocol.js';
import { openerOf } from '../db/data-keys.js';
import type { Queryable } from '../db/pool.js';
import type { EntryOf } from '../domain/case/facts.js';

type Envelope = Pick<IdentificationReferral, 'dispatchKey' | 'caseId' | 'agency' | 'caseTime' | 'journalNumber'>;

/** @param householdId of the case: a person of another family is never named */
export async function composeIdentificationReferral(
  db: Queryable,
  { data }: EntryOf<'IdentificationOrdered'>,
  { center, householdId }: { center: string; householdId: string },
  envelope: Envelope,
): Promise<{ message: IdentificationReferral; personId?: string }> {
  const { referralId, personId, supportKind, serviceCode } = data;
  const person = await readPerson(db, householdId, personId);
  const message = { type: 'identification_referral' as const, ...envelope, center, referralId, supportKind, ...present({ serviceCode }), person };
  return Object.keys(person).length === 0 ? { message } : { message, personId };
}

/** Empty when they are not known or were erased: the organisation then asks the Center. */
async function readPerson(db: Queryable, householdId: string, personId: string): Promise<MinimalIdentity> {
  const { rows } = await db.query<{ full_name: Buffer | null; iin: Buffer | null }>(
    'select full_name, iin from person where household_id = $1 and id = $2::uuid',
    [householdId, personId],
  );
  const [found] = rows;
  if (found === undefined) return {};
  const opener = await openerOf(db, [found.full_name, found.iin]);
  return present({
    fullName: opener.text({ table: 'person', column: 'full_name', row: personId }, found.full_name),
    iin: opener.text({ table: 'person', column: 'iin', row: personId }, found.iin),
  });
}
