import * as z from 'zod';
import { session } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { type Client, type ClientScope, clients, clientTable } from '../domain/clients/clients.ts';
import type { Edited } from '../domain/clients/edited.ts';
import { withJsonEntry, withoutJsonEntry } from '../domain/clients/json-entry.ts';
import { withoutTomlEntry, withTomlEntry } from '../domain/clients/toml-entry.ts';
import { Failure } from '../domain/failure/failure.ts';
import { human } from '../domain/suggest/fix.ts';
import type { ChangeContext } from '../ports/context.ts';
import type { ClientChange, ClientFiles } from '../ports/host/client-files.ts';

const actions = ['written', 'unchanged', 'removed', 'kept'] as const;

interface Outcome {
  action: (typeof actions)[number];
  /** What the file is, or would be; null for no file. */
  text: string | null;
}

export default session({
  name: 'plugin',
  summary: 'Configure a client to use this tool: write its configuration file',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    client: z.enum(clients),
    remove: z.boolean().default(false).describe('Remove it again'),
    user: z.boolean().default(false).describe("In the user's file, for all projects"),
    project: z.boolean().default(false).describe("In this folder's file"),
    dryRun: z.boolean().default(false).describe('Show the file, write nothing'),
  }),
  positionals: ['client'],
  output: z.object({
    client: z.string(),
    file: z.string(),
    action: z.enum(actions).describe('kept: an entry of this name that somebody else made'),
    text: z.string().nullable().describe('What the file would be, with --dry-run; null: no file'),
  }),
  failures: ['CONFIG_INVALID'],
  examples: [
    { line: 'plugin claude --dry-run', why: 'what .mcp.json would be' },
    { line: 'plugin claude --task ci', why: 'its server works for this task' },
    { line: 'plugin claude --remove', why: 'the file is again what it was' },
  ],
  async run(context, { client: name, remove, dryRun, ...where }) {
    const client = clientTable[name];
    const scope = scopeOf(client, where);
    const files = await context.host.clientFiles();
    const path = files.path(scope, client.files[scope]!);
    const text = files.read(path);
    const outcome = remove ? removed(files, path, { client, text }) : await added(context, path, { client, text });
    if (!dryRun && (outcome.action === 'written' || outcome.action === 'removed')) {
      if (!remove) files.keep(path, changeOf(files, path, { before: text, after: outcome.text! }));
      files.write(path, outcome.text);
      if (remove) files.keep(path, null);
    }
    return { data: { client: name, file: path, action: outcome.action, text: dryRun ? outcome.text : null } };
  },
  text: ({ file, action, text }) =>
    text === null
      ? {
          written: `${file} is written.`,
          unchanged: `${file} is as it should be.`,
          removed: `${file} is what it was.`,
          kept: `${file} has an entry of this name that somebody else made; it stays.`,
        }[action]
      : text.trimEnd(),
  next: () => [hint('what its agent may spend', 'policy show')],
});

/** What the file was before the first of our changes to it. */
const changeOf = (files: ClientFiles, path: string, { before, after }: ClientChange): ClientChange => {
  const earlier = files.change(path);
  return { before: earlier !== null && earlier.after === before ? earlier.before : before, after };
};

const scopeOf = ({ files }: Client, { user, project }: { user: boolean; project: boolean }): ClientScope => {
  if (user && project) throw new Failure('USAGE', '--user and --project exclude each other.');
  const wanted = user ? 'user' : project ? 'project' : files.project === null ? 'user' : 'project';
  if (files[wanted] === null)
    throw new Failure('USAGE', `This client has no file for a ${wanted}; take --${wanted === 'user' ? 'project' : 'user'}.`);
  return wanted;
};

interface There {
  client: Client;
  text: string | null;
}

/** The words that start our server for this client: with the network, task and payer of this call. */
const serverWords = ({ network, caller }: Pick<ChangeContext, 'network' | 'caller'>): string[] => [
  'aleph-agent',
  'mcp',
  ...(network === 'mainnet' ? [] : ['--network', network]),
  ...(caller.task === null ? [] : ['--task', caller.task]),
  ...(caller.payer === null ? [] : ['--payer', caller.payer]),
];

const added = async (context: ChangeContext, path: string, { client, text }: There): Promise<Outcome> => {
  if (client.format === 'skill') {
    const { file } = await context.commands.skill();
    return { action: text === file ? 'unchanged' : 'written', text: file };
  }
  const entry = client.entry(serverWords(context));
  const edited = client.format === 'json' ? withJsonEntry(text, client.place, entry) : withTomlEntry(text, client.place, entry);
  return outcomeOf(edited, path, text, 'written');
};

/** The file of before, to the byte, where nobody changed it since; otherwise without our entry. */
const removed = (files: ClientFiles, path: string, { client, text }: There): Outcome => {
  const ours = files.change(path);
  if (text === null) return { action: 'unchanged', text };
  if (ours !== null && ours.after === text) return { action: 'removed', text: ours.before };
  if (client.format === 'skill') return { action: ours === null ? 'kept' : 'removed', text: ours === null ? text : null };
  const edited = client.format === 'json' ? withoutJsonEntry(text, client.place) : withoutTomlEntry(text, client.place);
  return outcomeOf(edited, path, text, 'removed');
};

const outcomeOf = (edited: Edited, path: string, text: string | null, done: 'written' | 'removed'): Outcome => {
  if (edited.kind === 'changed') return { action: done, text: edited.text };
  if (edited.kind === 'same') return { action: 'unchanged', text };
  if (edited.kind === 'other') return { action: 'kept', text };
  throw new Failure('CONFIG_INVALID', `${path} is not what its client could read, so it is left as it is.`, {
    facts: { path },
    fix: human('Mend the file, or add the server with the client itself.'),
  });
};
