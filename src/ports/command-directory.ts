/** A command's summary in one line. */
export interface CommandSummary {
  name: string;
  safety: 'read' | 'change' | 'spend' | 'destroy';
  kind: 'query' | 'change' | 'session';
  summary: string;
  /** The failure codes that the command can end with. */
  failures: readonly string[];
}

export interface CommandSchemas {
  name: string;
  /** JSON Schemas of the command's input and output. */
  input: Record<string, unknown>;
  output: Record<string, unknown>;
  failures: readonly string[];
}

/** The program's commands as data, in the order of help, for commands that describe all of them. Filled from the registry. */
export interface CommandDirectory {
  all(): Promise<CommandSummary[]>;
  /** The schemas of the commands with these names; throws where no command has such a name, which is the caller's bug. */
  schemas(names: readonly string[]): Promise<CommandSchemas[]>;
  /** Generated documents for agents; the same registry gives the same bytes. */
  profiles(): Promise<{ file: string; text: string }[]>;
  /** The skill for agents: the text of its SKILL.md, and its chapters by name. */
  skill(): Promise<{ file: string; chapters: Readonly<Record<'core' | 'spend' | 'debug', string>> }>;
}
