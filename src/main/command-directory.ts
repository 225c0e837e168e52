import { inputSchemaOf, outputSchemaOf } from '../contract/declare/describe.ts';
import type { Manifest } from '../contract/declare/manifest.ts';
import { type Registered, registeredCommand } from '../contract/declare/registry.ts';
import { ofAgents } from '../contract/declare/wire.ts';
import type { CommandDirectory } from '../ports/command-directory.ts';
import { renderProfiles, renderSkill } from '../surfaces/profile/render-profiles.ts';

/** The registry behind its port. Summaries come from the manifest, so that a built program loads no command for them. */
export const commandDirectory = (registry: readonly Registered[], manifest: () => Promise<Manifest>, joined = false): CommandDirectory => ({
  all: async () => {
    const { commands } = await manifest();
    return joined ? ofAgents(commands) : commands;
  },
  schemas: (names) =>
    Promise.all(
      names.map(async (name) => {
        const command = await registeredCommand(registry, name);
        return { name, input: { ...inputSchemaOf(command) }, output: { ...outputSchemaOf(command) }, failures: command.failures };
      }),
    ),
  profiles: () => renderProfiles(registry, joined),
  skill: () => renderSkill(registry, joined),
});
