import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

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

export const isLoopbackIpv4 = (address: string): boolean => isIPv4(address) && address.startsWith('127.');

/** This machine, or (`.devnet.test` resolves nowhere, RFC 6761) a devnet in this very process. */
export const isHere = (host: string): boolean => host === 'localhost' || isLoopbackIpv4(host) || host.endsWith('.devnet.test');

/**
 * The base URL of a node from what a list says, or null where it is not one we connect to: https and a public name or address;
 * on a devnet http on loopback too. Path, query and credentials never survive, so a node cannot aim a request.
 */
export const nodeUrl = (address: string, devnet: boolean): string | null => {
  const text = address.trim();
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return null;
  const host = url.hostname;
  if (devnet && (url.protocol === 'http:' || url.protocol === 'https:') && isHere(host)) return url.origin;
  if (url.protocol !== 'https:') return null;
  if (isIP(host) !== 0) return isPublicIpv4(host) ? url.origin : null;
  if (host.startsWith('[') || !/^([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}$/.test(host)) return null;
  return /(^|\.)(localhost|local|internal|intranet|home|lan|arpa|test|invalid|example|onion)$/.test(host) ? null : url.origin;
};
