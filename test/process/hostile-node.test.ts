import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { persistently } from '../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';

/** Whoever runs a node says where a VM answers (product.md §1 rule 12). */
describe('a node that sends its callers elsewhere', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  let node: string;
  let sshLog: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 4, guests: 'exec' });
    home = await devnet.home('9');
    // what the binary would say to a guest, it says by this
    const bin = join(home.folder, '..', 'bin');
    mkdirSync(bin);
    sshLog = join(bin, 'ssh.log');
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nprintf '%s\\n' "$@" >> '${sshLog}'\nexit 255\n`, { mode: 0o755 });
    env = { PATH: `${bin}${delimiter}${process.env['PATH']}` };
    const made = await persistently(() => home.run('vm create ours --ttl 1h --guest-timer off --timeout 30m'));
    expect(made.exit, made.stdout).toBe(0);
    node = home.ledger((ledger) => ledger.vms()[0]!.node.hash);
  });
  afterAll(() => devnet.close());

  /** Lost for this reason, forgotten, and billed no more; the one that was there before lives on. */
  const createIsLost = async (line: string, reason: string, more: Record<string, string> = {}) => {
    // past the pause that the failure before brought
    await devnet.advance(60_000);
    const ended = await persistently(() => home.run(`${line} --crn ${node} --ttl 1h --timeout 30m`, { env: { ...env, ...more } }));
    expect(ended.document().error, ended.stdout).toMatchObject({
      code: 'CREATE_FAILED',
      sideEffects: 'complete',
      exposureUsdPerHour: '0',
      facts: { attempts: 1, state: 'terminated', reason },
    });
    const [ours, lost] = home.ledger((ledger) => [ledger.vms()[0]!, ledger.vms().at(-1)!]);
    expect(ours).toMatchObject({ name: 'ours', state: 'healthy' });
    expect(lost).toMatchObject({ state: 'terminated', ending: 'failed', healthyAt: null, endpoint: null });
    const bills = (await devnet.bills()).map(({ hash, endedAt }) => [hash, endedAt !== null]);
    expect(bills).toEqual(expect.arrayContaining([[ours.id, false] as [string, boolean], [lost.id, true] as [string, boolean]]));
    return { ended, ours, lost };
  };

  it.each([
    ['and gets no timer', 'vm create timed --guest-timer on'],
    ['and is called healthy by no banner', 'vm create plain --guest-timer off'],
  ])('XA-18 another VM’s SSH port, where our own key opens: that VM is told nothing %s', async (_how, line) => {
    await devnet.fault('crn other-ports');
    const { ours, lost } = await createIsLost(line, 'another machine').finally(() => devnet.clearFaults());
    expect(existsSync(sshLog)).toBe(false);
    const [pins, pinsOfOurs] = [lost, ours].map(
      ({ id }) => readFileSync(join(home.folder, 'ssh', 'known_hosts', id), 'utf8').split(' ')[2],
    );
    expect(pins).not.toBe(pinsOfOurs);
    const timers = home.ledger((ledger) => ledger.enforcers({ network: 'devnet', subject: lost.id, kind: 'guest' }));
    expect(timers.filter(({ state }) => state !== 'wanted')).toEqual([]);
  });

  it('an address in somebody’s own network: nothing is connected to there', async () => {
    await devnet.fault('crn private-address');
    // Node itself names every connection that it begins
    const { ended } = await createIsLost('vm create lan', 'no address', { NODE_DEBUG: 'net' }).finally(() => devnet.clearFaults());
    expect(ended.stderr).toContain('127.0.0.1');
    expect(ended.stderr).not.toContain('192.168.7.7');
    expect(existsSync(sshLog)).toBe(false);
  });
});
