/** What tests read from a life: duties and ladder steps, with instants as people write them. */
import type { Entry, EntryOf, FactType } from '../../domain/case/facts.js';
import type { Answer } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import { standingOf, type Duty } from '../../domain/law/duty.js';
import type { Life } from './live.js';

/**
 * `YYYY-MM-DD HH:MM` in Asia/Almaty, midnight as 24:00 of the day that ends: how the law writes a
 * deadline. Plain arithmetic on UTC+5, apart from the calendar that is under test.
 */
export function almaty(instant: Instant): string {
  const [day, time] = new Date(instant + 5 * 3_600_000).toISOString().split('T');
  if (time?.startsWith('00:00') !== true) return `${day} ${time?.slice(0, 5)}`;
  return `${new Date(instant + 5 * 3_600_000 - 1).toISOString().slice(0, 10)} 24:00`;
}

export function dutyOf(life: Pick<Life, 'caseState'>, key: string): Duty {
  const duty = life.caseState.duties.find((candidate) => candidate.key === key);
  if (duty === undefined) throw new Error(`no duty ${key} among ${life.caseState.duties.map((each) => each.key).join(', ')}`);
  return duty;
}

/** When the duty is due, as people write it; undefined where the law names no term. */
export function dueOf(life: Pick<Life, 'caseState'>, key: string): string | undefined {
  const { dueAt } = dutyOf(life, key);
  return dueAt === undefined ? undefined : almaty(dueAt);
}

export function standing(life: Pick<Life, 'caseState'>, key: string): string {
  return standingOf(dutyOf(life, key));
}

/** Keys of all duties, or of those of one row. */
export function keysOf(life: Pick<Life, 'caseState'>, rule?: string): string[] {
  return life.caseState.duties.filter((duty) => rule === undefined || duty.rule === rule).map((duty) => duty.key);
}

export function openKeys(life: Pick<Life, 'caseState'>): string[] {
  return life.caseState.duties.filter((duty) => duty.state === 'open').map((duty) => duty.key);
}

/** The ladder steps that the ledger holds for a duty: `step moment`. */
export function climbed(life: Pick<Life, 'entries'>, key: string): string[] {
  return stepEntries(life, key).map(({ data }) => `${data.step} ${almaty(data.moment)}`);
}

export function stepEntries(life: Pick<Life, 'entries'>, key: string): EntryOf<'DeadlineStepReached'>[] {
  return entriesOf(life, 'DeadlineStepReached').filter((entry) => entry.data.dutyKey === key);
}

export function entriesOf<T extends FactType>(life: Pick<Life, 'entries'>, type: T): EntryOf<T>[] {
  return life.entries.filter((entry): entry is EntryOf<T> => entry.type === type);
}

/** The last entry of that type. */
export function lastOf<T extends FactType>(life: Pick<Life, 'entries'>, type: T): EntryOf<T> {
  const entry = entriesOf(life, type).at(-1);
  if (entry === undefined) throw new Error(`the ledger has no ${type}`);
  return entry;
}

/** The types of the ledger without the ladder, in order. */
export function told(entries: readonly Entry[]): FactType[] {
  return entries.map((entry) => entry.type).filter((type) => type !== 'DeadlineStepReached');
}

/** `ok`, or the code of the refusal. */
export function outcomeOf(answer: Answer): string {
  return answer.ok ? 'ok' : answer.refusal.code;
}

/** The refusal of an answer; throws when it was accepted. */
export function refusalIn(answer: Answer): Extract<Answer, { ok: false }>['refusal'] {
  if (answer.ok) throw new Error('a refusal was expected');
  return answer.refusal;
}
