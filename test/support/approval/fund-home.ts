import type { AnyDevnet, AnyHome } from '../devnet/devnet-process.ts';

/** Naming a funder is a person's act at a terminal, which a test has not: the row is written as that act leaves it. */
export const fundHome = async (home: AnyHome, funder: string, devnet: Pick<AnyDevnet, 'now'>): Promise<void> => {
  const at = await devnet.now();
  home.ledger((ledger) =>
    ledger.write('policy.funder', (transaction) =>
      transaction.recordEffect({
        at,
        point: 'policy.funder',
        network: 'devnet',
        account: home.address,
        agent: null,
        task: null,
        operation: null,
        vm: null,
        outcome: 'named',
        credits: null,
        latencyMs: null,
        facts: { funder, word: null },
      }),
    ),
  );
};
