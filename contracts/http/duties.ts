/** What is owed, the explanation of its date, and the alerts about it. */
import { z } from 'zod';
import { OrganisationId } from './organisations.js';
import { Cursor, Day, Id, Instant, Limit, StaffId, text } from './primitives.js';
import { DayReason, Delay, EnforcementName, ForceName, RoleName, Standing, Step } from './vocabulary.js';

export const RuleTitle = z
  .string()
  .meta({ description: 'Title of the row in the language of the reader; its number where the table has the row no more.', example: 'Primary assessment' });

const CaseOrCenter = Id.optional().meta({ description: 'Absent where the Center itself is meant, and no case.' });

const LastDay = Day.optional().meta({
  description: 'The day at whose 24:00 in Almaty the term ends; absent where it ends at another instant, as a term in hours does.',
});

export const Duty = z
  .strictObject({
    caseId: CaseOrCenter,
    center: z.string(),
    key: z.string().meta({ example: '256-13-2:case' }),
    rule: z.string().meta({ example: '256-13-2' }),
    title: RuleTitle,
    subject: z.string(),
    owner: RoleName,
    agency: z.string().optional(),
    caseManager: z.string().optional(),
    force: ForceName,
    startedAt: Instant,
    dueAt: Instant.optional().meta({ description: 'The term ends at this instant: 24:00 in Almaty of its last day; a term in hours at its own minute.' }),
    lastDay: LastDay,
    minutesLeft: z
      .number()
      .int()
      .min(0)
      .optional()
      .meta({ description: 'Of a term in hours that has not passed: whole minutes until it ends, by the clock of the case.' }),
    official: z.boolean().optional().meta({ description: 'False: the date rests on a year without an official calendar and may move. Absent with `dueAt`.' }),
    standing: Standing,
    urgent: z.boolean().meta({ description: 'The answer to a threat, or a term in hours: first in what is due, whatever the dates of the others.' }),
    endedAt: Instant.optional(),
    why: z.string().meta({ description: 'Address of the explanation of the date.' }),
  })
  .meta({ id: 'Duty' });

export const DutyPage = z.strictObject({ items: z.array(Duty), next: z.string().optional() }).meta({ id: 'DutyPage' });

export const DutyQuery = z.strictObject({
  center: text(100).optional(),
  owner: RoleName.optional(),
  agency: OrganisationId.optional(),
  caseManager: StaffId.optional(),
  standing: Standing.optional().meta({ description: 'Without it: what is still owed (open, overdue, exceeded).' }),
  dueBefore: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'Terms that end at this instant at the latest: 00:00 of a day takes in what ends at 24:00 of the day before.' }),
  after: Cursor.optional(),
  limit: Limit,
});

const Wording = z.strictObject({ kk: z.string().nullable(), ru: z.string().nullable(), en: z.string() }).meta({ id: 'Wording' });

const RuleSource = z.strictObject({ order: z.string(), paragraph: z.string(), text: z.string() }).meta({ id: 'Source' });

const Edition = z.strictObject({ name: z.string(), from: Day, to: Day.optional() }).meta({ id: 'Edition' });

const Title = z.strictObject({ kk: z.string(), ru: z.string(), en: z.string() }).meta({ id: 'Title', description: 'What the row is about, in a few words.' });

export const Rule = z
  .strictObject({
    id: z.string(),
    title: Title,
    source: RuleSource,
    force: ForceName,
    edition: Edition,
    enforced: z.strictObject({ as: EnforcementName, at: z.string() }),
    duty: z
      .strictObject({
        owner: RoleName,
        ladder: z.string(),
        termForce: ForceName,
        termSource: z.string().optional(),
        starts: z.array(z.string()),
        metBy: z.array(z.string()),
      })
      .optional(),
    wording: Wording,
  })
  .meta({ id: 'Rule' });

const Term = z
  .strictObject({
    unit: z.enum(['working_days', 'hours', 'months', 'years', 'until_day']),
    count: z.number().int().optional(),
    day: Day.optional(),
    shift: z.enum(['next_working_day', 'none']).optional(),
    force: ForceName,
    source: z.string().meta({ description: 'The decision behind an internal term, else the rule itself.' }),
  })
  .meta({ id: 'Term' });

const LedgerPlace = z.strictObject({ seq: z.number().int(), type: z.string(), what: z.string(), at: Instant, occurredAt: Instant });

