/**
 * What the sandbox of workflows costs: `npx tsx tools/bench/sandbox.ts`. Activations are made by hand and given to the
 * workflow thread without a server, so that nothing else is measured: each wake is a signal (cancels a timer, asks for a
 * local activity) and its answer (starts a timer). CPU time of that thread alone, from the kernel (Linux).
 */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultPayloadConverter } from '@temporalio/common';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import { ThreadedVMWorkflowCreator } from '@temporalio/worker/lib/workflow/threaded-vm.js';
import type { Workflow, WorkflowCreateOptions, WorkflowCreator } from '@temporalio/worker/lib/workflow/interface.js';
import type { SandboxOptions } from '../../process/workflow-sandbox.js';
import { LeanSandbox } from '../../process/workflow-sandbox.js';

type Bundle = SandboxOptions['bundle'];
type Activation = Parameters<Workflow['activate']>[0];
type Job = NonNullable<Activation['jobs']>[number];

const CASES = 50;
const WAKES = Number(process.argv[2] ?? 3_000);
const ROUNDS = 5;
const WATCHDOG_MS = 5_000;
const logger = new DefaultLogger('WARN');

const SANDBOXES: Readonly<Record<string, (bundle: Bundle) => Promise<WorkflowCreator>>> = {
  'the SDK as it is': (bundle) => ofSdk(bundle, WATCHDOG_MS),
  'without watchdog': (bundle) => ofSdk(bundle, undefined),
  'without promise hook': (bundle) => LeanSandbox.create({ ...lean(bundle), guarded: true }),
  'without both': (bundle) => LeanSandbox.create(lean(bundle)),
};

function ofSdk(workflowBundle: Bundle, watchdogMs: number | undefined): Promise<WorkflowCreator> {
  return ThreadedVMWorkflowCreator.create({
    workflowBundle,
    threadPoolSize: 1,
    isolateExecutionTimeoutMs: watchdogMs as number,
    reuseV8Context: true,
    registeredActivityNames: new Set(['look']),
    logger,
  });
}

function lean(bundle: Bundle): SandboxOptions {
  const compiled = { reuseV8Context: true, activities: new Map([['look', {} as never]]) };
  return { bundle, compiled, logger, bounds: { silenceMs: 10_000, loadMs: 60_000, watchdogMs: WATCHDOG_MS } };
}

/** Nanoseconds of CPU time of each thread of this process. */
function cpuByThread(): Map<string, number> {
  const threads = readdirSync('/proc/self/task');
  return new Map(threads.map((thread) => [thread, Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[0])]));
}

/** The thread, besides this one, that worked most. */
function busiest(before: Map<string, number>, after: Map<string, number>): number {
  const own = String(process.pid);
  return Math.max(...[...after].filter(([thread]) => thread !== own).map(([thread, ns]) => ns - (before.get(thread) ?? 0)));
}

/** One case, driven as the server would. */
class DrivenCase {
  private readonly workflow: Workflow;
  private readonly runId: string;
  private looks = 0;

  private constructor(workflow: Workflow, runId: string) {
    this.workflow = workflow;
    this.runId = runId;
  }

  static async open(creator: WorkflowCreator, runId: string): Promise<DrivenCase> {
    const driven = new DrivenCase(await creator.createWorkflow(infoOf(runId)), runId);
    await driven.activate({ initializeWorkflow: { workflowId: runId, workflowType: 'clock', arguments: [], randomnessSeed: undefined as never } });
    await driven.answerLook();
    return driven;
  }

  async wake(): Promise<void> {
    await this.activate({ signalWorkflow: { signalName: 'wake', input: [], headers: {} } });
    await this.answerLook();
  }

  close(): Promise<void> {
    return this.workflow.dispose();
  }

  private async answerLook(): Promise<void> {
    this.looks += 1;
    const result = defaultPayloadConverter.toPayload({ board: `seen ${this.looks}` });
    await this.activate({ resolveActivity: { seq: this.looks, isLocal: true, result: { completed: { result } } } });
  }

  private async activate(job: Job): Promise<void> {
    const nowMs = Date.now();
    const timestamp = { seconds: Math.floor(nowMs / 1_000) as never, nanos: 0 };
    const completion = await this.workflow.activate({ runId: this.runId, timestamp, jobs: [job], historyLength: 10, availableInternalFlags: [1, 2, 3] });
    if (completion.failed != null) throw new Error(`an activation failed: ${completion.failed.failure?.message}`);
    if ((completion.successful?.commands ?? []).length === 0) throw new Error('an activation did nothing');
    await this.workflow.getAndResetSinkCalls();
  }
}

function infoOf(runId: string): WorkflowCreateOptions {
  const unsafe = { now: Date.now, isReplaying: false, isReplayingHistoryEvents: false, random: Math.random };
  const info = { workflowId: runId, runId, workflowType: 'clock', taskQueue: 'q', namespace: 'n', attempt: 1, searchAttributes: {}, unsafe };
  const seed = Array.from({ length: 8 }, (_, index) => index);
  return { info: info as never, randomnessSeed: seed, now: Date.now(), showStackTraceSources: false, failureExceptionTypeNames: [] as never };
}

/** @returns microseconds of CPU time of the workflow thread for each activation */
async function measure(create: (bundle: Bundle) => Promise<WorkflowCreator>, bundle: Bundle): Promise<number> {
  const creator = await create(bundle);
  const cases = await Promise.all(Array.from({ length: CASES }, (_, index) => DrivenCase.open(creator, `run-${index}`)));
  const rounds = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += CASES) await Promise.all(cases.map((each) => each.wake()));
  };
  await rounds(500); // compiled by then
  const before = cpuByThread();
  await rounds(WAKES);
  const spent = busiest(before, cpuByThread());
  await Promise.all(cases.map((each) => each.close()));
  await creator.destroy();
  return spent / 1_000 / (WAKES * 2);
}

const { code } = await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('./sandbox-workflows.ts', import.meta.url)), logger });
const [, encoded = ''] = /sourceMappingURL=data:application\/json;charset=utf-8;base64,(.+)/.exec(code) ?? [];
const bundle: Bundle = { code, sourceMap: JSON.parse(Buffer.from(encoded, 'base64').toString()) as Bundle['sourceMap'], filename: 'workflow-bundle.js' };
const spent = new Map<string, number[]>(Object.keys(SANDBOXES).map((name) => [name, []]));
// In turns, so that what else the machine does meets all of them alike.
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, create] of Object.entries(SANDBOXES)) spent.get(name)?.push(await measure(create, bundle));
}
for (const [name, all] of spent) {
  const sorted = all.toSorted((a, b) => a - b);
  console.log(`${name.padEnd(22)}${sorted[2]?.toFixed(0)} µs an activation (${sorted.map((each) => each.toFixed(0)).join(', ')})`);
}
