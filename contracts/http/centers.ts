/** A Center as a subject: what it owes itself, and the orders about its mobile group (256-21-2). */
import { z } from 'zod';
import { Duty, Why } from './duties.js';
import { PHONE_POSTS } from '../next-in-line.js';
import { operation } from './operation.js';
import { GROUP_PARTS } from '../../domain/law/mobile-group.js';
import { citation, Day, Id, Instant, text } from './primitives.js';

const CenterCode = text(100).meta({ description: 'Code of the Center.', example: 'almaty-auezov' });

const CenterParameters = z.strictObject({ center: CenterCode });

const Year = z.number().int().min(2000).max(2100);

const Part = z.enum(GROUP_PARTS).meta({ id: 'GroupPart', description: 'Whom a member of the group stands for (256 п.21).' });

const GroupMember = z
  .strictObject({
    memberId: Id,
    part: Part,
    name: z.string().optional(),
    phone: z.string().optional().meta({ description: 'Whom to call, in the order of the list.' }),
    leftOn: Day.optional().meta({ description: 'The day from which they can be called no more.' }),
  })
  .meta({ id: 'GroupMember' });

const MobileGroupOrder = z
  .strictObject({
    number: z.string(),
    issuedOn: Day,
    year: Year,
    validUntil: Day,
    members: z.array(GroupMember),
    lacks: z.array(Part).meta({ description: 'Parts that nobody stands for now (256-21-1).' }),
    seq: z.number().int().meta({ description: 'Place of the ledger.' }),
  })
  .meta({ id: 'MobileGroupOrder', description: 'An order of the akim that approves the composition of the mobile group for one calendar year.' });

export const CenterDetail = z
  .strictObject({
    center: CenterCode,
    nameKk: z.string(),
    nameRu: z.string(),
    seq: z.number().int(),
    openedAt: Instant.meta({ description: 'Since when the house knows the Center.' }),
    clockAt: Instant,
    law: z.strictObject({ rules: z.string(), calendar: z.string(), policy: z.string() }),
    orderInForce: MobileGroupOrder.optional().meta({
      description: 'By which the mobile group is composed today. Absent: there is none, and the group is called all the same (P36).',
    }),
    mobileGroupOrders: z.array(MobileGroupOrder),
    plannedOutreach: z.array(z.strictObject({ visitId: Id, plannedOn: Day, place: z.string().optional() })),
    heldOutreach: z
      .array(z.strictObject({ visitId: Id, departedAt: Instant, arrivedAt: Instant, present: z.array(z.string()), findings: z.string().optional() }))
      .meta({ description: 'Visits without a threat (256 п.20), the last hundred, the newest first.' }),
    overdue: z.number().int(),
    nextMoment: Instant.optional(),
    duties: z.array(Duty),
  })
  .meta({ id: 'Center' });

const PhoneEntry = z
  .strictObject({
    post: z.enum([...PHONE_POSTS, 'mobile_group']),
    person: z.string().meta({ description: 'Id of the person; of the mobile group that of its member.' }),
    insteadOf: z.string().optional().meta({ description: 'The person who is away.' }),
    part: Part.optional(),
    name: z.string().optional(),
    phone: z.string().optional().meta({ description: 'Absent: none is known.' }),
  })
  .meta({ id: 'PhoneEntry' });

export const PhoneList = z
  .strictObject({ center: CenterCode, at: Instant, items: z.array(PhoneEntry) })
  .meta({ id: 'PhoneList', description: 'Whom to telephone, in the order in which to try.' });

export const MobileGroupOrderBody = z
  .strictObject({
    number: citation(60).meta({ description: 'Number of the order.', example: '41-ө' }),
    issuedOn: Day.meta({ description: 'Date of the order.' }),
    forYear: Year.optional().meta({
      description: 'The calendar year that it names; without it that of its date. One of November or December may name the next.',
    }),
    members: z
      .array(z.strictObject({ part: Part, name: text(200), phone: text(40) }))
      .min(1)
      .max(40)
      .meta({
        description: 'The composition, in the order in which they are called: education, health, internal affairs and the coordinator, each at least once.',
      }),
  })
  .meta({ id: 'MobileGroupOrderBody' });

export const PlanOutreachBody = z.strictObject({ plannedOn: Day, place: text(2_000) }).meta({ id: 'PlanOutreach' });

export const HeldOutreachBody = z
  .strictObject({
    visitId: Id.optional().meta({ description: 'The planned visit; without it nobody had planned it.' }),
    departedAt: Instant,
    arrivedAt: Instant,
    present: z.array(Id).min(1).max(20),
    findings: text(10_000),
  })
  .meta({ id: 'RecordOutreach' });

const ReleaseBody = z.strictObject({}).meta({ id: 'ReleaseGroupMember' });

