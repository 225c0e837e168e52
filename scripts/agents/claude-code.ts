import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lifeOf, require, requireEnded, requireLife, type Stage } from './stage.ts';

const version = '2.1.197';

/** Claude Code by the plugin and the marketplace of the package, and by the file that `aleph-agent plugin claude` writes. */
export const claudeCode: Stage = {
  client: 'Claude Code',
  spec: `@anthropic-ai/claude-code@${version}`,
  async run(world) {
    const bin = world.install('claude', this.spec);
    const program = join(bin, `../@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`);
    const env = {
      ANTHROPIC_BASE_URL: world.model.url,
      ANTHROPIC_API_KEY: 'none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ALEPH_AGENT_NETWORK: 'devnet',
      // otherwise the first turn may begin before the server is up, and a stub model has no other
      MCP_CONNECTION_NONBLOCKING: '0',
    };
    const run = (words: readonly string[], cwd: string) => world.run(program, words, { cwd, env });
    const marketplace = join(world.pack, 'plugins/claude');
    const byPlugin = world.project('claude-plugin');
    for (const words of [
      ['plugin', 'validate', '--strict', marketplace],
      ['plugin', 'validate', '--strict', join(marketplace, '.claude-plugin/plugin.json')],
      ['plugin', 'marketplace', 'add', marketplace],
      ['plugin', 'install', 'aleph-agent@aleph-agent'],
    ]) {
      const { exit, stdout, stderr } = await run(words, byPlugin);
      require(words.join(' '), exit === 0, `${stdout}${stderr}`);
    }
    const ask = (allowed: string): string[] => ['-p', 'go', '--allowedTools', allowed];
    const ours = 'mcp__plugin_aleph-agent_aleph-agent';
    world.model.play(lifeOf('cc-plugin').slice(0, 3));
    const left = await run(ask(ours), byPlugin);
    require('a VM was left, and the hook says so', /cc-plugin still cost/.test(
      left.stderr,
    ), `${left.stdout}${left.stderr}${world.model.results()}`);
    world.model.play(lifeOf('cc-plugin').slice(3));
    const ended = await run(ask(ours), byPlugin);
    await requireEnded(world, 'cc-plugin');
    require('nothing is left, and the hook is silent', !/still cost/.test(ended.stderr), ended.stderr);
    await run(['plugin', 'uninstall', 'aleph-agent@aleph-agent'], byPlugin);

    const byFile = world.project('claude-file');
    await world.must(['plugin', 'claude', '--network', 'devnet', '--task', 'claude'], byFile);
    world.model.play(lifeOf('cc-file'));
    const words = [...ask('mcp__aleph-agent'), '--mcp-config', '.mcp.json', '--strict-mcp-config'];
    await requireLife(world, 'cc-file', await run(words, byFile));

    const safe = await world.safe();
    const { ALEPH_AGENT_NETWORK: _, ...rest } = env;
    const atSafe = { ...rest, HOME: safe.home, NODE_EXTRA_CA_CERTS: safe.authority };
    const joined = world.project('claude-joined');
    await world.run('aleph-agent', ['plugin', 'claude', '--task', 'claude'], { cwd: joined, env: { HOME: safe.home } });
    world.model.play(lifeOf('cc-joined'));
    await requireLife(world, 'cc-joined', await world.run(program, words, { cwd: joined, env: atSafe }));
    const overHttp = world.project('claude-http');
    const server = { type: 'http', url: safe.mcp, headers: { Authorization: `Bearer ${safe.token}` } };
    writeFileSync(join(overHttp, '.mcp.json'), JSON.stringify({ mcpServers: { 'aleph-agent': server } }));
    world.model.play(lifeOf('cc-http'));
    await requireLife(world, 'cc-http', await world.run(program, words, { cwd: overHttp, env: atSafe }));
    return [
      'through a safe, by `aleph-agent plugin claude` in a home that has joined, and by MCP over HTTP: a VM made, used, destroyed',
      'by the plugin of our marketplace (`validate --strict` passes): a VM made and used; as the session ends its hook names it; in the next one it is destroyed, and the hook is silent',
      'by `aleph-agent plugin claude` (MCP): a VM made, used, destroyed',
    ];
  },
};
