/**
 * `npm run bench`: what the engine costs and how quick it is, on servers and processes of its own. It
 * measures and asserts nothing; figures differ from machine to machine.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { compare, comparisonText } from './bench/against.js';
import { BenchHouse, type BenchPostgres, type BenchStack } from './bench/bench-stack.js';
import { environment, type Environment } from './bench/environment.js';
import { FIGURE_PARTS } from './bench/figures/parts.js';
import {
  effortOf,
  measurePart,
  needPostgresAlone,
  PART_NAMES,
  type Effort,
  type Part,
  type PartName,
  type PartResults,
  type Parts,
} from './bench/measurement.js';
import { environmentText, partText } from './bench/tables.js';
import { reasonOf, StartFailure } from '../process/failure.js';

interface Options {
  only?: PartName[];
  runs?: number;
  quick?: true;
  json?: string;
  against?: string;
}

/** All that was measured on one Temporal server. */
interface ServerReport {
  temporal: string;
  environment: Environment;
  postgres: string;
  effort: Effort;
  parts: Parts;
  /** Why nothing could be measured there. */
  failure?: string;
}

/** npm passes Ctrl-C on although the terminal has sent it already: what comes within a second is the same one. */
const SAME_SIGNAL_MS = 1_000;

async function main(): Promise<void> {
  const options = parse(process.argv.slice(2));
  if (options.against !== undefined) return sideBySide(options.against, options);
  const houses = new OpenHouses();
  houses.closeOnSignal();
  const addresses = [undefined, process.env.TEMPORAL_ADDRESS || undefined].filter((address, index) => index === 0 || address !== undefined);
  const reports: ServerReport[] = [];
  for (const address of addresses) reports.push(await measureServer(address, options, houses));
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify({ quick: options.quick === true, servers: reports }, null, 2)}\n`);
  process.exit(reports.some(isIncomplete) ? 1 : 0);
}

/** Two checkouts in turns; Ctrl-C ends the one that is being measured, and with it the comparison. */
async function sideBySide(checkout: string, { only, runs, quick, json }: Options): Promise<void> {
  let ending = false;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => (ending = true));
  const parts = only === undefined ? FIGURE_PARTS : FIGURE_PARTS.filter((part) => only.some((name) => name === part));
  const comparison = await compare({
    checkout: resolve(checkout),
    parts,
    rounds: runs ?? (quick ? 1 : 5),
    quick: quick === true,
    isEnding: () => ending,
    tell: progress,
  }).catch((error: unknown) => {
    console.error(error instanceof StartFailure || !(error instanceof Error) ? reasonOf(error) : error.stack);
    process.exit(1);
  });
  console.log(comparisonText(comparison));
  if (json !== undefined) await writeFile(json, `${JSON.stringify(comparison, null, 2)}\n`);
  process.exit(ending || comparison.theirs.failures.length + comparison.ours.failures.length > 0 ? 1 : 0);
}

function parse(args: readonly string[]): Options {
  const program = new Command('bench')
    .description('Measures what the engine costs and how quick it is, on servers and processes of its own.')
    .addOption(new Option('--only <part...>', 'parts to measure').choices(PART_NAMES))
    .option('--runs <number>', 'runs of everything that is timed (default 5, with --quick 2)', runsFrom)
    .option('--quick', 'fewer runs, cases and lives: to see that it works')
    .option('--json <file>', 'writes all figures to a file, too')
    .option(
      '--against <checkout>',
      `measures another checkout of this project and this one in turns, and shows both side by side; parts ${FIGURE_PARTS.join(', ')}`,
    )
    .addHelpText('after', '\nWith TEMPORAL_ADDRESS set, the server at that address is measured as well, in a namespace made for it.');
  return program.parse([...args], { from: 'user' }).opts<Options>();
}

function runsFrom(text: string): number {
  const runs = Number(text);
  if (Number.isInteger(runs) && runs >= 1 && runs <= 100) return runs;
  throw new InvalidArgumentError('A whole number from 1 to 100 is wanted.');
}

function isIncomplete({ failure, parts }: ServerReport): boolean {
  return failure !== undefined || Object.values(parts).some((part) => part.failure !== undefined);
}

/** Everything that is up; a signal takes it down in order, a second one at once. */
class OpenHouses {
  private open: BenchHouse | undefined;
  private ending = false;

  enter(house: BenchHouse): void {
    this.open = house;
  }

  isEnding(): boolean {
    return this.ending;
  }

  closeOnSignal(): void {
    let firstAt: number | undefined;
    const onSignal = (): void => {
      if (firstAt === undefined) {
        firstAt = Date.now();
        void this.end('Stopping; Ctrl-C again ends everything at once', 130);
      } else if (Date.now() - firstAt > SAME_SIGNAL_MS) {
        this.open?.kill();
        process.exit(130);
      }
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
    // A defect must not leave servers behind; on the way down broken connections break what still uses them.
    process.on('uncaughtException', (error) => void this.end(`The measurement broke: ${error.stack ?? reasonOf(error)}`, 1));
  }

  /** Says a sentence, takes everything down and ends the process. */
  async end(sentence: string, exitCode: number): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    progress(sentence);
    await this.open?.close().catch((error: unknown) => progress(reasonOf(error)));
    process.exit(exitCode);
  }
}

async function measureServer(temporalAddress: string | undefined, options: Options, houses: OpenHouses): Promise<ServerReport> {
  const effort = effortOf(options.quick === true, options.runs);
  const report: ServerReport = { temporal: temporalAddress ?? 'a server of its own', environment: environment(), postgres: '', effort, parts: {} };
  const house = new BenchHouse({
    env: process.env,
    ...(temporalAddress === undefined ? {} : { temporalAddress }),
    report: progress,
    giveUp: (sentence) => void houses.end(sentence, 1),
  });
  houses.enter(house);
  try {
    const names = options.only ?? PART_NAMES;
    if (needPostgresAlone(names)) {
      const postgres = tellPlace(report, { temporal: 'none: Postgres alone', ...(await house.openPostgresAlone()) });
      for (const name of names) await measureInto(report, name, (tell) => measurePart(name, postgres, report.effort, tell), houses);
    } else {
      const stack = tellPlace(report, await house.open());
      for (const name of names) await measureInto(report, name, (tell) => measurePart(name, stack, report.effort, tell), houses);
    }
  } catch (error) {
    await neverWhenEnding(houses);
    report.failure = reasonOf(error);
    console.error(error instanceof StartFailure || !(error instanceof Error) ? report.failure : error.stack);
  } finally {
    await neverWhenEnding(houses);
    await house.close();
  }
  return report;
}

function tellPlace<S extends BenchPostgres & Pick<BenchStack, 'temporal'>>(report: ServerReport, stack: S): S {
  Object.assign(report, { temporal: stack.temporal, postgres: stack.postgresVersion });
  console.log(`\n${environmentText(report.environment, stack.temporal, stack.postgresVersion)}`);
  return stack;
}

async function measureInto<K extends PartName>(
  report: ServerReport,
  name: K,
  measure: (tell: (line: string) => void) => Promise<Part<PartResults[K]>>,
  houses: OpenHouses,
): Promise<void> {
  const part = await measure(progress);
  await neverWhenEnding(houses);
  Object.assign(report.parts, { [name]: part });
  console.log(partText(name, part));
}

/** What fails because everything is being taken down is no result: the signal's own way out ends the process. */
function neverWhenEnding(houses: OpenHouses): Promise<void> {
  return houses.isEnding() ? new Promise(() => undefined) : Promise.resolve();
}

const startedAt = Date.now();

/** Progress goes to stderr, so that stdout holds the results alone. */
function progress(line: string): void {
  console.error(`[${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s] ${line}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
