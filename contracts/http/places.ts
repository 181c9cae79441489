/** Rooms and places of a Center for a temporary stay, and the journal of the stays (256 п.25, J-FORM). */
import { z } from 'zod';
import { ROOM_FOR } from '../../domain/case/roads/stay/stay.js';
import { STAY_COLUMNS } from '../stay-journal.js';
import { operation } from './operation.js';
import { Day, Id, Instant, RoomCode, text } from './primitives.js';

const CenterCode = text(100).meta({ description: 'Code of the Center.', example: 'almaty-auezov' });

const fields = {
  forWhom: z.enum(ROOM_FOR),
  capacity: z.number().int().min(1).max(50).meta({ description: 'Its places have the numbers from 1 to it.' }),
  from: Day.meta({ description: 'First day on which somebody may be admitted to it.' }),
  to: Day.optional().meta({ description: 'Last day; without it until further notice. Whoever is inside then stays.' }),
};

export const RoomBody = z
  .strictObject({ version: z.number().int().min(0).meta({ description: 'The version that was read; 0 for a new room.' }), ...fields })
  .meta({ id: 'RoomBody' });

export const ROOM_EXAMPLE: z.input<typeof RoomBody> = { version: 0, forWhom: 'women_with_children', capacity: 3, from: '2026-01-05' };

export const Room = z
  .strictObject({ center: CenterCode, room: RoomCode, version: z.number().int(), ...fields, changedBy: z.string(), changedAt: Instant })
  .meta({ id: 'Room' });

const Place = z
  .strictObject({
    place: z.number().int(),
    taken: z.boolean(),
    since: Instant.optional().meta({ description: 'By wall time.' }),
    until: Instant.optional().meta({ description: 'The end of the month (256-23-5), where the stay is one that you see.' }),
    caseId: Id.optional().meta({ description: 'Absent where the case is not yours to see.' }),
    stayId: Id.optional(),
    personId: Id.optional(),
    fullName: z.string().optional().meta({ description: 'Only where you see the identity of the family.' }),
  })
  .meta({ id: 'PlaceOfRoom' });

const DayOfPlaces = z
  .strictObject({ day: Day, places: z.number().int(), taken: z.number().int(), free: z.number().int() })
  .meta({ id: 'DayOfPlaces', description: 'Of a day to come: who is inside now is counted until the end of their month.' });

export const Places = z
  .strictObject({
    center: CenterCode,
    at: Instant,
    rooms: z.array(
      z
        .strictObject({ room: RoomCode, version: z.number().int(), ...fields, inUse: z.boolean().meta({ description: 'Today.' }), places: z.array(Place) })
        .meta({ id: 'RoomWithPlaces' }),
    ),
    days: z.array(DayOfPlaces),
  })
  .meta({ id: 'Places' });

const MOST_DAYS = 92;

export const PlacesQuery = z.strictObject({
  from: Day.optional().meta({ description: 'First day that is counted; today unless told.' }),
  to: Day.optional().meta({ description: `Last day; the first unless told. At most ${MOST_DAYS} days.` }),
});

export { MOST_DAYS as MOST_DAYS_OF_PLACES };

const JOURNAL_LANGUAGES = ['kk', 'ru'] as const;

export const JournalQuery = z.strictObject({
  from: Day.meta({ description: '«Басталды»: first day of the journal.' }),
  to: Day.meta({ description: '«Аяқталды»: last day; a year at most.' }),
  language: z.enum(JOURNAL_LANGUAGES).default('kk'),
});

export const StayJournal = z
  .strictObject({
    center: CenterCode,
    nameKk: z.string(),
    nameRu: z.string(),
    title: z.string(),
    from: Day,
    to: Day,
    language: z.enum(JOURNAL_LANGUAGES),
    columns: z.array(z.string()).length(STAY_COLUMNS.length),
    rows: z.array(
      z
        .strictObject({
          caseId: Id,
          stayId: Id,
          personId: Id,
          cells: z
            .array(z.string())
            .length(STAY_COLUMNS.length)
            .meta({ description: 'As on the form; empty where nothing is known, or where it is not yours to see.' }),
        })
        .meta({ id: 'StayJournalRow' }),
    ),
    withheld: z.number().int().meta({ description: 'Stays of cases that are not yours to see.' }),
  })
  .meta({ id: 'StayJournal' });

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const CenterParameters = z.strictObject({ center: CenterCode });

export const PLACE_OPERATIONS = {
  listPlaces: operation({
    method: 'get',
    path: '/v1/centers/{center}/places',
    tag: 'Centers',
    summary: 'Rooms and places for a temporary stay: which are free now, and how many on each day (256 п.25)',
    access: 'token',
    act: 'readPlaces',
    parameters: CenterParameters,
    query: PlacesQuery,
    success: { status: 200, description: 'Names only of families that you may see.', schema: Places },
    problems: ['center_unknown', 'period_invalid'],
  }),
  writeRoom: operation({
    method: 'put',
    path: '/v1/centers/{center}/rooms/{room}',
    tag: 'Centers',
    summary: 'Register a room for a temporary stay (version 0), or change it; for the head. A repeat has the same answer',
    access: 'token',
    act: 'keepRooms',
    parameters: z.strictObject({ center: CenterCode, room: RoomCode }),
    body: { schema: RoomBody, example: ROOM_EXAMPLE },
    success: { status: 200, description: 'The room as it is now.', schema: Room },
    problems: ['role_not_allowed', 'center_unknown', 'room_changed', 'room_invalid'],
  }),
  readStayJournal: operation({
    method: 'get',
    path: '/v1/centers/{center}/stay-journal',
    tag: 'Centers',
    summary: 'The journal of temporary stays in its 14 columns: who was inside on some day of the period (J-FORM)',
    access: 'token',
    act: 'readStayJournal',
    parameters: CenterParameters,
    query: JournalQuery,
    success: { status: 200, description: 'By the table of rights; where violence is known the home address is the head’s alone.', schema: StayJournal },
    problems: ['center_unknown', 'period_invalid'],
  }),
  downloadStayJournal: operation({
    method: 'get',
    path: '/v1/centers/{center}/stay-journal/xlsx',
    tag: 'Centers',
    summary: 'The same as a sheet',
    access: 'token',
    act: 'readStayJournal',
    parameters: CenterParameters,
    query: JournalQuery,
    success: { status: 200, description: 'The bytes of an XLSX.', schema: z.string().meta({ format: 'binary' }), download: [XLSX] },
    problems: ['center_unknown', 'period_invalid'],
  }),
};
