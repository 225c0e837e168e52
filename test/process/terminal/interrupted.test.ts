import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../../support/aleph-process.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';

describe('a process that is told to stop', () => {
  let devnet: DevnetProcess;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12 });
  });
  afterAll(() => devnet.close());

  /** Creates `box` and signals the process once the network runs it, so that it is waiting for its health. */
  const interruptCreate = async (home: AlephHome, signal: NodeJS.Signals): Promise<Ended> => {
    await devnet.fault('crn slow-boot 9m');
    const { child, ended } = home.start('vm create box --timeout 20m');
    let over = false;
    void ended.then(() => {
      over = true;
    });
    const provisioning = () => home.ledger((ledger) => ledger.vms().some(({ state }) => state === 'provisioning'));
    while (!over && !provisioning()) await devnet.now();
    child.kill(signal);
    await devnet.clearFaults();
    return ended;
  };

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while create waits: exit %i, the operation by name, and vm wait finishes it', async (signal, exit) => {
    const home = await devnet.home('5');
    const ended = await interruptCreate(home, signal);
    expect(ended.signal).toBeNull();
    expect(ended.exit).toBe(exit);
    expect(ended.stderr).toBe('');
    const [operation] = home.ledger((ledger) => ledger.operations());
    expect(ended.document()).toMatchObject({
      ok: false,
      error: {
        code: 'INTERRUPTED',
        exit,
        sideEffects: 'unknown',
        fix: { command: `aleph-agent vm wait box` },
        facts: { operation: operation!.id, instead: 'aleph-agent vm destroy box' },
      },
      meta: { operation: operation!.id },
    });
    expect(operation!.state).toBe('running');

    const waited = await home.run(ended.document().error.fix!.command!.replace('aleph-agent ', '').concat(' --timeout 20m'));
    expect(waited.document()).toMatchObject({ ok: true, data: { name: 'box', state: 'healthy' } });
    expect(home.ledger((ledger) => [ledger.vms().length, ledger.operations()[0]!.state])).toEqual([1, 'succeeded']);
  });

  it('says nothing when its reader went away', async () => {
    const home = await devnet.home('5');
    const { child, ended } = home.start('commands');
    child.stdout?.destroy();
    const { exit, signal, stderr } = await ended;
    expect({ exit, signal, stderr }).toEqual({ exit: 0, signal: null, stderr: '' });
  });
});
