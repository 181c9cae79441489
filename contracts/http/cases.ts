/** Cases in the words of the field: lists, one case, its timeline. */
import { PlanSignature } from './plan-signature.js';
import { STRAND_SCHEMAS } from './roads.js';
import { GROUP_PARTS, GROUP_STANDINGS } from '../../domain/law/mobile-group.js';
import { z } from 'zod';
import { FIELDS } from '../../domain/access/sight.js';
import { Duty, RuleTitle } from './duties.js';
import { Cursor, Day, Id, Instant, Limit, StaffId, text } from './primitives.js';
import { Category, ChannelNumber, DispatchKindName, DispatchState, Ground, MarkOrReturn, MeasureState, Outcome, RoleName, StageName } from './vocabulary.js';

const summaryFields = {
  caseId: Id,
  center: z.string(),
  stage: StageName,
  stageText: z.string(),
  caseManager: z.string().optional(),
  openedAt: Instant,
  clockAt: Instant.meta({ description: 'The case’s own clock: time of its last entry. It is ahead of the wall clock in a fast-forwarded case.' }),
  overdue: z.number().int(),
  waitingOn: z.array(z.string()),
};

export const CaseSummary = z.strictObject({ ...summaryFields, nextMoment: Instant.optional(), seq: z.number().int() }).meta({ id: 'CaseSummary' });

export const CasePage = z.strictObject({ items: z.array(CaseSummary), next: z.string().optional() }).meta({ id: 'CasePage' });

export const CaseQuery = z.strictObject({
  center: text(100).optional(),
  caseManager: StaffId.optional(),
  stage: StageName.optional(),
  after: Cursor.optional(),
  limit: Limit,
});

const GroupCallOfThreat = z
  .strictObject({
    callId: Id,
    calledAt: Instant,
    force: z.enum(['law', 'policy']).meta({ description: 'By law where the threat is direct (256 п.22, P48).' }),
    group: z
      .strictObject({
        standing: z.enum(GROUP_STANDINGS).meta({ description: 'How it was composed then; it is called all the same (P36).' }),
        order: z.strictObject({ number: z.string(), issuedOn: Day, validUntil: Day }).optional(),
        lacks: z.array(z.enum(GROUP_PARTS)).optional().meta({ description: 'Parts that nobody stood for (256-21-1).' }),
      })
      .meta({ id: 'GroupComposition' }),
  })
  .meta({ id: 'GroupCall' });

const VisitOfThreat = z
  .strictObject({ visitId: Id, departedAt: Instant, arrivedAt: Instant, present: z.array(z.string()) })
  .meta({ id: 'GroupVisit', description: 'What the mobile group did on the spot; its findings are a narrative.' });

const ResponsePlanOfThreat = z
  .strictObject({
    planId: Id,
    adoptedAt: Instant,
    measures: z.array(
      z.strictObject({
        measureId: z.string(),
        supportKind: z.string(),
        agency: z.string().optional(),
        function: z.string().optional(),
        dueOn: Day,
        descriptionId: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'ResponsePlan', description: 'Measures of all-round support, and who is responsible for them (256-22-2).' });

const ThreatOfCase = z
  .strictObject({
    responseId: Id.meta({ description: 'Of a threat told by an appeal the id of the appeal.' }),
    foundAt: Instant,
    direct: z.boolean().optional().meta({ description: 'Absent while the Center does not know (P48).' }),
    appealId: Id.optional(),
    answeredAt: Instant.optional().meta({ description: 'When its immediate measures were assigned; absent while they are owed (P4).' }),
    calls: z.array(GroupCallOfThreat).meta({ description: 'Each call of the mobile group (256-22-1).' }),
    visits: z.array(VisitOfThreat),
    plan: ResponsePlanOfThreat.optional(),
    assessment: z
      .strictObject({ at: Instant, confirmed: z.boolean() })
      .optional()
      .meta({ description: 'The assessment made under it (256-13-2T, 256-14-2T); absent while it is owed.' }),
  })
  .meta({ id: 'Threat', description: 'A threat to life or health: each is its own response.' });

const AppealOfCase = z
  .strictObject({
    appealId: z.string(),
    journalNumber: z.string(),
    channel: ChannelNumber,
    threat: z.boolean(),
    registeredAt: Instant,
    triaged: z.boolean(),
    stay: z
      .strictObject({ children: z.array(Id) })
      .optional()
      .meta({ description: 'It asks for a temporary stay: the children who come along (256 п.26).' }),
  })
  .meta({ id: 'Appeal' });

const Ipr = z
  .strictObject({
    iprId: z.string(),
    endsOn: Day,
    draftedBy: z.string(),
    notNeeded: z
      .array(z.strictObject({ category: Category, reason: z.string().optional() }).meta({ id: 'SparedCategory' }))
      .optional()
      .meta({ description: 'Categories of A26-IPR that no measure serves (P56).' }),
    signatures: z.array(PlanSignature),
    approvedOn: Day.optional(),
    sent: z.boolean(),
  })
  .meta({ id: 'Ipr' });

const Measure = z
  .strictObject({
    measureId: z.string(),
    kind: z.enum(['state', 'family']),
    supportKind: z.string(),
    agency: z.string().optional().meta({ description: 'Responsible organisation of the directory.' }),
    function: z.string().optional().meta({ description: 'What it is there for.' }),
    coExecutors: z.array(z.string()).optional(),
    dueOn: Day,
    serviceCode: z.string().optional(),
    description: z.string().optional(),
    categories: z.array(Category).optional(),
    status: MeasureState,
    timesReturned: z.number().int(),
  })
  .meta({ id: 'Measure' });

const Dispatch = z
  .strictObject({
    key: z.string(),
    kind: DispatchKindName,
    agency: z.string().meta({ description: 'The organisation; `nobody:` and a function where the directory has none, and people bring it on paper.' }),
    measureIds: z.array(z.string()),
    reportId: z.string().optional(),
    strandId: z.string().optional().meta({ description: 'What it is about beside the plan: of a request of a response plan the threat.' }),
    state: DispatchState,
    retryAt: Instant.optional(),
    refusals: z.array(z.string()).optional().meta({ description: 'Of one that is tried again after a refusal: the codes that it has got, each once.' }),
  })
  .meta({ id: 'Dispatch' });

const Report = z
  .strictObject({
    reportId: z.string(),
    measureId: z.string(),
    agency: z.string(),
    outcome: Outcome,
    receivedAt: Instant,
    mark: MarkOrReturn.optional(),
  })
  .meta({ id: 'Report' });

const Person = z
  .strictObject({
    personId: Id,
    fullName: z.string().optional(),
    iin: z.string().optional(),
    phone: z.string().optional(),
    address: z.string().optional(),
    birthDate: Day.optional(),
    bornAbout: z.number().int().optional(),
    kinship: z.string().optional().meta({ description: 'A code of the list `kinship`.' }),
    representativeId: Id.optional(),
    child: z.boolean().optional().meta({ description: 'Under 18 today; absent where nothing is known of the birth.' }),
  })
  .meta({ id: 'Person' });

export const PersonHistory = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          version: z.number().int(),
          was: Person.omit({ personId: true, child: true }),
          changedBy: z.string(),
          changedAt: Instant,
        }),
      )
      .meta({ description: 'What was said before each correction, the last one first.' }),
  })
  .meta({ id: 'PersonHistory' });

