import * as z from 'zod';

/** The newest form of a backup that this version reads and the one that it writes. */
export const format = 1;

/** The first entry of a backup: what follows it, with hashes. */
export const contentsFile = 'backup.json';
export const ledgerFile = 'ledger.sqlite';

/** Beside the ledger each file of a home is small, and all of them are held in memory until the last one is checked. */
const mostBytes = 1_048_576;
const mostBytesInAll = 64 * mostBytes;
const mostFiles = 10_000;
/** Room for the first entry, which has a line for each file. */
export const mostContentsBytes = 4 * mostBytes;

const parts = [
  'settings\\.json',
  'alerts\\.json',
  'keys/[a-z0-9][a-z0-9-]{0,39}\\.json',
  'safe/(?:key|certificate)\\.pem',
  'ssh/0x[0-9a-f]{40}(?:\\.pub)?',
  'ssh/known_hosts/[0-9a-f]{64}',
  'ledger\\.sqlite',
];
const part = new RegExp(`^(?:${parts.join('|')})$`);

/** Tells whether a file of a home belongs into its backup. */
export const isPart = (path: string): boolean => part.test(path);

/** Tells whether a file is a secret, which counts only while nobody else can read it. */
export const isSecret = (path: string): boolean => /^(keys\/|safe\/key|ssh\/0x[0-9a-f]+$)/.test(path);

const file = z.strictObject({
  path: z.string().regex(part, 'a file of a home'),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A file in a backup, before it is read. */
export type Promised = z.output<typeof file>;

const isSmall = ({ path, bytes }: Promised): boolean => path === ledgerFile || bytes <= mostBytes;

/** Anything that calls itself a backup, of whatever form. */
export const anyContents = z.object({ format: z.int().min(1), program: z.string().regex(/^\d[\w.+-]{0,39}$/) });

export const contents = anyContents.extend({
  format: z.literal(format),
  at: z.iso.datetime(),
  files: z
    .array(file.refine(isSmall, `at most ${mostBytes} bytes`))
    .max(mostFiles)
    .refine((files) => new Set(files.map(({ path }) => path)).size === files.length, 'each file once')
    .refine(
      (files) => files.reduce((sum, { path, bytes }) => sum + (path === ledgerFile ? 0 : bytes), 0) <= mostBytesInAll,
      `at most ${mostBytesInAll} bytes beside the ledger`,
    ),
});

export type Contents = z.output<typeof contents>;
