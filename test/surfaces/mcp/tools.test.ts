import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { registry } from '../../../src/commands/index.ts';
import type { McpManner } from '../../../src/contract/declare/door.ts';
import { manifestOf } from '../../../src/contract/declare/manifest.ts';
import { registeredCommand } from '../../../src/contract/declare/registry.ts';
import { isTool, toolInputs, toolName } from '../../../src/contract/declare/tool.ts';
import { legacyTable } from '../../../src/surfaces/mcp/legacy-table.ts';
import { legacyCall, legacyTools } from '../../../src/surfaces/mcp/legacy-tools.ts';
import { defaultTools, type Tool, toolOf } from '../../../src/surfaces/mcp/tool-list.ts';
import { chosenTools } from '../../../src/surfaces/mcp/tool-set.ts';

const { commands } = await manifestOf(registry);
const usual: McpManner = { tools: null, all: false, mostCredits: null, legacyNames: false, approvalsAt: null };

const definitions = (manner: Partial<McpManner> = {}): Promise<Tool[]> =>
  Promise.all(
    chosenTools({ commands, manner: { ...usual, ...manner } }).map(async (described) =>
      toolOf(described, await registeredCommand(registry, described.name), manner.all ? null : defaultTools[toolName(described.name)]!),
    ),
  );

describe('the tools', () => {
  it('A-002 of the default set are these, to the byte', async () => {
    await expect(`${JSON.stringify(await definitions(), null, 1)}\n`).toMatchFileSnapshot('tools-list.golden');
  });

  it('take 1,000 tokens with their inputs, and 2,000 with what they answer', async () => {
    const tools = await definitions();
    const seen = tools.map(({ name, description, inputSchema }) => ({ name, description, input_schema: inputSchema }));
    const whole = tools.map(({ name, description, inputSchema, outputSchema }) => ({ name, description, inputSchema, outputSchema }));
    const tokens = (list: object[]): number => list.reduce((sum, tool) => sum + countTokens(JSON.stringify(tool)), 0);
    expect(tokens(seen)).toBeLessThanOrEqual(1000);
    expect(tokens(whole)).toBeLessThanOrEqual(2000);
  });

  it('list inputs that their commands have', () => {
    const manner = ['dryRun', 'timeoutSeconds'];
    for (const [name, inputs] of Object.entries(defaultTools)) {
      const command = commands.find((each) => toolName(each.name) === name)!;
      const known = [...toolInputs(command).map(({ key }) => key), ...manner];
      expect({ name, unknown: inputs.filter((input) => !known.includes(input)) }).toEqual({ name, unknown: [] });
      // whatever must be given is listed
      expect(inputs).toEqual(expect.arrayContaining(command.inputs.filter(({ required }) => required).map(({ key }) => key)));
    }
  });

  it('XA-02 no owner’s command is one, but the top-up that a person agrees to each time', () => {
    const owners = commands.filter((command) => isTool(command) && command.audience === 'owner').map(({ name }) => name);
    expect(owners).toEqual(['credits topup']);
  });

  it('hints follow the safety class', async () => {
    const tools = await definitions({ all: true });
    const hintsOf = (name: string) => tools.find((tool) => tool.name === name)?.annotations;
    expect(hintsOf('vm_ls')).toMatchObject({ readOnlyHint: true, destructiveHint: false, idempotentHint: true });
    expect(hintsOf('vm_create')).toMatchObject({ readOnlyHint: false, destructiveHint: false, idempotentHint: false });
    // what it mends by --fix no tool may ask for
    expect(hintsOf('doctor')).toMatchObject({ readOnlyHint: true, idempotentHint: true });
    expect(hintsOf('vm_destroy')).toMatchObject({ readOnlyHint: false, destructiveHint: true, idempotentHint: true });
  });
});

describe('the earlier names', () => {
  it('stand in docs/mcp.md with what they became', () => {
    expect(readFileSync(resolve(import.meta.dirname, '../../../docs/mcp.md'), 'utf8')).toContain(legacyTable());
  });

  it('A-003 A-007 A-008 A-014 A-017 each input becomes one of ours', () => {
    for (const { name, tool, inputs } of legacyTools) {
      const command = commands.find((each) => toolName(each.name) === tool)!;
      const known = [...command.inputs.map(({ key }) => key), 'dryRun', 'purpose'];
      const lost = Object.entries(inputs).filter(([, { becomes }]) => becomes !== null && !known.includes(becomes));
      expect({ name, lost }).toEqual({ name, lost: [] });
    }
  });

  it('A-010 values are turned into ours, what is not theirs goes on to be refused, and confirmed says that it approves nothing', () => {
    expect(legacyCall('aleph_extend_vm', { vm_id: 'ci', additional_hours: 1.5 })).toEqual({
      tool: 'vm_extend',
      arguments: { vm: 'ci', by: '90m' },
      warnings: [],
    });
    expect(legacyCall('aleph_create_vm', { ram_gb: 4, ttl_hours: 2, crn_id: null, wings: 2, confirmed: true })).toEqual({
      tool: 'vm_create',
      arguments: { memory: 4096, ttl: '120m', wings: 2 },
      warnings: [{ code: 'CONFIRMED_IGNORED', message: expect.any(String) }],
    });
    expect(legacyCall('aleph_list_my_vms', { confirmed: true })).toMatchObject({
      arguments: {},
      warnings: [{ code: 'CONFIRMED_IGNORED' }],
    });
    expect(legacyCall('aleph_create_vm', { constructor: 'x' })?.arguments).toEqual({ constructor: 'x' });
    expect(legacyCall('vm_create', {})).toBeNull();
  });

  it.each([
    ['aleph_extend_vm', { additional_hours: 'many' }, 'additional_hours "many"'],
    ['aleph_extend_vm', { hours: 0.001 }, 'hours "0.001"'],
    ['aleph_create_vm', { ttl_hours: -1 }, 'ttl_hours "-1"'],
    ['aleph_create_vm', { max_hourly_cost: 1e-9 }, 'max_hourly_cost "1e-9"'],
    ['aleph_destroy_vm', { vm_id: 'one', item_hash: 'two' }, 'vm_id and item_hash mean the same'],
    ['aleph_extend_vm', { hours: 1, additional_hours: 2 }, 'hours and additional_hours mean the same'],
    ['aleph_create_vm', { ttl_hours: 1, ttl: '3h' }, 'ttl_hours and ttl mean the same'],
  ])('A-017 %s with %j is refused in their own words', (name, given, words) => {
    expect(() => legacyCall(name, given)).toThrow(words);
  });
});
