import * as z from 'zod';
import { session, type Terminal } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { usdAmount } from '../contract/fields/fields.ts';
import { clientSigns } from '../domain/clients/client-signs.ts';
import { clients } from '../domain/clients/clients.ts';
import type { ChangeContext } from '../ports/context.ts';
import { earlierTool } from './init/earlier-tool.ts';
import { keyInUse, requireInUse } from './init/key-in-use.ts';
import { backupStep, keyStep } from './init/key-steps.ts';
import { approverStep, limitsStep } from './init/limit-steps.ts';
import { clientsStep, earlierVmsStep, reaperStep, trialStep } from './init/machine-steps.ts';
import { fundingStep, ownerStep } from './init/money-steps.ts';
import { models, type Standing, type Step, type World } from './init/step.ts';
import { tellAgent } from './init/tell-agent.ts';

const steps: readonly Step[] = [
  keyStep,
  backupStep,
  approverStep,
  limitsStep,
  fundingStep,
  ownerStep,
  earlierVmsStep,
  reaperStep,
  clientsStep,
  trialStep,
];

const outcome = z.object({
  step: z.string(),
  state: z.enum(['done', 'made', 'open', 'left', 'failed']).describe('done: before; made: now; left: not needed'),
  says: z.string(),
});

type Outcome = z.output<typeof outcome>;

export default session({
  name: 'init',
  summary: 'Set up step by step: key, limits, credits, clients',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    model: z.enum(models).optional().describe('Whose credits: an allowance sent to the key, its own, or an owner by a grant'),
    key: z.string().optional().describe('Name of a new key, or of the key in use'),
    unencrypted: z.boolean().default(false).describe('A new key has no passphrase'),
    backup: z.string().optional().meta({ unit: 'FILE' }).describe('Copy of the key, locked'),
    approver: z.string().optional().meta({ unit: 'ADDRESS' }).describe('The only address that approves'),
    owner: z.string().optional().meta({ unit: 'ADDRESS' }).describe('Address that gave the allowance and may take it back'),
    maxVms: z.int().min(0).max(1000).optional().describe('VMs at once'),
    maxDay: usdAmount.optional().describe('USD per UTC day'),
    maxTotal: usdAmount.optional().describe('USD in all, until you authorise more'),
    askAbove: usdAmount.optional().describe('Ask for approval above this cost of one VM, USD'),
    reaper: z.boolean().default(false).describe('gc install'),
    clients: z.array(z.enum(clients)).default([]).describe('Clients on this machine to configure'),
    takeEarlier: z.boolean().default(false).describe("Import the earlier tool's key and VMs"),
  }),
  output: z.object({
    model: z.enum(models),
    account: z.string().nullable(),
    steps: z.array(outcome),
    ready: z.boolean().describe('A VM of 1 CU could be made now, unasked'),
    tellAgent: z.string().describe('What to say to the agent'),
  }),
  failures: [],
  examples: [
    { line: 'init', why: 'at a terminal: it asks; again: it goes on where it was left' },
    { line: 'init --unencrypted --max-day 1 --json', why: 'unasked, as far as flags tell' },
  ],
  async run(context, given, terminal) {
    requireInUse(context, given.key);
    const world = await worldOf(context, given, terminal);
    const { asker } = terminal;
    if (asker !== null) {
      terminal.paragraph('Nothing is spent here. Ctrl-C leaves; the same command goes on from there.');
      if (given.model === undefined) world.wish.model = await askModel(asker);
    }
    const done: Outcome[] = [];
    for (const step of steps) done.push(...(await take(step, world, terminal)));
    const account = world.key()?.address ?? null;
    const ready = done.some(({ step, state }) => step === 'trial' && state === 'done');
    return { data: { model: world.wish.model, account, steps: done, ready, tellAgent: tellAgent(world.wish.model, context.network) } };
  },
  text: ({ steps: all, tellAgent: words }, style) =>
    [
      '',
      style.facts(all.map(({ step, state, says }) => [step, `${state}. ${says}`])),
      '',
      style.facts([['say to your agent', words]]),
    ].join('\n'),
  next: ({ ready }) => [ready ? hint('the first VM', 'vm create', { ttl: '1h' }) : hint('what is left', 'init')],
});

