/** How a simulated agency delivers a report: signed, and again under the same id until it is accepted. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { signatureHeaders } from '../adapters/standard-webhooks.js';
import { ReportReceipt, reportWebhookUrl, type FromAgency } from '../contracts/agency-protocol.js';
import type { SentReport } from './control-protocol.js';

export interface ReportSenderOptions {
  code: string;
  secret: string;
  /** Address of the API as it is now; undefined until somebody has told. */
  apiUrl: () => string | undefined;
  /** Pause after the first failure; it doubles up to `longestPauseMs`. */
  firstPauseMs: number;
  longestPauseMs: number;
}

export interface Sending {
  /** Shows the progress of the deliveries. */
  report: SentReport;
  /** Ends when all copies were accepted, or rejects with an AbortError when the signal ends them. */
  arrived: Promise<void>;
  /** Delivers the same content once more under the same id, signed anew. */
  again(): Promise<void>;
}

export interface ReportSender {
  /** Starts the deliveries. */
  send(content: FromAgency, how: { copies: number; deliveryId?: string }, signal: AbortSignal): Sending;
}

const ATTEMPT_TIMEOUT_MS = 10_000;

export function createReportSender(options: ReportSenderOptions): ReportSender {
  return {
    send(content, { copies, deliveryId = `report_${randomUUID()}` }, signal) {
      const { caseId } = content;
      const about = content.type === 'report' ? { measureId: content.measureId, outcome: content.outcome } : { referralId: content.referralId };
      const report: SentReport = { deliveryId, caseId, ...about, copies, accepted: 0, attempts: 0 };
      const body = JSON.stringify(content);
      const deliveries = Array.from({ length: copies }, () => deliver(options, body, report, signal));
      const again = (): Promise<void> => {
        report.copies += 1;
        return deliver(options, body, report, signal);
      };
      return { report, arrived: Promise.all(deliveries).then(() => undefined), again };
    },
  };
}

/** One copy, tried until it is accepted. */
async function deliver(options: ReportSenderOptions, body: string, report: SentReport, signal: AbortSignal): Promise<void> {
  let wait = options.firstPauseMs;
  for (;;) {
    if (await attempt(options, body, report, signal)) return;
    await pause(wait, undefined, { signal });
    wait = Math.min(wait * 2, options.longestPauseMs);
  }
}

/** True when the API answered 2xx; everything else is seen in `report.last`. */
async function attempt(options: ReportSenderOptions, body: string, report: SentReport, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  report.attempts += 1;
  const apiUrl = options.apiUrl();
  if (apiUrl === undefined) {
    report.last = 'api_unknown';
    return false;
  }
  try {
    const response = await fetch(reportWebhookUrl(apiUrl, options.code), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signatureHeaders(options.secret, report.deliveryId, body) },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
    });
    report.last = response.status;
    const receipt = ReportReceipt.safeParse(await response.json().catch(() => undefined));
    if (!response.ok) return false;
    if (receipt.success) report.reportId = receipt.data.reportId;
    report.accepted += 1;
    report.acceptedAt = new Date().toISOString();
    return true;
  } catch (error) {
    signal.throwIfAborted();
    report.last = error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'network_error';
    return false;
  }
}
