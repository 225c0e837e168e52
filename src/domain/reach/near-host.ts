/** Names that no public DNS resolves: of one word, or under an ending that is set apart (RFC 6761, RFC 6762, RFC 8375). */
const nearName = /^[a-z0-9_-]+$|\.(localhost|local|internal|intranet|home|lan|home\.arpa|test)$/;

/** First and last octets, as far as they count, of IPv4 that is this machine's, a private network's or a carrier's (RFC 1122, 1918, 3927, 6598). */
const isNearIpv4 = (a: number, b: number): boolean =>
  [0, 10, 127].includes(a) ||
  (a === 100 && b >= 64 && b < 128) ||
  (a === 169 && b === 254) ||
  (a === 172 && b >= 16 && b < 32) ||
  (a === 192 && b === 168);

const ipv4Of = (host: string): [number, number] | null => {
  const dotted = /^(\d{1,3})\.(\d{1,3})(\.\d{1,3}){2}$/.exec(host);
  if (dotted !== null) return [Number(dotted[1]), Number(dotted[2])];
  // as a URL writes IPv4 in IPv6
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):[0-9a-f]{1,4}\]$/.exec(host);
  if (mapped === null) return null;
  const word = Number.parseInt(mapped[1]!, 16);
  return [word >> 8, word & 0xff];
};

/** Tells whether a URL's hostname is this machine's own, however it is written. */
export const isThisMachine = (hostname: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname.replace(/\.$/, ''));

/** Tells whether a URL's hostname is of this machine or of a private network: none that anybody on the internet could reach. */
export const isNearHost = (hostname: string): boolean => {
  const host = hostname.replace(/\.$/, '');
  const ipv4 = ipv4Of(host);
  if (ipv4 !== null) return isNearIpv4(...ipv4);
  return host.startsWith('[') ? /^\[(::1?|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$/.test(host) : nearName.test(host);
};

/** Tells whether a hostname is where a cloud provider tells the machine on it its secrets: no network has a host there. */
export const isMetadataHost = (hostname: string): boolean =>
  /^(169\.254(\.\d{1,3}){2}|\[fd00:ec2:.*\]|\[::ffff:a9fe:.*\]|(metadata|instance-data)(\..*)?)$/.test(hostname.replace(/\.$/, ''));
