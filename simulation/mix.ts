/**
 * What appeals come and how quickly people and agencies act, in numbers. Published figures are named;
 * everything else is an assumption, kept here so that whoever knows better changes one line. No figure
 * on the punctuality of Centers or agencies is published: the delays are such that about one act in
 * twenty to one in ten comes after its term.
 */
import type { Channel } from '../domain/case/facts.js';
import { streamOf, type Choice, type Delay, type Range, type Share } from './chance.js';

/** Appeals to the Centers of the whole country in about a year (Prime Minister's reply, 07.10.2025: more than 44,000). */
export const APPEALS_OF_A_YEAR = 44_000;

function share(name: string, of: number): Share {
  return { stream: streamOf(name), of };
}

/** In working days: half of the people need at most `half`, nine of ten at most `nineOfTen`, nobody more than `longest`. */
function delay(name: string, half: number, nineOfTen: number, longest = 10): Delay {
  return { stream: streamOf(name), half, nineOfTen, longest };
}

function range(name: string, least: number, most: number): Range {
  return { stream: streamOf(name), least, most };
}

export const ARRIVAL = {
  weekday: streamOf('weekday of the appeal'),
  timeOfDay: streamOf('time of day of the appeal'),
} as const;

/**
 * Senders of the 497 appeals of one of the largest district Centers (unofficial, January to September 2026):
 * state bodies 350, the family itself 115; how the others divide among 111, data and media is assumed.
 */
export const CHANNEL: Choice<Channel> = {
  stream: streamOf('channel'),
  among: [
    [4, 350],
    [1, 115],
    [2, 20],
    [3, 8],
    [5, 4],
  ],
};

export const SHARES = {
  /** Families given support measures: 8,700 of 44,000 (same reply); the others end as not confirmed. */
  confirmed: share('confirmed', 8_700 / APPEALS_OF_A_YEAR),
  /**
   * Families consulted: 19,600 of 44,000 (same reply). A consultation that ends the matter is no road
   * of the core yet: these lives are triaged with consultation and still assessed.
   */
  consulted: share('consulted', 19_600 / APPEALS_OF_A_YEAR),
  redirected: share('redirected', 0.1),
  threat: share('threat', 0.02),
  /** Families in which signs of violence are seen during the intake: assumed, as no figure is published. */
  violence: share('signs of violence', 0.03),
  redirectionRefused: share('redirection refused', 0.2),
  interviewHeld: share('interview held', 0.97),
  triageForgotten: share('triage forgotten', 0.01),
  familyHasTwoMeasures: share('two measures of the family', 0.4),
  familyLate: share('family late', 0.15),
  agencyLate: share('agency late', 0.12),
  /** Says on the way that it is at work. */
  interimReport: share('interim report', 0.15),
  /** Says first that the measure was not performed. */
  notPerformed: share('not performed', 0.04),
  /** A report that the Center gives back (192-11-3). */
  returned: share('returned', 0.05),
  /** At the first attempt; then at each one after it. */
  unreachable: share('unreachable', 0.03),
  stillUnreachable: share('still unreachable', 0.5),
  messageRefused: share('message refused', 0.002),
  /** Plans of which the term of a measure is revised while the agency is at work (256-17-3). */
  termRevised: share('term revised', 0.05),
  /** Families about whom another appeal comes while the plan runs (P30). */
  secondAppeal: share('second appeal', 0.1),
  worsened: share('worsened', 0.04),
} as const;

export const DELAYS = {
  assignment: delay('assignment', 0.1, 0.5, 3),
  consent: delay('consent', 0.3, 1),
  interview: delay('interview', 0.4, 1.2),
  triage: delay('triage', 0.5, 1.3),
  assessment: delay('assessment', 1.7, 3),
  threatAssessment: delay('assessment under threat', 0.4, 0.9, 4),
  immediateMeasures: delay('immediate measures', 0.1, 0.4, 1),
  /** From the signs to the redirection for identification. */
  redirection: delay('redirection', 0.6, 1.7, 6),
  needs: delay('needs', 2.5, 4.8),
  draft: delay('draft', 2.6, 4.9),
  employeeSigns: delay('employee signs', 0.2, 0.6, 3),
  familySigns: delay('family signs', 1.2, 2.7),
  approval: delay('approval', 0.8, 1.9),
  send: delay('send', 0.4, 1.4),
  statusMark: delay('status mark', 0.7, 1.8),
  rework: delay('rework', 1.6, 3.2),
  /** After a measure's date, by those who are late. */
  agencyLateness: delay('agency lateness', 3, 15, 40),
  /** From "not performed" to performed. */
  secondTry: delay('second try', 12, 35, 60),
  familyLateness: delay('family lateness', 3, 12, 40),
  /** After the sending of the plan. */
  revisionProposed: delay('revision proposed', 8, 20, 30),
  revisionSigned: delay('revision signed', 0.6, 1.6, 4),
  revisionApproved: delay('revision approved', 0.5, 1.4, 3),
  revisionSent: delay('revision sent', 0.4, 1.4),
  completionMark: delay('completion mark', 0.4, 1.2),
  closing: delay('closing', 1.5, 4),
  result: delay('result', 0.4, 1.2),
  /** From four days before the contact is due. */
  contact: delay('contact', 1.3, 2.6),
  endOfMonitoring: delay('end of monitoring', 0.3, 1),
} as const;

/** The plan: measures of the state and their agencies, how many days after the draft they are due, the slack after the last. */
export const PLAN = {
  stateMeasures: range('state measures', 1, 4),
  /** Long enough for the slowest signing and approval, so that no measure is past at the approval. */
  measureDays: range('days of a measure', 60, 300),
  slackDays: range('slack of the plan', 0, 30),
  agency: {
    stream: streamOf('agency'),
    among: [
      ['employment', 22],
      ['social_protection', 22],
      ['health', 16],
      ['education', 14],
      ['internal_affairs', 10],
      ['housing', 6],
      ['youth', 3],
      ['family_policy', 3],
      ['culture', 1],
      ['sports', 1],
      ['tourism', 1],
      ['internal_policy', 1],
    ],
  } satisfies Choice<string>,
  /** Part of the term after which a punctual agency or family is done. */
  partOfTerm: streamOf('part of the term'),
  earliestPart: 0.6,
  /** Part of the term after which an interim report comes. */
  interimPart: 0.4,
} as const;

export const MONITORING = {
  /** Where between the shortest and the longest monitoring of the policy. */
  months: streamOf('months of monitoring'),
} as const;

/** Working days of the plan after which a second appeal comes. */
export const SECOND_APPEAL: Range = range('day of the second appeal', 1, 25);
