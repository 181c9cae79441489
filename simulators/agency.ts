/** One agency in small: what it took, how it behaves, what it reports. Everything is in memory. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { AgencyMessage, ResendRequest } from '../contracts/agency-protocol.js';
import { Behaviour, type AnswerOrder, type ReportOrder, type SentReport, type Taken, type TakenResend } from './control-protocol.js';
import type { ReportSender, Sending } from './report-sender.js';

export interface SimulatedAgency {
  readonly code: string;
  readonly secret: string;
  behaviour: Behaviour;
  /** Takes a message once per key; undefined when the key came before with another content. */
  take(message: AgencyMessage): Taken | undefined;
  /** Waits as the behaviour says and tells whether to acknowledge; rejects when the agency is stopped. */
  beforeAcknowledging(taken: Taken): Promise<'acknowledge' | 'lose'>;
  /**
   * Sends again, once for each request, the reports that were accepted since then. Those that were never accepted
   * are on their way by themselves.
   */
  sendAgain(request: ResendRequest): TakenResend;
  /** Sends a report now; undefined when no case is named and the measure was never referred. */
  report(order: ReportOrder): SentReport | undefined;
  /** Says now what it found of somebody; undefined when nobody was redirected to it under that id. */
  answer(order: AnswerOrder): SentReport | undefined;
  taken(type: AgencyMessage['type']): readonly Taken[];
  sentReports(): readonly SentReport[];
  resendRequests(): readonly TakenResend[];
  /** Forgets everything and ends what is under way. */
  reset(): void;
  /** Ends what is under way. */
  stop(): void;
}

export interface AgencyOptions {
  code: string;
  secret: string;
  sender: ReportSender;
  /** Takes what went wrong where nobody waits for it. */
  onFault: (error: unknown) => void;
}

export function createSimulatedAgency(options: AgencyOptions): SimulatedAgency {
  return new Agency(options);
}

class Agency implements SimulatedAgency {
  readonly code: string;
  readonly secret: string;
  behaviour = Behaviour.parse({});
  private readonly sender: ReportSender;
  private readonly onFault: (error: unknown) => void;
  private received = new Map<string, Taken>();
  private automatic = new Map<string, Promise<void>>();
  private sendings: Sending[] = [];
  private resends = new Map<string, TakenResend>();
  private life = new AbortController();

  constructor({ code, secret, sender, onFault }: AgencyOptions) {
    this.code = code;
    this.secret = secret;
    this.sender = sender;
    this.onFault = onFault;
  }

  take(message: AgencyMessage): Taken | undefined {
    const known = this.received.get(message.dispatchKey);
    if (known !== undefined) {
      if (!sameContent(known.message, message)) return undefined;
      known.times += 1;
      return known;
    }
    const taken: Taken = { idempotencyKey: message.dispatchKey, receiptId: `${this.code}-${receiptNumber()}`, times: 1, message };
    this.received.set(message.dispatchKey, taken);
    this.reportByItself(taken);
    return taken;
  }

  async beforeAcknowledging(taken: Taken): Promise<'acknowledge' | 'lose'> {
    const { signal } = this.life;
    const { reportBeforeAcknowledging, acknowledgeAfterMs } = this.behaviour;
    // A repeat is acknowledged at once: its first coming may still be waiting for the API.
    if (reportBeforeAcknowledging && taken.times === 1) await this.automatic.get(taken.idempotencyKey);
    if (acknowledgeAfterMs > 0) await pause(acknowledgeAfterMs, undefined, { signal });
    if (this.behaviour.loseAcknowledgements === 0) return 'acknowledge';
    this.behaviour.loseAcknowledgements -= 1;
    return 'lose';
  }

  sendAgain(request: ResendRequest): TakenResend {
    const known = this.resends.get(request.requestId);
    if (known !== undefined) {
      known.times += 1;
      return known;
    }
    const since = Date.parse(request.since);
    const wanted = this.sendings.filter(({ report: { acceptedAt } }) => acceptedAt !== undefined && Date.parse(acceptedAt) >= since);
    for (const sending of wanted) sending.again().catch(this.tellFault);
    const taken: TakenResend = { request, times: 1, sentAgain: wanted.map(({ report }) => report.deliveryId) };
    this.resends.set(request.requestId, taken);
    return taken;
  }

