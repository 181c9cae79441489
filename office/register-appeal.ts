/** Registration of an appeal: one transaction in Postgres, whether the engine is up or not. */
import type { z } from 'zod';
import { RegisterAppealBody, type AppealRegistered, type StayAskedBody } from '../contracts/http/appeals.js';
import { present } from '../contracts/optional.js';
import type { Desk } from '../ledger/desk.js';
import { registerAppeal } from '../ledger/register-appeal.js';
import type { Companion } from '../ledger/stay-asked.js';
import { iso } from './instants.js';
import { problem, refused } from './problem.js';
import type { Bounds } from './bounds.js';
import { readBody, requireRight, type AskedOnce } from './asked.js';

type LookUps = Pick<Bounds, 'lookUpByIin' | 'forgiveLookUp'>;

/**
 * Where only an ИИН says whose appeal it is, the family is looked for by it: that is counted.
 * @throws ProblemError for a role that may not, a bad body, a key used for another one, a family that is not there, or too many looks by an ИИН
 */
export async function takeAppeal(desk: Desk, { actor, key, body, digestOf }: AskedOnce, bounds: LookUps): Promise<z.input<typeof AppealRegistered>> {
  requireRight('registerAppeal', actor);
  const read = readBody(RegisterAppealBody, body);
  const { channel, threat, applicant, householdId, text, stay, residenceTerritory: residence, locationTerritory: location } = read;
  const looksUp = householdId === undefined && applicant?.iin !== undefined;
  if (looksUp) await bounds.lookUpByIin(actor);
  const outcome = await registerAppeal(desk, {
    actor,
    idempotencyKey: key,
    bodySha256: digestOf(body),
    channel,
    threat,
    places: present({ residence, location }),
    ...present({ householdId, applicant: applicant && present(applicant), narrative: text, stay: stay && { children: stay.children.map(companionOf) } }),
  });
  if (looksUp && outcome.outcome !== 'new') await bounds.forgiveLookUp(actor);
  switch (outcome.outcome) {
    case 'new':
    case 'repeat': {
      const { appealId, caseId, householdId, journalNumber, attached, registeredAt, personId } = outcome.appeal;
      // Member by member: an answer that comes back from Postgres has another order, and a repeat is the same to the byte.
      return { appealId, caseId, householdId, journalNumber, attached, registeredAt: iso(registeredAt), personId };
    }
    case 'conflict':
      throw problem('idempotency_key_reused');
    case 'household_unknown':
      throw problem('household_unknown');
    case 'member_unknown':
      throw refused({ code: 'member_unknown', rule: 'P31' });
  }
}

/** One of the two is there: the body was read. */
function companionOf({ personId, person }: z.output<typeof StayAskedBody>['children'][number]): Companion {
  return personId === undefined ? { person: present(person ?? {}) } : { personId };
}
