/** The signs of domestic violence over HTTP (256 п.23). */
import { z } from 'zod';
import type { ViolenceCommands } from '../../../domain/case/roads/violence/road.js';
import { iso } from '../../iso.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { note, NOTE_LENGTH } from '../command-texts.js';
import { Instant, text } from '../primitives.js';
import { strand } from '../strand.js';

const SignsBody = z.strictObject({ note: text(NOTE_LENGTH) }).meta({ id: 'RecordViolenceSigns' });

export const VIOLENCE_ROUTES: { readonly [K in keyof ViolenceCommands]: CommandRoute<K> } = {
  recordViolenceSigns: commandRoute({
    path: 'violence-signs',
    summary: 'Record signs of domestic violence (256 п.23): from then on only the team, the head and the duty officer see the case',
    body: SignsBody,
    example: { note: 'What was seen or said.' },
    toCommand: ({ note: words }, _parameters, newId) => {
      const narrative = note(newId, 'violence_signs', words);
      return { data: { noteId: narrative.id }, narratives: [narrative] };
    },
  }),
};

export const VIOLENCE_SHOWN = strand(
  'violenceSince',
  Instant.nullable().meta({ description: 'Since when signs of domestic violence are known; null where none were recorded.' }),
  (since) => (since === null ? null : iso(since)),
);
