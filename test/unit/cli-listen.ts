/** Runs the command line in this process and keeps what it said. */
import { runTirek } from '../../cli/tirek.js';

export interface Heard {
  exitCode: number;
  out: string;
  err: string;
}

export function tirek(...args: string[]): Promise<Heard> {
  return tirekIn({}, ...args);
}

export async function tirekIn(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Heard> {
  const said = { out: '', err: '' };
  const exitCode = await runTirek(args, {
    out: (text) => (said.out += `${text}\n`),
    err: (text) => (said.err += `${text}\n`),
    env,
  });
  return { exitCode, ...said };
}

/** The one JSON value on stdout; throws when there is anything else. */
export function jsonOf(heard: Heard): unknown {
  return JSON.parse(heard.out);
}
