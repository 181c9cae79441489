/**
 * An adoption: the version comes into force, then every open case is told, again and again until none
 * has an older one. The function is a table of contents; who is open and what a case is told is the
 * activities' affair, and what a case makes of it is the core's.
 */
import { allHandlersFinished, condition, continueAsNew } from '@temporalio/workflow';
import type { AdoptionInput } from '../../contracts/law-adoption.js';
import { Sweep } from './sweep.js';

export async function lawAdoptionWorkflow(input: AdoptionInput): Promise<void> {
  const sweep = new Sweep(input);
  sweep.listen();
  await sweep.begin();
  while (!sweep.isOver()) {
    await sweep.tellEveryCase();
    await sweep.endOrRest();
    if (sweep.isOver() || !sweep.mayContinueAsNew()) continue;
    await condition(allHandlersFinished);
    return continueAsNew<typeof lawAdoptionWorkflow>(sweep.nextInput());
  }
}
