import * as z from 'zod';
import { registry } from '../../src/commands/index.ts';
import type { AnyCommand } from '../../src/contract/declare/command.ts';
import { change, query } from '../../src/contract/declare/command.ts';
import { type Registered, registeredCommand } from '../../src/contract/declare/registry.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { commandDirectory } from '../../src/main/command-directory.ts';
import type { ChangeContext, ReadContext } from '../../src/ports/context.ts';
import type { CallOptions } from '../../src/surfaces/cli/call-options.ts';
import type { Host } from '../../src/surfaces/cli/print/host.ts';
import { runCli } from '../../src/surfaces/cli/run-cli.ts';
import type { Stored } from '../../src/surfaces/cli/stored.ts';
import type { Consent } from '../../src/surfaces/consent.ts';
import { serveNobody } from './approval/serve-nobody.ts';
import { knownManifest } from './known-manifest.ts';

/** A plan of nothing in particular, to be varied. */
export const planOf = (patch: Partial<Plan<'vm reinstall'>> = {}): Plan<'vm reinstall'> => ({
  action: 'vm reinstall',
  id: 'ab'.repeat(32),
  terms: { action: 'box open' },
  subject: { id: 'cd'.repeat(32) },
  verdict: 'allow',
  failing: [],
  checks: [],
  cost: { usdPerHour: '0.01425', mostUsd: '0.0570', neededUsd: '0.3990' },
  summary: 'Open the box.',
  consentPhrase: null,
  expiresAt: '2026-12-01T00:10:00Z',
  approval: null,
  ...patch,
});

/** A command of each kind, whose behaviour a test decides. */
export const boxCommands = (plan: Plan, applied: unknown[] = []): AnyCommand[] => [
  change({
    name: 'box open',
    summary: 'Open a box',
    audience: 'agent',
    safety: 'spend',
    input: z.object({
      name: z
        .string()
        .regex(/^[a-z]+$/, 'small letters')
        .describe('Which box'),
      size: z.int().min(1).max(12).default(1).describe('How large'),
      wait: z.boolean().default(true).describe('Wait for it'),
    }),
    positionals: ['name'],
    output: z.object({ name: z.string(), untrustedLabel: z.string(), operation: z.string() }),
    failures: ['NODE_UNAVAILABLE', 'TOO_MANY_VMS', 'CREDIT_RESERVE_SHORT', 'RATE_LIMITED'],
    examples: [{ line: 'box open red --size 2', why: 'a red one' }],
    questions: { name: 'Which box?' },
    plan: async () => plan,
    apply: async (context, agreed, input) => {
      applied.push({ plan: agreed, input });
      context.progress.phase('signed', { operation: 'op_12345678', name: input.name });
      if (input.name === 'broken') throw new Failure('NODE_UNAVAILABLE', 'No box is free.');
      if (input.name === 'odd') throw new Failure('KEY_EXISTS', 'Not declared.');
      return { name: input.name, untrustedLabel: '\u001b[31mred\u202e\u200b', operation: 'op_12345678' };
    },
    text: (box, style) => `${box.name}: ${style.bold(box.untrustedLabel)}`,
    next: (box) => [{ command: `aleph-agent box ls`, why: `see ${box.name.length} letters` }],
  }),
  query({
    name: 'box ls',
    summary: 'List boxes',
    audience: 'agent',
    input: z.object({ ids: z.array(z.string()).default([]).describe('Only these') }),
    positionals: ['ids'],
    output: z.object({
      items: z.array(z.object({ id: z.string(), inner: z.object({ depth: z.int(), note: z.string() }) })),
      count: z.int(),
      total: z.int(),
      nextCursor: z.string().nullable(),
      totals: z.object({}),
    }),
    brief: ['items.*.id'],
    failures: [],
    examples: [{ line: 'box ls', why: 'all' }],
    run: async (_context, { ids }) => {
      const items = (ids.length === 0 ? ['one', 'two'] : ids).map((id, depth) => ({ id, inner: { depth, note: 'n' } }));
      return { items, count: items.length, total: items.length, nextCursor: null, totals: {} };
    },
    text: ({ items }, style) =>
      style.table(
        ['id'],
        items.map(({ id }) => [id]),
      ),
  }),
  query({
    name: 'box lie',
    summary: 'Give something else than declared',
    audience: 'agent',
    input: z.object({}),
    output: z.object({ count: z.int() }),
    failures: [],
    examples: [],
    run: async () => ({ count: 1.5 }),
    text: () => '',
  }),
];

