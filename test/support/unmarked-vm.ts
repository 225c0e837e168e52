import { AuthenticatedAlephHttpClient } from '@aleph-sdk/client';
import { importAccountFromPrivateKey } from '@aleph-sdk/ethereum';
import type { AlephHome, DevnetProcess } from './devnet-process.ts';

const image = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';

/** A VM of this home's account by another client: no marker, no expiry, no row. Its item hash. */
export const unmarkedVm = async (devnet: DevnetProcess, home: AlephHome, nodeHash: string): Promise<string> => {
  const client = new AuthenticatedAlephHttpClient(importAccountFromPrivateKey(home.privateKey), devnet.ccn);
  const { item_hash } = await client.createInstance({
    metadata: { name: 'somebodys-box' },
    authorized_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGULT6A41Msmw2KEu0R9MvUjhuWNAsbdeZ0DOwYbt4Qt'],
    resources: { vcpus: 1, memory: 2048, seconds: 30 },
    rootfs: { parent: { ref: image, use_latest: true }, size_mib: 20_480 } as never,
    requirements: { node: { node_hash: nodeHash } },
    channel: 'STRANGER',
  });
  return item_hash;
};

/** What a person at a terminal does with a plan that waits for one; here the test is the person. */
export const approveAs = (home: AlephHome, approval: string): void =>
  home.ledger((ledger) =>
    ledger.write('approval.grant', (transaction) =>
      transaction.updateApproval(approval, {
        state: 'granted',
        decidedAt: transaction.approval(approval)!.requestedAt,
        decidedBy: 'terminal',
      }),
    ),
  );
