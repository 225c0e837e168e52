/** A command in one line. */
export interface CommandSummary {
  name: string;
  safety: 'read' | 'change' | 'spend' | 'destroy';
  kind: 'query' | 'change' | 'session';
  summary: string;
  /** The codes that it can end with. */
  failures: readonly string[];
}

export interface CommandSchemas {
  name: string;
  /** JSON Schemas of what goes in and what comes out. */
  input: Record<string, unknown>;
  output: Record<string, unknown>;
  failures: readonly string[];
}

/** The commands of this program as data, for those commands that tell of them all. Filled from the registry, in the order of help. */
export interface CommandDirectory {
  all(): Promise<CommandSummary[]>;
  /** Of the commands with these names; a name of none is a defect of the caller. */
  schemas(names: readonly string[]): Promise<CommandSchemas[]>;
  /** Documents for agents. Generated; the same registry gives the same bytes. */
  profiles(): Promise<{ file: string; text: string }[]>;
}
