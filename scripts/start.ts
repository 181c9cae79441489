/** `npm start`: brings up the whole stack, tells where it is, and takes it down on Ctrl-C. */
import { fileURLToPath } from 'node:url';

import { CASE_WORKFLOW } from '../contracts/case-workflow.js';
import { SEARCH_ATTRIBUTES } from '../contracts/search-attributes.js';
import { migrate } from '../db/migrate.js';
import { SECTORS } from '../domain/law/sectors.js';
import { runInConsole } from './stack/console-run.js';
import { dataDirOf } from './stack/data-dir.js';
import { runningCasesUrl } from './stack/endpoints.js';
import { registerAgencies } from './stack/register-agencies.js';
import type { StackParts } from './stack/stack.js';

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
  centerWebhookPath: '/center',
  migrate,
  registerAgencies,
  paths: { ready: '/readyz', openapi: '/docs', console: '/console' },
  runningCases: (uiUrl, namespace) => runningCasesUrl(uiUrl, namespace, CASE_WORKFLOW),
};

await runInConsole({ dataDir: dataDirOf(process.env), env: process.env, parts });
