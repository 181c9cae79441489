/** Configuration of every process, read from the environment once and nowhere else. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { networkOf, type AgencyReach } from '../contracts/agency-reach.js';
import { DEFAULT_BOUNDS, type BoundSettings } from '../contracts/bounds.js';
import { refuseClearText } from './clear-text.js';
import { isLoopback, pagesUrlOf, SIGN_IN_VARIABLES, signInOf, type SignInConfig } from './sign-in-config.js';
import type { KeysConfig } from '../vault/of-config.js';
import type { Signatory } from '../contracts/proof/acts.js';
import type { Proof } from '../contracts/proof/proof.js';
import { readProof } from './signing.js';
import { readTemporalTls, type TemporalTls } from './temporal-tls.js';

const bound = (most: number): z.ZodType<number> => z.coerce.number().int().min(1).default(most);

const Environment = z.object({
  ...SIGN_IN_VARIABLES,
  /** As the role of this process (db/roles.ts). */
  DATABASE_URL: z.string().url(),
  /** Hosts that may be spoken to in the clear, separated by commas: on a network that never leaves this machine. */
  TIREK_CLEAR_HOSTS: z.string().optional(),
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  /** `true`: by TLS, with the certificates of this machine. */
  TEMPORAL_TLS: z.enum(['true']).optional(),
  TEMPORAL_TLS_CERT: z.string().optional(),
  TEMPORAL_TLS_KEY: z.string().optional(),
  TEMPORAL_TLS_CA: z.string().optional(),
  TEMPORAL_TLS_SERVER_NAME: z.string().optional(),
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  /** Loopback unless told otherwise: TLS is the work of a proxy before it. */
  TIREK_HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  TIREK_WORKFLOW_BUNDLE: z.string().optional(),
  TIREK_CENTER_WEBHOOK_URL: z.string().url().optional(),
  TIREK_CENTER_WEBHOOK_SECRET: z.string().optional(),
  SMTP_URL: z.string().optional(),
  /** How long a person's digest waits for more alerts, in seconds. */
  TIREK_DIGEST_SECONDS: z.coerce.number().min(0).max(3_600).default(60),
  TIREK_TEMPORAL_UI: z.string().optional(),
  TIREK_AGENCIES_FILE: z.string().optional(),
  TIREK_API_URL: z.string().url().optional(),
  /** Who looks into signatures: NCANode at this address. */
  TIREK_NCANODE_URL: z.string().url().optional(),
  /** `development`: certificates that anybody can make are taken. */
  TIREK_SIGNATURES: z.enum(['development']).optional(),
  PORT_PROVIDER: z.coerce.number().int().min(1).max(65_535).optional(),
  TIREK_DATA_DIR: z.string().optional(),
  /** Where the keys are that wrap data keys: a file of this machine, or OpenBao at this address. */
  TIREK_KEYS_FILE: z.string().optional(),
  TIREK_OPENBAO_URL: z.string().url().optional(),
  TIREK_OPENBAO_TOKEN_FILE: z.string().optional(),
  /** The same for families with signs of violence: a file of their own, or the name of a key of their own. */
  TIREK_VIOLENCE_KEYS_FILE: z.string().optional(),
  TIREK_OPENBAO_VIOLENCE_KEY: z.string().min(1).optional(),
  /** Names of its keys, and where its transit engine is mounted. */
  TIREK_OPENBAO_KEY: z.string().default('tirek'),
  TIREK_OPENBAO_DIGEST_KEY: z.string().default('tirek-digests'),
  TIREK_OPENBAO_MOUNT: z.string().default('transit'),
  /** The key by which this process signs, and the public keys of all. */
  TIREK_SIGNING_KEY_FILE: z.string().optional(),
  TIREK_SIGNING_KEYS: z.string().optional(),
  /** Where the relay anchors the heads of the ledgers, outside of the database. */
  TIREK_ANCHOR_DIR: z.string().optional(),
  PORT_SIMULATORS: z.coerce.number().int().min(0).max(65_535).default(0),
  SMTP_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Each process needs a port of its own; 0 is off. */
  TIREK_METRICS_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  TIREK_METRICS_HOST: z.string().default('127.0.0.1'),
  /** Hosts that organisations may stand at, separated by commas; unset: any, by https. */
  TIREK_AGENCY_HOSTS: z.string().optional(),
  /** Private addresses or networks in which organisations stand all the same. */
  TIREK_AGENCY_NETWORKS: z.string().optional(),
  /** `development`: organisations may stand on this machine, without TLS. */
  TIREK_AGENCY_LOOPBACK: z.enum(['development']).optional(),
  /** Addresses of the proxies before the API, separated by commas: what they say of whom they speak for is believed. */
  TIREK_TRUSTED_PROXIES: z.string().optional(),
  TIREK_REQUESTS_PER_MINUTE: bound(DEFAULT_BOUNDS.requestsPerActor),
  TIREK_REPORTS_PER_MINUTE: bound(DEFAULT_BOUNDS.reportsPerOrganisation),
  TIREK_UNKNOWN_CALLS_PER_MINUTE: bound(DEFAULT_BOUNDS.callsPerAddress),
  TIREK_IIN_LOOKUPS_PER_HOUR: bound(DEFAULT_BOUNDS.iinLookups),
  TIREK_SIGN_IN_TRIES: bound(DEFAULT_BOUNDS.signInTries),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface Config {
  /** As the role of this process. */
  databaseUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  /** How it is connected to; absent: in the clear. */
  temporalTls?: TemporalTls;
  temporalApiKey?: string;
  /** Address of the Temporal UI, for links; absent when there is none. */
  temporalUi?: string;
  /** Address that the API listens on. */
  host: string;
  /** Port of the API; 0 lets the system choose. */
  port: number;
  /** A workflow bundle built beforehand; without it the worker bundles at its start. */
  workflowBundle?: string;
  centerWebhookUrl?: string;
  centerWebhookSecret?: string;
  smtpUrl?: string;
  /** Origin at which people reach the pages, for the links of mails. */
  pagesUrl?: string;
  digestWindowMs?: number;
  /** Who wraps the keys of personal data. */
  keys: KeysConfig;
  /** Who looks into signatures; absent: nobody, and none is taken. */
  signatures?: SignaturesConfig;
  /** How people and services come in; the API does not start without it. */
  signIn?: SignInConfig;
  /** Signs as this process, and looks into what the others have signed. */
  proof: Proof;
  /** Folder for the daily heads of the ledgers. */
  anchorDir?: string;
  /** Where this process serves its metrics; absent: nowhere. */
  metrics?: { host: string; port: number };
  /** Where organisations may be spoken to; absent: at public addresses by https. */
  agencyReach?: AgencyReach;
  /** How much one caller may ask for; absent: the defaults. */
  bounds?: BoundSettings;
  /** Whose word for the caller's address is believed; absent: nobody's. */
  trustedProxies?: readonly string[];
  logLevel: z.infer<typeof Environment>['LOG_LEVEL'];
}

