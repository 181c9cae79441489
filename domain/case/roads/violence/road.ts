/**
 * Signs of domestic violence (256 п.23, п.24): recorded once, they narrow who sees the case from that moment on; the help that was
 * offered is written down item by item, and the person is redirected for identification.
 */
import type { Instant } from '../../../law/calendar.js';
import type { RoadTables } from '../../road.js';
import { VIOLENCE_COMMANDS, type ViolenceCommands } from './commands.js';
import { VIOLENCE_FACTS, type ViolenceFacts } from './facts.js';
import { NOTHING_RECORDED, type ViolenceRecord } from './record.js';
import { VIOLENCE_REFUSALS } from './refusals.js';

export interface ViolenceRoad {
  commands: ViolenceCommands;
  facts: ViolenceFacts;
  refusals: keyof typeof VIOLENCE_REFUSALS;
  state: {
    /** Since when they are known; of a family without them it is null. */
    violenceSince: Instant | null;
    violence: ViolenceRecord;
  };
}

export const VIOLENCE_ROAD: RoadTables<ViolenceRoad> = {
  stages: [],
  commands: VIOLENCE_COMMANDS,
  facts: VIOLENCE_FACTS,
  refusals: VIOLENCE_REFUSALS,
  begins: { violenceSince: null, violence: NOTHING_RECORDED },
};
