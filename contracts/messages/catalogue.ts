/**
 * The words of the product in three languages (T). Terms follow the glossary of the orders where it
 * has them; every other entry of kk and ru is a working translation, and a native speaker must read
 * the catalogues before release. Quoted wording of the law and the titles of its rows are not here: they stand in the
 * rule rows.
 *
 * The words themselves are files, `wording/<language>/<part>.json`; parts.ts says which file has which table.
 */
import type { CommandKind } from '../../domain/case/commands.js';
import type {
  AssessmentResult,
  Channel,
  ClosureGround,
  DispatchKind,
  MeasureStatus,
  PlannedMeasure,
  ReportOutcome,
  SigningMethod,
  SigningParty,
  TriageRoute,
} from '../../domain/case/facts.js';
import type { DateReading } from '../../domain/case/date-history.js';
import type { StayStanding } from '../../domain/case/roads/stay/stay.js';
import type { Dispatch, Measure, Stage } from '../../domain/case/state.js';
import type { DocumentType } from '../../domain/case/documents.js';
import type { RefusalCode } from '../../domain/case/refusal.js';
import type { CenterCommandKind } from '../../domain/center/commands.js';
import type { CenterStage } from '../../domain/center/state.js';
import type { SubjectFactType } from '../../domain/subject/facts.js';
import type { DelayReason, DutyStanding } from '../../domain/law/duty.js';
import type { ExplainedDay } from '../../domain/law/explain.js';
import type { StepName } from '../../domain/law/ladder.js';
import type { PlanCategory } from '../../domain/law/plan-categories.js';
import type { Force, Role } from '../../domain/law/rule.js';
import type { AlarmEvent, AlarmKind } from '../alarm.js';
import type { StayColumn } from '../stay-journal.js';
import type { EdgeCode, FieldCode, ProblemStatus } from '../http/problem-codes.js';
import { en } from './en.js';
import { kk } from './kk.js';
import type { Language } from './language.js';
import { assembled } from './parts.js';
import { ROAD_WORDS } from './road-words.js';
import { ru } from './ru.js';

/** Words of pages and lists. */
export const WORDS = [
  'actor',
  'agency',
  'alarms',
  'alerts',
  'appeals',
  'basis',
  'calendarVersion',
  'case',
  'caseClock',
  'caseManager',
  'cases',
  'center',
  'channel',
  'consent',
  'consentGiven',
  'consentRefused',
  'counted',
  'day',
  'dueAt',
  'duties',
  'edition',
  'family',
  'fact',
  'force',
  'inbox',
  'journalNumber',
  'lateness',
  'measure',
  'measures',
  'moment',
  'more',
  'noTerm',
  'nothingHere',
  'notNeeded',
  'openedAt',
  'outcome',
  'owner',
  'persons',
  'plan',
  'reachedSteps',
  'recipients',
  'reports',
  'rule',
  'source',
  'stage',
  'standing',
  'status',
  'step',
  'subject',
  'takeAlert',
  'term',
  'threat',
  'timeline',
  'timesReturned',
  'toldByCenter',
  'waitingOn',
  'what',
  'whatIsDue',
  'whyThisDate',
] as const;

export type Word = (typeof WORDS)[number];

/** Sentences of the explanation of a date; `{name}` is filled in. */
export interface WhySentences {
  /** Which act ended the duty, and whose. */
  endedBy: string;
  rule: string;
  ruleWithoutWording: string;
  ruleGone: string;
  internal: string;
  policy: string;
  noTerm: string;
  started: string;
  /** The event was recorded later than it happened. */
  startedRecorded: string;
  termWorkingDays: string;
  termHours: string;
  termMonths: string;
  termOwnDate: string;
  countedDays: string;
  countedDay: string;
  skippedDays: string;
  skippedDay: string;
  shifted: string;
  ends: string;
  endsInstant: string;
  calendar: string;
  calendarNotOfficial: string;
  versionOfCalendar: string;
  versionOfPolicy: string;
  moved: string;
  termChanged: string;
  confirmed: string;
  kept: string;
  /** The same of a term that ends within a day: `{from}`, `{end}` and `{otherwise}` are instants. */
  movedInstant: string;
  confirmedInstant: string;
  keptInstant: string;
  switchedOff: string;
  /** P5: a term that ran already is not lengthened. */
  noLaterThan: string;
  noLaterThanInstant: string;
  open: string;
  openWithoutTerm: string;
  overdue: string;
  exceeded: string;
  delay: string;
  met: string;
  metWithoutTerm: string;
  metLate: string;
  metLateSameDay: string;
  lapsed: string;
}

