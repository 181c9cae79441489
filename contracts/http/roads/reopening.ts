/** The next cycle of a case over HTTP: what the head says of its beginning, and the cycles behind it. */
import { z } from 'zod';
import type { ReopeningRoad } from '../../../domain/case/roads/reopening/road.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { note, NOTE_LENGTH } from '../command-texts.js';
import { Day, Instant, text } from '../primitives.js';
import { strand } from '../strand.js';
import { Ground } from '../vocabulary.js';

const ConfirmBody = z
  .strictObject({ confirmed: z.boolean().meta({ description: 'False undoes nothing: the case is closed on its ground then.' }), note: text(NOTE_LENGTH) })
  .meta({ id: 'ConfirmReopening' });

export const REOPENING_ROUTES: { readonly [K in keyof ReopeningRoad['commands']]: CommandRoute<K> } = {
  confirmReopening: commandRoute({
    path: 'cycles/{cycle}/confirmation',
    summary: 'Confirm, as the head, that the accompaniment was rightly begun anew (D-REOPEN, P6)',
    body: ConfirmBody,
    example: { confirmed: true, note: 'Why.' },
    toCommand: ({ confirmed, note: words }, { cycle }, newId) => {
      const narrative = note(newId, 'reopening_review', words);
      return { data: { cycle: cycleNumber(cycle), confirmed, noteId: narrative.id }, narratives: [narrative] };
    },
  }),
};

/** 0, which no cycle has, where the address has no number. */
function cycleNumber(part: string | undefined): number {
  return part !== undefined && /^[1-9]\d{0,5}$/.test(part) ? Number(part) : 0;
}

const EndedCycle = z
  .strictObject({
    n: z.int(),
    startedOn: Day,
    endedAt: Instant,
    ground: Ground.optional(),
    iprId: z.string().optional(),
    measures: z.int().meta({ description: 'How many its plan had.' }),
    reports: z.int(),
  })
  .meta({ id: 'EndedCycle', description: 'A passage of the main road that lies behind the case; all of it stands in the timeline.' });

export const EARLIER_CYCLES_SHOWN = strand('earlierCycles', z.array(EndedCycle), (cycles) =>
  cycles.map(({ n, startedOn, endedAt, closure, ipr, measures, reports }) => ({
    n,
    startedOn,
    endedAt: new Date(endedAt).toISOString(),
    ground: closure?.ground,
    iprId: ipr?.iprId,
    measures: measures.length,
    reports: reports.length,
  })),
);

export const UNCONFIRMED_CYCLE_SHOWN = strand(
  'unconfirmedCycle',
  z.int().nullable().meta({ description: 'The cycle whose beginning the head has still to confirm; null where none is.' }),
  (cycle) => cycle,
);
