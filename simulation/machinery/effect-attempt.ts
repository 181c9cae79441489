/** One attempt of an effect, as activities/effects.ts makes it: read, send, write what became of it. */
import type { EffectEnd, EffectRequest } from '../../contracts/case-clock.js';
import { projectionOf } from '../../db/projection.js';
import type { Agencies } from './agencies.js';
import type { SimDesk } from './desk.js';
import type { ModelHouse } from './model-house.js';
import { wantedEffect } from './model-sights.js';
import type { Incarnation } from './process.js';

/** @throws LinkBroken for faults of ours: the engine tries it over */
export async function sendEffect(house: ModelHouse, agencies: Agencies, desk: SimDesk, incarnation: Incarnation, request: EffectRequest): Promise<EffectEnd> {
  await incarnation.to();
  const wanted = wantedEffect(house, request);
  await incarnation.back();
  if (wanted === undefined) return { mustLook: true };
  const { caseId, key, series } = request;
  const sent = await agencies.receive({ key, caseId, agency: wanted.agency, kind: wanted.kind, measureIds: wanted.measure_ids });
  await incarnation.pause(1);
  await desk.ask(caseId, { kind: 'outcome', outcome: { key, series, ...sent } });
  const state = house.tables.current.get(caseId);
  if (state === undefined) return { mustLook: true };
  const { effects, file } = projectionOf(state);
  const hasEnd = effects.some((effect) => effect.key === key && effect.state !== 'pending' && effect.state !== 'parked');
  return { mustLook: !hasEnd || !file.running };
}
