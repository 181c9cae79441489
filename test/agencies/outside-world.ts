/** The simulators, something that stands for the API, and messages to exchange between them. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createAgencyHttp, type AgencyAddress, type AgencyHttp } from '../../adapters/agency-http.js';
import type { Referral, ReworkNotice } from '../../contracts/agency-protocol.js';
import { SECTORS } from '../../domain/law/sectors.js';
import { createSimulatorsClient, type SimulatorsClient } from '../../simulators/client.js';
import { startSimulators, type RunningSimulators } from '../../simulators/start.js';
import { startReceivingApi, type ReceivingApi } from './receiving-api.js';

export const webhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

export interface OutsideWorld {
  simulators: RunningSimulators;
  client: SimulatorsClient;
  api: ReceivingApi;
  http: AgencyHttp;
  centerWebhookSecret: string;
  /** How the Center knows an agency. */
  address(code: string): AgencyAddress;
  stop(): Promise<void>;
}

/** All twelve sectors, each with a secret of its own. */
export async function startOutsideWorld(): Promise<OutsideWorld> {
  const secrets = new Map(SECTORS.map(({ code }) => [code, webhookSecret()]));
  const secretOf = (code: string): string => secrets.get(code) ?? '';
  const centerWebhookSecret = webhookSecret();
  const api = await startReceivingApi(secretOf);
  const simulators = await startSimulators({
    agencies: [...secrets].map(([code, secret]) => ({ code, secret })),
    centerWebhookSecret,
    apiUrl: api.url,
    firstPauseMs: 5,
    longestPauseMs: 40,
  });
  return {
    simulators,
    client: createSimulatorsClient(simulators.url),
    api,
    http: createAgencyHttp({ timeoutMs: 5_000, reach: { loopback: true } }),
    centerWebhookSecret,
    address: (code) => ({ code, endpointUrl: simulators.agencyUrl(code), secrets: [secretOf(code)] }),
    async stop() {
      await simulators.stop();
      await api.stop();
    },
  };
}

export function referral(agency: string, changes: Partial<Referral> = {}): Referral {
  const caseId = changes.caseId ?? randomUUID();
  return {
    type: 'referral',
    dispatchKey: `${caseId}:14:referral:${agency}`,
    caseId,
    agency,
    caseTime: '2026-01-27T05:00:00.000Z',
    center: 'almaty-auezov',
    iprEndsOn: '2026-06-30',
    measures: [{ measureId: `m-${randomUUID()}`, supportKind: 'employment_assistance', dueOn: '2026-03-02' }],
    person: { fullName: 'Синтетическая Персона', iin: '900101100004' },
    ...changes,
  };
}

/** The measure of a referral that has one. */
export function measureOf(message: Referral): string {
  const [measure] = message.measures;
  if (measure === undefined) throw new Error('the referral has no measure');
  return measure.measureId;
}

export function reworkNotice(agency: string, of: Referral): ReworkNotice {
  return {
    type: 'rework_notice',
    dispatchKey: `${of.caseId}:20:rework_notice:${agency}`,
    caseId: of.caseId,
    agency,
    caseTime: '2026-02-17T05:00:00.000Z',
    measureId: measureOf(of),
    reportId: randomUUID(),
    norm: '192-11-3',
    reason: 'Нет сведений о результате',
    newDueOn: '2026-02-24',
  };
}
