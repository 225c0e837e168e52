/**
 * Other programs' words for our nouns and verbs, as people and models type them; used for suggestions only, never run. By spelling alone
 * `describe` would suggest `destroy`.
 */
const ours: Readonly<Record<string, readonly string[]>> = {
  vm: ['instance', 'instances', 'vms', 'machine', 'machines', 'server', 'servers'],
  crns: ['crn', 'node', 'nodes'],
  keys: ['key', 'wallet', 'account', 'accounts'],
  credits: ['credit', 'billing', 'money'],
  create: ['new', 'launch', 'run', 'start-new', 'spawn', 'provision', 'make', 'add'],
  show: ['describe', 'info', 'inspect', 'status', 'details', 'get', 'view'],
  ls: ['list', 'ps'],
  destroy: ['terminate', 'remove', 'kill', 'delete', 'rm'],
  rm: ['remove', 'delete', 'close'],
  add: ['open', 'forward', 'expose'],
  cp: ['scp', 'copy', 'upload', 'download'],
  exec: ['ssh-exec', 'execute', 'cmd'],
  ssh: ['connect', 'login', 'shell'],
  logs: ['log', 'console'],
  extend: ['renew', 'prolong'],
  reboot: ['restart'],
  redeploy: ['replace', 'recreate', 'rebuild'],
  adopt: ['claim', 'take-over', 'import-vm'],
  doctor: ['check', 'diagnose', 'health'],
  prices: ['price', 'pricing'],
  estimate: ['quote'],
};

const flags: Readonly<Record<string, string>> = {
  '--force': '--yes',
  '-f': '--yes',
  '-y': '--yes',
  '--output': '--json',
  '-o': '--json',
  '-j': '--json',
  '--plan': '--dry-run',
  '--lifetime': '--ttl',
};

/** The word itself, then our words that it may stand for. */
export const synonyms = (word: string): string[] => [
  word,
  ...Object.entries(ours).flatMap(([own, others]) => (others.includes(word) ? [own] : [])),
];

/** Our flag for what this flag does in other programs; null for none. */
export const flagSynonym = (flag: string): string | null => flags[flag] ?? null;