export type SignaturesConfig = { by: 'ncanode'; url: string } | { by: 'development' };

export interface SimulatorsConfig {
  port: number;
  smtpPort: number;
  apiUrl?: string;
  centerWebhookSecret: string;
  agencies: readonly { code: string; endpointUrl: string; secret: string }[];
  logLevel: Config['logLevel'];
}

export interface DevelopmentProviderConfig {
  port: number;
  dataDir: string;
  /** Origin of the pages, to which browsers are sent back. */
  pages: string;
  logLevel: Config['logLevel'];
}

const Agencies = z.array(z.object({ code: z.string(), endpointUrl: z.string(), secret: z.string() }));

/**
 * Reads the configuration of worker, relay and API.
 * @param process whose it is: it signs with a key of its own
 * @throws Error with one sentence that names the variable and what it should be
 */
export function readConfig(env: NodeJS.ProcessEnv, process: Signatory): Config {
  const given = parse(env);
  refuseClearText(given);
  const keys = keysIn(given);
  if (process === 'api' && keys.violence === undefined) throw new Error(VIOLENCE_KEYS_MISSING);
  return {
    databaseUrl: given.DATABASE_URL,
    temporalAddress: given.TEMPORAL_ADDRESS,
    temporalNamespace: given.TEMPORAL_NAMESPACE,
    host: given.TIREK_HOST,
    port: given.PORT,
    logLevel: given.LOG_LEVEL,
    digestWindowMs: given.TIREK_DIGEST_SECONDS * 1_000,
    keys,
    proof: readProof({ keyFile: given.TIREK_SIGNING_KEY_FILE, keysFile: given.TIREK_SIGNING_KEYS }, process),
    ...present('anchorDir', given.TIREK_ANCHOR_DIR),
    bounds: boundsIn(given),
    agencyReach: reachIn(given),
    ...present('trustedProxies', listIn(given.TIREK_TRUSTED_PROXIES)),
    ...present('temporalTls', readTemporalTls(given)),
    ...present('temporalApiKey', given.TEMPORAL_API_KEY),
    ...present('temporalUi', given.TIREK_TEMPORAL_UI),
    ...present('workflowBundle', given.TIREK_WORKFLOW_BUNDLE),
    ...present('centerWebhookUrl', given.TIREK_CENTER_WEBHOOK_URL),
    ...present('centerWebhookSecret', given.TIREK_CENTER_WEBHOOK_SECRET),
    ...present('smtpUrl', given.SMTP_URL),
    ...present('pagesUrl', pagesUrlOf(given)),
    ...present('signatures', signaturesIn(given)),
    ...present('signIn', signInOf(given)),
    ...present('metrics', given.TIREK_METRICS_PORT === 0 ? undefined : { host: given.TIREK_METRICS_HOST, port: given.TIREK_METRICS_PORT }),
  };
}

