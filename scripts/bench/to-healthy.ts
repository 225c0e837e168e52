import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { serveDevnet } from '../../test/support/devnet/served-devnet.ts';
import { control } from './control.ts';
import type { Line } from './line.ts';
import { binary, environmentAt, runBeside, wordsOf } from './run.ts';

const lookEveryMs = 20;

/** Whether who listens there says that it speaks SSH. */
const speaks = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const over = (found: boolean) => () => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(500, over(false)).on('data', over(true)).on('error', over(false)).on('close', over(false));
  });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Executions {
  [vm: string]: { networking: { mapped_ports?: Record<string, { host: number }> } };
}

/** When the only VM of this node first answered as SSH does, to one who does nothing but look. */
const firstAnswer = async (node: string, isOver: () => boolean): Promise<number> => {
  while (!isOver()) {
    const found = (await (await fetch(`${node}/v2/about/executions/list`)).json()) as Executions;
    const port = Object.values(found)[0]?.networking.mapped_ports?.['22']?.host;
    if (port !== undefined && (await speaks(port))) return performance.now();
    await pause(lookEveryMs);
  }
  return Number.NaN;
};

/**
 * How much later than the VM itself a create calls it healthy, at real time, on nodes that boot as real ones do: the time of our looking, and of what is
 * made sure of and armed before the answer.
 */
export const toHealthy = async (folder: string): Promise<Line[]> => {
  const served = join(folder, 'devnet');
  mkdirSync(served, { recursive: true });
  const devnet = await serveDevnet(served, ['--guests', 'exec', '--nodes', '6', '--clock-rate', '1', '--seed', '9']);
  const { endpoints, crns } = devnet.data;
  try {
    const home = join(folder, 'agent');
    mkdirSync(home);
    const env = { ...environmentAt(home), ALEPH_AGENT_NETWORK: 'devnet', ALEPH_AGENT_DEVNET: endpoints.control };
    const agent = async (line: string) => JSON.parse((await runBeside([binary, ...wordsOf(`${line} --json`)], env)).stdout);
    const { data } = await agent('keys create agent --unencrypted');
    await control(devnet, '/fund', { address: data.address, usd: '5' });
    const late = await Promise.all(
      crns.slice(0, 3).map(async ({ hash, address }, place) => {
        let end = Number.NaN;
        const created = agent(`vm create vm-${place} --ttl 1h --crn ${hash}`).then(({ ok }) => {
          end = ok === true ? performance.now() : Number.NEGATIVE_INFINITY;
        });
        const up = await firstAnswer(address, () => !Number.isNaN(end));
        await created;
        // what went wrong, or came before the VM, was not measured
        return end >= up ? end - up : Number.NaN;
      }),
    );
    const measured = late.filter((ms) => Number.isFinite(ms)).sort((one, other) => one - other);
    const median = measured[Math.floor(measured.length / 2)] ?? Number.NaN;
    return [{ what: "from a VM's first answer over SSH to its create's (goal: 1500)", found: median, most: null, unit: 'ms' }];
  } finally {
    await devnet.close();
  }
};
