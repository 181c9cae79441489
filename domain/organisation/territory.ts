/**
 * Territories as codes of the classifier of administrative-territorial objects (ӘАОЖ / КАТО): nine digits, the region in the
 * first two, the district in the first four to six, the settlement in all. Centers, families and organisations carry one.
 */

/** Nine digits that do not begin with a zero: the form of a code, not its existence. */
export function isTerritory(code: string): boolean {
  return /^[1-9]\d{8}$/.test(code);
}

/** How many digits a level of the classifier fills, from the settlement up to the region. */
const LEVELS: readonly number[] = [9, 6, 4, 2];

/** The territory itself and those that it lies in, the nearest first, each once. */
export function enclosing(territory: string): string[] {
  return [...new Set(LEVELS.map((digits) => territory.slice(0, digits).padEnd(9, '0')))];
}
