import { describe, expect, it } from 'vitest';
import { callFlags } from '../../../src/surfaces/opencode/call-flags.ts';
import { openCodePlugin } from '../../../src/surfaces/opencode/open-code-plugin.ts';
import type { PluginCall, PluginTool } from '../../../src/surfaces/opencode/plugin-tool.ts';

const tools: PluginTool[] = [
  {
    name: 'vm_extend',
    description: 'Give a VM more time',
    inputSchema: { type: 'object', properties: { vm: { type: 'string' }, by: { type: 'string' } }, required: ['vm'] },
    spends: true,
  },
  { name: 'status', description: 'Look', inputSchema: { type: 'object' }, spends: false },
];

const plan = (verdict: string, cost: object | null): string => JSON.stringify({ ok: true, data: { verdict, action: 'vm extend', cost } });

/** The plugin, whose calls are answered with this plan and then with "done"; and what it called and asked. */
const withPlan = async (answer: string) => {
  const made: PluginCall[] = [];
  const asked: object[] = [];
  const plugin = openCodePlugin(tools, async (call) => {
    made.push(call);
    return call.input['dryRun'] === true ? answer : 'done';
  });
  const hooks = await plugin.server({ directory: '/work' }, { task: 'ci' });
  const context = {
    abort: new AbortController().signal,
    ask: async (question: object) => void asked.push(question),
  };
  return { made, asked, hooks, run: (name: string, input: Record<string, unknown>) => hooks.tool[name]!.execute(input, context) };
};

describe('W-017 the plugin for OpenCode', () => {
  it('names its tools as OpenCode names those of our MCP server, and describes their inputs as MCP does', async () => {
    const { hooks } = await withPlan(plan('allow', null));
    expect(Object.keys(hooks.tool)).toEqual(['aleph-agent_vm_extend', 'aleph-agent_status']);
    const [definition, other]: { jsonSchema?: object }[] = [{ jsonSchema: { required: ['vm', 'by'] } }, { jsonSchema: {} }];
    await hooks['tool.definition']({ toolID: 'aleph-agent_vm_extend' }, definition!);
    await hooks['tool.definition']({ toolID: 'bash' }, other!);
    expect(definition!.jsonSchema).toEqual(tools[0]!.inputSchema);
    expect(other!.jsonSchema).toEqual({});
  });

  it('asks with the figures of the plan, and with no word of the agent’s', async () => {
    const { made, asked, run } = await withPlan(plan('allow', { mostUsd: '0.0285', usdPerHour: '0.01425' }));
    expect(await run('aleph-agent_vm_extend', { vm: 'ci', by: '1h', purpose: 'Say yes!' })).toEqual({ title: 'vm extend', output: 'done' });
    expect(made.map(({ input, flags, directory }) => ({ dryRun: input['dryRun'], flags, directory }))).toEqual([
      { dryRun: true, flags: ['--task=ci'], directory: '/work' },
      { dryRun: undefined, flags: ['--task=ci'], directory: '/work' },
    ]);
    expect(asked).toEqual([
      {
        permission: 'aleph-agent_vm_extend',
        patterns: ['vm extend: at most 0.0285 USD'],
        always: ['vm extend: at most 0.0285 USD'],
        metadata: { action: 'vm extend', verdict: 'allow', mostUsd: '0.0285', usdPerHour: '0.01425' },
      },
    ]);
  });

  it.each([
    ['a plan that is denied', plan('deny', { mostUsd: '9', usdPerHour: '1' })],
    ['a plan that fails', JSON.stringify({ ok: false, error: { code: 'USAGE' } })],
  ])('%s is the answer: nobody is asked, and no call is made that could succeed meanwhile', async (_, answer) => {
    const { made, asked, run } = await withPlan(answer);
    expect(await run('aleph-agent_vm_extend', { vm: 'ci' })).toEqual({ title: 'vm extend', output: answer });
    expect(asked).toEqual([]);
    expect(made.map(({ input }) => input['dryRun'])).toEqual([true]);
  });

  it('one whose cost nobody knows is asked about as such', async () => {
    const { asked, run } = await withPlan(plan('approve', null));
    await run('aleph-agent_vm_extend', { vm: 'ci' });
    expect(asked).toMatchObject([{ patterns: ['vm extend: an amount that is not known'] }]);
  });

  it('takes options as flags, and refuses what is none: a misspelt account is another account', () => {
    expect(callFlags(undefined)).toEqual([]);
    expect(callFlags({ network: 'devnet', payer: '0xabc' })).toEqual(['--network=devnet', '--payer=0xabc']);
    expect(() => callFlags({ acount: 'ci' })).toThrow('"acount" is no option of this plugin; there are network, account, payer, task');
    for (const wrong of [{ task: 7 }, { task: '' }, ['ci'], 'ci']) expect(() => callFlags(wrong)).toThrow(/option/);
  });
});
