/**
 * Whatever goes to another machine goes by TLS: passwords, sealed rows, words in mails. A connection in the clear is for this
 * machine alone, and for hosts that an installation names one by one: containers on a network that never leaves the machine.
 */
import { isLoopback } from './sign-in-config.js';

/** Variables that name somebody to speak to, as the environment has them. */
export interface Connections {
  DATABASE_URL?: string | undefined;
  DATABASE_OWNER_URL?: string | undefined;
  SMTP_URL?: string | undefined;
  TIREK_NCANODE_URL?: string | undefined;
  TIREK_OPENBAO_URL?: string | undefined;
  TIREK_CENTER_WEBHOOK_URL?: string | undefined;
  /** Hosts that may be spoken to in the clear, separated by commas. */
  TIREK_CLEAR_HOSTS?: string | undefined;
}

type Variable = Exclude<keyof Connections, 'TIREK_CLEAR_HOSTS'>;

/** What is wrong with how it is spoken to, as the second half of a sentence; undefined: nothing. */
type Look = (url: URL) => string | undefined;

const LOOKS: Readonly<Record<Variable, Look>> = {
  DATABASE_URL: postgresFault,
  DATABASE_OWNER_URL: postgresFault,
  SMTP_URL: smtpFault,
  TIREK_NCANODE_URL: httpFault,
  TIREK_OPENBAO_URL: httpFault,
  TIREK_CENTER_WEBHOOK_URL: httpFault,
};

/**
 * Refuses settings by which something would leave this machine in the clear, or to whoever shows any certificate.
 * @throws Error with one sentence that names the variable, the host (never the password) and what it should be
 */
export function refuseClearText(given: Connections): void {
  const allowed = (given.TIREK_CLEAR_HOSTS ?? '').split(',').map((host) => host.trim());
  for (const [variable, look] of Object.entries(LOOKS)) {
    const text = given[variable as Variable];
    if (text === undefined || text === '' || !URL.canParse(text)) continue;
    const url = new URL(text);
    // Postgres may be named by a parameter, too; a path is a socket of this machine.
    const host = (url.searchParams.get('host') ?? decodeURIComponent(url.hostname)).replace(/^\[(.*)\]$/, '$1');
    if (host === '' || host.startsWith('/') || isLoopback(host) || allowed.includes(host)) continue;
    const fault = look(url);
    if (fault !== undefined) throw new Error(`${variable} speaks to ${host} ${fault}`);
  }
}

const VERIFIED = ['require', 'verify-ca', 'verify-full'];

function postgresFault({ searchParams }: URL): string | undefined {
  const mode = searchParams.get('sslmode');
  if (mode === 'no-verify') return 'and takes any certificate (sslmode=no-verify): whoever stands between could read along; write sslmode=verify-full.';
  // As libpq means it, `require` looks at no certificate.
  const modes = searchParams.get('uselibpqcompat') === 'true' ? VERIFIED.slice(1) : VERIFIED;
  if (mode === null ? ['true', '1'].includes(searchParams.get('ssl') ?? '') : modes.includes(mode)) return undefined;
  return 'in the clear: add ?sslmode=verify-full (and sslrootcert=<file> for an authority of your own) to it.';
}

function smtpFault({ protocol, searchParams }: URL): string | undefined {
  if (searchParams.get('tls.rejectUnauthorized') === 'false') return 'and takes any certificate (tls.rejectUnauthorized=false): take that out.';
  if (protocol === 'smtps:' || (searchParams.get('requireTLS') === 'true' && searchParams.get('ignoreTLS') !== 'true')) return undefined;
  return 'in the clear when that server, or whoever stands between, offers no STARTTLS: write smtps://, or add ?requireTLS=true to it.';
}

function httpFault({ protocol }: URL): string | undefined {
  return protocol === 'https:' ? undefined : 'in the clear: write its https address, or put a proxy with TLS before it.';
}
