/** `npm start`: brings up the whole stack, tells where it is, and takes it down on Ctrl-C. */
import { DEVELOPMENT_TOKENS } from '../db/development-tokens.js';
import { runInConsole } from './stack/console-run.js';
import { dataDirOf } from './stack/data-dir.js';
import { TIREK_PARTS } from './stack/tirek-parts.js';

const people = DEVELOPMENT_TOKENS.filter(({ center }) => center === DEVELOPMENT_TOKENS[0]?.center).map(({ token }) => token);
const signIn = [
  `Development people: ${people.join(', ')}. The pages lead to their sign-in; a token for curl: npm run -s tirek -- token --as ${people[1]}.`,
  'No TLS on this machine: the cookie of the pages is neither Secure nor __Host-.',
  ...(process.env.TIREK_DEVELOPMENT_TOKENS === '1' ? ['TIREK_DEVELOPMENT_TOKENS=1: the API takes these names themselves as tokens.'] : []),
];

await runInConsole({
  dataDir: dataDirOf(process.env),
  env: process.env,
  parts: TIREK_PARTS,
  hints: signIn,
});
