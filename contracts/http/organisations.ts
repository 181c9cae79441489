/** The directory of organisations over HTTP: whom measures and notices name. */
import { z } from 'zod';
import { FUNCTIONS } from '../../domain/organisation/functions.js';
import { isTerritory } from '../../domain/organisation/territory.js';
import { Cursor, Day, Id, Instant, Limit, text } from './primitives.js';

const [first, ...others] = FUNCTIONS.map(({ code }) => code);
export const FunctionName = z.enum([first ?? '', ...others]).meta({
  id: 'OrganisationFunction',
  description: 'A sector of 192 п.2, or a function beside them (`GET /v1/reference/functions`).',
});

export const OrganisationId = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9_-]+$/)
  .meta({ id: 'OrganisationId', description: 'Id of an organisation of the directory: chosen at its registration, never changed.', example: 'auezov-housing' });

export const Territory = z
  .string()
  .max(9)
  .refine(isTerritory, { message: 'wrong_format' })
  .meta({ id: 'Territory', description: 'Code of the classifier of administrative-territorial objects (ӘАОЖ / КАТО): nine digits.', example: '751310000' });

const EXAMPLE_SECRET = 'whsec_c3ludGhldGljLWtleS1vZi1hbi1leGFtcGxl';

const Secret = z.string().max(100).meta({
  description: 'Standard Webhooks secret for both directions: `whsec_` and base64 of 16 to 64 bytes. It is never shown again.',
  example: EXAMPLE_SECRET,
});

const FIELDS = {
  function: FunctionName,
  territory: Territory,
  nameKk: text(300),
  nameRu: text(300),
  protocol: z.enum(['http', 'paper']).meta({ description: '`http`: signed messages to `endpointUrl`. `paper`: what it is told is brought by people.' }),
  endpointUrl: z.string().max(500).optional().meta({
    description:
      'https, without a query, at a host that the installation allows, never inside of a private network unless it is allowed; plain http on the own machine in development alone.',
    example: 'http://127.0.0.1:4000/housing',
  }),
  validFrom: Day.meta({ description: 'First day on which it may be named.' }),
  validTo: Day.optional().meta({ description: 'Last day; without it until further notice.' }),
};

export const OrganisationBody = z
  .strictObject({
    version: z.number().int().min(0).meta({ description: 'The version that was read; 0 registers it.' }),
    ...FIELDS,
    secret: Secret.optional().meta({ description: 'Its first key; needed where an organisation of `http` is registered, and taken nowhere else.' }),
  })
  .meta({ id: 'OrganisationBody' });

export const ORGANISATION_EXAMPLE: z.input<typeof OrganisationBody> = {
  version: 0,
  function: 'housing',
  territory: '791110000',
  nameKk: 'Абай ауданының тұрғын үй бөлімі',
  nameRu: 'Отдел жилищных отношений Абайского района',
  protocol: 'http',
  endpointUrl: 'http://127.0.0.1:4000/housing',
  secret: EXAMPLE_SECRET,
  validFrom: '2026-12-01',
};

export const Organisation = z
  .strictObject({
    organisationId: OrganisationId,
    version: z.number().int(),
    ...FIELDS,
    successor: OrganisationId.optional().meta({ description: 'Who has taken over what it owed, from its end on.' }),
  })
  .meta({ id: 'Organisation' });

export const OrganisationPage = z.strictObject({ items: z.array(Organisation), next: Cursor.optional() }).meta({ id: 'OrganisationPage' });

export const OrganisationQuery = z.strictObject({
  function: FunctionName.optional(),
  territory: Territory.optional(),
  day: Day.optional().meta({ description: 'Only those that are valid on it.' }),
  after: Cursor.optional(),
  limit: Limit,
});

export const OrganisationParameters = z.strictObject({ organisationId: OrganisationId });

export const EndBody = z
  .strictObject({
    version: z.number().int().min(1).meta({ description: 'The version that was read.' }),
    lastDay: Day,
    successor: OrganisationId.optional().meta({ description: 'Takes over what it still owes; needed while it owes anything.' }),
  })
  .meta({ id: 'OrganisationEnd' });

export const KeyParameters = z.strictObject({ organisationId: OrganisationId, keyId: OrganisationId });

export const KeyBody = z
  .strictObject({
    secret: Secret.optional().meta({ description: 'Needed for a new key; a key that there is keeps its own.' }),
    validFrom: Instant.optional().meta({ description: 'Of a new key; default: now.' }),
    validTo: Instant.optional().meta({ description: 'From then on it is good no more.' }),
  })
  .meta({ id: 'OrganisationKeyBody' });

const Key = z.strictObject({ keyId: OrganisationId, validFrom: Instant, validTo: Instant.optional() }).meta({ id: 'OrganisationKey' });

export const Keys = z.strictObject({ items: z.array(Key) }).meta({ id: 'OrganisationKeys', description: 'Never their secrets.' });

export const OrganisationHistory = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          version: z.number().int(),
          what: z.enum(['registered', 'changed', 'ended', 'key_set']),
          data: z.record(z.string(), z.unknown()).meta({ description: 'As it was from then on; of a key its id and validity.' }),
          changedBy: z.string(),
          changedAt: Instant,
        })
        .meta({ id: 'OrganisationChange' }),
    ),
  })
  .meta({ id: 'OrganisationHistory' });

export const Ping = z
  .strictObject({
    outcome: z.enum(['answered', 'unreachable']).meta({ description: '`answered`: any 2xx to a signed ping.' }),
    reason: z.string().optional().meta({ description: 'Why it was not reached, as the code that undelivered messages show.' }),
    ms: z.number().int().min(0),
    pingId: Id,
  })
  .meta({ id: 'Ping' });

const Proposal = z
  .strictObject({
    function: FunctionName,
    ground: z.enum(['residence', 'location', 'center']).meta({
      description:
        'By what the territory was chosen: where the family lives; where it is now, for those who must come at once; where its Center is, when neither is known.',
    }),
    territory: Territory,
    organisation: Organisation.optional().meta({
      description: 'Absent: the directory has none there. `PUT /v1/cases/{caseId}/organisations/{function}/paper` names one that is told on paper.',
    }),
  })
  .meta({ id: 'Proposal' });

export const Proposals = z.strictObject({ items: z.array(Proposal) }).meta({ id: 'Proposals' });

export const Functions = z
  .strictObject({
    items: z.array(
      z.strictObject({ code: z.string(), sector: z.string().optional(), kk: z.string(), ru: z.string(), en: z.string() }).meta({ id: 'FunctionEntry' }),
    ),
  })
  .meta({ id: 'Functions' });
