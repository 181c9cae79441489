/** How the API shows what a road keeps of a case. */
import type { z } from 'zod';
import type { OfAllRoads } from '../../domain/case/roads.js';

type Kept = OfAllRoads<'state'>;

export interface StrandShown<K extends keyof Kept, S extends z.ZodType = z.ZodType> {
  schema: S;
  /** The body of it; instants become ISO texts here. */
  shown: (kept: Kept[K]) => z.input<S>;
}

/** The member of the state, what readers get of it, and the way there. */
export function strand<K extends keyof Kept, S extends z.ZodType>(_member: K, schema: S, shown: (kept: Kept[K]) => z.input<S>): StrandShown<K, S> {
  return { schema, shown };
}
