import type { ChangeContext } from '../../../src/ports/context.ts';
import type { TestContext } from '../test-context.ts';

interface Wish {
  label: string;
  /** Which node of the devnet; its first by default. */
  node?: number;
  /** Ms; in two hours by default. */
  expiresAt?: number;
}

/** What an INSTANCE of debian12 at the account's cost is made of, for tests that sign one beside the ledger. */
export const vmOrder = async (
  { devnet, account, context }: Pick<TestContext, 'devnet' | 'account'> & { context: Pick<ChangeContext, 'shell'> },
  { label, node = 0, expiresAt = devnet.clock.now() + 2 * 3600_000 }: Wish,
) => {
  const { spec, address } = devnet.crns[node]!;
  return {
    owner: account,
    label,
    spec: {
      vcpus: 1,
      memoryMib: 2048,
      diskMib: 20_480,
      computeUnits: 1,
      image: 'debian12',
      imageHash: 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717',
    },
    node: { hash: spec.hash, untrustedName: spec.name, url: address },
    sshKeys: [await context.shell.publicKey(account)],
    expiresAt,
    at: devnet.clock.now(),
  };
};
