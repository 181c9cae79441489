/** P33: the reason of a delay. The law knows no pause: the term stays missed, and the record says why. */
import { standingOf, type DelayReason, type DutyStanding } from '../../../law/duty.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision } from '../../decision.js';
import { refuse } from '../../refusal.js';
import { ALWAYS, CASE_WORK, type CommandRows } from '../../road.js';
import type { CaseState } from '../../state.js';

export interface TermCommands {
  explainDelay: { dutyKey: string; reason: DelayReason; noteId?: string };
}

export const TERM_COMMANDS: CommandRows<keyof TermCommands> = {
  explainDelay: { roles: CASE_WORK, strand: 'duty', during: ALWAYS, because: 'a term may be met late at the very end', decide: decideDelay },
};

const LATE: readonly DutyStanding[] = ['overdue', 'exceeded', 'met_late'];

/** Once per duty; another reason takes the place of the first, and the ledger keeps both. */
function decideDelay(state: CaseState, command: CommandOf<'explainDelay'>): Decision {
  const { dutyKey, reason, noteId } = command.data;
  const duty = state.duties.find(({ key }) => key === dutyKey);
  if (duty === undefined) return refuse('delayed_duty_unknown', 'P33');
  if (!LATE.includes(standingOf(duty))) return refuse('delay_not_late', 'P33', { duty: dutyKey });
  if (duty.delay?.reason === reason) return refuse('delay_already_explained', 'P33', { duty: dutyKey });
  return accept({ type: 'DelayExplained', data: { dutyKey, rule: duty.rule, reason, ...(noteId === undefined ? {} : { noteId }) } });
}
