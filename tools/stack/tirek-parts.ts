/** What the stack is made of when it is Tirek's own: entries, agencies, paths. */
import { fileURLToPath } from 'node:url';

import { CASE_WORKFLOW } from '../../contracts/case-clock.js';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.js';
import { DEVELOPMENT_ORGANISATIONS } from '../../db/development-organisations.js';
import { clientEnvironment, clientSecrets } from '../provider/clients.js';
import { runningCasesUrl } from './endpoints.js';
import { prepareDatabase } from './prepare-database.js';
import type { StackParts } from './stack.js';
import { CASES_PATH, casesPage } from './ui-cases-page.js';
import { workflowBundle } from './workflow-bundle.js';

const inRoot = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));

export const TIREK_PARTS: StackParts = {
  entries: {
    worker: inRoot('worker.ts'),
    relay: inRoot('relay.ts'),
    api: inRoot('api.ts'),
    simulators: inRoot('simulators.ts'),
    provider: inRoot('tools/provider/main.ts'),
  },
  searchAttributes: SEARCH_ATTRIBUTES,
  agencyCodes: DEVELOPMENT_ORGANISATIONS.map(({ organisationId }) => organisationId),
  agencyPath: (code) => `/agencies/${code}`,
  centerWebhookPath: '/center/webhooks',
  ncanodePath: '/ncanode',
  providerClient: async (dataDir, issuer) => clientEnvironment(issuer, await clientSecrets(dataDir)),
  prepareDatabase,
  workflowBundle,
  paths: { ready: '/readyz', openapi: '/docs', console: '/console' },
  runningCases: (uiUrl, namespace) => runningCasesUrl(uiUrl, namespace, CASE_WORKFLOW),
  uiPage: (namespace) => ({ path: CASES_PATH, html: casesPage(namespace, runningCasesUrl('', namespace, CASE_WORKFLOW)) }),
};
