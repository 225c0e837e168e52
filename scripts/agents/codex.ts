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
    const model = `model = "stub"\nmodel_provider = "stub"\n\n${provider}`;
    writeFileSync(file, model);
    await world.must(['plugin', 'codex', '--network', 'devnet', '--task', 'codex'], cwd);
    // without it the first turn begins before any server is up, and a stub model has no other
    appendFileSync(file, 'required = true\n');
    world.model.play(lifeOf('codex'));
    const words = ['exec', '--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', 'go'];
    await requireLife(world, 'codex', await world.run(join(bin, 'codex'), words, { cwd }));

    const safe = await world.safe();
    const env = { HOME: safe.home, ALEPH_AGENT_TOKEN: safe.token, SSL_CERT_FILE: safe.authority };
    const joined = join(safe.home, '.codex/config.toml');
    mkdirSync(dirname(joined), { recursive: true });
    writeFileSync(joined, model);
    await world.run('aleph-agent', ['plugin', 'codex', '--task', 'codex'], { cwd, env });
    appendFileSync(joined, 'required = true\n');
    world.model.play(lifeOf('codex-joined'));
    await requireLife(world, 'codex-joined', await world.run(join(bin, 'codex'), words, { cwd, env }));
    const server = `[mcp_servers.aleph-agent]\nurl = "${safe.mcp}"\nbearer_token_env_var = "ALEPH_AGENT_TOKEN"\nrequired = true\n`;
    writeFileSync(joined, `${model}\n${server}`);
    world.model.play(lifeOf('codex-http'));
    await requireLife(world, 'codex-http', await world.run(join(bin, 'codex'), words, { cwd, env }));
    return [
      'through a safe, by `aleph-agent plugin codex` in a home that has joined, and by MCP over HTTP: a VM made, used, destroyed',
      'by `aleph-agent plugin codex` (MCP): a VM made, used, destroyed',
    ];
  },
};
