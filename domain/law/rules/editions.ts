/** Editions and validity of the orders (rules.md 2.0, P38), and the readings that a row has by them. */
import type { DutySpec, Edition, Force, Reading } from '../rule.js';

/** Orders of 14.06.2024: in force ten days after publication, and the day of publication is not in the sources. */
const ORDERS_OF_2024 = { since: '2024-06-14', sinceUnverified: true } as const;

export const ORDER_256: Edition = { edition: '256', ...ORDERS_OF_2024 };

/** In force until the edition of 10.03.2026 took its place. */
const EDITION_192_2024: Edition = { edition: '192-2024', ...ORDERS_OF_2024 };

/** What the order of 24.02.2026 made of 192 (A26). Rows that are new in it have this reading alone. */
export const EDITION_192_2026: Edition = { edition: '192-2026', since: '2026-03-10' };

/** Rules that stand in the draft of 256 only: policy, from the day of the order that left them out. */
export const DRAFT: Edition = { edition: 'D', since: '2024-06-14' };

/** Decisions of the project. */
export const PROJECT: Edition = { edition: 'tirek', since: '2024-06-14' };

/** Repealed from 01.07.2023 by the order of 22.06.2023 № 230: a pattern, in force on no day of a case. */
export const ORDER_J472: Edition = { edition: 'J472', since: '2021-12-14', until: '2023-06-30', sinceUnverified: true };

/** The readings of a row that has read one way since its edition came into force. A change of the law adds another behind it. */
export function under(edition: Edition, force: Force, duty?: DutySpec): readonly Reading[] {
  return [{ ...edition, force, ...(duty === undefined ? {} : { duty }) }];
}

/** A row of 192 whose text the digest of the edition of 2026 repeats. */
export function repeatedIn2026(duty?: DutySpec): readonly Reading[] {
  return [...under(EDITION_192_2024, 'law', duty), ...under(EDITION_192_2026, 'law', duty)];
}

/** A row of 192 whose text of 2026 is not at hand: the old wording, assumed unchanged (P38). */
export function assumedSince2026(duty?: DutySpec): readonly Reading[] {
  return [...under(EDITION_192_2024, 'law', duty), ...under(EDITION_192_2026, 'law_assumed', duty)];
}
