/** P53: "I have it", of an alarm of threat or duty: by whoever is signed in and may read it, or by the link of a mail. */
import type { z } from 'zod';
import type { AlertTakenAnswer } from '../contracts/http/staffing.js';
import { instantInWords, ruleTitle } from '../contracts/messages/wording.js';
import type { Language } from '../contracts/messages/language.js';
import type { ProofReader } from '../contracts/proof/proof.js';
import { takingLinkIn } from '../contracts/proof/taking-link.js';
import type { Pool } from '../db/pool.js';
import { alertToTake, takeAlert, type AlertToTake, type TakenAlert } from '../db/untaken-alerts.js';
import type { Actor } from '../domain/case/facts.js';
import type { Instant } from '../domain/law/calendar.js';
import { isRoundTheClock } from '../domain/law/ladder.js';
import type { Role } from '../domain/law/rule.js';
import type { Asked } from './asked.js';
import { accessForAlert } from './case-access.js';
import { iso } from './instants.js';
import { problem } from './problem.js';

/**
 * Takes an alert for whoever is signed in; a repeat of theirs has the first answer.
 * @throws ProblemError `alert_unknown` for one that they were not told of and whose case they do not see, `alert_not_urgent`,
 * `alert_over`, `alert_taken` with who has it
 */
export async function takeAlertOf(
  pool: Pool,
  { actor, language }: Pick<Asked, 'actor' | 'language'>,
  alertId: string,
): Promise<z.input<typeof AlertTakenAnswer>> {
  const alert = await alertToTake(pool, alertId, actor.id);
  if (alert === undefined || alert.center !== actor.center) throw problem('alert_unknown');
  if (alert.toldAs === undefined) await mayRead(pool, actor, alert);
  const taken = await take(pool, alert, { person: actor.id, role: actor.role, way: 'signed_in' });
  if (taken.person !== actor.id) throw takenBy(taken, language);
  return { alertId, taken: { person: taken.person, role: taken.role, way: taken.way, at: iso(taken.at) } };
}

async function mayRead(pool: Pool, actor: Actor, { caseId }: AlertToTake): Promise<void> {
  if (caseId !== undefined) await accessForAlert(pool, actor, caseId);
}

function takenBy({ person, at }: TakenAlert, language: Language): Error {
  return problem('alert_taken', { params: { person, at: instantInWords(at, language) } });
}

/** @returns who has it then @throws ProblemError `alert_not_urgent`, `alert_over` */
async function take(pool: Pool, { alertId, ladder, dutyEnded, taken }: AlertToTake, who: Omit<TakenAlert, 'at'>): Promise<TakenAlert> {
  if (taken !== undefined) return taken;
  if (ladder === undefined || !isRoundTheClock(ladder)) throw problem('alert_not_urgent');
  if (dutyEnded) throw problem('alert_over');
  return takeAlert(pool, alertId, who);
}

/** What the page behind a link shows, to whoever holds it: of a case of violence its number and nothing else. */
export interface LinkedAlert {
  number?: string;
  title?: string;
  dueAt?: Instant;
  /** `open`: the button may be pressed. `mine`, `another`: it was, by whom the link names or by somebody else. */
  standing: 'open' | 'over' | 'mine' | 'another';
  takenAt?: Instant;
}

interface LinkDeps {
  pool: Pool;
  proof: ProofReader;
  /** Wall clock, epoch milliseconds. */
  now: () => Instant;
}

/**
 * Changes nothing: scanners of mail follow links.
 * @throws ProblemError `taking_link_invalid`, `taking_link_expired`
 */
export async function showLinkedAlert(deps: LinkDeps, key: string, language: Language): Promise<LinkedAlert> {
  const { alert, person } = await linked(deps, key);
  return shown(alert, person, alert.taken, language);
}

/**
 * Takes the alert for the person of the link, by the role for which they were told; taken already, it stays whose it is.
 * @throws ProblemError as `showLinkedAlert`, `alert_over`
 */
export async function takeLinkedAlert(deps: LinkDeps, key: string): Promise<void> {
  const { alert, person, role } = await linked(deps, key);
  await take(deps.pool, alert, { person, role, way: 'mail_link' });
}

async function linked({ pool, proof, now }: LinkDeps, key: string): Promise<{ alert: AlertToTake; person: string; role: Role }> {
  const link = takingLinkIn(key, proof, now());
  if (link === 'invalid') throw problem('taking_link_invalid');
  if (link === 'expired') throw problem('taking_link_expired');
  const alert = await alertToTake(pool, link.alertId, link.person);
  // Who has left the Center since has no link either.
  const role = alert?.toldAs?.[0];
  if (alert === undefined || role === undefined) throw problem('taking_link_invalid');
  return { alert, person: link.person, role };
}

function shown(
  { violence, journalNumber, rule, dueAt, dutyEnded }: AlertToTake,
  person: string,
  taken: TakenAlert | undefined,
  language: Language,
): LinkedAlert {
  const standing = taken !== undefined ? (taken.person === person ? 'mine' : 'another') : dutyEnded ? 'over' : 'open';
  return {
    ...(journalNumber === undefined ? {} : { number: journalNumber }),
    ...(violence ? {} : { title: ruleTitle(rule, language), dueAt }),
    standing,
    ...(taken === undefined ? {} : { takenAt: taken.at }),
  };
}