/** Everything that a person needs to check the date by hand, and the same in words. */
export const Why = z
  .strictObject({
    caseId: CaseOrCenter,
    center: z.string(),
    key: z.string(),
    rule: Rule.optional().meta({ description: 'The row as it reads for the case; absent when the rule table has it no more.' }),
    owner: RoleName,
    agency: z.string().optional(),
    subject: z.string(),
    standing: Standing,
    start: LedgerPlace.meta({ id: 'LedgerPlace' }),
    term: Term.optional(),
    days: z.array(
      z
        .strictObject({
          day: Day,
          weekday: z.number().int().min(1).max(7),
          counted: z.boolean(),
          ordinal: z.number().int().optional(),
          reason: DayReason,
          text: z.string(),
        })
        .meta({ id: 'ExplainedDay' }),
    ),
    calendar: z.strictObject({ version: z.string(), official: z.boolean() }).optional(),
    noLaterThan: z
      .strictObject({ key: z.string(), rule: z.string(), title: RuleTitle })
      .optional()
      .meta({ description: 'The term that ran already and that this one may not outlast (P5).' }),
    dueAt: Instant.optional(),
    lastDay: LastDay,
    readings: z.array(
      z
        .strictObject({
          seq: z.number().int(),
          at: Instant,
          effect: z.enum(['set', 'moved', 'confirmed', 'kept', 'ended']),
          what: z.string(),
          calendar: z.string(),
          policy: z.string(),
          act: z.string().optional(),
          previous: z.strictObject({ calendar: z.string(), policy: z.string() }).optional(),
          dueAt: Instant.meta({ description: 'The date that stands after this reading.' }),
          from: Instant.optional(),
          wouldBe: Instant.optional(),
        })
        .meta({ id: 'DateReading' }),
    ),
    steps: z.array(
      z
        .strictObject({
          step: Step,
          what: z.string(),
          at: Instant,
          reached: z.boolean(),
          seq: z.number().int().optional(),
          recordedAt: Instant.optional(),
          recipients: z.array(RoleName).optional(),
        })
        .meta({ id: 'LadderStep' }),
    ),
    ended: z
      .strictObject({
        how: z.enum(['met', 'lapsed']),
        at: Instant,
        seq: z.number().int(),
        what: z.string(),
        by: z.strictObject({ id: z.string(), role: RoleName }).meta({ id: 'EndedBy', description: 'Whose act it was.' }),
      })
      .optional(),
    lateness: z.strictObject({
      late: z.boolean(),
      workingDays: z.number().int().optional().meta({ description: 'Absent for a term in hours, which has `minutes`.' }),
      minutes: z.number().int().optional(),
      asOf: Instant,
      reason: Delay.optional(),
    }),
    clockAt: Instant,
    text: z.string().meta({ description: 'The explanation in the language of the reader.' }),
  })
  .meta({ id: 'WhyThisDate' });

export const AlertQuery = z.strictObject({
  center: text(100).optional(),
  caseId: Id.optional(),
  mine: z.enum(['true', 'false']).optional().meta({ description: 'true: those that were told to the reader.' }),
  after: Cursor.optional(),
  limit: Limit,
});

const Notice = z
  .strictObject({
    person: z.string(),
    roles: z.array(RoleName).meta({ description: 'The roles of the ladder for which this person acts.' }),
    insteadOf: z.string().optional().meta({ description: 'The person who is away.' }),
    channel: z.enum(['in_app', 'mail']),
    state: z.enum(['waiting', 'delivered', 'failed']),
    attempts: z.number().int(),
    deliveredAt: Instant.optional(),
    seenAt: Instant.optional(),
  })
  .meta({ id: 'Notice', description: 'What became of an alert on its way to one person.' });

export const Taken = z
  .strictObject({
    person: z.string(),
    role: RoleName,
    way: z.enum(['signed_in', 'mail_link']).meta({ description: 'Signed in, or by the link of a mail.' }),
    at: Instant,
  })
  .meta({ id: 'AlertTaken', description: 'Who has the alert in hand, and since when. The duty goes on.' });

export const Alert = z
  .strictObject({
    id: z.string(),
    caseId: CaseOrCenter,
    center: z.string(),
    caseManager: z.string().optional(),
    dutyKey: z.string(),
    rule: z.string(),
    title: RuleTitle,
    force: ForceName,
    step: Step,
    what: z.string(),
    moment: Instant,
    dueAt: Instant,
    raisedAt: Instant.meta({ description: 'Case time at which the engine recorded it.' }),
    recordedAt: Instant,
    recipients: z.array(RoleName),
    deliveries: z.array(
      z
        .strictObject({
          channel: z.enum(['webhook', 'mail']),
          state: z
            .enum(['waiting', 'delivered', 'failed', 'lapsed'])
            .meta({ description: 'Mail: delivered when one of the people has it. Lapsed: the duty ended before the quiet hours did.' }),
          attempts: z.number().int(),
          heldUntil: Instant.optional().meta({ description: 'The end of the quiet hours, for a reminder (P44).' }),
          deliveredAt: Instant.optional(),
        })
        .meta({ id: 'AlertDelivery' }),
    ),
    notices: z.array(Notice),
    seenAt: Instant.optional().meta({ description: 'When the reader marked it as seen.' }),
    takeable: z
      .boolean()
      .meta({ description: 'True of an alarm of threat, duty or minors, which is answered round the clock (P53): somebody says "I have it".' }),
    taken: Taken.optional(),
  })
  .meta({ id: 'Alert' });

export const AlertPage = z.strictObject({ items: z.array(Alert), next: z.string().optional() }).meta({ id: 'AlertPage' });
