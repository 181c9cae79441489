/**
 * Figures that two checkouts of this project are compared by. Everything in this folder is measured from outside, over
 * HTTP, the engine and rows that both have, with the means of the bench of the checkout that it lies in: so it can be
 * laid into an older one and run there.
 */
export interface Figure {
  name: string;
  unit: string;
  /** Places after the point when it is printed. */
  digits: number;
  /** One value a run. */
  values: number[];
  /** What a reader must know to read it. */
  note?: string;
}

export class FigureSet {
  private readonly figures = new Map<string, Figure>();

  /** Adds a value to its figure; one that could not be told is left out. */
  add(name: string, unit: string, value: number | undefined, digits = 1, note?: string): void {
    if (value === undefined || !Number.isFinite(value)) return;
    const known = this.figures.get(name);
    if (known !== undefined) known.values.push(value);
    else this.figures.set(name, { name, unit, digits, values: [value], ...(note === undefined ? {} : { note }) });
  }

  all(): Figure[] {
    return [...this.figures.values()];
  }
}

/** How much is measured. */
export interface FigureEffort {
  runs: number;
  livesAtOnce: number;
  /** Lives one after the other, for commands on an idle house. */
  livesAlone: number;
  /** Open cases that reports are about. */
  cases: number;
  reports: number;
  seconds: number;
}

export type Tell = (line: string) => void;
