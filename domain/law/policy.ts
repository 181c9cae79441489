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
  | 'monitoring_contact';

export interface Policy {
  version: string;
  /** Ids of `policy` rows that are switched off: nothing of them is owed, shown or escalated. */
  disabled: readonly string[];
  serviceLevels: Readonly<Record<ServiceLevel, number>>;
  monitoringMonths: { min: number; max: number };
  /** P53: hours between two repeats of the alarm of a threat timer that is not met. */
  repeatThreatHours: number;
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
  },
  monitoringMonths: { min: 3, max: 6 },
  repeatThreatHours: 4,
};
