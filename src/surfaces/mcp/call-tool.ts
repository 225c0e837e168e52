import type { Described } from '../../contract/declare/describe.ts';
import type { Answered, Around } from '../../contract/declare/door.ts';
import { orderOf, toolCalled } from '../../contract/declare/tool.ts';
import { failed } from '../envelope.ts';
import { failureOf } from '../failure-of.ts';
import type { McpServing } from '../mcp-door.ts';
import { createVm, type TimedOrder } from './create-tool.ts';
import { legacyCall } from './legacy-tools.ts';

export interface ToolCall {
  name: string;
  arguments: Readonly<Record<string, unknown>>;
}

/** What a call of a tool came to; `warnings` are the server's own. */
export interface Called extends Answered {
  warnings: readonly { code: string; message: string }[];
}

/** Calls a tool of this server. Never throws: whatever goes wrong is a document, too. */
export const callTool = async (
  door: McpServing,
  tools: readonly Described[],
  { name, arguments: given }: ToolCall,
  around: Around,
): Promise<Called> => {
  let warnings: Called['warnings'] = [];
  try {
    const old = door.manner.legacyNames ? legacyCall(name, given) : null;
    warnings = old?.warnings ?? [];
    const command = toolCalled(tools, old?.tool ?? name);
    const order: TimedOrder = { timeoutSeconds: door.seconds, ...orderOf(command, old?.arguments ?? given) };
    const answered = await (order.command === 'vm create' ? createVm(door, order, around) : door.call(order, around));
    return { ...answered, warnings };
  } catch (thrown) {
    const failure = failureOf(thrown, door.signal);
    const document = failed(failure, { command: null, exit: failure.exit, warnings: [], meta: { version: door.version } });
    return { document, exit: failure.exit, warnings };
  }
};
