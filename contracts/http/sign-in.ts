/** Who I am to Tirek: a person with the posts of today, or a service. */
import { z } from 'zod';
import { CENTER_POSTS, SUPERVISOR_POSTS } from '../staffing.js';
import { operation } from './operation.js';
import { Instant } from './primitives.js';

const OwnPost = z
  .strictObject({
    post: z.string().meta({ description: 'As it is written in `Tirek-Post`.', example: 'case_manager@almaty-auezov' }),
    role: z.enum([...CENTER_POSTS, ...SUPERVISOR_POSTS, 'duty_officer']),
    center: z.string(),
  })
  .meta({ id: 'OwnPost' });

export const Me = z
  .strictObject({
    person: z.string().meta({ description: 'Id in the staffing record: `sub` of the token.' }),
    posts: z.array(OwnPost).meta({ description: 'Of today: own ones, those of colleagues for whom the person stands in, the turn of duty.' }),
    post: z.string().optional().meta({ description: 'The one that `Tirek-Post` has named. Without it each act takes the first post that may do it.' }),
    service: z.string().optional().meta({ description: 'The service that asks in the person’s name.' }),
    stepUpUntil: Instant.optional().meta({ description: 'Acts that need a recent and strong sign-in are taken until then; absent: not on this one.' }),
  })
  .meta({ id: 'Me' });

export const ServiceSelf = z.strictObject({ service: z.string().meta({ description: 'The client id.' }) }).meta({ id: 'ServiceSelf' });

export const SIGN_IN_OPERATIONS = {
  readMe: operation({
    method: 'get',
    path: '/v1/me',
    tag: 'Sign-in',
    summary: 'Who I am, and as what I may act today',
    access: 'token',
    act: 'readOwnPosts',
    success: { status: 200, description: 'The person and the posts of today.', schema: Me },
    problems: [],
  }),
  readService: operation({
    method: 'get',
    path: '/v1/service',
    tag: 'Sign-in',
    summary: 'Which service this is: for the software of a Center, whether its own token is taken',
    access: 'service',
    success: { status: 200, description: 'The service.', schema: ServiceSelf },
    problems: [],
  }),
};
