// Plain JavaScript on purpose: this runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];

/**
 * Checks the version of Node and installs the dependencies when they are missing or older than the
 * lock file. Ends the process with one sentence when that fails.
 */
export function ensureInstalled() {
  checkNode();
  if (!isStale()) return;
  const locked = existsSync(join(ROOT, 'package-lock.json'));
  const startedAt = Date.now();
  console.log('Installing dependencies');
  const { command, script } = npmCommand();
  const args = [...script, locked ? 'ci' : 'install', '--include=dev', '--no-audit', '--no-fund'];
  const done = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', shell: command === 'npm' && process.platform === 'win32' });
  if (done.status !== 0) {
    const why = done.error?.message ?? (done.signal === null ? `exit code ${done.status}` : done.signal);
    fail(`The dependencies could not be installed (${why}): see what npm wrote above, check the network, and start again.`);
  }
  console.log(`Installed dependencies in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE.join('.')} or newer.`);
}

/** npm notes what it installed in a lock file of its own inside node_modules. */
function isStale() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return true;
  const wanted = join(ROOT, 'package-lock.json');
  return existsSync(wanted) && statSync(wanted).mtimeMs > statSync(installed).mtimeMs;
}

/** The npm that started us, if one did; else the one on PATH. */
function npmCommand() {
  const running = process.env.npm_execpath;
  if (running?.endsWith('.js')) return { command: process.execPath, script: [running] };
  return { command: 'npm', script: [] };
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
