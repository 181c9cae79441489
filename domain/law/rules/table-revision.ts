/** How a version of the rule table is made of the one before it: whole rows, so that neither can change the other. */
import type { DutySpec, Enforcement, Rule } from '../rule.js';

export interface TableRevision {
  /** Rows that stand in place of those with the same id. */
  replaced: readonly Rule[];
  added: readonly Rule[];
}

/**
 * The table with those rows: replaced ones in their old places, added ones at the end, for the order of
 * rows is the order in which duties stand in a ledger.
 *
 * @throws Error when a row to replace is not in the table, or a row to add is
 */
export function revised(table: readonly Rule[], { replaced, added }: TableRevision): readonly Rule[] {
  const known = new Set(table.map(({ id }) => id));
  const lost = replaced.find(({ id }) => !known.has(id));
  if (lost !== undefined) throw new Error(`the rule table has no row ${lost.id} to replace`);
  const double = added.find(({ id }) => known.has(id));
  if (double !== undefined) throw new Error(`the rule table has a row ${double.id} already`);
  const inPlace = new Map(replaced.map((row) => [row.id, row]));
  return [...table.map((row) => inPlace.get(row.id) ?? row), ...added];
}

/**
 * A row with another enforcement, and members of its duty changed.
 * @throws Error when the rows have no such id, or the row has no duty to change
 */
export function amended(rows: readonly Rule[], id: string, enforced: Enforcement, changes: Partial<DutySpec> = {}): Rule {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) throw new Error(`there is no row ${id} to amend`);
  if (Object.keys(changes).length === 0) return { ...row, enforced };
  if (row.duty === undefined) throw new Error(`row ${id} has no duty to amend`);
  return { ...row, enforced, duty: { ...row.duty, ...changes } };
}
