/** "I have it" (P53): the button of the list of alerts, and the page behind the link of a mail, which asks for no sign-in. */
import express, { type Request, type Router } from 'express';
import type { VNode } from 'preact';
import { fill } from '../contracts/messages/fill.js';
import { TAKING_PATH } from '../contracts/proof/taking-link.js';
import type { Desk } from '../ledger/desk.js';
import { problem } from '../office/problem.js';
import { showLinkedAlert, takeAlertOf, takeLinkedAlert, type LinkedAlert } from '../office/taken-alerts.js';
import type { Entrance } from './entrance.js';
import { Frame, type Reader } from './page.js';
import { readerFor, show } from './request.js';
import { readerBehind } from './reader-behind.js';
import { localEnd, localTime } from './wording.js';

const form = express.urlencoded({ extended: false, limit: '4kb' });

export function serveTaking(router: Router, { pool }: Desk, entrance: Entrance): void {
  router.post('/alerts/:alertId/taken', async (request, response) => {
    const found = await readerBehind(entrance, request, 'takeAlert');
    if (found === undefined) return response.redirect(303, entrance.doorFor(request));
    await takeAlertOf(pool, { actor: found.actor, language: found.reader.language }, request.params['alertId']);
    response.redirect(303, '/console/alerts');
  });
}

/** GET shows, POST takes: whoever scans mail for its owner follows every link. The key travels in no path and no log. */
export function serveTakingLinks(router: Router, { pool, deps }: Desk): void {
  const link = { pool, proof: deps.proof, now: Date.now };
  const path = TAKING_PATH.replace('/console', '');
  router.get(path, async (request, response) => {
    const key = keyIn(request.query);
    const reader = readerFor(request);
    show(response, <TakePage reader={reader} keyOfLink={key} alert={await showLinkedAlert(link, key, reader.language)} />);
  });
  router.post(path, form, async (request, response) => {
    const key = keyIn((request as Request<object, unknown, unknown>).body);
    await takeLinkedAlert(link, key);
    response.redirect(303, `${TAKING_PATH}?${new URLSearchParams({ k: key }).toString()}`);
  });
}

const LONGEST_KEY = 2_000;

function keyIn(given: unknown): string {
  const { k: key } = (given ?? {}) as { k?: unknown };
  if (typeof key !== 'string' || key.length > LONGEST_KEY) throw problem('taking_link_invalid');
  return key;
}

function TakePage({ reader, keyOfLink, alert }: { reader: Reader; keyOfLink: string; alert: LinkedAlert }): VNode {
  const { words, text } = reader;
  const { title, number, dueAt } = alert;
  return (
    <Frame reader={reader} title={words.takeTitle}>
      {title === undefined ? null : <p>{title}</p>}
      {number === undefined ? null : <p>{`${text.words.journalNumber}: ${number}`}</p>}
      {dueAt === undefined ? null : <p>{`${text.words.dueAt}: ${localEnd(new Date(dueAt).toISOString())}`}</p>}
      {alert.standing === 'open' ? (
        <form method="post" action={TAKING_PATH}>
          <p>{words.takeNow}</p>
          <input type="hidden" name="k" value={keyOfLink} />
          <button>{words.takeIt}</button>
        </form>
      ) : (
        <p>{standingInWords(reader, alert)}</p>
      )}
    </Frame>
  );
}

function standingInWords({ words, text, language }: Reader, { standing, takenAt }: LinkedAlert): string {
  if (standing === 'over' || takenAt === undefined) return text.problems.alert_over;
  const at = localTime(new Date(takenAt).toISOString());
  return fill(standing === 'mine' ? words.youHaveIt : words.somebodyHasIt, { at }, language);
}
