/** Today's law and the changed one that `tirek what-if` compares: read from files and names, each fault one sentence. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Act, CalendarYears, POLICY_SETTINGS } from '../../contracts/http/law.js';
import { isSwitchable, policyFaults, policyFrom } from '../../contracts/law-draft.js';
import { catalogueOf } from '../../contracts/messages/catalogue.js';
import { CALENDAR_2026_11_21, CALENDAR_BEFORE_2024_06_07, CALENDAR_BEFORE_2026_03_18 } from '../../domain/law/calendar-data.js';
import { validateCalendar, type Calendar } from '../../domain/law/calendar.js';
import { findRule, lawUnder, type Law } from '../../domain/law/law.js';
import type { Policy } from '../../domain/law/policy.js';
import { latestReading } from '../../domain/law/rule.js';
import { reasonOf } from '../../process/failure.js';
import { CommandFailure } from './terminal.js';

/** The project's own checks name their fault by a code. */
const FIELDS = catalogueOf('en').fields;

/** The versions that the code has. */
const CALENDARS: readonly Calendar[] = [CALENDAR_BEFORE_2024_06_07, CALENDAR_BEFORE_2026_03_18, CALENDAR_2026_11_21];

/** A policy as a file: a name, and what differs from today's; the same settings that a draft may have. */
const PolicyFile = z.strictObject({ version: z.string().trim().min(1).max(100), act: Act.optional(), ...POLICY_SETTINGS });

const CalendarFile = z.object({ version: z.string(), act: z.string().optional(), years: CalendarYears });

/**
 * The law with another policy or another calendar; what is not named stays.
 * @throws CommandFailure, one sentence with the remedy
 */
export async function changedLaw(today: Law, given: { policy?: string; calendar?: string }): Promise<Law> {
  const calendar = given.calendar === undefined ? today.calendar : await readCalendar(given.calendar);
  const policy = given.policy === undefined ? today.policy : await readPolicy(given.policy, today);
  return lawUnder(today, { calendar, policy });
}

async function readPolicy(path: string, today: Law): Promise<Policy> {
  const read = PolicyFile.safeParse(await readJson(path, 'policy'));
  if (!read.success) throw new CommandFailure('policy_invalid', `The policy in ${path} cannot be used: ${firstFault(read.error)}.`);
  const { version, act: _act, ...given } = read.data;
  for (const id of given.disabled ?? []) checkSwitch(today, id, path);
  const policy = policyFrom(version, given, today.policy);
  // A policy that changes nothing may be studied; it could not be adopted.
  const fault = policyFaults(policy, today).find(({ code }) => code !== 'unchanged');
  if (fault !== undefined)
    throw new CommandFailure('policy_invalid', `The policy in ${path} cannot be used: ${fault.field.slice(1).replaceAll('/', '.')}: ${FIELDS[fault.code]}.`);
  return policy;
}

/** No setting takes a duty of the law away: such a policy would compare nothing. */
function checkSwitch(law: Law, id: string, path: string): void {
  if (isSwitchable(law, id)) return;
  const rule = findRule(law, id);
  const what = rule === undefined ? `there is no rule "${id}"` : `rule ${id} is of force ${latestReading(rule).force}`;
  const able = law.rules.filter((rule) => isSwitchable(law, rule.id)).map((rule) => rule.id);
  throw new CommandFailure('policy_invalid', `The policy in ${path} cannot switch that off: ${what}, and only ${able.join(', ')} can be switched off.`);
}

async function readCalendar(written: string): Promise<Calendar> {
  const known = CALENDARS.find(({ version }) => version === written);
  if (known !== undefined) return known;
  const read = CalendarFile.safeParse(await readJson(written, 'calendar'));
  if (!read.success) throw new CommandFailure('calendar_invalid', `The calendar in ${written} cannot be used: ${firstFault(read.error)}.`);
  const { version, act, years } = read.data;
  const calendar: Calendar = { version, years, ...(act === undefined ? {} : { act }) };
  const [fault] = validateCalendar(calendar);
  if (fault !== undefined) throw new CommandFailure('calendar_invalid', `The calendar in ${written} cannot be used: ${fault.message}`);
  return calendar;
}

async function readJson(path: string, what: 'policy' | 'calendar'): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? '' : ` (${reasonOf(error)})`;
    const versions = what === 'calendar' ? `a version of this code (${CALENDARS.map(({ version }) => version).join(', ')}) or ` : '';
    throw new CommandFailure(`${what}_unreadable`, `There is no ${what} "${path}"${why}: give ${versions}the path of a JSON file.`);
  });
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CommandFailure(`${what}_unreadable`, `The ${what} in ${path} is no JSON (${reasonOf(error)}): mend the file.`);
  }
}

function firstFault({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (issue === undefined) return 'it has a fault';
  const words: Readonly<Record<string, string>> = FIELDS;
  const message = (words[issue.message] ?? issue.message).replace(/^Invalid input: /, '').replace(/\.$/, '');
  return issue.path.length === 0 ? message : `${issue.path.join('.')}: ${message}`;
}
