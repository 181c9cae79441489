/** What may be asked of a temporary stay: 256 п.25, 256-23-5, J-EV-TEMP, J-RETURN. */
import { legalDayOf } from '../../../law/calendar.js';
import { isValidOn } from '../../../organisation/organisation.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import { listed } from '../../references.js';
import { refuse } from '../../refusal.js';
import { EVERYBODY_AT_THE_CENTER, WHILE_OPEN, type CommandRows } from '../../road.js';
import type { CaseState } from '../../state.js';
import { decideAdmission, referencesOfAdmission, type Admission } from './admission.js';
import type { StayEvent } from './facts.js';
import { refusedOrder } from './orders.js';
import { isHeld, type Stay, type StayOrder } from './stay.js';

export interface StayCommands {
  admitToStay: Admission;
  recordStayArrival: { stayId: string; medicalExamination: boolean; sanitaryTreatment: boolean };
  recordTemporaryLeave: StayEvent & { noteId?: string };
  recordStayReturn: { stayId: string; order: StayOrder };
  endStay: StayEvent & { destinationId?: string };
  transferFromStay: StayEvent & { organisation: string; destinationId?: string };
  cancelStay: StayEvent;
}

const BECAUSE = '256 п.25: whoever needs a place tonight does not wait for the plan';

/** Whoever is there at night does it; the order is the head’s. */
const OF_A_STAY = { roles: EVERYBODY_AT_THE_CENTER, strand: 'stay', during: WHILE_OPEN, because: BECAUSE } as const;

export const STAY_COMMANDS: CommandRows<keyof StayCommands> = {
  admitToStay: { roles: EVERYBODY_AT_THE_CENTER, during: WHILE_OPEN, because: BECAUSE, refers: referencesOfAdmission, decide: decideAdmission },
  recordStayArrival: { ...OF_A_STAY, decide: decideArrival },
  recordTemporaryLeave: { ...OF_A_STAY, refers: reasonOf, decide: decideTemporaryLeave },
  recordStayReturn: { ...OF_A_STAY, decide: decideReturn },
  endStay: { ...OF_A_STAY, refers: reasonOf, decide: decideEnd },
  transferFromStay: {
    ...OF_A_STAY,
    refers: (data) => [...reasonOf(data), { to: 'organisation', id: data.organisation }],
    decide: decideTransfer,
  },
  cancelStay: { ...OF_A_STAY, refers: reasonOf, decide: decideCancelling },
};

function reasonOf({ reason }: StayEvent): ReturnType<typeof listed> {
  return listed('stay_reason', [reason]);
}

function decideArrival(state: CaseState, { data }: CommandOf<'recordStayArrival'>): Decision {
  const stay = held(state, data.stayId);
  if ('ok' in stay) return stay;
  return stay.standing === 'admitted' ? accept({ type: 'StayArrived', data }) : refuse('stay_arrived', 'J-EV-TEMP');
}

function decideTemporaryLeave(state: CaseState, { data }: CommandOf<'recordTemporaryLeave'>, moment: Moment): Decision {
  const stay = arrived(state, data.stayId);
  if ('ok' in stay) return stay;
  if (stay.standing === 'away') return refuse('stay_away', 'J-EV-TEMP');
  return refusedOrder(data.order, moment) ?? accept({ type: 'StayLeftForAWhile', data });
}

function decideReturn(state: CaseState, { data }: CommandOf<'recordStayReturn'>, moment: Moment): Decision {
  const stay = arrived(state, data.stayId);
  if ('ok' in stay) return stay;
  if (stay.standing !== 'away') return refuse('stay_not_away', 'J-RETURN');
  return refusedOrder(data.order, moment) ?? accept({ type: 'StayReturned', data });
}

function decideEnd(state: CaseState, { data }: CommandOf<'endStay'>, moment: Moment): Decision {
  const stay = arrived(state, data.stayId);
  if ('ok' in stay) return stay;
  return refusedOrder(data.order, moment) ?? accept({ type: 'StayLeft', data });
}

/** P27: to another organisation, at whose door the stay here ends. */
function decideTransfer(state: CaseState, { data }: CommandOf<'transferFromStay'>, moment: Moment): Decision {
  const stay = arrived(state, data.stayId);
  if ('ok' in stay) return stay;
  const refused = refusedOrder(data.order, moment);
  if (refused) return refused;
  const { organisation: organisationId } = data;
  const found = moment.known.organisation[organisationId];
  if (found === undefined) return refuse('organisation_unknown', 'P27', { organisationId });
  const today = legalDayOf(moment.now);
  if (!isValidOn(found, today)) return refuse('organisation_not_valid', 'P27', { organisationId, today });
  return accept({ type: 'StayTransferred', data: { ...data, function: found.function } });
}

function decideCancelling(state: CaseState, { data }: CommandOf<'cancelStay'>, moment: Moment): Decision {
  const stay = held(state, data.stayId);
  if ('ok' in stay) return stay;
  if (stay.standing !== 'admitted') return refuse('stay_arrived', 'J-EV-TEMP');
  return refusedOrder(data.order, moment) ?? accept({ type: 'StayCancelled', data });
}

type Refused = Extract<Decision, { ok: false }>;

/** The stay that is not over, or the refusal. */
function held({ stays }: CaseState, stayId: string): Stay | Refused {
  const stay = stays.find((candidate) => candidate.stayId === stayId);
  if (stay === undefined) return refuse('stay_unknown', 'J-EV-TEMP');
  return isHeld(stay) ? stay : refuse('stay_over', 'J-EV-TEMP');
}

/** The same of whoever has come: nobody leaves before they arrive. */
function arrived(state: CaseState, stayId: string): Stay | Refused {
  const stay = held(state, stayId);
  return 'ok' in stay || stay.standing !== 'admitted' ? stay : refuse('stay_not_arrived', 'J-EV-TEMP');
}
