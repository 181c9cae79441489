/** The kinds of values that requests and responses are made of. */
import { z } from 'zod';
import { startOfDay } from '../../domain/law/calendar.js';
import { isIin } from '../../domain/person/iin.js';

/**
 * Field faults that only this project knows travel as the message of a custom issue, so that the
 * edge can put them into the reader's language.
 */
const DAY_IMPOSSIBLE = 'day_impossible';
const IIN_INVALID = 'iin_invalid';
const WRONG_FORMAT = 'wrong_format';

export const Id = z.uuid().meta({ id: 'Id', description: 'Opaque identifier (UUID).' });

function isDay(text: string): boolean {
  try {
    startOfDay(text);
    return true;
  } catch {
    return false;
  }
}

export const Day = z
  .string()
  .max(10)
  .refine(isDay, { message: DAY_IMPOSSIBLE })
  .meta({ id: 'Day', format: 'date', description: 'A legal day in Asia/Almaty (UTC+5), YYYY-MM-DD.', example: '2026-12-18' });

export const Instant = z.iso.datetime().meta({ id: 'Instant', description: 'An instant in UTC.', example: '2026-12-15T05:00:00.000Z' });

/** Control characters have no place in a text, and Postgres takes neither U+0000 nor half a surrogate pair. */
export function isPlainText(text: string): boolean {
  return !/[^\P{Cc}\n\r\t]|\p{Surrogate}/u.test(text);
}

/** Free text of at most `max` characters that goes to the tables of personal data, never to the ledger. */
export function text(max: number): z.ZodString {
  return z.string().trim().min(1).max(max).refine(isPlainText, { message: WRONG_FORMAT });
}

/** A code: Latin letters, digits and underscores. Coded facts may stand in the ledger. */
export const Code = z
  .string()
  .max(40)
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/)
  .meta({ id: 'Code', description: 'A code from reference data.', example: 'education' });

/** A code of a list that is data: that of a service is a number of its register. */
export const ListedCode = z
  .string()
  .max(40)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/)
  .meta({ id: 'ListedCode', description: 'A code of GET /v1/reference/codes/{list}.', example: 'employment_assistance' });

/** A list of different codes. */
export function codes(least: number, most: number): z.ZodArray<typeof Code> {
  return z
    .array(Code)
    .min(least)
    .max(most)
    .refine((list) => new Set(list).size === list.length, { message: 'duplicate' });
}

/** Opaque id of a member of staff or of a specialist: no name, no address and no ИИН, because it stands in the ledger. */
export const StaffId = z
  .string()
  .max(64)
  .regex(/^(?!\d{12}$)[A-Za-z0-9][A-Za-z0-9._:-]*$/)
  .meta({ id: 'StaffId', description: 'Opaque id of a member of staff.', example: 'manager-7' });

/**
 * A citation or the number of an order: short, and without twelve digits in a row, because it stands
 * in the ledger where no ИИН may be.
 */
export function citation(max: number): z.ZodString {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[\p{L}\p{N} .,;:()«»"№§/–-]+$/u)
    .refine((written) => !/\d{12}/.test(written), { message: WRONG_FORMAT });
}

export const Iin = z
  .string()
  .max(12)
  .refine(isIin, { message: IIN_INVALID })
  .meta({ id: 'Iin', description: 'ИИН: twelve digits that begin with a possible date (yymmdd) and end with their check digit.', example: '900101100004' });

export const Phone = z
  .string()
  .max(20)
  .regex(/^\+?[0-9 ()-]{5,20}$/)
  .meta({ id: 'Phone', example: '+7 700 000 00 00' });

/** A year in which somebody may have been born. */
const BornAbout = z.number().int().min(1900).max(2100).meta({ description: 'The year of birth as far as is known, where the day is not.' });

/** What is told of a person. */
export const PERSON_FIELDS = {
  fullName: text(200),
  iin: Iin,
  phone: Phone,
  address: text(500),
  birthDate: Day.meta({ description: 'The day of birth: by it a child is one (under 18).' }),
  bornAbout: BornAbout,
} as const;

/** A person as somebody tells of them: nothing of it is required (P29), but something must be said. */
export const PersonInput = z
  .strictObject(PERSON_FIELDS)
  .partial()
  .refine((person) => Object.values(person).some((value) => value !== undefined), { message: 'one_of_required' })
  .refine(({ birthDate, bornAbout }) => birthDate === undefined || bornAbout === undefined, { message: 'one_of_required', path: ['bornAbout'] })
  .meta({ id: 'PersonInput', description: 'A person of the family. Each field is optional, one at least is needed.' });

/** The name of a room at its Center, as it stands in the ledger: a number mostly. */
export const RoomCode = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}-]{0,19}$/u)
  .refine((written) => !/\d{12}/.test(written), { message: WRONG_FORMAT })
  .meta({ id: 'RoomCode', description: 'Code of a room of the Center.', example: '101' });

export const Cursor = z.string().min(1).max(500).meta({ description: '`next` of the previous page.' });

export const Limit = z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Rows of a page.' });
