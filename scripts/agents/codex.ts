import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lifeOf, requireLife, type Stage } from './stage.ts';

const version = '0.171.0';

/** Codex by the file that `aleph-agent plugin codex` writes. */
export const codex: Stage = {
  client: 'Codex',
  spec: `@openai/codex@${version}`,
  async run(world) {
    const bin = world.install('codex', this.spec);
    const cwd = world.project('codex');
    const file = join(world.home, '.codex/config.toml');
    mkdirSync(dirname(file), { recursive: true });
    const provider = `[model_providers.stub]\nname = "stub"\nbase_url = "${world.model.url}/v1"\nwire_api = "responses"\n`;
    writeFileSync(file, `model = "stub"\nmodel_provider = "stub"\n\n${provider}`);
    await world.must(['plugin', 'codex', '--network', 'devnet', '--task', 'codex'], cwd);
    // without it the first turn begins before any server is up, and a stub model has no other
    appendFileSync(file, 'required = true\n');
    world.model.play(lifeOf('codex'));
    const words = ['exec', '--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', 'go'];
    await requireLife(world, 'codex', await world.run(join(bin, 'codex'), words, { cwd }));
    return ['by `aleph-agent plugin codex` (MCP): a VM made, used, destroyed'];
  },
};
