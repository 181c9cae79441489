/** `npm start`: brings up the whole stack, tells where it is, and takes it down on Ctrl-C. */
import { fileURLToPath } from 'node:url';

import { CASE_WORKFLOW } from '../contracts/case-workflow.js';
import { SEARCH_ATTRIBUTES } from '../contracts/search-attributes.js';
import { DEVELOPMENT_TOKENS } from '../db/development-tokens.js';
import { SECTORS } from '../domain/law/sectors.js';
import { runInConsole } from './stack/console-run.js';
import { dataDirOf } from './stack/data-dir.js';
import { runningCasesUrl } from './stack/endpoints.js';
import { prepareDatabase } from './stack/prepare-database.js';
import type { StackParts } from './stack/stack.js';
import { workflowBundle } from './stack/workflow-bundle.js';

const inRoot = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

const parts: StackParts = {
  entries: {
    worker: inRoot('worker.ts'),
    relay: inRoot('relay.ts'),
    api: inRoot('api.ts'),
    simulators: inRoot('simulators.ts'),
  },
  searchAttributes: SEARCH_ATTRIBUTES,
  agencyCodes: SECTORS.map(({ code }) => code),
  agencyPath: (code) => `/agencies/${code}`,
  centerWebhookPath: '/center/webhooks',
  prepareDatabase,
  workflowBundle,
  paths: { ready: '/readyz', openapi: '/docs', console: '/console' },
  runningCases: (uiUrl, namespace) => runningCasesUrl(uiUrl, namespace, CASE_WORKFLOW),
};

const tokens = DEVELOPMENT_TOKENS.filter(({ center }) => center === DEVELOPMENT_TOKENS[0]?.center).map(({ token }) => token);

await runInConsole({
  dataDir: dataDirOf(process.env),
  env: process.env,
  parts,
  hints: [`Development tokens for the API (Authorization: Bearer ...): ${tokens.join(', ')}.`],
});
