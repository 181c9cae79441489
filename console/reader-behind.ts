/** The only way to whom a page is shown. */
import type { Request } from 'express';
import type { Act } from '../domain/access/rights.js';
import type { Actor } from '../domain/case/facts.js';
import { actorFor } from '../office/signed-in.js';
import type { Entrance } from './entrance.js';
import type { Reader } from './page.js';
import { readerFor } from './request.js';

/** Undefined when nobody is signed in. @param act that the page is about: of several posts the first that may */
export async function readerBehind(entrance: Entrance, request: Request, act?: Act): Promise<{ actor: Actor; reader: Reader } | undefined> {
  const signedIn = await entrance.behind(request);
  if (signedIn === undefined) return undefined;
  const actor = actorFor(signedIn, act);
  return { actor, reader: readerFor(request, actor, signedIn) };
}
