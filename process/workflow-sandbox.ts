/**
 * The sandbox of workflows without what costs more than the workflows: the stack that the SDK captures for every promise,
 * and the watchdog that it sets up anew around every call into the sandbox. Code that runs away is bounded from outside
 * instead: when the workflow thread owes answers and gives none, it is ended and another takes its place, this one with
 * the SDK's watchdog. So the first runaway costs its worker one thread (open cases are replayed on the next), a second
 * one only its own workflow task, and no process hangs.
 *
 * This is the one place that reaches into the SDK, and it refuses to run on a version that it has not been read against.
 */
import { createRequire } from 'node:module';
import { Worker as Thread } from 'node:worker_threads';
import type { Logger } from '@temporalio/common';
import { Worker, type CompiledWorkerOptions, type WorkerOptions } from '@temporalio/worker';
import { ThreadedVMWorkflowCreator, VMWorkflowThreadProxy, WorkerThreadClient } from '@temporalio/worker/lib/workflow/threaded-vm.js';
import type { Workflow, WorkflowCreateOptions, WorkflowCreator } from '@temporalio/worker/lib/workflow/interface.js';
import type { WorkerThreadInput, WorkflowBundleWithSourceMapAndFilename } from '@temporalio/worker/lib/workflow/workflow-worker-thread/input.js';
import type { WorkerThreadOutput } from '@temporalio/worker/lib/workflow/workflow-worker-thread/output.js';

/** The version whose internals this file knows. */
const KNOWN_SDK = '1.24.0';

/** How often the thread is looked at. */
const TICK_MS = 250;

export interface SandboxBounds {
  /** Milliseconds for which the thread may owe an answer without giving any, before it is taken for lost. */
  silenceMs: number;
  /** The same while it loads the bundle. */
  loadMs: number;
  /** Milliseconds of one call into the sandbox under the SDK's watchdog, on a thread that took the place of a lost one. */
  watchdogMs: number;
}

/** An activation takes milliseconds; a starved machine takes seconds. Below the ten seconds of a workflow task nothing is gained. */
const BOUNDS: SandboxBounds = { silenceMs: 10_000, loadMs: 60_000, watchdogMs: 5_000 };

/**
 * A worker whose workflows run in the lean sandbox. With TEMPORAL_DEBUG or `debugMode` the SDK's own is left as it is.
 * @param bounds other bounds than the usual ones, for tests
 * @throws Error with a readable sentence when the SDK is another one than this code knows
 */
export function createWorkflowWorker(options: WorkerOptions, bounds: SandboxBounds = BOUNDS): Promise<Worker> {
  assertKnownSdk(versionOfSdk());
  class LeanWorker extends Worker {
    protected static override createWorkflowCreator(bundle: Bundle, compiled: CompiledWorkerOptions, logger: Logger): Promise<WorkflowCreator> {
      if (compiled.debugMode) return super.createWorkflowCreator(bundle, compiled, logger);
      return LeanSandbox.create({ bundle, compiled, logger, bounds });
    }
  }
  return LeanWorker.create(options);
}

type Bundle = WorkflowBundleWithSourceMapAndFilename;

/**
 * @throws Error unless the SDK is the version that the lean sandbox was read against
 */
export function assertKnownSdk(version: string): void {
  const known = [ThreadedVMWorkflowCreator, WorkerThreadClient, VMWorkflowThreadProxy].every((part) => typeof part === 'function');
  if (version === KNOWN_SDK && known) return;
  throw new Error(
    `@temporalio/worker is ${version}, but process/workflow-sandbox.ts knows the inside of ${KNOWN_SDK} only: ` +
      'compare its lib/workflow/ with that version, run test/faults/runaway-workflow.test.ts and name the new version there.',
  );
}

function versionOfSdk(): string {
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string };
  return version;
}

/**
 * Counts looks at a thread that owes answers. Looks and not milliseconds, so that a process which was itself stopped or
 * starved for a while does not blame its thread.
 */
export class Silence {
  private looks = 0;
  private answers = 0;

  /** @returns milliseconds of silence that were observed so far */
  look(owed: number, answers: number): number {
    this.looks = owed === 0 || answers !== this.answers ? 0 : this.looks + 1;
    this.answers = answers;
    return this.looks * TICK_MS;
  }
}

