/**
 * What the second version of the rule table has otherwise than the first: the plan under the edition of
 * 10.03.2026, threats found while a case runs, the force of the status mark, repeated returns.
 */
import type { DutySpec, Trigger } from '../rule.js';
import { CLOSING_RULES } from './closing.js';
import { PROJECT } from './editions.js';
import { EXECUTION_RULES } from './execution.js';
import { INTAKE_RULES } from './intake.js';
import { PLAN_RULES } from './plan.js';
import { amended, type TableRevision } from './table-revision.js';

const ASSESSMENTS = ['256-13-2', '256-14-2'];
const OWN_APPEAL = [1];
const OTHER_CHANNELS = [2, 3, 4, 5];

/** P5, P30: a threat found before the assessment is made; the paragraph is that of the appeal which opened the case. */
function threatAtIntake(channels: readonly number[]): Trigger {
  return { on: 'ThreatFound', where: { inIntake: [true], channel: channels } };
}

/** P5: its duty gives way to the one with the shorter term. */
function superseded(channels: readonly number[]): Partial<DutySpec> {
  return { lapsedBy: [threatAtIntake(channels)] };
}

/** The threat assessment is owed from a threat at the opening or found later, whichever is first; never later than what ran. */
function underThreat(channels: readonly number[]): Partial<DutySpec> {
  return {
    starts: [{ on: 'AppealRegistered', where: { channel: channels, threat: [true] } }, threatAtIntake(channels)],
    noLaterThan: ASSESSMENTS,
  };
}

const ASSESSMENT_AT = { as: 'duty', at: 'T-ASSESS; a threat found meanwhile puts T-ASSESS-THREAT in its place (P5)' } as const;
const THREAT_AT = {
  as: 'duty',
  at: 'T-ASSESS-THREAT; a threat found during intake, or told by another appeal, ends it by the earlier of the running term and one working day (P5, P30)',
} as const;

export const SECOND_TABLE: TableRevision = {
  replaced: [
    amended(INTAKE_RULES, '256-13-2', ASSESSMENT_AT, superseded(OWN_APPEAL)),
    amended(INTAKE_RULES, '256-14-2', ASSESSMENT_AT, superseded(OTHER_CHANNELS)),
    amended(INTAKE_RULES, '256-13-2T', THREAT_AT, underThreat(OWN_APPEAL)),
    amended(INTAKE_RULES, '256-14-2T', THREAT_AT, underThreat(OTHER_CHANNELS)),
    amended(PLAN_RULES, 'A26-IPR', {
      as: 'validation',
      at: 'a plan drawn up from 10.03.2026 on addresses each of the four categories, or says why it is not needed (P56): checkCategories in domain/case/stages/plan.ts',
    }),
    amended(
      EXECUTION_RULES,
      '192-11-2',
      { as: 'duty', at: 'T-STATUS, one per receipt (P16); of the force of the law for measures of the register of state services, of policy for the others (P46)' },
      { termForce: { field: 'serviceCode', present: 'law_assumed', absent: 'policy' }, termSource: 'P46' },
    ),
    amended(
      EXECUTION_RULES,
      '192-11-3',
      { as: 'duty', at: 'T-REWORK, per return; from the second return of a measure on, raised at once (P17)' },
      { ladderFrom: { field: 'timesReturned', atLeast: 2, ladder: 'rework_again' } },
    ),
    amended(CLOSING_RULES, 'D-MON', { as: 'duty', at: 'T-MON; a monitoring is not ended before its months while the row is on: decideEndMonitoring in domain/case/stages/closing.ts' }),
  ],
  added: [
    {
      id: 'P4',
      source: { order: 'P', paragraph: 'P4' },
      force: 'internal',
      edition: PROJECT,
      enforced: { as: 'duty', at: 'T-DUTY, in every stage; the response to a threat beside the plan (P6) and the mobile group (256-22-1) are not built' },
      duty: {
        starts: [{ on: 'AppealRegistered', where: { threat: [true] } }, { on: 'ThreatFound' }],
        subject: 'case',
        term: { unit: 'hours', count: 'threat_duty' },
        metBy: [{ on: 'ImmediateMeasuresAssigned' }, { on: 'AssessmentCompleted' }],
        // A threat found in the monitoring outlives no case.
        lapsedBy: [{ on: 'CaseClosed' }, { on: 'MonitoringEnded' }],
        owner: 'duty_officer',
        ladder: 'duty',
      },
      wording: { kk: null, ru: null, en: 'immediate response measures are assigned within hours of a threat, round the clock' },
    },
  ],
};
