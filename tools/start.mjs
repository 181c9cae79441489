// `npm start`: installs what is missing, then hands over to start.ts in this same process, so that
// signals and the exit code need no forwarding.
import { ensureInstalled } from './install.mjs';

await ensureInstalled();
const { register } = await import('tsx/esm/api');
register();
await import('./start.ts');
