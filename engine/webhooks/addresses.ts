import dns from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** Where no receiver is: the services that tell a machine in a cloud its own secrets, and addresses of no machine. */
const forbidden = new BlockList();
forbidden.addSubnet('0.0.0.0', 8);
forbidden.addSubnet('169.254.0.0', 16);
forbidden.addSubnet('224.0.0.0', 3);
forbidden.addAddress('::', 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addSubnet('ff00::', 8, 'ipv6');

export const isForbidden = (address: string): boolean =>
  forbidden.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** The address that a URL names without a name; undefined: it has a name. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : host;
}

/** Finds the addresses of a name, at the very moment of connecting: what was looked at is what is connected to. */
export const guardedLookup: LookupFunction = (hostname, options, callback) =>
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const problem = error ?? problemWith(hostname, addresses);
    const first = problem ? undefined : addresses[0];
    if (first === undefined) callback(problem, '', 0);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });

function problemWith(hostname: string, addresses: readonly { readonly address: string }[]): Error | null {
  if (addresses.length === 0) return new Error(`${hostname} has no address`);
  return addresses.some(({ address }) => isForbidden(address)) ? refusal(hostname) : null;
}

export const refusal = (host: string): Error =>
  new Error(`nothing is sent to ${host}: it is not the address of a receiver`);
