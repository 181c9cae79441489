/** Sessions of the pages: people see and end their own, an administrator those of somebody of the own Center. */
import { z } from 'zod';
import { operation } from './operation.js';
import { Id, Instant, StaffId, text } from './primitives.js';

const OwnSession = z
  .strictObject({
    sessionId: Id,
    post: z.string().optional().meta({ description: 'The post that was chosen in it, `<role>@<center>`.' }),
    strength: z.string().optional().meta({ description: 'How strong its sign-in was, `acr` of the provider.' }),
    createdAt: Instant,
    lastSeenAt: Instant,
    endsAt: Instant.meta({ description: 'At the latest; earlier when nobody comes.' }),
  })
  .meta({ id: 'OwnSession' });

export const OwnSessions = z.strictObject({ items: z.array(OwnSession) }).meta({ id: 'OwnSessions' });
export const SessionsEnded = z
  .strictObject({ ended: z.number().int().meta({ description: 'How many were open and are over now.' }) })
  .meta({ id: 'SessionsEnded' });

const ENDED = { status: 200, description: 'They are over; what a browser still keeps opens nothing. A repeat ends none.', schema: SessionsEnded } as const;
const TAG = 'Sign-in';

export const SESSION_OPERATIONS = {
  listOwnSessions: operation({
    method: 'get',
    path: '/v1/me/sessions',
    tag: TAG,
    summary: 'My open sessions of the pages',
    access: 'token',
    act: 'keepOwnSessions',
    success: { status: 200, description: 'The last one seen first.', schema: OwnSessions },
    problems: [],
  }),
  endOwnSessions: operation({
    method: 'delete',
    path: '/v1/me/sessions',
    tag: TAG,
    summary: 'End all my sessions of the pages',
    access: 'token',
    act: 'keepOwnSessions',
    success: ENDED,
    problems: [],
  }),
  endOwnSession: operation({
    method: 'delete',
    path: '/v1/me/sessions/{sessionId}',
    tag: TAG,
    summary: 'End one of my sessions of the pages',
    access: 'token',
    act: 'keepOwnSessions',
    parameters: z.strictObject({ sessionId: Id }),
    success: ENDED,
    problems: ['route_unknown'],
  }),
  endSessions: operation({
    method: 'delete',
    path: '/v1/centers/{center}/people/{person}/sessions',
    tag: TAG,
    summary: 'End all sessions of the pages of somebody whom the staffing record of the own Center names',
    access: 'token',
    act: 'endSessions',
    parameters: z.strictObject({ center: text(100), person: StaffId }),
    success: ENDED,
    problems: ['role_not_allowed', 'actor_of_other_center', 'route_unknown'],
  }),
};
