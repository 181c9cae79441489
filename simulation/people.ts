/** Who acts in the synthetic lives: roles of one Center; no person is meant. */
import type { Actor } from '../domain/case/facts.js';

export const CENTER = 'synthetic';

export const SPECIALIST: Actor = { id: 'specialist', role: 'social_work_specialist', center: CENTER };
export const MANAGER: Actor = { id: 'manager', role: 'case_manager', center: CENTER };
export const UNIT_HEAD: Actor = { id: 'unit-head', role: 'unit_head', center: CENTER };
export const HEAD: Actor = { id: 'head', role: 'center_head', center: CENTER };

export function agencyActor(code: string): Actor {
  return { id: code, role: 'agency', center: '' };
}