type Given = Omit<World['wish'], 'model'> & { model?: World['wish']['model'] | undefined };

const worldOf = async (context: ChangeContext, { model = 'allowance', ...given }: Given, terminal: Terminal): Promise<World> => {
  const files = await context.host.clientFiles();
  const { network, clock } = context;
  return {
    wish: { ...given, model },
    key: () => keyInUse(context),
    network,
    now: clock.now,
    earlier: await earlierTool(context),
    clients: clients.filter((client) => clientSigns[client].some((sign) => files.exists(files.path('user', sign)))),
    call: async (command, input = {}, dryRun = false) => (await terminal.call({ command, input, dryRun }, { whole: true })).document,
  };
};

const askModel = async (asker: NonNullable<Terminal['asker']>): Promise<World['wish']['model']> => {
  const { gives } = await asker.choose({
    message: 'Whose credits does the agent spend?',
    head: ['MODEL', 'WHAT CAN BE LOST'],
    start: 0,
    choices: [
      {
        cells: ['allowance', 'what was sent to it'],
        about: 'You send its address a small sum of credits. Recommended.',
        gives: { model: 'allowance' },
      },
      { cells: ['own', 'what its key holds'], about: 'Its key holds credits of its own: keep them few.', gives: { model: 'own' } },
      {
        cells: ['delegated', 'all of the paying account'],
        about: 'Your account pays by a grant, which has no spending cap. Use an account that owns nothing else.',
        gives: { model: 'delegated' },
      },
    ],
  });
  return models.find((model) => model === gives['model']) ?? 'allowance';
};

/** Takes one step: looks, asks where somebody can be asked, calls what is to be called, and looks again. */
const take = async (step: Step, world: World, terminal: Terminal): Promise<Outcome[]> => {
  const found = await step.look(world);
  if (found === null) return [];
  if (terminal.asker !== null) {
    terminal.paragraph(`\n${step.name}: ${found.says}`);
    const open = !found.done || found.offer === true;
    if (open && found.show !== undefined) await terminal.run(found.show);
    if (open) Object.assign(world.wish, await step.ask?.(world, terminal.asker));
  }
  const before = terminal.asker === null ? found : await step.look(world);
  if (before === null || before.orders.length === 0) return [stood(step, before ?? found)];
  const problems: string[] = [];
  for (const order of before.orders) {
    if (terminal.asker === null) problems.push(...(await troubleOf(world, order)));
    else if ((await terminal.run(order)) !== 0) problems.push(`${order.command} did not succeed.`);
  }
  const after = await step.look(world);
  // what was wished is done, though more could be
  const nothingLeft = problems.length === 0 && (after === null || after.orders.length === 0);
  if (after !== null && (after.done || nothingLeft)) return [{ step: step.name, state: 'made', says: after.says }];
  return [{ step: step.name, state: problems.length === 0 ? 'open' : 'failed', says: problems.join(' ') || (after ?? before).says }];
};

const stood = ({ name }: Step, { done, optional, says }: Standing): Outcome => ({
  step: name,
  state: done ? 'done' : optional === true ? 'left' : 'open',
  says,
});

/** What the call's failure says, with the command that mends it. */
const troubleOf = async (world: World, { command, input }: Standing['orders'][number]): Promise<string[]> => {
  const document = await world.call(command, input);
  if (document.ok) return [];
  const fix = document.error['fix'] as { text?: string; command?: string | null } | undefined;
  return [[document.error['message'], fix?.text, fix?.command].filter((part) => typeof part === 'string').join(' ')];
};
