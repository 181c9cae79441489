/** A temporary stay over HTTP: the commands of the road, and how it is shown (256 п.25). */
import { z } from 'zod';
import type { StayCommands } from '../../../domain/case/roads/stay/commands.js';
import { PREMISES_CHECKS, type StayStanding } from '../../../domain/case/roads/stay/stay.js';
import { present } from '../../optional.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { EXAMPLE_ID, note, NOTE_LENGTH, optionalNote, REASON_LENGTH } from '../command-texts.js';
import { OrganisationId } from '../organisations.js';
import { citation, Day, Id, Instant, ListedCode, RoomCode, text } from '../primitives.js';
import { strand } from '../strand.js';

const ORDER_EXAMPLE = { number: '17-ж', date: '2026-01-12' };

const Order = z
  .strictObject({ number: citation(40), date: Day })
  .meta({ id: 'StayOrder', description: 'The order by which it happens (J-EV-TEMP).', example: ORDER_EXAMPLE });

const reason = ListedCode.meta({ description: 'A code of the list `stay_reason`.' });

const destination = text(REASON_LENGTH).optional().meta({ description: 'Where to: region, city, district. It never leaves the Center (P43).' });

const Basis = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('referral'),
        organisation: OrganisationId.meta({ description: 'A body of social protection and employment, of health, or of internal affairs, of the directory.' }),
        number: citation(40),
        issuedOn: Day,
        documentId: Id.meta({ description: 'The referral, uploaded to the case as `referral`.' }),
      })
      .meta({ id: 'StayOnReferral' }),
    z
      .strictObject({
        kind: z.literal('application'),
        appealId: Id.optional().meta({ description: 'The appeal by which they asked for it; without it the last one of the case.' }),
      })
      .meta({ id: 'StayOnApplication' }),
  ])
  .meta({ id: 'StayBasis', description: '256-25-1, 256-25-2.' });

const checks = Object.fromEntries(PREMISES_CHECKS.map((check) => [check, z.boolean().optional()])) as Record<
  (typeof PREMISES_CHECKS)[number],
  z.ZodOptional<z.ZodBoolean>
>;

const Checklist = z.strictObject(checks).meta({
  id: 'PremisesChecklist',
  description: 'Does the place meet the law on sanitary welfare, architecture, building, housing and public utilities? Each is answered (D-SAN).',
});

const AdmissionBody = z
  .strictObject({
    persons: z
      .array(z.strictObject({ personId: Id, room: RoomCode }))
      .min(1)
      .max(20)
      .meta({ description: 'Members of the family, each with a room: the first free place of it is theirs. All of them are admitted, or nobody.' }),
    basis: Basis,
    order: Order,
    location: text(REASON_LENGTH).meta({ description: 'Where they are in fact: by it the Center is theirs (256 п.25, P32).' }),
    checklist: Checklist.optional(),
  })
  .meta({ id: 'AdmitToStay' });

const ArrivalBody = z
  .strictObject({ medicalExamination: z.boolean(), sanitaryTreatment: z.boolean() })
  .meta({ id: 'RecordStayArrival', description: 'What preceded the registration card (J-EV-TEMP).' });

const LeaveBody = z.strictObject({ order: Order, reason, note: text(NOTE_LENGTH).optional() }).meta({ id: 'RecordTemporaryLeave' });
const ReturnBody = z.strictObject({ order: Order }).meta({ id: 'RecordStayReturn' });
const EndBody = z.strictObject({ order: Order, reason, destination }).meta({ id: 'EndStay' });
const TransferBody = z.strictObject({ order: Order, reason, organisation: OrganisationId, destination }).meta({ id: 'TransferFromStay' });
const CancelBody = z.strictObject({ order: Order, reason }).meta({ id: 'CancelStay' });

const ALL_MET = { sanitary: true, architecture: true, construction: true, housing: true, utilities: true };

