/**
 * `npm run bench -- --against <checkout>`: the figures of another checkout of this project and of this one, part by part
 * in turns, each time in a process of its own from its own folder, with its own servers. An older checkout that does
 * not know the figures gets their folder laid into it for that while, and measures itself with its own means.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from '../../cli/commands/layout.js';
import { StartFailure } from '../../process/failure.js';
import { runCommand } from '../stack/run-command.js';
import { environment, load, type Environment } from './environment.js';
import type { Figure } from './figures/figure.js';
import type { FigurePart } from './figures/parts.js';
import { spreadOf, type Spread } from './statistics.js';
import { timed } from './tables.js';

const HERE = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join('tools', 'bench', 'figures');

export interface AgainstOptions {
  /** Folder of the other checkout, with its packages installed. */
  checkout: string;
  parts: readonly FigurePart[];
  /** How often each of the two is measured. */
  rounds: number;
  quick: boolean;
  /** Nothing further is measured once it says so. */
  isEnding: () => boolean;
  tell: (line: string) => void;
}

export interface Comparison {
  environment: Environment;
  theirs: Side;
  ours: Side;
  /** Load average before each measurement, in their order. */
  loads: number[];
}

export interface Side {
  commit: string;
  figures: Figure[];
  failures: string[];
}

/** @throws StartFailure when the folder is no checkout of this project */
export async function compare({ checkout, parts, rounds, quick, isEnding, tell }: AgainstOptions): Promise<Comparison> {
  const [theirs, ours] = [await sideOf(checkout), await sideOf(HERE)];
  const comparison: Comparison = { environment: environment(), theirs, ours, loads: [] };
  const takeAway = await layInto(checkout);
  const dir = await mkdtemp(join(tmpdir(), 'tirek-against-'));
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const part of parts) {
        // Who begins changes from round to round: what the first leaves in the machine's caches helps each in turn.
        const order =
          round % 2 === 1
            ? [
                { root: checkout, side: theirs },
                { root: HERE, side: ours },
              ]
            : [
                { root: HERE, side: ours },
                { root: checkout, side: theirs },
              ];
        for (const { root, side } of order) {
          if (isEnding()) return comparison;
          tell(`${part}, round ${round} of ${rounds}: ${side === ours ? 'ours' : 'theirs'} (${side.commit.slice(0, 7)})`);
          comparison.loads.push(load()[0] ?? 0);
          await measureOnce(root, part, join(dir, 'figures.json'), quick, side);
        }
      }
    }
  } finally {
    await takeAway();
    await rm(dir, { recursive: true, force: true });
  }
  return comparison;
}

async function sideOf(root: string): Promise<Side> {
  const { code, stdout } = await runCommand('git', ['-C', root, 'rev-parse', 'HEAD']);
  const hasBench = await stat(join(root, 'tools', 'bench', 'bench-stack.ts')).then(
    () => true,
    () => false,
  );
  if (code !== 0 || !hasBench)
    throw new StartFailure(`${root} is no checkout of this project: make one with "git worktree add <folder> <commit>" and install its packages there.`);
  return { commit: stdout.trim(), figures: [], failures: [] };
}

/** @returns what takes the folder away again; one that belongs to the checkout stays as it is */
async function layInto(checkout: string): Promise<() => Promise<void>> {
  const { stdout } = await runCommand('git', ['-C', checkout, 'ls-files', FOLDER]);
  if (stdout.trim() !== '') return async () => undefined;
  await cp(join(HERE, FOLDER), join(checkout, FOLDER), { recursive: true });
  return () => rm(join(checkout, FOLDER), { recursive: true, force: true });
}

async function measureOnce(root: string, part: FigurePart, file: string, quick: boolean, side: Side): Promise<void> {
  await rm(file, { force: true });
  const code = await ended(root, [join(FOLDER, 'run.ts'), part, file, ...(quick ? ['--quick'] : [])]);
  if (code !== 0) {
    side.failures.push(`${part} ended with ${code}`);
    return;
  }
  const { figures } = JSON.parse(await readFile(file, 'utf8')) as { figures: Figure[] };
  for (const figure of figures) {
    const known = side.figures.find(({ name }) => name === figure.name);
    if (known === undefined) side.figures.push(figure);
    else known.values.push(...figure.values);
  }
}

/** Ctrl-C reaches it by itself: it is of our group, and closes what it opened. */
function ended(root: string, args: readonly string[]): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'no code'));
  });
}

export function comparisonText({ environment: env, theirs, ours, loads }: Comparison): string {
  const rows = theirs.figures
    .flatMap((figure) => rowOf(figure, ours.figures))
    .concat(ours.figures.filter(({ name }) => !theirs.figures.some((known) => known.name === name)).map(oursAlone));
  const failures = [...theirs.failures.map((failure) => `theirs: ${failure}`), ...ours.failures.map((failure) => `ours: ${failure}`)];
  return [
    `theirs ${theirs.commit}`,
    `ours   ${ours.commit}`,
    `${env.cores} cores (${env.processor}), ${env.memoryGiB} GiB, Node ${env.node}; taken ${env.takenAt}; load average before each measurement ${loads.join(' ')}`,
    '',
    table([['figure', 'theirs', 'ours', 'ours / theirs', 'unit'], ...rows]),
    '',
    'A value is the median of the rounds with the smallest and the largest; the ratio is that of the medians, with the smallest and the largest that two rounds give.',
    ...failures.map((failure) => `Not measured: ${failure}.`),
  ].join('\n');
}

function rowOf({ name, unit, digits, values }: Figure, ours: readonly Figure[]): string[][] {
  const same = ours.find((figure) => figure.name === name);
  const [a, b] = [spreadOf(values), spreadOf(same?.values ?? [])];
  return [[name, timed(a, digits), timed(b, digits), ratio(a, b), unit]];
}

function oursAlone({ name, unit, digits, values }: Figure): string[] {
  return [name, '-', timed(spreadOf(values), digits), '', unit];
}

function ratio(theirs: Spread | undefined, ours: Spread | undefined): string {
  if (theirs === undefined || ours === undefined || theirs.min <= 0) return '';
  const middle = (ours.median / theirs.median).toFixed(2);
  return theirs.of === 1 && ours.of === 1 ? middle : `${middle} (${(ours.min / theirs.max).toFixed(2)}..${(ours.max / theirs.min).toFixed(2)})`;
}
