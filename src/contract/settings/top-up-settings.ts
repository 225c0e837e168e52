import * as z from 'zod';
import { isLoopbackUrl } from '../../domain/text/loopback-url.ts';

const isSource = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.username === '' && url.password === '' && (url.protocol === 'https:' || isLoopbackUrl(text));
};

const areTwo = (urls: readonly string[]): boolean => {
  const hosts = new Set(urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).hostname] : [])));
  return urls.length === 0 || (urls.length === 2 && hosts.size === 2);
};

/** `topup` of the settings. */
export const topUpSettings = z.strictObject({
  priceSources: z
    .array(z.string().refine(isSource, 'an https URL without a password before its host, or http on this machine'))
    .refine(areTwo, 'two URLs of different hosts')
    .default([]),
});
