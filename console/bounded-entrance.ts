/** The way in to the pages within its bounds: each page counts as a request of whoever is signed in. */
import { countFor } from '../api/bounds.js';
import type { Bounds } from '../office/bounds.js';
import type { Entrance } from './entrance.js';

export function within(bounds: Bounds, entrance: Entrance): Entrance {
  return {
    ...entrance,
    async behind(request) {
      const signedIn = await entrance.behind(request);
      if (signedIn === undefined) return undefined;
      await countFor(bounds, request, signedIn.person);
      return signedIn;
    },
  };
}
