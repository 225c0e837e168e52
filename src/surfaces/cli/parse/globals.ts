/** A flag that means the same on every command (conventions.md §7). */
export interface Global {
  flags: string;
  description: string;
  /** The ALEPH_AGENT_* variable that stands in for the flag. */
  environment?: string;
  /** Only commands that change something have the flag. */
  changes?: true;
  /** The root help leaves the flag out. */
  quiet?: true;
}

export const globals: readonly Global[] = [
  { flags: '--json', description: 'One JSON document on stdout' },
  { flags: '--format <mode>', description: 'text, json or ndjson' },
  { flags: '--fields <paths>', description: 'Only these fields: a,b.c' },
  { flags: '--full', description: 'All fields' },
  { flags: '--brief', description: 'Only data, no envelope', quiet: true },
  { flags: '--network <name>', description: 'mainnet (default), devnet, or one of yours' },
  { flags: '--account <key>', description: 'The key to use', environment: 'ALEPH_AGENT_ACCOUNT' },
  { flags: '--task <name>', description: 'Whose work this is, for the ledger', environment: 'ALEPH_AGENT_TASK' },
  {
    flags: '--payer <address>',
    description: 'The account that pays, by its grant to this key',
    environment: 'ALEPH_AGENT_PAYER',
    quiet: true,
  },
  { flags: '--timeout <duration>', description: 'Wait at most this long (100s)', environment: 'ALEPH_AGENT_TIMEOUT' },
  { flags: '--no-input', description: 'Never ask' },
  { flags: '--progress', description: 'Phases on stderr in JSON mode too', quiet: true },
  { flags: '--color <when>', description: 'auto, always or never', quiet: true },
  { flags: '--no-color', description: 'No colour', quiet: true },
  { flags: '--debug', description: 'Every request and ssh call on stderr', quiet: true },
  { flags: '--yes', description: 'Answer yes to what the policy lets pass', changes: true },
  { flags: '--approval <id>', description: 'Take the plan that was approved', changes: true },
  { flags: '--purpose <text>', description: 'Why, shown to the approver', changes: true },
  { flags: '--passphrase-file <path>', description: 'Passphrase of the key: a path, fd:3, or -', changes: true },
];

/** The values of the global flags that were given. */
export interface GlobalValues {
  format?: string;
  fields?: string;
  full?: boolean;
  brief?: boolean;
  network?: string;
  account?: string;
  task?: string;
  payer?: string;
  timeout?: string;
  input?: boolean;
  progress?: boolean;
  color?: string | boolean;
  debug?: boolean;
  yes?: boolean;
  approval?: string;
  purpose?: string;
  passphraseFile?: string;
}
