/**
 * A Center's software and the agencies' as the protocol asks of them: whatever is not answered is
 * repeated under the same key or id, and what was accepted is remembered, so that a test can ask the
 * ledger for it.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { signatureHeaders } from '../../adapters/standard-webhooks.js';
import type { DocumentType } from '../../domain/case/documents.js';
import { signatureOf } from '../../tools/demo/development-signer.js';
import { syntheticDocument } from '../../tools/demo/synthetic-document.js';
import { PATIENCE_MS, type House } from './house.js';

export interface Reply<T = Record<string, unknown>> {
  status: number;
  text: string;
  body: T;
}

export interface Asking {
  token: string;
  path: string;
  body: unknown;
  /** The Idempotency-Key; a fresh one by default. */
  key?: string;
}

export interface Report {
  agency: string;
  /** The agency's own id of the report. */
  deliveryId: string;
  caseId: string;
  measureId: string;
  outcome: string;
}

export interface AppealReceipt {
  appealId: string;
  caseId: string;
  journalNumber: string;
  registeredAt: string;
  householdId: string;
  attached: boolean;
}

export interface ReportReceipt {
  accepted: true;
  duplicate: boolean;
  reportId: string;
  state: 'waiting' | 'recorded' | 'refused';
}

const BETWEEN_REPEATS_MS = 50;
const ANSWER_WITHIN_MS = 20_000;

export class CenterDesk {
  readonly appeals: AppealReceipt[] = [];
  readonly commands: { commandId: string; caseId: string; seq: number }[] = [];
  readonly reports: ReportReceipt[] = [];
  /** What was answered instead of an acceptance: `status code`, or `no answer`. */
  readonly setbacks: string[] = [];
  private readonly house: House;

  constructor(house: House) {
    this.house = house;
  }

  /** One request, once; undefined when the connection broke before an answer. */
  async once<T>({ token, path, body, key = randomUUID() }: Asking): Promise<Reply<T> | undefined> {
    return this.post<T>(path, JSON.stringify(body), { authorization: `Bearer ${token}`, 'idempotency-key': key });
  }

  /** Asks under one key until there is an answer that is neither silence nor "later". */
  async ask<T>(asking: Asking): Promise<Reply<T>> {
    const key = asking.key ?? randomUUID();
    return this.untilAnswered(`${asking.path} under ${key}`, () => this.once<T>({ ...asking, key }));
  }

  async registerAppeal(body: unknown, key: string = randomUUID()): Promise<AppealReceipt> {
    const reply = await this.ask<AppealReceipt>({ token: 'dev-manager', path: '/v1/appeals', body, key });
    if (reply.status !== 201) throw new Error(`an appeal was answered with ${reply.status}: ${reply.text}`);
    this.appeals.push(reply.body);
    return reply.body;
  }

  /** A command of a person, accepted; `key` lets it be repeated by the test. */
  async command(caseId: string, asking: Asking): Promise<Reply<{ commandId: string; seq: number; stage: string }>> {
    const reply = await this.ask<{ commandId: string; seq: number; stage: string }>({ ...asking, path: `/v1/cases/${caseId}/${asking.path}` });
    if (reply.status !== 200) throw new Error(`${asking.path} was answered with ${reply.status}: ${reply.text}`);
    const { commandId, seq } = reply.body;
    this.commands.push({ commandId, caseId, seq });
    return reply;
  }

  /** A document of the case, kept; its id. */
  async paper(caseId: string, type: DocumentType): Promise<string> {
    const path = `/v1/cases/${caseId}/documents?type=${type}`;
    const headers = { authorization: 'Bearer dev-manager', 'idempotency-key': randomUUID(), 'content-type': 'application/pdf' };
    const reply = await this.untilAnswered(path, () =>
      this.post<{ documentId: string }>(path, syntheticDocument(`A synthetic document: ${type}.`).toString('latin1'), headers),
    );
    if (reply.status !== 201) throw new Error(`a document was answered with ${reply.status}: ${reply.text}`);
    return reply.body.documentId;
  }

  /** The ЭЦП of whoever has that ИИН over a signed plan of `paper`; its id. */
  async signature(documentId: string, iin: string): Promise<string> {
    const path = `/v1/documents/${documentId}/signatures`;
    const body = { cms: signatureOf({ iin }, syntheticDocument('A synthetic document: signed_ipr.')) };
    const headers = { authorization: 'Bearer dev-manager', 'idempotency-key': randomUUID() };
    const reply = await this.untilAnswered(path, () => this.post<{ signatureId: string }>(path, JSON.stringify(body), headers));
    if (reply.status !== 201) throw new Error(`a signature was answered with ${reply.status}: ${reply.text}`);
    return reply.body.signatureId;
  }

  /** One delivery of a report, signed now, until it is accepted. */
  async report(report: Report): Promise<ReportReceipt> {
    const reply = await this.untilAnswered(`report ${report.deliveryId}`, () => this.deliverOnce(report));
    if (reply.status !== 202) throw new Error(`a report was answered with ${reply.status}: ${reply.text}`);
    this.reports.push(reply.body);
    return reply.body;
  }

  async deliverOnce({ agency, deliveryId, caseId, measureId, outcome }: Report): Promise<Reply<ReportReceipt> | undefined> {
    const raw = JSON.stringify({ type: 'report', caseId, measureId, outcome });
    return this.post<ReportReceipt>(`/webhooks/agencies/${agency}`, raw, signatureHeaders(this.house.secretOf(agency), deliveryId, raw));
  }

  private async untilAnswered<T>(what: string, attempt: () => Promise<Reply<T> | undefined>): Promise<Reply<T>> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const reply = await attempt();
      if (reply !== undefined && reply.status !== 503) return reply;
      this.setbacks.push(reply === undefined ? 'no answer' : `503 ${codeOf(reply)}`);
      if (Date.now() > end) throw new Error(`still no answer after ${PATIENCE_MS} ms: ${what}; ${this.setbacks.at(-1)}`);
      await pause(BETWEEN_REPEATS_MS);
    }
  }

  private async post<T>(path: string, raw: string, headers: Record<string, string>): Promise<Reply<T> | undefined> {
    try {
      const response = await fetch(`${this.house.apiUrl}${path}`, {
        method: 'POST',
        body: raw,
        headers: { 'content-type': 'application/json', 'accept-language': 'en', ...headers },
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const text = await response.text();
      return { status: response.status, text, body: JSON.parse(text) as T };
    } catch (error) {
      // The process died under the request, or is not there: the sender cannot know what came of it.
      if (error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')) return undefined;
      throw error;
    }
  }
}

export function codeOf(reply: Reply<unknown>): string {
  const { body } = reply;
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : '';
}
