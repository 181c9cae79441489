/** What a take recorded of the steps of the ladders, for whoever counts how late they are. */
import type { StepName } from '../domain/law/ladder.js';
import type { Force } from '../domain/law/rule.js';
import type { TakeOutcome } from './take.js';

/** A step of a ladder that was written down, against the moment for which it was planned, both in case time. */
export interface RecordedStep {
  step: StepName;
  force: Force;
  latenessMs: number;
}

export type StepObserver = (step: RecordedStep) => void;

/**
 * Told after the write, so that a repeat tells nothing. Only of moments that stood in the ledger before
 * this take: what an act of people or a new law puts into the past is not the engine's lateness.
 */
export function tellSteps({ before, entries }: Pick<TakeOutcome, 'before' | 'entries'>, onStep: StepObserver): void {
  for (const { type, at, data } of entries) {
    if (type !== 'DeadlineStepReached') continue;
    const { dutyKey, step, force, moment } = data;
    const planned = before?.duties.find(({ key }) => key === dutyKey)?.steps.some((each) => each.step === step && each.at === moment);
    if (planned === true) onStep({ step, force, latenessMs: at - moment });
  }
}
