/** Closing on a legal ground and the monitoring after it: 256 п.19, D-CL, D-MON, P23, P24. */
import { addMonths, legalDayOf } from '../../law/calendar.js';
import { isSwitchedOn, type Law } from '../../law/law.js';
import { accept, outsideStage, type Decision, type Moment } from '../decision.js';
import type { CommandOf } from '../commands.js';
import type { EntryOf } from '../facts.js';
import { refuse } from '../refusal.js';
import type { CaseState } from '../state.js';

/** 256-19-1: the family and the agencies performed the measures; monitoring follows while D-MON is on. */
export function decideCloseCase(state: CaseState, command: CommandOf<'closeCase'>, moment: Moment): Decision {
  const outside = outsideStage(state, 'completed');
  if (outside) return outside;
  const { min, max } = moment.law.policy.monitoringMonths;
  const { monitoringMonths } = command.data;
  const wanted = isSwitchedOn(moment.law, 'D-MON');
  const inRange = wanted
    ? Number.isSafeInteger(monitoringMonths) && monitoringMonths >= min && monitoringMonths <= max
    : monitoringMonths === 0;
  if (!inRange) return refuse('monitoring_months_out_of_range', 'D-MON', wanted ? { min, max } : { min: 0, max: 0 });
  return accept({ type: 'CaseClosed', data: { ground: 'completed', monitoringMonths } });
}

/** D-CL: the result of the closing decision reaches the family in writing. */
export function decideNotifyResult(state: CaseState, command: CommandOf<'notifyResult'>): Decision {
  if (state.closure === undefined) return refuse('wrong_stage', 'D-CL', { stage: state.stage, expected: 'monitoring, closed' });
  if (state.closure.notified) return refuse('result_already_notified', 'D-CL');
  return accept({ type: 'ResultNotified', data: command.data });
}

export function decideMonitoringContact(state: CaseState, command: CommandOf<'recordMonitoringContact'>): Decision {
  const { situation, noteId } = command.data;
  return (
    outsideStage(state, 'monitoring') ??
    accept({ type: 'MonitoringContactHeld', data: { contact: state.contacts + 1, situation, noteId } })
  );
}

/** D-MON: not before the whole months that the case manager chose at the closing have passed, while the row is on. */
export function decideEndMonitoring(state: CaseState, command: CommandOf<'endMonitoring'>, moment: Moment): Decision {
  const outside = outsideStage(state, 'monitoring');
  if (outside) return outside;
  const { closure } = state;
  if (closure === undefined) return refuse('wrong_stage', 'D-MON', { stage: state.stage, expected: 'monitoring' });
  const earliest = addMonths(legalDayOf(closure.closedAt), closure.monitoringMonths);
  if (lastsItsMonths(moment.law) && legalDayOf(moment.now) < earliest) return refuse('monitoring_too_short', 'D-MON', { earliest });
  return accept({ type: 'MonitoringEnded', data: command.data });
}

/** The first table held every monitoring to its months, with the row switched off, too: a run on it decides as it decided. */
function lastsItsMonths(law: Law): boolean {
  return law.ref.rules === 'rules-1' || isSwitchedOn(law, 'D-MON');
}

export function evolveCaseClosed(state: CaseState, entry: EntryOf<'CaseClosed'>): CaseState {
  const { ground, monitoringMonths } = entry.data;
  return {
    ...state,
    stage: monitoringMonths > 0 ? 'monitoring' : 'closed',
    stageEnteredAt: entry.at,
    closure: { ground, closedAt: entry.at, monitoringMonths, notified: false },
  };
}

export function evolveResultNotified(state: CaseState): CaseState {
  return state.closure === undefined ? state : { ...state, closure: { ...state.closure, notified: true } };
}

export function evolveMonitoringContactHeld(state: CaseState, entry: EntryOf<'MonitoringContactHeld'>): CaseState {
  return { ...state, contacts: entry.data.contact };
}

export function evolveMonitoringEnded(state: CaseState, entry: EntryOf<'MonitoringEnded'>): CaseState {
  return { ...state, stage: 'closed', stageEnteredAt: entry.at };
}
