/** "ready", or what the API said instead; `undefined` when it does not answer. */
export async function probe(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    if (response.status === 200) {
      await response.body?.cancel();
      return 'ready';
    }
    return `${response.status} ${(await response.text()).slice(0, 300)}`;
  } catch {
    return undefined; // not listening yet
  }
}
