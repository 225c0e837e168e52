import type { Described } from '../../contract/declare/describe.ts';
import { takesInput, toolName } from '../../contract/declare/tool.ts';
import type { McpServing } from '../mcp-door.ts';
import type { SuggestTool } from './tool-answer.ts';

/** Turns a command line that the program suggests into a call of one of these tools; null where none of them does it. */
export const suggestedTool =
  ({ parse }: Pick<McpServing, 'parse'>, tools: readonly Described[]): SuggestTool =>
  (line) => {
    const parsed = parse(line);
    if (parsed === null || !tools.some(({ name }) => name === parsed.command)) return null;
    // a tool would refuse what only a line may say
    if (!Object.keys(parsed.input).every(takesInput)) return null;
    return { tool: toolName(parsed.command), arguments: parsed.input };
  };
