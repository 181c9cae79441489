/** A proxy that ends TLS before a server of gRPC in the clear, as an installation has one before Temporal; and certificates for a test. */
import { once } from 'node:events';
import { connect, constants, createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';

export interface Pem {
  certificate: Buffer;
  key: Buffer;
}

/** An authority that nobody else knows, and what it has signed. */
export async function testAuthority(): Promise<{ ca: Buffer; sign(name: string): Promise<Pem> }> {
  const authority = await generate([{ name: 'commonName', value: 'Authority of a test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true },
    ],
  });
  return {
    ca: Buffer.from(authority.cert),
    sign: async (name) => {
      const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
        keyType: 'ec',
        algorithm: 'sha256',
        ca: { cert: authority.cert, key: authority.private },
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
          { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
        ],
      });
      return { certificate: Buffer.from(cert), key: Buffer.from(key) };
    },
  };
}

export interface TlsProxy {
  address: string;
  /** What came with the calls as `authorization`, each once. */
  authorizations: ReadonlySet<string | undefined>;
  /** Names of the certificates that callers have shown. */
  callers: ReadonlySet<string | undefined>;
  stop(): Promise<void>;
}

/** @param clientsOf the authority whose certificates callers must show; without it none is asked for */
export async function startTlsProxy(target: string, server: Pem, clientsOf?: Buffer): Promise<TlsProxy> {
  const upstream = connect(`http://${target}`);
  const [authorizations, callers] = [new Set<string | undefined>(), new Set<string | undefined>()];
  const asksForCertificates = clientsOf === undefined ? {} : { ca: clientsOf, requestCert: true, rejectUnauthorized: true };
  const proxy = createSecureServer({ cert: server.certificate, key: server.key, ...asksForCertificates });
  proxy.on('stream', (stream, headers) => {
    authorizations.add(headers.authorization);
    callers.add(String((stream.session?.socket as TLSSocket | undefined)?.getPeerCertificate().subject?.CN));
    hand(stream, upstream.request(withoutCredentials(headers)));
  });
  // A caller without a certificate breaks off; a test sees that at its own end.
  proxy.on('sessionError', () => undefined);
  const sessions = new Set<{ destroy(): void }>();
  proxy.on('session', (session) => void sessions.add(session.once('close', () => sessions.delete(session))));
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    authorizations,
    callers,
    stop: async () => {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

function withoutCredentials({ authorization: _mine, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  return headers;
}

/** One call, with the trailers in which gRPC has its status. */
function hand(stream: ServerHttp2Stream, call: ReturnType<ReturnType<typeof connect>['request']>): void {
  let trailers: IncomingHttpHeaders = {};
  stream.pipe(call);
  call.on('response', (headers, flags) => {
    if (stream.destroyed) return;
    const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(headers, isWhole ? { endStream: true } : { waitForTrailers: true });
    if (!isWhole) call.pipe(stream);
  });
  call.on('trailers', (last) => (trailers = last));
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.on('close', () => call.close(constants.NGHTTP2_CANCEL));
  stream.on('error', () => call.close(constants.NGHTTP2_CANCEL));
  call.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
}
