import type * as z from 'zod';
import { type hostKeys, hostsSchema } from '../../contract/settings/network-hosts.ts';
import { settingValue } from '../../contract/settings/settings.ts';
import { topUpSettings } from '../../contract/settings/top-up-settings.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { nearest } from '../../domain/text/nearest.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Settings } from '../../ports/settings.ts';
import type { ConfigKey } from './config-key.ts';

/** Hosts without which a network is none. */
const needed = ['ccn', 'crnsList', 'scheduler'] as const;

/** A value as it is stored. `USAGE` names what was typed and what would be right; `KEY_NOT_FOUND`, `WRONG_NETWORK` for a key that will not do. */
export const wantedValue = (context: ReadContext, key: ConfigKey, label: string, text: string): unknown => {
  if (key.kind === 'limit') throw ofProject(label);
  if (key.kind === 'setting') {
    const value = settingValue(key.setting, text, label);
    if (key.setting === 'network') requireNetwork(context, String(value));
    return value;
  }
  if (key.kind === 'chosenKey') {
    const entry = context.keys.entry(text);
    if (entry.network === key.network) return text;
    throw new Failure('WRONG_NETWORK', `The key "${text}" is for ${entry.network} and signs nothing for ${key.network}.`, {
      facts: { key: text, keyNetwork: entry.network, network: key.network },
    });
  }
  if (key.kind === 'topUp') {
    const urls = text.split(',').map((url) => url.trim());
    const parsed = topUpSettings.shape[key.urls].safeParse(urls);
    if (parsed.success) return urls;
    throw wrongHost(label, text, parsed.error);
  }
  const value = hostValue(key.host, text);
  const parsed = hostsSchema.shape[key.host].safeParse(value);
  if (parsed.success) return value;
  throw wrongHost(label, text, parsed.error);
};

const hostValue = (host: (typeof hostKeys)[number], text: string): unknown => {
  if (host === 'ccn') return text.split(',').map((url) => url.trim());
  if (host === 'private' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
};

const wrongHost = (label: string, text: string, error: z.ZodError): Failure => {
  const [issue] = error.issues;
  const found = typeof issue?.path[0] === 'number' ? (text.split(',')[issue.path[0]] ?? text) : text;
  // what should not have been there may be a password, and what follows the host a key
  const shown = found
    .replace(/\/\/[^/@]*@/, '//(hidden)@')
    .replace(/^([^/]*\/\/[^/?#]*)[/?#].+/, '$1/…')
    .slice(0, 120);
  return new Failure('USAGE', `${label} "${shown}" is not right: it takes ${issue?.message ?? 'a URL'}.`);
};

const requireNetwork = ({ settings }: ReadContext, name: string): void => {
  const networks = settings.networks();
  const known = ['mainnet', 'devnet', ...Object.keys(networks)];
  if (known.includes(name)) {
    const missing = Object.hasOwn(networks, name) ? needed.filter((host) => networks[name]?.[host] === undefined) : [];
    if (missing[0] === undefined) return;
    throw new Failure('USAGE', `network "${name}" is not right: it lacks ${missing.join(' and ')} yet.`, {
      fix: agent('Say where it is.', 'config set', `networks.${name}.${missing[0]}`, 'URL'),
    });
  }
  const near = nearest(name, known);
  throw new Failure('USAGE', `network "${name}" is not right: there is no such network; nearest: ${near.join(', ')}.`, {
    facts: { nearest: near },
    fix: agent('Say where it is first, with config set networks.NAME.ccn URL,URL.', 'config ls'),
  });
};

const ofProject = (label: string): Failure =>
  new Failure('USAGE', `${label} is no setting of yours: limits are the policy's, and a project file may tighten them.`, {
    fix: agent('Lower it in the policy.', 'policy set', { help: true }),
  });

/** Where it stands in the file. A network that is the one in use by the settings is not taken away under them. */
export const pathOf = ({ settings }: ReadContext, key: ConfigKey, label: string, unset: boolean): string[] => {
  if (key.kind === 'limit') throw ofProject(label);
  if (key.kind === 'setting') return [key.setting];
  if (key.kind === 'chosenKey') return ['chosenKey', key.network];
  if (key.kind === 'topUp') return ['topup', key.urls];
  if (unset && needed.some((host) => host === key.host) && settings.values().network === key.network) {
    throw new Failure('USAGE', `${label} is needed: the setting network says "${key.network}". Choose another network first.`, {
      fix: agent('Back to mainnet.', 'config set', 'network', { unset: true }),
    });
  }
  return ['networks', key.network, key.host];
};

/** What the user's file has there; null for nothing. */
export const storedAt = (settings: Settings, path: readonly string[]): unknown => {
  const document: unknown = {
    ...settings.values(),
    chosenKey: settings.chosenKeys(),
    networks: settings.networks(),
    topup: Object.fromEntries(Object.entries(settings.topUp()).map(([key, urls]) => [key, urls.length === 0 ? null : urls])),
  };
  return path.reduce((value, key) => (value as Record<string, unknown> | null | undefined)?.[key] ?? null, document);
};
