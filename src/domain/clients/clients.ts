/** Programs that call tools for people, and how each keeps the servers that it starts. */
export const clients = ['claude', 'opencode', 'codex', 'gemini', 'cursor', 'openclaw'] as const;

export type ClientName = (typeof clients)[number];

export type ClientScope = 'user' | 'project';

export interface Client {
  /** Paths of its configuration: below the user's home, and below the project's folder. null: it knows no such one. */
  files: { [Scope in ClientScope]: string | null };
  format: 'json' | 'toml' | 'skill';
  /** Where our entry stands in the file. */
  place: readonly string[];
  /** Our entry, as the client itself writes one that starts these words. */
  entry(words: readonly string[]): object;
}

const started = ([command = '', ...args]: readonly string[]): object => ({ command, args });

/** Sources: the clients' own `mcp add`, and the files that they wrote (test/fixtures/clients). */
export const clientTable: Readonly<Record<ClientName, Client>> = {
  claude: {
    files: { user: '.claude.json', project: '.mcp.json' },
    format: 'json',
    place: ['mcpServers', 'aleph-agent'],
    entry: (words) => ({ type: 'stdio', ...started(words), env: {} }),
  },
  opencode: {
    files: { user: '.config/opencode/opencode.json', project: 'opencode.json' },
    format: 'json',
    place: ['mcp', 'aleph-agent'],
    entry: (words) => ({ type: 'local', command: [...words] }),
  },
  codex: {
    files: { user: '.codex/config.toml', project: null },
    format: 'toml',
    place: ['mcp_servers', 'aleph-agent'],
    entry: started,
  },
  gemini: {
    files: { user: '.gemini/settings.json', project: '.gemini/settings.json' },
    format: 'json',
    place: ['mcpServers', 'aleph-agent'],
    entry: started,
  },
  cursor: {
    files: { user: '.cursor/mcp.json', project: '.cursor/mcp.json' },
    format: 'json',
    place: ['mcpServers', 'aleph-agent'],
    entry: started,
  },
  openclaw: {
    files: { user: '.openclaw/skills/aleph-agent/SKILL.md', project: 'skills/aleph-agent/SKILL.md' },
    format: 'skill',
    place: [],
    entry: () => ({}),
  },
};
