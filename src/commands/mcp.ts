import * as z from 'zod';
import { session } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { usdAmount } from '../contract/fields/fields.ts';
import { Failure } from '../domain/failure/failure.ts';
import { parseUsd } from '../domain/money/money.ts';
import { helpOf } from '../domain/suggest/fix.ts';

export default session({
  name: 'mcp',
  summary: 'Serve these commands as MCP tools on stdin and stdout',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    tools: z.string().optional().describe('Names, like vm_ls,vm_logs, or all; the twelve most used if omitted'),
    maxSessionSpend: usdAmount.optional().describe('USD that all calls of this server may spend, on top of the policy'),
    approvalsAt: z
      .url({ protocol: /^https?$/, error: 'an http or https URL' })
      .optional()
      .describe('Your page where approvals are decided'),
    legacyNames: z.boolean().default(false).describe("Also the earlier system's tools, like aleph_create_vm"),
  }),
  output: z.object({ calls: z.int() }),
  failures: [],
  examples: [
    { line: 'mcp', why: 'what a client starts; --task and --account say whose work it is' },
    { line: 'mcp --tools vm_ls,vm_show --task ci', why: 'a server that only looks' },
    { line: 'mcp --max-session-spend 1', why: 'a limit of its own, until it is restarted' },
  ],
  async run(_context, { tools, maxSessionSpend, approvalsAt, legacyNames }, terminal) {
    if (terminal.interactive) {
      throw new Failure('USAGE', 'An MCP client starts this and speaks to it by pipes; at a terminal nobody does.', {
        fix: helpOf('mcp', 'See how a client is told of it.'),
      });
    }
    const all = tools === 'all';
    const calls = await terminal.serveMcp({
      tools: tools === undefined || all ? null : tools.split(',').map((name) => name.trim()),
      all,
      mostCredits: maxSessionSpend === undefined ? null : parseUsd(maxSessionSpend),
      legacyNames,
      approvalsAt: approvalsAt ?? null,
    });
    return { data: { calls } };
  },
  text: ({ calls }) => `${calls} calls were answered.`,
  next: () => [hint('what runs and what it costs', 'status')],
});
