/** Threats over HTTP: the commands of the road. */
import { z } from 'zod';
import type { ThreatCommands } from '../../../domain/case/roads/threat/commands.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { Id, text } from '../primitives.js';
import { NOTE_LENGTH, note } from '../command-texts.js';

const ThreatBody = z
  .strictObject({ direct: z.boolean().meta({ description: 'A direct threat (256 п.22), in the words of the operator (P48).' }), note: text(NOTE_LENGTH) })
  .meta({ id: 'RecordThreat' });

const ImmediateMeasuresBody = z
  .strictObject({
    responseId: Id.optional().meta({ description: 'Which threat it answers; may be left out where one waits for its answer.' }),
    note: text(NOTE_LENGTH),
  })
  .meta({ id: 'AssignImmediateMeasures' });

export const THREAT_ROUTES: { readonly [K in keyof ThreatCommands]: CommandRoute<K> } = {
  recordThreat: commandRoute({
    path: 'threat',
    summary: 'Record a threat to life or health found while the case runs (256-13-2T, 256-14-2T, P5, P48)',
    body: ThreatBody,
    example: { direct: true, note: 'What threatens whom.' },
    toCommand: ({ direct, note: words }, _parameters, newId) => {
      const narrative = note(newId, 'threat', words);
      return { data: { direct, noteId: narrative.id }, narratives: [narrative] };
    },
  }),
  assignImmediateMeasures: commandRoute({
    path: 'threat/measures',
    summary: 'Assign immediate response measures (P4)',
    body: ImmediateMeasuresBody,
    example: { note: 'What is done at once, and by whom.' },
    toCommand: ({ responseId, note: words }, _parameters, newId) => {
      const narrative = note(newId, 'immediate_measures', words);
      return { data: { ...(responseId === undefined ? {} : { responseId }), noteId: narrative.id }, narratives: [narrative] };
    },
  }),
};
