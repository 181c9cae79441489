/** The written notices about minor children over HTTP (256 п.26, P28). */
import { z } from 'zod';
import type { MinorsCommands } from '../../../domain/case/roads/minors/commands.js';
import { NOTIFIED_BODIES, type OccasionKind } from '../../../domain/case/roads/minors/facts.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { EXAMPLE_ID } from '../command-texts.js';
import { Id, Instant } from '../primitives.js';
import { strand } from '../strand.js';

const NoticesBody = z
  .strictObject({
    children: z
      .array(Id)
      .min(1)
      .max(20)
      .refine((ids) => new Set(ids).size === ids.length, { message: 'duplicate' })
      .meta({ description: 'Members of the family who are under 18 today.' }),
    responseId: Id.optional().meta({ description: 'Of which threat; may be left out where the case knows one.' }),
  })
  .meta({ id: 'OrderMinorsNotices' });

export const MINORS_ROUTES: { readonly [K in keyof MinorsCommands]: CommandRoute<K> } = {
  orderMinorsNotices: commandRoute({
    path: 'minors-notices',
    summary: 'Have both bodies notified in writing of the children of a threat (256-26, P28); an appeal for a stay and an admission do so by themselves',
    body: NoticesBody,
    example: { children: [EXAMPLE_ID] },
    toCommand: ({ children, responseId }) => ({ data: { children, ...(responseId === undefined ? {} : { responseId }) } }),
  }),
};

const KINDS = ['appeal', 'admission', 'threat'] as const satisfies readonly OccasionKind[];

const Notice = z
  .strictObject({
    key: z
      .string()
      .meta({ description: 'Of its dispatch and of its duty, `256-26:<key>`: by it the notice is sent again, or its delivery on paper recorded.' }),
    number: z.string(),
    to: z.enum(NOTIFIED_BODIES),
  })
  .meta({ id: 'MinorsNotice' });

const Occasion = z
  .strictObject({
    occasionId: Id.meta({ description: 'The appeal, the stay, or the response to the threat.' }),
    by: z.enum(KINDS),
    begunAt: Instant.meta({ description: 'The 24 hours run from here.' }),
    children: z.array(Id),
    notices: z.array(Notice).meta({ description: 'Two; none where those of the appeal tell of all the children.' }),
    admittedTo: Id.optional().meta({ description: 'Of an appeal: the stay to which it has led.' }),
  })
  .meta({ id: 'MinorsOccasion', description: 'Children come to the Center; each time is its own occasion.' });

export const MINORS_SHOWN = strand('minors', z.array(Occasion), (occasions) =>
  occasions.map(({ begunAt, children, notices, ...each }) => ({
    ...each,
    begunAt: new Date(begunAt).toISOString(),
    children: [...children],
    notices: notices.map((notice) => ({ ...notice })),
  })),
);
