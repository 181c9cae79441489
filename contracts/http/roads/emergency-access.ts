/** Opening a case in an emergency over HTTP, and judging it (P59). */
import { z } from 'zod';
import type { EmergencyFinding } from '../../../domain/case/roads/emergency-access/road.js';
import { iso } from '../../iso.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { note, REASON_LENGTH } from '../command-texts.js';
import { Id, Instant, StaffId, text } from '../primitives.js';
import { strand } from '../strand.js';

const Finding = z.enum(['justified', 'unjustified'] satisfies EmergencyFinding[]).meta({ id: 'EmergencyFinding' });

const OpenBody = z.strictObject({ reason: text(REASON_LENGTH) }).meta({ id: 'OpenInEmergency' });

const ReviewBody = z.strictObject({ finding: Finding, note: text(REASON_LENGTH) }).meta({ id: 'ReviewEmergencyAccess' });

export const EMERGENCY_ACCESS_ROUTES: { readonly [K in 'openInEmergency' | 'reviewEmergencyAccess']: CommandRoute<K> } = {
  openInEmergency: commandRoute({
    path: 'emergency-access',
    summary: 'Open one case that you do not see, for two hours, with a reason: the head learns of it at once and judges it (P59)',
    body: OpenBody,
    // Whoever left a screen open must not open what hides.
    stepUp: true,
    example: { reason: 'Why it cannot wait for somebody of the team.' },
    toCommand: ({ reason }, _parameters, newId) => {
      const narrative = note(newId, 'emergency_reason', reason);
      return { data: { noteId: narrative.id }, narratives: [narrative] };
    },
  }),
  reviewEmergencyAccess: commandRoute({
    path: 'emergency-access/{accessId}/review',
    summary: 'Judge an opening in an emergency (P59)',
    body: ReviewBody,
    example: { finding: 'justified', note: 'What was found.' },
    toCommand: ({ finding, note: words }, { accessId }, newId) => {
      const narrative = note(newId, 'emergency_review', words);
      return { data: { accessId, finding, noteId: narrative.id }, narratives: [narrative] };
    },
  }),
};

const Emergency = z
  .strictObject({
    accessId: Id,
    person: StaffId,
    from: Instant,
    to: Instant,
    finding: Finding.optional().meta({ description: 'Absent until the head has judged it.' }),
  })
  .meta({ id: 'EmergencyAccess', description: 'Somebody opened the case in an emergency (P59).' });

export const EMERGENCIES_SHOWN = strand('emergencies', z.array(Emergency), (emergencies) =>
  emergencies.map(({ from, to, ...each }) => ({ ...each, from: iso(from), to: iso(to) })),
);
