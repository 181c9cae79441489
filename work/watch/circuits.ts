/**
 * Organisations whose address did not answer: each is asked every five minutes by one small probe. When its server answers one
 * message that waits is tried, and as soon as one was answered all the others are sent on their way, threats first.
 */
import type { Logger } from 'pino';
import type { PingHttp } from '../../adapters/agency-http.js';
import { forgetCircuit, noteAnswer, recoveredCircuits, takeDueCircuits, takeTrial, waitingFor, type WaitingEffect } from '../../db/circuits.js';
import { addressForMessages } from '../../db/organisation-keys.js';
import type { Pool } from '../../db/pool.js';
import type { Desk } from '../../ledger/desk.js';

export interface CircuitDependencies {
  pool: Pool;
  desk: Pick<Desk, 'ask'>;
  http: PingHttp;
  newId: () => string;
  log: Logger;
}

const MOST_PROBES = 20;
const BATCH = 200;

/** One round. @throws the errors of Postgres */
export async function watchCircuits(dependencies: CircuitDependencies): Promise<void> {
  const { pool } = dependencies;
  await Promise.all((await takeDueCircuits(pool, MOST_PROBES)).map((id) => probe(dependencies, id)));
  for (const id of await recoveredCircuits(pool)) await sendWhatWaits(dependencies, id);
}

/** Any answer of its own will do: an organisation need not know the ping. What a broken line or a gateway says is none. */
async function probe({ pool, desk, http, newId, log }: CircuitDependencies, organisationId: string): Promise<void> {
  const address = await addressForMessages(pool, organisationId);
  if (address?.endpointUrl === undefined) return noteAnswer(pool, organisationId);
  const { code, endpointUrl, secrets } = address;
  const answer = await http.ping({ code, endpointUrl, secrets }, { type: 'ping', pingId: newId(), sentAt: new Date().toISOString() });
  if (answer.outcome === 'unreachable' && !ANSWERS.test(answer.reason)) return;
  const [first] = await waitingFor(pool, organisationId, 1);
  if (first === undefined) return noteAnswer(pool, organisationId);
  if (!(await takeTrial(pool, organisationId))) return;
  log.info({ organisation: organisationId }, 'the server of an organisation answers again; a message that waits is tried');
  await resume(desk, first);
}

/** 4xx but for those that put off: its server speaks. */
const ANSWERS = /^http_4(?!08|25|29)\d\d$/;

async function sendWhatWaits({ pool, desk, log }: CircuitDependencies, organisationId: string): Promise<void> {
  const waiting = await waitingFor(pool, organisationId, BATCH);
  for (const effect of waiting) await resume(desk, effect);
  if (waiting.length > 0) log.info({ organisation: organisationId, messages: waiting.length }, 'messages that waited for an organisation are sent');
  if (waiting.length < BATCH) await forgetCircuit(pool, organisationId);
}

async function resume(desk: CircuitDependencies['desk'], { caseId, key, series }: WaitingEffect): Promise<void> {
  await desk.ask(caseId, { kind: 'outcome', outcome: { key, series, outcome: 'recovered' } });
}
