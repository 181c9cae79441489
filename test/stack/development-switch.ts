import type { SignInConfig } from '../../process/sign-in-config.js';

/** Published tokens are taken, as most tests bring them; sign-in itself has tests of its own. */
export const DEVELOPMENT_SWITCH: SignInConfig = { developmentTokens: true, sessions: { publicUrl: 'http://127.0.0.1', idleMinutes: 30, hours: 12 } };
