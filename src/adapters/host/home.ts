import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

/** Where everything of ours lives on this machine. */
export interface HomeFolders {
  /** A file that people edit: the chosen keys, further networks. */
  settings: string;
  keys: string;
  /** The SQLite file. */
  ledger: string;
  devnet: string;
  cache: string;
  ssh: string;
  /** Whom to alert. */
  alerts: string;
  logs: string;
  /** Of the safe: its certificate, and where it was served last. */
  safe: string;
  /** The safe that this home has joined, with its token. */
  joined: string;
  /** What the files of clients were before we changed them. */
  clients: string;
}

/** One folder with `ALEPH_AGENT_HOME`, otherwise the platform's own ones. Makes nothing. */
export const homeFolders = (env: Readonly<Record<string, string | undefined>>): HomeFolders => {
  const home = env.ALEPH_AGENT_HOME;
  const { config, data, cache } = home ? oneFolder(resolve(home)) : envPaths('aleph-agent', { suffix: '' });
  return {
    settings: join(config, 'settings.json'),
    keys: join(data, 'keys'),
    ledger: join(data, 'ledger.sqlite'),
    devnet: join(data, 'devnet'),
    cache,
    ssh: join(data, 'ssh'),
    alerts: join(data, 'alerts.json'),
    logs: join(data, 'logs'),
    safe: join(data, 'safe'),
    joined: join(config, 'joined.json'),
    clients: join(data, 'clients.json'),
  };
};

const oneFolder = (home: string) => ({ config: home, data: home, cache: join(home, 'cache') });

/** Has this home joined a safe? What the file says is for the call that uses it. */
export const isJoined = (env: Readonly<Record<string, string | undefined>>): boolean => {
  if ((env['ALEPH_AGENT_TOKEN_FILE'] ?? '') !== '') return true;
  try {
    return existsSync(homeFolders(env).joined);
  } catch {
    // a user without a home
    return false;
  }
};
