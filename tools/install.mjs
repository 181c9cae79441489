// Plain JavaScript on purpose: this runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];

/**
 * Checks the version of Node and installs the dependencies when they are missing or older than the
 * lock file. Ends the process with one sentence when that fails.
 */
export async function ensureInstalled() {
  checkNode();
  if (!isStale()) return;
  const startedAt = Date.now();
  console.log('Installing dependencies');
  const failure = await install();
  if (failure !== undefined) {
    fail(`The dependencies could not be installed (${failure}): see what npm wrote above, check the network, and start again.`);
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

/** Runs npm in the project's folder; gives the reason when that fails. */
function install() {
  const { command, script } = npmCommand();
  const verb = existsSync(join(ROOT, 'package-lock.json')) ? 'ci' : 'install';
  const args = [...script, verb, '--include=dev', '--no-audit', '--no-fund'];
  return new Promise((resolve) => {
    const npm = spawn(command, args, { cwd: ROOT, stdio: 'inherit', shell: command === 'npm' && process.platform === 'win32' });
    npm.on('error', (error) => resolve(error.message));
    npm.on('close', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  });
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
