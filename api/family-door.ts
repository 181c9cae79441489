/** The door of a family that comes with its code and no sign-in: a scheme of its own in `Authorization`. */
import type { Request } from 'express';
import type { z } from 'zod';
import type { FamilyView } from '../contracts/http/family-view.js';
import type { Language } from '../contracts/messages/language.js';
import type { Pool } from '../db/pool.js';
import type { Bounds } from '../office/bounds.js';
import { familyByCode, tellFamily } from '../office/family-view.js';
import { addressOf, countFor } from './bounds.js';

const SCHEME = /^FamilyCode +([0-9A-Za-z -]{1,64})$/i;

/** A request without a code is a try like one with a wrong code. @throws ProblemError `family_code_invalid`, `too_many_requests` */
export async function readFamilyView(pool: Pool, bounds: Bounds, request: Request, language: Language): Promise<z.input<typeof FamilyView>> {
  const [, code = ''] = SCHEME.exec(request.get('authorization') ?? '') ?? [];
  const family = await familyByCode(pool, bounds, addressOf(request), code);
  await countFor(bounds, request, `family:${family.codeId}`);
  return tellFamily(pool, family, language);
}
