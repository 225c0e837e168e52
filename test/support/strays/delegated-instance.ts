import { createHash } from 'node:crypto';
import { Wallet } from 'ethers';

const image = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';

interface Delegated {
  /** Of a CCN host. */
  ccn: string;
  privateKey: string;
  owner: string;
  channel: string;
  /** Ms. */
  now: number;
}

/** Sends an INSTANCE by one key at another account's cost, as no client of the SDK does. Returns its item hash. */
export const sendDelegatedInstance = async ({ ccn, privateKey, owner, channel, now }: Delegated): Promise<string> => {
  const wallet = new Wallet(privateKey);
  const time = now / 1000;
  const content = {
    address: owner,
    time,
    allow_amend: false,
    metadata: { name: 'delegated-box' },
    authorized_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGULT6A41Msmw2KEu0R9MvUjhuWNAsbdeZ0DOwYbt4Qt'],
    environment: { reproducible: false, internet: true, aleph_api: true, shared_cache: false, hypervisor: 'qemu' },
    resources: { vcpus: 1, memory: 2048, seconds: 30 },
    payment: { chain: 'ETH', type: 'credit' },
    volumes: [],
    rootfs: { parent: { ref: image, use_latest: true }, persistence: 'host', size_mib: 20_480 },
  };
  const text = JSON.stringify(content);
  const hash = createHash('sha256').update(text, 'utf8').digest('hex');
  const signature = await wallet.signMessage(`ETH\n${wallet.address}\nINSTANCE\n${hash}`);
  const envelope = { sender: wallet.address, chain: 'ETH', signature, type: 'INSTANCE', item_type: 'inline' };
  const message = { ...envelope, item_content: text, item_hash: hash, time, channel };
  const answer = await fetch(`${ccn}/api/v0/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sync: false, message }),
  });
  if (!answer.ok) throw new Error(`the network answers ${answer.status}: ${await answer.text()}`);
  return hash;
};
