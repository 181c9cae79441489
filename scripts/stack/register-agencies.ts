import { Client } from 'pg';

import type { AgencyAccess } from './secrets.js';

/**
 * Makes the simulated agencies known to the database. A row that somebody has pointed at a real
 * agency is left alone: only missing rows and those that name a simulator of this machine change.
 */
export async function registerAgencies(ownerUrl: string, agencies: readonly AgencyAccess[]): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    for (const { code, endpointUrl, secret } of agencies) {
      await client.query(
        `INSERT INTO agency (code, endpoint_url, secret) VALUES ($1, $2, $3)
         ON CONFLICT (code) DO UPDATE SET endpoint_url = excluded.endpoint_url, secret = excluded.secret
         WHERE agency.endpoint_url LIKE 'http://127.0.0.1:%'`,
        [code, endpointUrl, secret],
      );
    }
  } finally {
    await client.end();
  }
}
