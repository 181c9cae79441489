/** Texts that people write with a command: how long they may be, and how they become narratives beside its data. */
import { z } from 'zod';
import { type BroughtNarrative, type NewId } from './command-route.js';

export const NOTE_LENGTH = 10_000;
export const REASON_LENGTH = 2_000;
export const EXAMPLE_ID = '3f0c1c52-6f0e-4d55-9d52-0a6f6f1f7a10';

export const Empty = z.strictObject({});

/** Digest of the messages as the sender was shown them. */
export const Preview = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({
    description:
      '`digest` of `GET /v1/cases/{caseId}/messages/preview`. Of a case with signs of domestic violence nothing is sent without (P43); of others only what was seen is sent where it is given.',
  });

export const SendingBody = z.strictObject({ preview: Preview.optional() }).meta({ id: 'Send' });

export function note(newId: NewId, kind: BroughtNarrative['kind'], body: string): BroughtNarrative {
  return { id: newId(), kind, body };
}

/** An optional note as the member of the data that refers to it. */
export function optionalNote(newId: NewId, kind: BroughtNarrative['kind'], body: string | undefined): { noteId?: string; narratives: BroughtNarrative[] } {
  if (body === undefined) return { narratives: [] };
  const narrative = note(newId, kind, body);
  return { noteId: narrative.id, narratives: [narrative] };
}
