/**
 * Centers and tokens of a development installation. They are no secret and open nothing outside of
 * it: production installations take their actors from OpenID Connect.
 */
import { createHash } from 'node:crypto';

import type { Role } from '../domain/law/rule.js';
import { FIRST_DISTRICT, SECOND_DISTRICT } from './development-organisations.js';

export interface DevelopmentCenter {
  id: string;
  nameKk: string;
  nameRu: string;
  /** Code of the classifier of administrative-territorial objects. */
  territory: string;
}

export interface DevelopmentToken {
  token: string;
  actorId: string;
  role: Role;
  center: string;
}

export const DEVELOPMENT_CENTERS: readonly DevelopmentCenter[] = [
  {
    id: 'almaty-auezov',
    nameKk: 'Алматы қаласы Әуезов ауданының отбасын қолдау орталығы',
    nameRu: 'Центр поддержки семьи Ауэзовского района города Алматы',
    territory: FIRST_DISTRICT.territory,
  },
  {
    id: 'shymkent-abay',
    nameKk: 'Шымкент қаласы Абай ауданының отбасын қолдау орталығы',
    nameRu: 'Центр поддержки семьи Абайского района города Шымкента',
    territory: SECOND_DISTRICT.territory,
  },
];

const POSTS: readonly { token: string; role: Role }[] = [
  { token: 'dev-specialist', role: 'social_work_specialist' },
  { token: 'dev-manager', role: 'case_manager' },
  { token: 'dev-unit-head', role: 'unit_head' },
  { token: 'dev-head', role: 'center_head' },
  { token: 'dev-coordinator', role: 'coordinator' },
  { token: 'dev-admin', role: 'administrator' },
];

/** One token per post: the first center's plain, the second's with the suffix `-2`. */
export const DEVELOPMENT_TOKENS: readonly DevelopmentToken[] = DEVELOPMENT_CENTERS.flatMap((center, index) =>
  POSTS.map(({ token, role }) => {
    const suffix = index === 0 ? '' : `-${index + 1}`;
    return { token: `${token}${suffix}`, actorId: `${token.replace(/^dev-/, '')}-${center.id}`, role, center: center.id };
  }),
);

/** Only digests of tokens are stored (SHA-256, hex). */
export function tokenDigest(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
