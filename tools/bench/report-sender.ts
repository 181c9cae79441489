/** What agencies send, over HTTP and signed, on connections that stay open: as cheap for the sender as it can be. */
import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { signatureHeaders } from '../../adapters/standard-webhooks.js';
import { ReportReceipt, reportWebhookUrl, type AgencyReport } from '../../contracts/agency-protocol.js';

export interface SignedReport {
  path: string;
  body: string;
  headers: Record<string, string>;
}

export class ReportSender {
  private readonly http: Pool;
  private readonly apiUrl: string;
  private readonly secrets: ReadonlyMap<string, string>;

  /** @param connections at most so many reports are on their way at once */
  constructor(apiUrl: string, secrets: ReadonlyMap<string, string>, connections: number) {
    this.apiUrl = apiUrl;
    this.secrets = secrets;
    this.http = new Pool(new URL(apiUrl).origin, { connections, pipelining: 1 });
  }

  /** Signs a report under a fresh id, now: the receiver refuses one that is signed minutes before. */
  sign(agency: string, report: Omit<AgencyReport, 'type'>): SignedReport {
    const secret = this.secrets.get(agency);
    if (secret === undefined) throw new Error(`there is no secret of agency ${agency}`);
    const body = JSON.stringify({ type: 'report', ...report });
    const headers = { 'content-type': 'application/json', ...signatureHeaders(secret, `report_${randomUUID()}`, body) };
    return { path: new URL(reportWebhookUrl(this.apiUrl, agency)).pathname, body, headers };
  }

  /** Sends it once and reads the answer to its end. */
  async post({ path, body, headers }: SignedReport): Promise<{ status: number; text: string }> {
    const answer = await this.http.request({ method: 'POST', path, body, headers });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  /**
   * Sends a report and gives the id that the Center gave it.
   * @throws Error when it is answered with anything but an acceptance
   */
  async send(agency: string, report: Omit<AgencyReport, 'type'>): Promise<string> {
    const { status, text } = await this.post(this.sign(agency, report));
    if (status !== 202) throw new Error(`a report of ${agency} was answered with ${status}: ${text}`);
    return ReportReceipt.parse(JSON.parse(text)).reportId;
  }

  async close(): Promise<void> {
    await this.http.close();
  }
}
