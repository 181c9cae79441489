/** The rule table as the API serves it: what `tirek rules --json` prints, with the sources in words. */
import { z } from 'zod';
import { Rule } from './duties.js';
import { Day } from './primitives.js';
import { ForceName, RoleName } from './vocabulary.js';

const Reading = z
  .strictObject({
    name: z.string(),
    from: Day,
    to: Day.optional(),
    fromUnverified: z.literal(true).optional().meta({ description: 'The day of coming into force is not in the sources: `from` is the date of the order.' }),
    force: ForceName,
  })
  .meta({ id: 'Reading', description: 'The row under one edition of its order.' });

const RowTerm = z
  .strictObject({
    unit: z.enum(['working_days', 'hours', 'months', 'own_date', 'none']),
    count: z.number().int().optional(),
    serviceLevel: z.string().optional().meta({ description: 'The number is set by the policy in force, under this name.' }),
    field: z.string().optional().meta({ description: 'The fact itself has the number or the day, in this field.' }),
    shift: z.enum(['next_working_day', 'none']).optional(),
  })
  .meta({ id: 'RowTerm' });

export const RuleRowBody = Rule.extend({
  readings: z.array(Reading),
  owner: RoleName.nullable().meta({ description: 'Null where the law names nobody of the case.' }),
  term: RowTerm.nullable(),
  partOf: z.string().nullable().meta({ description: 'Row of force `policy` with which this one is switched off.' }),
  switchedOn: z.boolean(),
  tests: z
    .array(z.strictObject({ file: z.string(), title: z.string() }).meta({ id: 'NamedTest' }))
    .optional()
    .meta({ description: 'Tests whose titles name the rule; absent in an installation without its tests.' }),
}).meta({ id: 'RuleRow' });

export const RuleTable = z.strictObject({ version: z.string(), policy: z.string(), rules: z.array(RuleRowBody) }).meta({ id: 'RuleTable' });
