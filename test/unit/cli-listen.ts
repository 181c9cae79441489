/** Runs the command line in this process and keeps what it said. */
import { runTirek } from '../../scripts/tirek.js';

export interface Heard {
  exitCode: number;
  out: string;
  err: string;
}

/** The environment may come first; without it the command line sees none. */
export async function tirek(...given: [NodeJS.ProcessEnv, ...string[]] | string[]): Promise<Heard> {
  const env = typeof given[0] === 'object' ? given[0] : {};
  const args = given.filter((arg) => typeof arg === 'string');
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
