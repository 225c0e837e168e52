import { claudeCode } from './agents/claude-code.ts';
import { codex } from './agents/codex.ts';
import { openClaw } from './agents/open-claw.ts';
import { openCode } from './agents/open-code.ts';
import { Skipped } from './agents/skipped.ts';
import type { Stage } from './agents/stage.ts';
import { makeWorld } from './agents/world.ts';

/**
 * `npm run test:agents [CLIENT]…`: drives the real clients, as npm has them, with a model of our own and without a network, and looks at the
 * devnet. Installs about 1 GB into a temporary folder; not in CI. Its table stands in docs/clients.md.
 */
const stages: readonly Stage[] = [openCode, claudeCode, codex, openClaw];

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const wanted = process.argv.slice(2).map((name) => name.toLowerCase());
const chosen = stages.filter(({ client }) => wanted.length === 0 || wanted.includes(client.toLowerCase().replace(' ', '')));
const today = new Date().toISOString().slice(0, 10);

const world = await makeWorld();
let [tried, failed] = [0, 0];
try {
  for (const stage of chosen) {
    const began = performance.now();
    try {
      const seen = await stage.run(world);
      tried += 1;
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      print(`ok ${stage.spec}, ${seconds} s`);
      for (const line of seen)
        print(`| ${stage.client} | ${stage.spec.split('@').at(-1)} | ${line} | \`npm run test:agents\` | ${today} |`);
    } catch (thrown) {
      if (!(thrown instanceof Skipped)) failed += 1;
      print(
        `${thrown instanceof Skipped ? 'skipped' : 'FAILED'} ${stage.spec}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      );
    }
  }
  for (const { client } of stages.filter((stage) => !chosen.includes(stage))) print(`skipped ${client}: it was not asked for`);
} finally {
  await world.close();
}
// a run that tried nothing proves nothing
process.exit(tried > 0 && failed === 0 ? 0 : 1);
