/** The law by which the command line answers when no case is asked: the newest table, calendar and policy of this code. */
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { lawOf, type Law } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';

export const CURRENT_LAW: Law = lawOf({ calendar: CALENDAR_2026_11_21, policy: DEFAULT_POLICY });
