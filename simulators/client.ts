/** Steers the simulators and reads what they got: for the demo and for tests. */
import { z } from 'zod';
import {
  Behaviour,
  CaughtMail,
  CenterWebhook,
  SentReport,
  Taken,
  TakenResend,
  type AnswerOrder,
  type CenterBehaviour,
  type MailBehaviour,
  type ReportOrder,
} from './control-protocol.js';

export interface SimulatorsClient {
  /** Tells where the API is: reports go there. */
  setApi(url: string): Promise<void>;
  /** Sets how an agency behaves; what is left out is at its default. */
  behave(agency: string, behaviour: z.input<typeof Behaviour>): Promise<Behaviour>;
  behaviour(agency: string): Promise<Behaviour>;
  /** Referrals that the agency took, each once. */
  referrals(agency: string): Promise<Taken[]>;
  reworkNotices(agency: string): Promise<Taken[]>;
  minorsNotices(agency: string): Promise<Taken[]>;
  /** Requests of response plans that it took, each once. */
  responseRequests(agency: string): Promise<Taken[]>;
  /** People who were redirected to it for identification, each once. */
  identificationReferrals(agency: string): Promise<Taken[]>;
  /** Makes the agency say now what it found. */
  answerIdentification(agency: string, order: AnswerOrder): Promise<SentReport>;
  /** Requests for what was sent before, each once. */
  resendRequests(agency: string): Promise<TakenResend[]>;
  /** Makes the agency report now; ends before the report has arrived (`reports` shows its way). */
  report(agency: string, order: ReportOrder): Promise<SentReport>;
  reports(agency: string): Promise<SentReport[]>;
  mail(): Promise<CaughtMail[]>;
  clearMail(): Promise<void>;
  /** The next mails are answered with "try again later". */
  failMail(behaviour: z.input<typeof MailBehaviour>): Promise<void>;
  centerWebhooks(): Promise<CenterWebhook[]>;
  /** The next webhooks to the Center's backend fail. */
  failCenter(behaviour: z.input<typeof CenterBehaviour>): Promise<void>;
  /** Forgets everything, behaviours too; the address of the API stays. */
  reset(): Promise<void>;
}

/** @param url address of the running simulators */
export function createSimulatorsClient(url: string): SimulatorsClient {
  const ask = createAsk(url);
  return {
    setApi: (apiUrl) => ask('PUT', '/control/api', z.unknown(), { url: apiUrl }).then(nothing),
    behave: (agency, behaviour) => ask('PUT', `/agencies/${agency}/behaviour`, Behaviour, behaviour),
    behaviour: (agency) => ask('GET', `/agencies/${agency}/behaviour`, Behaviour),
    referrals: (agency) => ask('GET', `/agencies/${agency}/referrals`, z.array(Taken)),
    reworkNotices: (agency) => ask('GET', `/agencies/${agency}/rework-notices`, z.array(Taken)),
    minorsNotices: (agency) => ask('GET', `/agencies/${agency}/minors-notices`, z.array(Taken)),
    responseRequests: (agency) => ask('GET', `/agencies/${agency}/response-requests`, z.array(Taken)),
    identificationReferrals: (agency) => ask('GET', `/agencies/${agency}/identification-referrals`, z.array(Taken)),
    answerIdentification: (agency, order) => ask('POST', `/agencies/${agency}/identification-answers`, SentReport, order),
    resendRequests: (agency) => ask('GET', `/agencies/${agency}/resend-requests`, z.array(TakenResend)),
    report: (agency, order) => ask('POST', `/agencies/${agency}/reports`, SentReport, order),
    reports: (agency) => ask('GET', `/agencies/${agency}/reports`, z.array(SentReport)),
    mail: () => ask('GET', '/mail', z.array(CaughtMail)),
    clearMail: () => ask('DELETE', '/mail', z.unknown()).then(nothing),
    failMail: (behaviour) => ask('PUT', '/mail/behaviour', z.unknown(), behaviour).then(nothing),
    centerWebhooks: () => ask('GET', '/center/webhooks', z.array(CenterWebhook)),
    failCenter: (behaviour) => ask('PUT', '/center/behaviour', z.unknown(), behaviour).then(nothing),
    reset: () => ask('POST', '/reset', z.unknown()).then(nothing),
  };
}

function nothing(): void {}

type Ask = <T>(method: string, path: string, answer: z.ZodType<T>, body?: unknown) => Promise<T>;

function createAsk(url: string): Ask {
  return async (method, path, answer, body) => {
    const content = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, { method, ...content });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulators answered ${response.status} to ${method} ${path}: ${text}`);
    return answer.parse(text === '' ? undefined : JSON.parse(text));
  };
}
