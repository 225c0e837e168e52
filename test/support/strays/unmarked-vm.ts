import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuthenticatedAlephHttpClient } from '@aleph-sdk/client';
import { importAccountFromPrivateKey } from '@aleph-sdk/ethereum';
import { recordApproval } from '../../../src/lifecycle/approvals/record-approval.ts';
import { atDevnetTime } from '../devnet/at-devnet-time.ts';
import { useLedger } from '../use-ledger.ts';

const image = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';

interface Owner {
  /** The devnet's time. */
  now: number;
  /** Of a CCN host. */
  ccn: string;
  privateKey: string;
}

/** A VM of this account by another client: no marker, no expiry, no row. Its item hash. */
export const unmarkedVm = async ({ ccn, privateKey, now }: Owner, nodeHash: string): Promise<string> => {
  const client = new AuthenticatedAlephHttpClient(importAccountFromPrivateKey(privateKey), ccn);
  const { item_hash } = await atDevnetTime(now, () =>
    client.createInstance({
      metadata: { name: 'somebodys-box' },
      authorized_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGULT6A41Msmw2KEu0R9MvUjhuWNAsbdeZ0DOwYbt4Qt'],
      resources: { vcpus: 1, memory: 2048, seconds: 30 },
      rootfs: { parent: { ref: image, use_latest: true }, size_mib: 20_480 } as never,
      requirements: { node: { node_hash: nodeHash } },
      channel: 'STRANGER',
    }),
  );
  return item_hash;
};

/** The secret of an unencrypted key. */
export const secretOf = (folder: string, key: string): string =>
  (JSON.parse(readFileSync(join(folder, 'keys', `${key}.json`), 'utf8')) as { privateKey: string }).privateKey;

const person = { agent: null, sshKey: null, task: null, payer: null, namePrefix: null, person: true, purpose: null };

/** What a person at a terminal does with a plan that waits for one; here the test is the person. */
export const approveAs = (folder: string, approval: string): void =>
  useLedger(
    folder,
    (ledger) =>
      ledger.write('approval.grant', (transaction) => {
        const row = transaction.approval(approval)!;
        const granted = { ...row, state: 'granted' as const, decidedAt: row.requestedAt, decidedBy: 'terminal' };
        transaction.updateApproval(approval, granted);
        const context = { clock: { now: () => row.requestedAt, wait: async () => undefined }, caller: person };
        recordApproval(context, transaction, 'approval.grant', granted, 'terminal');
      }),
    () => 0,
  );
