import { toldUrl } from '../../domain/text/told-url.ts';
import type { ConfigKey } from './config-key.ts';

/** A value of the settings as it is shown: what follows the host of an EVM node or a price source may be a key, which nobody needs to see again. */
export const toldValue = (key: ConfigKey, value: unknown): string | null => {
  const parts = (Array.isArray(value) ? value : [value]).flatMap((part) => (part === null || part === undefined ? [] : [String(part)]));
  const hides = key.kind === 'topUp' || (key.kind === 'host' && key.host === 'rpc');
  return parts.map((part) => (hides ? toldUrl(part) : part)).join(',') || null;
};
