/**
 * The clock of one subject: it looks, keeps one timer, has effects sent, sleeps. It knows nothing of the subject and
 * decides nothing; what follows from what is the machine's, and here it only lasts. A case and a Center have a workflow
 * each, so that supervisors tell them apart; both are this.
 */
import { continueAsNew, CancellationScope, setDefaultSignalHandler } from '@temporalio/workflow';
import { CLOCK_VERSION, type ClockInput, type ClockOutcome } from '../../contracts/case-clock.js';
import { SubjectClock } from './subject-clock.js';

type ClockWorkflow = (input: ClockInput) => Promise<ClockOutcome>;

export async function runClock(input: ClockInput): Promise<ClockOutcome> {
  const { clockVersion } = input;
  // Of the task and not of the run: a worker of that release takes it up, or a relay of this one replaces it.
  if (clockVersion > CLOCK_VERSION) throw new Error(`this run is of version ${clockVersion} of the clock; this worker knows ${CLOCK_VERSION}`);
  // Started by an older relay beside this worker. Of one that an older worker has begun this fails the task until its run is replaced.
  if (clockVersion < CLOCK_VERSION) return continueAsNew<ClockWorkflow>({ ...input, clockVersion: CLOCK_VERSION });
  const clock = new SubjectClock(input);
  // Before the first await, and for every name: a signal is named for what happened, newer releases know
  // more names than this one, and one for which no handler stands is lost at continue-as-new.
  setDefaultSignalHandler(() => clock.wake());
  // Nobody cancels a clock: without its timer the run would stay, and be deaf.
  const ending = await CancellationScope.nonCancellable(() => clock.run());
  if (ending.kind === 'finish') return { subjectId: input.subjectId, seq: ending.seq };
  return continueAsNew<ClockWorkflow>({ ...input, ...(ending.told === undefined ? {} : { told: ending.told }) });
}
