/** A ledger as a story: what two engines must agree on, without ids and the milliseconds of waking up. */
import type { Entry } from '../../domain/case/facts.js';
import { legalDayOf } from '../../domain/law/calendar.js';

/**
 * One line per entry: the fact, the step of a ladder, and what it changed of what is owed. Receipts of
 * several agencies come in any order, so lines of one instant's receipts are put in one order.
 */
export function storyOf(entries: readonly Entry[]): string[] {
  const lines = linesOf(entries);
  const isReceipt = (line: string | undefined): boolean => line?.includes(' DispatchDelivered') === true;
  return lines.flatMap((line, index) => {
    if (!isReceipt(line)) return [line];
    if (isReceipt(lines[index - 1])) return [];
    const end = lines.findIndex((other, at) => at > index && !isReceipt(other));
    return lines.slice(index, end === -1 ? lines.length : end).toSorted();
  });
}

function linesOf(entries: readonly Entry[]): string[] {
  return entries.map((entry) => {
    const step = entry.type === 'DeadlineStepReached' ? ` ${entry.data.dutyKey} ${entry.data.step}` : '';
    const duties = entry.duties.map((change) => {
      if (change.op !== 'opened') return `${change.op} ${change.key}`;
      const { key, dueAt } = change.duty;
      return `opened ${key} until ${dueAt === undefined ? 'no term' : new Date(dueAt).toISOString()}`;
    });
    return `${legalDayOf(entry.occurredAt)} ${entry.type}${step}${duties.length > 0 ? `: ${duties.join(', ')}` : ''}`;
  });
}
