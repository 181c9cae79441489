/** How Temporal is connected to: in the clear inside of a network that nobody else is in, by TLS, with a certificate or a key of our own. */
import { readFileSync } from 'node:fs';

export interface TemporalTls {
  /** The certificates by which the server is believed; absent: those of the machine. */
  ca?: Buffer;
  /** The name that the server's certificate is held against; absent: that of its address. */
  serverName?: string;
  /** By which the server knows us. */
  client?: { certificate: Buffer; key: Buffer };
}

/** As the environment has it: names of files. */
export interface TemporalTlsFiles {
  TEMPORAL_TLS?: 'true' | undefined;
  TEMPORAL_TLS_CERT?: string | undefined;
  TEMPORAL_TLS_KEY?: string | undefined;
  TEMPORAL_TLS_CA?: string | undefined;
  TEMPORAL_TLS_SERVER_NAME?: string | undefined;
  TEMPORAL_API_KEY?: string | undefined;
}

/**
 * Undefined: in the clear. An API key never goes in the clear.
 * @throws Error with one sentence when a file cannot be read, or a certificate is without its key
 */
export function readTemporalTls(given: TemporalTlsFiles): TemporalTls | undefined {
  const { TEMPORAL_TLS_CERT: cert, TEMPORAL_TLS_KEY: key, TEMPORAL_TLS_CA: ca, TEMPORAL_TLS_SERVER_NAME: serverName } = given;
  if ((cert === undefined) !== (key === undefined)) throw new Error('TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY belong together: set both or none.');
  const named = [given.TEMPORAL_TLS, cert, ca, serverName, given.TEMPORAL_API_KEY];
  if (named.every((each) => each === undefined)) return undefined;
  return {
    ...(ca === undefined ? {} : { ca: fileOf('TEMPORAL_TLS_CA', ca) }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(cert === undefined || key === undefined ? {} : { client: { certificate: fileOf('TEMPORAL_TLS_CERT', cert), key: fileOf('TEMPORAL_TLS_KEY', key) } }),
  };
}

function fileOf(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`${variable} names a file that cannot be read: ${path}.`, { cause: error });
  }
}
