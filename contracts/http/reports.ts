/** Reports of agencies as people look after them. */
import { z } from 'zod';
import { Cursor, Id, Instant, Limit } from './primitives.js';

const REPORT_STATES = ['recorded', 'refused', 'waiting'] as const;

export const ReportQuery = z.strictObject({
  state: z.enum(['refused', 'waiting']).optional().meta({ description: 'Without it: both.' }),
  otherContent: z.enum(['true', 'false']).optional().meta({ description: 'true: those under whose id the agency sent another content, whatever their state.' }),
  after: Cursor.optional(),
  limit: Limit,
});

export const ReportParameters = z.strictObject({ reportId: Id });

export const RetakeBody = z.strictObject({});

const fate = {
  state: z.enum(REPORT_STATES),
  code: z.string().optional().meta({ description: 'Why it was refused.' }),
  rule: z.string().optional().meta({ description: 'The rule of the law that refuses.' }),
  reason: z.string().optional().meta({ description: 'The same in the language of the reader.' }),
};

export const InboxReport = z
  .strictObject({
    reportId: z.string(),
    agency: z.string(),
    caseId: z.string(),
    measureId: z.string().optional().meta({ description: 'Of a report.' }),
    outcome: z.enum(['performed', 'in_progress', 'not_performed']).optional(),
    referralId: z.string().optional().meta({ description: 'Of the answer of an identification (256-24).' }),
    receivedAt: Instant,
    ...fate,
    duplicates: z.number().int().meta({ description: 'How often the agency repeated it.' }),
    otherContent: z
      .boolean()
      .meta({ description: 'The agency sent another content under the same webhook-id: it was refused (409), and what is shown here stands.' }),
  })
  .meta({ id: 'InboxReport' });

export const ReportPage = z.strictObject({ items: z.array(InboxReport), next: z.string().optional() }).meta({ id: 'ReportPage' });

/** What became of a report that was taken again. */
export const ReportRetaken = z.strictObject({ reportId: z.string(), ...fate }).meta({ id: 'ReportRetaken' });
