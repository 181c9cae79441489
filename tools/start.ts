/** `npm start`: brings up the whole stack, tells where it is, and takes it down on Ctrl-C. */
import { DEVELOPMENT_TOKENS } from '../db/development-tokens.js';
import { runInConsole } from './stack/console-run.js';
import { dataDirOf } from './stack/data-dir.js';
import { TIREK_PARTS } from './stack/tirek-parts.js';

const tokens = DEVELOPMENT_TOKENS.filter(({ center }) => center === DEVELOPMENT_TOKENS[0]?.center).map(({ token }) => token);

await runInConsole({
  dataDir: dataDirOf(process.env),
  env: process.env,
  parts: TIREK_PARTS,
  hints: [`Development tokens for the API (Authorization: Bearer ...): ${tokens.join(', ')}.`],
});
