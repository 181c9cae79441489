/** The lists of codes that commands may use, and the people of a Center whom they may name. */
import { z } from 'zod';
import { REFERENCE_LISTS } from '../../domain/case/reference-lists.js';
import { CENTER_POSTS } from '../staffing.js';
import { ListedCode, Day, Instant, text } from './primitives.js';

const Titles = z.strictObject({ kk: text(200), ru: text(200), en: text(200) }).meta({ id: 'Titles' });

const List = z.enum(REFERENCE_LISTS).meta({
  description:
    '`kinship`: what a member is to the family (P31); `need`: what a family needs (256-13-3); `support_kind`: kinds of support in a plan (256-16); `service`: services of the register (192-10).',
});

const version = z.number().int().min(0).meta({ description: 'The version that was read; 0 for a new code.' });
const from = Day.meta({ description: 'First day on which it may be used.' });
const to = Day.optional().meta({ description: 'Last day; without it until further notice. What was recorded with a code stays.' });

export const CodeListParameters = z.strictObject({ list: List });
export const CodeParameters = z.strictObject({ list: List, code: ListedCode });

export const CodeQuery = z.strictObject({ on: Day.optional().meta({ description: 'Codes in use on that day; today unless told.' }) });

export const ReferenceCode = z
  .strictObject({ code: z.string(), version: z.number().int(), title: Titles, from: Day, to, changedBy: z.string(), changedAt: Instant })
  .meta({ id: 'ReferenceCode' });

export const ReferenceCodes = z.strictObject({ list: List, on: Day, items: z.array(ReferenceCode) }).meta({ id: 'ReferenceCodes' });

export const CodeHistory = z
  .strictObject({ list: List, items: z.array(ReferenceCode).meta({ description: 'Every version, the last one first.' }) })
  .meta({ id: 'CodeHistory' });

export const CodeBody = z.strictObject({ version, title: Titles, from, to }).meta({ id: 'CodeBody' });

export const CODE_EXAMPLE: z.input<typeof CodeBody> = {
  version: 0,
  title: { kk: 'жұмысқа орналасуға жәрдемдесу', ru: 'содействие в трудоустройстве', en: 'help in finding work' },
  from: '2026-12-01',
};

const Colleague = z
  .strictObject({
    person: z.string(),
    posts: z.array(z.enum(CENTER_POSTS)).meta({ description: 'Held today, those of absent colleagues included.' }),
    openCases: z.number().int().meta({ description: 'Cases that the person leads and that are not closed.' }),
  })
  .meta({ id: 'Colleague' });

export const Colleagues = z.strictObject({ center: z.string(), items: z.array(Colleague) }).meta({ id: 'Colleagues' });
