/** A signature under a plan or its revision, as the API shows it. */
import { z } from 'zod';
import { Party } from './vocabulary.js';

export const PlanSignature = z
  .strictObject({
    party: Party,
    by: z.string().meta({ description: 'Who has signed: of the Center the employee, of the family the member.' }),
    colleague: z.string().optional().meta({ description: 'The member of the family works at the Center, too.' }),
  })
  .meta({ id: 'PlanSignature' });
