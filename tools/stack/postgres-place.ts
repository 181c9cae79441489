import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { writeFileAtomically } from './atomic-file.js';
import { StartFailure, reasonOf } from '../../process/failure.js';
import { clearOrphan, runningPostmaster } from './postgres-cluster.js';
import { canEnter, type RunAs } from './unprivileged-user.js';

/**
 * Where the cluster of a data folder lies: normally `<dataDir>/postgres`. When we are root and the
 * postgres user cannot enter the data folder (a parent of mode 0700), a folder elsewhere, whose
 * place is remembered in `<dataDir>/postgres-place` so that the next start finds the same data.
 *
 * @param lasting whether the data must outlive the next clean-up of temporary files
 * @throws StartFailure when the remembered place is gone, or no place can be found
 */
export async function clusterPlace(dataDir: string, as: RunAs | undefined, lasting: boolean, report: (line: string) => void): Promise<string> {
  const remembered = await readPlace(dataDir);
  if (remembered !== undefined) {
    if (existsSync(remembered)) return remembered;
    throw new StartFailure(`The database of ${dataDir} lay in ${remembered}, which is gone: bring it back, or remove ${dataDir} to begin without its cases.`);
  }
  const inside = join(dataDir, 'postgres');
  if (as === undefined) {
    await mkdir(inside, { recursive: true, mode: 0o700 });
    return inside;
  }
  await mkdir(inside, { recursive: true });
  await chmod(inside, 0o755); // under a strict umask it would be closed to the user of Postgres
  if (await canEnter(as, inside)) return inside;
  await rm(inside, { recursive: true });
  return placeElsewhere(dataDir, as, lasting, report);
}

async function placeElsewhere(dataDir: string, as: RunAs, lasting: boolean, report: (line: string) => void): Promise<string> {
  const shelf = await openShelf(as, lasting);
  const prefix = `data-${keyOf(dataDir)}-`;
  await removeForgotten(shelf, prefix, report);
  if (!lasting) await sweepKilledRuns(shelf);
  const place = await mkdtemp(join(shelf, prefix));
  await chmod(place, 0o755);
  await writeFileAtomically(placeFile(dataDir), `${place}\n`);
  report(`Postgres keeps its data in ${place}, because its user ${as.name} cannot enter ${dataDir}`);
  return place;
}

/** A data folder that was removed and begun anew must not find the database of its former life. */
async function removeForgotten(shelf: string, prefix: string, report: (line: string) => void): Promise<void> {
  for (const name of await readdir(shelf)) {
    if (!name.startsWith(prefix)) continue;
    await clearOrphan(join(shelf, name), report);
    await rm(join(shelf, name), { recursive: true, force: true });
  }
}

/** Test runs that were killed leave their data behind; an hour leaves room for one that is restarting its server. */
async function sweepKilledRuns(shelf: string): Promise<void> {
  for (const name of await readdir(shelf)) {
    const place = join(shelf, name);
    const about = await stat(place).catch(() => undefined); // another run swept it first
    if (!name.startsWith('data-') || about === undefined || Date.now() - about.mtimeMs < 60 * 60 * 1000) continue;
    if ((await runningPostmaster(place)) === undefined) await rm(place, { recursive: true, force: true });
  }
}

function keyOf(dataDir: string): string {
  return createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12);
}

function placeFile(dataDir: string): string {
  return join(dataDir, 'postgres-place');
}

async function readPlace(dataDir: string): Promise<string | undefined> {
  try {
    return (await readFile(placeFile(dataDir), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * A folder of ours that the postgres user can enter, outside of the data folder.
 *
 * @param lasting a folder for data that is kept, else one for temporary files
 */
export async function openShelf(as: RunAs, lasting: boolean): Promise<string> {
  const parents = lasting ? ['/var/lib', '/usr/local/var', '/var/tmp'] : [tmpdir(), '/tmp', '/var/tmp'];
  const reasons: string[] = [];
  for (const parent of parents) {
    const shelf = join(parent, 'tirek-postgres');
    try {
      if (!existsSync(parent)) continue;
      await mkdir(shelf).then(() => chmod(shelf, 0o755), ignoreExisting);
      const about = await lstat(shelf);
      if (!about.isDirectory() || about.uid !== process.getuid?.()) reasons.push(`${shelf} is not ours`);
      else if (await canEnter(as, shelf)) return shelf;
      else reasons.push(`${as.name} cannot enter ${dirname(shelf)}`);
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  throw new StartFailure(
    `There is no folder that the user ${as.name} could keep Postgres data in (${reasons.join('; ')}): set TIREK_DATA_DIR to one, for example /srv/tirek.`,
  );
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
