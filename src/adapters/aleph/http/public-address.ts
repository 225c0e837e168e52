import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { isMetadataHost, isNearHost, isThisMachine } from '../../../domain/reach/near-host.ts';

/** IPv4 that is not on the public internet: private, loopback, link-local, shared, documentation, multicast, reserved. */
const elsewhere = (): BlockList => {
  const list = new BlockList();
  const ranges = [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3],
  ] as const;
  for (const [net, prefix] of ranges) list.addSubnet(net, prefix, 'ipv4');
  return list;
};

/** A dotted quad that anybody on the internet could reach. */
export const isPublicIpv4 = (address: string): boolean => isIPv4(address) && !elsewhere().check(address, 'ipv4');

/** Global unicast, without what is documentation, a tunnel into IPv4, or otherwise special (RFC 4291, RFC 6890). */
export const isPublicIpv6 = (address: string): boolean => {
  const global = new BlockList();
  global.addSubnet('2000::', 3, 'ipv6');
  const special = new BlockList();
  for (const [net, prefix] of [
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20],
  ] as const)
    special.addSubnet(net, prefix, 'ipv6');
  return isIPv6(address) && !address.includes('%') && global.check(address, 'ipv6') && !special.check(address, 'ipv6');
};

/** How near a network's nodes and VMs may be: on this machine alone, as a devnet's (`.devnet.test` is one in this very process), or on a private network. */
export type Near = 'nowhere' | 'machine' | 'network';

/** Tells whether a hostname that is not public is one that a network so near may have. */
export const isAllowed = (host: string, near: Near): boolean =>
  near === 'network'
    ? isNearHost(host) && !isMetadataHost(host)
    : near === 'machine' && (isThisMachine(host) || host.endsWith('.devnet.test'));

/** An address at which a VM may be reached: a public one, or one as near as the network may be. */
export const isVmIpv4 = (address: string, near: Near): boolean => isPublicIpv4(address) || (isIPv4(address) && isAllowed(address, near));

export const isVmIpv6 = (address: string, near: Near): boolean =>
  isPublicIpv6(address) || (isIPv6(address) && isAllowed(`[${address}]`, near));

/**
 * The base URL of a node from what a list says, or null where it is not one we connect to: https and a public name or address;
 * on a private network http or https on this machine or at a private address, too. Path, query and credentials never survive, so a node
 * cannot aim a request.
 */
export const nodeUrl = (address: string, near: Near): string | null => {
  const text = address.trim();
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return null;
  const host = url.hostname;
  if ((url.protocol === 'http:' || url.protocol === 'https:') && isAllowed(host, near)) return url.origin;
  if (url.protocol !== 'https:') return null;
  if (isIP(host) !== 0) return isPublicIpv4(host) ? url.origin : null;
  if (host.startsWith('[') || !/^([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}$/.test(host)) return null;
  return /(^|\.)(localhost|local|internal|intranet|home|lan|arpa|test|invalid|example|onion)$/.test(host) ? null : url.origin;
};
