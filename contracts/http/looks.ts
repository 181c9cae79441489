/** Who looked at a case, and by what right: for the head and the auditor. */
import { z } from 'zod';
import { FIELDS, RELATIONS } from '../../domain/access/sight.js';
import { operation } from './operation.js';
import { Cursor, Id, Instant, Limit, StaffId } from './primitives.js';
import { RoleName } from './vocabulary.js';

export const LookQuery = z.strictObject({ after: Cursor.optional(), limit: Limit });

const Look = z
  .strictObject({
    at: Instant,
    person: StaffId,
    role: RoleName.meta({ description: 'The post in which they looked.' }),
    center: z.string().meta({ description: 'The Center of that post; another one than the case’s, where somebody of elsewhere tried.' }),
    act: z.string().meta({ description: 'What was to be done, by the name of the right: `readCases`, `readDocuments`, or of a refused command.' }),
    fields: z.array(z.enum(FIELDS)).meta({ description: 'What of the case was shown.' }),
    relation: z.enum(RELATIONS).optional().meta({ description: 'By which relation to the case; absent of lists, and where there is none.' }),
    outcome: z.enum(['shown', 'refused']),
    withinWork: z.boolean().meta({ description: 'False: seen by the Center alone, though their work is with cases of their own.' }),
  })
  .meta({ id: 'Look' });

export const LookPage = z.strictObject({ items: z.array(Look), next: z.string().optional() }).meta({ id: 'LookPage' });

export const LOOK_OPERATIONS = {
  listLooks: operation({
    method: 'get',
    path: '/v1/cases/{caseId}/looks',
    tag: 'Cases',
    summary: 'Who looked at the case, when, in which post, by what right, and what was shown; refused tries too (192-7-3)',
    access: 'token',
    act: 'readLooks',
    parameters: z.strictObject({ caseId: Id }),
    query: LookQuery,
    success: { status: 200, description: 'A page, the last look first.', schema: LookPage },
    problems: ['case_unknown', 'cursor_invalid', 'role_not_allowed'],
  }),
};
