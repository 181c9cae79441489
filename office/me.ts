/** What a person is told of the own sign-in. */
import type { z } from 'zod';
import { iso } from '../contracts/iso.js';
import type { Me } from '../contracts/http/sign-in.js';
import { postInWords, type SignedIn } from './signed-in.js';

/** A moment that never comes is none to tell: the switch of a development machine asks for no sign-in. */
export function tellMe({ person, posts, chosen, service, stepUp }: SignedIn): z.input<typeof Me> {
  const reaches = Number.isFinite(stepUp.until) && stepUp.until > 0;
  return {
    person,
    posts: posts.map((post) => ({ post: postInWords(post), role: post.role as z.input<typeof Me>['posts'][number]['role'], center: post.center })),
    ...(chosen === undefined ? {} : { post: postInWords(chosen) }),
    ...(service === undefined ? {} : { service }),
    ...(reaches ? { stepUpUntil: iso(stepUp.until) } : {}),
  };
}
