/** What a plan must address from 10.03.2026 on (A26-IPR): by a measure, or by a reason why it needs none (P56). */
export const PLAN_CATEGORIES = ['social_rehabilitation', 'adaptation', 'repeated_hardship_risk', 'offence_risk'] as const;

export type PlanCategory = (typeof PLAN_CATEGORIES)[number];
