/**
 * Waits for all, also when one has failed: work that goes on in the back would be measured with what
 * comes next, or break on what is taken down.
 * @throws what the first of them failed with
 */
export async function allOf<T>(works: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(works);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
