/** Who answers for what at a Center or an agency: posts, deputies, duty rota (P54); and the mark that an alert was seen. */
import { z } from 'zod';
import { Taken } from './duties.js';
import { citation, Day, Iin, Instant, Phone, StaffId, text } from './primitives.js';
import { AGENCY_POSTS, CENTER_POSTS, SUPERVISOR_POSTS } from '../staffing.js';

const Post = z
  .strictObject({
    role: z.enum([...CENTER_POSTS, ...AGENCY_POSTS, ...SUPERVISOR_POSTS]),
    person: StaffId,
    from: Day,
    to: Day.optional().meta({ description: 'The last day; without it until further notice.' }),
    unit: text(40)
      .optional()
      .meta({ description: 'Code of the unit: its head sees the cases on which somebody of it works. Where none is named the Center is one unit.' }),
  })
  .meta({ id: 'PostHolding' });

const StandIn = z
  .strictObject({
    absent: StaffId,
    deputy: StaffId,
    from: Day,
    to: Day,
    order: citation(60).meta({ description: 'Number of the order.', example: '12-қ' }),
    orderedOn: Day.meta({ description: 'Date of the order.' }),
  })
  .meta({ id: 'StandIn', description: 'What is addressed to `absent` goes to `deputy`, first and last day included.' });

const DutyTurn = z
  .strictObject({ person: StaffId, from: Instant, to: Instant })
  .meta({ id: 'DutyTurn', description: 'A turn of duty; its end is not part of it. Hours without a turn are the head’s.' });

const Member = z
  .strictObject({
    person: StaffId,
    mail: z.email().max(200).optional().meta({ example: 'head@center.example' }),
    iin: Iin.optional(),
    phone: Phone.optional().meta({ description: 'For the list of telephones (P53).' }),
  })
  .meta({
    id: 'StaffMember',
    description:
      'Somebody whom posts, deputies and rota may name. Without an address: the own list of alerts alone. Without an ИИН: no ЭЦП is known to be theirs.',
  });

const STAFFING = {
  people: z.array(Member).max(500),
  posts: z.array(Post).max(500),
  deputies: z.array(StandIn).max(500),
  /** A year of two turns a day. */
  rota: z.array(DutyTurn).max(800),
};

export const StaffingBody = z
  .strictObject({
    version: z.number().int().min(0).meta({ description: 'The version that was read; 0 before the first.' }),
    ...STAFFING,
  })
  .meta({ id: 'StaffingBody' });

export const Staffing = z.strictObject({ holder: z.string(), version: z.number().int(), ...STAFFING }).meta({ id: 'Staffing' });

export const StaffingParameters = z.strictObject({
  holder: text(100).meta({ description: 'A Center, an organisation, a region as `region-` with the first two digits of its territory, or `ministry`.' }),
});

export const AlertParameters = z.strictObject({ alertId: text(400) });

export const AlertSeen = z.strictObject({ alertId: z.string(), seenAt: Instant }).meta({ id: 'AlertSeen' });

export const AlertTakenAnswer = z.strictObject({ alertId: z.string(), taken: Taken }).meta({ id: 'AlertTakenAnswer' });

/** A small Center: one head, who has the duty but for one night. */
export const STAFFING_EXAMPLE: z.input<typeof StaffingBody> = {
  version: 0,
  people: [
    { person: 'head-7', mail: 'head@center.example' },
    { person: 'unit-head-7', mail: 'unit@center.example' },
    { person: 'manager-7', mail: 'manager@center.example' },
    { person: 'psychologist-7' },
  ],
  posts: [
    { role: 'center_head', person: 'head-7', from: '2026-01-01' },
    { role: 'unit_head', person: 'unit-head-7', from: '2026-01-01' },
    { role: 'case_manager', person: 'manager-7', from: '2026-01-01' },
  ],
  deputies: [{ absent: 'head-7', deputy: 'unit-head-7', from: '2026-12-01', to: '2026-12-14', order: '12-қ', orderedOn: '2026-11-27' }],
  rota: [{ person: 'unit-head-7', from: '2026-12-20T13:30:00Z', to: '2026-12-21T04:00:00Z' }],
};
