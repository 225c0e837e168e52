import { sha256Hex } from '../../../src/devnet/ccn/item-hash.ts';
import type { Signer } from '../../../src/ports/keys/keys.ts';
import type { TestContext } from '../test-context.ts';

const file = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';
const verified = { ref: file, hash_tree: file, roothash: 'ab'.repeat(32) };

/** Content of a V-PROGRAM as the newest model of the network wants it. */
export const vProgramContent = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  allow_amend: false,
  environment: { internet: true },
  resources: { vcpus: 1, memory: 2048, seconds: 30 },
  payment: { chain: 'ETH', type: 'credit' },
  runtime: { ref: file },
  workload: verified,
  verification: { backend: 'sev_snp', policy: 0x30000, measurements: [{ platform: 'sev_snp', digest: 'cd'.repeat(48) }] },
  volumes: [],
  ...change,
});

/** A V-PROGRAM at the account's cost, made by another program; its item hash. */
export const postVProgram = async ({ devnet, account, run }: TestContext, signer: Signer): Promise<string> => {
  const time = devnet.clock.now() / 1000;
  const item_content = JSON.stringify({ address: account, time, ...vProgramContent() });
  const item_hash = sha256Hex(item_content);
  const [chain, type] = ['ETH', 'V-PROGRAM'];
  const signature = await signer.signBytes(new TextEncoder().encode([chain, signer.address, type, item_hash].join('\n')));
  const message = { sender: signer.address, chain, type, item_hash, signature, item_type: 'inline', item_content, time, channel: 'TEST' };
  const body = JSON.stringify({ sync: true, message });
  const answer = await run(devnet.fetch(new Request(`${devnet.origins.ccnA}/api/v0/messages`, { method: 'POST', body })));
  if (answer.status !== 200) throw new Error(`the V-PROGRAM was answered with ${answer.status}: ${await answer.text()}`);
  await devnet.clock.advance(10_000);
  return item_hash;
};
