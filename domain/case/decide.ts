/**
 * May this happen to this case now, and what follows? Pure: it is run as a dry run before a command
 * enters history, again in the turn that takes it, and in the simulator alike.
 */
import { assertNever } from '../assert-never.js';
import { CalendarGap } from '../law/calendar.js';
import { COMMAND_ROLES, type Command } from './commands.js';
import type { Decision, Moment } from './decision.js';
import { decideExplainDelay } from './delay.js';
import type { Delivery } from './deliveries.js';
import { refuse } from './refusal.js';
import * as closing from './stages/closing.js';
import * as execution from './stages/execution.js';
import * as intake from './stages/intake.js';
import * as plan from './stages/plan.js';
import * as threat from './stages/threat.js';
import type { CaseState } from './state.js';

/** Decides a command of a person. A refusal carries a code and, where a rule refused, its id. */
export function decideCommand(state: CaseState, command: Command, moment: Moment): Decision {
  const { actor } = command;
  if (!COMMAND_ROLES[command.kind].includes(actor.role)) return refuse('role_not_allowed', undefined, { role: actor.role });
  if (actor.center !== state.center) return refuse('actor_of_other_center');
  return refusingGaps(() => decideByKind(state, command, moment));
}

function decideByKind(state: CaseState, command: Command, moment: Moment): Decision {
  switch (command.kind) {
    case 'assignCaseManager':
      return intake.decideAssignCaseManager(state, command);
    case 'recordThreat':
      return threat.decideRecordThreat(state, command);
    case 'assignImmediateMeasures':
      return threat.decideAssignImmediateMeasures(state, command);
    case 'recordConsent':
      return intake.decideRecordConsent(state, command);
    case 'recordInterview':
      return intake.decideRecordInterview(state, command);
    case 'recordTriage':
      return intake.decideRecordTriage(state, command);
    case 'completeAssessment':
      return intake.decideCompleteAssessment(state, command);
    case 'determineNeeds':
      return plan.decideDetermineNeeds(state, command);
    case 'draftIpr':
      return plan.decideDraftIpr(state, command, moment);
    case 'signIpr':
      return plan.decideSignIpr(state, command);
    case 'approveIpr':
      return plan.decideApproveIpr(state, command, moment);
    case 'sendIpr':
      return execution.decideSendIpr(state, moment);
    case 'markStatus':
      return execution.decideMarkStatus(state, command);
    case 'returnReport':
      return execution.decideReturnReport(state, command, moment);
    case 'markCompletion':
      return execution.decideMarkCompletion(state, command, moment);
    case 'closeCase':
      return closing.decideCloseCase(state, command, moment);
    case 'notifyResult':
      return closing.decideNotifyResult(state, command);
    case 'recordMonitoringContact':
      return closing.decideMonitoringContact(state, command);
    case 'endMonitoring':
      return closing.decideEndMonitoring(state, command, moment);
    case 'explainDelay':
      return decideExplainDelay(state, command);
    default:
      return assertNever(command);
  }
}

/** Decides a message from outside; the legal instant is its receipt at the inbox, in the case's own time. */
export function decideDelivery(state: CaseState, delivery: Delivery, moment: Moment): Decision {
  // An age below zero would put the receipt, and with it every term that it starts, into the future.
  if (!Number.isFinite(delivery.ageMs) || delivery.ageMs < 0) return refuse('delivery_malformed');
  const receivedAt = moment.now - delivery.ageMs;
  return refusingGaps(() => {
    switch (delivery.kind) {
      case 'report':
        return execution.decideReport(state, delivery, receivedAt, moment.law);
      case 'appeal':
        return intake.decideAttachedAppeal(state, delivery, receivedAt, moment.law);
      default:
        return assertNever(delivery);
    }
  });
}

/** A year without a calendar table refuses to compute; it never falls back to Monday–Friday. */
export function refusingGaps<T extends Decision>(decide: () => T): T | ReturnType<typeof refuse> {
  try {
    return decide();
  } catch (error) {
    if (error instanceof CalendarGap) return refuse('calendar_year_missing', undefined, { year: error.year });
    throw error;
  }
}
