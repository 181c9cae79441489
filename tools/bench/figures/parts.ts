/** The parts that are told as figures. */
import type { BenchStack } from '../bench-stack.js';
import { measureCold } from './cold.js';
import { measureCommands } from './commands.js';
import type { Figure, FigureEffort, Tell } from './figure.js';
import { measureApart, measureLives } from './lives.js';
import { measureReports } from './reports.js';

export const FIGURE_PARTS = ['lives', 'apart', 'commands', 'reports', 'cold'] as const;
export type FigurePart = (typeof FIGURE_PARTS)[number];

export const MEASURE_FIGURES: Readonly<Record<FigurePart, (stack: BenchStack, effort: FigureEffort, tell: Tell) => Promise<Figure[]>>> = {
  lives: measureLives,
  apart: measureApart,
  commands: measureCommands,
  reports: measureReports,
  cold: measureCold,
};

export function figureEffortOf(quick: boolean, runs: number): FigureEffort {
  return quick
    ? { runs, livesAtOnce: 10, livesAlone: 3, cases: 5, reports: 400, seconds: 10 }
    : { runs, livesAtOnce: 50, livesAlone: 10, cases: 50, reports: 1_500, seconds: 20 };
}
