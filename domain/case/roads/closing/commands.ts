/** Closing on a legal ground and the monitoring after it: 256 п.19, D-CL, D-MON, P23, P24. */
import { addMonths, legalDayOf } from '../../../law/calendar.js';
import { isSwitchedOn } from '../../../law/law.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import { aDocument, sealOf } from '../../references.js';
import { refuse } from '../../refusal.js';
import { CASE_WORK, EVERYBODY_AT_THE_CENTER, type CommandRows } from '../../road.js';
import type { CaseState } from '../../state.js';
import { heldStay } from '../stay/stay.js';
import { openResponse } from '../threat/responses.js';

export interface ClosingCommands {
  closeCase: { monitoringMonths: number };
  notifyResult: { documentId: string };
  recordMonitoringContact: { situation: 'stable' | 'worsened'; noteId: string };
  endMonitoring: { noteId: string };
}

export const CLOSING_COMMANDS: CommandRows<keyof ClosingCommands> = {
  closeCase: { roles: ['center_head'], during: ['completed'], decide: decideClosing },
  notifyResult: {
    roles: CASE_WORK,
    during: ['monitoring', 'closed'],
    rule: 'D-CL',
    refers: ({ documentId }) => aDocument(documentId, 'result_notice'),
    because: 'D-CL: the result is told in writing also after the end',
    decide: decideResult,
  },
  recordMonitoringContact: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: ['monitoring'],
    decide: ({ contacts }, { data }) => accept({ type: 'MonitoringContactHeld', data: { contact: contacts + 1, ...data } }),
  },
  endMonitoring: { roles: CASE_WORK, during: ['monitoring'], decide: decideEnd },
};

/** 256-19-1: the family and the agencies performed the measures; monitoring follows while D-MON is on. */
function decideClosing(state: CaseState, command: CommandOf<'closeCase'>, moment: Moment): Decision {
  const kept = refusedByThreat(state) ?? refusedByStay(state);
  if (kept) return kept;
  const { min, max } = moment.law.policy.monitoringMonths;
  const { monitoringMonths } = command.data;
  const wanted = isSwitchedOn(moment.law, 'D-MON');
  const inRange = wanted ? Number.isSafeInteger(monitoringMonths) && monitoringMonths >= min && monitoringMonths <= max : monitoringMonths === 0;
  if (!inRange) return refuse('monitoring_months_out_of_range', 'D-MON', wanted ? { min, max } : { min: 0, max: 0 });
  return accept({ type: 'CaseClosed', data: { ground: 'completed', monitoringMonths } });
}

/** D-CL: the result of the closing decision reaches the family in writing. */
function decideResult(state: CaseState, command: CommandOf<'notifyResult'>, { known }: Moment): Decision {
  if (state.closure === undefined) return refuse('wrong_stage', 'D-CL', { stage: state.stage, expected: 'monitoring, closed' });
  if (state.closure.notified) return refuse('result_already_notified', 'D-CL');
  return accept({ type: 'ResultNotified', data: sealOf(known, command.data.documentId) });
}

/** D-MON: not before the whole months that the case manager chose at the closing have passed, while the row is on. */
function decideEnd(state: CaseState, command: CommandOf<'endMonitoring'>, moment: Moment): Decision {
  const { closure } = state;
  if (closure === undefined) return refuse('wrong_stage', 'D-MON', { stage: state.stage, expected: 'monitoring' });
  const kept = refusedByThreat(state) ?? refusedByStay(state);
  if (kept) return kept;
  const earliest = addMonths(legalDayOf(closure.closedAt), closure.monitoringMonths);
  if (isSwitchedOn(moment.law, 'D-MON') && legalDayOf(moment.now) < earliest) return refuse('monitoring_too_short', 'D-MON', { earliest });
  return accept({ type: 'MonitoringEnded', data: command.data });
}

/** P6: nobody is left alone with a threat that was told and not answered. */
function refusedByThreat(state: CaseState): Decision | undefined {
  const open = openResponse(state);
  if (open === undefined) return undefined;
  return refuse(open.answeredAt === undefined ? 'threat_not_answered' : 'threat_not_assessed', 'P6', { responseId: open.responseId });
}

/** P27: nobody is forgotten in a place: whoever is in it leaves, or is transferred, before the case ends. */
export function refusedByStay(state: CaseState): Extract<Decision, { ok: false }> | undefined {
  const stay = heldStay(state);
  return stay === undefined ? undefined : refuse('stay_not_ended', 'P27', { stayId: stay.stayId });
}
