/** How soon a command is answered while nothing else goes on. */
import { setTimeout as pause } from 'node:timers/promises';
import { developmentOrganisationId } from '../../../db/development-organisations.js';
import { SECTORS } from '../../../domain/law/sectors.js';
import { CURRENT_LAW } from '../../../cli/commands/current-law.js';
import type { BenchStack } from '../bench-stack.js';
import { FamilyLife } from '../family-life.js';
import { percentile } from '../statistics.js';
import { FigureSet, type Figure, type FigureEffort, type Tell } from './figure.js';

const AGENCIES = SECTORS.map(({ code }) => developmentOrganisationId(code));
const LAST_IN_ONE_HOUR = 'recordMonitoringContact (month 3)';
/** What a command sets going behind itself is done before the next one comes. */
const REST_MS = 60;
const WARM_UP = 2;

export async function measureCommands(stack: BenchStack, { runs, livesAlone }: FigureEffort, tell: Tell): Promise<Figure[]> {
  const figures = new FigureSet();
  tell('Commands on an idle house: warming up');
  await lives(stack, WARM_UP, () => undefined);
  for (let run = 1; run <= runs; run += 1) {
    tell(`Commands on an idle house, run ${run} of ${runs}`);
    const ms: number[] = [];
    await lives(stack, livesAlone, (took) => void ms.push(took));
    figures.add('a command, p50, idle', 'ms', percentile(ms, 0.5));
    figures.add('a command, p99, idle', 'ms', percentile(ms, 0.99));
  }
  return figures.all();
}

/** One after the other, in one hour. */
async function lives(stack: BenchStack, count: number, onCommand: (ms: number) => void): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const life = await FamilyLife.begin({ ...stack, skipsTime: false }, { agencies: AGENCIES, calendar: CURRENT_LAW.calendar, onCommand });
    for (const act of life.road().flatMap(({ acts }) => acts)) {
      await pause(REST_MS);
      await act.perform();
      if (act.name === LAST_IN_ONE_HOUR) break;
    }
  }
}
