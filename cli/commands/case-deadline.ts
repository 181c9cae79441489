/** `tirek deadline --case`: why a date of a running case is what it is, every reading of it included. */
import type { z } from 'zod';
import { CaseDetail } from '../../contracts/http/cases.js';
import { Why } from '../../contracts/http/duties.js';
import { ProblemBody } from '../../contracts/http/problem.js';
import { catalogueOf, type Catalogue } from '../../contracts/messages/catalogue.js';
import { fill } from '../../contracts/messages/fill.js';
import type { Language } from '../../contracts/messages/language.js';
import { minutesInWords } from '../../contracts/messages/wording.js';
import { reasonOf } from '../../process/failure.js';
import { localEnd, localTime } from '../../domain/law/written-time.js';
import { bearerOf } from './bearer.js';
import { readCaseId } from './case-id.js';
import { table, wrap } from './layout.js';
import { findRunningStack } from './running-stack.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

export interface AskedOfCase {
  case: string;
  /** Key of the duty; without it the duties are listed. */
  duty?: string;
  token: string;
  lang?: Language;
  json?: true;
}

type WhyBody = z.output<typeof Why>;

/** @throws CommandFailure one sentence with the remedy */
export async function tellCaseDeadline(terminal: Terminal, asked: AskedOfCase): Promise<void> {
  const caseId = readCaseId(asked.case);
  const { api } = await findRunningStack(terminal.env);
  const language = asked.lang ?? 'en';
  const token = await (await bearerOf(terminal.env))(asked.token);
  const read = <S extends z.ZodType>(schema: S, path: string): Promise<z.output<S>> => readFrom(schema, `${api}/v1/cases/${caseId}${path}`, token, language);
  if (asked.duty === undefined) {
    const { duties } = await read(CaseDetail, '');
    if (asked.json) outJson(terminal, duties);
    else terminal.out(dutiesText(duties, language));
    return;
  }
  const why = await read(Why, `/duties/${encodeURIComponent(asked.duty)}/why`);
  if (asked.json) outJson(terminal, why);
  else terminal.out(whyText(why, catalogueOf(language)));
}

async function readFrom<S extends z.ZodType>(schema: S, url: string, token: string, language: Language): Promise<z.output<S>> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}`, 'accept-language': language } }).catch((error: unknown) => {
    throw new CommandFailure('api_unreachable', `The API does not answer: ${reasonOf(error)}. Start the stack with "npm start".`);
  });
  const body: unknown = await response.json();
  if (response.ok) return schema.parse(body);
  const { code, detail } = ProblemBody.parse(body);
  throw new CommandFailure(code, `The API refuses (${code}): ${detail}`);
}

function dutiesText(duties: z.output<typeof CaseDetail>['duties'], language: Language): string {
  const words = catalogueOf(language);
  const rows = duties.map(({ key, title, standing, dueAt, minutesLeft }) => {
    const left = minutesLeft === undefined ? [] : [fill(words.left, { time: minutesInWords(minutesLeft, language) }, language)];
    return [title, key, words.standings[standing], dueAt === undefined ? words.words.noTerm : until(dueAt), ...left];
  });
  return table(rows);
}

function whyText(why: WhyBody, words: Catalogue): string {
  return [
    wrap(why.text),
    ...section(
      why.days.map(({ day, weekday, counted, ordinal, text }) => [day, words.weekdays[weekday - 1] ?? '', counted ? String(ordinal ?? '+') : '-', text]),
    ),
    ...section(why.readings.map(readingRow)),
    ...section(why.steps.map(({ at, what, recordedAt }) => [until(at), what, recordedAt === undefined ? '' : timeOf(recordedAt)])),
  ].join('\n');
}

function readingRow({ seq, at, what, calendar, policy, act, dueAt, wouldBe }: WhyBody['readings'][number]): string[] {
  return [`${seq}`, timeOf(at), what, until(dueAt), wouldBe === undefined ? '' : `(${until(wouldBe)})`, `${calendar} ${policy}`, act ?? ''];
}

function section(rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', table(rows, 2)];
}

/** An end, as the law writes it: midnight is 24:00 of the day that ends. */
function until(instant: string): string {
  return localEnd(Date.parse(instant));
}

function timeOf(instant: string): string {
  return localTime(Date.parse(instant));
}
