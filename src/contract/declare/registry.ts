import type { AnyCommand } from './command.ts';

/** One line of the registry. The command's file is loaded only when the command is needed. */
export interface Registered {
  name: string;
  load(): Promise<{ default: AnyCommand }>;
}

/** Loads a command by name. Throws where the registry has no such name, which is the caller's bug. */
export const registeredCommand = async (registry: readonly Registered[], name: string): Promise<AnyCommand> => {
  const found = registry.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`${name} is not in the registry`);
  return (await found.load()).default;
};
