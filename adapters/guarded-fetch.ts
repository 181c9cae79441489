/** `fetch` that connects to nobody but whom organisations may stand at: each address is asked when the connection is made. */
import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, fetch } from 'undici';
import { mayConnectTo, type AgencyReach } from '../contracts/agency-reach.js';

/** How a name is looked up; the system's unless a test says otherwise. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Code of the error of a connection that was not made. */
export const ADDRESS_REFUSED = 'ERR_ADDRESS_REFUSED';

/** A name that leads to allowed and to other addresses is connected at the allowed ones; the socket is opened at what was asked here. */
export function guardedLookup(reach: AgencyReach, resolve: Resolve = systemLookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const allowed = addresses.filter(({ address }) => mayConnectTo(address, reach));
      const [first] = allowed;
      if (first === undefined) return done(Object.assign(new Error('the name leads to no address that may be spoken to'), { code: ADDRESS_REFUSED }), []);
      if (options.all === true) return done(null, allowed);
      return done(null, first.address, first.family);
    });
  };
}

/**
 * Speaks over connections of its own. An address in the place of a name is looked up by nobody: whoever calls has asked it
 * (`endpointFault`).
 */
export function guardedFetch(reach: AgencyReach, resolve?: Resolve): typeof globalThis.fetch {
  const dispatcher = new Agent({ connect: { lookup: guardedLookup(reach, resolve) } });
  // The library's own types say the same as those of Node in other names.
  const send = fetch as unknown as (url: unknown, init: object) => Promise<Response>;
  return (url, init) => send(url, { ...init, dispatcher });
}
