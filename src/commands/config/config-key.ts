import { hostKeys, ownNetworkName } from '../../contract/settings/network-hosts.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { Limits } from '../../domain/limits/limits.ts';
import { overlayKeys } from '../../domain/limits/overlay.ts';
import { type SettingKey, settingKeys } from '../../domain/limits/setting-keys.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { nearest } from '../../domain/text/nearest.ts';

/** What a key of `config` is about. */
export type ConfigKey =
  | { kind: 'setting'; setting: SettingKey }
  | { kind: 'chosenKey'; network: string }
  | { kind: 'host'; network: string; host: (typeof hostKeys)[number] }
  | { kind: 'topUp'; urls: 'priceSources' | 'rpc' }
  | { kind: 'limit'; limit: keyof Limits };

/** Limits of a project file, by their key there. Its `ttl` is a setting, too. */
export const limitKeys: readonly (readonly [string, keyof Limits])[] = Object.entries(overlayKeys).flatMap(([limit, key]) =>
  key.startsWith('limits.') ? [[key, limit as keyof Limits] as const] : [],
);

/** URLs that top-ups need, by their key. */
export const topUpKeys = { 'topup.priceSources': 'priceSources', 'topup.rpc': 'rpc' } as const;

const isTopUpKey = (text: string): text is keyof typeof topUpKeys => Object.hasOwn(topUpKeys, text);

/** `ttl`, `chosenKey.mainnet`, `networks.lab.ccn`, `limits.maxDay`. `USAGE` with the nearest for another. */
export const configKey = (text: string): ConfigKey => {
  const [first = '', second = '', third = '', ...rest] = text.split('.');
  const setting = settingKeys.find((key) => key === text);
  if (setting !== undefined) return { kind: 'setting', setting };
  if (isTopUpKey(text)) return { kind: 'topUp', urls: topUpKeys[text] };
  const limit = limitKeys.find(([key]) => key === text)?.[1];
  if (limit !== undefined) return { kind: 'limit', limit };
  if (first === 'chosenKey' && second !== '' && third === '' && rest.length === 0) return { kind: 'chosenKey', network: second };
  const host = hostKeys.find((key) => key === third);
  if (first === 'networks' && host !== undefined && rest.length === 0) {
    const named = ownNetworkName.safeParse(second);
    if (named.success) return { kind: 'host', network: second, host };
    throw new Failure(
      'USAGE',
      `"${text}" is no setting: "${second}" is no name of yours for a network; it takes ${named.error.issues[0]?.message}.`,
    );
  }
  throw unknownKey(text);
};

const unknownKey = (text: string): Failure => {
  const known = [
    ...settingKeys,
    'chosenKey.NETWORK',
    ...Object.keys(topUpKeys),
    ...hostKeys.map((host) => `networks.NAME.${host}`),
    ...limitKeys.map(([key]) => key),
  ];
  const near = nearest(text, known);
  return new Failure('USAGE', `There is no setting "${text.slice(0, 60)}". Nearest: ${near.join(', ')}.`, {
    facts: { nearest: near },
    fix: agent('See which there are.', 'config ls'),
  });
};
