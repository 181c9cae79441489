/** Signs of domestic violence, the help that was offered, and the identification: 256 п.11, п.23, п.24. What each makes of the case. */
import type { Instant } from '../../../law/calendar.js';
import type { EntryOf } from '../../facts.js';
import type { FactRows } from '../../road.js';
import type { CaseState, Dispatch } from '../../state.js';
import { ordered, type DispatchRequest, type PaperReceipt } from '../execution/facts.js';
import { updateIdentification, withRecord, type HelpItem, type ToldBy } from './record.js';

export interface ViolenceFacts {
  /** From its recording on 256-24 is owed, whenever the signs were noticed. */
  ViolenceSignsRecorded: { toldBy: ToldBy; noticedAt: Instant; noteId: string };
  VictimHelpRecorded: HelpItem;
  /** The message carries the code of the support and the least that tells for whom; no word of this case (P43). */
  IdentificationOrdered: {
    referralId: string;
    personId: string;
    agency: string;
    function: string;
    supportKind: string;
    serviceCode?: string;
    /** Keys of what this person was to be redirected by before, and nobody took. */
    withdrawn: readonly string[];
    dispatch: DispatchRequest;
  };
  /** 256-11: all help is voluntary. What nobody has taken yet goes to nobody. */
  IdentificationRefused: { personId: string; noteId?: string; withdrawn: readonly string[] };
  IdentificationAnswered: { referralId: string; answerId: string; agency: string; identified: boolean; paper?: PaperReceipt };
}

export const VIOLENCE_FACTS: FactRows<keyof ViolenceFacts> = {
  ViolenceSignsRecorded: (state, { data, occurredAt }) => ({
    ...withRecord(state, ({ signs = { ...data, recordedAt: occurredAt } }) => ({ signs })),
    violenceSince: occurredAt,
  }),
  VictimHelpRecorded: (state, { data }) => withRecord(state, ({ help }) => ({ help: [...help, data] })),
  IdentificationOrdered: withOrder,
  IdentificationRefused: withRefusal,
  IdentificationAnswered: (state, { data: { referralId, answerId, identified, paper }, occurredAt }) =>
    updateIdentification(state, referralId, () => ({
      answer: { answerId, receivedAt: occurredAt, identified, ...(paper === undefined ? {} : { paper }) },
    })),
};

function withOrder(state: CaseState, { data, occurredAt, seq }: EntryOf<'IdentificationOrdered'>): CaseState {
  const { dispatch, withdrawn, ...order } = data;
  const cleared = withoutDispatches(state, withdrawn, occurredAt);
  const kept = withRecord(cleared, ({ identifications }) => ({ identifications: [...identifications, { ...order, orderedAt: occurredAt }] }));
  return { ...kept, dispatches: [...kept.dispatches, ...ordered([dispatch], seq)] };
}

function withRefusal(state: CaseState, { data: { withdrawn, ...refusal }, occurredAt }: EntryOf<'IdentificationRefused'>): CaseState {
  return withRecord(withoutDispatches(state, withdrawn, occurredAt), ({ refusals }) => ({ refusals: [...refusals, { ...refusal, refusedAt: occurredAt }] }));
}

/** The messages are withdrawn, and so are the redirections that they would have told of. */
function withoutDispatches(state: CaseState, keys: readonly string[], at: Instant): CaseState {
  const withdrawn = (dispatch: Dispatch): boolean => keys.includes(dispatch.key);
  const strands = state.dispatches.filter(withdrawn).map(({ strandId }) => strandId);
  const dispatches = state.dispatches.map((dispatch): Dispatch => (withdrawn(dispatch) ? { ...dispatch, state: 'withdrawn' } : dispatch));
  const kept = withRecord(state, ({ identifications }) => ({
    identifications: identifications.map((each) => (strands.includes(each.referralId) ? { ...each, withdrawnAt: at } : each)),
  }));
  return { ...kept, dispatches };
}