const Narrative = z.strictObject({ id: Id, kind: z.string(), text: z.string(), createdAt: Instant }).meta({ id: 'Narrative' });

const Inbox = z
  .strictObject({
    waiting: z.number().int(),
    delivered: z.number().int(),
    rejected: z.number().int(),
    orphan: z.number().int(),
    duplicates: z.number().int().meta({ description: 'Repeats that were recognised and done once.' }),
  })
  .meta({ id: 'InboxCounts' });

const Hidden = z.array(z.enum(FIELDS)).meta({ description: 'What is hidden from this reader: the members that belong to it are empty or absent.' });

export const CaseDetail = z
  .strictObject({
    ...summaryFields,
    householdId: Id,
    seq: z.number().int(),
    head: z.string().meta({ description: 'Digest of the ledger.' }),
    law: z.strictObject({ rules: z.string(), calendar: z.string(), policy: z.string() }),
    channel: ChannelNumber,
    cycle: z
      .strictObject({ n: z.int(), startedOn: Day })
      .meta({ id: 'Cycle', description: 'A passage of the main road; by the readings of its first day the case goes (P38).' }),
    stageEnteredAt: Instant,
    consent: z.enum(['given', 'refused']).optional(),
    grounds: z.array(z.string()),
    appeals: z.array(AppealOfCase),
    threats: z.array(ThreatOfCase),
    ipr: Ipr.optional(),
    measures: z.array(Measure),
    ...STRAND_SCHEMAS,
    dispatches: z.array(Dispatch),
    reports: z.array(Report),
    completedOn: Day.optional(),
    closure: z.strictObject({ ground: Ground, closedAt: Instant, monitoringMonths: z.number().int(), notified: z.boolean() }).optional(),
    monitoringContacts: z.number().int(),
    nextMoment: Instant.optional().meta({ description: 'When the case wakes up next: a step of a ladder, or another attempt at an agency.' }),
    duties: z.array(Duty),
    persons: z.array(Person),
    narratives: z.array(Narrative),
    inbox: Inbox,
    hidden: Hidden,
  })
  .meta({ id: 'Case' });

export const TimelineQuery = z.strictObject({ after: Cursor.optional(), limit: Limit });

const DutyChange = z
  .strictObject({
    op: z.enum(['opened', 'met', 'lapsed', 'step_planned', 'moved', 'kept', 'replanned']),
    key: z.string(),
    title: RuleTitle,
    at: Instant.optional(),
    dueAt: Instant.optional(),
    from: Instant.optional().meta({ description: 'Of a date that moved: the old one.' }),
    wouldBe: Instant.optional().meta({ description: 'Of a date that was missed before another law came: what that law makes of it.' }),
  })
  .meta({ id: 'DutyChange' });

export const TimelineEntry = z
  .strictObject({
    seq: z.number().int(),
    type: z.string(),
    what: z.string(),
    at: Instant.meta({ description: 'Case time of recording.' }),
    occurredAt: Instant.meta({ description: 'The instant from which the law counts.' }),
    recordedAt: Instant.meta({ description: 'Wall time of recording.' }),
    actor: z.strictObject({ id: z.string(), role: RoleName, center: z.string() }),
    cause: z.string(),
    data: z.record(z.string(), z.unknown()).meta({ description: 'Empty where the plan is hidden from the reader.' }),
    duties: z.array(DutyChange),
  })
  .meta({ id: 'TimelineEntry' });

export const TimelinePage = z.strictObject({ items: z.array(TimelineEntry), next: z.string().optional(), hidden: Hidden }).meta({ id: 'TimelinePage' });
