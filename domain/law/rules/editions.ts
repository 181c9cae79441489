/**
 * Editions and validity of the orders (rules.md 2.0, P38), and how a row reads on a day: under which
 * edition and with which force.
 */
import type { LegalDay } from '../calendar.js';
import type { Edition, Force, Rule } from '../rule.js';

/** Orders of 14.06.2024: in force ten days after publication, and the day of publication is not in the sources. */
const ORDERS_OF_2024 = { from: '2024-06-14', fromUnverified: true } as const;

export const ORDER_256: Edition = { name: '256', ...ORDERS_OF_2024 };

/** Rows that stand in both editions of 192, one after the other; `readingsOf` tells them apart. */
export const ORDER_192: Edition = { name: '192', ...ORDERS_OF_2024 };

/** What the order of 24.02.2026 added to 192 (A26): valid only from the edition of 10.03.2026 on. */
export const EDITION_192_2026: Edition = { name: '192-2026', from: '2026-03-10' };

/** Rules that stand in the draft of 256 only: policy, from the day of the order that left them out. */
export const DRAFT: Edition = { name: 'D', from: '2024-06-14' };

/** Decisions of the project. */
export const PROJECT: Edition = { name: 'tirek', from: '2024-06-14' };

/** Repealed from 01.07.2023 by the order of 22.06.2023 № 230: a pattern, in force on no day of a case. */
export const ORDER_J472: Edition = { name: 'J472', from: '2021-12-14', to: '2023-06-30', fromUnverified: true };

const EDITIONS_OF_192: readonly Edition[] = [
  { name: '192-2024', ...ORDERS_OF_2024, to: '2026-03-09' },
  EDITION_192_2026,
];

/** A row under one edition. */
export interface Reading extends Edition {
  force: Force;
}

/**
 * A row under each edition in which it stands, the earliest first.
 *
 * `law_assumed` means that the text of 192-2024 is at hand and that of 192-2026 is not (P38): until
 * 09.03.2026 such a row is plain law, from 10.03.2026 on it is the old wording, assumed unchanged.
 */
export function readingsOf(rule: Rule): readonly Reading[] {
  if (rule.edition.name !== ORDER_192.name) return [{ ...rule.edition, force: rule.force }];
  return EDITIONS_OF_192.map((edition) => ({
    ...edition,
    force: rule.force === 'law_assumed' && edition.name !== EDITION_192_2026.name ? 'law' : rule.force,
  }));
}

/** The reading in force on that legal day, or undefined when the row was not in force. */
export function readingOn(rule: Rule, day: LegalDay): Reading | undefined {
  return readingsOf(rule).find(({ from, to }) => from <= day && (to === undefined || day <= to));
}
