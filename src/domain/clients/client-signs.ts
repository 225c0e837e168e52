import type { ClientName } from './clients.ts';

/** What a client leaves in the user's home once it was started: a file or folder, one of which shows that the client is here. */
export const clientSigns: Readonly<Record<ClientName, readonly string[]>> = {
  claude: ['.claude.json', '.claude'],
  opencode: ['.config/opencode', '.local/share/opencode'],
  codex: ['.codex'],
  gemini: ['.gemini'],
  cursor: ['.cursor'],
  openclaw: ['.openclaw'],
};
