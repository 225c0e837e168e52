import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { persistently } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';

// biome-ignore lint/suspicious/noExplicitAny: the documents of several commands, looked into
type Data = any;

/** What a person looks at to know where they stand; without what the ledger alone ever knew. */
interface Standing {
  vms: { itemHash: string; state: string; expiresAt: string; usdPerHour: string; heldUsd: string; ssh: unknown; billedUsd: string }[];
  live: number;
  balanceUsd: string;
  burn: string;
  plan: Record<string, string>;
}

/** The whole state folder is gone but the keys (product.md §7.5). */
describe('a lost state folder', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12 });
    home = await devnet.home('5');
  });
  afterAll(() => devnet.close());

  const ok = async (line: string): Promise<Data> => {
    const ended = await persistently(() => home.run(line));
    expect(ended.exit, `${line}: ${ended.stdout}${ended.stderr}`).toBe(0);
    return ended.document();
  };

  const standing = async (): Promise<Standing> => {
    const { data: list } = await ok('vm ls --full');
    const { data: balance } = await ok('credits balance --full');
    // What the next VM would be judged by: every counter with its figure.
    const { data: plan } = await ok('vm create next --ttl 1h --dry-run --full');
    // A rebuilt ledger is another one, with which a person goes on: that has no figure.
    const figures = (plan.checks as { code: string; figure: string }[])
      .filter(({ code }) => code !== 'LEDGER_OTHER')
      .map(({ code, figure }) => [code, figure]);
    return {
      vms: list.items.map(({ itemHash, state, expiresAt, usdPerHour, heldUsd, ssh, billedUsd }: Standing['vms'][number]) => ({
        itemHash,
        state,
        expiresAt,
        usdPerHour,
        heldUsd,
        ssh,
        billedUsd,
      })),
      live: list.totals.live,
      balanceUsd: balance.usd,
      burn: balance.usdPerHour,
      plan: Object.fromEntries(figures),
    };
  };

  const loseState = (): void => {
    for (const name of readdirSync(home.folder).filter((entry) => entry !== 'keys' && entry !== 'ssh')) {
      rmSync(join(home.folder, name), { recursive: true, force: true });
    }
    expect(existsSync(join(home.folder, 'ledger.sqlite'))).toBe(false);
  };

  it('W-113 W-112 product.md §7.5: reconcile rebuilds VMs, extended expiries, addresses, costs and counters; names and tasks are said to be lost', async () => {
    await ok('vm create one --ttl 2h --task tests --timeout 20m');
    await devnet.advance(61_000);
    await ok('vm create two --ttl 1h --timeout 20m');
    await ok('vm extend two --by 90m --timeout 20m');
    await devnet.advance(30 * 60_000);
    await devnet.postExpenses();
    await ok('ledger reconcile');
    // Nobody waits here, and time stands still: the same figures are read twice.
    const before = await standing();
    expect(before.vms).toHaveLength(2);
    expect(Object.keys(before.plan).length).toBeGreaterThan(3);

    loseState();
    // An empty list must not look like an account on which nothing burns.
    const { data: empty, warnings } = await ok('vm ls');
    expect(empty.items).toEqual([]);
    expect(warnings.map(({ code }: { code: string }) => code)).toContain('STRAY_VMS');
    const both = await Promise.all([home.run('ledger reconcile'), home.run('ledger reconcile')]);
    expect(
      both.map(({ exit }) => exit),
      both.map(({ stdout }) => stdout).join(''),
    ).toEqual([0, 0]);
    const adopted = both.flatMap((ended) => ended.document().data.adopted as { id: string }[]);
    expect(adopted).toHaveLength(2);
    expect(both.some(({ stdout }) => stdout.includes('NAMES_LOST'))).toBe(true);
    const after = await standing();
    const sorted = ({ vms, ...rest }: Standing) => ({ ...rest, vms: [...vms].sort((a, b) => (a.itemHash < b.itemHash ? -1 : 1)) });
    expect(sorted(after)).toEqual(sorted(before));

    const again = await ok('ledger reconcile');
    expect(again.data).toMatchObject({ changed: false, adopted: [], moved: [], newExpenses: 0 });
    const { data: verified } = await ok('ledger verify');
    expect(verified).toMatchObject({ intact: true, onlyInLedger: [], onlyOnNetwork: [] });
    const { data: list } = await ok('vm ls');
    for (const { name } of list.items as { name: string }[]) await ok(`vm destroy ${name}`);
    expect((await devnet.bills()).filter(({ owner, endedAt }) => owner === home.address && endedAt === null)).toEqual([]);
  });
});
