import * as z from 'zod';
import { isLoopbackUrl } from '../../domain/text/loopback-url.ts';

const isSource = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && (url.protocol === 'https:' || isLoopbackUrl(text));
};

const hostnames = (urls: readonly string[]): string[] => urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).hostname] : []));

/** `topup` of the settings. */
export const topUpSettings = z.strictObject({
  priceSources: z
    .array(z.string().refine(isSource, 'an https URL, or http on this machine'))
    .length(2, 'two URLs')
    .refine((urls) => new Set(hostnames(urls)).size === urls.length, 'two URLs of different hosts')
    .or(z.array(z.string()).length(0)),
});
