/** A tool of ours as a host outside the protocol is told of it: MCP's own definition, and what the host must know beside it. */
export interface PluginTool {
  name: string;
  description: string;
  inputSchema: { type: 'object'; properties?: Record<string, object>; required?: string[] };
  /** Its call can hold credits, so the host asks its person first. */
  spends: boolean;
}

/** A call of a tool, as a process of its own makes it. */
export interface PluginCall {
  tool: string;
  input: Readonly<Record<string, unknown>>;
  /** Whose work it is: `--task ci`. */
  flags: readonly string[];
  /** Where the host works; undefined where it does not say. */
  directory: string | undefined;
  signal: AbortSignal;
}

/** Makes the call, and gives the document that it printed. Rejects where there is none. */
export type MakeCall = (call: PluginCall) => Promise<string>;
