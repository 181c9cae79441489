// `npm test`: installs what is missing, then type check, format, lint, the independent check of the calendar,
// and every test on a real Temporal server and a real Postgres. Plain JavaScript, because nothing is
// installed when it starts.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './install.mjs';

const CHECKS = [
  ['types', 'npx', ['tsc', '--noEmit']],
  ['format (npm run format mends it)', 'npx', ['biome', 'format']],
  ['lint', 'npx', ['oxlint', '--deny-warnings']],
  ['calendar against an independent source', 'python3', ['tools/check-calendar.py']],
];

await ensureInstalled();
const failed = [];
for (const [name, command, args] of CHECKS) {
  const seconds = await timed(name, command, args);
  if (seconds === undefined) failed.push(name);
}
const counts = await runTests(process.argv.slice(2));
console.log('');
if (failed.length > 0) console.log(`failed before the tests: ${failed.join(', ')}`);
console.log(`${counts.passed} passed, ${counts.failed + failed.length} failed`);
process.exitCode = counts.failed + failed.length > 0 || counts.passed === 0 ? 1 : 0;

async function timed(name, command, args) {
  const startedAt = Date.now();
  const code = await run(command, args);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(code === 0 ? `✓ ${name} (${seconds} s)` : `✗ ${name} (${seconds} s)`);
  return code === 0 ? seconds : undefined;
}

async function runTests(args) {
  const dir = await mkdtemp(join(tmpdir(), 'tirek-results-'));
  const file = join(dir, 'results.json');
  try {
    const code = await run('npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args]);
    const results = JSON.parse(await readFile(file, 'utf8'));
    // A suite that could not even be loaded has no failed test of its own, but vitest's exit code tells.
    const broken = code !== 0 && results.numFailedTests === 0 ? 1 : 0;
    return { passed: results.numPassedTests, failed: results.numFailedTests + broken };
  } catch (error) {
    console.error(`The tests left no result: ${error.message}`);
    return { passed: 0, failed: 1 };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
