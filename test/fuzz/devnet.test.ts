import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSecrets } from '../../src/adapters/host/read-secret.ts';
import { guardReport } from '../../src/adapters/safe/guard.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import type { CallOptions } from '../../src/surfaces/cli/call-options.ts';
import { parseLine } from '../../src/surfaces/cli/parse/parse-line.ts';
import { manifest } from '../support/hint.ts';
import { openWorld, testContext, type World } from '../support/test-context.ts';
import { commandLines, type Line } from './command-line.ts';
import { fuzz } from './fuzz.ts';
import { type Mischief, mischiefs, mischievous } from './network-answer.ts';
import { expectProper, servedMcp } from './proper-answer.ts';
import { mayWriteErrors, modeOf, opened, runLine } from './run-line.ts';

/** What serves, watches, plays or steers a whole devnet has no place in one: it goes on until it is told to end. */
const apart = new Set([
  'demo',
  'crash-test',
  'init',
  'serve',
  'dashboard',
  'serve install',
  'serve uninstall',
  'serve backup',
  'gc watch',
  'devnet up',
  'devnet clock',
  'devnet down',
  'devnet fault',
  'devnet fund',
  'devnet status',
  'profile',
]);
const all = await manifest;
const commands = all.commands.filter(({ name }) => !apart.has(name));

/** Lines that may post or hold something, apart from `--dry-run`. */
const changing = /^(vm (create|extend|destroy|port add|port rm|start|stop|reboot|reinstall|wait|logs|exec|ssh|cp)|ledger reconcile|gc)$/;

/** Lines that are right, in words that make them meet: what fails of these fails for its matter. */
const plausible: fc.Arbitrary<Line> = fc
  .tuple(
    fc.constantFrom(
      'vm create',
      'vm create',
      'vm destroy',
      'vm extend',
      'vm show',
      'vm wait',
      'vm stop',
      'vm start',
      'vm port add',
      'vm ls',
      'gc',
      'gc --execute',
      'ledger reconcile',
      'status',
      'credits balance',
      'crns ls',
      'crns check',
    ),
    fc.constantFrom('ci', 'web', 'db'),
    fc.subarray(
      ['--ttl 2h', '--cu 2', '--no-wait', '--dry-run', '--crn auto', '--max-total 0.2', '--task nightly', '--yes', '--request-id one'],
      { maxLength: 3 },
    ),
  )
  .map(([command, name, flags]) => {
    const own =
      command === 'vm create'
        ? flags
        : flags.filter((flag) => flag === '--yes' && !/^(vm (ls|show|wait)|status|credits|crns)/.test(command));
    const given = /^vm (ls|port)/.test(command)
      ? command === 'vm port add'
        ? `${name} 80`
        : ''
      : /^vm/.test(command)
        ? name
        : command === 'crns check'
          ? 'crn-0'
          : '';
    const more = command === 'vm extend' ? '--by 1h' : '';
    return { argv: `${command} ${given} ${more} ${own.join(' ')} --json`.split(' ').filter((word) => word !== ''), environment: {} };
  });

/** One world's lines, one after the other: policy, names and pauses of the earlier ones meet the later ones. */
interface Case {
  lines: Line[];
  mischief: Mischief[];
}

const noStdin = async function* (): AsyncGenerator<Uint8Array> {};

/** What is there beside the network: files in memory, SSH that reaches nobody. */
const contextOf = async (world: World, seed: number, options: CallOptions, mischief: readonly Mischief[]): Promise<ChangeContext> => {
  let asked = 0;
  const { context } = await testContext({
    world,
    seed,
    timeoutMs: Math.min(options.timeoutMs, 20 * 60_000),
    task: options.task,
    spoil: async (response) => {
      asked += 1;
      const one = mischief[(asked - 1) % Math.max(1, mischief.length)];
      if (one === undefined || one.kind === 'none') return response;
      return mischievous(one, { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() });
    },
  });
  const unreachable = async (): Promise<never> => {
    throw new Failure('EXEC_FAILED', 'No SSH answers here.');
  };
  const noTimer = async (): Promise<never> => {
    throw new Failure('NO_TIMER', 'This machine has none.');
  };
  const noSafe = async (): Promise<never> => {
    throw new Failure('SAFE_UNREACHABLE', 'No safe answers here.');
  };
  const written = new Map<string, string>();
  return {
    ...context,
    progress: options.progress,
    warn: options.warn,
    signal: options.signal,
    shell: {
      ...context.shell,
      exec: unreachable,
      interact: unreachable,
      hostKeyTrust: async () => null,
      confirmHostKeys: async () => null,
    },
    host: {
      ...context.host,
      files: {
        read: async (path) => (written.has(path) ? new TextEncoder().encode(written.get(path)) : null),
        write: async (path, text) => void written.set(path, text),
        create: async (path, text) => void written.set(path, text),
        remove: async (path) => void written.delete(path),
      },
      alerts: { ...context.host.alerts, choose: async () => undefined },
      safe: { ...context.host.safe, join: noSafe, guard: async () => guardReport([]) },
      reaperTimer: {
        install: noTimer,
        uninstall: async () => [],
        status: async () => null,
        lastInterval: async () => null,
        wasInstalled: async () => false,
      },
    },
    secrets: openSecrets({ stdin: noStdin(), ask: null, source: options.passphraseSource, warn: options.warn }),
  };
};

