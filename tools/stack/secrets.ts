import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from './atomic-file.js';

/** One agency as the engine and its simulator know it. */
export interface AgencyAccess {
  code: string;
  /** Where its referrals are sent. */
  endpointUrl: string;
  /** Standard Webhooks secret (`whsec_...`), for both directions. */
  secret: string;
}

/** A fresh Standard Webhooks secret. */
function webhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes `<dataDir>/agencies.json` (mode 0600): each agency keeps its secret from the first start
 * on and gets today's address.
 */
export async function writeAgencies(
  dataDir: string,
  codes: readonly string[],
  endpointUrlOf: (code: string) => string,
): Promise<{ file: string; agencies: AgencyAccess[] }> {
  const file = join(dataDir, 'agencies.json');
  const known = (await readJson<AgencyAccess[]>(file)) ?? [];
  const agencies = codes.map((code) => ({
    code,
    endpointUrl: endpointUrlOf(code),
    secret: known.find((agency) => agency.code === code)?.secret ?? webhookSecret(),
  }));
  await writeFileAtomically(file, `${JSON.stringify(agencies, null, 2)}\n`, 0o600);
  return { file, agencies };
}

/** Secret with which alerts to the Center backend are signed; made at the first start and kept. */
export async function centerWebhookSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'center-webhook.json');
  const known = await readJson<{ secret: string }>(file);
  if (known) return known.secret;
  const secret = webhookSecret();
  await writeFileAtomically(file, `${JSON.stringify({ secret }, null, 2)}\n`, 0o600);
  return secret;
}
