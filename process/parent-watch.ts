/** Set for child processes whose standard input is a pipe that their parent holds open. */
export const PARENT_PIPE = 'TIREK_PARENT_PIPE';

/** How long an orderly end may take once the parent is gone. */
const END_WITHIN_MS = 30_000;

/**
 * Lets an entry point end when the process that started it is gone, even by kill -9: the pipe at
 * its standard input closes then. Does nothing when it was started by hand.
 *
 * @param onParentGone the same orderly end as on SIGTERM; the process exits by force when that
 *   takes longer than thirty seconds
 */
export function exitWithParent(onParentGone: () => void): void {
  if (process.env[PARENT_PIPE] !== '1') return;
  let gone = false;
  const end = (): void => {
    if (gone) return;
    gone = true;
    setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
    onParentGone();
  };
  process.stdin.on('end', end).on('close', end).on('error', end);
  process.stdin.resume();
  process.stdin.unref(); // watching must not keep a process alive that is done
}
