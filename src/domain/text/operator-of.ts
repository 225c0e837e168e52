import { isLoopbackUrl } from './loopback-url.ts';

/** Who stands behind a URL. Ports tell hosts apart on this machine alone: elsewhere another port is the same operator. */
export const operatorOf = (url: string): string => {
  const { host, hostname } = new URL(url);
  return isLoopbackUrl(url) ? host : hostname.replace(/\.$/, '');
};
