import type { FixedLadder, LadderName, LadderRung } from './ladder.js';
import type { CountFrom } from './term.js';

/**
 * Settings that the law leaves to the Center: internal service levels (P9, P17, P23, P24) and rows
 * of force `policy` that may be switched off. Versioned data like the calendar: a case gets its
 * policy through history, never from a file that a deploy can change.
 */

/** Names of the internal terms; their unit is written in the rule row that uses them. */
export type ServiceLevel =
  | 'needs_determination'
  | 'ipr_drafting'
  | 'ipr_signing'
  | 'ipr_approval'
  | 'rework'
  | 'closing_result'
  | 'monitoring_contact'
  | 'emergency_review'
  | 'transfer_question'
  | 'reopening_confirmation'
  | 'threat_response';

/** Hours of the day in Asia/Almaty, `HH:MM`; the second is the morning after the first when it is earlier. */
export interface QuietHours {
  from: string;
  to: string;
}

/** Ladders that a policy may set anew; duties without a term have none (P53), and of an order (P36), an emergency (P59), a question to the head (P60) and a stay (P27) there is no choice. */
export type SettableLadder = Exclude<LadderName, FixedLadder>;

export interface Policy {
  version: string;
  /** Ids of `policy` rows that are switched off: nothing of them is owed, shown or escalated. */
  disabled: readonly string[];
  serviceLevels: Readonly<Record<ServiceLevel, number>>;
  monitoringMonths: { min: number; max: number };
  /** P4: hours within which the response to a threat is to be assigned; absent: 2. */
  threatDutyHours?: number;
  /** 192-4-1: for how many days the code of a family opens its page; absent: 180. */
  familyCodeDays?: number;
  /** P44: reminders wait for the end of these hours; absent: 18:30–09:00. */
  quietHours?: QuietHours;
  /** Ladders that differ from those of the code; an absent one is the code's. */
  ladders?: Readonly<Partial<Record<SettableLadder, readonly LadderRung[]>>>;
  /** P1: from which day terms in working days are counted; absent: from the day after the event. */
  countFrom?: CountFrom;
  /** P53: hours between two repeats of the alarm of a threat timer that is not met. */
  repeatThreatHours: number;
  /** P53: minutes after which an alarm of a round-the-clock ladder that nobody took is told to the next in line; absent: 15. */
  untakenMinutes?: number;
}

/** The defaults of part 3 of the rules: P9 5/5/3/2 working days, P17 3, P23 1, P24 monthly. */
export const DEFAULT_POLICY: Policy = {
  version: 'policy-1',
  disabled: [],
  serviceLevels: {
    needs_determination: 5,
    ipr_drafting: 5,
    ipr_signing: 3,
    ipr_approval: 2,
    rework: 3,
    closing_result: 1,
    monitoring_contact: 1,
    emergency_review: 3,
    transfer_question: 3,
    reopening_confirmation: 1,
    threat_response: 1,
  },
  monitoringMonths: { min: 3, max: 6 },
  repeatThreatHours: 4,
};

/** P44: in these hours no reminder is sent out; records, breaches and threats know no quiet. */
export function quietHoursOf({ quietHours }: Policy): QuietHours {
  return quietHours ?? { from: '18:30', to: '09:00' };
}

/** P53: how long an alarm of threat or duty waits for somebody to take it, in minutes, before the next in line is told. */
export function untakenMinutesOf({ untakenMinutes }: Policy): number {
  return untakenMinutes ?? 15;
}

/** 192-4-1: a paper that was forgotten somewhere must not open anything for years. */
export function familyCodeDaysOf({ familyCodeDays }: Policy): number {
  return familyCodeDays ?? 180;
}

/** P4: by when the response to a threat is to be assigned, in hours round the clock. */
export function threatDutyHoursOf({ threatDutyHours }: Policy): number {
  return threatDutyHours ?? 2;
}
