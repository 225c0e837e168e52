import type { Described } from '../../contract/declare/describe.ts';
import { isTool, toolCalled, toolName } from '../../contract/declare/tool.ts';
import { limitTable } from '../../domain/limits/limit-table.ts';
import type { McpServing } from '../mcp-door.ts';
import { legacyTools } from './legacy-tools.ts';
import { defaultTools, type Tool, toolOf } from './tool-list.ts';

/** Commands that hold credits, which nothing may while the account is frozen. */
const holding = ['vm create', 'vm extend', 'vm redeploy', 'vm spawn'];

/** Limits that let no VM run where they are nothing. */
const necessary = ['maxVms', 'maxTtlSeconds', 'maxBurnCreditsPerHour', 'maxDayCredits', 'maxTotalCredits', 'maxComputeUnits'] as const;

/** The commands that this server offers as tools, in the registry's order. `USAGE` for a name that is no tool. */
export const chosenTools = ({ commands, manner }: Pick<McpServing, 'commands' | 'manner'>): Described[] => {
  const tools = commands.filter(isTool);
  if (manner.all) return tools;
  const behind = manner.legacyNames ? legacyTools.map(({ tool }) => tool) : [];
  // an agent of a safe is offered what it may call, and some of the usual may not be among it
  const usual = Object.keys(defaultTools).filter((name) => tools.some((tool) => toolName(tool.name) === name));
  const named = [...(manner.tools ?? usual), ...behind].map((name) => toolCalled(tools, name));
  return tools.filter((tool) => named.includes(tool));
};

/**
 * The definitions of these tools. While the account is frozen, or its policy lets nothing run, those that hold credits are left out. The same
 * policy gives the same bytes.
 */
export const listTools = async (door: McpServing, tools: readonly Described[]): Promise<Tool[]> => {
  const withheld = await refused(door);
  const listed = tools.filter(({ name }) => !withheld.includes(name));
  const short = door.manner.tools === null && !door.manner.all;
  return Promise.all(
    listed.map(async (tool) => toolOf(tool, await door.load(tool.name), short ? (defaultTools[toolName(tool.name)] ?? null) : null)),
  );
};

const refused = async ({ call, commands }: McpServing): Promise<readonly string[]> => {
  // an agent of a safe does not see the policy: each of its calls says what is wrong
  if (!commands.some(({ name }) => name === 'policy show')) return [];
  const { document } = await call({ command: 'policy show', input: {} });
  // without a key, or a readable policy, each call says what is wrong
  if (!document.ok) return [];
  const policy = document.data as Record<string, unknown>;
  const nothing = necessary.some((limit) => Number(policy[limitTable[limit].shown.as]) === 0);
  return nothing || policy['frozenSince'] !== null ? holding : [];
};
