import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { parseUsd } from '../../domain/money/money.ts';
import { checkAddress } from '../../domain/text/address.ts';
import { formatInstant, parseInstant } from '../../domain/text/instant.ts';

const fundWord = /^(0x[0-9a-fA-F]{40})=(.+)$/;

const readFund = (word: string): { address: string; usd: string } => {
  const match = fundWord.exec(word);
  if (match === null) throw new Failure('USAGE', `--fund "${word}": write ADDRESS=USD, like 0x…=5.`);
  parseUsd(match[2]!);
  return { address: checkAddress(match[1]!), usd: match[2]! };
};

const readTime = (text: string): number => {
  const at = parseInstant(text);
  if (at === null) throw new Failure('USAGE', `--at "${text}": write RFC 3339 like 2027-01-01T00:00:00Z.`);
  return at;
};

export default session({
  name: 'devnet up',
  summary: 'Run an embedded Aleph network on loopback until stopped',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    port: z.int().min(0).max(65_535).default(0).describe('Port of the control endpoint; 0 takes any'),
    seed: z.int().min(0).max(2_147_483_647).default(1).describe('Makes nodes and chance repeatable; accounts too, without --guests exec'),
    nodes: z.int().min(1).max(2000).default(600).describe('Compute nodes'),
    at: z.string().optional().describe('Its TIME at the start, RFC 3339; now if omitted'),
    clock: z
      .enum(['runs', 'waits'])
      .default('runs')
      .describe('waits: it stands still, and jumps to what is due next when every command under way waits; --clock-rate is not used'),
    clockRate: z.number().min(0).max(100_000).default(1).describe('Its seconds per real second; 0 stands still'),
    fund: z.array(z.string()).default([]).describe('ADDRESS=USD, repeatable, beside its ten accounts'),
    evm: z.string().optional().describe('Sell its credits on the anvil node at this URL'),
    state: z.string().optional().describe('Keep it in DIR between runs'),
    guests: z.enum(['banner', 'exec']).default('banner').describe('exec: its VMs run commands on this machine, without isolation'),
  }),
  output: z.object({
    id: z.string().describe('Random, made with this devnet; part of what an approver signs'),
    endpoints: z.object({ ccn: z.string(), ccns: z.array(z.string()), crnsList: z.string(), scheduler: z.string(), control: z.string() }),
    crns: z.array(z.object({ hash: z.string(), name: z.string(), address: z.string(), generation: z.string() })),
    accounts: z.array(z.object({ address: z.string(), privateKey: z.string() })),
    evm: z
      .object({
        rpc: z.string(),
        chain: z.object({
          chainId: z.int(),
          contract: z.string(),
          tokens: z.object({ usdc: z.string(), aleph: z.string() }),
          confirmations: z.int(),
        }),
      })
      .nullable()
      .describe('Where its credits are sold'),
    token: z.string(),
    at: z.string(),
  }),
  failures: ['DEVNET_RUNNING'],
  examples: [{ line: 'devnet up --nodes 20 --clock-rate 60', why: 'a network where a minute takes a second' }],
  async run(context, input, terminal) {
    const running = await context.host.devnets.serve({
      port: input.port,
      seed: input.seed,
      nodes: input.nodes,
      at: input.at === undefined ? null : readTime(input.at),
      clock: input.clock,
      clockRate: input.clockRate,
      fund: input.fund.map(readFund),
      evm: input.evm ?? null,
      stateFolder: input.state ?? null,
      guests: input.guests,
    });
    if (input.guests === 'exec') {
      context.warn(
        'GUESTS_NOT_ISOLATED',
        'Commands in VMs of this devnet run on this machine as you, in a private folder and without any isolation.',
      );
    }
    const time = await (await context.host.devnets.control()).time();
    const data = { ...running.document, at: formatInstant(time.now) };
    terminal.announce(data);
    await Promise.race([running.ended, aborted(context.signal)]);
    await running.close();
    return { data };
  },
  text: ({ endpoints, accounts, crns, at }, style) =>
    [
      style.facts([
        ['control', endpoints.control],
        ['CCN', endpoints.ccns.join(', ')],
        ['nodes', String(crns.length)],
        ['its time', at],
      ]),
      style.table(
        ['ACCOUNT', 'PRIVATE KEY (of this devnet alone, worth nothing elsewhere)'],
        accounts.map((account) => [account.address, account.privateKey]),
      ),
      'In another terminal: aleph-agent --network devnet status. Ctrl-C ends it.',
    ].join('\n'),
  next: () => [hint('credits for the key in use', 'devnet fund', '5', { network: 'devnet' })],
});

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
