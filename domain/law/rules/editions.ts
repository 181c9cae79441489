/** Validity of the orders (rules.md 2.0, P38). The publication day of 2024 is unverified. */
export const ORDER_256 = { name: '256', from: '2024-06-14' } as const;
/** Paragraphs 8–14 of 192: text of 2024, assumed to go on unchanged under the edition of 10.03.2026. */
export const ORDER_192 = { name: '192-2024', from: '2024-06-14' } as const;
/** Rules that stand in the draft only, and decisions of the project. */
export const PROJECT = { name: 'tirek', from: '2024-06-14' } as const;
