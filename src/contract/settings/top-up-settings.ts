import * as z from 'zod';
import { isLoopbackUrl } from '../../domain/text/loopback-url.ts';

const isSafe = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.username === '' && url.password === '' && (url.protocol === 'https:' || isLoopbackUrl(text));
};

const areApart = (urls: readonly string[]): boolean =>
  new Set(urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).hostname] : []))).size === urls.length;

const safeUrls = z.array(z.string().refine(isSafe, 'an https URL without a password before its host, or http on this machine'));

/** `topup` of the settings. */
export const topUpSettings = z.strictObject({
  priceSources: safeUrls
    .refine((urls) => urls.length !== 1 && urls.length < 3 && areApart(urls), 'two URLs of different hosts')
    .default([]),
  /** Nodes of Ethereum; a network of the user's own names its node beside its other hosts. */
  rpc: safeUrls.refine((urls) => urls.length < 3 && areApart(urls), 'one URL, or two of different hosts').default([]),
});