export const CenterCommandAnswer = z
  .strictObject({ center: CenterCode, seq: z.number().int().meta({ description: 'Place of the ledger at which it was recorded.' }), commandId: z.string() })
  .meta({ id: 'CenterCommandAnswer' });

const GROUP_EXAMPLE = {
  number: '41-ө',
  issuedOn: '2026-03-11',
  members: GROUP_PARTS.map((part, place) => ({ part, name: `Член группы ${place + 1}`, phone: `+7 700 000 00 0${place + 1}` })),
};

export const CENTER_OPERATIONS = {
  readCenter: operation({
    method: 'get',
    path: '/v1/centers/{center}',
    tag: 'Centers',
    summary: 'Your Center: the order about its mobile group, what it owes itself',
    access: 'token',
    act: 'readCenter',
    parameters: CenterParameters,
    success: { status: 200, description: 'The Center.', schema: CenterDetail },
    problems: ['center_unknown'],
  }),
  readPhoneList: operation({
    method: 'get',
    path: '/v1/centers/{center}/phone-list',
    tag: 'Centers',
    summary: 'Whom to telephone now: duty officer and the next turns, deputies, head, coordinator, mobile group (P53)',
    access: 'token',
    act: 'readPhoneList',
    parameters: CenterParameters,
    success: { status: 200, description: 'The list, in the order in which to try.', schema: PhoneList },
    problems: ['center_unknown', 'actor_of_other_center'],
  }),
  recordMobileGroupOrder: operation({
    method: 'post',
    path: '/v1/centers/{center}/mobile-group-orders',
    tag: 'Centers',
    summary: 'Record the akim’s order on the composition of the mobile group (256-21-2, P36)',
    access: 'token',
    act: 'recordMobileGroupOrder',
    idempotent: true,
    parameters: CenterParameters,
    body: { schema: MobileGroupOrderBody, example: GROUP_EXAMPLE },
    success: { status: 200, description: 'Recorded, and the next order is owed by the end of its year.', schema: CenterCommandAnswer },
    problems: [
      'role_not_allowed',
      'center_unknown',
      'group_incomplete',
      'order_already_recorded',
      'order_expired',
      'order_in_future',
      'order_year_not_allowed',
      'day_impossible',
    ],
  }),
  releaseGroupMember: operation({
    method: 'post',
    path: '/v1/centers/{center}/mobile-group-members/{memberId}/release',
    tag: 'Centers',
    summary: 'Record that a member of the mobile group can be called no more (256-21-1): a part that nobody stands for is an alarm',
    access: 'token',
    act: 'releaseGroupMember',
    idempotent: true,
    parameters: z.strictObject({ center: CenterCode, memberId: Id }),
    body: { schema: ReleaseBody, example: {} },
    success: { status: 200, description: 'Recorded.', schema: CenterCommandAnswer },
    problems: ['role_not_allowed', 'center_unknown', 'group_member_unknown'],
  }),
  planOutreach: operation({
    method: 'post',
    path: '/v1/centers/{center}/outreach',
    tag: 'Centers',
    summary: 'Plan a visit of the mobile group without a threat (256 п.20)',
    access: 'token',
    act: 'planOutreach',
    idempotent: true,
    parameters: CenterParameters,
    body: { schema: PlanOutreachBody, example: { plannedOn: '2026-12-16', place: 'Куда едет группа.' } },
    success: { status: 200, description: 'Planned.', schema: CenterCommandAnswer },
    problems: ['role_not_allowed', 'center_unknown', 'day_impossible', 'outreach_in_past'],
  }),
  recordOutreach: operation({
    method: 'post',
    path: '/v1/centers/{center}/outreach/visits',
    tag: 'Centers',
    summary: 'Record a visit of the mobile group without a threat, with what it found (256 п.20)',
    access: 'token',
    act: 'recordOutreach',
    idempotent: true,
    parameters: CenterParameters,
    body: {
      schema: HeldOutreachBody,
      example: {
        departedAt: '2026-12-15T05:10:00.000Z',
        arrivedAt: '2026-12-15T05:40:00.000Z',
        present: ['3f0c1c52-6f0e-4d55-9d52-0a6f6f1f7a10'],
        findings: 'Что найдено.',
      },
    },
    success: { status: 200, description: 'Recorded.', schema: CenterCommandAnswer },
    problems: ['role_not_allowed', 'center_unknown', 'group_member_unknown', 'outreach_times_impossible', 'outreach_unknown'],
  }),
  explainCenterDuty: operation({
    method: 'get',
    path: '/v1/centers/{center}/duties/{key}/why',
    tag: 'Centers',
    summary: 'Why this date, of what the Center itself owes',
    access: 'token',
    act: 'readCenter',
    parameters: z.strictObject({ center: CenterCode, key: text(300) }),
    success: { status: 200, description: 'The explanation, and its text in the language of the reader.', schema: Why },
    problems: ['center_unknown', 'duty_unknown'],
  }),
};
