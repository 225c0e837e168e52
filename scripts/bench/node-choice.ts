import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { registry } from '../../src/commands/index.ts';
import { manifestOf } from '../../src/contract/declare/manifest.ts';
import type { Need } from '../../src/domain/nodes/node-fit.ts';
import { candidates } from '../../src/domain/nodes/ranking.ts';
import { chooseNodes, rankNodes } from '../../src/lifecycle/nodes/choose-nodes.ts';
import { probeAtMost, probeNodes } from '../../src/lifecycle/nodes/probe-nodes.ts';
import { surveyNodes } from '../../src/lifecycle/nodes/survey-nodes.ts';
import { commandDirectory } from '../../src/main/command-directory.ts';
import { openContexts } from '../../src/main/context.ts';
import { quiet } from '../../src/main/host/in-context.ts';
import type { ReadContext } from '../../src/ports/context.ts';
import { serveDevnet } from '../../test/support/devnet/served-devnet.ts';
import { control } from './control.ts';
import type { Line } from './line.ts';
import { least } from './run.ts';

const latencyMs = 100;
const rounds = 5;
const need: Need = { vcpus: 1, memoryMib: 2048, diskMib: 20_480 };

/** A context as a call has it, with caches of its own, against the devnet behind `control`. */
const contextAt = async (home: string, control: string): Promise<ReadContext> => {
  const environment = { HOME: home, ALEPH_AGENT_HOME: home, ALEPH_AGENT_NETWORK: 'devnet', ALEPH_AGENT_DEVNET: control };
  const commands = commandDirectory(registry, () => manifestOf(registry));
  const rootPolicy = '/etc/aleph-agent/policy.json';
  const world = {
    environment,
    machine: process,
    stdin: process.stdin,
    commands,
    version: '0.0.0',
    unlocked: new Map(),
    warm: null,
    rootPolicy,
    crash: () => undefined,
  };
  const { signal } = new AbortController();
  // every request under way listens: that is no leak
  setMaxListeners(0, signal);
  return openContexts(world, { ...quiet({ signal, passphraseFile: null }), needsNetwork: true }).read();
};

const timed = async <Result>(work: () => Promise<Result> | Result): Promise<{ ms: number; result: Result }> => {
  const begin = performance.now();
  const result = await work();
  return { ms: performance.now() - begin, result };
};

const wish = { crn: 'auto', need, acceptTerms: false, call: { account: '', argumentsDigest: '' }, delegated: false };

/** From nothing known to chosen nodes among 600 at 100 ms a round trip; ranking and probing apart. */
export const nodeChoice = async (folder: string): Promise<Line[]> => {
  const served = join(folder, 'devnet-600');
  mkdirSync(served, { recursive: true });
  const devnet = await serveDevnet(served, ['--nodes', '600', '--clock-rate', '1', '--seed', '3']);
  const { endpoints } = devnet.data;
  try {
    for (const target of ['ccn', 'crns-list', 'scheduler', 'crn'])
      await control(devnet, '/fault', { words: [target, 'latency', `${latencyMs}ms`] });
    const [choices, surveys, probes]: number[][] = [[], [], []];
    let nodes: Awaited<ReturnType<typeof surveyNodes>>['nodes'] = [];
    for (let round = 0; round < rounds; round++) {
      const context = await contextAt(join(folder, `choice-${round}`), endpoints.control);
      await context.cloud();
      const surveyed = await timed(() => surveyNodes(context));
      const chosen = await timed(() => chooseNodes(context, surveyed.result, wish, rankNodes(context, surveyed.result, wish)));
      const other = await contextAt(join(folder, `probe-${round}`), endpoints.control);
      await other.cloud();
      const probed = await timed(() => probeNodes(other, surveyed.result.nodes.slice(0, probeAtMost), surveyed.result.words));
      surveys?.push(surveyed.ms);
      choices?.push(surveyed.ms + chosen.ms);
      probes?.push(probed.ms);
      ({ nodes } = surveyed.result);
    }
    const many = Array.from({ length: 10 }, (_, copy) => nodes.map((node) => ({ ...node, hash: `${copy}${node.hash.slice(1)}` }))).flat();
    const ranking = async (among: typeof nodes): Promise<number> =>
      least(await Promise.all(Array.from({ length: rounds }, async () => (await timed(() => candidates(among, need, Math.random))).ms)));
    const line = (what: string, found: number, most: number | null): Line => ({ what, found, most, unit: 'ms' });
    return [
      line(`node choice among ${nodes.length} nodes at ${latencyMs} ms round trips`, least(choices ?? []), 1000),
      line('of that the survey: list, scheduler, rules', least(surveys ?? []), null),
      line(`probing ${probeAtMost} nodes`, least(probes ?? []), null),
      line(`ranking ${nodes.length} nodes`, await ranking(nodes), null),
      line(`ranking ${many.length} nodes`, await ranking(many), null),
    ];
  } finally {
    await devnet.close();
  }
};