const commandOf = (line: Line): { name: string; dryRun: boolean } | null => {
  try {
    const parsed = parseLine(all, '1.2.0', line.argv, line.environment);
    return parsed.kind === 'selection' ? { name: parsed.selection.command.name, dryRun: parsed.selection.dryRun } : null;
  } catch {
    return null;
  }
};

/** What has been spent or promised, by the ledger and by the network. */
const spent = ({ devnet, ledger, account }: World) => {
  const rows = ledger.vms();
  return {
    posted: [...devnet.ccn.state('a').messages.values()].filter(({ envelope }) => envelope.sender === account).length,
    rows: rows.length,
    held: rows.reduce((sum, { hold }) => sum + hold, 0n),
    instances: devnet.ccn.bills().filter(({ owner }) => owner === account).length,
  };
};

describe('lines on a network', () => {
  let lines = 0;
  const tally = { created: 0, read: 0 };

  const holds = async (here: World, line: Line, seed: number, mischief: readonly Mischief[]): Promise<void> => {
    lines += 1;
    const selected = commandOf(line);
    if (selected !== null && apart.has(selected.name)) return;
    const before = spent(here);
    const answered = await here.run(runLine(line, (options) => opened(() => contextOf(here, seed, options, mischief))));
    const mode = modeOf(line);
    if (!servedMcp(line, answered)) await expectProper(answered, mode);
    if (mode !== 'text' && !mayWriteErrors(line)) expect(answered.stderr).toBe('');
    const after = spent(here);
    const maySpend = selected?.name === 'vm create' && !selected.dryRun && answered.exit !== 2;
    if (!maySpend) {
      expect(after.rows, 'a VM that no create asked for').toBe(before.rows);
      if (selected?.name !== 'vm extend')
        expect(after.held <= before.held || mischief.length > 0, 'a hold that no create asked for').toBe(true);
    }
    // a freeze publishes the ledger's head, in one message, and does nothing else
    const published = selected?.name === 'freeze' && after.posted === before.posted + 1 ? 1 : 0;
    if (selected === null || selected.dryRun || answered.exit === 2 || !changing.test(selected.name)) {
      expect(after).toEqual({ ...before, posted: before.posted + published });
      tally.read += 1;
    }
    if (after.rows > before.rows) tally.created += 1;
    // policy's own bounds hold, whatever was typed: three VMs, and 24 h of their longest life
    expect(here.ledger.vms().filter(({ state }) => state !== 'terminated' && state !== 'dormant').length).toBeLessThanOrEqual(3);
    for (const vm of here.ledger.vms()) expect(vm.ttlSeconds).toBeLessThanOrEqual(24 * 3600);
    expect(here.ledger.firstBrokenLink()).toBeNull();
  };

  fuzz<Case>({
    name: 'devnet',
    title: 'a line spends where it is a create that policy lets pass, and nowhere else, whatever the network answers',
    runs: 200,
    values: fc.record({
      lines: fc.array(fc.oneof(commandLines(commands), plausible), { minLength: 1, maxLength: 8 }),
      mischief: fc.oneof(fc.constant<Mischief[]>([]), fc.array(mischiefs, { maxLength: 5 })),
    }),
    async holds({ lines: given, mischief }) {
      const world = await openWorld();
      try {
        for (const [index, line] of given.entries()) await holds(world, line, index + 1, mischief);
      } finally {
        await world.close();
      }
    },
  });

  it('the lines were lively', () => {
    if (lines < 400) return;
    expect(tally.created).toBeGreaterThan(lines / 100);
    expect(tally.read).toBeGreaterThan(lines / 4);
  });
});
