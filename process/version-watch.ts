/** A process that is older than the rows stops taking work: it would meet facts and columns that it cannot read. */
import type { Logger } from 'pino';
import { highestRowVersion } from '../db/ledger-version.js';
import type { Pool } from '../db/pool.js';

const EVERY_MS = 60_000;

/** This release is older than the rows of the ledger. */
export class ReleaseTooOld extends Error {
  override readonly name = 'ReleaseTooOld';
  constructor(known: number, found: number) {
    super(`This release knows rows of version ${known}, and the ledger has rows of version ${found}: run the newer release.`);
  }
}

export interface VersionWatch {
  stop(): void;
}

/**
 * Looks at the start and each minute whether a newer release has written rows that this one cannot read.
 * A database that is away is not a newer release: it is asked again.
 * @param known the highest version that this process reads
 * @param onTooOld called once
 * @throws ReleaseTooOld when it is so already at the start
 */
export async function watchVersion(
  pool: Pool,
  known: number,
  onTooOld: (reason: ReleaseTooOld) => void,
  log: Pick<Logger, 'warn'>,
  everyMs: number = EVERY_MS,
): Promise<VersionWatch> {
  const atStart = await highest(pool, log);
  if (atStart > known) throw new ReleaseTooOld(known, atStart);
  const timer = setInterval(() => {
    void highest(pool, log).then((now) => {
      if (now <= known) return;
      clearInterval(timer);
      onTooOld(new ReleaseTooOld(known, now));
    });
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

async function highest(pool: Pool, log: Pick<Logger, 'warn'>): Promise<number> {
  try {
    return await highestRowVersion(pool);
  } catch (error) {
    log.warn({ err: error }, 'the version of the rows could not be read');
    return 0;
  }
}
