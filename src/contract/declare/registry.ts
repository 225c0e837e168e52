import type { AnyCommand } from './command.ts';

/** One line of the registry: loading the file is left to whoever needs the command. */
export interface Registered {
  name: string;
  load(): Promise<{ default: AnyCommand }>;
}

/** The command itself. A name that is not there is a defect of whoever asks. */
export const registeredCommand = async (registry: readonly Registered[], name: string): Promise<AnyCommand> => {
  const found = registry.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`${name} is not in the registry`);
  return (await found.load()).default;
};
