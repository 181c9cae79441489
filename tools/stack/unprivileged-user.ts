import { StartFailure } from '../../process/failure.js';
import { lastLines, runCommand } from './run-command.js';

/** The user as whom Postgres runs when we are root: it refuses to run as root itself. */
export interface RunAs {
  name: string;
  uid: number;
  gid: number;
}

const NAME = 'postgres';

/**
 * The user `postgres` when we are root, made if the system has none; `undefined` when we are not
 * root and Postgres simply runs as ourselves.
 *
 * @throws StartFailure when the user can neither be found nor made
 */
export async function unprivilegedUser(report: (line: string) => void): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const present = await lookUp();
  if (present) return present;
  report(`Making the system user ${NAME}, because Postgres does not run as root`);
  await runCommand('groupadd', ['--system', NAME]);
  const made = await runCommand('useradd', ['--system', '--no-create-home', '--gid', NAME, NAME]);
  const user = await lookUp();
  if (user) return user;
  throw new StartFailure(
    `Postgres does not run as root, and the user ${NAME} could not be made (${lastLines(made.stderr, 1)}): start as another user, or make the user ${NAME} by hand.`,
  );
}

async function lookUp(): Promise<RunAs | undefined> {
  const [uid, gid] = await Promise.all([runCommand('id', ['-u', NAME]), runCommand('id', ['-g', NAME])]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { name: NAME, uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Whether the user may enter the folder, closed parents included. */
export async function canEnter(as: RunAs, dir: string): Promise<boolean> {
  const tried = await runCommand('/bin/sh', ['-c', 'cd "$1"', 'sh', dir], { as: ids(as), cwd: '/' });
  return tried.code === 0;
}

/** Whether the user may run the program and load its libraries. */
export async function canRun(as: RunAs, program: string): Promise<boolean> {
  const tried = await runCommand(program, ['--version'], { as: ids(as), cwd: '/' });
  return tried.code === 0;
}

/** What `spawn` takes. */
export function ids(as: RunAs | undefined): { uid: number; gid: number } | undefined {
  return as && { uid: as.uid, gid: as.gid };
}
