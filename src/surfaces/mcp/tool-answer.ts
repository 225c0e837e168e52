import type { Answered, AnsweredDocument } from '../../contract/declare/door.ts';

/** A tool's answer as MCP has it. */
export type ToolAnswer = {
  content: { type: 'text'; text: string }[];
  structuredContent: Record<string, unknown>;
  isError?: true;
};

/** A call of a tool that a document suggests. */
export interface SuggestedCall {
  tool: string;
  arguments: Record<string, unknown>;
}

/** Finds the tool behind a suggested command line; null where this server has none. */
export type SuggestTool = (line: string) => SuggestedCall | null;

type Warnings = readonly { code: string; message: string }[];

/**
 * The document of a call as a tool's answer. What is structured is the CLI's own `data`, or its `error`; warnings and next steps stand in a
 * second text, next steps as calls of tools where there are such.
 */
export const toolAnswer = ({ document }: Answered, suggest: SuggestTool, more: Warnings): ToolAnswer => {
  const beside = besides(document, suggest, more);
  const first = document.ok ? (document.data as Record<string, unknown>) : errorOf(document.error, suggest);
  return {
    content: [first, ...(Object.keys(beside).length === 0 ? [] : [beside])].map((part) => ({ type: 'text', text: JSON.stringify(part) })),
    structuredContent: first,
    ...(document.ok ? {} : { isError: true }),
  };
};

const besides = (document: AnsweredDocument, suggest: SuggestTool, more: Warnings): Record<string, unknown> => {
  const warnings = [...more, ...(document.warnings ?? [])];
  const next = document.ok ? document.next.map(({ command, why }) => ({ ...(suggest(command) ?? { command }), why })) : [];
  return { ...(warnings.length === 0 ? {} : { warnings }), ...(next.length === 0 ? {} : { next }) };
};

/** A failure's fix names the tool that does it, beside the line that a person would type. */
const errorOf = (error: Record<string, unknown>, suggest: SuggestTool): Record<string, unknown> => {
  const fix = error['fix'] as { actor: string; command: string | null } | undefined;
  const call = fix === undefined || fix.command === null || fix.actor !== 'agent' ? null : suggest(fix.command);
  return call === null ? error : { ...error, fix: { ...fix, ...call } };
};
