import * as z from 'zod';
import { session, type Terminal } from '../../contract/declare/command.ts';
import { fence } from '../../contract/declare/fence.ts';
import { hint } from '../../contract/declare/hint.ts';
import { vmId } from '../../contract/fields/fields.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { tailOf } from '../../domain/text/tail.ts';
import { cleanUntrusted } from '../../domain/text/untrusted.ts';
import { vmCalled } from '../../lifecycle/caller/vm-called.ts';
import { signerFor } from '../../lifecycle/operation/signer-for.ts';
import { compareHostKeys } from '../../lifecycle/reach/confirm-host-key.ts';
import { followConsole } from '../../lifecycle/reach/follow-console.ts';
import { readConsole } from '../../lifecycle/reach/read-console.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { ConsoleLog } from '../../ports/network/console-log.ts';

type Lines = (ConsoleLog & { answer: 'log' })['lines'];

const textOf = (lines: Lines): string[] => lines.map(({ untrustedText }) => cleanUntrusted(untrustedText).replace(/\n/g, ' ').trimEnd());

export default session({
  name: 'vm logs',
  summary: "Show a VM's console, as its node kept it",
  audience: 'agent',
  safety: 'read',
  input: z.object({
    vm: z.string().describe('Name or id'),
    tail: z.int().min(1).max(10_000).default(100).describe('Last lines'),
    follow: z.boolean().default(false).meta({ short: 'f' }).describe('Follow new output until the timeout, or Ctrl-C at a terminal'),
    maxBytes: z.int().min(1).max(1_048_576).default(16_384).describe('Most bytes to show, the last ones'),
  }),
  positionals: ['vm'],
  output: z.object({
    id: vmId,
    name: z.string(),
    lines: z.int(),
    truncated: z.boolean(),
    hostKeyTrust: z.enum(['console', 'firstUse']).nullable(),
    untrustedLog: z.string(),
  }),
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID', 'VM_NOT_READY', 'NODE_UNAVAILABLE', 'WRONG_ACCOUNT', 'WRONG_NETWORK', 'HOST_KEY_CHANGED'],
  examples: [{ line: 'vm logs ci --tail 20', why: 'how it booted' }],
  async run(context, input, terminal) {
    const vm = vmCalled(await context.ledger(), context, input.vm);
    const signer = await signerFor(context, vm.account);
    const first = await readConsole(context, vm, signer);
    const hostKeyTrust = await compareHostKeys(context, vm, first);
    const shown = first.lines.slice(-input.tail);
    const facts = { id: shortId(vm.id), name: vm.name, hostKeyTrust };
    if (!input.follow || terminal.machine) {
      const more: Lines = [];
      const pass = (lines: Lines) => more.push(...lines);
      if (input.follow) await followConsole(context, { vm, signer, from: first.lines, limitMs: context.timeoutMs, pass });
      const { text, lines, truncated } = tailOf(textOf([...shown, ...more]), input.maxBytes);
      if (truncated) context.warn('OUTPUT_TRUNCATED', 'Only the end is here: --max-bytes takes up to 1048576.');
      return { data: { ...facts, lines, truncated, untrustedLog: text } };
    }
    const limitMs = terminal.interactive ? Number.POSITIVE_INFINITY : context.timeoutMs;
    const write = fenced(context, terminal);
    write.lines(shown);
    await followConsole(context, { vm, signer, from: first.lines, limitMs, pass: write.lines });
    const lines = write.end();
    return { data: { ...facts, lines, truncated: false, untrustedLog: '' }, exit: context.signal.aborted ? 130 : 0 };
  },
  text: ({ name, lines, untrustedLog }, style) =>
    lines === 0 ? `${name} has said nothing.` : untrustedLog === '' ? '' : style.fenced(untrustedLog),
  next: ({ name }) => [hint('its state', 'vm show', name)],
});

/** Lines as they come, between the marks of this call. */
const fenced = (context: ChangeContext, terminal: Terminal): { lines(lines: Lines): void; end(): number } => {
  const { open, close } = fence(Buffer.from(context.random.bytes(6)).toString('hex'));
  let count = 0;
  terminal.write(`${open}\n`);
  return {
    lines: (lines) => {
      for (const line of textOf(lines)) terminal.write(`${line}\n`);
      count += lines.length;
    },
    end: () => {
      terminal.write(`${close}\n`);
      return count;
    },
  };
};
