/** The commands of the family's road over HTTP (P31): bodies, and the way from them to what the core is asked. */
import { z } from 'zod';
import { MEMBER_FIELDS } from '../../../domain/case/roads/family/facts.js';
import type { FamilyCommands } from '../../../domain/case/roads/family/commands.js';
import { present } from '../../optional.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { Id, ListedCode, PERSON_FIELDS, PersonInput } from '../primitives.js';

const kinship = ListedCode.meta({ description: 'What they are to the family: a code of GET /v1/reference/codes/kinship.' });
const representativeId = Id.meta({ description: 'The legal representative: another, grown-up member of the family.' });

const MemberBody = z.strictObject({ person: PersonInput, kinship, representativeId: representativeId.optional() }).meta({ id: 'RecordMember' });

const CorrectionBody = z
  .strictObject({
    fullName: PERSON_FIELDS.fullName.nullable(),
    iin: PERSON_FIELDS.iin.nullable(),
    phone: PERSON_FIELDS.phone.nullable(),
    address: PERSON_FIELDS.address.nullable(),
    birthDate: PERSON_FIELDS.birthDate.nullable(),
    bornAbout: PERSON_FIELDS.bornAbout.nullable(),
    kinship,
    representativeId: representativeId.nullable(),
  })
  .partial()
  .refine((body) => Object.values(body).some((value) => value !== undefined), { message: 'one_of_required' })
  .refine(({ birthDate, bornAbout }) => !(typeof birthDate === 'string' && typeof bornAbout === 'number'), { message: 'one_of_required', path: ['bornAbout'] })
  .meta({ id: 'CorrectMember', description: 'What is said takes the place of what was; null removes it; what is left out stays. What was is kept.' });

export const FAMILY_ROUTES: { readonly [K in keyof FamilyCommands]: CommandRoute<K> } = {
  recordMember: commandRoute({
    path: 'members',
    summary: 'Record a member of the family, with kinship and legal representative (P31)',
    body: MemberBody,
    example: { person: { fullName: 'B. A.', birthDate: '2019-04-12' }, kinship: 'child', representativeId: '3f0c1c52-6f0e-4d55-9d52-0a6f6f1f7a10' },
    toCommand: ({ person, ...data }, _parameters, newId) => {
      const personId = newId();
      const relation = present(data);
      return { data: { personId, ...relation }, persons: [{ id: personId, ...present(person), ...relation }], knownPersons: [] };
    },
  }),
  correctMember: commandRoute({
    path: 'members/{personId}/correction',
    summary: 'Correct what is known of a member of the family; what was is kept (P31)',
    body: CorrectionBody,
    example: { birthDate: '2018-04-12', phone: null },
    toCommand: (body, { personId }) => {
      const said = present(body);
      const fields = MEMBER_FIELDS.filter((field) => field in said);
      const { kinship: as, representativeId: by } = said;
      const relation = { ...(as === undefined ? {} : { kinship: as }), ...(typeof by === 'string' ? { representativeId: by } : {}) };
      return { data: { personId, fields, ...relation }, persons: [{ id: personId, ...said }] };
    },
  }),
};
