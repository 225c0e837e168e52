import { join } from 'node:path';
import { nodeVersions } from '../node-versions.ts';
import { Skipped } from './skipped.ts';
import { require, type Stage } from './stage.ts';

const version = '2026.9.6';

/** OpenClaw's check of the skill that `aleph-agent plugin openclaw` writes. It needs Node 24. */
export const openClaw: Stage = {
  client: 'OpenClaw',
  spec: `openclaw@${version}`,
  async run(world) {
    const node = nodeVersions().had.find(({ version }) => version.startsWith('v24.'));
    if (node === undefined) throw new Skipped('Node 24 is not to be had here');
    const bin = world.install('openclaw', this.spec);
    await world.must(['plugin', 'openclaw', '--user']);
    const run = (words: readonly string[]) => world.run(join(bin, 'openclaw'), words, { path: [join(node.path, '..')] });
    const { stdout, stderr } = await run(['skills', 'check', '--json']);
    const { eligible } = JSON.parse(stdout || '{"eligible":[]}') as { eligible: string[] };
    require('the skill is eligible', eligible.includes('aleph-agent'), `${stdout}${stderr}`);
    return [`on Node ${node.version}: \`skills check\` finds the skill of \`aleph-agent plugin openclaw\` and its program, eligible`];
  },
};