export type FamilyViewWords = Readonly<
  Record<
    | 'title'
    | 'intro'
    | 'code'
    | 'codeHint'
    | 'open'
    | 'leave'
    | 'whereItStands'
    | 'next'
    | 'measures'
    | 'measure'
    | 'noMeasures'
    | 'rightsTitle'
    | 'complaintTitle'
    | 'complaint',
    string
  >
> & { stages: Readonly<Record<Stage, string>>; rights: Readonly<Record<'heard' | 'refuse' | 'know' | 'private' | 'free', string>> };

export interface Catalogue {
  /** Heading of a problem, by its HTTP status. */
  titles: Readonly<Record<ProblemStatus, string>>;
  /** One sentence with the remedy for each refusal of the core. */
  refusals: Readonly<Record<RefusalCode, string>>;
  /** One sentence with the remedy for each problem of the edge. */
  problems: Readonly<Record<EdgeCode, string>>;
  fields: Readonly<Record<FieldCode, string>>;
  stages: Readonly<Record<Stage, string>>;
  standings: Readonly<Record<DutyStanding, string>>;
  roles: Readonly<Record<Role, string>>;
  steps: Readonly<Record<StepName, string>>;
  forces: Readonly<Record<Force, string>>;
  centerStages: Readonly<Record<CenterStage, string>>;
  commands: Readonly<Record<CommandKind | CenterCommandKind, string>>;
  facts: Readonly<Record<SubjectFactType, string>>;
  channels: Readonly<Record<Channel, string>>;
  triageRoutes: Readonly<Record<TriageRoute, string>>;
  assessmentResults: Readonly<Record<AssessmentResult, string>>;
  documentTypes: Readonly<Record<DocumentType, string>>;
  planCategories: Readonly<Record<PlanCategory, string>>;
  delayReasons: Readonly<Record<DelayReason, string>>;
  stayStandings: Readonly<Record<StayStanding, string>>;
  /** The names of the columns of the journal of stays (J-FORM). */
  stayColumns: Readonly<Record<StayColumn, string>>;
  /** Its heading, and the words of its cells. */
  stayJournal: Readonly<Record<'title' | 'started' | 'ended' | 'returned' | 'female' | 'male' | 'age' | 'bornAbout' | 'order', string>>;
  measureKinds: Readonly<Record<PlannedMeasure['kind'], string>>;
  measureStates: Readonly<Record<Measure['status'], string>>;
  measureMarks: Readonly<Record<MeasureStatus | 'returned', string>>;
  reportOutcomes: Readonly<Record<ReportOutcome, string>>;
  dispatchKinds: Readonly<Record<DispatchKind, string>>;
  dispatchStates: Readonly<Record<Dispatch['state'], string>>;
  signingParties: Readonly<Record<SigningParty, string>>;
  signingMethods: Readonly<Record<SigningMethod, string>>;
  closureGrounds: Readonly<Record<ClosureGround, string>>;
  situations: Readonly<Record<'stable' | 'worsened', string>>;
  dayReasons: Readonly<Record<ExplainedDay['reason'], string>>;
  /** Monday first. */
  weekdays: readonly string[];
  /** As they stand in a date: January first. */
  months: readonly string[];
  /** `{day}`, `{month}`, `{year}`. */
  date: string;
  /** A number with its noun: a plural of `{count}`. */
  units: Readonly<Record<'working_days' | 'minutes' | 'hours' | 'months' | 'years', string>>;
  /** How the acts are called; other sources are shown as they are written. */
  orders: Readonly<Record<'256' | '192' | 'A26' | 'D' | 'J472' | 'P', string>>;
  /** How a place of an act is cited: `{number}`, `{item}`. */
  citations: Readonly<Record<'paragraph' | 'item' | 'part' | 'annex' | 'procedure', string>>;
  /** Alarms to the administrator: what is wrong with what to do, and that it is over. */
  alarms: Readonly<Record<AlarmKind, Readonly<Record<AlarmEvent, string>>>>;
  /** What a family reads of its own case, and how it comes to it. */
  familyView: FamilyViewWords;
  readings: Readonly<Record<DateReading['effect'], string>>;
  /** What is left of a term in hours: `{time}`. */
  left: string;
  why: WhySentences;
  words: Readonly<Record<Word, string>>;
}

const CATALOGUES: Readonly<Record<Language, Catalogue>> = {
  kk: assembled(ROAD_WORDS.kk, kk),
  ru: assembled(ROAD_WORDS.ru, ru),
  en: assembled(ROAD_WORDS.en, en),
};

export function catalogueOf(language: Language): Catalogue {
  return CATALOGUES[language];
}
