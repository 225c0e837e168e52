import type { AnyCommand } from './command.ts';

/** One line of the registry: loading the file is left to whoever needs the command. */
export interface Registered {
  name: string;
  load(): Promise<{ default: AnyCommand }>;
}
