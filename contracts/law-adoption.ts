/** What crosses into the workflow that tells every open case of another calendar or policy. Free of zod. */

export const LAW_ADOPTION_WORKFLOW = 'lawAdoptionWorkflow';

/** One run at a time per adoption: starting it again wakes the one that runs. */
export function lawAdoptionWorkflowId(adoptionId: string): string {
  return `law-adoption-${adoptionId}`;
}

/** Signal: the row of the adoption has changed, or somebody thinks that it sleeps. */
export const WAKE_SIGNAL = 'wake';

export const PROGRESS_QUERY = 'progress';

export interface AdoptionInput {
  adoptionId: string;
  /** What one run hands to the next. */
  carried?: CarriedSweep;
}

export interface CarriedSweep {
  passes: number;
  /** Passes in a row after which as many cases were left as before. */
  fruitless: number;
}

export interface AdoptionProgress extends CarriedSweep {
  phase: 'beginning' | 'telling' | 'paused' | 'waiting' | 'done' | 'given_up';
}

/** How the sweep found the adoption when it looked. */
export type AdoptionStanding = 'running' | 'paused' | 'done' | 'given_up';

export interface SweptPage {
  standing: AdoptionStanding;
  told: number;
  failed: number;
  /** No transaction from before the adoption was at work any more when the page was read. */
  hasSettled: boolean;
  /** The page's last case: the next page begins after it; absent on the last one. */
  next?: string;
}
