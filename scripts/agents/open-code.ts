import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lifeOf, require, requireLife, type Stage } from './stage.ts';
import type { World } from './world.ts';

const version = '1.18.33';

const config = (world: World): object => ({
  model: 'stub/stub',
  small_model: 'stub/stub',
  autoupdate: false,
  share: 'disabled',
  provider: {
    stub: {
      npm: '@ai-sdk/openai-compatible',
      name: 'stub',
      options: { baseURL: `${world.model.url}/v1`, apiKey: 'none' },
      models: { stub: { name: 'stub', tool_call: true } },
    },
  },
});

/** OpenCode by its MCP client, by our plugin, and by our plugin where its person is to be asked and nobody is there. */
export const openCode: Stage = {
  client: 'OpenCode',
  spec: `opencode-ai@${version}`,
  async run(world) {
    const bin = world.install('opencode', this.spec);
    const program = join(bin, `../opencode-${process.platform}-${process.arch}/bin/opencode`);
    const run = (cwd: string) => world.run(program, ['run', 'go'], { cwd, env: { OPENCODE_DISABLE_MODELS_FETCH: '1' } });

    const byMcp = world.project('opencode-mcp');
    writeFileSync(join(byMcp, 'opencode.json'), JSON.stringify(config(world)));
    await world.must(['plugin', 'opencode', '--network', 'devnet', '--task', 'opencode'], byMcp);
    world.model.play(lifeOf('oc-mcp'));
    await requireLife(world, 'oc-mcp', await run(byMcp));

    const byPlugin = world.project('opencode-plugin');
    const plugin = [[world.pack, { network: 'devnet', task: 'opencode' }]];
    writeFileSync(join(byPlugin, 'opencode.json'), JSON.stringify({ ...config(world), plugin }));
    world.model.play(lifeOf('oc-plugin'));
    await requireLife(world, 'oc-plugin', await run(byPlugin));

    const asking = world.project('opencode-asking');
    const permission = { 'aleph-agent_vm_create': 'ask' };
    writeFileSync(join(asking, 'opencode.json'), JSON.stringify({ ...config(world), plugin, permission }));
    const before = (await world.bills()).length;
    world.model.play(lifeOf('oc-asking').slice(0, 1));
    const ran = await run(asking);
    require('a rule that asks was asked', /permission requested[^\n]*vm create: at most 0\.0285 USD/.test(
      `${ran.stdout}${ran.stderr}`,
    ), `${ran.stdout}${ran.stderr}`);
    require('and nothing was made', (await world.bills()).length === before, `${ran.stdout}${ran.stderr}`);

    const safe = await world.safe();
    const atSafe = (cwd: string) =>
      world.run(program, ['run', 'go'], {
        cwd,
        env: { OPENCODE_DISABLE_MODELS_FETCH: '1', HOME: safe.home, NODE_EXTRA_CA_CERTS: safe.authority },
      });
    const joined = world.project('opencode-joined');
    writeFileSync(join(joined, 'opencode.json'), JSON.stringify(config(world)));
    await world.run('aleph-agent', ['plugin', 'opencode', '--task', 'opencode'], { cwd: joined, env: { HOME: safe.home } });
    world.model.play(lifeOf('oc-joined'));
    await requireLife(world, 'oc-joined', await atSafe(joined));
    const overHttp = world.project('opencode-http');
    const server = { type: 'remote', url: safe.mcp, oauth: false, headers: { Authorization: `Bearer ${safe.token}` } };
    writeFileSync(join(overHttp, 'opencode.json'), JSON.stringify({ ...config(world), mcp: { 'aleph-agent': server } }));
    world.model.play(lifeOf('oc-http'));
    await requireLife(world, 'oc-http', await atSafe(overHttp));
    return [
      'through a safe, by `aleph-agent plugin opencode` in a home that has joined, and by MCP over HTTP: a VM made, used, destroyed',
      'by `aleph-agent plugin opencode` (MCP): a VM made, used, destroyed',
      'by the plugin of the package: the same; a rule that asks is asked with the price, and makes nothing where nobody answers',
    ];
  },
};