  report({ measureId, caseId, outcome, note, duplicates, deliveryId }: ReportOrder): SentReport | undefined {
    const known = caseId ?? this.caseOf(measureId);
    if (known === undefined) return undefined;
    const copies = 1 + (duplicates ?? this.behaviour.duplicates);
    const { report, arrived } = this.send(known, measureId, { copies, outcome, note, deliveryId });
    arrived.catch(this.tellFault);
    return report;
  }

  answer({ referralId, identified }: AnswerOrder): SentReport | undefined {
    const found = [...this.received.values()].find(({ message }) => message.type === 'identification_referral' && message.referralId === referralId);
    if (found === undefined) return undefined;
    const content = { type: 'identification_answer' as const, caseId: found.message.caseId, referralId, identified };
    const sending = this.sender.send(content, { copies: 1 + this.behaviour.duplicates }, this.life.signal);
    this.sendings.push(sending);
    sending.arrived.catch(this.tellFault);
    return sending.report;
  }

  taken(type: AgencyMessage['type']): readonly Taken[] {
    return [...this.received.values()].filter((taken) => taken.message.type === type);
  }

  sentReports(): readonly SentReport[] {
    return this.sendings.map(({ report }) => report);
  }

  resendRequests(): readonly TakenResend[] {
    return [...this.resends.values()];
  }

  reset(): void {
    this.stop();
    this.life = new AbortController();
    this.behaviour = Behaviour.parse({});
    this.received = new Map();
    this.automatic = new Map();
    this.sendings = [];
    this.resends = new Map();
  }

  stop(): void {
    this.life.abort();
  }

  private reportByItself(taken: Taken): void {
    const { silent, reportAfterMs, reportBeforeAcknowledging } = this.behaviour;
    const after = reportAfterMs ?? (reportBeforeAcknowledging ? 0 : undefined);
    if (silent || after === undefined) return;
    const reported = this.reportLater(taken, after);
    reported.catch(this.tellFault);
    this.automatic.set(taken.idempotencyKey, reported);
  }

  private async reportLater({ message }: Taken, after: number): Promise<void> {
    const { signal } = this.life;
    if (after > 0) await pause(after, undefined, { signal });
    // It may have fallen silent in the meantime.
    if (this.behaviour.silent) return;
    const copies = 1 + this.behaviour.duplicates;
    await Promise.all(measuresOf(message).map((measureId) => this.send(message.caseId, measureId, { copies }).arrived));
  }

  private send(
    caseId: string,
    measureId: string,
    how: { copies: number; outcome?: Behaviour['outcome'] | undefined; note?: string | undefined; deliveryId?: string | undefined },
  ): Sending {
    const { copies, outcome = this.behaviour.outcome, note, deliveryId } = how;
    const content = { type: 'report' as const, caseId, measureId, outcome, ...(note === undefined ? {} : { note }) };
    const sending = this.sender.send(content, { copies, ...(deliveryId === undefined ? {} : { deliveryId }) }, this.life.signal);
    this.sendings.push(sending);
    return sending;
  }

  private caseOf(measureId: string): string | undefined {
    return [...this.received.values()].findLast(({ message }) => measuresOf(message).includes(measureId))?.message.caseId;
  }

  /** What the end of the agency interrupted is no fault. */
  private readonly tellFault = (error: unknown): void => {
    if (!(error instanceof Error && error.name === 'AbortError')) this.onFault(error);
  };
}

function measuresOf(message: AgencyMessage): readonly string[] {
  switch (message.type) {
    case 'referral':
    case 'response_request':
      return message.measures.map((measure) => measure.measureId);
    case 'rework_notice':
      return [message.measureId];
    case 'identification_referral':
    case 'minors_notice':
      return [];
  }
}

/** A person's name may be put right between two attempts; everything else under a key stays as it was. */
function sameContent(known: AgencyMessage, repeated: AgencyMessage): boolean {
  return isDeepStrictEqual({ ...known, person: undefined, children: undefined }, { ...repeated, person: undefined, children: undefined });
}

/** Letters alone: twelve digits on end would pass for an ИИН, and the engine would keep a digest in their place. */
function receiptNumber(): string {
  return [...randomBytes(12)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
}