export const STAY_ROUTES: { readonly [K in keyof StayCommands]: CommandRoute<K> } = {
  admitToStay: commandRoute({
    path: 'stays',
    summary: 'Admit to a temporary stay of one month at most, on a referral or on a personal application (256-23-5, 256-25-1 to 256-25-3)',
    body: AdmissionBody,
    example: {
      persons: [{ personId: EXAMPLE_ID, room: '101' }],
      basis: { kind: 'application' },
      order: ORDER_EXAMPLE,
      location: 'Where they are in fact.',
      checklist: ALL_MET,
    },
    toCommand: ({ persons, basis, order, location, checklist }, _parameters, newId) => {
      const narrative = note(newId, 'stay_location', location);
      const answered = checklist === undefined ? {} : { checklist: present(checklist) };
      return { data: { persons, basis: present(basis), order, locationId: narrative.id, ...answered }, narratives: [narrative] };
    },
  }),
  recordStayArrival: commandRoute({
    path: 'stays/{stayId}/arrival',
    summary: 'They have come (J-EV-TEMP)',
    body: ArrivalBody,
    example: { medicalExamination: true, sanitaryTreatment: true },
    toCommand: (body, { stayId }) => ({ data: { stayId, ...body } }),
  }),
  recordTemporaryLeave: commandRoute({
    path: 'stays/{stayId}/temporary-leave',
    summary: 'They leave for a while; the places stay theirs, and the month runs on (J-EV-TEMP)',
    body: LeaveBody,
    example: { order: ORDER_EXAMPLE, reason: 'hospital' },
    toCommand: ({ order, reason: code, note: words }, { stayId }, newId) => {
      const { narratives, ...noteId } = optionalNote(newId, 'stay_leave', words);
      return { data: { stayId, order, reason: code, ...noteId }, narratives };
    },
  }),
  recordStayReturn: commandRoute({
    path: 'stays/{stayId}/return',
    summary: 'They are back from a temporary leave: «қайта оралды» (J-RETURN)',
    body: ReturnBody,
    example: { order: ORDER_EXAMPLE },
    toCommand: ({ order }, { stayId }) => ({ data: { stayId, order } }),
  }),
  endStay: commandRoute({
    path: 'stays/{stayId}/departure',
    summary: 'They leave for good; the places are free (J-EV-TEMP, P27)',
    body: EndBody,
    example: { order: ORDER_EXAMPLE, reason: 'housing_found', destination: 'Where they go.' },
    toCommand: ({ order, reason: code, destination: words }, { stayId }, newId) => {
      const { noteId, narratives } = optionalNote(newId, 'stay_destination', words);
      return { data: { stayId, order, reason: code, ...(noteId === undefined ? {} : { destinationId: noteId }) }, narratives };
    },
  }),
  transferFromStay: commandRoute({
    path: 'stays/{stayId}/transfer',
    summary: 'They are transferred to another organisation, with which the stay ends (256-23-5, P27)',
    body: TransferBody,
    example: { order: ORDER_EXAMPLE, reason: 'to_organisation', organisation: 'auezov-crisis-centre' },
    toCommand: ({ order, reason: code, organisation, destination: words }, { stayId }, newId) => {
      const { noteId, narratives } = optionalNote(newId, 'stay_destination', words);
      return { data: { stayId, order, reason: code, organisation, ...(noteId === undefined ? {} : { destinationId: noteId }) }, narratives };
    },
  }),
  cancelStay: commandRoute({
    path: 'stays/{stayId}/cancellation',
    summary: 'They have not come, and are not awaited any more; the places are free',
    body: CancelBody,
    example: { order: ORDER_EXAMPLE, reason: 'not_arrived' },
    toCommand: ({ order, reason: code }, { stayId }) => ({ data: { stayId, order, reason: code } }),
  }),
};

const Standing = z.enum(['admitted', 'inside', 'away', 'left', 'transferred', 'cancelled'] satisfies StayStanding[]).meta({ id: 'StayStanding' });

const Stay = z
  .strictObject({
    stayId: Id,
    decision: z
      .number()
      .int()
      .meta({ description: 'How many decisions about one of these people there have been, this one among them: there is no extension (P27).' }),
    standing: Standing,
    basis: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('referral'),
        organisation: z.string(),
        function: z.string(),
        number: z.string(),
        issuedOn: Day,
        documentId: Id,
        documentSha256: z.string(),
      }),
      z.strictObject({ kind: z.literal('application'), appealId: z.string() }),
    ]),
    persons: z.array(z.strictObject({ personId: z.string(), room: z.string(), place: z.number().int() })),
    children: z.array(z.string()),
    violence: z.boolean(),
    returned: z.boolean().meta({ description: 'Somebody of them had stayed before: «қайта оралды» (J-RETURN).' }),
    admittedAt: Instant,
    endedAt: Instant.optional(),
  })
  .meta({ id: 'Stay', description: 'A temporary stay; its month is the duty 256-23-5 of its id.' });

export const STAYS_SHOWN = strand('stays', z.array(Stay), (stays) =>
  stays.map(({ basis, persons, children, admittedAt, endedAt, ...stay }) => ({
    ...stay,
    basis: { ...basis },
    persons: persons.map((placed) => ({ ...placed })),
    children: [...children],
    admittedAt: new Date(admittedAt).toISOString(),
    ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() }),
  })),
);
