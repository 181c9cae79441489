/**
 * What the clock sees of a case, as the engine may be told of it: to whom somebody who hides is redirected tells as much as a word
 * would (P43). The attempt itself reads from the ledger what it sends, and to whom.
 */
import { untoldEffect } from '../contracts/told-names.js';
import type { ClockSight } from '../db/clock-look.js';

export function asTold(sight: ClockSight): ClockSight {
  const { effects, duties, waitingOn } = sight;
  const told = effects.map((effect) => {
    const word = untoldEffect(effect.kind);
    return word === undefined ? effect : { ...effect, kind: word, agency: word };
  });
  const named = new Set([...told.map(({ agency }) => agency), ...duties.map(({ agency }) => agency)]);
  const hidden = new Map(effects.flatMap(({ kind, agency }) => (untoldEffect(kind) === undefined || named.has(agency) ? [] : [[agency, untoldEffect(kind)]])));
  return { ...sight, effects: told, waitingOn: [...new Set(waitingOn.map((agency) => hidden.get(agency) ?? agency))] };
}
