import { isNearHost } from '../reach/near-host.ts';

/** Who stands behind a URL. Ports tell hosts apart on this machine and on a private network alone: elsewhere another port is the same operator. */
export const operatorOf = (url: string): string => {
  const { host, hostname } = new URL(url);
  return isNearHost(hostname) ? host : hostname.replace(/\.$/, '');
};
