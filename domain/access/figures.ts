/** Figures of what is done (192-4-4): who reads them, up to which level, of which Centers, and how what must not be counted is shown. */
import type { Actor } from '../case/facts.js';
import type { Role } from '../law/rule.js';

/** From the Center up to the country. */
export const FIGURE_LEVELS = ['center', 'district', 'region', 'country'] as const;

export type FigureLevel = (typeof FIGURE_LEVELS)[number];

/** The highest level of each role that reads figures. The coordinator belongs to the body of the district in which the Center is. */
export const FIGURES_UP_TO: Readonly<Partial<Record<Role, FigureLevel>>> = {
  center_head: 'center',
  analyst: 'center',
  coordinator: 'district',
  region_supervisor: 'region',
  ministry_supervisor: 'country',
};

/** How many digits of the classifier tell one territory of a level from another. */
export const DIGITS_OF: Readonly<Record<'district' | 'region', number>> = { district: 4, region: 2 };

/** The Centers whose figures somebody may read: the own one, or those of a territory by its first digits. */
export type FigureScope = { center: string } | { prefix: string };

/** A name like `region-75`: the body that supervises the Centers of a region. */
const REGION_HOLDER = /^region-([1-9]\d)$/;

/**
 * Of which Centers an actor reads figures; undefined where it is of none.
 * @param territory of the actor's own Center, where it is one
 */
export function figureScope({ role, center }: Actor, territory: string | undefined): FigureScope | undefined {
  switch (FIGURES_UP_TO[role]) {
    case 'center':
      return { center };
    case 'district':
      return territory === undefined ? undefined : { prefix: territory.slice(0, DIGITS_OF.district) };
    case 'region': {
      const [, prefix] = REGION_HOLDER.exec(center) ?? [];
      return prefix === undefined ? undefined : { prefix };
    }
    case 'country':
      return center === 'ministry' ? { prefix: '' } : undefined;
    case undefined:
      return undefined;
  }
}

/** Whether the level is not above the one up to which the role reads. */
export function isWithinFigures(role: Role, level: FigureLevel): boolean {
  const highest = FIGURES_UP_TO[role];
  return highest !== undefined && FIGURE_LEVELS.indexOf(level) <= FIGURE_LEVELS.indexOf(highest);
}

const BAND = 5;

/**
 * A count of cases with violence: under five nobody learns how many, not even whether there is any; above it is told in steps of
 * five, for the figure of a district less those of its other Centers would be the one that was hidden.
 */
export function bandOf(count: number): string {
  if (count < BAND) return `<${BAND}`;
  const from = count - (count % BAND);
  return `${from}-${from + BAND - 1}`;
}
