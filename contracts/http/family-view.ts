/** What a family sees of its own case by the code on its paper (192-4-1). */
import { z } from 'zod';
import { operation } from './operation.js';
import { Day, Instant } from './primitives.js';
import { MeasureState, StageName } from './vocabulary.js';

const OwnMeasure = z
  .strictObject({
    support: z.string().meta({ description: 'What it is, in the language of the reader.' }),
    organisation: z.string().optional().meta({ description: 'Who gives it; absent of what the family does itself, and where it must not be told.' }),
    dueOn: Day,
    status: MeasureState,
    statusText: z.string(),
  })
  .meta({ id: 'OwnMeasure' });

export const FamilyView = z
  .strictObject({
    stage: StageName,
    stageText: z.string().meta({ description: 'Where things stand, in plain words.' }),
    next: z.strictObject({ what: z.string(), until: Instant }).optional().meta({ description: 'The next term of the Center or of an organisation.' }),
    measures: z.array(OwnMeasure),
    rights: z.array(z.string()),
    complaint: z.string().meta({ description: 'How to complain.' }),
  })
  .meta({ id: 'FamilyView', description: 'No address, no stay, nothing of violence, of other appeals, or of anybody’s person.' });

export const FAMILY_VIEW_OPERATIONS = {
  readFamilyView: operation({
    method: 'get',
    path: '/v1/family',
    tag: 'Family',
    summary: 'What a family sees of its own case by its code: `Authorization: FamilyCode XXXX-XXXX-XXXX-XXXX` (192-4-1)',
    access: 'family',
    success: { status: 200, description: 'The own case.', schema: FamilyView },
    problems: ['family_code_invalid', 'too_many_requests'],
  }),
};