/** The SDK's line to a thread, with the count of what it owes. */
class WatchedThread extends WorkerThreadClient {
  private readonly silence = new Silence();
  private owed = 0;
  private answers = 0;
  private loaded = false;
  private lost = false;

  /** @param onLost called once, when code that was loaded gives no answer any more */
  constructor(thread: Thread, logger: Logger, bounds: SandboxBounds, onLost: () => void) {
    super(thread, logger);
    const ticker = setInterval(() => {
      const silentMs = this.silence.look(this.owed, this.answers);
      if (silentMs < (this.loaded ? bounds.silenceMs : bounds.loadMs)) return;
      clearInterval(ticker);
      this.lost = this.loaded;
      if (this.lost) onLost();
      else logger.error(`The workflow bundle was not loaded within ${silentMs} ms, so this worker ends.`);
      void thread.terminate();
    }, TICK_MS);
    ticker.unref();
    thread.once('exit', () => clearInterval(ticker));
  }

  /**
   * Asks the thread.
   * @throws Error when the thread was ended for its silence: the SDK fails that workflow task alone and has it replayed. A
   *   thread that never loaded or ended by itself is its `UnexpectedError`, with which the worker ends
   */
  override async send(input: WorkerThreadInput): Promise<WorkerThreadOutput> {
    this.owed += 1;
    try {
      const output = await super.send(input);
      this.loaded = true;
      return output;
    } catch (error) {
      if (!this.lost) throw error;
      throw new Error('The workflow thread was ended because workflow code ran away; the case is replayed on another.', { cause: error });
    } finally {
      this.owed -= 1;
      this.answers += 1;
    }
  }

  isLost(): boolean {
    return this.lost;
  }
}

export interface SandboxOptions {
  bundle: Bundle;
  compiled: Pick<CompiledWorkerOptions, 'reuseV8Context' | 'activities'>;
  logger: Logger;
  bounds: SandboxBounds;
  /** With the SDK's watchdog from the first thread on. */
  guarded?: boolean;
}

/** Makes workflows on one thread, and on its successor when that one is lost. */
export class LeanSandbox implements WorkflowCreator {
  private readonly options: SandboxOptions;
  private thread: Promise<WatchedThread>;
  private ending = false;

  private constructor(options: SandboxOptions) {
    this.options = options;
    this.thread = this.load(options.guarded ?? false);
  }

  static async create(options: SandboxOptions): Promise<LeanSandbox> {
    const sandbox = new LeanSandbox(options);
    await sandbox.thread;
    return sandbox;
  }

  async createWorkflow(options: WorkflowCreateOptions): Promise<Workflow> {
    return VMWorkflowThreadProxy.create(await this.thread, options);
  }

  async destroy(): Promise<void> {
    this.ending = true;
    const thread = await this.thread;
    await thread.destroy().catch((error: unknown) => {
      if (!thread.isLost()) throw error;
    });
  }

  /** @param guarded with the SDK's watchdog around every call */
  private async load(guarded: boolean): Promise<WatchedThread> {
    const { bundle, compiled, logger, bounds } = this.options;
    const thread = new WatchedThread(new Thread(new URL('./workflow-thread.cjs', import.meta.url)), logger, bounds, () => this.replace());
    await thread.send({
      type: 'init',
      workflowBundle: bundle,
      // Node sets up no watchdog when the limit is undefined; the SDK passes on what it is given.
      isolateExecutionTimeoutMs: guarded ? bounds.watchdogMs : (undefined as unknown as number),
      reuseV8Context: compiled.reuseV8Context ?? true,
      registeredActivityNames: new Set(compiled.activities.keys()),
      hasPatchActivationCallback: false,
    });
    return thread;
  }

  private replace(): void {
    this.options.logger.error(
      `Workflow code ran away: its thread gave no answer for ${this.options.bounds.silenceMs} ms and is ended. ` +
        'The open cases are replayed on another thread, which keeps the watchdog of the SDK (slower) until this process is started anew.',
    );
    if (this.ending) return;
    this.thread = this.load(true);
    this.thread.catch(() => {}); // whoever asks for the next workflow is told
  }
}
