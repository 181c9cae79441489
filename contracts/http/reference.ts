/** Reference data, health, and what agencies send. */
import { z } from 'zod';
import { Instant } from './primitives.js';

export const Sectors = z
  .strictObject({
    items: z.array(z.strictObject({ code: z.string(), kk: z.string(), ru: z.string(), en: z.string() }).meta({ id: 'Sector' })),
  })
  .meta({ id: 'Sectors' });

export const Grounds = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          code: z.string(),
          verified: z.boolean().meta({ description: 'False: working wording, the article itself was not at hand.' }),
          kk: z.string(),
          ru: z.string(),
          en: z.string(),
        })
        .meta({ id: 'GroundEntry' }),
    ),
  })
  .meta({ id: 'Grounds' });

export const Alive = z.strictObject({ alive: z.literal(true) }).meta({ id: 'Alive' });

const Part = z.strictObject({ ok: z.boolean(), lastSeenAt: Instant.optional() }).meta({ id: 'Part' });

export const READY_PARTS = ['worker', 'relay', 'temporal', 'postgres'] as const;

export type ReadyPart = (typeof READY_PARTS)[number];

export const Readiness = z
  .strictObject({ ready: z.literal(true), parts: z.strictObject({ worker: Part, relay: Part, temporal: Part, postgres: Part }) })
  .meta({ id: 'Readiness' });

const standing = {
  state: z.enum(['recorded', 'refused', 'waiting']).meta({ description: 'What became of it; while it waits, ask again later.' }),
  code: z.string().optional().meta({ description: 'Why it was refused.' }),
};

/** What became of a report, told to the agency that sent it. */
export const ReportStanding = z.strictObject({ reportId: z.string(), ...standing }).meta({ id: 'ReportStanding' });

export const ReportAccepted = z
  .strictObject({
    accepted: z.literal(true),
    duplicate: z.boolean().meta({ description: 'The same webhook-id came before: it was taken once.' }),
    reportId: z.string().meta({ description: 'The id by which a notice of rework names the report.' }),
    ...standing,
  })
  .meta({ id: 'ReportAccepted' });
