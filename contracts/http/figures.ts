/** Figures of what is done at every level (192-4-4): counts, and no case, no person. */
import { z } from 'zod';
import { FIGURE_LEVELS } from '../../domain/access/figures.js';
import { operation } from './operation.js';
import { Day } from './primitives.js';
import { StageName, Standing } from './vocabulary.js';

export const FigureQuery = z.strictObject({
  level: z.enum(FIGURE_LEVELS).meta({ description: 'What each row is of. Not above the level up to which the post reads.' }),
  from: Day.meta({ description: 'First day of the period.' }),
  to: Day.meta({ description: 'Last day of the period.' }),
});

const Count = z.number().int().min(0);

const Band = z
  .string()
  .regex(/^(?:<5|\d+-\d+)$/)
  .meta({ id: 'HiddenCount', description: 'Of cases with violence: `<5` also where there is none, above it in steps of five.', example: '<5' });

const CasesOfStage = z
  .strictObject({ stage: StageName, ordinary: Count, minors: Count, threat: Count, violence: Band })
  .meta({ id: 'FigureCases', description: 'Open cases today, by the first kind that holds.' });

const DutiesOfRule = z
  .strictObject({ rule: z.string(), standing: Standing, count: Count })
  .meta({ id: 'FigureDuties', description: 'What was due in the period, without cases with violence. An internal term is exceeded, never overdue.' });

const OfOrganisation = z
  .strictObject({
    organisation: z.string(),
    due: Count.meta({ description: 'Information on performance that was due in the period (192-11-1).' }),
    late: Count.meta({ description: 'Of it what came late or is overdue.' }),
    returned: Count.meta({ description: 'Returned for rework, with the new date in the period (192-11-3).' }),
    waiting: Count.meta({ description: 'Open cases that wait for it today.' }),
  })
  .meta({ id: 'FigureOrganisation', description: 'Without cases with violence.' });

const Violence = z.strictObject({ waiting: Band, met: Band, late: Band, open: Band }).meta({
  id: 'FigureViolence',
  description:
    'Cases with violence, each once: those that wait for organisations, and those of whose duties in the period some were met in time, came late, or are open.',
});

const Row = z
  .strictObject({
    of: z.string().meta({ description: 'A Center by its id, a territory by its code, `KZ` for the country.' }),
    cases: z.array(CasesOfStage),
    waiting: Count.meta({ description: 'Open cases that wait for organisations, without those with violence.' }),
    duties: z.array(DutiesOfRule),
    organisations: z.array(OfOrganisation),
    violence: Violence,
  })
  .meta({ id: 'FigureRow' });

export const Figures = z
  .strictObject({ level: z.enum(FIGURE_LEVELS), from: Day, to: Day, items: z.array(Row) })
  .meta({ id: 'Figures', description: 'No names and no ids of cases; whoever has one of them learns nothing of it here.' });

export const FIGURE_OPERATIONS = {
  readFigures: operation({
    method: 'get',
    path: '/v1/figures',
    tag: 'Figures',
    summary: 'Counts by Center, district, region or for the country, as far as the post reaches: open cases, duties of a period, organisations (192-4-4)',
    access: 'token',
    act: 'readFigures',
    query: FigureQuery,
    success: { status: 200, description: 'A row for each, also where nothing is to be counted.', schema: Figures },
    problems: ['role_not_allowed', 'request_invalid'],
  }),
};