/**
 * Who keeps the keys, for commands that need nothing else of the configuration.
 * @throws Error with one sentence that names the variables
 */
export function readKeysConfig(env: NodeJS.ProcessEnv): KeysConfig {
  const given = parse({ DATABASE_URL: 'postgres://unused', ...env });
  refuseClearText({ TIREK_OPENBAO_URL: given.TIREK_OPENBAO_URL, TIREK_CLEAR_HOSTS: given.TIREK_CLEAR_HOSTS });
  return keysIn(given);
}

/** Signs of violence are recorded wherever people work: an API that could not would leave the family where it was. */
const VIOLENCE_KEYS_MISSING =
  'Nobody keeps the keys of families with signs of violence: set TIREK_VIOLENCE_KEYS_FILE (tirek keys create makes one) or TIREK_OPENBAO_VIOLENCE_KEY. Worker and relay start without.';

/** Personal data is sealed from the first family on: without keys no process starts. */
function keysIn(given: z.infer<typeof Environment>): KeysConfig {
  const { TIREK_KEYS_FILE: path, TIREK_OPENBAO_URL: url, TIREK_OPENBAO_TOKEN_FILE: tokenFile } = given;
  if (path !== undefined && url !== undefined) throw new Error('TIREK_KEYS_FILE and TIREK_OPENBAO_URL exclude each other: unset one of them and start again.');
  const violence = violenceKeysIn(given);
  if (path !== undefined) return { by: 'file', path, ...violence };
  if (url === undefined) throw new Error('Nobody keeps the keys of personal data: set TIREK_KEYS_FILE (tirek keys create makes one) or TIREK_OPENBAO_URL.');
  if (tokenFile === undefined) throw new Error('TIREK_OPENBAO_TOKEN_FILE is not set: name the file with the token for TIREK_OPENBAO_URL.');
  const { TIREK_OPENBAO_KEY: key, TIREK_OPENBAO_DIGEST_KEY: digestKey, TIREK_OPENBAO_MOUNT: mount } = given;
  return { by: 'transit', url, tokenFile, key, digestKey, mount, ...violence };
}

/** Another key than the ordinary one, or the second ring would be the first. */
function violenceKeysIn(given: z.infer<typeof Environment>): Pick<KeysConfig, 'violence'> {
  const { TIREK_VIOLENCE_KEYS_FILE: path, TIREK_OPENBAO_VIOLENCE_KEY: key, TIREK_OPENBAO_URL: url, TIREK_OPENBAO_TOKEN_FILE: tokenFile } = given;
  if (path !== undefined && key !== undefined)
    throw new Error('TIREK_VIOLENCE_KEYS_FILE and TIREK_OPENBAO_VIOLENCE_KEY exclude each other: unset one of them and start again.');
  if (path !== undefined && path === given.TIREK_KEYS_FILE)
    throw new Error('TIREK_VIOLENCE_KEYS_FILE names the file of TIREK_KEYS_FILE: families with signs of violence need keys of their own (tirek keys create).');
  if (path !== undefined) return { violence: { by: 'file', path } };
  if (key === undefined) return {};
  if (url === undefined || tokenFile === undefined)
    throw new Error('TIREK_OPENBAO_VIOLENCE_KEY names a key of OpenBao: set TIREK_OPENBAO_URL and TIREK_OPENBAO_TOKEN_FILE too.');
  if (key === given.TIREK_OPENBAO_KEY)
    throw new Error('TIREK_OPENBAO_VIOLENCE_KEY names the key of TIREK_OPENBAO_KEY: families with signs of violence need a key of their own.');
  return { violence: { by: 'transit', url, tokenFile, key, digestKey: given.TIREK_OPENBAO_DIGEST_KEY, mount: given.TIREK_OPENBAO_MOUNT } };
}