export const registered = (commands: readonly AnyCommand[]): Registered[] =>
  commands.map((command) => ({ name: command.name, load: async () => ({ default: command }) }));

export interface CliRun {
  exit: number;
  stdout: string;
  stderr: string;
  /** The document in stdout; throws unless it is exactly one. */
  json(): {
    ok: boolean;
    schema: string;
    data: Record<string, unknown>;
    error: Record<string, unknown>;
    meta: Record<string, unknown>;
  } & Record<string, unknown>;
  options: CallOptions | null;
  asked: unknown[];
}

export interface CliSetup {
  commands?: readonly Registered[];
  environment?: Record<string, string>;
  terminal?: boolean;
  consent?: Partial<Consent>;
  undeclared?: 'refuse' | 'pass';
  context?: Partial<ChangeContext>;
  /** How the context of the call is opened, where `context` is not enough. */
  open?: (given: CallOptions) => Promise<ChangeContext>;
  signal?: AbortSignal;
  stored?: Partial<Stored>;
}

/** Runs one command line as main does, on streams that are kept. */
export const cli = async (line: string | readonly string[], setup: CliSetup = {}): Promise<CliRun> => {
  const argv = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line;
  const commands = setup.commands ?? registry;
  const manifest = () => knownManifest(commands);
  const terminal = setup.terminal ?? false;
  const asked: unknown[] = [];
  let stdout = '';
  let stderr = '';
  let options: CallOptions | null = null;
  const host: Host = {
    argv,
    environment: setup.environment ?? {},
    version: '1.2.0',
    terminals: { input: terminal, output: terminal, errors: terminal, live: false },
    width: terminal ? 100 : 0,
    height: terminal ? 40 : 0,
    legible: (text) => text,
    pause: () => Promise.resolve(),
    write: (text) => {
      stdout += text;
    },
    writeError: (text) => {
      stderr += text;
    },
    now: () => 0,
    every: () => () => {},
    onKey: () => () => {},
    signal: setup.signal ?? new AbortController().signal,
    interruptedExit: () => (setup.signal?.aborted ? 143 : null),
    overdue: () => new Promise(() => {}),
    mark: () => 'c0ffee',
  };
  const exit = await runCli(host, {
    manifest,
    topics: async () => ({ settings: '# Settings\n', safe: '# A safe\n', devnet: '# The devnet\n' }),
    load: (name) => registeredCommand(commands, name),
    stored: async () => ({ user: { path: 'settings.json', values: {} }, project: null, ...setup.stored }),
    undeclared: setup.undeclared ?? 'refuse',
    serveSafe: async () => 0,
    servePage: async () => 'told',
    joined: async () => null,
    serveMcp: serveNobody(manifest, (name) => registeredCommand(commands, name)),
    consent: async () => ({
      take: async () => null,
      request: async (_context, { plan }) => {
        asked.push(plan);
        return { id: 'ap_12345678', expiresAt: '2026-12-02T00:00:00Z', plan, approver: null, quote: null };
      },
      grant: async () => planOf({ approval: 'ap_12345678' }),
      deny: async () => {},
      release: async () => {},
      ...setup.consent,
    }),
    open(given) {
      options = given;
      const fixed = {
        commands: commandDirectory(commands, manifest),
        caller: { agent: null, sshKey: null, task: null, payer: null, namePrefix: null, person: false, purpose: null },
        ...setup.context,
        progress: given.progress,
        warn: given.warn,
        signal: given.signal,
      } as ChangeContext;
      const opened = setup.open?.(given) ?? Promise.resolve(fixed);
      return { read: async () => (await opened) as unknown as ReadContext, change: () => opened, close: async () => {} };
    },
  });
  const json = (): ReturnType<CliRun['json']> => {
    if (!stdout.endsWith('\n')) throw new Error('the document does not end with a newline');
    return JSON.parse(stdout) as ReturnType<CliRun['json']>;
  };
  return { exit, stdout, stderr, json, options, asked };
};
