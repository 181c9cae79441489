/**
 * Which addresses organisations may be spoken to at: asked when one is entered, when something is sent, and of each address
 * that its name leads to when the connection is made, so that no name can be turned to another place in between.
 */
import ipaddr from 'ipaddr.js';

export interface AgencyReach {
  /** Hosts that may be named, `*.example.kz` for those below one; absent: any. */
  hosts?: readonly string[];
  /** Private addresses or networks (CIDR) that organisations stand in all the same; absent: none. */
  networks?: readonly string[];
  /** Development: this machine may be named, in the clear too. */
  loopback?: boolean;
}

/** What a cloud answers its own machines at, with their keys: looks like any public address. */
const METADATA_IN_PUBLIC = ['168.63.129.16'];

/** `endpoint_not_allowed`, a code for whoever mends it; undefined: it may be spoken to, as far as its name says. */
export function endpointFault(url: string, reach: AgencyReach): 'endpoint_not_allowed' | undefined {
  if (!URL.canParse(url)) return 'endpoint_not_allowed';
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isOwnMachine(host)) return reach.loopback === true ? undefined : 'endpoint_not_allowed';
  const isGood = protocol === 'https:' && isListed(host, reach) && (!ipaddr.isValid(host) || mayConnectTo(host, reach));
  return isGood ? undefined : 'endpoint_not_allowed';
}

function isListed(host: string, { hosts }: AgencyReach): boolean {
  return hosts === undefined || hosts.some((each) => (each.startsWith('*.') ? host.endsWith(each.slice(1).toLowerCase()) : host === each.toLowerCase()));
}

function isOwnMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');
}

/** May a connection to that IP address be made? Public ones, those of the allowed networks, and in development this machine. */
export function mayConnectTo(address: string, { networks = [], loopback = false }: AgencyReach): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.process(address);
  if (networks.some((network) => isWithin(ip, network))) return true;
  if (ip.range() === 'loopback') return loopback;
  return ip.range() === 'unicast' && !METADATA_IN_PUBLIC.includes(ip.toString());
}

function isWithin(ip: ipaddr.IPv4 | ipaddr.IPv6, network: string): boolean {
  const [base, bits] = networkOf(network);
  return base.kind() === ip.kind() && ip.match(base, bits);
}

/** @throws Error for what is neither an address nor a network: read once at the start, so that nothing is silently left out */
export function networkOf(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  const ip = ipaddr.parse(text);
  return [ip, ip.kind() === 'ipv4' ? 32 : 128];
}