/** Where strangers reach the API, nobody may name services of this machine as organisations. */
function reachIn({ TIREK_AGENCY_LOOPBACK: switched, TIREK_HOST: host, ...given }: z.infer<typeof Environment>): AgencyReach {
  if (switched !== undefined && !isLoopback(host)) {
    throw new Error(`TIREK_AGENCY_LOOPBACK=development sends to this machine in the clear, and TIREK_HOST=${host} lets strangers in: unset one of them.`);
  }
  const networks = listIn(given.TIREK_AGENCY_NETWORKS);
  for (const network of networks ?? []) refuseNoNetwork(network);
  return { loopback: switched !== undefined, ...present('hosts', listIn(given.TIREK_AGENCY_HOSTS)), ...present('networks', networks) };
}

function refuseNoNetwork(text: string): void {
  try {
    networkOf(text);
  } catch (error) {
    throw new Error(`TIREK_AGENCY_NETWORKS: "${text}" is neither an address nor a network such as 10.1.0.0/16.`, { cause: error });
  }
}

function boundsIn(given: z.infer<typeof Environment>): BoundSettings {
  return {
    requestsPerActor: given.TIREK_REQUESTS_PER_MINUTE,
    reportsPerOrganisation: given.TIREK_REPORTS_PER_MINUTE,
    callsPerAddress: given.TIREK_UNKNOWN_CALLS_PER_MINUTE,
    iinLookups: given.TIREK_IIN_LOOKUPS_PER_HOUR,
    signInTries: given.TIREK_SIGN_IN_TRIES,
  };
}

function listIn(text: string | undefined): readonly string[] | undefined {
  const items = text?.split(',').map((item) => item.trim());
  return items?.filter((item) => item !== '');
}

/** Where strangers reach the API, a signature that anybody can make must not pass for a person's. */
function signaturesIn({ TIREK_NCANODE_URL: url, TIREK_SIGNATURES: switched, TIREK_HOST: host }: z.infer<typeof Environment>): SignaturesConfig | undefined {
  if (switched === undefined) return url === undefined ? undefined : { by: 'ncanode', url };
  if (url !== undefined) throw new Error('TIREK_NCANODE_URL and TIREK_SIGNATURES=development exclude each other: unset one of them and start again.');
  if (!isLoopback(host)) {
    throw new Error(
      `TIREK_SIGNATURES=development takes signatures that anybody can make, and TIREK_HOST=${host} lets strangers in: name an NCANode by TIREK_NCANODE_URL instead.`,
    );
  }
  return { by: 'development' };
}

/** Reads the configuration of the simulators' process; the agencies come from a file that only its owner may read. */
export function readSimulatorsConfig(env: NodeJS.ProcessEnv): SimulatorsConfig {
  const given = parse({ DATABASE_URL: 'postgres://unused', ...env });
  const { TIREK_AGENCIES_FILE: file, TIREK_CENTER_WEBHOOK_SECRET: secret } = given;
  if (file === undefined) throw new Error('TIREK_AGENCIES_FILE is not set: name the file that lists the agencies.');
  if (secret === undefined) throw new Error('TIREK_CENTER_WEBHOOK_SECRET is not set: the simulators verify webhooks with it.');
  return {
    port: given.PORT_SIMULATORS,
    smtpPort: given.SMTP_PORT,
    centerWebhookSecret: secret,
    agencies: Agencies.parse(JSON.parse(readFileSync(file, 'utf8'))),
    logLevel: given.LOG_LEVEL,
    ...present('apiUrl', given.TIREK_API_URL),
  };
}

/** Reads the configuration of the development provider's process. */
export function readDevelopmentProviderConfig(env: NodeJS.ProcessEnv): DevelopmentProviderConfig {
  const { PORT_PROVIDER: port, TIREK_DATA_DIR: dataDir, TIREK_PUBLIC_URL: pages, LOG_LEVEL: logLevel } = parse({ DATABASE_URL: 'postgres://unused', ...env });
  if (port === undefined || dataDir === undefined || pages === undefined) {
    throw new Error('PORT_PROVIDER, TIREK_DATA_DIR and TIREK_PUBLIC_URL are needed: "npm start" sets them for the development provider.');
  }
  return { port, dataDir, pages, logLevel };
}

function parse(env: NodeJS.ProcessEnv): z.infer<typeof Environment> {
  const parsed = Environment.safeParse(env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The configuration is not complete. ${faults.join('; ')}. Set these variables and start again.`);
}

function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
