import { callFlags } from './call-flags.ts';
import { type Asked, figuresOf } from './figures-of.ts';
import type { MakeCall, PluginCall, PluginTool } from './plugin-tool.ts';

/** What OpenCode 1 hands to a tool that is called (`@opencode-ai/plugin` 1.18). */
interface FirstContext {
  abort: AbortSignal;
  ask(asked: Asked): Promise<void>;
}

interface FirstTool {
  description: string;
  args: Record<string, object>;
  execute(input: Record<string, unknown>, context: FirstContext): Promise<{ title: string; output: string }>;
}

interface FirstHooks {
  tool: Record<string, FirstTool>;
  'tool.definition'(input: { toolID: string }, definition: { jsonSchema?: object }): Promise<void>;
}

/** What OpenCode 2 takes as a tool (`@opencode/plugin` 2). */
interface SecondTool {
  name: string;
  description: string;
  input: object;
  options: { codemode: false; permission: string };
  execute(input: Record<string, unknown>, context: { signal: AbortSignal }): Promise<{ content: string }>;
}

interface SecondContext {
  options?: unknown;
  location?: { directory?: string };
  tool: { transform(change: (editor: { add(tool: SecondTool): void }) => void): Promise<unknown> };
}

export interface OpenCodePlugin {
  id: string;
  server(input: { directory?: string }, options?: unknown): Promise<FirstHooks>;
  setup(context: SecondContext): Promise<void>;
}

/** Our tools as OpenCode names those of our MCP server, so that its rules of permission hold for either way. */
const named = ({ name }: PluginTool): string => `aleph-agent_${name}`;

/**
 * The plugin for both generations of OpenCode: 1 calls `server`, 2 calls `setup`. Neither the program nor a key comes into the host's
 * process: each call is a process of its own, which our policy judges whatever the host's person said.
 */
export const openCodePlugin = (tools: readonly PluginTool[], make: MakeCall): OpenCodePlugin => ({
  id: 'aleph-agent',
  async server({ directory }, options) {
    const flags = callFlags(options);
    const toolOf = (tool: PluginTool): FirstTool => ({
      description: tool.description,
      args: tool.inputSchema.properties ?? {},
      async execute(input, { abort, ask }) {
        const call: PluginCall = { tool: tool.name, input, flags, directory, signal: abort };
        const title = tool.name.replaceAll('_', ' ');
        if (tool.spends && input['dryRun'] !== true) {
          const planned = await figuresOf(named(tool), call, make);
          if ('answer' in planned) return { title, output: planned.answer };
          // a host whose person says no throws here, and nothing was ordered
          await ask(planned.asked);
        }
        return { title, output: await make(call) };
      },
    });
    const byId = new Map(tools.map((tool) => [named(tool), tool]));
    return {
      tool: Object.fromEntries(tools.map((tool) => [named(tool), toolOf(tool)])),
      async 'tool.definition'({ toolID }, definition) {
        const tool = byId.get(toolID);
        // of plain schemas OpenCode makes an object of which everything is required
        if (tool !== undefined) definition.jsonSchema = tool.inputSchema;
      },
    };
  },
  async setup({ options, location, tool: domain }) {
    const flags = callFlags(options);
    await domain.transform((editor) => {
      for (const tool of tools) {
        editor.add({
          name: named(tool),
          description: tool.description,
          input: tool.inputSchema,
          options: { codemode: false, permission: named(tool) },
          execute: async (input, { signal }) => ({
            content: await make({ tool: tool.name, input, flags, directory: location?.directory, signal }),
          }),
        });
      }
    });
  },
});
