/** The straight road with a measure at each of the twelve agencies: the widest fan-out that the law knows. */
import type { PlannedMeasure } from '../../domain/case/facts.js';
import { SECTORS } from '../../domain/law/sectors.js';
import { PLAN_CATEGORIES } from '../../domain/law/plan-categories.js';
import { command, local, report, straightRoad, type Doing } from '../lives/straight-road.js';

export const AGENCIES: readonly string[] = SECTORS.map(({ code }) => code);

const DUE_ON = '2026-03-02';
const FAMILY = 'm-family';

/** What the script calls the measure of an agency. */
export const measureOf = (agency: string): string => `m-${agency.replaceAll('_', '-')}`;

function measures(): PlannedMeasure[] {
  return [
    ...AGENCIES.map(
      (agency): PlannedMeasure => ({ measureId: measureOf(agency), kind: 'state', supportKind: 'targeted_social_assistance', agency, dueOn: DUE_ON }),
    ),
    { measureId: FAMILY, kind: 'family', supportKind: 'parenting_course', dueOn: DUE_ON, categories: PLAN_CATEGORIES },
  ];
}

/** Up to the plan that waits to be sent. */
export function beforeFanOut(): Doing[] {
  const road = straightRoad();
  return road
    .slice(0, placeOf(road, 'sendIpr'))
    .map((doing) =>
      'command' in doing && doing.command.kind === 'draftIpr'
        ? { at: doing.at, command: command('draftIpr', { ...doing.command.data, measures: measures() }, doing.command.actor) }
        : doing,
    );
}

/** The plan goes to all twelve. */
export function fanOut(): Doing[] {
  const road = straightRoad();
  const sent = road.slice(placeOf(road, 'sendIpr')).slice(0, 1);
  return [...sent, ...AGENCIES.map((agency): Doing => ({ at: local('2026-01-27', 10, 1), acknowledge: agency }))];
}

/** All twelve report, all is marked, and the case goes to the end of its monitoring. */
export function afterFanOut(): Doing[] {
  const road = straightRoad();
  const performed = AGENCIES.map((agency): Doing => ({ at: local('2026-02-16'), delivery: report(agency, measureOf(agency), {}, 0, `d-${agency}`) }));
  const marked = AGENCIES.map(
    (agency): Doing => ({
      at: local('2026-02-17'),
      command: command('markStatus', { measureId: measureOf(agency), reportId: `report-d-${agency}`, status: 'done' }),
    }),
  );
  const family: Doing = { at: local('2026-02-27'), command: command('markStatus', { measureId: FAMILY, status: 'done' }) };
  return [...performed, ...marked, family, ...road.slice(placeOf(road, 'markCompletion'))];
}

export function wideRoad(): Doing[] {
  return [...beforeFanOut(), ...fanOut(), ...afterFanOut()];
}

function placeOf(road: readonly Doing[], kind: string): number {
  return road.findIndex((doing) => 'command' in doing && doing.command.kind === kind);
}
