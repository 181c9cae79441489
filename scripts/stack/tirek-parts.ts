/** What the stack is made of when it is Tirek's own: entries, agencies, paths. */
import { fileURLToPath } from 'node:url';

import { CASE_WORKFLOW } from '../../contracts/case-workflow.js';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.js';
import { SECTORS } from '../../domain/law/sectors.js';
import { runningCasesUrl } from './endpoints.js';
import { prepareDatabase } from './prepare-database.js';
import type { StackParts } from './stack.js';
import { workflowBundle } from './workflow-bundle.js';

const inRoot = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));

export const TIREK_PARTS: StackParts = {
  entries: { worker: inRoot('worker.ts'), relay: inRoot('relay.ts'), api: inRoot('api.ts'), simulators: inRoot('simulators.ts') },
  searchAttributes: SEARCH_ATTRIBUTES,
  agencyCodes: SECTORS.map(({ code }) => code),
  agencyPath: (code) => `/agencies/${code}`,
  centerWebhookPath: '/center/webhooks',
  prepareDatabase,
  workflowBundle,
  paths: { ready: '/readyz', openapi: '/docs', console: '/console' },
  runningCases: (uiUrl, namespace) => runningCasesUrl(uiUrl, namespace, CASE_WORKFLOW),
};
