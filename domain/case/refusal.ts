/** A refusal is an answer, not an exception: a code, the rule that refuses, and the values a sentence needs. */
export const REFUSAL_CODES = [
  'actor_of_other_center',
  'agency_required',
  'agency_unknown',
  'appeal_already_triaged',
  'appeal_unknown',
  'approver_is_author',
  'acting_order_required',
  'calendar_year_missing',
  'case_not_open',
  'category_contradictory',
  'category_not_addressed',
  'completion_before_approval',
  'consent_required',
  'date_in_future',
  'day_impossible',
  'delay_already_explained',
  'delay_not_late',
  'delayed_duty_unknown',
  'delivery_malformed',
  'family_measure_required',
  'ground_required',
  'ground_text_required',
  'ground_unknown',
  'measure_after_plan_end',
  'measure_duplicate',
  'measure_term_in_past',
  'measure_term_missing',
  'measure_unknown',
  'measures_not_done',
  'monitoring_too_short',
  'monitoring_months_out_of_range',
  'not_your_measure',
  'plan_already_sent',
  'plan_already_signed',
  'plan_not_drafted',
  'plan_not_signed',
  'plan_ends_in_past',
  'plan_too_long',
  'report_already_marked',
  'report_required',
  'report_not_of_measure',
  'report_unknown',
  'result_already_notified',
  'rework_term_out_of_plan',
  'role_not_allowed',
  'state_measure_required',
  'status_not_supported_by_report',
  'threat_not_recorded',
  'wrong_stage',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

export interface Refusal {
  code: RefusalCode;
  /** Rule or decision that refuses, where one does. */
  rule?: string;
  /** Coded values for the sentence: ids, days, numbers; never personal data. */
  params?: Readonly<Record<string, string | number>>;
}

export function refuse(code: RefusalCode, rule?: string, params?: Refusal['params']): { ok: false; refusal: Refusal } {
  return {
    ok: false,
    refusal: { code, ...(rule === undefined ? {} : { rule }), ...(params === undefined ? {} : { params }) },
  };
}
