/**
 * The link of a mail by which one person takes one alert, signed in nowhere (P53). What it says is in it, and the relay's
 * signature over that: who forges one, moves it to another alert or person, or makes it last longer, has none. Once an alert is
 * taken no link takes it again.
 */
import { z } from 'zod';
import type { Instant } from '../../domain/law/calendar.js';
import type { TakingLinkAct } from './acts.js';
import type { Proof, ProofReader } from './proof.js';

/** So long a link of a mail takes the alert, in milliseconds. */
export const TAKING_LINK_LIVES_MS = 24 * 3_600_000;

/** Where the pages serve it, under the public address. */
export const TAKING_PATH = '/console/take';

export interface TakingLink {
  alertId: string;
  person: string;
  expiresAt: Instant;
}

/** @param pages origin at which people reach the pages */
export function takingLinkTo(pages: string, proof: Proof, { alertId, person, expiresAt }: TakingLink): string {
  const act: TakingLinkAct = { act: 'taking_link', alert: alertId, person, expiresAt };
  const said = Buffer.from(JSON.stringify([alertId, person, expiresAt]), 'utf8').toString('base64url');
  return `${pages}${TAKING_PATH}?k=${said}~${proof.sign(act)}`;
}

const Said = z.tuple([z.string().min(1).max(400), z.string().min(1).max(200), z.number().int()]);

/** @returns what a key says, `invalid` when the relay has not signed it, `expired` after its time */
export function takingLinkIn(key: string, proof: ProofReader, now: Instant): TakingLink | 'invalid' | 'expired' {
  const [said = '', jws] = key.split('~');
  const parsed = Said.safeParse(jsonIn(said));
  if (!parsed.success) return 'invalid';
  const [alertId, person, expiresAt] = parsed.data;
  if (proof.fault({ act: 'taking_link', alert: alertId, person, expiresAt }, jws) !== undefined) return 'invalid';
  return now < expiresAt ? { alertId, person, expiresAt } : 'expired';
}

function jsonIn(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  } catch {
    // What is no JSON says nothing: the caller says that it is no link.
    return undefined;
  }
}
