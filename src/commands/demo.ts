import * as z from 'zod';
import { session, type Terminal } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { Failure } from '../domain/failure/failure.ts';
import { commandLine } from '../domain/suggest/command-line.ts';
import { shellWord } from '../domain/text/shell-word.ts';
import { shortId } from '../domain/text/short-id.ts';
import type { Sandbox } from '../ports/host/sandbox.ts';

interface Step {
  say: string;
  line: string[];
  /** The exit code that this step must end with. */
  exit: number;
  /** The network's own SDK looks at what there is after it. */
  witnessed?: true;
}

const steps: readonly Step[] = [
  { say: 'A key of its own for the agent, for this network alone.', line: ['keys', 'create', 'agent', '--unencrypted'], exit: 0 },
  { say: 'A person sends it a small budget; more than that can never be lost.', line: ['devnet', 'fund', '2'], exit: 0 },
  { say: 'The limits that hold, whoever asks:', line: ['policy', 'show'], exit: 0 },
  { say: 'Something too big is refused, with every reason:', line: ['vm', 'create', 'huge', '--cu', '12', '--ttl', '48h'], exit: 4 },
  { say: 'Something reasonable is planned first:', line: ['vm', 'create', 'demo', '--cu', '1', '--ttl', '2h', '--dry-run'], exit: 0 },
  {
    say: 'Then made. The hold is in the ledger before the network hears of it:',
    line: ['vm', 'create', 'demo', '--cu', '1', '--ttl', '2h', '--yes', '--timeout', '15m'],
    exit: 0,
    witnessed: true,
  },
  {
    say: 'It is a machine with SSH:',
    line: ['vm', 'exec', 'demo', '--', 'sh', '-c', 'echo "hello from $(uname -s), $(nproc) CPUs seen"'],
    exit: 0,
  },
  { say: 'What it costs, and how long the money lasts:', line: ['status'], exit: 0 },
  { say: 'Gone means answered for by two hosts of the network:', line: ['vm', 'destroy', 'demo', '--yes', '--timeout', '15m'], exit: 0 },
  { say: 'And everything is on record:', line: ['ledger', 'ls', '--limit', '30'], exit: 0 },
];

const real = [commandLine('keys create', 'agent'), commandLine('credits balance'), commandLine('vm create', { cu: 1, ttl: '2h' })];

export default session({
  name: 'demo',
  summary: "A VM's whole life on an embedded network: no key, no money, under 30 s",
  audience: 'owner',
  safety: 'change',
  input: z.object({}),
  output: z.object({
    steps: z.array(z.object({ command: z.string(), exit: z.int() })),
    forReal: z.array(z.string()).describe('The three lines that do it on mainnet'),
  }),
  failures: ['DEVNET_NOT_RUNNING', 'CREATE_FAILED'],
  examples: [{ line: 'demo', why: 'see it happen' }],
  async run(context, _input, terminal) {
    const sandbox = await context.host.sandboxes.open({ nodes: 60, seed: 7 });
    const end = (): void => void sandbox.close();
    context.signal.addEventListener('abort', end, { once: true });
    try {
      const done = [];
      for (const [index, step] of steps.entries()) done.push(await play(sandbox, step, index, terminal, context.signal));
      return { data: { steps: done, forReal: real } };
    } finally {
      context.signal.removeEventListener('abort', end);
      await sandbox.close();
    }
  },
  text: ({ forReal }, style) =>
    [style.bold('Nothing of this is left on the machine. For real, on mainnet:'), ...forReal.map((line) => `  ${line}`)].join('\n'),
  next: () => [hint('a network of your own', 'devnet up', { guests: 'exec' })],
});

const play = async (sandbox: Sandbox, step: Step, index: number, terminal: Terminal, signal: AbortSignal) => {
  const command = `aleph-agent ${step.line.map(shellWord).join(' ')}`;
  if (!terminal.machine) terminal.write(`\n${index + 1}. ${step.say}\n$ ${command}\n`);
  const { exit, output } = await sandbox.run(step.line);
  signal.throwIfAborted();
  if (!terminal.machine) terminal.write(output);
  if (exit !== step.exit) {
    throw new Failure('CREATE_FAILED', `The demo's step ${index + 1}, "${command}", ended with ${exit} instead of ${step.exit}.`, {
      facts: { step: index + 1, exit },
    });
  }
  if (step.witnessed) await witness(sandbox, index, terminal);
  return { command, exit };
};

/** Another program's word that the VM is on the network. */
const witness = async (sandbox: Sandbox, index: number, terminal: Terminal): Promise<void> => {
  const seen = await sandbox.seenFromOutside();
  if (seen?.length === 0) {
    throw new Failure('CREATE_FAILED', "The network's own SDK does not find the demo's VM.", { facts: { step: index + 1 } });
  }
  if (seen !== null && !terminal.machine)
    terminal.write(`The network's own SDK (@aleph-sdk/client) finds it, too: ${seen.map(shortId).join(', ')}\n`);
};
