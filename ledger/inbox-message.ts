/** What a row of the inbox says to the core: a report on a measure, or what an organisation found of a person. */
import type { DeliveryOf } from '../domain/case/deliveries.js';
import type { ReportPayload } from './store.js';

type Message = Pick<DeliveryOf<'report'>, 'kind' | 'data'> | Pick<DeliveryOf<'identificationAnswer'>, 'kind' | 'data'>;

/** Its id is that of the row: an id that an agency chose goes no further. */
export function messageOf(inboxId: string, payload: ReportPayload): Message {
  return 'measureId' in payload
    ? { kind: 'report', data: { reportId: inboxId, ...payload } }
    : { kind: 'identificationAnswer', data: { answerId: inboxId, ...payload } };
}
