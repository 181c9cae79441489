/** Alarms to the administrator as the API lists them. */
import { z } from 'zod';
import { ALARM_KINDS } from '../alarm.js';
import { Cursor, Instant, Limit } from './primitives.js';

export const AlarmQuery = z.strictObject({
  state: z.enum(['raised', 'cleared']).optional().meta({ description: 'Without it: both.' }),
  after: Cursor.optional(),
  limit: Limit,
});

export const Alarm = z
  .strictObject({
    id: z.string(),
    kind: z.enum(ALARM_KINDS),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
    text: z.string().meta({ description: 'What is wrong and what to do; of a cleared alarm, that it is over. In the language of the reader.' }),
    raisedAt: Instant,
    clearedAt: Instant.optional().meta({ description: 'Absent while the cause lasts.' }),
    deliveries: z.array(
      z
        .strictObject({
          event: z.enum(['raised', 'cleared']),
          channel: z.enum(['webhook', 'mail']),
          state: z.enum(['waiting', 'delivered', 'failed']),
          attempts: z.number().int(),
          deliveredAt: Instant.optional(),
        })
        .meta({ id: 'AlarmDelivery' }),
    ),
  })
  .meta({ id: 'Alarm' });

export const AlarmPage = z.strictObject({ items: z.array(Alarm), next: z.string().optional() }).meta({ id: 'AlarmPage' });
