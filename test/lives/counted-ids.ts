/** Ids where the real ones are random: counted, so that a life is lived the same way at every run. */

/**
 * Ids for what one life sends to the outside, `dispatch-1`, `dispatch-2`, …
 * @param given how many the life has had already: a turn that is taken again from there makes the same ones
 */
export function countedIds(given = 0): () => string {
  let last = given;
  return () => {
    last += 1;
    return `dispatch-${last}`;
  };
}
